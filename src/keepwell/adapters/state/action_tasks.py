"""What happens to a CTA and its play when one of its tasks moves."""

from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from keepwell.actions import (
    CtaChange,
    CtaMove,
    CtaStatus,
    PlayStatus,
    RunActions,
    TaskMove,
    TaskStatus,
    ended_play,
    moved_task,
)
from keepwell.adapters.state import action_rows
from keepwell.adapters.state.action_models import CtaRow, PlayRow, TaskRow
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.vocabulary import InputProblem

CTA_CLOSED = "cta_closed"


def move_task(
    session: Session,
    row: TaskRow,
    move: TaskMove,
    why: str,
    *,
    by: str,
    on: date,
    at: datetime,
) -> None:
    """Move a task; the first that is done starts its CTA, the last settled ends its play.

    Errors: IllegalMove; InputProblem for a task whose play has ended.
    """
    play, cta = session.get_one(PlayRow, row.play_id), session.get_one(CtaRow, row.cta_id)
    before = row.status
    status = moved_task(TaskStatus(before), move, why=why)
    if play.status != PlayStatus.RUNNING:
        raise InputProblem(
            f"Task {row.id} belongs to play {play.id}, which has ended ({play.end_cause}).",
            cure=f"Start one: keepwell plays start {play.play} --cta {cta.id}.",
        )
    is_settled = status is not TaskStatus.OPEN
    row.status, row.note = status.value, why
    row.settled_on, row.settled_by = (on, by) if is_settled else (None, None)
    session.flush()
    told = {"task": row.id, "step": row.step, "from": before, "to": row.status}
    if status is TaskStatus.DONE and cta.status in (CtaStatus.NEW, CtaStatus.SNOOZED):
        change = CtaChange(CtaMove.START, on, why="")
        action_rows.apply_change(session, cta, change, by=by, at=at, details={"task": row.id})
    action_rows.add_event(session, cta, at, by, f"task_{move}", cta.status, why, told)
    add_audit(session, at, by, f"task_{move}", str(row.id), {**told, "why": why})
    _end_if_settled(session, play, cta, on, at)


def _end_if_settled(session: Session, play: PlayRow, cta: CtaRow, on: date, at: datetime) -> None:
    left = session.scalar(
        select(func.count())
        .select_from(TaskRow)
        .where(TaskRow.play_id == play.id, TaskRow.status == TaskStatus.OPEN)
    )
    if left:
        return
    play.status = ended_play(PlayStatus(play.status), "all_settled").value
    play.ended_on, play.end_cause = on, "all_settled"
    told = {"play": play.id, "cause": play.end_cause}
    action_rows.add_event(session, cta, at, "keepwell", "play_ended", cta.status, "", told)


def stop_play(
    session: Session, play: PlayRow, why: str, *, by: str, on: date, at: datetime
) -> PlayRow:
    """Stop a play; its open tasks are cancelled. Errors: IllegalMove, InputProblem."""
    ended_play(PlayStatus(play.status), "stopped")
    if not why.strip():
        raise InputProblem("A play is stopped for a reason.", cure="Give --reason.")
    count = action_rows.end_play_rows(session, [play.id], "stopped", on, by)
    session.refresh(play)
    cta = session.get_one(CtaRow, play.cta_id)
    told = {"play": play.id, "cause": "stopped", "tasks_cancelled": count}
    action_rows.add_event(session, cta, at, by, "play_ended", cta.status, why, told)
    add_audit(session, at, by, "play_stopped", str(play.id), {**told, "why": why})
    return play


def bring_back_plays(session: Session, cta_id: int, ended_on: date) -> None:
    """Let the plays run again that ended with their CTA on a day, with the tasks it cancelled."""
    with_cta = (PlayRow.cta_id == cta_id, PlayRow.end_cause == CTA_CLOSED)
    ended = select(PlayRow.id).where(*with_cta, PlayRow.ended_on == ended_on)
    ids = session.scalars(ended).all()
    cancelled = update(TaskRow).where(
        TaskRow.play_id.in_(ids),
        TaskRow.status == TaskStatus.CANCELLED,
        TaskRow.note == CTA_CLOSED,
    )
    back = {"status": TaskStatus.OPEN.value, "settled_on": None, "settled_by": None, "note": ""}
    unread = TaskRow.check.is_not(None) & TaskRow.reading.is_(None)
    session.execute(cancelled.values(**back, is_unread=unread))
    running = {"status": PlayStatus.RUNNING.value, "ended_on": None, "end_cause": None}
    session.execute(update(PlayRow).where(PlayRow.id.in_(ids)).values(**running))


def store_readings(session: Session, actions: RunActions) -> None:
    """Store what due checks of tasks found."""
    rows = [{"id": i, "reading": dict(r), "is_unread": False} for i, r in actions.readings.items()]
    for start in range(0, len(rows), action_rows.CHUNK):
        session.execute(update(TaskRow), rows[start : start + action_rows.CHUNK])
