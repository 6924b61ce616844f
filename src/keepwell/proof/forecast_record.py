"""The track record of the six-month forecast: how far it was off on past days, against others."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from keepwell.outlook import Interval
from keepwell.proof.forecast_spread import portfolio_interval, shortest_interval
from keepwell.proof.frame import Flags, Floats, Ints

ForecastMethod = Literal["pace", "scaled_pace", "keep_last", "seasonal"]
METHODS: tuple[ForecastMethod, ...] = ("pace", "scaled_pace", "keep_last", "seasonal")
RecordVerdict = Literal["beats_keep_last", "does_not_beat_keep_last", "too_short"]
HORIZON, HISTORY = 6, 12
MOST_ORIGINS, FEWEST_ORIGINS = 24, 4
FEWEST_BUYERS = 30
# Twelve months before the oldest origin, its outcome, the outcome of those that follow it.
NEEDED_MONTHS = HISTORY + 2 * HORIZON + FEWEST_ORIGINS - 1
LEVEL = 0.9
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
class _Case:
    """Forecasts and outcome of one origin; `who`: customers on that day."""

    who: Ints
    forecasts: Mapping[ForecastMethod, Floats]
    actual: Floats


@dataclass(frozen=True, slots=True)
class _Judged:
    """One origin: the method chosen on earlier ones, its intervals, what keep-last gave."""

    case: _Case
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
    cases = _cases(won, oldest)
    judged = {k: _judge(cases, k, seed) for k in cases if k + HORIZON in cases}
    buyers = int((won.amounts != 0.0).any(axis=1).sum())
    now = _case(won, 0, _ratio(cases, 0))
    if len(judged) < FEWEST_ORIGINS or buyers < FEWEST_BUYERS:
        return _short(months, buyers, len(judged), now, won)
    return _long(months, buyers, judged, _judge({**cases, 0: now}, 0, seed), won)


def contribution_tiers(amounts: Floats) -> Ints:
    """Return the quarter of each account by amount, 1 = the largest, ties in order of rows."""
    place = np.empty(len(amounts), dtype=np.int64)
    place[np.argsort(-amounts, kind="stable")] = np.arange(len(amounts))
    return TIERS * place // max(len(amounts), 1) + 1


def _cases(won: WonMonths, oldest: int) -> dict[int, _Case]:
    """Return the cases of all origins, the oldest first: each may use those before it."""
    found: dict[int, _Case] = {}
    for origin in range(oldest, HORIZON - 1, -1):
        found[origin] = _case(won, origin, _ratio(found, origin))
    return found


def _case(won: WonMonths, origin: int, ratio: float) -> _Case:
    who = np.flatnonzero(won.is_customer[:, origin])
    pace = won.pace(origin)[who]
    actual = won.half_year(origin - HORIZON)[who] if origin >= HORIZON else np.zeros(0)
    forecasts: dict[ForecastMethod, Floats] = {
        "pace": pace,
        "scaled_pace": pace * ratio,
        "keep_last": won.half_year(origin)[who],
        "seasonal": won.half_year(origin + HORIZON)[who],
    }
    return _Case(who, forecasts, actual)


def _known(cases: Mapping[int, _Case], origin: int) -> list[_Case]:
    """Return the cases whose outcome was known on the day of an origin, the newest first."""
    return [cases[k] for k in sorted(k for k in cases if k >= origin + HORIZON)]


def _ratio(cases: Mapping[int, _Case], origin: int) -> float:
    """Return what came over what the pace said, at origins that were over; 1 without any."""
    known = _known(cases, origin)
    said = sum(float(c.forecasts["pace"].sum()) for c in known)
    came = sum(float(c.actual.sum()) for c in known)
    return came / said if said > 0.0 and came > 0.0 else 1.0


def _judge(cases: Mapping[int, _Case], origin: int, seed: int) -> _Judged:
    case, known = cases[origin], _known(cases, origin)
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


def _residuals(case: _Case, method: ForecastMethod, tier: int) -> Floats:
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


def _short(months: int, buyers: int, origins: int, now: _Case, won: WonMonths) -> ForecastRecord:
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
    radius = float(stats.t.ppf(0.975, max(accounts - 1, 1))) * spread
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
