"""Decisions of a run as tables: what starts, ends, is taken back, held, or not made at all."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from keepwell.vocabulary import Bilingual
from keepwell.warning import (
    AlarmState,
    AlertStatus,
    Decisions,
    Gate,
    GateFacts,
    GateKind,
    GateReason,
    Hysteresis,
    Reading,
    StoredAlarm,
    Trigger,
    change_faults,
    decide,
    earlier_runs,
    gate_of,
    next_state,
)

DAY = date(2026, 6, 1)
NEXT = DAY + timedelta(days=1)
OPEN = Gate(GateKind.OPEN)
WORDS = Bilingual("低", "low")
LOW = Trigger(trigger="low", title=WORDS, reason=WORDS, enter="score < 50", leave="score >= 55")
Alarms = dict[tuple[str, str], StoredAlarm]


def row(account: str, score: float | None, **facts: Any) -> dict[str, Any]:
    known = score is not None
    return {
        "account_id": account,
        "score_micro": None if score is None else int(score * 1e6),
        **facts,
        "enters_1": score < 50 if known and score is not None else None,
        "leaves_1": score >= 55 if known and score is not None else None,
    }


def run(
    rows: list[dict[str, Any]], stored: Alarms, day: date = DAY, gate: Gate = OPEN
) -> Decisions:
    return decide([(LOW, False)], rows, stored, day, gate)


def after(decisions: Decisions) -> Alarms:
    return dict(decisions.alarms)


def test_an_alert_carries_its_facts_and_a_key_of_its_episode() -> None:
    found = run([row("A", 49, name="Acme"), row("B", 60)], {})
    (alert,) = found.alerts
    assert alert.key == "low:2026-06-01:A"
    assert alert.status is AlertStatus.PENDING
    assert alert.facts["name"] == "Acme"
    assert not any(k.startswith(("enters_", "leaves_")) for k in alert.facts)
    assert set(found.alarms) == {("A", "low")}


def test_a_second_day_below_the_line_makes_no_second_alert() -> None:
    first = run([row("A", 49)], {})
    second = run([row("A", 40)], after(first), NEXT)
    assert (second.alerts, second.endings) == ((), ())


def test_the_same_day_run_twice_makes_the_same_alert() -> None:
    first = run([row("A", 49)], {})
    again = run([row("A", 45)], after(first))
    assert [a.key for a in again.alerts] == [a.key for a in first.alerts]
    assert after(again) == after(first)


def test_an_alert_that_a_second_run_of_its_day_does_not_confirm_is_taken_back() -> None:
    first = run([row("A", 49)], {})
    again = run([row("A", 80)], after(first))
    assert again.alerts == ()
    assert [(e.key, e.cause) for e in again.endings] == [("low:2026-06-01:A", "taken_back")]
    assert after(again) == {}


def test_a_recovery_ends_the_alert_under_its_own_key() -> None:
    first = run([row("A", 49)], {})
    second = run([row("A", 55)], after(first), NEXT)
    assert [(e.key, e.cause) for e in second.endings] == [("low:2026-06-01:A", "over")]


def test_a_relapse_is_an_episode_of_its_own() -> None:
    alarms = after(run([row("A", 49)], {}))
    alarms = after(run([row("A", 60)], alarms, NEXT))
    third = run([row("A", 30)], alarms, NEXT + timedelta(days=1))
    assert [a.key for a in third.alerts] == ["low:2026-06-03:A"]


def test_an_alert_that_its_day_ended_goes_on_when_the_day_is_run_again_without_the_recovery() -> (
    None
):
    alarms = after(run([row("A", 49), row("B", 49), row("C", 49)], {}))
    over = run([row("A", 60), row("B", 60), row("C", 52)], alarms, NEXT)
    again = run([row("A", 45), row("B", 70), row("C", 52)], after(over), NEXT)
    assert [(a.key, a.as_of) for a in again.resumed] == [("low:2026-06-01:A", DAY)]
    assert (again.alerts, [e.key for e in again.endings]) == ((), ["low:2026-06-01:B"])
    third = run([row("A", 45), row("B", 70), row("C", 52)], after(again), NEXT)
    assert third.resumed == ()
    assert third.alarms["A", "low"].state == alarms["A", "low"].state


def test_an_unknown_score_keeps_an_alert_as_it_is() -> None:
    alarms = after(run([row("A", 49)], {}))
    second = run([row("A", None)], alarms, NEXT)
    assert (second.alerts, second.endings) == ((), ())
    assert second.alarms["A", "low"].state.is_on


def test_an_account_that_left_ends_its_alert() -> None:
    alarms = after(run([row("A", 49)], {}))
    second = run([], alarms, NEXT)
    assert [(e.account_id, e.cause) for e in second.endings] == [("A", "account_left")]
    # Off, and known as it was before the day: back when it is run again, it goes on as it was.
    gone = after(second)
    assert gone == {("A", "low"): StoredAlarm(AlarmState(), AlarmState(True, DAY), NEXT)}
    back = run([row("A", 48)], gone, NEXT)
    assert (back.alerts, [a.key for a in back.resumed]) == ((), [f"low:{DAY}:A"])
    assert run([], gone, NEXT).endings == ()
    assert after(run([], gone, NEXT + timedelta(days=1))) == {}


def test_a_trigger_that_was_removed_ends_its_alerts() -> None:
    alarms = after(run([row("A", 49)], {}))
    second = decide([], [row("A", 49)], alarms, NEXT, OPEN)
    assert [(e.account_id, e.cause) for e in second.endings] == [("A", "trigger_removed")]


@pytest.mark.parametrize(
    ("kind", "status"),
    [(GateKind.HELD, AlertStatus.HELD), (GateKind.BASELINE, AlertStatus.BASELINE)],
)
def test_the_gate_decides_the_status(kind: GateKind, status: AlertStatus) -> None:
    found = run([row("A", 49)], {}, gate=Gate(kind))
    assert [a.status for a in found.alerts] == [status]


def test_a_closed_gate_decides_nothing_and_keeps_every_alarm() -> None:
    alarms = after(run([row("A", 49)], {}))
    closed = Gate(GateKind.CLOSED, GateReason.SOURCE_FAULT)
    found = run([row("A", 90), row("B", 10)], alarms, NEXT, closed)
    assert (found.alerts, found.endings, after(found)) == ((), (), alarms)


def facts(**changes: Any) -> GateFacts:
    """Return the facts of an unremarkable daily run, with changes."""
    usual: dict[str, Any] = {
        "as_of": NEXT,
        "newest_day": DAY,
        "changed": 3,
        "compared": 100,
        "is_definition_changed": False,
        "faults": (),
    }
    return GateFacts(**{**usual, **changes})


@pytest.mark.parametrize(
    ("changes", "kind", "reason"),
    [
        ({}, GateKind.OPEN, GateReason.NONE),
        ({"newest_day": None}, GateKind.BASELINE, GateReason.FIRST_RUN),
        ({"as_of": DAY - timedelta(days=1)}, GateKind.CLOSED, GateReason.LOOKING_BACK),
        ({"as_of": DAY}, GateKind.OPEN, GateReason.NONE),
        ({"changed": 20}, GateKind.OPEN, GateReason.NONE),
        ({"changed": 21}, GateKind.HELD, GateReason.MASS_CHANGE),
        ({"compared": 0, "changed": 0}, GateKind.OPEN, GateReason.NONE),
        ({"is_definition_changed": True}, GateKind.HELD, GateReason.DEFINITION_CHANGED),
        ({"faults": ("quiet_before:activities",)}, GateKind.CLOSED, GateReason.SOURCE_FAULT),
        (
            {
                "faults": ("quiet_before:activities",),
                "known_faults": ("quiet_before:activities",),
            },
            GateKind.CLOSED,
            GateReason.SOURCE_FAULT,
        ),
        ({"faults": ("table_missing:usage",)}, GateKind.CLOSED, GateReason.SOURCE_FAULT),
        (
            {"faults": ("table_missing:usage",), "known_faults": ("table_missing:usage",)},
            GateKind.OPEN,
            GateReason.NONE,
        ),
        (
            {"faults": ("quiet_before:usage",), "changed": 90, "is_definition_changed": True},
            GateKind.CLOSED,
            GateReason.SOURCE_FAULT,
        ),
    ],
)
def test_the_gate_of_a_run(changes: dict[str, Any], kind: GateKind, reason: GateReason) -> None:
    gate = gate_of(facts(**changes), 0.2)
    assert (gate.kind, gate.reason) == (kind, reason)


def test_runs_are_compared_with_the_last_day_and_the_one_a_month_before() -> None:
    published = [
        ("late", date(2026, 5, 31)),
        ("redone", date(2026, 5, 2)),
        ("first", date(2026, 5, 2)),
        ("old", date(2026, 4, 1)),
    ]
    found = earlier_runs(DAY, published)
    assert (found.before, found.month_ago) == ("late", "redone")
    assert earlier_runs(date(2026, 5, 2), published).before == "old"
    assert earlier_runs(date(2026, 7, 20), published).month_ago == "late"
    assert earlier_runs(date(2026, 9, 20), published).month_ago is None
    assert earlier_runs(date(2026, 3, 1), published) == earlier_runs(DAY, [])


def test_a_streak_survives_a_second_run_of_the_same_day() -> None:
    patient = LOW.model_copy(
        update={"hysteresis": LOW.hysteresis.model_copy(update={"confirm_cycles": 2})}
    )
    first = decide([(patient, False)], [row("A", 49)], {}, DAY, OPEN)
    again = decide([(patient, False)], [row("A", 49)], dict(first.alarms), DAY, OPEN)
    assert again.alerts == ()
    assert again.alarms["A", "low"].state == AlarmState(streak=1)
    second = decide([(patient, False)], [row("A", 49)], dict(again.alarms), NEXT, OPEN)
    assert len(second.alerts) == 1


def test_a_baseline_takes_what_holds_as_confirmed() -> None:
    slow = LOW.model_copy(update={"hysteresis": Hysteresis(confirm_cycles=2)})
    first = decide([(slow, False)], [row("A", 49)], {}, DAY, Gate(GateKind.BASELINE))
    assert [a.status for a in first.alerts] == [AlertStatus.BASELINE]
    # So that nothing of it is told one by one the day after.
    assert decide([(slow, False)], [row("A", 49)], after(first), NEXT, OPEN).alerts == ()


@pytest.mark.parametrize(
    ("vanished", "before", "thinner", "compared", "wanted"),
    [
        (0, 100, 0, 100, ()),
        (10, 100, 20, 100, ()),
        (11, 100, 0, 89, ("accounts_vanished:accounts",)),
        (4, 20, 4, 16, ()),
        (0, 100, 21, 100, ("coverage_fell:scores",)),
    ],
)
def test_what_only_a_comparison_shows_is_a_fault_of_the_source(
    vanished: int, before: int, thinner: int, compared: int, wanted: tuple[str, ...]
) -> None:
    found = change_faults(vanished, before, thinner, compared, 0.2)
    assert found == wanted
    facts = GateFacts(NEXT, DAY, 0, compared, is_definition_changed=False, faults=found)
    assert gate_of(facts, 0.2).kind is (GateKind.CLOSED if wanted else GateKind.OPEN)


def test_alarms_that_nothing_changed_are_left_as_they_are_stored() -> None:
    stored = after(run([row("A", 49), row("B", 49), row("C", 49)], {}))
    found = run([row("A", 52), row("B", 70), row("D", 60)], stored, NEXT)
    assert found.alarms["A", "low"] is stored["A", "low"]
    assert sorted(found.outdated) == [("B", "low"), ("C", "low")]
    assert ("D", "low") not in found.alarms


def test_decisions_over_many_days_are_those_of_the_single_state() -> None:
    rng = random.Random(20261130)  # noqa: S311
    turned = 0
    for _ in range(300):
        cycles, dwell = rng.choice([1, 1, 2, 3]), rng.choice([0, 0, 4])
        rule = Hysteresis(confirm_cycles=cycles, minimum_dwell_days=dwell)
        trigger = LOW.model_copy(update={"hysteresis": rule})
        state, alarms, score = AlarmState(), dict[tuple[str, str], StoredAlarm](), 55.0
        for number in range(40):
            day = DAY + timedelta(days=number)
            score += rng.gauss(0, 4)
            read = row("A", None if rng.random() < 0.1 else score)
            state, turn = next_state(state, Reading(read["enters_1"], read["leaves_1"]), day, rule)
            found = decide([(trigger, False)], [read], alarms, day, OPEN)
            # A day that is run again decides the same.
            again = decide([(trigger, False)], [read], dict(found.alarms), day, OPEN)
            assert [a.key for a in again.alerts] == [a.key for a in found.alerts]
            alarms = dict(again.alarms)
            held = alarms.get(("A", "low"))
            assert (AlarmState() if held is None else held.state) == state
            assert (len(found.alerts), len(found.endings)) == (turn == "started", turn == "ended")
            turned += turn is not None
    assert turned > 300
