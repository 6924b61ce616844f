"""What a run changes about open CTAs: the priority when a more urgent alert joins, the owner."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from keepwell.actions import PRIORITIES, TaskStatus, Urged
from keepwell.adapters.state.action_models import CtaRow, TaskRow
from keepwell.adapters.state.action_rows import event_values
from keepwell.adapters.state.cta_moves import add_moves

SYSTEM, URGED = "keepwell", "urged"


def raise_urged(session: Session, urged: Mapping[int, Urged], at: datetime) -> int:
    """Raise the open CTAs that are less urgent than what joined them; return how many.

    Nothing is ever lowered or put off, and what a person closed meanwhile is left alone.
    """
    events = []
    for cta_id, wanted in urged.items():
        row = session.get(CtaRow, cta_id)
        if row is None or row.open_key is None or not _is_more_urgent(wanted, row):
            continue
        due_on = wanted.due_on if row.due_on is None else min(row.due_on, wanted.due_on)
        told = {
            "priority": [row.priority, wanted.priority],
            "due_on": [None if row.due_on is None else row.due_on.isoformat(), due_on.isoformat()],
        }
        row.priority, row.due_on = wanted.priority, due_on
        states = (row.status, row.status)
        events.append(event_values(cta_id, at, SYSTEM, URGED, states, "", told))
    add_moves(session, events)
    return len(events)


def hand_out(session: Session, handed: Mapping[int, str], at: datetime) -> int:
    """Give open CTAs that nobody owns, with their tasks, to their owners; return how many."""
    events = []
    for cta_id, owner in handed.items():
        row = session.get(CtaRow, cta_id)
        if row is None or row.open_key is None or row.owner is not None:
            continue
        row.owner = owner
        theirs = update(TaskRow).where(
            TaskRow.cta_id == cta_id, TaskRow.status == TaskStatus.OPEN, TaskRow.owner.is_(None)
        )
        session.execute(theirs.values(owner=owner))
        told = {"from": None, "to": owner}
        events.append(
            event_values(cta_id, at, SYSTEM, "assign", (row.status, row.status), "", told)
        )
    add_moves(session, events)
    return len(events)


def _is_more_urgent(wanted: Urged, row: CtaRow) -> bool:
    if wanted.priority not in PRIORITIES or row.priority not in PRIORITIES:
        return False
    return PRIORITIES.index(wanted.priority) < PRIORITIES.index(row.priority)
