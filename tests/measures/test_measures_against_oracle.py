"""Measures on random tables equal a recomputation in plain Python, value by value."""

import math
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from keepwell.measures import CATALOG, MeasureSettings, plan_measures
from keepwell.vocabulary import TABLES
from measures import oracle
from measures.conftest import Compute, Wide
from measures.oracle import Cell, Row
from measures.random_tables import AS_OF_DATES, KEY_ROLES, Maker, Tables, merged

ALL = frozenset(f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns)
CUTS = (5000.0, 1000.0, 100.0)
SETTINGS = MeasureSettings(KEY_ROLES, "employees", *CUTS)
Expect = Callable[[Tables, str, date], dict[str, Cell]]


def of(tables: Tables, table: str, account: str) -> list[Row]:
    return [r for r in tables[table] if r["account_id"] == account]


def plain(value: Any) -> Cell:
    return oracle.UNKNOWN if value is None else oracle.known(value)


def expect_from_events(tables: Tables, account: str, as_of: date) -> dict[str, Cell]:
    row = of(tables, "accounts", account)[0]
    return {
        **oracle.activity(of(tables, "activities", account), as_of),
        **oracle.channels(of(tables, "activities", account), as_of),
        **oracle.contacts(of(tables, "contacts", account), as_of, KEY_ROLES),
        **oracle.opportunities(of(tables, "opportunities", account), as_of),
        **oracle.subscriptions(of(tables, "subscriptions", account), as_of),
        **oracle.tickets(of(tables, "tickets", account), as_of),
        **oracle.usage(of(tables, "usage", account), as_of),
        **oracle.nps(of(tables, "surveys", account), as_of, ("nps", "NPS")),
        "annual_revenue": plain(row["annual_revenue"]),
        "number_of_employees": plain(row["number_of_employees"]),
        "account_size_segment": oracle.size(row["number_of_employees"], CUTS),
        "account_age_days": oracle.age(row, as_of),
        "csm_pulse": plain(row["csm_pulse"]),
        "estimated_customer_ltv": oracle.UNKNOWN,
        "churn_probability": oracle.UNKNOWN,
        "customer_health_score": oracle.UNKNOWN,
        "churn_risk_level": oracle.UNKNOWN,
    }


def expect_from_proxies(tables: Tables, account: str, as_of: date) -> dict[str, Cell]:
    use = oracle.used(of(tables, "usage", account))
    return {
        **dict.fromkeys(CATALOG, oracle.UNKNOWN),
        **oracle.activity(use, as_of),
        **oracle.usage(of(tables, "usage", account), as_of),
        **oracle.transactions(of(tables, "transactions", account), as_of),
        **oracle.nps(of(tables, "surveys", account), as_of, None),
    }


def expect_from_view(tables: Tables, account: str, as_of: date) -> dict[str, Cell]:
    rows = of(tables, "account_view", account)
    expected = dict.fromkeys(CATALOG, oracle.UNKNOWN)
    if not rows:
        return expected
    row = rows[0]
    last, people, mails = (
        row["last_activity_at"],
        row["total_contacts"],
        row["contacts_with_email"],
    )
    names = ("total_contacts", "contacts_with_email", "number_of_employees", "annual_revenue")
    expected |= {n: plain(row[n]) for n in (*names, "account_size_segment", "win_rate", "nps")}
    if last is None:
        expected["days_since_last_activity"] = oracle.NEVER
    elif last <= as_of:
        expected["days_since_last_activity"] = oracle.known((as_of - last).days)
    if people == 0:
        expected["contact_email_coverage"] = oracle.NEVER
    elif people is not None and mails is not None:
        expected["contact_email_coverage"] = oracle.known(mails / people)
    return expected


EVENTS = frozenset(
    c for c in ALL if not c.startswith("account_view.") and c != "accounts.account_size_segment"
)
PROXIES = frozenset(
    c
    for c in ALL
    if c.split(".")[0] in ("usage", "transactions", "surveys") and c != "surveys.kind"
)
VIEW = frozenset(
    f"account_view.{c}"
    for c in (
        *("last_activity_at", "total_contacts", "contacts_with_email", "number_of_employees"),
        *("annual_revenue", "account_size_segment", "win_rate", "nps"),
    )
)
MODES: dict[str, tuple[frozenset[str], Expect]] = {
    "events": (EVENTS, expect_from_events),
    "proxies": (PROXIES, expect_from_proxies),
    "view": (VIEW, expect_from_view),
}
COMPANIES = 120


def is_same(found: Any, expected: Any) -> bool:
    if expected is None or isinstance(expected, str):
        return bool(found == expected)
    return found is not None and math.isclose(found, float(expected), rel_tol=1e-12, abs_tol=1e-9)


def differences(wide: Wide, tables: Tables, as_of: date, expect: Expect) -> list[str]:
    wrong = []
    for account, found in wide.items():
        for name, (value, never) in expect(tables, account, as_of).items():
            if found[f"{name}__never"] is not never or not is_same(found[name], value):
                state = "never" if found[f"{name}__never"] else ""
                wrong.append(
                    f"{account} {name}: {found[name]!r} {state}, expected {value!r} {never}"
                )
    return wrong


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("turn", range(len(AS_OF_DATES)), ids=lambda i: str(AS_OF_DATES[i]))
def test_measures_equal_a_plain_recomputation(compute: Compute, turn: int, mode: str) -> None:
    mapped, expect = MODES[mode]
    makers = [Maker(seed) for seed in range(turn, COMPANIES, len(AS_OF_DATES))]
    tables, as_of = merged(makers), AS_OF_DATES[turn]
    wide = compute(tables, plan_measures(mapped, SETTINGS), as_of, SETTINGS)
    assert list(wide) == sorted(a for maker in makers for a in maker.accounts)
    assert differences(wide, tables, as_of, expect) == []


def test_the_oracle_speaks_of_every_measure() -> None:
    maker = Maker(1)
    expected = expect_from_events(maker.tables(), maker.accounts[0], maker.as_of)
    assert set(expected) == set(CATALOG)


def test_random_tables_reach_the_states_that_matter() -> None:
    seen: dict[str, set[str]] = {name: set() for name in CATALOG}
    for seed in range(30):
        maker = Maker(seed)
        tables = maker.tables()
        for account in maker.accounts:
            for name, (value, never) in expect_from_events(tables, account, maker.as_of).items():
                state = "never" if never else "unknown" if value is None else "known"
                seen[name].add(state)
    absent_at_source = {
        "estimated_customer_ltv",
        "churn_probability",
        "customer_health_score",
        "churn_risk_level",
    }
    assert [n for n, s in seen.items() if "known" not in s and n not in absent_at_source] == []
    assert seen["win_rate"] == {"known", "never", "unknown"}
    assert seen["average_sales_cycle_days"] == {"known", "never", "unknown"}
    assert seen["total_won_amount"] == {"known", "unknown"}


def test_size_comes_from_revenue_when_the_settings_say_so(compute: Compute) -> None:
    settings = MeasureSettings((), "revenue", 1e9, 1e8, 1e6)
    maker = Maker(3)
    tables = maker.tables()
    wide = compute(tables, plan_measures(EVENTS, settings), maker.as_of, settings)
    for row in tables["accounts"]:
        expected = oracle.size(row["annual_revenue"], (1e9, 1e8, 1e6))[0]
        assert wide[row["account_id"]]["account_size_segment"] == expected
