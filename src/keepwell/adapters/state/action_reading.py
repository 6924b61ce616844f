"""CTAs, plays and tasks read from their rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from keepwell.actions import PRIORITIES, TaskStatus
from keepwell.adapters.state.action_models import CtaAlertRow, CtaMoveRow, CtaRow, PlayRow, TaskRow
from keepwell.adapters.state.action_rows import IN_CHUNK, state_of
from keepwell.adapters.state.models import StateTable
from keepwell.ports import CtaEvent, CtaFilter, CtaRecord, PlayRecord, TaskRecord
from keepwell.vocabulary import Bilingual, NotFound

Row = TypeVar("Row", CtaRow, PlayRow, TaskRow)
NAMES: Mapping[type[StateTable], tuple[str, str]] = {
    CtaRow: ("CTA", "keepwell cta list"),
    PlayRow: ("play", "keepwell plays list"),
    TaskRow: ("task", "keepwell plays list"),
}


def required(session: Session, table: type[Row], number: int) -> Row:
    """Return a row. Errors: NotFound naming the newest."""
    row = session.get(table, number)
    if row is None:
        what, command = NAMES[table]
        newest = session.scalar(select(func.max(table.id)))
        raise NotFound(
            f"There is no {what} {number}; the newest is {newest or 'none'}.",
            cure=f"`{command}` shows them with their numbers.",
        )
    return row


def cta_select(wanted: CtaFilter) -> Select[CtaRow]:
    """Return the query for CTAs, in the order of a work list."""
    urgent = case({name: place for place, name in enumerate(PRIORITIES)}, value=CtaRow.priority)
    found = select(CtaRow).order_by(
        urgent,
        CtaRow.due_on.is_(None),
        CtaRow.due_on,
        CtaRow.at_stake_amount.is_(None),
        CtaRow.at_stake_amount.desc(),
        CtaRow.id,
    )
    if wanted.statuses:
        found = found.where(CtaRow.status.in_(wanted.statuses))
    if wanted.owner is not None:
        found = found.where(CtaRow.owner == wanted.owner)
    if wanted.is_unassigned:
        found = found.where(CtaRow.owner.is_(None))
    if wanted.account_id is not None:
        found = found.where(CtaRow.account_id == wanted.account_id)
    if wanted.due_until is not None:
        found = found.where(CtaRow.due_on <= wanted.due_until)
    if wanted.type is not None:
        found = found.where(CtaRow.type == wanted.type)
    return found.limit(wanted.limit)


def ctas_of(session: Session, rows: Sequence[CtaRow]) -> tuple[CtaRecord, ...]:
    """Return CTAs with the alerts that they answer."""
    linked: dict[int, list[str]] = defaultdict(list)
    for some in _parts([r.id for r in rows]):
        wanted = select(CtaAlertRow).where(CtaAlertRow.cta_id.in_(some))
        for link in session.scalars(wanted.order_by(CtaAlertRow.alert_key)):
            linked[link.cta_id].append(link.alert_key)
    return tuple(_cta(row, tuple(linked[row.id])) for row in rows)


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + IN_CHUNK] for start in range(0, len(ids), IN_CHUNK)]


def _cta(row: CtaRow, alerts: tuple[str, ...]) -> CtaRecord:
    return CtaRecord(
        id=row.id,
        account_id=row.account_id,
        type=row.type,
        reason=row.reason,
        state=state_of(row),
        priority=row.priority,
        owner=row.owner,
        due_on=row.due_on,
        source=row.source,
        ref=row.ref,
        opened_on=row.opened_on,
        opened_by=row.opened_by,
        at_stake_amount=row.at_stake_amount,
        hours=row.hours,
        signal=row.signal,
        signal_on=row.signal_on,
        facts=row.facts,
        alerts=alerts,
    )


def events_of(session: Session, cta_id: int) -> tuple[CtaEvent, ...]:
    """Return the history of a CTA, oldest first. Errors: NotFound."""
    required(session, CtaRow, cta_id)
    wanted = select(CtaMoveRow).where(CtaMoveRow.cta_id == cta_id).order_by(CtaMoveRow.id)
    return tuple(
        CtaEvent(r.cta_id, r.at, r.actor, r.move, r.before, r.after, r.why, r.details)
        for r in session.scalars(wanted)
    )


def plays_of(session: Session, rows: Sequence[PlayRow]) -> tuple[PlayRecord, ...]:
    """Return plays with the counts of their tasks."""
    counts: dict[int, dict[str, int]] = {r.id: {str(s): 0 for s in TaskStatus} for r in rows}
    for some in _parts([r.id for r in rows]):
        counted = (
            select(TaskRow.play_id, TaskRow.status, func.count())
            .where(TaskRow.play_id.in_(some))
            .group_by(TaskRow.play_id, TaskRow.status)
        )
        for play_id, status, n in session.execute(counted):
            counts[play_id][status] = int(n)
    return tuple(
        PlayRecord(
            id=r.id,
            play=r.play,
            cta_id=r.cta_id,
            account_id=r.account_id,
            status=r.status,
            started_on=r.started_on,
            started_by=r.started_by,
            ended_on=r.ended_on,
            end_cause=r.end_cause,
            tasks=counts[r.id],
        )
        for r in rows
    )


def tasks_of(
    session: Session, cta_id: int | None, play_id: int | None, owner: str | None
) -> tuple[TaskRecord, ...]:
    """Return tasks by due day and place."""
    wanted = select(TaskRow).order_by(TaskRow.due_on, TaskRow.play_id, TaskRow.place)
    if cta_id is not None:
        wanted = wanted.where(TaskRow.cta_id == cta_id)
    if play_id is not None:
        wanted = wanted.where(TaskRow.play_id == play_id)
    if owner is not None:
        wanted = wanted.where(TaskRow.owner == owner, TaskRow.status == TaskStatus.OPEN)
    return tuple(map(task_of, session.scalars(wanted)))


def task_of(row: TaskRow) -> TaskRecord:
    """Return one task."""
    words: dict[str, Any] = row.words
    return TaskRecord(
        id=row.id,
        play_id=row.play_id,
        cta_id=row.cta_id,
        account_id=row.account_id,
        step=row.step,
        place=row.place,
        title=Bilingual(**words["title"]),
        action=Bilingual(**words["action"]),
        template=row.template,
        role=row.role,
        owner=row.owner,
        status=row.status,
        due_on=row.due_on,
        check=row.check,
        reading=row.reading,
        settled_on=row.settled_on,
        settled_by=row.settled_by,
        note=row.note,
    )


def accounts(session: Session) -> dict[tuple[str, str], float]:
    """Return hours a month that a person's open CTAs on an account take, by person and account."""
    each = (
        select(CtaRow.owner, CtaRow.account_id, func.max(CtaRow.hours))
        .where(CtaRow.open_key.is_not(None), CtaRow.owner.is_not(None))
        .group_by(CtaRow.owner, CtaRow.account_id)
    )
    return {(str(owner), i): float(hours) for owner, i, hours in session.execute(each)}


def loads(of_accounts: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """Return hours a month by person; an account counts once."""
    found: dict[str, float] = defaultdict(float)
    for owner, account_id in sorted(of_accounts):
        found[owner] += of_accounts[owner, account_id]
    return dict(found)
