"""The clock of a contract: where in its terms an account stands in the days ahead, as known then.

Days are whole numbers, days since 1970-01-01; an open end is NO_DAY.
"""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.frame import Floats, Ints, Texts
from keepwell.proof.outcomes import NO_DAY

STEP_DAYS = 30
MONTH_DAYS = 30.4375
# In the same words: a month's number up to each bound, then all beyond the last.
MONTHS = (1, 2, 3, 6, 12, 24)
RENEWALS = (1, 2, 3)
NO_TERM, WITHIN = "no_term", "within_term"


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """Paid terms, one row each: the account's number, first and last day (NO_DAY: open).

    whole_months: length of every term, where written ends tell the future; None: as written.
    """

    accounts: int
    account: Ints
    first: Ints
    last: Ints
    whole_months: int | None = None

    def places(self, account: Ints, origin: Ints, steps: int) -> Texts:
        """Return where each of the next steps of 30 days lies: rows x steps, from rows of one day.

        `renewal_2`: the second term ends in it; `month_4_6`: so many months since the first began,
        of terms of one month or without an end; `within_term`: no term ends; `no_term`: none is in
        force. Terms begun after the day are not known yet, a running one is taken to be renewed.
        """
        found = np.full((len(account), steps), NO_TERM, dtype="<U16")
        for day in np.unique(origin):
            rows = np.flatnonzero(origin == day)
            found[rows] = self._on(int(day), steps)[account[rows]]
        return found

    def _on(self, day: int, steps: int) -> Texts:
        """Return the places of all accounts from one day on."""
        begun = self.first <= day
        who, first, last = self.account[begun], self.first[begun], self._ends(day)[begun]
        since = np.full(self.accounts, NO_DAY)
        np.minimum.at(since, who, first)
        running = np.flatnonzero(last >= day)
        order = running[np.lexsort((first[running], last[running], who[running]))]
        is_last = np.append(who[order][1:] != who[order][:-1], True)[: len(order)]
        held = order[is_last]
        places = np.full((self.accounts, steps), NO_TERM, dtype="<U16")
        places[who[held]] = _named(day, since[who[held]], first[held], last[held], steps)
        return places

    def _ends(self, day: int) -> Ints:
        """Return the end of each term as it was known on a day."""
        if self.whole_months is None:
            return self.last
        length = self.whole_months * MONTH_DAYS
        rounds = np.maximum(np.ceil((day - self.first + 1) / length), 1.0)
        planned = self.first + np.ceil(rounds * length).astype(np.int64) - 1
        # A term that was over by then had been seen to end.
        return np.where(self.last < day, self.last, planned)


def _named(day: int, since: Ints, first: Ints, last: Ints, steps: int) -> Texts:
    is_open = last >= NO_DAY
    months = np.where(is_open, 1.0, np.maximum(np.round((last - first + 1) / MONTH_DAYS), 1.0))
    length = months * MONTH_DAYS
    due = np.where(is_open, day + STEP_DAYS, last + 1)
    found = np.full((len(last), steps), WITHIN, dtype="<U16")
    for step in range(steps):
        opens, closes = day + step * STEP_DAYS, day + (step + 1) * STEP_DAYS
        # The due day that lies in the step, if any: whole terms after the first one.
        turns = np.maximum(np.ceil((opens + 1 - due) / length), 0.0)
        falls = due + turns * length
        is_due = is_open | ((falls > opens) & (falls <= closes))
        at = np.where(is_open, closes, falls)
        number = np.maximum(np.round((at - since) / length), 1.0)
        named = np.where(
            months > 1, _banded("renewal", number, RENEWALS), _banded("month", number, MONTHS)
        )
        found[:, step] = np.where(is_due, named, found[:, step])
    return found


def _banded(kind: str, number: Floats, bounds: tuple[int, ...]) -> Texts:
    """Return the names of numbers from 1: those of one bound share a name."""
    lows = (1, *(b + 1 for b in bounds))
    names = [
        f"{kind}_{low}" if low == high else f"{kind}_{low}_{high}"
        for low, high in zip(lows, bounds, strict=False)
    ]
    names.append(f"{kind}_{lows[-1]}_more")
    place = np.searchsorted(np.array(bounds, dtype=np.float64), number, side="left")
    return np.array(names)[place]
