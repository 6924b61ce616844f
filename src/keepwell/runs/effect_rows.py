"""Rows of accounts that got a play or could have: before, after, and what was known."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from keepwell.ports.effects import Drawn, Enrolled
from keepwell.proof import Arms, Candidates, EffectMeasure
from keepwell.runs.effect_history import FEATURES, DayState, Floats, SnapshotHistory

# The snapshot of an account's day is that day's or the last one before it.
SLACK_DAYS = 31
EARLIER_DAYS, EARLIER_STEPS = 30, 3
# Of a large portfolio some of those who could have been enrolled are enough.
CONTROLS_PER_ENROLLED, CONTROLS_AT_LEAST = 20, 2_000


@dataclass(frozen=True, slots=True)
class Window:
    """The days of one comparison: start, end, and the days before the start, newest first."""

    start: date
    end: date
    earlier: tuple[date | None, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """Who left: accounts that a later snapshot no longer has, or that people recorded."""

    recorded: Mapping[str, date]

    def within(self, account: str, window: Window, later: DayState) -> bool:
        """Say whether an account of the start had left by the end."""
        day = self.recorded.get(account)
        return account not in later.place or (day is not None and window.start < day <= window.end)


class EffectRows:
    """Builds the rows of one horizon from snapshots."""

    def __init__(self, history: SnapshotHistory, left: Left, horizon_days: int) -> None:
        """Keep what rows are made of."""
        self._history, self._left, self._horizon = history, left, horizon_days

    def window(self, on: date) -> Window | None:
        """Return the days of an account that came in on a day; None while they are not over."""
        start = self._history.at_or_before(on, SLACK_DAYS)
        if start is None:
            return None
        slack = max(7, self._horizon // 6)
        end = self._history.nearest(start + timedelta(days=self._horizon), slack)
        if end is None or end <= start:
            return None
        return Window(start, end, self._history.earlier(start, EARLIER_DAYS, EARLIER_STEPS))

    def windows(self, days: Collection[date]) -> dict[date, Window]:
        """Return the windows of days on which accounts came in, those only that are over."""
        found = {on: self.window(on) for on in sorted(set(days))}
        return {on: window for on, window in found.items() if window is not None}

    def arms(
        self, drawn: Sequence[Drawn], enrolled: Sequence[Enrolled], measure: EffectMeasure
    ) -> Arms:
        """Return the accounts of a lot whose horizon is over."""
        windows = self.windows({d.on for d in drawn})
        first = {e.account_id: e.on for e in enrolled}
        parts = []
        for start in sorted({w.start for w in windows.values()}):
            here = [d for d in drawn if d.on in windows and windows[d.on].start == start]
            window = windows[here[0].on]
            here = [d for d in here if d.account_id in self._history.state(start).place]
            names = [d.account_id for d in here]
            before, after, earlier, known = self._values(names, window, measure)
            came = [d.on <= first.get(d.account_id, date.max) <= window.end for d in here]
            drawn_in = [d.is_treated for d in here]
            parts.append((after, before, drawn_in, came, np.column_stack([earlier, known])))
        width = len(_names(measure)) + EARLIER_STEPS
        after, before, treated, got, known = _stacked(parts, width)
        return Arms(
            after,
            before,
            treated.astype(np.bool_),
            got.astype(np.bool_),
            known,
            np.arange(len(after)),
        )

    def candidates(self, enrolled: Sequence[Enrolled], measure: EffectMeasure) -> Candidates:
        """Return accounts on days of enrolment: the enrolled, and those not enrolled by then."""
        windows = self.windows({e.on for e in enrolled})
        first = {e.account_id: e.on for e in enrolled}
        starts = {w.start: w for w in windows.values()}
        of_start = {e.account_id: windows[e.on].start for e in enrolled if e.on in windows}
        parts, names = [], []
        for number, (start, window) in enumerate(sorted(starts.items())):
            last = max(on for on, w in windows.items() if w.start == start)
            here = self._history.state(start).place
            ours = [a for a, day in of_start.items() if day == start and a in here]
            others = [a for a in here if first.get(a, date.max) > last]
            some = ours + _some(others, len(ours), number)
            before, after, earlier, known = self._values(some, window, measure)
            later = [last < first.get(a, date.max) <= window.end for a in some]
            is_ours = np.arange(len(some)) < len(ours)
            parts.append(
                (before, after, is_ours, later, np.full(len(some), number), earlier, known)
            )
            names += some
        width = len(_names(measure))
        before, after, ours_, later_, day, earlier, known = _stacked(parts, EARLIER_STEPS, width)
        cluster: NDArray[np.int64] = np.unique(names, return_inverse=True)[1].astype(np.int64)
        return Candidates(
            account=np.array(names, dtype=np.str_),
            day=day.astype(np.int64),
            is_enrolled=ours_.astype(np.bool_),
            later=later_.astype(np.bool_),
            before=before,
            after=after,
            earlier=earlier,
            features=known,
            names=_names(measure),
            cluster=cluster,
        )

    def _values(
        self, names: Sequence[str], window: Window, measure: EffectMeasure
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Return before, after, earlier values and features of accounts of the start."""
        start, end = self._history.state(window.start), self._history.state(window.end)
        gone = np.array([self._left.within(a, window, end) for a in names], dtype=np.bool_)
        earlier = [
            np.full(len(names), np.nan) if day is None else self._of(names, day, measure)
            for day in window.earlier
        ]
        rows = [start.place[a] for a in names]
        after = np.where(gone, 0.0, self._of(names, window.end, measure))
        if measure == "left":
            after = gone.astype(np.float64)
        before = self._of(names, window.start, measure)
        known = [start.features[rows]]
        if measure != "score":
            # What was not measured before is matched by what was: health then and a month earlier.
            days = (window.start, window.earlier[0])
            known += [self._score(names, day)[:, None] for day in days]
        return before, after, np.column_stack(earlier), np.column_stack(known)

    def _score(self, names: Sequence[str], day: date | None) -> Floats:
        return np.full(len(names), np.nan) if day is None else self._of(names, day, "score")

    def _of(self, names: Sequence[str], day: date, measure: EffectMeasure) -> Floats:
        state = self._history.state(day)
        if measure == "left":
            # Nobody of the start had left before: what was known of them is their score.
            return np.zeros(len(names))
        column = state.score if measure == "score" else state.money
        places = [state.place.get(a) for a in names]
        return np.array([np.nan if p is None else column[p] for p in places], dtype=np.float64)


def _names(measure: EffectMeasure) -> tuple[str, ...]:
    known = (*FEATURES, "account_size_segment")
    return known if measure == "score" else (*known, "score", "score_earlier")


def _some(others: Sequence[str], enrolled: int, seed: int) -> list[str]:
    """Return all of them, or of very many a share drawn by a fixed seed."""
    most = max(CONTROLS_AT_LEAST, CONTROLS_PER_ENROLLED * enrolled)
    if len(others) <= most:
        return list(others)
    drawn = np.random.default_rng(seed).choice(len(others), size=most, replace=False)
    return [others[n] for n in sorted(drawn)]


def _stacked(parts: Sequence[Sequence[object]], *widths: int) -> list[NDArray[np.float64]]:
    """Return the columns of parts, one after the other; without parts, columns without rows."""
    if parts:
        return [
            np.concatenate([np.asarray(c, dtype=np.float64) for c in column])
            for column in zip(*parts, strict=True)
        ]
    narrow = 4 if len(widths) == 1 else 5
    return [np.zeros(0)] * narrow + [np.zeros((0, w)) for w in widths]
