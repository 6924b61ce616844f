"""CTAs, plays and tasks as rows: what one change of a CTA means for all of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from keepwell.actions import (
    OPEN,
    CtaChange,
    CtaMove,
    CtaState,
    CtaStatus,
    NewCta,
    NewPlay,
    NewTask,
    PlayStatus,
    TaskStatus,
    ended_play,
    moved_cta,
    open_key,
)
from keepwell.adapters.state.action_models import CtaAlertRow, CtaRow, PlayRow, TaskRow
from keepwell.adapters.state.cta_moves import add_moves
from keepwell.vocabulary import InputProblem

CHUNK = 5_000
IN_CHUNK = 500
OPEN_WORDS = tuple(str(s) for s in OPEN)
OPENED = "opened"


def cta_values(new: NewCta, by: str, at: datetime, run_id: str | None) -> dict[str, Any]:
    """Return the columns of a CTA that is opened."""
    state = CtaState()
    return {
        "open_key": open_key(new.account_id, new.type, new.reason),
        "account_id": new.account_id,
        "type": new.type,
        "reason": new.reason,
        "status": state.status.value,
        "before": None,
        "snoozed_until": None,
        "priority": new.priority,
        "owner": new.owner,
        "due_on": new.due_on,
        "source": new.source,
        "ref": new.ref,
        "run_id": run_id,
        "opened_on": new.opened_on,
        "opened_by": by,
        "created_at": at,
        "at_stake_amount": new.at_stake_amount,
        "hours": new.hours,
        "signal": "on" if new.alerts else None,
        "signal_on": new.opened_on if new.alerts else None,
        "outcome": None,
        "note": "",
        "closed_on": None,
        "facts": dict(new.facts),
    }


def task_values(task: NewTask, play_id: int, cta_id: int, account_id: str) -> dict[str, Any]:
    """Return the columns of a task that is made."""
    return {
        "play_id": play_id,
        "cta_id": cta_id,
        "account_id": account_id,
        "step": task.step,
        "place": task.place,
        "words": {
            "title": {"zh": task.title.zh, "en": task.title.en},
            "action": {"zh": task.action.zh, "en": task.action.en},
        },
        "template": task.template,
        "role": task.role,
        "owner": task.owner,
        "status": TaskStatus.OPEN.value,
        "due_on": task.due_on,
        "is_unread": task.check is not None,
        "check": None if task.check is None else dict(task.check),
        "reading": None,
        "settled_on": None,
        "settled_by": None,
        "note": "",
    }


def event_values(
    cta_id: int,
    at: datetime,
    actor: str,
    move: str,
    states: tuple[str, str],
    why: str = "",
    details: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the columns of one line of history; `states` before and after."""
    return {
        "cta_id": cta_id,
        "at": at,
        "actor": actor,
        "move": move,
        "before": states[0],
        "after": states[1],
        "why": why,
        "details": dict(details or {}),
    }


def add_rows(session: Session, table: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows, which all name the same columns, with one statement a chunk."""
    # Past the mapper: it would begin a new statement at each row whose JSON is null.
    statement = insert(table.__table__)
    for start in range(0, len(rows), CHUNK):
        session.execute(statement, [dict(r) for r in rows[start : start + CHUNK]])


def add_cta(
    session: Session, new: NewCta, by: str, at: datetime, why: str, run_id: str | None = None
) -> CtaRow:
    """Store one CTA. Errors: InputProblem naming the open one of the same kind."""
    values = cta_values(new, by, at, run_id)
    require_unlike(session, values["open_key"])
    row = CtaRow(**values)
    session.add(row)
    session.flush()
    session.add_all(CtaAlertRow(alert_key=k, cta_id=row.id, is_on=True) for k in new.alerts)
    add_event(session, row, at, by, OPENED, "", why, {"source": new.source, "owner": new.owner})
    return row


def require_unlike(session: Session, key: str) -> None:
    """Refuse a second open CTA for the same account, type and reason. Errors: InputProblem."""
    same = session.scalar(select(CtaRow.id).where(CtaRow.open_key == key))
    if same is not None:
        raise InputProblem(
            f"CTA {same} is open for the same account, type and reason.",
            cure=f"`keepwell cta show {same}`; finish it first, or give another reason.",
            cta=same,
        )


def add_event(
    session: Session,
    row: CtaRow,
    at: datetime,
    actor: str,
    move: str,
    before: str,
    why: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Append one line to a CTA's history; `after` is what it is now."""
    values = event_values(row.id, at, actor, move, (before, row.status), why, details)
    session.flush()
    add_moves(session, [values])


def add_play(session: Session, cta: CtaRow, play: NewPlay, by: str) -> PlayRow:
    """Store a play with its tasks. Errors: InputProblem when the same one runs already."""
    if not play.tasks:
        raise InputProblem(
            f"Play `{play.play}` has no step for this account: all are for other tiers or sizes.",
            cure=f"Add one in playbooks/*.yml: plays, {play.play}, steps.",
        )
    running = select(PlayRow.id).where(
        PlayRow.cta_id == cta.id,
        PlayRow.play == play.play,
        PlayRow.status == PlayStatus.RUNNING,
    )
    known = session.scalar(running)
    if known is not None:
        raise InputProblem(
            f"Play {known} runs `{play.play}` on CTA {cta.id} already.",
            cure=f"`keepwell plays show {known}` shows its tasks.",
            play=known,
        )
    row = PlayRow(
        play=play.play,
        cta_id=cta.id,
        account_id=cta.account_id,
        status=PlayStatus.RUNNING.value,
        started_on=play.started_on,
        started_by=by,
        ended_on=None,
        end_cause=None,
    )
    session.add(row)
    session.flush()
    add_rows(session, TaskRow, [task_values(t, row.id, cta.id, cta.account_id) for t in play.tasks])
    return row


def state_of(row: CtaRow) -> CtaState:
    """Return the state of a stored CTA."""
    return CtaState(
        CtaStatus(row.status),
        None if row.before is None else CtaStatus(row.before),
        row.snoozed_until,
        row.outcome,
        row.note,
        row.closed_on,
    )


def put_state(row: CtaRow, state: CtaState) -> None:
    """Write a state into its row; while it is open, its key keeps others like it away."""
    row.status, row.outcome, row.note = state.status.value, state.outcome, state.note
    row.before = None if state.before is None else state.before.value
    row.snoozed_until, row.closed_on = state.snoozed_until, state.closed_on
    row.open_key = open_key(row.account_id, row.type, row.reason) if state.is_open else None


def apply_change(
    session: Session,
    row: CtaRow,
    change: CtaChange,
    *,
    by: str,
    at: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Move a CTA and write its history; one that closes ends its plays and tasks.

    Errors: IllegalMove; InputProblem when a reopened one would be the second of its kind.
    """
    before, state = row.status, moved_cta(state_of(row), change)
    if change.move is CtaMove.REOPEN:
        require_unlike(session, open_key(row.account_id, row.type, row.reason))
        _look_for_signal(session, row, change.on)
    put_state(row, state)
    told: dict[str, Any] = dict(details or {})
    if change.until is not None:
        told["until"] = change.until.isoformat()
    if change.outcome is not None:
        told["outcome"] = change.outcome
    if not state.is_open:
        told["tasks_cancelled"] = end_plays(session, [row.id], "cta_closed", change.on)
    add_event(session, row, at, by, str(change.move), before, change.why, told)


def _look_for_signal(session: Session, row: CtaRow, on: date) -> None:
    """Say that the signal of a CTA is over if its alerts ended while it was closed."""
    holds = CtaAlertRow.is_on.is_(True)
    wanted = select(CtaAlertRow.alert_key).where(CtaAlertRow.cta_id == row.id, holds)
    if row.signal == "on" and session.scalar(wanted.limit(1)) is None:
        row.signal, row.signal_on = "over", on


def end_plays(
    session: Session, cta_ids: Sequence[int], cause: str, on: date, by: str = "keepwell"
) -> int:
    """End the running plays of CTAs; return how many open tasks were cancelled."""
    count = 0
    for start in range(0, len(cta_ids), IN_CHUNK):
        ids = cta_ids[start : start + IN_CHUNK]
        running = select(PlayRow.id).where(
            PlayRow.cta_id.in_(ids), PlayRow.status == PlayStatus.RUNNING
        )
        count += end_play_rows(session, list(session.scalars(running)), cause, on, by)
    return count


def end_play_rows(session: Session, ids: Sequence[int], cause: str, on: date, by: str) -> int:
    """End plays that run, of at most IN_CHUNK; return how many open tasks were cancelled."""
    if not ids:
        return 0
    is_open = (TaskRow.play_id.in_(ids), TaskRow.status == TaskStatus.OPEN)
    count = session.scalar(select(func.count()).select_from(TaskRow).where(*is_open)) or 0
    session.execute(
        update(TaskRow)
        .where(*is_open)
        .values(
            status=TaskStatus.CANCELLED.value,
            settled_on=on,
            settled_by=by,
            note=cause,
            is_unread=False,
        )
    )
    status = ended_play(PlayStatus.RUNNING, cause)
    session.execute(
        update(PlayRow)
        .where(PlayRow.id.in_(ids))
        .values(status=status.value, ended_on=on, end_cause=cause)
    )
    return count
