"""Recurring revenue kept and due, from the terms of subscriptions."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.runs.renewal_outlook import NEEDED, TABLE, outlook_renewals, stored_renewals

AS_OF = date(2026, 6, 30)
MAPPED = frozenset(f"subscriptions.{c}" for c in NEEDED)
Term = tuple[str, date, date | None, float, bool]


@pytest.fixture
def engine() -> Iterator[DuckDbEngine]:
    with closing(DuckDbEngine(threads=1)) as opened:
        yield opened


def hold(engine: DuckDbEngine, terms: list[Term], low: frozenset[str] = frozenset()) -> None:
    names, starts, ends, amounts, trials = zip(*terms, strict=True)
    columns: dict[str, Any] = {
        "account_id": list(names),
        "period_start": pa.array(starts, pa.date32()),
        "period_end": pa.array(ends, pa.date32()),
        "amount": pa.array(amounts, pa.float64()),
        "is_trial": pa.array(trials, pa.bool_()),
    }
    engine.read_arrow("subscriptions", pa.table(columns))
    accounts = sorted(set(names))
    tiers = ["low" if a in low else "high" for a in accounts]
    engine.read_arrow("scores", pa.table({"account_id": accounts, "tier": tiers}))


def yearly(name: str, start: date, amounts: list[float]) -> list[Term]:
    """Return yearly terms, one after the other, by their monthly amounts."""
    return [
        (
            name,
            start.replace(year=start.year + n),
            date(start.year + n + 1, start.month, 1),
            x,
            False,
        )
        for n, x in enumerate(amounts)
        if x
    ]


def test_revenue_kept_follows_the_standard_definitions(engine: DuckDbEngine) -> None:
    begin = date(2024, 3, 2)
    terms = [
        *yearly("grew", begin, [100.0, 100.0, 150.0]),
        *yearly("shrank", begin, [100.0, 100.0, 60.0]),
        *yearly("left", begin, [100.0, 100.0, 0.0]),
        *yearly("new", date(2026, 3, 2), [500.0]),
        ("trial", date(2026, 6, 1), date(2026, 12, 31), 900.0, True),
    ]
    hold(engine, terms)
    found = outlook_renewals(engine, MAPPED, AS_OF)
    assert found is not None
    assert found.grr is not None
    assert found.nrr is not None
    assert found.arr_amount == 12 * 710.0
    assert found.grr.value == pytest.approx(160 / 300)
    assert found.nrr.value == pytest.approx(210 / 300)
    assert found.nrr.interval.high > found.grr.interval.high == 1.0
    assert (found.renewed, found.at_risk_amount) == (None, None)


def test_what_is_due_is_at_risk_as_renewals_went_before(engine: DuckDbEngine) -> None:
    terms: list[Term] = []
    for n in range(40):
        renewed = 100.0 if n % 4 else 0.0
        terms += yearly(f"spring{n:02}", date(2025, 4, 2), [100.0, renewed])
        terms += yearly(f"autumn{n:02}", date(2025, 9, 2), [100.0])
    hold(engine, terms, frozenset({"autumn00", "autumn01"}))
    found = outlook_renewals(engine, MAPPED, AS_OF)
    assert found is not None
    assert found.renewed is not None
    assert found.grr_ahead is not None
    assert (found.renewed.value, found.renewed.accounts) == (0.75, 40)
    assert found.due_amount == 40 * 1200.0
    assert found.due_low_amount == 2 * 1200.0
    assert found.at_risk_amount == pytest.approx(0.25 * 40 * 1200.0)
    assert found.grr_ahead.holds(1.0 - 0.25 * 40 / 70)
    ((renewals, low, high),) = engine.rows(
        f"SELECT renewals, renewed_low, renewed_high FROM {TABLE}"
    )
    assert renewals == 40
    assert low < 0.75 < high


def test_terms_without_an_end_on_record_leave_unknown_what_is_at_risk(engine: DuckDbEngine) -> None:
    terms: list[Term] = []
    for n in range(40):
        terms += yearly(f"due{n:02}", date(2025, 4, 2), [100.0])
        terms.append((f"open{n:02}", date(2025, 1, 1), None, 100.0, False))
    hold(engine, terms)
    found = outlook_renewals(engine, MAPPED, AS_OF)
    assert found is not None
    assert found.renewed is not None
    assert (found.open_amount, found.arr_amount) == (40 * 1200.0, 40 * 1200.0)
    assert (found.due_amount, found.at_risk_amount, found.grr_ahead) == (0.0, None, None)
    assert stored_renewals(engine) is not None
    engine.create_table(TABLE, "SELECT 1.0 AS arr_amount")
    assert stored_renewals(engine) is None


def test_without_terms_there_is_no_row(engine: DuckDbEngine) -> None:
    assert outlook_renewals(engine, frozenset(), AS_OF) is None
    assert engine.rows(f"SELECT count(*) FROM {TABLE}") == [(0,)]
