"""The track record of the six-month forecast: how far it was off on past days, against others."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy

from keepwell.outlook import Interval
from keepwell.proof.forecast_cases import (
    HISTORY,
    HORIZON,
    METHODS,
    TIERS,
    Case,
    ForecastMethod,
    WonMonths,
    case_of,
    cases_of,
    contribution_tiers,
    known_cases,
    pace_ratio,
)
from keepwell.proof.forecast_spread import portfolio_interval, shortest_interval
from keepwell.proof.frame import Floats

RecordVerdict = Literal["beats_keep_last", "does_not_beat_keep_last", "too_short"]
MOST_ORIGINS, FEWEST_ORIGINS = 24, 4
FEWEST_BUYERS = 30
# Twelve months before the oldest origin, its outcome, the outcome of those that follow it.
NEEDED_MONTHS = HISTORY + 2 * HORIZON + FEWEST_ORIGINS - 1
LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class RecordRow:
    """How far one method was off, over all accounts (tier 0) or one contribution tier.

    `wape`: sum of absolute errors over the sum of what came; `bias`: sum of errors over it, above
    0 = too high. Both None where nothing came. `coverage`: share of outcomes in their intervals.
    """

    method: str
    tier: int
    origins: int
    cases: int
    actual_amount: float
    wape: float | None
    bias: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class ForecastRecord:
    """The record of the forecast, and the forecast of the method that was best so far.

    `origins`: past days that count. `skill`: share of keep-last's error that the chosen method
    avoids, with its interval over accounts. `better_origins`: origins at which it was nearer.
    `amounts`, `lows`, `highs`: for each account; their sum is `total`.
    `held_totals`: origins at which the portfolio's interval held what came.
    """

    verdict: RecordVerdict
    months: int
    buyers: int
    origins: int
    chosen: ForecastMethod
    skill: float | None
    skill_interval: Interval | None
    better_origins: int
    rows: tuple[RecordRow, ...]
    amounts: Floats
    lows: Floats
    highs: Floats
    total: float
    total_interval: Interval | None
    held_totals: int


@dataclass(frozen=True, slots=True)
class _Judged:
    """One origin: the method chosen on earlier ones, its intervals, what keep-last gave."""

    case: Case
    method: ForecastMethod
    low: Floats
    high: Floats
    total: Interval

    @property
    def forecast(self) -> Floats:
        return self.case.forecasts[self.method]


def forecast_record(won: WonMonths, seed: int) -> ForecastRecord:
    """Return the record; with a short history the headline's pace, and no interval.

    Source: docs/outlook.md#track-record.
    """
    months = won.months
    oldest = min(months - HISTORY, HORIZON + MOST_ORIGINS - 1)
    cases = cases_of(won, oldest)
    judged = {k: _judge(cases, k, seed) for k in cases if k + HORIZON in cases}
    buyers = int((won.amounts != 0.0).any(axis=1).sum())
    now = case_of(won, 0, pace_ratio(cases, 0))
    if len(judged) < FEWEST_ORIGINS or buyers < FEWEST_BUYERS:
        return _short(months, buyers, len(judged), now, won)
    return _long(months, buyers, judged, _judge({**cases, 0: now}, 0, seed), won)


def _judge(cases: Mapping[int, Case], origin: int, seed: int) -> _Judged:
    case, known = cases[origin], known_cases(cases, origin)
    errors = {
        m: sum(float(np.abs(c.forecasts[m] - c.actual).sum()) for c in known)
        for m in case.forecasts
    }
    method = min(errors, key=lambda m: errors[m])
    forecast = case.forecasts[method]
    tiers = contribution_tiers(forecast)
    low, high = forecast.copy(), forecast.copy()
    pools: list[list[Floats]] = []
    for tier in range(1, TIERS + 1):
        here = tiers == tier
        pools.append([_residuals(c, method, tier) for c in known])
        span = shortest_interval(np.concatenate(pools[-1]), LEVEL)
        low[here], high[here] = forecast[here] + span.low, forecast[here] + span.high
    counts = np.bincount(tiers, minlength=TIERS + 1)[1:]
    total = portfolio_interval(
        float(forecast.sum()), counts, pools, LEVEL, np.random.default_rng([seed, origin])
    )
    return _Judged(case, method, np.maximum(low, 0.0), np.maximum(high, 0.0), total)


def _residuals(case: Case, method: ForecastMethod, tier: int) -> Floats:
    forecast = case.forecasts[method]
    left: Floats = (case.actual - forecast)[contribution_tiers(forecast) == tier]
    return left


def _long(
    months: int, buyers: int, judged: Mapping[int, _Judged], now: _Judged, won: WonMonths
) -> ForecastRecord:
    skill, interval = _skill(judged.values(), len(won.amounts))
    better = sum(
        float(np.abs(j.forecast - j.case.actual).sum())
        < float(np.abs(j.case.forecasts["keep_last"] - j.case.actual).sum())
        for j in judged.values()
    )
    beats = interval is not None and interval.low > 0.0 and 2 * better > len(judged)
    held = sum(j.total.holds(float(j.case.actual.sum())) for j in judged.values())
    amounts, lows, highs = (np.zeros(len(won.amounts)) for _ in range(3))
    who = now.case.who
    amounts[who], lows[who], highs[who] = now.forecast, now.low, now.high
    return ForecastRecord(
        verdict="beats_keep_last" if beats else "does_not_beat_keep_last",
        months=months,
        buyers=buyers,
        origins=len(judged),
        chosen=now.method,
        skill=skill,
        skill_interval=interval,
        better_origins=better,
        rows=tuple(_rows(list(judged.values()))),
        amounts=amounts,
        lows=lows,
        highs=highs,
        total=float(amounts.sum()),
        total_interval=now.total,
        held_totals=held,
    )


def _short(months: int, buyers: int, origins: int, now: Case, won: WonMonths) -> ForecastRecord:
    amounts = np.zeros(len(won.amounts))
    amounts[now.who] = now.forecasts["pace"]
    unknown = np.full(len(amounts), np.nan)
    return ForecastRecord(
        verdict="too_short",
        months=months,
        buyers=buyers,
        origins=origins,
        chosen="pace",
        skill=None,
        skill_interval=None,
        better_origins=0,
        rows=(),
        amounts=amounts,
        lows=unknown,
        highs=unknown,
        total=float(amounts.sum()),
        total_interval=None,
        held_totals=0,
    )


def _skill(judged: Iterable[_Judged], accounts: int) -> tuple[float | None, Interval | None]:
    """Return the error that is avoided and its interval; an account's origins stay together."""
    ours, theirs = np.zeros(accounts), np.zeros(accounts)
    for one in judged:
        who, actual = one.case.who, one.case.actual
        ours[who] += np.abs(one.forecast - actual)
        theirs[who] += np.abs(one.case.forecasts["keep_last"] - actual)
    whole = float(theirs.sum())
    if whole <= 0.0:
        return None, None
    ratio = float(ours.sum()) / whole
    spread = math.sqrt(float(((ours - ratio * theirs) ** 2).sum())) / whole
    radius = float(scipy.stats.t.ppf(0.975, max(accounts - 1, 1))) * spread
    return 1.0 - ratio, Interval(1.0 - ratio - radius, 1.0 - ratio + radius)


def _rows(judged: Sequence[_Judged]) -> Iterator[RecordRow]:
    """Yield the errors of the chosen and of each method, over all and by tier."""
    given: dict[str, Callable[[_Judged], Floats]] = {"chosen": lambda judged: judged.forecast}
    given |= {m: _of(m) for m in METHODS}
    for name, forecast_of in given.items():
        for tier in range(TIERS + 1):
            yield _row(name, tier, judged, forecast_of)


def _of(method: ForecastMethod) -> Callable[[_Judged], Floats]:
    return lambda judged: judged.case.forecasts[method]


def _row(
    name: str, tier: int, judged: Sequence[_Judged], forecast_of: Callable[[_Judged], Floats]
) -> RecordRow:
    missed = error = came = 0.0
    cases = inside = 0
    for one in judged:
        forecast, actual = forecast_of(one), one.case.actual
        here = (contribution_tiers(forecast) == tier) if tier else np.ones(len(actual), np.bool_)
        gap = (forecast - actual)[here]
        missed, error = missed + float(np.abs(gap).sum()), error + float(gap.sum())
        came, cases = came + float(actual[here].sum()), cases + int(here.sum())
        inside += int(((one.low <= actual) & (actual <= one.high))[here].sum())
    is_known, is_chosen = came > 0.0, name == "chosen" and cases > 0
    return RecordRow(
        name,
        tier,
        len(judged),
        cases,
        came,
        missed / came if is_known else None,
        error / came if is_known else None,
        inside / cases if is_chosen else None,
    )
