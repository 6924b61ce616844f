"""Amounts of past days and what came of them: one case per origin, nothing later in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from keepwell.proof.frame import Flags, Floats, Ints

ForecastMethod = Literal["pace", "scaled_pace", "keep_last", "seasonal"]
METHODS: tuple[ForecastMethod, ...] = ("pace", "scaled_pace", "keep_last", "seasonal")
HORIZON, HISTORY = 6, 12
TIERS = 4


@dataclass(frozen=True, slots=True)
class WonMonths:
    """What accounts won month by month, back from the as-of date.

    amounts: one row per account; column 0 is the month that ends on the as-of date.
    is_customer: whether the account was one at the end of the month; one column more than amounts,
             the last for the day before the oldest month.
    retention: share of the pace that stays, as declared for the forecast.
    """

    amounts: Floats
    is_customer: Flags
    retention: float = 1.0

    @property
    def months(self) -> int:
        """Return the months on record, from the first one with a win."""
        won = np.flatnonzero((self.amounts != 0.0).any(axis=0))
        return int(won[-1]) + 1 if len(won) else 0

    def half_year(self, ends: int) -> Floats:
        """Return what was won in the six months that end `ends` months back."""
        total: Floats = self.amounts[:, ends : ends + HORIZON].sum(axis=1)
        return total

    def pace(self, origin: int) -> Floats:
        """Return half of what was won in the twelve months before an origin, times retention."""
        whole: Floats = self.amounts[:, origin : origin + HISTORY].sum(axis=1)
        return whole * (HORIZON / HISTORY) * self.retention


@dataclass(frozen=True, slots=True)
class Case:
    """Forecasts and outcome of one origin; `who`: customers on that day."""

    who: Ints
    forecasts: Mapping[ForecastMethod, Floats]
    actual: Floats


def contribution_tiers(amounts: Floats) -> Ints:
    """Return the quarter of each account by amount, 1 = the largest, ties in order of rows."""
    place = np.empty(len(amounts), dtype=np.int64)
    place[np.argsort(-amounts, kind="stable")] = np.arange(len(amounts))
    return TIERS * place // max(len(amounts), 1) + 1


def cases_of(won: WonMonths, oldest: int) -> dict[int, Case]:
    """Return the cases of all origins, the oldest first: each may use those before it."""
    found: dict[int, Case] = {}
    for origin in range(oldest, HORIZON - 1, -1):
        found[origin] = case_of(won, origin, pace_ratio(found, origin))
    return found


def case_of(won: WonMonths, origin: int, ratio: float) -> Case:
    """Return amounts and outcome of an origin, so many months back; of today there is none."""
    who = np.flatnonzero(won.is_customer[:, origin])
    pace = won.pace(origin)[who]
    actual = won.half_year(origin - HORIZON)[who] if origin >= HORIZON else np.zeros(0)
    forecasts: dict[ForecastMethod, Floats] = {
        "pace": pace,
        "scaled_pace": pace * ratio,
        "keep_last": won.half_year(origin)[who],
        "seasonal": won.half_year(origin + HORIZON)[who],
    }
    return Case(who, forecasts, actual)


def known_cases(cases: Mapping[int, Case], origin: int) -> list[Case]:
    """Return the cases whose outcome was known on the day of an origin, the newest first."""
    return [cases[k] for k in sorted(k for k in cases if k >= origin + HORIZON)]


def pace_ratio(cases: Mapping[int, Case], origin: int) -> float:
    """Return what came over what the pace said, at origins that were over; 1 without any."""
    known = known_cases(cases, origin)
    said = sum(float(c.forecasts["pace"].sum()) for c in known)
    came = sum(float(c.actual.sum()) for c in known)
    return came / said if said > 0.0 and came > 0.0 else 1.0
