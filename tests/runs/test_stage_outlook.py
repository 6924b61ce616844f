"""What the pages of value and forecast are given: sums of each CSM that add up to the snapshot."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.runs.stage_outlook import stage_outlook, worth_columns, worth_of

ACCOUNTS = 40


@pytest.fixture
def engine() -> Iterator[DuckDbEngine]:
    """Give an engine with a snapshot's tables of 40 accounts of three CSMs and of nobody."""
    made = DuckDbEngine(memory_limit_mb=128, threads=1)
    n = f"SELECT CAST(range AS BIGINT) AS i FROM range({ACCOUNTS})"
    made.run(
        "CREATE TABLE scores AS SELECT 'a' || i AS account_id, CASE WHEN i % 4 = 0 THEN NULL "
        "ELSE 'U' || (i % 4) END AS csm_id, CASE WHEN i % 3 = 0 THEN 'low' ELSE 'high' END "
        f"AS tier FROM ({n})"
    )
    made.run(
        "CREATE TABLE value AS SELECT 'a' || i AS account_id, CASE WHEN i < 10 THEN 'champion' "
        "ELSE 'lost' END AS segment, CASE WHEN i % 5 = 0 THEN 'high_value' ELSE 'mass_value' END "
        "AS value_group, 'gold' AS value_tier, CASE WHEN i = 7 THEN NULL ELSE CAST(i AS DOUBLE) "
        "END AS value_amount, i + 1 AS value_rank, CAST(i % 5 + 1 AS BIGINT) AS r_score, "
        f"i % 7 = 0 AS is_struggling FROM ({n})"
    )
    made.run(
        "CREATE TABLE forecast AS SELECT 'a' || i AS account_id, CAST(2 * i AS DOUBLE) AS "
        "contribution_amount, CAST(i % 4 + 1 AS BIGINT) AS contribution_tier, CAST(i AS DOUBLE) "
        f"AS expected_loss_amount, CAST(3 * i AS DOUBLE) AS naive_amount FROM ({n})"
    )
    made.run(
        "CREATE TABLE struggle AS SELECT account_id, row_number() OVER (ORDER BY value_amount "
        "DESC) AS struggle_rank, TRUE AS is_unhealthy, FALSE AS has_falling_use "
        "FROM value WHERE is_struggling"
    )
    yield made
    made.close()


def staged(engine: DuckDbEngine) -> tuple[list[Any], list[Any], list[Any]]:
    columns, joins = worth_columns(engine)
    chosen = {"account_id": "s.account_id", "csm_id": "s.csm_id", "tier": "s.tier"} | columns
    select = ", ".join(f"{sql} AS {name}" for name, sql in chosen.items())
    found = engine.rows(
        f"SELECT {select} FROM scores AS s LEFT JOIN value AS v ON v.account_id = s.account_id "
        f"LEFT JOIN forecast AS f ON f.account_id = s.account_id {' '.join(joins)}"
    )
    rows = [dict(zip(chosen, row, strict=True)) for row in found]
    sums, lists, _ = stage_outlook(engine, {}, rows)
    return rows, sums, lists


def test_sums_of_all_csms_add_up_to_the_snapshot_in_every_area(engine: DuckDbEngine) -> None:
    rows, sums, lists = staged(engine)
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0] * 5)
    for s in sums:
        for i, name in enumerate(
            ("accounts", "valued", "value_amount", "loss_amount", "struggling")
        ):
            totals[s["area"]][i] += s[name]
    whole = sum(range(ACCOUNTS))
    for area in ("all", "segment", "value_tier", "contribution", "r", "f", "m"):
        assert totals[area] == [ACCOUNTS, ACCOUNTS - 1, whole - 7, whole, 6], area
    naive = [s for s in sums if (s["area"], s["name"]) == ("method", "naive")]
    assert sum(s["contribution_amount"] for s in naive) == 3 * whole
    assert {s["csm_id"] for s in naive} == {"", "U1", "U2", "U3"}
    assert len(rows) == ACCOUNTS
    assert sum(s["accounts"] for s in sums if s["area"] == "list") == len(lists)


def test_a_list_holds_its_accounts_with_place_and_reason(engine: DuckDbEngine) -> None:
    _, _, lists = staged(engine)
    struggle = [e for e in lists if e["list_name"] == "struggle"]
    quiet = [e for e in lists if e["list_name"] == "quiet"]
    assert [e["account_id"] for e in sorted(struggle, key=lambda e: e["place"])][:2] == [
        "a35",
        "a28",
    ]
    assert {tuple(e["facts"]["why"]) for e in struggle} == {("is_unhealthy",)}
    # High value is every fifth account, whose recency is 1.
    assert [e["account_id"] for e in quiet][:2] == ["a35", "a30"]
    assert len(quiet) == 8


def test_what_is_not_known_of_an_account_is_left_out_of_its_worth() -> None:
    found = worth_of({"w_r_score": 3, "w_value_amount": None, "w_value_group": "mass_value"})
    assert found["worth"] == '{"r":3,"value_group":"mass_value"}'
    assert found["value_group"] == "mass_value"
    assert worth_of({})["worth"] == ""
