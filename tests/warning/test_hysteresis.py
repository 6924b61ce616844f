"""The state of one alert against a second machine, written from the definition alone."""

import random
from datetime import date, timedelta

import numpy as np
import pytest

from keepwell.warning import AlarmState, Hysteresis, Reading, later_states, next_state

FIRST = date(2026, 1, 1)
Turns = list[tuple[int, str]]


def turns_of(readings: list[Reading], rule: Hysteresis) -> Turns:
    """Return what turned on which day of a series, one run a day."""
    state = AlarmState()
    found: Turns = []
    for day, reading in enumerate(readings):
        state, turn = next_state(state, reading, FIRST + timedelta(days=day), rule)
        if turn:
            found.append((day, turn))
    return found


def reference_turns(readings: list[Reading], rule: Hysteresis) -> Turns:
    """Return the same from a search over the whole series instead of a stored state.

    An alert starts on the first day that ends a row of `confirm_cycles` days that enter; unknown
    days are as if they had not been run. It ends likewise, not before it has lasted long enough.
    """
    known_in = [(d, r.enters) for d, r in enumerate(readings) if r.enters is not None]
    known_out = [(d, r.leaves) for d, r in enumerate(readings) if r.leaves is not None]
    found: Turns = []
    last, is_on = -1, False
    while True:
        series = [(d, v) for d, v in (known_out if is_on else known_in) if d > last]
        day = _first_confirmed(series, rule, last if is_on else None)
        if day is None:
            return found
        is_on = not is_on
        found.append((day, "started" if is_on else "ended"))
        last = day


def _first_confirmed(
    series: list[tuple[int, bool]], rule: Hysteresis, began: int | None
) -> int | None:
    for place, (day, _) in enumerate(series):
        row = series[max(0, place - rule.confirm_cycles + 1) : place + 1]
        is_long = len(row) == rule.confirm_cycles and all(v for _, v in row)
        if is_long and (began is None or day - began >= rule.minimum_dwell_days):
            return day
    return None


def random_series(rng: random.Random) -> tuple[list[Reading], Hysteresis]:
    """Return a score walking about the band 50-55 with gaps, and a random rule."""
    rule = Hysteresis(
        confirm_cycles=rng.choice([1, 1, 2, 3, 5]), minimum_dwell_days=rng.choice([0, 0, 3, 10])
    )
    score, readings = rng.uniform(40, 65), []
    for _ in range(rng.randint(1, 60)):
        score = min(100.0, max(0.0, score + rng.gauss(0, rng.choice([1, 4]))))
        is_unknown = rng.random() < 0.1
        readings.append(Reading(None, None) if is_unknown else Reading(score < 50, score >= 55))
    return readings, rule


def test_ten_thousand_random_series_equal_the_reference() -> None:
    rng = random.Random(20261130)  # noqa: S311
    turned = 0
    for _ in range(10_000):
        readings, rule = random_series(rng)
        wanted = reference_turns(readings, rule)
        assert turns_of(readings, rule) == wanted
        turned += len(wanted)
    assert turned > 5_000


def test_a_year_of_swings_inside_the_band_makes_one_alert() -> None:
    scores = [49.0, *(51.0 if day % 2 else 54.9 for day in range(364))]
    readings = [Reading(s < 50, s >= 55) for s in scores]
    assert turns_of(readings, Hysteresis()) == [(0, "started")]


def test_swings_over_the_entry_line_alone_make_one_alert() -> None:
    readings = [Reading(day % 2 == 0, enters_not_far) for day, enters_not_far in _below_55(365)]
    assert turns_of(readings, Hysteresis()) == [(0, "started")]


def _below_55(days: int) -> list[tuple[int, bool]]:
    return [(day, False) for day in range(days)]


@pytest.mark.parametrize(
    ("pattern", "rule", "wanted"),
    [
        ("E", Hysteresis(), [(0, "started")]),
        ("EL", Hysteresis(), [(0, "started"), (1, "ended")]),
        ("E-E", Hysteresis(confirm_cycles=2), []),
        ("E?E", Hysteresis(confirm_cycles=2), [(2, "started")]),
        ("EEL", Hysteresis(confirm_cycles=2), [(1, "started")]),
        ("EELL", Hysteresis(confirm_cycles=2), [(1, "started"), (3, "ended")]),
        ("ELLLL", Hysteresis(minimum_dwell_days=3), [(0, "started"), (3, "ended")]),
        ("???", Hysteresis(), []),
    ],
)
def test_short_series_by_hand(pattern: str, rule: Hysteresis, wanted: Turns) -> None:
    seen = {
        "E": Reading(True, False),
        "L": Reading(False, True),
        "-": Reading(False, False),
        "?": Reading(None, None),
    }
    assert turns_of([seen[c] for c in pattern], rule) == wanted


def test_many_alerts_a_month_apart_turn_as_one_does() -> None:
    chance, rule = np.random.default_rng(3), Hysteresis(minimum_dwell_days=45)
    truths = {1: True, 0: False, -1: None}
    states = [AlarmState()] * 60
    on, since = np.zeros(60, np.bool_), np.zeros(60, np.int64)
    for month in range(12):
        day = FIRST + timedelta(days=30 * month)
        enters, leaves = chance.integers(-1, 2, (2, 60))
        number = (day - FIRST).days
        on, since = later_states(on, since, enters, leaves, number, rule)
        states = [
            next_state(s, Reading(truths[int(e)], truths[int(x)]), day, rule)[0]
            for s, e, x in zip(states, enters, leaves, strict=True)
        ]
        assert [s.is_on for s in states] == on.tolist()
    assert 0 < on.sum() < 60
