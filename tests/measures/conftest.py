"""An engine with all canonical tables, loaded from rows."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from keepwell.adapters.engines import DuckDbEngine, duckdb_engine
from keepwell.measures import (
    MeasurePlan,
    MeasureSettings,
    measures_select,
    stored_selects,
    widened_select,
)
from keepwell.runs.store_measures import store_measures
from keepwell.vocabulary import TABLES
from measures.random_tables import Tables, arrow_table

Wide = dict[str, dict[str, Any]]
Compute = Callable[[Tables, MeasurePlan, date, MeasureSettings], Wide]


@pytest.fixture(scope="session")
def engine() -> Iterator[DuckDbEngine]:
    with DuckDbEngine(memory_limit_mb=512, threads=2) as opened:
        yield opened


@pytest.fixture
def compute(engine: DuckDbEngine) -> Compute:
    """Return the wide table of measures by account_id, the same in one statement or stored."""

    def run(tables: Tables, plan: MeasurePlan, as_of: date, settings: MeasureSettings) -> Wide:
        for name in TABLES:
            engine.read_arrow(name, arrow_table(name, tables.get(name, [])))
        found = engine.arrow(measures_select(plan, as_of, settings)).to_pylist()
        for name, select in stored_selects(plan, as_of, settings):
            engine.create_table(name, select)
        assert engine.arrow(widened_select(plan)).to_pylist() == found
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(duckdb_engine, "_PORTION", 3)
            store_measures(engine, plan, as_of, settings)
        assert engine.arrow("FROM measures").to_pylist() == found
        return {row["account_id"]: row for row in found}

    return run
