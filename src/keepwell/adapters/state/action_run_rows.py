"""What a run decided for people's work, as rows: written in the transaction of the run."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from keepwell.actions import (
    CtaChange,
    CtaMove,
    CtaStatus,
    Effects,
    Opening,
    PlayStatus,
    RunActions,
    TaskStatus,
    moved_cta,
    open_key,
)
from keepwell.adapters.state.action_models import CtaAlertRow, CtaRow, PlayRow, TaskRow
from keepwell.adapters.state.action_rows import (
    IN_CHUNK,
    OPENED,
    add_rows,
    apply_change,
    cta_values,
    end_play_rows,
    end_plays,
    event_values,
    put_state,
    state_of,
    task_values,
)
from keepwell.adapters.state.action_tasks import bring_back_plays, store_readings
from keepwell.adapters.state.action_urging import hand_out, raise_urged
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.cta_moves import add_moves
from keepwell.adapters.state.journey_rows import store_arms
from keepwell.journeys import Assignment

SYSTEM = "keepwell"


def add_actions(session: Session, run_id: str, actions: RunActions, at: datetime) -> None:
    """Store the decisions of a run; the session's transaction makes them one with its alerts.

    What is open already, since another process opened it, is not opened again.
    """
    _wake(session, actions, at)
    _end(session, actions.effects, actions, at)
    opened = _open(session, run_id, actions.openings.opened, at)
    back = {a: _reopen(session, i, a, actions, at) for i, a in actions.openings.reopened.items()}
    _link(session, {**back, **actions.openings.links}, actions, at)
    raise_urged(session, actions.openings.urged, at)
    hand_out(session, actions.handed, at)
    _exit(session, actions, at)
    store_readings(session, actions)
    for arm in actions.arms:
        given = Assignment(arm.account_id, arm.arm, arm.stratum, arm.reason)
        store_arms(session, f"play:{arm.play}", arm.share, [given], actions.on)
    told = {
        "opened": opened,
        "linked": len(actions.openings.links),
        "reopened": len(actions.openings.reopened),
        "signal_ended": len(actions.effects.ends),
        "closed": sum(e.outcome is not None for e in actions.effects.ends),
        "left_out": actions.openings.left_out,
        "holdouts": len(actions.arms),
        "exits": len(actions.exits),
        "handed": len(actions.handed),
        "readings": len(actions.readings),
    }
    if any(told.values()):
        add_audit(session, at, SYSTEM, "ctas_of_run", run_id, told)


def _wake(session: Session, actions: RunActions, at: datetime) -> None:
    asleep = select(CtaRow).where(
        CtaRow.status == CtaStatus.SNOOZED, CtaRow.snoozed_until <= actions.on
    )
    for row in session.scalars(asleep).all():
        apply_change(session, row, CtaChange(CtaMove.WAKE, actions.on), by=SYSTEM, at=at)


def _open(session: Session, run_id: str, openings: Sequence[Opening], at: datetime) -> int:
    values = [(cta_values(o.cta, SYSTEM, at, run_id), o) for o in openings]
    known = _open_keys(session, [v["open_key"] for v, _ in values])
    answered = _answered(session, [a for o in openings for a in o.cta.alerts])
    fresh = [
        (v, o)
        for v, o in values
        if v["open_key"] not in known and not answered.intersection(o.cta.alerts)
    ]
    add_rows(session, CtaRow, [v for v, _ in fresh])
    ids = _open_keys(session, [v["open_key"] for v, _ in fresh])
    numbered = [(ids[v["open_key"]], o) for v, o in fresh]
    links = [
        {"alert_key": key, "cta_id": cta_id, "is_on": True}
        for cta_id, o in numbered
        for key in o.cta.alerts
    ]
    add_rows(session, CtaAlertRow, links)
    events = [
        event_values(
            cta_id, at, SYSTEM, OPENED, ("", "new"), "", {"source": o.cta.source, "run": run_id}
        )
        for cta_id, o in numbered
    ]
    add_moves(session, events)
    _start(session, numbered)
    return len(fresh)


def _open_keys(session: Session, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), IN_CHUNK):
        wanted = select(CtaRow.open_key, CtaRow.id)
        some = wanted.where(CtaRow.open_key.in_(keys[start : start + IN_CHUNK]))
        found.update((str(key), cta_id) for key, cta_id in session.execute(some))
    return found


def _answered(session: Session, alerts: Sequence[str]) -> set[str]:
    """Return which alerts a CTA answers already."""
    found: set[str] = set()
    for start in range(0, len(alerts), IN_CHUNK):
        some = CtaAlertRow.alert_key.in_(alerts[start : start + IN_CHUNK])
        found.update(session.scalars(select(CtaAlertRow.alert_key).where(some)))
    return found


def _start(session: Session, numbered: Sequence[tuple[int, Opening]]) -> None:
    """Start the plays of CTAs that were just opened: each has no other yet."""
    plays = [
        {
            "play": o.play.play,
            "cta_id": cta_id,
            "account_id": o.cta.account_id,
            "status": PlayStatus.RUNNING.value,
            "started_on": o.play.started_on,
            "started_by": SYSTEM,
            "ended_on": None,
            "end_cause": None,
        }
        for cta_id, o in numbered
        if o.play is not None
    ]
    add_rows(session, PlayRow, plays)
    ids: dict[int, int] = {}
    wanted = [int(p["cta_id"]) for p in plays if isinstance(p["cta_id"], int)]
    for start in range(0, len(wanted), IN_CHUNK):
        some = select(PlayRow.cta_id, PlayRow.id)
        found = some.where(PlayRow.cta_id.in_(wanted[start : start + IN_CHUNK]))
        ids.update((cta_id, play_id) for cta_id, play_id in session.execute(found))
    tasks = [
        task_values(task, ids[cta_id], cta_id, o.cta.account_id)
        for cta_id, o in numbered
        if o.play is not None
        for task in o.play.tasks
    ]
    add_rows(session, TaskRow, tasks)


def _link(session: Session, links: Mapping[str, int], actions: RunActions, at: datetime) -> None:
    """Let alerts be signals of open CTAs; one whose CTA was closed meanwhile stays for later."""
    found = {i: r for i, r in _rows(session, sorted(set(links.values()))).items() if r.open_key}
    due = {key: i for key, i in links.items() if i in found}
    known = _answered(session, sorted(due))
    new = {key: i for key, i in due.items() if key not in known}
    add_rows(
        session,
        CtaAlertRow,
        [{"alert_key": key, "cta_id": i, "is_on": True} for key, i in new.items()],
    )
    for link in (session.get_one(CtaAlertRow, key) for key in sorted(known)):
        if session.get_one(CtaRow, link.cta_id).open_key is None:
            link.cta_id = due[link.alert_key]
        link.is_on = True
    for row in found.values():
        row.signal, row.signal_on = "on", actions.on
    add_moves(
        session, [_event(found[i], at, "alert_linked", {"alert": key}) for key, i in due.items()]
    )


def _event(
    row: CtaRow, at: datetime, move: str, told: Mapping[str, Any], before: str | None = None
) -> dict[str, Any]:
    states = (row.status if before is None else before, row.status)
    return event_values(row.id, at, SYSTEM, move, states, "", told)


def _reopen(session: Session, cta_id: int, alert: str, actions: RunActions, at: datetime) -> int:
    """Bring back a CTA that the machine had closed, with its plays; return the open one.

    Where one of its kind was opened meanwhile, that one has the alert.
    """
    row = session.get_one(CtaRow, cta_id)
    key = open_key(row.account_id, row.type, row.reason)
    other = _open_keys(session, [key]).get(key)
    if other is not None:
        return other
    ended_on = row.closed_on
    change = CtaChange(CtaMove.REOPEN, actions.on)
    apply_change(session, row, change, by=SYSTEM, at=at, details={"alert": alert})
    if ended_on is not None:
        bring_back_plays(session, cta_id, ended_on)
    return cta_id


def _end(session: Session, effects: Effects, actions: RunActions, at: datetime) -> None:
    keys = effects.ended_alerts
    for start in range(0, len(keys), IN_CHUNK):
        some = CtaAlertRow.alert_key.in_(keys[start : start + IN_CHUNK])
        session.execute(update(CtaAlertRow).where(some).values(is_on=False))
    rows = _rows(session, [e.cta_id for e in effects.ends])
    events = []
    for end in effects.ends:
        row = rows[end.cta_id]
        if row.open_key is not None:
            row.signal, row.signal_on = end.cause, actions.on
            events.append(_event(row, at, "signal_ended", {"cause": end.cause}))
    add_moves(session, events)
    closing = {
        e.cta_id: e.outcome
        for e in effects.ends
        if e.outcome is not None and _may_close(rows[e.cta_id], e.outcome)
    }
    _close(session, {i: (rows[i], outcome) for i, outcome in closing.items()}, actions, at)


def _may_close(row: CtaRow, outcome: str) -> bool:
    """Keep what somebody began since the run looked, unless the account is gone."""
    return outcome == "account_left" or row.status == CtaStatus.NEW


def _close(
    session: Session,
    closing: Mapping[int, tuple[CtaRow, str]],
    actions: RunActions,
    at: datetime,
) -> None:
    """Cancel many CTAs at once, each by the same move as a person's."""
    open_ones = [i for i, (row, _) in closing.items() if row.open_key is not None]
    counts = _open_tasks(session, open_ones)
    events = []
    for cta_id in open_ones:
        row, outcome = closing[cta_id]
        before = row.status
        put_state(row, moved_cta(state_of(row), _cancelled(actions, outcome)))
        told = {"outcome": outcome, "tasks_cancelled": counts.get(cta_id, 0)}
        events.append(_event(row, at, str(CtaMove.CANCEL), told, before))
    session.flush()
    end_plays(session, open_ones, "cta_closed", actions.on)
    add_moves(session, events)


def _cancelled(actions: RunActions, outcome: str) -> CtaChange:
    return CtaChange(CtaMove.CANCEL, actions.on, outcome=outcome)


def _open_tasks(session: Session, cta_ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(cta_ids), IN_CHUNK):
        counted = (
            select(TaskRow.cta_id, func.count())
            .where(TaskRow.cta_id.in_(cta_ids[start : start + IN_CHUNK]))
            .where(TaskRow.status == TaskStatus.OPEN)
            .group_by(TaskRow.cta_id)
        )
        found.update((cta_id, int(n)) for cta_id, n in session.execute(counted))
    return found


def _rows(session: Session, ids: Sequence[int]) -> dict[int, CtaRow]:
    found: dict[int, CtaRow] = {}
    for start in range(0, len(ids), IN_CHUNK):
        wanted = select(CtaRow).where(CtaRow.id.in_(ids[start : start + IN_CHUNK]))
        found.update((row.id, row) for row in session.scalars(wanted))
    return found


def _exit(session: Session, actions: RunActions, at: datetime) -> None:
    """End the plays whose exit criteria are met; their CTAs stay for a person to close."""
    for start in range(0, len(actions.exits), IN_CHUNK):
        ids = actions.exits[start : start + IN_CHUNK]
        running = select(PlayRow).where(PlayRow.id.in_(ids), PlayRow.status == PlayStatus.RUNNING)
        plays = session.scalars(running).all()
        rows = _rows(session, sorted({p.cta_id for p in plays}))
        told = [(rows[p.cta_id], {"play": p.id, "cause": "exit_met"}) for p in plays]
        end_play_rows(session, [p.id for p in plays], "exit_met", actions.on, SYSTEM)
        events = [_event(row, at, "play_ended", cause) for row, cause in told]
        add_moves(session, events)
