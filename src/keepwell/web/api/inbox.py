"""The inbox as JSON: what waits, and what can be done with a CTA or an alert."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from keepwell.ports import CtaRecord
from keepwell.ports.pages import InboxItem
from keepwell.web.api.answers import Answer, IdempotencyKey, once
from keepwell.web.asking import Number
from keepwell.web.security import Visit, needs
from keepwell.wiring.web_inbox import give, start_play, take_up
from keepwell.wiring.web_people import work_people
from keepwell.wiring.web_work import (
    cta_detail,
    cta_in_sight,
    do_alert,
    do_cta,
    inbox_of,
    require_alert,
)

inbox = APIRouter(tags=["inbox"])


class CtaDeed(BaseModel):
    """What to do with a CTA; `outcome` of one that is done, `until` of one that is put away."""

    model_config = ConfigDict(extra="forbid")
    deed: Literal["start", "snooze", "done", "undo_snooze", "undo_done"]
    outcome: Annotated[str, Field(max_length=32)] = ""
    until: date | None = None
    why: Annotated[str, Field(max_length=2000)] = ""


class AlertDeed(BaseModel):
    """What to do with an alert."""

    model_config = ConfigDict(extra="forbid")
    deed: Literal["acknowledge", "snooze", "undo_alert"]
    until: date | None = None


class Assignment(BaseModel):
    """Who is to take a CTA."""

    model_config = ConfigDict(extra="forbid")
    owner: Annotated[str, Field(min_length=1, max_length=200)]


class PlayWish(BaseModel):
    """Which play to start."""

    model_config = ConfigDict(extra="forbid")
    play: Annotated[str, Field(min_length=1, max_length=64)]


class AlertWork(BaseModel):
    """Who takes up an alert, and with which play; what is left out is chosen as a run would."""

    model_config = ConfigDict(extra="forbid")
    owner: Annotated[str, Field(max_length=200)] = ""
    play: Annotated[str, Field(max_length=64)] = ""


@inbox.get("/inbox", response_model=None)
def waiting(
    whose: Annotated[Literal["mine", "all"], Query()] = "all", visit: Visit = needs("see")
) -> dict[str, Any]:
    """Return open CTAs and unanswered alerts in sight, the largest expected loss first."""
    items = inbox_of(visit.desk, visit.scope, visit.person, is_all=whose == "all")
    return {"items": [_item(i) for i in items]}


@inbox.get("/ctas/{cta_id}", response_model=None)
def one_cta(cta_id: Number, visit: Visit = needs("see")) -> dict[str, Any]:
    """Return one CTA with its history. 404 for one whose account is not in sight."""
    found = cta_detail(visit.desk, visit.scope, cta_id)
    history = [
        {"at": e.at, "by": e.actor, "move": e.move, "after": e.after, "why": e.why}
        for e in found.events
    ]
    tasks = [
        {"id": t.id, "title": {"zh": t.title.zh, "en": t.title.en}, "status": t.status,
         "due_on": t.due_on, "owner": t.owner}
        for t in found.tasks
    ]  # fmt: skip
    return {"cta": _cta(found.cta), "history": history, "tasks": tasks}


@inbox.post("/ctas/{cta_id}/deeds", response_model=None)
def do_with_cta(
    cta_id: Number, wish: CtaDeed, visit: Visit = needs("act"), key: IdempotencyKey = None
) -> Response:
    """Start, snooze or finish a CTA, or take that back. 422 for a move it does not allow."""
    # A kept answer too is only for those who still see the account.
    cta_in_sight(visit.desk, visit.scope, cta_id)

    def write() -> Answer:
        moved = do_cta(
            visit.desk, visit.scope, cta_id, wish.deed, by=visit.person.login,
            outcome=wish.outcome, until=wish.until, why=wish.why,
        )  # fmt: skip
        return Answer(200, {"cta": _cta(moved)})

    return once(visit, key, ["cta", cta_id, wish.model_dump(mode="json")], write)


@inbox.put("/ctas/{cta_id}/owner", response_model=None)
def give_cta(cta_id: Number, wish: Assignment, visit: Visit = needs("act")) -> dict[str, Any]:
    """Give a CTA to a person whom the project knows; `GET /owners` lists them. 422 for another."""
    given = give(visit.desk, visit.scope, cta_id, wish.owner, by=visit.person.login)
    return {"cta": _cta(given)}


@inbox.get("/owners", response_model=None)
def owners(visit: Visit = needs("see")) -> dict[str, Any]:
    """Return everybody who may be given work, by name."""
    return {"owners": work_people(visit.desk)}


@inbox.post("/ctas/{cta_id}/plays", response_model=None, status_code=201)
def start(
    cta_id: Number, wish: PlayWish, visit: Visit = needs("act"), key: IdempotencyKey = None
) -> Response:
    """Start a play of the library on a CTA; its steps become tasks."""
    cta_in_sight(visit.desk, visit.scope, cta_id)

    def write() -> Answer:
        made = start_play(visit.desk, visit.scope, cta_id, wish.play, by=visit.person.login)
        return Answer(201, {"play_id": made.id, "play": made.play, "cta_id": cta_id})

    return once(visit, key, ["play", cta_id, wish.model_dump(mode="json")], write)


@inbox.post("/alerts/{alert_id}/ctas", response_model=None, status_code=201)
def open_cta(
    alert_id: Number, wish: AlertWork, visit: Visit = needs("act"), key: IdempotencyKey = None
) -> Response:
    """Open the CTA that answers an alert, with an owner or a play of choice."""
    require_alert(visit.desk, visit.scope, alert_id)

    def write() -> Answer:
        made = take_up(
            visit.desk, visit.scope, alert_id, play=wish.play, owner=wish.owner,
            by=visit.person.login,
        )  # fmt: skip
        return Answer(201, {"cta": _cta(made)})

    return once(visit, key, ["take up", alert_id, wish.model_dump(mode="json")], write)


@inbox.post("/alerts/{alert_id}/deeds", response_model=None)
def do_with_alert(
    alert_id: Number, wish: AlertDeed, visit: Visit = needs("act"), key: IdempotencyKey = None
) -> Response:
    """Acknowledge an alert, put it away, or take that back."""
    require_alert(visit.desk, visit.scope, alert_id)

    def write() -> Answer:
        do_alert(
            visit.desk, visit.scope, alert_id, wish.deed, by=visit.person.login, until=wish.until
        )
        return Answer(200, {"alert_id": alert_id, "deed": wish.deed})

    return once(visit, key, ["alert", alert_id, wish.model_dump(mode="json")], write)


def _item(item: InboxItem) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "id": item.id,
        "account_id": item.account.account_id,
        "account": item.account.name,
        "tier": item.account.tier,
        "reason": item.reason,
        "status": item.status,
        "priority": item.priority,
        "owner": item.owner,
        "due_on": item.due_on,
        "since": item.since,
        "expected_loss_amount": item.account.loss_amount,
    }


def _cta(cta: CtaRecord) -> dict[str, Any]:
    return {
        "id": cta.id,
        "account_id": cta.account_id,
        "type": cta.type,
        "reason": cta.reason,
        "status": cta.state.status,
        "outcome": cta.state.outcome,
        "snoozed_until": cta.state.snoozed_until,
        "priority": cta.priority,
        "owner": cta.owner,
        "due_on": cta.due_on,
        "opened_on": cta.opened_on,
    }
