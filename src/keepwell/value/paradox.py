"""Are valuable accounts less engaged than the others? One stated test with three answers.

Confirmed when the 95 % interval of mean engagement, high value over mass value, lies below 1.
Not confirmed when it reaches 1 and a difference as large as the smallest that matters is ruled
out. Otherwise the data are not enough. Engagement here holds no amount, so that the answer is
not made by construction.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from keepwell.outlook import cliffs_delta
from keepwell.value.ratios import Floats, Ratio, ratio_of_means
from keepwell.value.settings import ParadoxSettings

Answer = Literal["confirmed", "not_confirmed", "not_enough_data"]
Reason = Literal[
    "interval_below_one",
    "interval_reaches_one",
    "interval_too_wide",
    "too_few_accounts",
    "nobody_selected",
    "no_engagement",
    "shared_history",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, why, and the ratio that it rests on."""

    answer: Answer
    reason: Reason
    ratio: Ratio


def judge(
    ratio: Ratio,
    settings: ParadoxSettings,
    *,
    high: int,
    mass: int,
    is_independent: bool = True,
) -> Verdict:
    """Return the verdict on the ratio of mean engagement, high value over mass value.

    `high`, `mass`:   accounts in the groups, whether or not their engagement is known.
    `is_independent`: engagement has no part in the value; otherwise nothing can be concluded.
    """
    if not high or not mass:
        return Verdict("not_enough_data", "nobody_selected", ratio)
    if not is_independent:
        return Verdict("not_enough_data", "shared_history", ratio)
    if min(ratio.n_one, ratio.n_other) < settings.minimum_accounts:
        nothing = not ratio.n_one and not ratio.n_other
        reason: Reason = "no_engagement" if nothing else "too_few_accounts"
        return Verdict("not_enough_data", reason, ratio)
    if ratio.interval is None:
        return Verdict("not_enough_data", "no_engagement", ratio)
    if ratio.interval.high < 1:
        return Verdict("confirmed", "interval_below_one", ratio)
    if ratio.interval.low > 1 - settings.smallest_effect:
        return Verdict("not_confirmed", "interval_reaches_one", ratio)
    return Verdict("not_enough_data", "interval_too_wide", ratio)


def weigh_paradox(
    high: Floats, mass: Floats, settings: ParadoxSettings, rng: np.random.Generator
) -> Verdict:
    """Return the verdict on two groups of known engagement values."""
    ratio = ratio_of_means(high, mass, rng, settings.resamples)
    return judge(ratio, settings, high=len(high), mass=len(mass))


@dataclass(frozen=True, slots=True)
class RatioRow:
    """One row of `value_ratios`: a measure compared between the groups.

    `scope`, `bucket`: `all`, or the slice of accounts it was repeated in (size, age, ...).
    `delta`:           Cliff's delta, below 0 when high-value accounts have less.
    `is_by_construction`: one side is computed from the value itself; no evidence.
    """

    measure: str
    scope: str
    bucket: str
    n_high: int
    n_mass: int
    mean_high: float | None
    mean_mass: float | None
    ratio: float | None
    low: float | None
    high: float | None
    delta: float | None
    is_by_construction: bool
    is_small: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """The known values of one measure in the two groups."""

    measure: str
    high: Floats
    mass: Floats
    is_by_construction: bool = False


def ratio_row(
    compared: Compared,
    rng: np.random.Generator,
    times: int,
    scope: str = "all",
    bucket: str = "all",
) -> RatioRow:
    """Return one comparison as a row."""
    found = ratio_of_means(compared.high, compared.mass, rng, times)
    delta = cliffs_delta([(compared.high, compared.mass)], rng, 0)
    return RatioRow(
        compared.measure,
        scope,
        bucket,
        found.n_one,
        found.n_other,
        found.mean_one,
        found.mean_other,
        found.value,
        found.interval.low if found.interval else None,
        found.interval.high if found.interval else None,
        delta.value if delta else None,
        compared.is_by_construction,
        found.is_small,
    )


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """The one row of `value_verdict`."""

    answer: str
    reason: str
    basis: str
    n_high: int
    n_mass: int
    ratio: float | None
    low: float | None
    high: float | None
    within_size_delta: float | None
    within_size_low: float | None
    within_size_high: float | None
    smallest_effect: float
    resamples: int
    rule_high: str
    rule_mass: str
    accounts_high: int
    accounts_mass: int
    accounts_overlap: int
    accounts_rest: int


@dataclass(frozen=True, slots=True)
class CorrelationRow:
    """One row of `value_correlations`: value against a measure, by ranks."""

    measure: str
    n: int
    spearman: float | None
    low: float | None
    high: float | None
    is_by_construction: bool
