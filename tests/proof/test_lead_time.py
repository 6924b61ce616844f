"""Lead time runs from the day a warning began to the event; false alarms are counted once."""

import numpy as np
import pytest

from keepwell.proof import EvaluationFrame
from keepwell.proof.lead_time import false_alarms, is_warned, lead_times

DAY = np.datetime64("2026-01-01")


def frame(rows: list[tuple[str, int, str, int | None]]) -> EvaluationFrame:
    """`rows`: account, day of origin, tier, day of the event if within the horizon."""
    names = [r[0] for r in rows]
    gone = [np.datetime64("NaT", "D") if r[3] is None else DAY + r[3] for r in rows]
    return EvaluationFrame(
        account=np.array(names),
        origin=np.array([DAY + r[1] for r in rows]),
        score=np.full(len(rows), 50.0),
        tier=np.array([r[2] for r in rows]),
        outcome=np.array([r[3] is not None for r in rows]),
        event_day=np.array(gone, dtype="datetime64[D]"),
        cluster=np.unique(names, return_inverse=True)[1].astype(np.int64),
        value=np.full(len(rows), np.nan),
        horizon_days=90,
        groups={"csm": np.array(["Ada" if n < "C" else "Bo" for n in names])},
    )


def test_the_lead_runs_from_the_start_of_the_unbroken_warning() -> None:
    found = lead_times(
        f := frame(
            [
                ("A", 0, "low", None),
                ("A", 30, "high", None),
                ("A", 60, "low", 140),
                ("A", 90, "low", 140),
                ("A", 120, "low", 140),
            ]
        ),
        is_warned(f),
    )
    assert list(found.days) == [80.0]
    assert found.warned.value == 1.0
    assert found.at_least == 0
    assert found.step_days == 30


def test_an_account_that_left_without_warning_is_counted_as_missed() -> None:
    f = frame([("A", 0, "high", 50), ("B", 0, "high", None), ("B", 30, "low", 70)])
    found = lead_times(f, is_warned(f))
    assert list(found.days) == [40.0]
    assert found.warned.value == 0.5


def test_a_warning_that_was_there_from_the_first_day_is_at_least_so_long() -> None:
    f = frame([("A", 0, "low", None), ("A", 30, "low", 50), ("B", 0, "high", None)])
    found = lead_times(f, is_warned(f))
    assert (list(found.days), found.at_least) == ([50.0], 1)


def test_nobody_leaving_gives_no_lead() -> None:
    f = frame([("A", 0, "low", None), ("B", 0, "high", None)])
    found = lead_times(f, is_warned(f))
    assert not found.median.is_known
    assert not found.warned.is_known
    assert len(found.days) == 0


def test_row_order_changes_nothing() -> None:
    rows: list[tuple[str, int, str, int | None]] = [
        ("A", 0, "high", None),
        ("A", 30, "low", 100),
        ("B", 0, "low", None),
        ("B", 30, "high", None),
        ("B", 60, "low", None),
    ]
    one, two = frame(rows), frame(rows[::-1])
    assert list(lead_times(one, is_warned(one)).days) == list(lead_times(two, is_warned(two)).days)
    assert false_alarms(one, is_warned(one)) == false_alarms(two, is_warned(two))


def test_a_warning_is_false_once_however_long_it_stands() -> None:
    f = frame(
        [
            ("A", 0, "high", None),
            ("A", 30, "low", None),
            ("A", 60, "low", None),
            ("C", 0, "high", None),
            ("C", 30, "low", 100),
            ("C", 60, "low", 100),
        ]
    )
    found = false_alarms(f, is_warned(f))
    assert (found.warnings, found.false, found.csms) == (2, 1, 2)
    assert found.per_csm_and_month == pytest.approx(1 / 2 / (60 / 30.4375))


def test_without_people_there_is_no_number_per_person() -> None:
    f = frame([("A", 0, "high", None), ("A", 30, "low", None)])
    bare = EvaluationFrame(
        f.account, f.origin, f.score, f.tier, f.outcome, f.event_day, f.cluster, f.value, 90
    )
    assert np.isnan(false_alarms(bare, is_warned(bare)).per_csm_and_month)


def test_an_outcome_that_comes_again_is_led_up_to_once() -> None:
    f = frame(
        [
            ("A", 0, "high", None),
            ("A", 30, "low", 95),
            ("A", 60, "low", 95),
            ("A", 90, "low", 95),
            ("A", 120, "low", 121),
            ("A", 150, "low", 151),
        ]
    )
    assert list(lead_times(f, is_warned(f)).days) == [65.0]


def test_an_outcome_of_the_same_day_has_no_lead() -> None:
    f = frame([("A", 0, "low", 0), ("B", 0, "high", None)])
    found = lead_times(f, is_warned(f))
    assert len(found.days) == 0
    assert not found.median.is_known
