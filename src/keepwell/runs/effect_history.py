"""Accounts on the days that were run: score, money and what was known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.vocabulary import MICRO_PER_POINT

Floats = NDArray[np.float64]
MONEY = ("current_arr_amount", "won_amount_6m")
# Amounts and counts are skewed: their logarithm is compared.
FEATURES = (
    "account_age_days",
    "days_since_last_activity",
    "total_activities_30d",
    "number_of_employees",
    "annual_revenue",
    "total_won_amount",
    "current_pipeline_amount",
    "open_tickets",
)
SIZES = ("Small Business", "Mid-Market", "Large", "Enterprise")
_SCORES, _MEASURES = "effect_scores", "effect_measures"
_KEPT_DAYS = 12


@dataclass(frozen=True, slots=True)
class DayState:
    """The accounts of one snapshot, ordered by id. NaN = unknown.

    `features`: one column for each of FEATURES, then size as its place among SIZES.
    """

    place: Mapping[str, int]
    score: Floats
    money: Floats
    features: Floats


class SnapshotHistory:
    """The snapshots of a project by day; a day that was run again counts by its last one."""

    def __init__(self, engine: Engine, snapshots: SnapshotStore, runs: Sequence[RunRecord]) -> None:
        """Keep what is read from; `runs`: newest publication first."""
        self._engine, self._snapshots = engine, snapshots
        self._runs: dict[date, str] = {}
        for run in runs:
            self._runs.setdefault(run.as_of, run.run_id)
        self.days = tuple(sorted(self._runs))
        self._read: dict[date, DayState] = {}
        self._money: str | None = None

    def at_or_before(self, day: date, most_days: int) -> date | None:
        """Return the last day that was run up to `day`, at most so many days back."""
        found = max((d for d in self.days if d <= day), default=None)
        return found if found is not None and (day - found).days <= most_days else None

    def nearest(self, day: date, most_days: int) -> date | None:
        """Return the day that was run nearest to `day`, at most so many days off."""
        near = [(abs((d - day).days), d) for d in self.days]
        best = min(near, default=None)
        return best[1] if best is not None and best[0] <= most_days else None

    def earlier(self, day: date, step_days: int, count: int) -> tuple[date | None, ...]:
        """Return days that were run about one, two ... steps before, each but once."""
        found: list[date | None] = []
        for steps in range(1, count + 1):
            near = self.nearest(day - timedelta(days=steps * step_days), step_days // 2)
            found.append(near if near is not None and near < day and near not in found else None)
        return tuple(found)

    @property
    def money(self) -> str:
        """Return the amount that stands for money: the first that half of the accounts have now."""
        if self._money is None:
            folder = self._snapshots.path(self._runs[self.days[-1]])
            self._engine.read_parquet(_MEASURES, folder / "measures.parquet")
            held = set(self._engine.columns(_MEASURES))
            counts = ", ".join(f"count({_amount(n, held)})" for n in MONEY)
            every, *known = self._engine.rows(f"SELECT count(*), {counts} FROM {_MEASURES} AS m")[0]  # noqa: S608
            enough = [n for n, k in zip(MONEY, known, strict=True) if 2 * int(k) >= int(every)]
            self._money = enough[0] if enough else MONEY[-1]
        return self._money

    def state(self, day: date) -> DayState:
        """Return the accounts of a day; the last few days stay in memory."""
        if day not in self._read:
            if len(self._read) >= _KEPT_DAYS:
                del self._read[next(iter(self._read))]
            self._read[day] = self._load(day)
        return self._read[day]

    def _load(self, day: date) -> DayState:
        money, folder = self.money, self._snapshots.path(self._runs[day])
        self._engine.read_parquet(_SCORES, folder / "scores.parquet")
        self._engine.read_parquet(_MEASURES, folder / "measures.parquet")
        held = set(self._engine.columns(_MEASURES))
        wanted = [_amount(name, held) for name in (money, *FEATURES)]
        size = "m.account_size_segment" if "account_size_segment" in held else "NULL"
        table = self._engine.arrow(
            f"SELECT s.account_id, CAST(s.score_micro AS DOUBLE), {', '.join(wanted)}, "  # noqa: S608
            f"CAST({size} AS VARCHAR) FROM {_SCORES} AS s "
            f"LEFT JOIN {_MEASURES} AS m ON m.account_id = s.account_id ORDER BY s.account_id"
        )
        accounts = table.column(0).to_pylist()
        numbers = [
            np.asarray(table.column(n).to_pylist(), dtype=np.float64)
            for n in range(1, table.num_columns - 1)
        ]
        sizes = [SIZES.index(s) if s in SIZES else np.nan for s in table.column(-1).to_pylist()]
        known = [np.sign(c) * np.log1p(np.abs(c)) for c in numbers[2:]]
        return DayState(
            {str(a): n for n, a in enumerate(accounts)},
            numbers[0] / MICRO_PER_POINT,
            numbers[1],
            np.column_stack([*known, np.asarray(sizes, dtype=np.float64)]),
        )


def _amount(name: str, held: set[str]) -> str:
    if name not in held:
        return "CAST(NULL AS DOUBLE)"
    value = f"CASE WHEN m.{name} IS NULL AND m.{name}__never THEN 0 ELSE m.{name} END"
    return f"CAST({value} AS DOUBLE)"
