"""How long before the outcome the score warned, and how often it warned for nothing."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import Days, EvaluationFrame, Flags, Floats, Ints
from keepwell.proof.intervals import bootstrap_median, clustered
from keepwell.proof.metrics import rate
from keepwell.proof.metrics_sample import numbered

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How early accounts with the outcome were warned of.

    median:    days from the first day of the warning to the event, over those warned of.
    warned:    share of accounts with the outcome that were warned of.
    days:      the leads themselves, one per account warned of.
    at_least:  accounts warned of since their first origin: their lead is longer than seen.
    step_days: median distance of the origins; a lead is known no finer than that.
    """

    median: Estimate
    warned: Estimate
    days: Floats
    at_least: int
    step_days: float


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Warnings that began and were followed by no outcome within the horizon.

    warnings: all that began; false: those without the outcome.
    csms: people who hold accounts, 0 = not known; months: length of the back-test.
    """

    warnings: int
    false: int
    csms: int
    months: float

    @property
    def per_csm_and_month(self) -> float:
        """Return the false ones that one person gets in a month; NaN where nobody is known."""
        return self.false / self.csms / self.months if self.csms and self.months else float("nan")


def is_warned(frame: EvaluationFrame, tier: str = "low") -> Flags:
    """Return which rows stand under warning: those in the low tier."""
    return np.asarray(frame.tier == tier, dtype=np.bool_)


def lead_times(frame: EvaluationFrame, warned: Flags, seed: int = 7) -> LeadTime:
    """Return how early the outcome was warned of.

    Method: of each account's first outcome, the last origin before it under warning within the
            horizon, and back from there to the origin at which that unbroken warning began. An
            outcome that comes again, such as silence that goes on, counts once.
    """
    order, account, begins = _runs(frame, warned)
    event_day = frame.event_day[order]
    dated = frame.outcome[order] & (event_day > frame.origin[order])
    has_event = _of_first_event(account, dated, event_day)
    hit = np.flatnonzero(has_event & warned[order])
    last = _last_by_account(account, hit)
    lead = (event_day[last] - frame.origin[order][begins[last]]).astype(np.float64)
    opened = begins[last] == np.searchsorted(account, account[last], side="left")
    left = _last_by_account(account, np.flatnonzero(has_event))
    unit = frame.cluster[order]
    was_warned = np.isin(account[left], account[last])
    of_left = numbered(was_warned, np.zeros(len(left), np.int64), unit[left])
    of_warned = numbered(np.ones(len(last), np.bool_), np.zeros(len(last), np.int64), unit[last])
    share = clustered(rate(of_left, np.ones(len(left))), of_left, "sandwich")
    median = bootstrap_median(lead, of_warned, seed)
    return LeadTime(median, share, np.sort(lead), int(opened.sum()), _step_days(frame))


def false_alarms(frame: EvaluationFrame, warned: Flags, csm: str = "csm") -> FalseAlarms:
    """Return the warnings that began, and those that nothing followed.

    A warning begins at an origin whose account stood under none at its origin before; those that
    stand at an account's first origin are not counted, for nobody saw them begin.
    """
    order, account, _ = _runs(frame, warned)
    low = warned[order]
    same = np.append(False, account[1:] == account[:-1])
    begun = low & same & ~np.append(False, low[:-1])
    false = begun & ~frame.outcome[order]
    holders = frame.groups.get(csm)
    csms = len(set(np.unique(holders)) - {""}) if holders is not None else 0
    days = np.unique(frame.origin)
    months = (len(days) - 1) * _step_days(frame) / DAYS_A_MONTH if len(days) > 1 else 0.0
    return FalseAlarms(int(begun.sum()), int(false.sum()), csms, months)


def _runs(frame: EvaluationFrame, warned: Flags) -> tuple[Ints, Ints, Ints]:
    """Return rows by account and day, the account's number, and where each warning began."""
    _, code = np.unique(frame.account, return_inverse=True)
    order = np.lexsort((frame.origin, code))
    account, low = code[order], warned[order]
    starts = np.append(True, (account[1:] != account[:-1]) | (low[1:] != low[:-1]))[: len(low)]
    begins = np.maximum.accumulate(np.where(starts, np.arange(len(low)), 0))
    return order, account, begins


def _last_by_account(account: Ints, rows: Ints) -> Ints:
    """Return of sorted rows the last one of each account."""
    mine = account[rows]
    is_last = np.append(mine[1:] != mine[:-1], True)[: len(rows)]
    return np.asarray(rows[is_last], dtype=np.int64)


def _of_first_event(account: Ints, dated: Flags, event_day: Days) -> Flags:
    """Return which dated rows, sorted by account and day, look ahead to its first event."""
    held = np.flatnonzero(dated)
    opens = np.searchsorted(account[held], account[held], side="left")
    first = np.zeros(len(dated), np.bool_)
    first[held] = event_day[held] == event_day[held[opens]]
    return first


def _step_days(frame: EvaluationFrame) -> float:
    days = np.unique(frame.origin)
    return float(np.median(np.diff(days).astype(np.float64))) if len(days) > 1 else 0.0
