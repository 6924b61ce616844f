"""What a play did: estimate, the naive view beside it, what it cost, and a verdict."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from keepwell.outlook import Interval
from keepwell.proof.difference import Difference, one_mean
from keepwell.proof.frame import Floats, Ints
from keepwell.proof.holdout import HoldoutEffect
from keepwell.proof.matching import MatchedEffect
from keepwell.vocabulary import Bilingual

EffectMeasure = Literal["score", "left", "money"]
EffectVerdict = Literal["works", "no_effect_seen", "cannot_tell", "harmful"]
# A score moves by points, leaving by a share of the accounts; money by its own mean.
MATTERS = {"score": 3.0, "left": 0.05}
MONEY_SHARE = 0.05
FEWEST_ACCOUNTS = 30
FEWEST_LEAVERS = 10
TEST_LEVEL = 0.99


@dataclass(frozen=True, slots=True)
class Naive:
    """Accounts before and after the play, with nobody beside: misleading, and shown as that.

    `change`:     mean change of the accounts that got the play.
    `regression`: mean change of the accounts that did not and stood at an equal level: what comes
                  back by itself, since plays start at a low.
    """

    change: Difference
    regression: Difference


@dataclass(frozen=True, slots=True)
class Outlay:
    """What a play takes and brings for each account, in hours and project currency.

    `hours`, `cost`: declared, None where nobody declared them. `gain`: money that each account
    brings more, None where money is not measured or its effect is not shown.
    """

    accounts: int
    hours: float | None = None
    cost: float | None = None
    gain: float | None = None

    @property
    def net(self) -> float | None:
        """Return gain less cost an account; None where one is unknown."""
        return None if self.gain is None or self.cost is None else self.gain - self.cost


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of one play, journey or plan on one measure.

    `design`:  the lot, or accounts that looked alike.
    `matters`: the least effect worth having, fixed before the data are seen.
    `once`:    interval of a single look. `always`: interval that holds at all looks.
    `reasons`: codes of what kept the verdict from being more than it is.
    `needed`:  treated accounts that finding `matters` would take.
    `title`:   what the subject is called, where it has more than a name.
    """

    subject: str
    measure: EffectMeasure
    horizon_days: int
    design: Literal["holdout", "matched"]
    found: HoldoutEffect | MatchedEffect
    matters: float
    naive: Naive
    verdict: EffectVerdict
    reasons: tuple[str, ...]
    outlay: Outlay | None = None
    title: Bilingual | None = None

    @property
    def estimate(self) -> Difference:
        """Return the adjusted difference."""
        return self.found.adjusted

    @property
    def once(self) -> Interval:
        """Return the interval that holds if this is the only look."""
        return self.estimate.interval()

    @property
    def always(self) -> Interval:
        """Return the interval that holds however often one looks."""
        return self.estimate.always(self.matters)

    @property
    def needed(self) -> int | None:
        """Return the treated accounts that finding `matters` would take; None if unknown."""
        return self.estimate.needed(self.matters) if self.estimate.standard_error > 0.0 else None


def matters_of(measure: EffectMeasure, before: Floats, declared: float | None = None) -> float:
    """Return the least effect worth having: declared, or 3 points, 5 in 100 accounts, 5 % money."""
    if declared is not None:
        return declared
    if measure == "money":
        known = before[~np.isnan(before)]
        return MONEY_SHARE * (float(np.abs(known).mean()) if len(known) else 0.0) or 1.0
    return MATTERS[measure]


def naive_view(
    before: Floats, after: Floats, cluster: Ints, got: Ints, regression: Difference
) -> Naive:
    """Return the change of the rows `got`, beside the regression of their controls."""
    change = (after - before)[got]
    known = ~np.isnan(change)
    return Naive(one_mean(change[known], cluster[got][known]), regression)


def judge(
    measure: EffectMeasure,
    found: HoldoutEffect | MatchedEffect,
    matters: float,
    leavers: int | None = None,
) -> tuple[EffectVerdict, tuple[str, ...]]:
    """Return the verdict and the codes of its reasons.

    `leavers`: accounts that left, of both groups together, where that is the measure.
    """
    doubts = tuple(_doubts(found, leavers))
    if doubts:
        return "cannot_tell", doubts
    bounds, sign = found.adjusted.always(matters), -1.0 if measure == "left" else 1.0
    low, high = sorted((sign * bounds.low, sign * bounds.high))
    if low > 0.0:
        return "works", ()
    if high < 0.0:
        return "harmful", ()
    if low > -matters and high < matters:
        return "no_effect_seen", ()
    return "cannot_tell", ("wide_interval",)


def _doubts(found: HoldoutEffect | MatchedEffect, leavers: int | None) -> Iterator[str]:
    estimate = found.adjusted
    if min(estimate.treated, estimate.controls) < FEWEST_ACCOUNTS:
        yield "too_few_accounts"
    if leavers is not None and leavers < FEWEST_LEAVERS:
        yield "too_few_leavers"
    if not 0.0 < estimate.standard_error < math.inf:
        yield "no_variation"
    if isinstance(found, MatchedEffect):
        yield from _unlike(found)
    elif found.is_lopsided:
        yield "lopsided_loss"


def _unlike(found: MatchedEffect) -> Iterator[str]:
    if not found.is_balanced:
        yield "unbalanced"
    for name, check in (("pre_trend", found.pre_trend), ("placebo", found.placebo)):
        if check is not None and not check.interval(TEST_LEVEL).holds(0.0):
            yield name
