"""Work that a person opens: the account's facts from the current snapshot make the CTA."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from keepwell.actions import (
    CTA_TYPES,
    PRIORITIES,
    Desk,
    Need,
    NewCta,
    NewPlay,
    PlayFor,
    RoleBook,
    at_stake,
    due_day,
)
from keepwell.ports import CtaRecord, Engine, RunRecord, SnapshotStore
from keepwell.runs.act import Acting
from keepwell.vocabulary import InputProblem, NotFound

TABLES = ("accounts", "scores", "forecast")
FACTS_SELECT = (
    "SELECT a.account_id, a.name, a.csm_id, a.owner_id, a.account_size_segment, s.score_micro, "
    "s.effective_tier, f.contribution_amount, f.expected_loss_amount FROM act_accounts AS a "
    "JOIN act_scores AS s ON s.account_id = a.account_id "
    "LEFT JOIN act_forecast AS f ON f.account_id = a.account_id WHERE a.account_id = "
)
NAMES = (
    "account_id",
    "name",
    "csm_id",
    "owner_id",
    "account_size_segment",
    "score_micro",
    "effective_tier",
    "contribution_amount",
    "expected_loss_amount",
)
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Wish:
    """A CTA that a person asks for; what is left out is chosen as a run would."""

    account_id: str
    type: str
    reason: str
    priority: str = "normal"
    owner: str | None = None
    due_on: date | None = None
    play: str | None = None
    alert: str | None = None


def account_facts(
    engine: Engine, snapshots: SnapshotStore, run: RunRecord, account_id: str
) -> dict[str, Any]:
    """Return what the current snapshot knows of an account. Errors: NotFound."""
    folder = snapshots.path(run.run_id)
    for table in TABLES:
        engine.read_parquet(f"act_{table}", folder / f"{table}.parquet")
    quoted = account_id.replace("'", "''")
    rows = engine.rows(f"{FACTS_SELECT}'{quoted}'")
    if not rows:
        raise NotFound(
            f"Account `{account_id}` is not in the snapshot of {run.as_of}.",
            cure="Take an account_id from `keepwell export scores`.",
        )
    return dict(zip(NAMES, rows[0], strict=True))


def cta_wished(
    wish: Wish, facts: Mapping[str, Any], acting: Acting, on: date
) -> tuple[NewCta, NewPlay | None]:
    """Return the CTA, and the play if one is named. Errors: InputProblem, NotFound."""
    _check(wish)
    cell = _cell(facts)
    hours = acting.book.hours(*cell)
    csm = facts.get("csm_id") or facts.get("owner_id")
    owner = wish.owner
    if owner is None:
        owner = Desk(acting.team, acting.store.loads()).choose(Need(csm, hours)).owner
    days = acting.team.due_days.of(wish.priority)
    cta = NewCta(
        account_id=wish.account_id,
        type=wish.type,
        reason=wish.reason.strip(),
        priority=wish.priority,
        source="person",
        opened_on=on,
        ref=wish.alert or "",
        owner=owner,
        due_on=wish.due_on or due_day(on, days, acting.book.weeks.of(owner)),
        at_stake_amount=at_stake(facts),
        hours=hours,
        facts={k: v for k, v in facts.items() if v is not None and k not in _OWN},
        alerts=() if wish.alert is None else (wish.alert,),
    )
    play = None if wish.play is None else play_for(acting, wish.play, cell, owner, on)
    return cta, play


_OWN = frozenset({"account_id", "csm_id", "owner_id"})


def play_on(acting: Acting, name: str, cta: CtaRecord, on: date) -> NewPlay:
    """Return a play for a CTA that is open. Errors: NotFound, InputProblem."""
    return play_for(acting, name, _cell(cta.facts), cta.owner, on)


def play_for(
    acting: Acting, name: str, cell: tuple[str, str], owner: str | None, on: date
) -> NewPlay:
    """Return a play of the library with its tasks. Errors: NotFound, InputProblem."""
    known = sorted(p.play for p in acting.library.plays)
    if name not in known:
        raise NotFound(
            f"There is no play `{name}`. The library has: {', '.join(known)}.",
            cure="`keepwell plays list --library` shows them with their titles.",
        )
    work = acting.store.work([], on)
    roles = RoleBook(acting.team, work.open_tasks)
    made = acting.book.start(name, PlayFor(*cell, owner, on), roles)
    if made is None:
        raise InputProblem(
            f"No step of play `{name}` is for {' x '.join(cell)} accounts.",
            cure=f"Add one in playbooks/*.yml: plays, {name}, steps.",
        )
    return made


def _cell(facts: Mapping[str, Any]) -> tuple[str, str]:
    tier, size = facts.get("effective_tier"), facts.get("account_size_segment")
    return str(tier or UNKNOWN), str(size or UNKNOWN)


def _check(wish: Wish) -> None:
    """Refuse a type, priority or reason that is none. Errors: InputProblem."""
    for what, given, known in (
        ("type", wish.type, tuple(CTA_TYPES)),
        ("priority", wish.priority, PRIORITIES),
    ):
        if given not in known:
            raise InputProblem(
                f"`{given}` is no {what} of a CTA.", cure=f"Choose of: {', '.join(known)}."
            )
    if not wish.reason.strip() or len(wish.reason) > MOST_REASON:
        raise InputProblem(
            "A CTA needs a reason of 1 to 200 characters.", cure="Give --reason, in a few words."
        )


MOST_REASON = 200
