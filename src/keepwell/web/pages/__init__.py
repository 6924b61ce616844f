"""The pages, one file each with a router of its own; this list is all that joins them."""

from fastapi import APIRouter

from keepwell.web.pages.account import account
from keepwell.web.pages.account_work import account_work
from keepwell.web.pages.accounts import accounts
from keepwell.web.pages.admin import admin
from keepwell.web.pages.admin_audit import admin_audit
from keepwell.web.pages.admin_backups import admin_backups
from keepwell.web.pages.admin_channels import admin_channels
from keepwell.web.pages.admin_webhooks import admin_webhooks
from keepwell.web.pages.bulk import bulk
from keepwell.web.pages.data import data
from keepwell.web.pages.evidence import evidence
from keepwell.web.pages.forecast import forecast
from keepwell.web.pages.inbox import inbox
from keepwell.web.pages.look import look
from keepwell.web.pages.matrix import matrix
from keepwell.web.pages.oidc import oidc
from keepwell.web.pages.overview import overview
from keepwell.web.pages.palette import palette
from keepwell.web.pages.plans import plans
from keepwell.web.pages.plays import plays
from keepwell.web.pages.proof import proof
from keepwell.web.pages.signing import signing
from keepwell.web.pages.start import start
from keepwell.web.pages.studio import studio
from keepwell.web.pages.studio_rules import studio_rules
from keepwell.web.pages.studio_segments import studio_segments
from keepwell.web.pages.uploads import uploads
from keepwell.web.pages.value import value

# The export of the list comes before the account of that name, and what lies below an account
# before the account: an id may hold slashes.
PAGES: tuple[APIRouter, ...] = (
    signing, oidc, look, overview, accounts, bulk, account_work, evidence, account,
    inbox, matrix, admin, admin_audit,
    admin_channels, admin_backups, admin_webhooks, data, value, forecast, studio, plays, plans,
    palette, uploads, start, proof,
    studio_segments, studio_rules,
)  # fmt: skip

__all__ = ["PAGES"]
