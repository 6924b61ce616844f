"""The REST API under /api/v1: what the pages show and do, one file for each noun."""

from fastapi import APIRouter

from keepwell.web.api.accounts import accounts
from keepwell.web.api.inbox import inbox
from keepwell.web.api.me import me

API: tuple[APIRouter, ...] = (me, accounts, inbox)

__all__ = ["API"]
