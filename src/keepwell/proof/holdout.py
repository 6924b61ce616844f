"""The effect of a play from a lot: everybody as drawn, whatever became of them afterwards."""

import math
from dataclasses import dataclass

import numpy as np
import scipy

from keepwell.proof.difference import Difference, filled, two_means
from keepwell.proof.frame import Flags, Floats, Ints

ATTRITION_ALPHA = 0.01


@dataclass(frozen=True, slots=True)
class Arms:
    """One row per account that was drawn; every array has the same length.

    after:      what is measured once the horizon is over; NaN = unknown.
    before:     the same on the day of the draw; NaN = unknown.
    is_treated: drawn to get the play, whether or not it came to that.
    got_play:   the play reached the account within the horizon.
    covariates: what was known on that day, one column each; NaN = unknown.
    cluster:    unit of resampling.
    """

    after: Floats
    before: Floats
    is_treated: Flags
    got_play: Flags
    covariates: Floats
    cluster: Ints


@dataclass(frozen=True, slots=True)
class HoldoutEffect:
    """The difference of the groups as drawn, plain and adjusted by what was known before.

    `explained`:  share 0-1 of the variance that the adjustment took away.
    `reached`, `crossed`: shares of the treated who got the play, and of the held out who did.
    `lost_treated`, `lost_held`: accounts whose outcome is unknown.
    `is_lopsided`: more outcomes are unknown in one group than chance explains.
    """

    adjusted: Difference
    plain: Difference
    explained: float
    reached: float
    crossed: float
    lost_treated: int
    lost_held: int
    is_lopsided: bool


def holdout_effect(arms: Arms) -> HoldoutEffect:
    """Return the intention-to-treat difference, adjusted by covariates of before (CUPED).

    Source: Deng et al., WSDM 2013, 123-132; docs/effect_of_plays.md#holdout.
    """
    known = ~np.isnan(arms.after)
    after, drawn, cluster = arms.after[known], arms.is_treated[known], arms.cluster[known]
    plain = two_means(after, drawn, cluster)
    columns = filled(np.column_stack([arms.before, arms.covariates])[known])
    corrected = after - columns @ cuped_slopes(after, columns, drawn)
    adjusted = two_means(corrected, drawn, cluster, spent=columns.shape[1])
    explained = 0.0
    if 0.0 < plain.standard_error < math.inf:
        explained = max(0.0, 1.0 - (adjusted.standard_error / plain.standard_error) ** 2)
    lost = ~known
    return HoldoutEffect(
        adjusted=adjusted,
        plain=plain,
        explained=explained,
        reached=_share(arms.got_play[arms.is_treated]),
        crossed=_share(arms.got_play[~arms.is_treated]),
        lost_treated=int(lost[arms.is_treated].sum()),
        lost_held=int(lost[~arms.is_treated].sum()),
        is_lopsided=_is_lopsided(lost, arms.is_treated),
    )


def cuped_slopes(after: Floats, columns: Floats, is_treated: Flags) -> Floats:
    """Return by how much each column moves the outcome within the groups."""
    if not columns.shape[1] or len(after) <= 4 * columns.shape[1]:
        return np.zeros(columns.shape[1])
    inside_y, inside_x = after.copy(), columns.copy()
    for group in (is_treated, ~is_treated):
        if group.any():
            inside_y[group] -= inside_y[group].mean()
            inside_x[group] -= inside_x[group].mean(axis=0)
    fitted = np.linalg.lstsq(inside_x, inside_y, rcond=None)[0]
    return np.asarray(fitted, dtype=np.float64)


def _share(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else 0.0


def _is_lopsided(lost: Flags, is_treated: Flags) -> bool:
    groups = (is_treated, ~is_treated)
    table = np.array([[(lost & g).sum(), (~lost & g).sum()] for g in groups])
    if not table.sum(axis=1).all() or not lost.any():
        return False
    return bool(scipy.stats.fisher_exact(table).pvalue < ATTRITION_ALPHA)
