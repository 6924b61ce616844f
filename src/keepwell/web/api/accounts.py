"""Accounts of the current snapshot: lists by key, one account with why, counts, overrides."""

import hashlib
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from keepwell.ports.pages import ListedAccount, PageHeader, Period
from keepwell.vocabulary import NotFound
from keepwell.web.api.answers import Answer, IdempotencyKey, json_answer, once
from keepwell.web.asking import AskedFilter, AskedList
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.security.problems import Outdated
from keepwell.wiring.account_view import AccountView, account_view
from keepwell.wiring.web_work import end_tier, set_tier

accounts = APIRouter(tags=["accounts"])
POINT = 1_000_000


class OverrideWish(BaseModel):
    """A tier that an account shall count as until a day."""

    model_config = ConfigDict(extra="forbid")
    tier: Annotated[str, Field(min_length=1, max_length=64)]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    until: date


def plain(account: ListedAccount) -> dict[str, Any]:
    """Return one account as JSON values; scores in points, exact to the micro-point."""
    change = account.change_micro
    return {
        "account_id": account.account_id,
        "name": account.name,
        "industry": account.industry,
        "size": account.size,
        "region": account.region,
        "csm_id": account.csm_id,
        "tier": account.tier,
        "score": None if account.score_micro is None else account.score_micro / POINT,
        "change_30d": None if change is None else change / POINT,
        "coverage": account.coverage,
        "has_override": account.has_override,
        "amount": account.amount,
        "contribution_amount": account.contribution_amount,
        "expected_loss_amount": account.loss_amount,
        "segment": account.segment,
        "value_tier": account.value_tier,
        "renews_on": account.renews_on,
        "idle_days": account.idle_days,
        "open_ctas": account.cta_count,
    }


def snapshot_of(header: PageHeader | None) -> dict[str, Any] | None:
    """Return which snapshot an answer rests on."""
    if header is None:
        return None
    return {"run_id": header.run_id, "as_of": header.as_of, "currency": header.currency,
            "amount_kind": header.amount_kind}  # fmt: skip


@accounts.get("/accounts", response_model=None)
def list_accounts(asked: AskedList, visit: Visit = needs("see")) -> Response:
    """Return one page of the accounts in sight. Pass `next` as `key` for the page after it."""
    with visit.desk.reading():
        found = visit.desk.pages.accounts(
            visit.scope, asked.wanted, sort=asked.sort, is_descending=asked.is_descending,
            key=asked.key, limit=asked.limit,
        )  # fmt: skip
        header = visit.desk.header()
    note_view(visit, "api accounts")
    return json_answer(
        {
            "snapshot": snapshot_of(header),
            "total": found.total,
            "next": found.after,
            "previous": found.before,
            "accounts": [plain(a) for a in found.accounts],
        }
    )


@accounts.get("/accounts/{account_id:path}", response_model=None)
def one_account(request: Request, account_id: str, visit: Visit = needs("see")) -> Response:
    """Return one account with the parts of its score. 404 for one that is not in sight."""
    with visit.desk.reading():
        found = account_view(visit.desk, visit.scope, account_id)
        note_view(visit, "api account", account_id)
        tag = etag_of(visit, found.account, found.override)
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return json_answer(_whole(found, visit.desk.header()), {"ETag": tag})


def _whole(found: AccountView, header: PageHeader | None) -> dict[str, Any]:
    explained = found.explanation
    return {
        "snapshot": snapshot_of(header),
        "account": plain(found.account),
        "scorecard": None if found.card is None else [found.card.scorecard, found.card.version],
        "parts": [
            {"dimension": d.dimension, "measure": m.measure, "value": m.raw, "state": m.state,
             "points": m.contribution_micro / POINT, "weight": m.weight_micro / POINT}
            for d in (explained.dimensions if explained else ()) for m in d.measures
        ],
        "override": None if found.override is None else asdict(found.override),
        "transitions": [
            {"on": r.as_of, "kind": r.transition.kind, "name": r.transition.name,
             "before": r.transition.before, "after": r.transition.after,
             "cause": r.transition.cause}
            for r in found.transitions
        ],
        "open_ctas": [c.id for c in found.ctas],
    }  # fmt: skip


@accounts.put("/accounts/{account_id:path}/override", response_model=None)
def set_override(
    account_id: str,
    wish: OverrideWish,
    visit: Visit = needs("override"),
    key: IdempotencyKey = None,
    if_match: Annotated[str | None, Header(max_length=100)] = None,
) -> Response:
    """Override the tier of an account; it takes effect with the next run.

    With `If-Match`, only if the account is still as it was read (412 otherwise).
    """
    found = account_view(visit.desk, visit.scope, account_id)
    require_match(if_match, etag_of(visit, found.account, found.override))

    def write() -> Answer:
        set_tier(
            visit.desk, visit.scope, account_id, wish.tier,
            reason=wish.reason, until=wish.until, by=visit.person.login,
        )  # fmt: skip
        return Answer(200, {"account_id": account_id, "tier": wish.tier, "until": wish.until})

    return once(visit, key, ["override", account_id, wish.model_dump(mode="json")], write)


@accounts.delete("/accounts/{account_id:path}/override", response_model=None)
def end_override(account_id: str, visit: Visit = needs("override")) -> dict[str, Any]:
    """End the override of an account. 404 when there is none."""
    found = account_view(visit.desk, visit.scope, account_id)
    if found.override is None:
        raise NotFound("The account has no override.", cure="Nothing has to be ended.")
    end_tier(visit.desk, visit.scope, account_id, by=visit.person.login)
    return {"account_id": account_id, "tier": None}


@accounts.get("/tiers", response_model=None)
def tiers(wanted: AskedFilter, visit: Visit = needs("see")) -> dict[str, Any]:
    """Return accounts and money by tier, of the accounts in sight that a filter leaves."""
    found = visit.desk.pages.tiers(visit.scope, wanted)
    return {"snapshot": snapshot_of(visit.desk.header()), "tiers": [asdict(t) for t in found]}


@accounts.get("/moves", response_model=None)
def moves(period: Period = "month", visit: Visit = needs("see")) -> dict[str, Any]:
    """Return how the accounts in sight moved between tiers in a period."""
    found = visit.desk.pages.moves(visit.scope, period)
    return {"snapshot": snapshot_of(visit.desk.header()), "moves": [asdict(m) for m in found]}


@accounts.get("/matrix", response_model=None)
def cells(visit: Visit = needs("see")) -> dict[str, Any]:
    """Return accounts, low accounts and their money by industry and size."""
    found = visit.desk.pages.cells(visit.scope)
    return {"snapshot": snapshot_of(visit.desk.header()), "cells": [asdict(c) for c in found]}


def etag_of(visit: Visit, account: ListedAccount, override: object) -> str:
    """Return what changes whenever an account's answer does."""
    header = visit.desk.header()
    parts = (header.run_id if header else "", account, override)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'


def require_match(given: str | None, now: str) -> None:
    """Refuse a change of something that has changed since it was read. Errors: Outdated."""
    if given is not None and given not in (now, "*"):
        raise Outdated("The account has changed since it was read.", cure="Read it again.")
