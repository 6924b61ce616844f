"""Purchase histories from raw transactions against a recount in plain Python."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from keepwell.measures import parse_portable
from keepwell.outlook.lifetime import (
    HISTORY_COLUMNS,
    first_days_select,
    grouped,
    grouped_histories_select,
    grouped_spend_select,
    histories,
    histories_select,
    holdout_select,
    purchase_days_select,
    repeat_days_select,
)
from outlook.scored import open_engine

START, AS_OF, UNTIL = date(2024, 1, 1), date(2024, 1, 31), date(2024, 2, 29)
TYPES = {
    "amount": "DECIMAL(24, 6)",
    "occurred_at": "TIMESTAMP",
    "purchase_day": "DATE",
    "first_day": "DATE",
    "last_day": "DATE",
    "day_amount": "DECIMAL(38, 6)",
    "mean_spend_amount": "DOUBLE",
}
Row = tuple[str, datetime, Decimal | None]
SCHEMA = pa.schema(
    [
        ("account_id", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("amount", pa.decimal128(24, 6)),
    ]
)


def moment(day: int, hour: int = 0) -> datetime:
    return datetime.combine(START, time()) + timedelta(days=day - 1, hours=hour)


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.integers(0, 59 * 24).map(lambda h: moment(1, h)),
        st.one_of(st.none(), st.integers(-20, 100).map(Decimal)),
    ),
    max_size=40,
)


def table_of(rows: list[Row]) -> pa.Table:
    keys = ("account_id", "occurred_at", "amount")
    return pa.Table.from_pylist([dict(zip(keys, r, strict=True)) for r in rows], schema=SCHEMA)


def run(rows: list[Row], *selects: str) -> list[list[tuple[object, ...]]]:
    with open_engine() as engine:
        engine.read_arrow("transactions", table_of(rows))
        engine.create_table("histories", histories_select(AS_OF))
        return [sorted(engine.rows(s), key=str) for s in selects]


def days_of(rows: list[Row], until: date) -> dict[str, dict[date, list[Decimal | None]]]:
    """Return the amounts of each purchase day of each account, by the definition in words."""
    days: dict[str, dict[date, list[Decimal | None]]] = defaultdict(lambda: defaultdict(list))
    for account, when, amount in rows:
        if when.date() <= until:
            days[account][when.date()].append(amount)
    for account in list(days):
        returns = [
            d for d, all_ in days[account].items() if all(a is not None and a < 0 for a in all_)
        ]
        for day in returns:
            del days[account][day]
        if not days[account]:
            del days[account]
    return days


def recounted(rows: list[Row]) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    for account, days in days_of(rows, AS_OF).items():
        first, last = min(days), max(days)
        known = [
            float(sum(a for a in amounts if a is not None))
            for day, amounts in days.items()
            if day > first and None not in amounts
        ]
        found[account] = (
            len(days) - 1,
            (last - first).days,
            (AS_OF - first).days,
            len(known),
            pytest.approx(sum(known) / len(known)) if known else None,
        )
    return found


@given(ROWS)
def test_histories_equal_a_recount_of_the_days(rows: list[Row]) -> None:
    found = run(rows, "SELECT * FROM histories")[0]
    assert {r[0]: r[1:] for r in found} == recounted(rows)


@given(ROWS)
def test_groups_hold_every_history_with_its_customers(rows: list[Row]) -> None:
    groups = run(rows, grouped_histories_select("histories"))[0]
    expected: dict[tuple[object, ...], int] = defaultdict(int)
    for history in recounted(rows).values():
        expected[history[:3]] += 1
    assert {r[:3]: r[3] for r in groups} == dict(expected)


@given(ROWS)
def test_holdout_and_track_count_the_same_repeat_purchases(rows: list[Row]) -> None:
    holdout, tracked, firsts = run(
        rows,
        holdout_select(AS_OF, UNTIL),
        repeat_days_select(START, AS_OF, UNTIL),
        first_days_select(START, AS_OF),
    )
    days = days_of(rows, UNTIL)
    known = {a for a, d in days.items() if min(d) <= AS_OF}
    later = {a: sum(1 for day in d if day > AS_OF) for a, d in days.items()}
    assert {r[0]: r[1] for r in holdout} == {a: n for a, n in later.items() if n}
    total = sum(len(days[a]) - 1 for a in known)
    assert sum(r[1] for r in tracked if isinstance(r[1], int)) == total
    assert sum(r[1] for r in firsts if isinstance(r[1], int)) == len(known)


def test_purchases_of_one_day_are_one_and_the_first_does_not_count_into_spend() -> None:
    def at(day: int, hour: int, amount: int | None) -> Row:
        return "a", moment(day, hour), None if amount is None else Decimal(amount)

    rows = [at(1, 9, 500), at(1, 18, 500), at(10, 9, 30), at(10, 10, 12), at(20, 9, 0)]
    rows += [at(25, 9, -40), at(28, 9, None)]
    found = run(rows, "SELECT * FROM histories")[0]
    # days 1, 10, 20 and 28; the return on the 25th is no purchase; 42 and 0 are known repeat spend
    assert found == [("a", 3, 27, 30, 2, 21.0)]


def test_a_purchase_on_the_last_day_counts_and_one_after_it_does_not() -> None:
    rows: list[Row] = [
        ("a", moment(1, 12), Decimal(5)),
        ("a", moment(31, 23), Decimal(5)),
        ("a", moment(32), Decimal(5)),
        ("later", moment(32), Decimal(5)),
    ]
    assert run(rows, "SELECT * FROM histories")[0] == [("a", 1, 30, 30, 1, 5.0)]


def test_spend_groups_leave_out_customers_without_a_positive_mean() -> None:
    rows: list[Row] = [
        (account, moment(day), Decimal(amount))
        for account, amounts in {"a": (1, 8), "b": (2, 8), "zero": (5, 0), "once": (3,)}.items()
        for day, amount in enumerate(amounts, 1)
    ]
    assert run(rows, grouped_spend_select("histories"))[0] == [(1, 8.0, 2)]


def test_every_history_query_stays_inside_the_portable_vocabulary() -> None:
    for select in (
        purchase_days_select(AS_OF),
        histories_select(AS_OF, table="orders"),
        grouped_histories_select("histories"),
        grouped_spend_select("histories"),
        first_days_select(START, AS_OF),
        repeat_days_select(START, AS_OF, UNTIL),
        holdout_select(AS_OF, UNTIL),
    ):
        for dialect in ("postgres", "spark"):
            assert parse_portable(select, types=TYPES).sql(dialect=dialect)


def test_histories_have_the_columns_they_promise() -> None:
    tree = parse_portable(histories_select(AS_OF), types=TYPES)
    assert isinstance(tree, exp.Select)
    assert tuple(tree.named_selects) == HISTORY_COLUMNS


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=1, max_size=30))
def test_grouping_in_memory_keeps_every_customer(rows: list[tuple[int, int]]) -> None:
    repeats = np.array([float(x) for x, _ in rows])
    whole = histories(repeats, np.where(repeats > 0, 1.0, 0.0), np.full(len(rows), 9.0))
    weighted = histories(
        repeats, whole.last_days, whole.observed_days, np.array([float(n) for _, n in rows])
    )
    found = grouped(weighted)
    assert found.total == weighted.total
    assert len(found.repeats) == len(set(repeats.tolist()))
    for count in set(repeats.tolist()):
        expected = weighted.customers[repeats == count].sum()
        assert found.customers[found.repeats == count].sum() == expected
