"""A change of score since an earlier snapshot, split into parts that sum exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from keepwell.scoring.row import RowScore


@dataclass(frozen=True, slots=True)
class StoredScore:
    """A score as an earlier snapshot holds it: micro-points in all and per measure."""

    score_micro: int
    micros: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """One measure's part of a change, in micro-points, by cause."""

    measure: str
    data_micro: int
    config_micro: int
    customer_micro: int

    @property
    def total_micro(self) -> int:
        """Return the measure's whole change."""
        return self.data_micro + self.config_micro + self.customer_micro


@dataclass(frozen=True, slots=True)
class Change:
    """A change of score by cause, in micro-points.

    data:     the old date computed again on today's tables, minus what was stored then.
    config:   today's scorecard minus the old one, on today's account.
    customer: today's account minus the old date's, both on today's tables and the old scorecard.
    """

    since: date
    before_micro: int
    after_micro: int
    data_micro: int
    config_micro: int
    customer_micro: int
    measures: tuple[MeasureChange, ...]

    @property
    def total_micro(self) -> int:
        """Return the whole change: the sum of the three causes."""
        return self.after_micro - self.before_micro


def split_change(
    since: date, stored: StoredScore, replayed: RowScore, unchanged_card: RowScore, now: RowScore
) -> Change | None:
    """Return the change by cause; None when one of the four has no score to compare.

    `replayed`:       old date, today's tables, old card.
    `unchanged_card`: today's date and tables, old card.
    `now`:            today's date, tables and card.
    """
    steps = (replayed.score_micro, unchanged_card.score_micro, now.score_micro)
    if any(step is None for step in steps):
        return None
    again, old_card, after = (step or 0 for step in steps)
    return Change(
        since=since,
        before_micro=stored.score_micro,
        after_micro=after,
        data_micro=again - stored.score_micro,
        config_micro=after - old_card,
        customer_micro=old_card - again,
        measures=_by_measure(stored, replayed, unchanged_card, now),
    )


def _by_measure(
    stored: StoredScore, replayed: RowScore, unchanged_card: RowScore, now: RowScore
) -> tuple[MeasureChange, ...]:
    names = dict.fromkeys((*now.measures, *unchanged_card.measures, *stored.micros))
    changes = [
        MeasureChange(
            measure=name,
            data_micro=_micro(replayed, name) - stored.micros.get(name, 0),
            config_micro=_micro(now, name) - _micro(unchanged_card, name),
            customer_micro=_micro(unchanged_card, name) - _micro(replayed, name),
        )
        for name in names
    ]
    return tuple(sorted(changes, key=lambda c: (-abs(c.total_micro), c.measure)))


def _micro(row: RowScore, measure: str) -> int:
    part = row.measures.get(measure)
    return 0 if part is None else part.micro
