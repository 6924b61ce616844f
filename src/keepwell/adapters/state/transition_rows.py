"""Transitions as rows: written with their run, read as one account's story."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.bulk_rows import add_rows
from keepwell.adapters.state.models import RunRow
from keepwell.adapters.state.warning_models import TransitionRow
from keepwell.ports import RunRecord, TransitionRecord
from keepwell.warning import TRANSITION_KINDS, Cause, Split, Transition

_COLUMNS = TransitionRow.__table__.c
# Columns, not rows of the mapper, and made once: every page of an account asks.
_OF_ACCOUNT = (
    select(*_COLUMNS)
    .where(_COLUMNS.account_id == bindparam("account_id"))
    .order_by(_COLUMNS.as_of, _COLUMNS.kind, _COLUMNS.name)
)


def add_transitions(session: Session, run: RunRecord, found: Sequence[Transition]) -> None:
    """Store the transitions of a run."""
    add_rows(session, TransitionRow, [_row(t, run) for t in found])


def transitions_of(session: Session, account_id: str) -> tuple[TransitionRecord, ...]:
    """Return an account's transitions, oldest first, of the last run of each day."""
    rows = session.connection().execute(_OF_ACCOUNT, {"account_id": account_id}).all()
    if not rows:
        return ()
    runs = session.execute(
        select(RunRow.run_id, RunRow.as_of)
        .where(RunRow.as_of.in_({row.as_of for row in rows}))
        .order_by(RunRow.sequence)
    )
    last = {as_of: run_id for run_id, as_of in runs}
    return tuple(_record(r) for r in rows if last.get(r.as_of) == r.run_id)


def _row(found: Transition, run: RunRecord) -> dict[str, object]:
    split = found.split
    return {
        "run_id": run.run_id,
        "account_id": found.account_id,
        "kind": found.kind,
        "name": found.name,
        "as_of": run.as_of,
        "before": found.before,
        "after": found.after,
        "cause": found.cause,
        "before_micro": found.before_micro,
        "after_micro": found.after_micro,
        "customer_micro": None if split is None else split.customer_micro,
        "data_micro": None if split is None else split.data_micro,
        "definition_micro": None if split is None else split.definition_micro,
    }


def _record(row: Any) -> TransitionRecord:
    parts = (row.customer_micro, row.data_micro, row.definition_micro)
    customer, data, definition = (p or 0 for p in parts)
    found = Transition(
        account_id=row.account_id,
        kind=TRANSITION_KINDS[row.kind],
        name=row.name,
        before=row.before,
        after=row.after,
        cause=Cause(row.cause),
        before_micro=row.before_micro,
        after_micro=row.after_micro,
        split=None if parts[0] is None else Split(customer, data, definition),
    )
    return TransitionRecord(row.run_id, row.as_of, found)
