"""Lifetime tables and purchases of the value model are the embedded engine's on every engine.

The rest of the value model is led through every engine with the traps (tests/parity).
"""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine_openers import ENGINES
from keepwell.ports import Engine
from keepwell.runs.lifetime import LIFETIME_TABLES, build_lifetime
from keepwell.value import RfmSettings, failed_payments_select, purchases_select
from outlook.scored import open_engine
from runs.test_lifetime import AS_OF, Row, contracts, fill, inputs, purchases

CLOSE = 1e-9
ORDERS = RfmSettings(frequency="orders", monetary="mean", failed_kinds=())
BOUGHT = {
    "bought": purchases_select("transactions", RfmSettings(), AS_OF),
    "ordered": purchases_select("transactions", ORDERS, AS_OF),
    "failed": failed_payments_select(RfmSettings().failed_kinds, AS_OF),
}


def odd_purchases() -> list[Row]:
    """Return refunds, failures, unknown amounts and kinds; one who only failed; one from later."""
    rows = (
        ("A00000", date(2025, 12, 31), "-3.5", "refund"),
        ("A00000", date(2025, 12, 31), None, None),
        ("A00001", date(2025, 10, 3), "9.99", None),
        ("A00001", date(2025, 10, 2), "9.99", "payment failed"),
        ("A00002", date(2025, 10, 3), "0", "chargeback"),
        ("failed", date(2025, 12, 1), "7", "FAILED"),
        ("later", date(2026, 1, 1), "7", "order"),
    )
    return [
        {
            "account_id": account,
            "occurred_at": datetime.combine(day, time(23, 59, 59)),
            "amount": None if amount is None else Decimal(amount),
            "kind": kind,
        }
        for account, day, amount, kind in rows
    ]


def tables(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    fill(engine, [*purchases(), *odd_purchases()], contracts())
    build_lifetime(engine, inputs())
    found = {}
    for name, select in {**{n: f"SELECT * FROM {n}" for n in LIFETIME_TABLES}, **BOUGHT}.items():
        rows: list[dict[str, Any]] = engine.arrow(select).to_pylist()
        found[name] = sorted(rows, key=lambda r: [str(v) for v in r.values() if not _is_float(v)])
    return found


def _is_float(value: object) -> bool:
    return isinstance(value, float)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in ENGINES if n != "duckdb"])
def test_lifetimes_and_purchases_equal_those_of_the_embedded_engine(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with open_engine() as plain:
        expected = tables(plain)
    assert len(expected["bought"]) < len(expected["ordered"])
    failed = {r["account_id"]: r["failed_payments_90d"] for r in expected["failed"]}
    assert failed["failed"] == 1
    assert failed["A00002"] == 1  # the first of the ninety days
    assert not failed.keys() & {"A00001", "later"}
    other = ENGINES[name](request, tmp_path)
    try:
        found = tables(other)
    finally:
        other.close()
    for table, rows in expected.items():
        assert len(found[table]) == len(rows), table
        for ours, theirs in zip(rows, found[table], strict=True):
            for column, value in ours.items():
                seen = theirs[column]
                near = pytest.approx(value, rel=CLOSE) if _is_float(value) else value
                assert seen == near, (table, column)
