"""The effect of a play without a lot: enrolled accounts beside accounts that looked like them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from keepwell.proof.difference import Difference, filled, one_mean
from keepwell.proof.frame import Flags, Floats, Ints, Texts
from keepwell.proof.propensity import match_nearest, propensity_logit

CALIPER = 0.2
NEIGHBOURS = 2
UNBALANCED = 0.25


@dataclass(frozen=True, slots=True)
class Candidates:
    """One row per account and day: who was enrolled on it, and who could have been.

    account:     account_id. A row of an account that is not enrolled means: not by that day.
    day:         number of the day; only accounts of the same day are compared.
    is_enrolled: enrolled on the day.
    later:       enrolled within the horizon after it, though not on it.
    before:      the outcome's level on the day.
    after:       its level when the horizon is over; NaN = unknown.
    earlier:     its levels on days before, the newest first; NaN = unknown. The first is matched
                 on, the others only test whether the groups moved alike.
    features:    what was known on the day, one column each; NaN = unknown.
    names:       of the features.
    cluster:     unit of resampling.
    """

    account: Texts
    day: Ints
    is_enrolled: Flags
    later: Flags
    before: Floats
    after: Floats
    earlier: Floats
    features: Floats
    names: tuple[str, ...]
    cluster: Ints

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.account)

    def rows(self, wanted: Flags | Ints) -> "Candidates":
        """Return some rows."""
        columns = [f.name for f in fields(self) if f.name != "names"]
        return replace(self, **{c: getattr(self, c)[wanted] for c in columns})


@dataclass(frozen=True, slots=True)
class Balance:
    """One feature before and after matching, as differences in units of its spread."""

    feature: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class MatchedEffect:
    """What enrolled accounts changed more than accounts that looked like them.

    `regression`:   change of the matched controls: what would have come by itself.
    `placebo`:      the same estimate with untreated accounts in the place of the enrolled.
    `pre_trend`:    difference of the groups' change before the day, on days not matched on.
    `crossed`:      share of the controls that were enrolled later within the horizon.
    `unmatched`:    enrolled accounts without anybody like them. `lost`: with an unknown outcome.
    """

    adjusted: Difference
    plain: Difference
    regression: Difference
    placebo: Difference | None
    pre_trend: Difference | None
    balance: tuple[Balance, ...]
    crossed: float
    unmatched: int
    lost: int

    @property
    def worst_balance(self) -> float:
        """Return the largest standardised difference after matching."""
        return max((abs(b.after) for b in self.balance), default=0.0)

    @property
    def is_balanced(self) -> bool:
        """Say whether the groups are alike, allowing for what chance does to small groups."""
        chance = 2.0 * np.sqrt(2.0 / max(self.adjusted.treated, 1))
        return self.worst_balance <= max(UNBALANCED, float(chance))


@dataclass(frozen=True, slots=True)
class _Sets:
    """Rows of the enrolled that found somebody, and of the controls of each."""

    treated: Ints
    controls: tuple[tuple[int, ...], ...]

    def contrast(self, values: Floats) -> Floats:
        """Return each enrolled value less the mean of its controls."""
        means = [values[list(c)].mean(axis=0) for c in self.controls]
        made: Floats = values[self.treated] - np.array(means).reshape(len(means), *values.shape[1:])
        return made


def matched_effect(rows: Candidates, *, with_placebo: bool = True) -> MatchedEffect | None:
    """Return the matched difference in differences; None where nobody can be matched.

    Source: Rosenbaum and Rubin, Am. Stat. 39 (1985) 33-38; Abadie and Imbens, J. Bus. Econ. Stat.
            29 (2011) 1-11; docs/effect_of_plays.md#matching.
    """
    lost = int((rows.is_enrolled & np.isnan(rows.after - rows.before)).sum())
    rows = rows.rows(~np.isnan(rows.after - rows.before))
    if rows.is_enrolled.sum() < 2 or (~rows.is_enrolled).sum() < 2:
        return None
    columns = _columns(rows)
    sets = _matched(rows, columns)
    if len(sets.treated) < 2:
        return None
    change = rows.after - rows.before
    corrected = change - columns @ _slopes(change, columns, rows)
    cluster = rows.cluster[sets.treated]
    controls = np.array([c for some in sets.controls for c in some])
    used = len(controls)
    return MatchedEffect(
        adjusted=replace(one_mean(sets.contrast(corrected), cluster), controls=used),
        plain=replace(one_mean(sets.contrast(change), cluster), controls=used),
        regression=one_mean(change[controls], rows.cluster[controls]),
        placebo=_placebo(rows, columns) if with_placebo else None,
        pre_trend=_pre_trend(rows, columns, sets),
        balance=_balance(rows, sets),
        crossed=float(rows.later[controls].mean()),
        unmatched=int(rows.is_enrolled.sum()) - len(sets.treated),
        lost=lost,
    )


def _columns(rows: Candidates) -> Floats:
    known = [rows.before[:, None], rows.earlier[:, :1], rows.features]
    return filled(np.column_stack(known))


def _matched(rows: Candidates, columns: Floats) -> _Sets:
    """Match within each day; an account stands in as a control once over all days."""
    logit = propensity_logit(columns, rows.is_enrolled)
    caliper = CALIPER * float(np.std(logit)) or 1e-9
    used: set[str] = set()
    treated: list[int] = []
    controls: list[tuple[int, ...]] = []
    for day in np.unique(rows.day[rows.is_enrolled]):
        here = rows.day == day
        ours = np.flatnonzero(here & rows.is_enrolled)
        others = np.flatnonzero(here & ~rows.is_enrolled)
        free = np.array([r for r in others if rows.account[r] not in used], dtype=np.int64)
        for row, some in zip(
            ours, match_nearest(logit, ours, free, caliper, NEIGHBOURS), strict=True
        ):
            if some:
                treated.append(int(row))
                controls.append(tuple(some))
                used.update(str(rows.account[c]) for c in some)
    return _Sets(np.array(treated, dtype=np.int64), tuple(controls))


def _slopes(change: Floats, columns: Floats, rows: Candidates) -> Floats:
    """Return how the change of accounts that were not enrolled follows each column."""
    others = ~rows.is_enrolled
    if others.sum() <= 4 * columns.shape[1]:
        return np.zeros(columns.shape[1])
    y, x = change[others].copy(), columns[others].copy()
    days = rows.day[others]
    for day in np.unique(days):
        y[days == day] -= y[days == day].mean()
        x[days == day] -= x[days == day].mean(axis=0)
    slopes: Floats = np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], dtype=np.float64)
    return slopes


def _placebo(rows: Candidates, columns: Floats) -> Difference | None:
    """Return the effect of nothing: the likeliest of the untreated take the enrolled's place.

    Half of the untreated are drawn by a rule that knows no outcome: every second one by account.
    """
    others = np.flatnonzero(~rows.is_enrolled)
    logit = propensity_logit(columns, rows.is_enrolled)[others]
    place = np.unique(rows.account[others], return_inverse=True)[1]
    wanted = min(int(rows.is_enrolled.sum()), len(others) // 4)
    likely = np.argsort(-np.where(place % 2 == 0, logit, -np.inf), kind="stable")[:wanted]
    as_enrolled = np.zeros(len(others), dtype=np.bool_)
    as_enrolled[likely] = True
    trial = replace(rows.rows(others), is_enrolled=as_enrolled)
    found = matched_effect(_first_days(trial), with_placebo=False)
    return None if found is None else found.adjusted


def _first_days(rows: Candidates) -> Candidates:
    """Return the rows in which an account is enrolled once at most, and no control afterwards."""
    order = np.lexsort((rows.account, rows.day))
    seen: set[str] = set()
    kept = []
    for row in order:
        name = str(rows.account[row])
        if name in seen:
            continue
        kept.append(int(row))
        if rows.is_enrolled[row]:
            seen.add(name)
    return rows.rows(np.array(kept, dtype=np.int64))


def _pre_trend(rows: Candidates, columns: Floats, sets: _Sets) -> Difference | None:
    if rows.earlier.shape[1] < 2:
        return None
    moved = rows.earlier[:, 0] - rows.earlier[:, 1:].mean(axis=1)
    known = ~np.isnan(moved)
    slopes = _slopes(moved[known], columns[known], rows.rows(known))
    contrast = sets.contrast(moved - columns @ slopes)
    kept = ~np.isnan(contrast)
    if kept.sum() < 2 or not contrast[kept].any():
        return None
    return one_mean(contrast[kept], rows.cluster[sets.treated][kept])


def _balance(rows: Candidates, sets: _Sets) -> tuple[Balance, ...]:
    columns = np.column_stack([rows.before, rows.earlier[:, :1], rows.features])
    names: Sequence[str] = ("before", *(("earlier",) * rows.earlier[:, :1].shape[1]), *rows.names)
    found = []
    for name, column in zip(names, columns.T, strict=True):
        known = ~np.isnan(column)
        ours, others = column[rows.is_enrolled & known], column[~rows.is_enrolled & known]
        if min(len(ours), len(others)) < 2:
            continue
        spread = np.sqrt((ours.var() + others.var()) / 2.0)
        if not spread > 0.0:
            continue
        gap = float(ours.mean() - others.mean()) / float(spread)
        contrast = sets.contrast(np.where(known, column, column[known].mean()))
        found.append(Balance(name, gap, float(contrast.mean()) / float(spread)))
    return tuple(found)
