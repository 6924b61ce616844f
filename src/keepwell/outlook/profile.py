"""How low accounts differ from the rest, measure by measure, over all and within size."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from keepwell.outlook.effects import Delta, Floats, cliffs_delta, standardised_difference

BOOTSTRAPS = 2_000


@dataclass(frozen=True, slots=True)
class Observed:
    """Known values of one measure: the value, low or not (scored accounts), the size's number.

    `is_scored` leaves accounts of unknown tier out of both groups; they stay in `all`.
    """

    values: Floats
    is_low: NDArray[np.bool_]
    is_scored: NDArray[np.bool_]
    size: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One measure of `profile`. `low` = low accounts, `rest` = other scored accounts, `all` = all.

    `ratio_*` is mean low / mean other (None unless both are positive), `difference_*` in pooled
    standard deviations, `delta` Cliff's delta low against rest with 95 % bootstrap interval,
    `within_*` the same over pairs of one size; `within_sizes` names the sizes that hold both.
    `bootstrap_accounts` below `delta_accounts` means that the interval rests on a sample.
    """

    measure: str
    is_in_score: bool
    is_by_construction: bool
    n_low: int
    n_rest: int
    n_all: int
    mean_low: float | None
    mean_rest: float | None
    mean_all: float | None
    median_low: float | None
    median_rest: float | None
    median_all: float | None
    ratio_rest: float | None
    ratio_all: float | None
    difference_rest: float | None
    difference_all: float | None
    delta: float | None
    delta_low: float | None
    delta_high: float | None
    delta_accounts: int
    bootstrap_accounts: int
    within_delta: float | None
    within_low: float | None
    within_high: float | None
    within_n_low: int
    within_n_rest: int
    within_sizes: str


@dataclass(frozen=True, slots=True)
class Nature:
    """What a measure has to do with the score."""

    is_in_score: bool
    is_by_construction: bool


def profile_row(
    measure: str,
    observed: Observed,
    nature: Nature,
    sizes: Sequence[str],
    rng: np.random.Generator,
) -> ProfileRow:
    """Return the profile of one measure; `sizes[i]` is the size whose number is i.

    Missing: means, medians and differences are None where a group holds no known value.
    """
    low = np.sort(observed.values[observed.is_low & observed.is_scored])
    rest = np.sort(observed.values[~observed.is_low & observed.is_scored])
    whole = np.sort(observed.values)
    delta = cliffs_delta([(low, rest)], rng, BOOTSTRAPS)
    strata = _strata(observed, sizes)
    within = cliffs_delta([(x, y) for _, x, y in strata], rng, BOOTSTRAPS)
    return ProfileRow(
        measure=measure,
        is_in_score=nature.is_in_score,
        is_by_construction=nature.is_by_construction,
        n_low=len(low),
        n_rest=len(rest),
        n_all=len(whole),
        mean_low=_mean(low),
        mean_rest=_mean(rest),
        mean_all=_mean(whole),
        median_low=_median(low),
        median_rest=_median(rest),
        median_all=_median(whole),
        ratio_rest=_ratio(low, rest),
        ratio_all=_ratio(low, whole),
        difference_rest=standardised_difference(low, rest),
        difference_all=standardised_difference(low, whole),
        delta=delta.value if delta else None,
        delta_low=_end(delta, "low"),
        delta_high=_end(delta, "high"),
        delta_accounts=delta.accounts if delta else 0,
        bootstrap_accounts=delta.bootstrap_accounts if delta else 0,
        within_delta=within.value if within else None,
        within_low=_end(within, "low"),
        within_high=_end(within, "high"),
        within_n_low=sum(len(x) for _, x, _ in strata),
        within_n_rest=sum(len(y) for _, _, y in strata),
        within_sizes=", ".join(name for name, _, _ in strata),
    )


def _strata(observed: Observed, sizes: Sequence[str]) -> list[tuple[str, Floats, Floats]]:
    found = []
    for number, name in enumerate(sizes):
        here = observed.is_scored & (observed.size == number)
        low = np.sort(observed.values[here & observed.is_low])
        rest = np.sort(observed.values[here & ~observed.is_low])
        if len(low) and len(rest):
            found.append((name, low, rest))
    return found


def _mean(values: Floats) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _median(values: Floats) -> float | None:
    return float(np.median(values)) if len(values) else None


def _ratio(left: Floats, right: Floats) -> float | None:
    above, below = _mean(left), _mean(right)
    if above is None or below is None or above < 0 or below <= 0:
        return None
    ratio = above / below
    return ratio if isfinite(ratio) else None


def _end(delta: Delta | None, side: str) -> float | None:
    if delta is None or delta.interval is None:
        return None
    return delta.interval.low if side == "low" else delta.interval.high
