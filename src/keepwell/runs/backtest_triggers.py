"""Triggers at past days: whose alerts would have been on, from what was known then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.config import Config
from keepwell.measures import MeasurePlan
from keepwell.outlook import PORTFOLIO_TABLES, portfolio_select
from keepwell.ports import Engine
from keepwell.proof import EvaluationFrame, Flags, Ints
from keepwell.runs.backtest_history import NUMBERED
from keepwell.runs.outlook import outlook_settings, store_forecast
from keepwell.runs.value_watch import open_no_value
from keepwell.runs.watch_tables import open_no_run, open_watch
from keepwell.warning import (
    BEFORE,
    MONTH_AGO,
    Trigger,
    bound,
    column_names,
    conditions_select,
    later_states,
)

FILE = "alarms.parquet"
NOT_THERE = ("stability",)


@dataclass(frozen=True, slots=True)
class Served:
    """A trigger as past days can serve it; `lacks`: what it needs and they do not tell."""

    trigger: Trigger
    is_proxy: bool
    lacks: tuple[str, ...] = ()


@dataclass(slots=True)
class AlarmReplay:
    """Replays triggers from one origin to the next; holds which alerts are on.

    A month lies between origins, in which daily runs would have confirmed what holds: streaks
    that a trigger asks for count as met. Columns of other snapshots are those of the last origin.
    """

    triggers: Sequence[Trigger]
    config: Config
    plan: MeasurePlan
    accounts: int
    on: dict[str, Flags]
    since: dict[str, Ints]
    served: tuple[Served, ...] = ()

    def at(self, engine: Engine, origin: date) -> dict[str, Ints]:
        """Return the numbers of the accounts on alert at an origin, by trigger.

        Needs: the tables of a scored day, and NUMBERED.
        """
        columns = self._open(engine)
        if not self.served:
            self.served = tuple(self._serve(t, columns) for t in self.triggers)
        asked = [s for s in self.served if not s.lacks]
        if not asked:
            return {}
        select = conditions_select([s.trigger for s in asked], columns)
        found = engine.arrow(
            f"SELECT n.number, c.* FROM ({select}) AS c "
            f"JOIN {NUMBERED} AS n ON n.account_id = c.account_id ORDER BY n.number"
        )
        number = np.asarray(found.column("number").to_numpy(), np.int64)
        for place, one in enumerate(asked, start=1):
            parts = (_known(found.column(f"{part}_{place}")) for part in ("enters", "leaves"))
            self._turn(one.trigger, number, origin, *parts)
        engine.create_table(BEFORE, "SELECT * FROM scores")
        return {s.trigger.trigger: np.flatnonzero(self.on[s.trigger.trigger]) for s in asked}

    def _turn(
        self, trigger: Trigger, number: Ints, origin: date, enters: Ints, leaves: Ints
    ) -> None:
        name, day = trigger.trigger, (origin - date(1970, 1, 1)).days
        on, since = (
            self.on.get(name, np.zeros(self.accounts, np.bool_)),
            self.since.get(name, np.zeros(self.accounts, np.int64)),
        )
        is_on, began = later_states(
            on[number], since[number], enters, leaves, day, trigger.hysteresis
        )
        # Who is no customer on the day is under no alert.
        self.on[name], self.since[name] = np.zeros_like(on), since.copy()
        self.on[name][number], self.since[name][number] = is_on, began

    def _open(self, engine: Engine) -> dict[str, str]:
        store_forecast(engine, outlook_settings(self.config, self.plan))
        named = {n: () if n in NOT_THERE else tuple(engine.columns(n)) for n in PORTFOLIO_TABLES}
        engine.create_view("portfolio", portfolio_select(named))
        if not engine.columns(BEFORE):
            open_no_run(engine, BEFORE)
        engine.create_view(MONTH_AGO, f"SELECT * FROM {BEFORE}")
        open_no_value(engine)
        return open_watch(engine, ())

    def _serve(self, trigger: Trigger, columns: Mapping[str, str]) -> Served:
        lacking = trigger.needs() - self.plan.available
        found = bound(trigger, self.plan.available)
        if found is None:
            return Served(trigger, is_proxy=False, lacks=tuple(sorted(lacking)))
        served, is_proxy = found
        read = {*column_names(served.enter), *column_names(served.leave)}
        return Served(served, is_proxy, tuple(sorted(read - set(columns))))


def _known(column: pa.ChunkedArray) -> Ints:
    """Return 1 where a condition holds, 0 where it does not, -1 where it is unknown."""
    filled = column.cast(pa.int64()).fill_null(-1)
    return np.asarray(filled.to_numpy(), np.int64)


def write_alarms(folder: Path, ids: Sequence[str], days: Mapping[date, Mapping[str, Ints]]) -> None:
    """Write who was on alert, one row per origin, trigger and account."""
    names = np.array(ids, np.str_)
    rows = [(day, t, at) for day, found in days.items() for t, at in found.items()]
    sizes = [len(at) for _, _, at in rows]
    table = {
        "origin": pa.array(np.repeat(np.array([d for d, _, _ in rows], "datetime64[D]"), sizes)),
        "trigger": pa.array(np.repeat([t for _, t, _ in rows], sizes)).dictionary_encode(),
        "account_id": pa.array(
            names[np.concatenate([at for _, _, at in rows])] if rows else [], pa.string()
        ),
    }
    pq.write_table(pa.table(table), folder / FILE, compression="zstd")


def alarms_beside(frame: EvaluationFrame, folder: Path, trigger: str) -> Flags:
    """Return which rows of a frame stood under a trigger's alert."""
    read = pq.read_table(folder / FILE, filters=[("trigger", "=", trigger)])
    days = np.asarray(read.column("origin").to_numpy(), "datetime64[D]")
    who = np.array(read.column("account_id").to_pylist(), np.str_)
    on = np.zeros(len(frame), np.bool_)
    for day in np.unique(days):
        rows = np.flatnonzero(frame.origin == day)
        on[rows] = np.isin(frame.account[rows], who[days == day])
    return on
