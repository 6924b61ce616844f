"""The state of one alert: starts when its condition holds long enough, ends when it is over.

This is the alert's state only: the tier of an account always follows its score.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepwell.warning.triggers import Hysteresis

Turn = Literal["started", "ended"]


@dataclass(frozen=True, slots=True)
class AlarmState:
    """Whether an alert is on, since which day, and how many runs in a row argue for a turn."""

    is_on: bool = False
    since: date | None = None
    streak: int = 0


class Reading(NamedTuple):
    """What one run saw of a trigger's two conditions; None where a value is unknown."""

    enters: bool | None
    leaves: bool | None


def next_state(
    state: AlarmState, reading: Reading, as_of: date, rule: Hysteresis
) -> tuple[AlarmState, Turn | None]:
    """Return the state after one run and what turned, if anything.

    Missing: an unknown condition changes nothing: it neither confirms nor breaks a streak.

    >>> rule = Hysteresis()
    >>> on, turn = next_state(AlarmState(), Reading(True, False), date(2026, 1, 5), rule)
    >>> on.is_on, turn
    (True, 'started')
    >>> next_state(on, Reading(False, False), date(2026, 1, 6), rule)[1] is None
    True
    """
    argues = reading.leaves if state.is_on else reading.enters
    if argues is None:
        return state, None
    if not argues:
        return replace(state, streak=0), None
    streak = state.streak + 1
    if streak < rule.confirm_cycles or _dwells(state, as_of, rule):
        return replace(state, streak=streak), None
    turn: Turn = "ended" if state.is_on else "started"
    return AlarmState(is_on=not state.is_on, since=as_of), turn


def _dwells(state: AlarmState, as_of: date, rule: Hysteresis) -> bool:
    """Whether an alert that is on is too young to end."""
    if not state.is_on or state.since is None:
        return False
    return (as_of - state.since).days < rule.minimum_dwell_days


def later_states(
    on: NDArray[np.bool_],
    since: NDArray[np.int64],
    enters: NDArray[np.int64],
    leaves: NDArray[np.int64],
    day: int,
    rule: Hysteresis,
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return `is_on` and `since` of many alerts after a day, by the rule of `next_state`.

    Shape:   one element per account; conditions are 1, 0, or -1 for unknown; days are numbers.
             Streaks count as met: between the days lie more runs than they ask for.
    """
    starts = ~on & (enters == 1)
    ends = on & (leaves == 1) & (day - since >= rule.minimum_dwell_days)
    return (on | starts) & ~ends, np.where(starts | ends, day, since)
