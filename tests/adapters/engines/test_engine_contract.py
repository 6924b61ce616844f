"""What every engine must do alike, over all engines of `engine_openers`."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine_openers import ENGINES
from keepwell.adapters.engines import duckdb_engine
from keepwell.measures import parse_portable
from keepwell.ports import Engine


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    opened = ENGINES[request.param](request, tmp_path)
    yield opened
    opened.close()


PEOPLE = pa.table(
    {
        "account_id": ["b", "a", "ä", "B", None],
        "n": pa.array([2, 1, None, 4, 5], pa.int64()),
        "x": [0.1, None, 2.5, -1.0, 0.1],
        "money": pa.array(
            [Decimal("1.000001"), None, Decimal("-3"), Decimal(0), Decimal("9e9")]
        ).cast(pa.decimal128(24, 6)),
        "day": pa.array([date(2024, 2, 29), None, date(1970, 1, 1), date(2026, 1, 1), None]),
        "at": pa.array(
            [datetime.fromisoformat("2024-02-29T23:59:59.999999"), None, None, None, None],
            pa.timestamp("us"),
        ),
        "is_won": [True, False, None, True, False],
        "label": ["客户 “一”", "o'clock", 'quo"te', "", None],
    }
)

# Every trap of the portable vocabulary as (expression over one row, value on every engine).
PARITY: list[tuple[str, object]] = [
    ("CAST(7 AS DOUBLE) / nullif(2, 0)", 3.5),
    ("CAST(7 AS DOUBLE) / nullif(0, 0)", None),
    ("CAST(1 AS DOUBLE) / 3", 1 / 3),
    ("CAST('0.1' AS DOUBLE) + CAST('0.2' AS DOUBLE)", 0.1 + 0.2),
    ("CAST(floor(CAST('2.5' AS DOUBLE) + CAST('0.5' AS DOUBLE)) AS BIGINT)", 3),
    ("CAST(floor(CAST('-2.5' AS DOUBLE) + CAST('0.5' AS DOUBLE)) AS BIGINT)", -2),
    ("date_diff('day', CAST('2024-02-28' AS DATE), CAST('2024-03-01' AS DATE))", 2),
    ("date_diff('day', CAST('2026-03-01' AS DATE), CAST('2026-02-28' AS DATE))", -1),
    (
        (
            "date_diff('day', CAST(CAST('2026-01-01 23:59:59' AS TIMESTAMP) AS DATE), "
            "CAST(CAST('2026-01-08 00:00:00' AS TIMESTAMP) AS DATE))"
        ),
        7,
    ),
    ("CASE WHEN CAST(NULL AS DOUBLE) > 1 THEN 1 ELSE 0 END", 0),
    ("coalesce(CAST(NULL AS DOUBLE), CAST(4 AS DOUBLE))", 4.0),
    ("NOT coalesce(CAST(NULL AS BOOLEAN), FALSE)", True),
    ("abs(CAST('-1.5' AS DOUBLE))", 1.5),
]


@pytest.mark.parametrize(("expression", "value"), PARITY)
def test_portable_expressions_have_one_value(
    engine: Engine, expression: str, value: object
) -> None:
    parse_portable(f"SELECT {expression} AS v")
    assert engine.rows(f"SELECT {expression} AS v") == [(value,)]


def test_it_names_its_dialect(engine: Engine) -> None:
    assert engine.dialect in ("duckdb", "postgres", "spark")


def test_arrow_tables_come_back_unchanged(engine: Engine) -> None:
    engine.read_arrow("people", PEOPLE)
    found = engine.arrow("SELECT * FROM people ORDER BY n NULLS FIRST")
    assert found.to_pylist() == sorted(
        PEOPLE.to_pylist(), key=lambda row: -1 if row["n"] is None else row["n"]
    )
    assert engine.columns("people") == {
        "account_id": "VARCHAR",
        "n": "BIGINT",
        "x": "DOUBLE",
        "money": "DECIMAL(24,6)",
        "day": "DATE",
        "at": "TIMESTAMP",
        "is_won": "BOOLEAN",
        "label": "VARCHAR",
    }


def test_keys_sort_by_their_bytes(engine: Engine) -> None:
    engine.read_arrow("people", PEOPLE)
    found = engine.rows("SELECT account_id FROM people ORDER BY account_id")
    assert found == [("B",), ("a",), ("b",), ("ä",), (None,)]


def test_a_missing_table_has_no_columns(engine: Engine) -> None:
    assert engine.columns("nothing") == {}


def test_a_name_is_replaced_whatever_it_was_before(engine: Engine, tmp_path: Path) -> None:
    engine.read_arrow("t", PEOPLE)
    engine.write_parquet("SELECT 7 AS v", tmp_path / "t.parquet")
    engine.read_parquet("t", tmp_path / "t.parquet")
    assert engine.rows("SELECT * FROM t") == [(7,)]
    engine.create_table("t", "SELECT v + 1 AS v FROM t")
    assert engine.rows("SELECT * FROM t") == [(8,)]
    engine.create_table("t", "SELECT v + 1 AS v FROM t")
    engine.read_arrow("t", pa.table({"v": [1]}))
    assert engine.rows("SELECT * FROM t") == [(1,)]


def test_a_failed_replacement_leaves_the_old_table(engine: Engine) -> None:
    engine.read_arrow("t", pa.table({"a": [1]}))
    with pytest.raises(Exception, match="missing_column"):
        engine.create_table("t", "SELECT missing_column FROM t")
    assert engine.rows("SELECT a FROM t") == [(1,)]


def test_a_view_follows_the_tables_it_reads(engine: Engine) -> None:
    engine.read_arrow("t", pa.table({"a": [1], "b": [2.0]}))
    engine.create_view("below", "SELECT a, b FROM t")
    engine.create_view("seen", "SELECT a AS a_seen FROM below")
    engine.create_table("t", "SELECT a + 1 AS a, b, a AS c FROM t")
    assert engine.rows("SELECT a_seen FROM seen") == [(2,)]
    engine.create_view("below", "SELECT c AS a FROM t")
    assert engine.rows("SELECT a_seen FROM seen") == [(1,)]


def test_what_is_dropped_is_gone_and_may_be_made_anew(engine: Engine) -> None:
    engine.read_arrow("t", pa.table({"a": [1]}))
    engine.create_view("seen", "SELECT a FROM t")
    for name in ("seen", "t", "never there"):
        engine.drop(name)
    assert engine.columns("seen") == engine.columns("t") == {}
    engine.create_view("t", "SELECT 5 AS a")
    assert engine.rows("SELECT a FROM t") == [(5,)]


def test_run_changes_and_returns_nothing(engine: Engine) -> None:
    engine.run("CREATE TABLE made (a BIGINT)")
    engine.run("INSERT INTO made VALUES (3)")
    assert engine.rows("SELECT a FROM made") == [(3,)]


def test_parquet_keeps_order_and_is_the_same_every_time(engine: Engine, tmp_path: Path) -> None:
    keys = [f"k{i * 7919 % 300_007}" for i in range(300_000)]
    engine.read_arrow("long", pa.table({"i": range(300_000), "k": keys}))
    hashes = set()
    for turn in range(3):
        path = tmp_path / f"{turn}.parquet"
        engine.write_parquet("SELECT * FROM long ORDER BY k", path)
        hashes.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(hashes) == 1
    engine.read_parquet("back", tmp_path / "0.parquet")
    keys = engine.arrow("SELECT k FROM back")["k"].to_pylist()
    assert keys == sorted(keys)


def test_a_folder_of_parquet_is_one_table(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "it's a folder"
    folder.mkdir()
    for part in (2, 1):
        engine.write_parquet(f"SELECT {part} AS part", folder / f"{part}.parquet")
    engine.read_parquet("parts", folder)
    assert engine.rows("SELECT part FROM parts") == [(1,), (2,)]


@pytest.mark.parametrize(
    ("values", "shares", "expected"),
    [
        ([3.0, 1.0, 2.0, None], [0, 0.1, 0.34, 0.5, 1], [1.0, 1.0, 2.0, 2.0, 3.0]),
        ([5.0], [0, 0.5, 1], [5.0, 5.0, 5.0]),
        ([None, None], [0.5], [None]),
        ([1.0, 1.0, 1.0, 9.0], [0.75, 0.76], [1.0, 9.0]),
        ([1.0], [], []),
    ],
)
def test_quantiles_are_exact_values_of_the_column(
    engine: Engine, values: list[float | None], shares: list[float], expected: list[float | None]
) -> None:
    engine.read_arrow("q", pa.table({"v": pa.array(values, pa.float64())}))
    assert engine.quantiles("q", "v", shares) == expected


def test_quantiles_of_integers_and_money_are_doubles(engine: Engine) -> None:
    engine.read_arrow("people", PEOPLE)
    assert engine.quantiles("people", "n", [0.5]) == [2.0]
    assert engine.quantiles("people", "money", [0, 1]) == [-3.0, 9e9]


def test_a_share_outside_nought_to_one_is_refused(engine: Engine) -> None:
    engine.read_arrow("people", PEOPLE)
    with pytest.raises(ValueError, match=r"1\.5"):
        engine.quantiles("people", "n", [0.5, 1.5])


def test_money_sums_do_not_depend_on_the_order_of_rows(engine: Engine) -> None:
    rows = [Decimal("0.1"), Decimal("1e15"), Decimal("0.2"), Decimal("-1e15")] * 500
    totals = set()
    for order in (rows, rows[::-1], sorted(rows)):
        table = pa.table({"amount": pa.array(order, pa.decimal128(24, 6))})
        engine.read_arrow("opportunities", table)
        totals.add(engine.rows("SELECT CAST(SUM(amount) AS DOUBLE) FROM opportunities")[0][0])
    assert totals == {150.0}


def test_a_table_is_written_in_the_order_of_its_key_however_it_is_stored(
    engine: Engine, tmp_path: Path
) -> None:
    keys = range(300_000)
    stored = {"up": keys, "down": keys[::-1], "odd": sorted(keys, key=lambda k: k % 7)}
    for name, order in stored.items():
        engine.read_arrow(name, pa.table({"k": order}))
        engine.create_view(f"{name}_seen", f"SELECT k, -k AS v FROM {name}")
        engine.write_table(f"{name}_seen", tmp_path / f"{name}.parquet", key="k")
    up = pq.read_table(tmp_path / "up.parquet")
    assert up["k"].to_pylist() == list(range(300_000))
    assert all(pq.read_table(tmp_path / f"{n}.parquet").equals(up) for n in stored)


def test_a_view_over_a_join_is_sorted_when_written(engine: Engine, tmp_path: Path) -> None:
    engine.read_arrow("t", pa.table({"k": range(300_000)}))
    engine.create_view("both", "SELECT a.k FROM t a JOIN t b ON b.k = a.k")
    engine.write_table("both", tmp_path / "both.parquet", key="k")
    assert pq.read_table(tmp_path / "both.parquet")["k"].to_pylist() == list(range(300_000))


@pytest.mark.parametrize(
    "days",
    [
        [date(2026, 10, 31), date(2026, 10, 31), None, date(2026, 10, 30), date(2026, 7, 4)],
        [date(1969, 12, 31), date(1970, 1, 1), date(1970, 4, 29), date(1970, 4, 30), None],
        [date(2023, 7, 20), date(2026, 10, 31), date(2023, 7, 20), None, date(2024, 2, 29)],
        [date(2023, 7, 19), date(2026, 10, 31), date(2023, 7, 19), None, date(2024, 2, 29)],
        [None, None],
    ],
    ids=["one number", "before 1970", "the longest span of bits", "one day longer", "nothing"],
)
def test_distinct_days_are_counted_per_group(engine: Engine, days: list[date | None]) -> None:
    held = {"account_id": ["a", "b"] * len(days), "day": [d for d in days for _ in "ab"]}
    held["is_kept"] = [i % 2 == 0 or i > 5 for i in range(2 * len(days))]
    engine.read_arrow("bought", pa.table({**held, "day": pa.array(held["day"], pa.date32())}))
    day = "CASE WHEN is_kept THEN day END"
    last = max((d for d in days if d), default=date(2026, 10, 31))
    counted = engine.distinct_days(day, table="bought", column="day", last=last)
    found = engine.rows(f"SELECT account_id, {counted} FROM bought GROUP BY account_id")
    kept = [(a, d) for a, d, k in zip(*held.values(), strict=True) if k and d is not None]
    assert dict(found) == {n: len({d for a, d in kept if a == n}) for n in "ab"}


def test_portions_hold_every_row_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb_engine, "_PORTION", 2)
    names = ["b", "ä", "a", "o'c", "客", "Z", "aa"]
    engine.read_arrow("people", pa.table({"account_id": names}))
    portions = engine.portions("people", "account_id")
    assert len(portions) == (4 if engine.dialect == "duckdb" else 1)
    found = [
        [name for (name,) in engine.rows(f"SELECT account_id FROM people WHERE {where}")]
        for where in portions
    ]
    assert sorted(n for part in found for n in part) == sorted(names)
    ordered = [sorted(part, key=str.encode) for part in found if part]
    assert [n for part in ordered for n in part] == sorted(names, key=str.encode)
