"""A select over accounts that is stored by portions is the same table as one stored at once."""

import pytest

from keepwell.adapters.engines import DuckDbEngine, duckdb_engine
from keepwell.runs.store_portions import store_by_portions

SUMS = "SELECT account_id, sum(paid) AS paid FROM purchases GROUP BY account_id"
PURCHASES = (
    "SELECT chr(97 + CAST(i % 7 AS INTEGER)) AS account_id, i AS paid FROM range(40) AS t(i)"
)


def test_portions_give_every_account_once_also_those_that_no_account_row_tells_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(duckdb_engine, "_PORTION", 2)
    with DuckDbEngine(memory_limit_mb=64, threads=1) as engine:
        engine.create_table("purchases", PURCHASES)
        # Neither the first nor the last account that has purchases.
        engine.create_table("accounts", "FROM (VALUES ('b'), ('c'), ('e'), ('f')) AS a(account_id)")
        assert len(engine.portions("accounts", "account_id")) == 2
        store_by_portions(engine, "by_portions", SUMS)
        found = engine.rows("SELECT * FROM by_portions ORDER BY account_id")
        assert found == engine.rows(f"{SUMS} ORDER BY account_id")
        assert len(found) == 7


def test_twice_the_memory_makes_portions_of_twice_the_accounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(duckdb_engine, "_PORTION", 5)
    for limit, portions in ((256, 8), (768, 8), (1536, 4), (4096, 2)):
        with DuckDbEngine(memory_limit_mb=limit, threads=1) as engine:
            engine.create_table("accounts", "SELECT 'a' || i AS account_id FROM range(40) AS t(i)")
            assert len(engine.portions("accounts", "account_id")) == portions
