"""The history of CTAs as rows: the one place that writes it, and tells programs what it means."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from keepwell.actions import OPEN
from keepwell.adapters.state.action_models import CtaMoveRow, CtaRow
from keepwell.adapters.state.webhook_rows import raise_events, takers
from keepwell.messages import EventKind

CHUNK, IN_CHUNK = 5_000, 500
OPEN_WORDS = frozenset(str(s) for s in OPEN)
# The reasons of a person's CTA are its own words, which programs outside are not sent.
BY_PERSON = "person"


def add_moves(session: Session, moves: Sequence[Mapping[str, Any]]) -> None:
    """Store lines of history, all of one moment, and the events of those that open or close."""
    # Past the mapper: it would begin a new statement at each row whose JSON is null.
    table: type[Any] = CtaMoveRow
    for start in range(0, len(moves), CHUNK):
        some = [dict(m) for m in moves[start : start + CHUNK]]
        session.execute(insert(table.__table__), some)
    turned = [(m, kind) for m in moves if (kind := _kind(m)) is not None]
    for kind in sorted({k for _, k in turned}):
        ids = takers(session, kind)
        if ids:
            told = [m for m, k in turned if k == kind]
            raise_events(session, kind, list(_facts(session, told)), _moment(told), ids)


def _kind(move: Mapping[str, Any]) -> EventKind | None:
    was_open, is_open = move["before"] in OPEN_WORDS, move["after"] in OPEN_WORDS
    if was_open == is_open:
        return None
    return "cta.opened" if is_open else "cta.closed"


def _moment(moves: Sequence[Mapping[str, Any]]) -> datetime:
    moment: datetime = moves[0]["at"]
    return moment


def _facts(session: Session, moves: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(moves), IN_CHUNK):
        some = moves[start : start + IN_CHUNK]
        wanted = select(CtaRow).where(CtaRow.id.in_([m["cta_id"] for m in some]))
        rows = {row.id: row for row in session.scalars(wanted)}
        yield from (_fact(rows[m["cta_id"]], m) for m in some)


def _fact(row: CtaRow, move: Mapping[str, Any]) -> dict[str, Any]:
    days = {"opened_on": row.opened_on, "due_on": row.due_on, "closed_on": row.closed_on}
    return {
        "cta": row.id,
        "account_id": row.account_id,
        "type": row.type,
        "reason": None if row.source == BY_PERSON else row.reason,
        "source": row.source,
        "priority": row.priority,
        "status": row.status,
        "outcome": row.outcome,
        "is_reopened": move["after"] in OPEN_WORDS and move["before"] != "",
        **{name: None if day is None else day.isoformat() for name, day in days.items()},
    }
