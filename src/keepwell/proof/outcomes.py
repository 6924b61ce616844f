"""What came after a day: dated histories of leaving, terms, money and silence, read at origins.

Days are whole numbers, days since 1970-01-01; accounts are numbered 0 .. n-1. A history is made
once and then read at every origin. Nothing dated after the origin decides who is at risk.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from keepwell.proof.frame import Flags, Floats, Ints

# Later than any date; an account's days and the next account's never mix.
SPAN = np.int64(1 << 22)
NO_DAY = np.int64(SPAN - 1)


@dataclass(frozen=True, slots=True)
class Seen:
    """One origin, all accounts: who was at risk, who met the outcome, on which day (or NO_DAY)."""

    at_risk: Flags
    outcome: Flags
    event_day: Ints


class History(Protocol):
    """What happened to accounts, as far as one kind of outcome goes."""

    @property
    def confirmed_after_days(self) -> int:
        """Return the days after an outcome until the data can tell it from a pause."""
        ...

    def at(self, origin: int, horizon_days: int) -> Seen:
        """Return who was at risk on a day and what the days after it brought."""
        ...


def seen(at_risk: Flags, day: Ints, last: int) -> Seen:
    """Return an origin's result from each account's day of outcome; days after `last` are none."""
    outcome = at_risk & (day <= last)
    return Seen(at_risk, outcome, np.where(outcome, day, NO_DAY))


@dataclass(frozen=True, slots=True)
class Departures:
    """The day on which each account left, NO_DAY for one that has not."""

    day: Ints
    confirmed_after_days: int = 0

    def at(self, origin: int, horizon_days: int) -> Seen:
        """Return who was there on a day and left within the horizon."""
        return seen(self.day > origin, self.day, origin + horizon_days)


@dataclass(frozen=True, slots=True)
class Labels:
    """Who left by a column without dates: read at one day, on which the outcome counts."""

    known: Flags
    left: Flags
    confirmed_after_days: int = 0

    def at(self, origin: int, horizon_days: int) -> Seen:  # noqa: ARG002
        """Return what the labels say; the day of the outcome is the origin itself."""
        day = np.where(self.left, np.int64(origin), NO_DAY)
        return seen(self.known, day, origin)


@dataclass(frozen=True, slots=True)
class Terms:
    """Paid terms by account; an end with no new term within the grace is a non-renewal.

    `start`:   `account * SPAN + first day`, ascending.
    `covered`: the last covered day (as such a key) of all terms up to this one.
    `spell`:   the last covered day of the unbroken spell that the term belongs to.
    """

    accounts: int
    start: Ints
    covered: Ints
    spell: Ints
    confirmed_after_days: int

    def at(self, origin: int, horizon_days: int) -> Seen:
        """Return who had a term in force on a day and let the last one run out after it."""
        moment = np.arange(self.accounts, dtype=np.int64) * SPAN + origin
        place = np.searchsorted(self.start, moment, side="right") - 1
        at_risk = (place >= 0) & (self.covered[place] >= moment) if len(self.start) else place >= 0
        day = np.full(self.accounts, NO_DAY)
        day[at_risk] = np.minimum(self.spell[place[at_risk]] % SPAN + 1, NO_DAY)
        return seen(at_risk, day, origin + horizon_days)


def terms(accounts: int, account: Ints, first: Ints, last: Ints, grace_days: int) -> Terms:
    """Return the history of terms from rows of account, first and last day (NO_DAY: open).

    Two terms with at most `grace_days` uncovered days between them are one spell.
    """
    order = np.lexsort((last, first, account))
    account, start = account[order], account[order] * SPAN + first[order]
    end = account * SPAN + np.minimum(last[order], NO_DAY - 1)
    covered = np.maximum.accumulate(end) if len(end) else end
    begins = np.ones(len(start), np.bool_)
    begins[1:] = (start[1:] > covered[:-1] + grace_days + 1) | (account[1:] != account[:-1])
    closes = np.append(begins[1:], True) if len(start) else begins
    ends = covered[closes]
    spell = ends[np.cumsum(begins) - 1] if len(start) else covered
    return Terms(accounts, start, covered, spell, grace_days)


@dataclass(frozen=True, slots=True)
class Levels:
    """Money (or seats) in force as steps; a fall that lasts longer than the grace is an outcome.

    `change`: `account * SPAN + day` of each step, ascending; `level`: in force from then on.
    `lasting`: the highest level from the step until the grace is over.
    `keeps`:  the share of the level at the origin below or at which it has fallen.
    """

    accounts: int
    change: Ints
    level: Floats
    lasting: Floats
    keeps: float
    confirmed_after_days: int

    def at(self, origin: int, horizon_days: int) -> Seen:
        """Return who paid (or used seats) on a day and fell within the horizon, or left whole."""
        own = np.arange(self.accounts, dtype=np.int64) * SPAN
        place = np.searchsorted(self.change, own + origin, side="right") - 1
        known = (place >= 0) & (self.change[place] >= own) if len(self.change) else place >= 0
        before = np.where(known, self.level[place], 0.0) if len(self.level) else own * 0.0
        day, limit = np.full(self.accounts, NO_DAY), before * self.keeps
        step = np.flatnonzero(before > 0)
        at = place[step] + 1
        while len(step):
            inside = (at < len(self.change)) & (
                self.change[np.minimum(at, len(self.change) - 1)]
                <= own[step] + origin + horizon_days
            )
            step, at = step[inside], at[inside]
            fell = self.lasting[at] <= limit[step] + 1e-9
            day[step[fell]] = self.change[at[fell]] - own[step[fell]]
            step, at = step[~fell], at[~fell] + 1
        return seen(before > 0, day, origin + horizon_days)


def levels(
    accounts: int,
    account: Ints,
    first: Ints,
    last: Ints,
    amount: Floats,
    *,
    fall_share: float,
    grace_days: int,
) -> Levels:
    """Return the steps of what is in force from rows of account, first and last day, amount.

    A term that ends on the day on which another of the account begins ends the day before.
    """
    meets = np.isin(account * SPAN + last, account * SPAN + first) & (last > first)
    stop = np.where(last >= NO_DAY, NO_DAY, last + 1 - meets)
    days = np.concatenate([account * SPAN + first, account * SPAN + stop])
    change, place = np.unique(days, return_inverse=True)
    moved = np.zeros(len(change))
    np.add.at(moved, place, np.concatenate([amount, -amount]))
    level: Floats = np.round(np.cumsum(moved), 6).astype(np.float64)
    return Levels(
        accounts, change, level, _lasting(change, level, grace_days), 1 - fall_share, grace_days
    )


def _lasting(change: Ints, level: Floats, grace_days: int) -> Floats:
    """Return for each step the highest level from it until `grace_days` later."""
    highest, ahead = level.copy(), 1
    while ahead < len(change):
        near = change[ahead:] - change[:-ahead] <= grace_days
        if not near.any():
            break
        np.maximum(highest[:-ahead], np.where(near, level[ahead:], -np.inf), out=highest[:-ahead])
        ahead += 1
    return highest


@dataclass(frozen=True, slots=True)
class Silence:
    """Days with rows by account; so many days without one are an outcome.

    `rows`: `account * SPAN + day`, ascending, each once.
    `ends`: the place of the next row, from each on, after which the silence reaches its length.
    `days`: that length; None for the whole horizon, whatever it is.
    """

    accounts: int
    rows: Ints
    ends: Ints
    days: int | None
    lapsed_days: int
    confirmed_after_days: int = 0

    def at(self, origin: int, horizon_days: int) -> Seen:
        """Return who was active on a day, not lapsed or silent already, and fell silent after."""
        own = np.arange(self.accounts, dtype=np.int64) * SPAN
        place = np.searchsorted(self.rows, own + origin, side="right") - 1
        there = (place >= 0) & (self.rows[place] >= own) if len(self.rows) else place >= 0
        last = np.where(there, self.rows[place] - own, 0) if len(self.rows) else own * 0
        if self.days is not None:
            at_risk = there & (origin - last < min(self.days, self.lapsed_days))
            day = np.full(self.accounts, NO_DAY)
            turn = self.ends[place[at_risk]]
            day[at_risk] = self.rows[turn] - own[at_risk] + self.days
            return seen(at_risk, day, origin + horizon_days)
        at_risk = there & (origin - last < self.lapsed_days)
        following = np.minimum(place + 1, len(self.rows) - 1)
        returns = at_risk & (place + 1 < len(self.rows))
        returns[returns] = self.rows[following[returns]] <= own[returns] + origin + horizon_days
        day = np.where(returns, NO_DAY, np.maximum(last + horizon_days, origin + 1))
        return seen(at_risk, day, origin + horizon_days)


def silence(
    accounts: int, account: Ints, day: Ints, *, days: int | None, lapsed_days: int
) -> Silence:
    """Return the history of silence from rows of account and day."""
    rows = np.unique(account * SPAN + day)
    ends = np.arange(len(rows))
    if days is not None and len(rows):
        # The gap to the next account's rows is always long enough.
        long = np.append(np.diff(rows) > days, True)
        long[:-1] |= rows[1:] // SPAN != rows[:-1] // SPAN
        ends = np.where(long, ends, len(rows))
        ends = np.minimum.accumulate(ends[::-1])[::-1]
    return Silence(accounts, rows, ends, days, lapsed_days)
