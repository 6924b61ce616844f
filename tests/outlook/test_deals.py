"""Open deals without an amount and the days that wins cover, on single deals by hand."""

from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.measures import MeasureSettings, measures_select, plan_measures
from keepwell.outlook import (
    first_win_figures,
    first_win_select,
    open_deal_figures,
    open_deals_select,
)
from keepwell.vocabulary import SQL_TYPES, TABLES
from outlook.scored import open_engine

AS_OF = date(2026, 1, 31)
DAYS = ("2025-11-03", "2026-01-31 23:00", "2026-02-01", "2025-03-01")
BEFORE, ON, AFTER, LONG_AGO = map(datetime.fromisoformat, DAYS)
# account, amount, created, close date, won, closed: what the deal is on the day
DEALS: dict[str, tuple[str, float | None, datetime | None, datetime | None, Any, Any]] = {
    "open": ("a", 10.0, BEFORE, None, False, False),
    "open, bare": ("a", None, None, None, None, False),
    "closes on the day": ("a", None, BEFORE, ON, False, True),
    "closed later, so open then": ("b", None, BEFORE, AFTER, True, True),
    "created later": ("b", None, AFTER, None, None, False),
    "won without a date": ("b", None, BEFORE, None, True, None),
    "state unknown": ("b", None, BEFORE, None, None, None),
    "open, of nobody scored": ("gone", None, BEFORE, None, None, False),
    "won": ("b", 5.0, BEFORE, BEFORE, True, True),
    "lost before": ("b", 5.0, BEFORE, LONG_AGO, False, True),
}
OPEN = {"open", "open, bare", "closed later, so open then"}


def filled(engine: DuckDbEngine, deals: list[str]) -> None:
    """Store accounts a and b, and these deals as the import does."""
    names = ("account_id", "amount", "created_at", "close_date", "is_won", "is_closed")
    rows = [dict(zip(names, DEALS[d], strict=True)) | {"opportunity_id": d} for d in deals]
    for table, held in (
        ("accounts", [{"account_id": "a"}, {"account_id": "b"}]),
        ("opportunities", rows),
    ):
        engine.read_arrow("given", pa.Table.from_pylist(held))
        known = engine.columns("given")
        columns = ", ".join(
            f"CAST({c.name if c.name in known else 'NULL'} AS {SQL_TYPES[c.kind]}) AS {c.name}"
            for c in TABLES[table].columns
        )
        engine.create_table(table, f"SELECT {columns} FROM given")


def test_open_deals_are_those_open_on_the_day_of_scored_accounts() -> None:
    with open_engine() as engine:
        filled(engine, list(DEALS))
        row = engine.rows(open_deals_select(AS_OF))[0]
    assert row == (3, 2, 2)
    found = {f.figure: f for f in open_deal_figures(row)}
    assert found["open_deals_without_amount"].value == pytest.approx(2 / 3)
    assert found["open_deals_without_amount"].hits == 2
    assert found["accounts_with_deals_without_amount"].value == 2


@pytest.mark.parametrize("deal", [d for d in DEALS if d not in ("open", "state unknown")])
def test_a_bare_open_deal_is_what_makes_the_pipeline_unknown(deal: str) -> None:
    mapped = frozenset(f"opportunities.{c.name}" for c in TABLES["opportunities"].columns)
    with open_engine() as engine:
        filled(engine, ["open", deal])
        bare = engine.rows(open_deals_select(AS_OF))[0][1]
        select = measures_select(plan_measures(mapped), AS_OF, MeasureSettings())
        engine.create_table("measures", select)
        unknown = engine.rows(
            "SELECT count(*) FROM measures WHERE current_pipeline_amount IS NULL"
        )[0][0]
    assert bare == unknown == (1 if deal in OPEN else 0)


def test_the_days_covered_run_from_the_first_win_to_the_day() -> None:
    with open_engine() as engine:
        filled(engine, list(DEALS))
        row = engine.rows(first_win_select("opportunities", AS_OF))[0]
    assert row == (90, 1)  # 3 November to 31 January, both inclusive
    assert [(f.value, f.n) for f in first_win_figures(row)] == [(90.0, 1)]
    assert first_win_figures((365, 9)) == ()
    assert first_win_figures((None, 0)) == ()
    assert open_deal_figures((0, 0, 0)) == ()
