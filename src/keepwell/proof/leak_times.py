"""The signs of a leak that need times: what a feature does around the event, and ahead of it."""

import numpy as np

from keepwell.proof.frame import Floats, Ints
from keepwell.proof.leaks import Column, FeatureTable, Leak, LeakFound, as_numbers

LATE_SHARE = 0.01
NEVER = 0.02
USUAL = 0.5
FEWEST = 20
FEWEST_PAIRS = 200
# In fewer days, what lies above an account's own mean now lies below it later, by arithmetic.
FEWEST_DAYS = 8
# A feature that moves so much with its own past of a horizon ago holds rows from before it.
REMEMBERS = 0.1
AHEAD = 0.35
AHEAD_MARGIN = 0.1
PASSES = 4
STILL_SHARE = 0.02


def dated_after_origin(table: FeatureTable, name: str, column: Column) -> LeakFound | None:
    """Find a day that lies after the day as of which it is meant to be known."""
    if not np.issubdtype(column.dtype, np.datetime64):
        return None
    filled = ~np.isnat(column) & table.before
    late = filled & (column.astype("datetime64[D]") > table.day)
    share = float(late.sum() / max(filled.sum(), 1))
    if share <= LATE_SHARE:
        return None
    return LeakFound(name, Leak.DATED_AFTER_ORIGIN, share, LATE_SHARE, int(filled.sum()))


def around_the_event(table: FeatureTable, name: str, values: Floats) -> list[LeakFound]:
    """Find a feature written by the event, or one that stands still from it on.

    Needs: rows on or after the event, and rows before it, of at least 20 accounts.
    """
    first, then = _steps(table)
    changed = _differ(values[first], values[then])
    event = table.event_day[first]
    has = ~np.isnat(event)
    before = ~has | (table.day[then] < event)
    across = has & (table.day[first] < event) & (table.day[then] >= event)
    after = has & (table.day[first] >= event)
    if not before.any():
        return []
    usual = float(changed[before].mean())
    found = []
    if across.sum() >= FEWEST and usual <= NEVER:
        share = float(changed[across].mean())
        if share > USUAL:
            rows = int(across.sum())
            found.append(LeakFound(name, Leak.CHANGES_ONLY_WITH_EVENT, share, USUAL, rows))
    if after.sum() >= FEWEST and usual >= USUAL:
        still = 1 - float(changed[after].mean())
        if still > 1 - NEVER:
            rows = int(after.sum())
            found.append(LeakFound(name, Leak.FROZEN_AFTER_EVENT, still, 1 - NEVER, rows))
    return found


def knows_the_future(table: FeatureTable, horizon_days: int) -> list[LeakFound]:
    """Find features that move with the future of another more than with its present.

    Method: within accounts that stay, in ranks, each feature less the means of account and day:
            correlation with every other one a horizon later against the same day. An honest
            feature tells of its own day at least as much. Others whose window reaches back
            beyond the horizon are no witnesses: what they hold later, they hold of today.
    Needs:  eight days, of which some lie one horizon apart.
    """
    if len(np.unique(table.day)) < FEWEST_DAYS:
        return []
    numbers = {n: as_numbers(c) for n, c in table.features.items() if c.dtype.kind in "fiub"}
    now, later = _ahead(table, horizon_days)
    if len(now) < FEWEST_PAIRS:
        return []
    moving = {n: _within(table, v) for n, v in numbers.items()}
    still = STILL_SHARE * len(table.account)
    moving = {n: v for n, v in moving.items() if np.nanstd(v) > still}
    witnesses = {n: v for n, v in moving.items() if _corr(v[now], v[later]) < REMEMBERS}
    found = []
    for name, one in moving.items():
        gaps = [
            (abs(_corr(one[now], other[later])), abs(_corr(one[now], other[now])))
            for rival, other in witnesses.items()
            if rival != name
        ]
        ahead = max((a for a, same in gaps if a > same + AHEAD_MARGIN), default=0.0)
        if ahead > AHEAD:
            found.append(LeakFound(name, Leak.KNOWS_THE_FUTURE, ahead, AHEAD, len(now)))
    return found


def _steps(table: FeatureTable) -> tuple[Ints, Ints]:
    """Return pairs of rows that follow each other in one account."""
    order = np.lexsort((table.day, table.account))
    account = table.account[order]
    follows = account[1:] == account[:-1]
    return order[:-1][follows], order[1:][follows]


def _ahead(table: FeatureTable, horizon_days: int) -> tuple[Ints, Ints]:
    """Return pairs of rows of one staying account, the later one at least a horizon on."""
    stays = np.isnat(table.event_day)
    rows = np.flatnonzero(stays)
    order = rows[np.lexsort((table.day[rows], table.account[rows]))]
    _, code = np.unique(table.account[order], return_inverse=True)
    day = table.day[order].astype(np.int64)
    base = day.min() if len(day) else 0
    width = int(day.max() - base + horizon_days + 2) if len(day) else 1
    key = code.astype(np.int64) * width * 2 + (day - base)
    at = np.searchsorted(key, key + horizon_days, side="left")
    inside = at < len(key)
    inside[inside] = code[at[inside]] == code[inside]
    return order[inside], order[at[inside]]


def _within(table: FeatureTable, values: Floats) -> Floats:
    """Return ranks less the means of their account and of their day: no level and no season."""
    ranks = np.full(len(values), np.nan)
    known = ~np.isnan(values)
    ordered = np.unique(values[known], return_inverse=True, return_counts=True)
    ends = np.cumsum(ordered[2])
    ranks[known] = (ends - ordered[2] / 2)[ordered[1]]
    codes = [np.unique(c, return_inverse=True)[1] for c in (table.account, table.day)]
    for code in codes * PASSES:
        sums = np.bincount(code, weights=np.where(known, ranks, 0))
        counts = np.bincount(code, weights=known)
        ranks = ranks - (sums / np.maximum(counts, 1))[code]
    return np.asarray(ranks, dtype=np.float64)


def _corr(one: Floats, other: Floats) -> float:
    both = ~np.isnan(one) & ~np.isnan(other)
    if both.sum() < FEWEST_PAIRS or not one[both].std() or not other[both].std():
        return 0.0
    return float(np.corrcoef(one[both], other[both])[0, 1])


def _differ(one: Floats, other: Floats) -> Floats:
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return np.asarray(~same, dtype=np.float64)
