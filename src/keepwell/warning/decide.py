"""Decide what a run's readings mean: which alerts start, end, are taken back or held, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from keepwell.warning.gate import Gate, GateKind
from keepwell.warning.hysteresis import AlarmState, Reading, Turn, next_state
from keepwell.warning.triggers import Hysteresis, Trigger

OFF = AlarmState()


class AlertStatus(StrEnum):
    """Where an alert stands; every alert that was ever matched has exactly one of these."""

    PENDING = "pending"
    HELD = "held"
    BASELINE = "baseline"
    SUPERSEDED = "superseded"
    SUPPRESSED = "suppressed"
    DELIVERED = "delivered"
    DEAD_LETTERED = "dead_lettered"


@dataclass(frozen=True, slots=True)
class StoredAlarm:
    """The alarm of one account and trigger as stored, and what it was before the day `as_of`."""

    state: AlarmState
    before: AlarmState
    as_of: date


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert that starts: what fired for whom; `key` is the same for the same episode.

    `facts`: the account's values when it fired; contact data are never among them.
    """

    key: str
    account_id: str
    trigger: str
    status: AlertStatus
    as_of: date
    is_proxy: bool
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """An alert that is over: its condition ended, the account left, or the day was run again."""

    key: str
    account_id: str
    trigger: str
    cause: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """What one run decided.

    `alarms`:   all alarms there are now; those that nothing changed are as they were stored.
    `outdated`: stored alarms that changed or are gone.
    `resumed`:  alerts of earlier days that go on, though the day ended them when it was run before.
    """

    alerts: tuple[Alert, ...]
    endings: tuple[Ending, ...]
    alarms: Mapping[tuple[str, str], StoredAlarm]
    matched: int
    outdated: tuple[tuple[str, str], ...] = ()
    resumed: tuple[Alert, ...] = ()


def alert_key(trigger: str, account_id: str, since: date) -> str:
    """Return the key of an episode: the same alert, however often its first day is run."""
    return f"{trigger}:{since.isoformat()}:{account_id}"


def decide(
    triggers: Sequence[tuple[Trigger, bool]],
    rows: Sequence[Mapping[str, Any]],
    stored: Mapping[tuple[str, str], StoredAlarm],
    as_of: date,
    gate: Gate,
) -> Decisions:
    """Return the decisions of one run.

    `triggers`: each with whether its proxy stands in. `rows`: one per account of interest, with
    `enters_n` and `leaves_n` of the n-th trigger. A gate that is closed decides nothing.
    """
    if gate.kind is GateKind.CLOSED:
        return Decisions((), (), dict(stored), 0)
    alerts: list[Alert] = []
    endings: list[Ending] = []
    resumed: list[Alert] = []
    alarms: dict[tuple[str, str], StoredAlarm] = {}
    for number, (trigger, is_proxy) in enumerate(triggers, start=1):
        name, rule = trigger.trigger, _rule(trigger, gate)
        enters, leaves = f"enters_{number}", f"leaves_{number}"
        for row in rows:
            pair = (row["account_id"], name)
            held, reading = stored.get(pair), Reading(row[enters], row[leaves])
            if _stays(held, reading, as_of):
                if held is not None:
                    alarms[pair] = held
                continue
            before = _before(held, as_of)
            state, turn = next_state(before, reading, as_of, rule)
            if state != OFF or before != OFF:
                alarms[pair] = StoredAlarm(state, before, as_of)
            endings.extend(_endings(pair, held, before, turn, as_of))
            if turn == "started":
                alerts.append(_alert(trigger, pair, row, as_of, gate, is_proxy=is_proxy))
            resumed.extend(
                _alert(trigger, pair, row, since, gate, is_proxy=is_proxy)
                for since in _resumed(held, before, state)
            )
    seen, known = {str(row["account_id"]) for row in rows}, {t.trigger for t, _ in triggers}
    endings.extend(_gone(stored, seen, known))
    alarms.update(_missing(stored, seen, known, as_of))
    outdated = tuple(pair for pair, held in stored.items() if alarms.get(pair) is not held)
    return Decisions(tuple(alerts), tuple(endings), alarms, len(alerts), outdated, tuple(resumed))


def _stays(held: StoredAlarm | None, reading: Reading, as_of: date) -> bool:
    """Say whether nothing turns or counts: what is stored of an earlier day holds on as it is."""
    if held is None:
        return reading.enters is not True
    if held.as_of == as_of or held.state.streak or held.state == OFF:
        return False
    return not (reading.leaves if held.state.is_on else reading.enters)


def _rule(trigger: Trigger, gate: Gate) -> Hysteresis:
    """Return the trigger's hysteresis; on a baseline what holds is taken as confirmed.

    Otherwise everything that waits for a second run would be told one by one the day after.
    """
    rule = trigger.hysteresis
    if gate.kind is not GateKind.BASELINE:
        return rule
    return rule.model_copy(update={"confirm_cycles": 1})


def _before(held: StoredAlarm | None, as_of: date) -> AlarmState:
    """Return the state before the described day: running a day again begins where it began."""
    if held is None:
        return OFF
    return held.before if held.as_of == as_of else held.state


def _endings(
    pair: tuple[str, str],
    held: StoredAlarm | None,
    before: AlarmState,
    turn: Turn | None,
    as_of: date,
) -> Iterator[Ending]:
    if turn == "ended" and before.since is not None:
        yield Ending(alert_key(pair[1], pair[0], before.since), *pair, "over")
    started_today = held is not None and held.state.is_on and held.state.since == as_of
    if started_today and turn != "started" and not before.is_on:
        yield Ending(alert_key(pair[1], pair[0], as_of), *pair, "taken_back")


def _resumed(held: StoredAlarm | None, before: AlarmState, state: AlarmState) -> Iterator[date]:
    """Yield since when an alarm is on that its day had ended and, run again, does not end."""
    goes_on = before.is_on and state.is_on and state.since == before.since
    if held is not None and goes_on and not held.state.is_on and before.since is not None:
        yield before.since


def _gone(
    stored: Mapping[tuple[str, str], StoredAlarm], seen: set[str], known: set[str]
) -> Iterator[Ending]:
    for (account_id, trigger), held in stored.items():
        if account_id in seen and trigger in known:
            continue
        if held.state.is_on and held.state.since is not None:
            cause = "account_left" if account_id not in seen else "trigger_removed"
            yield Ending(
                alert_key(trigger, account_id, held.state.since), account_id, trigger, cause
            )


def _missing(
    stored: Mapping[tuple[str, str], StoredAlarm], seen: set[str], known: set[str], as_of: date
) -> Iterator[tuple[tuple[str, str], StoredAlarm]]:
    """Yield the alarms of accounts that are gone: off, and what they were before this day.

    An account that is back when the day is run again goes on where it was, and is no news.
    """
    for pair, held in stored.items():
        if pair[0] in seen or pair[1] not in known:
            continue
        before = _before(held, as_of)
        if before != OFF:
            yield pair, StoredAlarm(OFF, before, as_of)


def _alert(
    trigger: Trigger,
    pair: tuple[str, str],
    row: Mapping[str, Any],
    as_of: date,
    gate: Gate,
    *,
    is_proxy: bool,
) -> Alert:
    status = {
        GateKind.OPEN: AlertStatus.PENDING,
        GateKind.HELD: AlertStatus.HELD,
        GateKind.BASELINE: AlertStatus.BASELINE,
    }[gate.kind]
    facts = {k: v for k, v in row.items() if not k.startswith(("enters_", "leaves_"))}
    key = alert_key(trigger.trigger, pair[0], as_of)
    return Alert(key, pair[0], trigger.trigger, status, as_of, is_proxy, facts)
