"""The REST API under /api/v1: what the pages show and do, one file for each noun."""

from fastapi import APIRouter

from keepwell.web.api.account_work import account_work
from keepwell.web.api.accounts import accounts
from keepwell.web.api.audit import audit
from keepwell.web.api.data import data
from keepwell.web.api.definitions import definitions
from keepwell.web.api.imports import imports
from keepwell.web.api.inbox import inbox
from keepwell.web.api.lists import lists
from keepwell.web.api.me import me
from keepwell.web.api.outlook import outlook
from keepwell.web.api.plans import plans
from keepwell.web.api.plays import plays
from keepwell.web.api.proof import proof
from keepwell.web.api.uploads import uploads
from keepwell.web.api.users import users
from keepwell.web.api.webhooks import webhooks

API: tuple[APIRouter, ...] = (
    me, account_work,
    accounts, outlook, inbox, users, audit, data, definitions, plays, plans, lists,
    uploads, imports, proof, webhooks,
)  # fmt: skip

__all__ = ["API"]
