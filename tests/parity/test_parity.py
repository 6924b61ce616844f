"""Every engine computes the same snapshot: on all traps of D2 and on random tables."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from engine_openers import ENGINES
from keepwell.scoring import CardUse
from keepwell.vocabulary import TABLES
from measures.random_tables import AS_OF_DATES, Maker, merged
from parity import traps
from parity.cards import CURVED, curved_card, exact_card
from parity.companies import COMPANIES, DRAWN, beside_companies, makers
from parity.world import Snapshot, World, differences, led, score_differences

REFERENCE = "duckdb"
OTHERS = [name for name in ENGINES if name != REFERENCE]
COMPANIES_EACH = 10
RANDOM = range(60 if os.environ.get("KEEPWELL_SOAK") else 6)
ALL = frozenset(f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns)
EVENTS = frozenset(c for c in ALL if not c.startswith(("account_view.", "transactions.")))
VIEW = frozenset(c for c in ALL if c.startswith(("account_view.", "accounts.")))
PROXIES = frozenset(
    c for c in ALL if c.startswith(("usage.", "transactions.", "surveys.", "accounts."))
) - {"surveys.kind"}


def trap_world(curved: bool) -> World:
    uses = (
        CardUse(exact_card("large"), "account_size_segment IN ('Large', 'Enterprise')"),
        CardUse(exact_card("rich"), "annual_revenue > 999 OR name = 'ä'"),
    )
    overrides = {"ä": "high", "客户": "low", "never there": "low"}
    if curved:
        return World(
            traps.trap_tables(), EVENTS, traps.AS_OF, (CardUse(curved_card()),), curves=len(CURVED)
        )
    return World(traps.trap_tables(), EVENTS, traps.AS_OF, uses, overrides)


def random_world(number: int) -> World:
    """Return ten random companies as one portfolio, their tables drawn apart."""
    day = number % len(AS_OF_DATES)
    first = day + number // len(AS_OF_DATES) * len(AS_OF_DATES) * COMPANIES_EACH
    makers = [Maker(first + len(AS_OF_DATES) * i) for i in range(COMPANIES_EACH)]
    mapped = (EVENTS, ALL, PROXIES, VIEW)[number % 4]
    return World(merged(makers), mapped, makers[0].as_of, (CardUse(exact_card()),))


def lone_world() -> World:
    """Return one account with nothing but its name: every group but one is empty."""
    tables = {"accounts": [{"account_id": "only", "name": "only"}]}
    return World(tables, EVENTS, date(2026, 1, 1), (CardUse(exact_card()),))


def full_world() -> World:
    """Return the traps and more than fifty random companies as one portfolio, all of it scored."""
    world = trap_world(curved=False)
    large, rich = world.uses
    drawn = f"{rich.when} OR coalesce(owner_id, '') = '{DRAWN}'"
    return beside_companies(world, (large, CardUse(rich.card, drawn)))


def full_industries() -> set[str]:
    return {m.accounts[0].partition("-")[0] for m in makers(0, COMPANIES)}


WORLDS: dict[str, Callable[[], World]] = {
    "traps": lambda: trap_world(curved=False),
    "traps on curved scales": lambda: trap_world(curved=True),
    "one account": lone_world,
    **{f"random {n}": lambda n=n: random_world(n) for n in RANDOM},  # type: ignore[misc]
}


# What a world costs is its statements, about four hundred, however many accounts are in it: the
# everyday suite leads both through one that holds the traps and all random companies, PostgreSQL
# also through every other mapping of random tables; the long run leads Spark through the traps
# alone and the sixty random sets of tables of the first six worlds as well, PostgreSQL through all.
FULL = "traps beside random companies"
WORLDS[FULL] = full_world
IS_LONG = bool(os.environ.get("KEEPWELL_SOAK"))
MAPPINGS = ("traps on curved scales", "one account", "random 1", "random 2", "random 3")
LED = {
    "spark": (FULL, *(tuple(WORLDS)[:9] if IS_LONG else ())),
    "postgres": tuple(WORLDS) if IS_LONG else (FULL, *MAPPINGS),
}
CASES = [(engine, name) for engine in OTHERS for name in LED[engine]]


@pytest.fixture(scope="session")
def expected() -> dict[str, Snapshot]:
    """Return what the reference engine found, by world, filled as it is asked for."""
    return {}


def compute(name: str, engine: str, request: pytest.FixtureRequest, folder: Path) -> Snapshot:
    folder.mkdir()
    opened = ENGINES[engine](request, folder)
    try:
        return led(WORLDS[name](), opened, folder)
    finally:
        opened.close()


def check_that_all_are_in(full: Snapshot) -> None:
    wanted = {"risk_matrix", "profile", "forecast", "forecast_summary", "value", "lifetime"}
    assert wanted <= full.keys()
    assert full_industries() <= set(full["risk_matrix"].column("industry").to_pylist())
    cards = full["scores"].column("scorecard").to_pylist()
    assert cards.count("large") > 0
    assert cards.count("rich") > COMPANIES


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "name"), CASES)
def test_engines_compute_the_same_snapshot(
    engine: str,
    name: str,
    expected: dict[str, Snapshot],
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    if name not in expected:
        expected[name] = compute(name, REFERENCE, request, tmp_path / REFERENCE)
    if name == FULL:
        check_that_all_are_in(expected[name])
    found = compute(name, engine, request, tmp_path / engine)
    curves = WORLDS[name]().curves
    if curves:
        assert score_differences(expected[name], found, curves) == []
    else:
        assert differences(expected[name], found) == []


def test_random_worlds_hold_more_than_fifty_random_sets_of_tables() -> None:
    drawn = [{r["account_id"] for r in random_world(n).tables["accounts"]} for n in RANDOM]
    companies = {account.partition("-")[0] for accounts in drawn for account in accounts}
    assert len(companies) == len(RANDOM) * COMPANIES_EACH >= 50


def test_the_full_world_holds_every_row_of_the_traps_and_fifty_random_companies() -> None:
    world, only = full_world(), trap_world(curved=False)
    for table, rows in only.tables.items():
        assert world.tables[table][: len(rows)] == rows
        assert len(world.tables[table]) > len(rows)
    assert "account_view" not in world.tables
    assert {a["industry"] for a in world.tables["accounts"]} >= full_industries()
    assert len(full_industries()) == COMPANIES > 50


def test_traps_reach_values_never_and_unknown(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    measures = compute("traps", REFERENCE, request, tmp_path / "d")["measures"].to_pylist()
    states = {
        measure: {(r[measure] is not None, r[f"{measure}__never"]) for r in measures}
        for measure in ("win_rate", "days_since_last_activity", "annual_revenue", "nps")
    }
    known, never, unknown = (True, False), (False, True), (False, False)
    assert states["win_rate"] == {known, never, unknown}
    assert states["days_since_last_activity"] == states["nps"] == {known, never}
    assert states["annual_revenue"] == {known, unknown}
    assert {len({r["annual_revenue"] for r in measures}), len(measures)} == {11, 30}


def test_a_difference_of_an_account_is_found_to_the_last_bit() -> None:
    left = pa.table({"account_id": ["a", "b"], "v": [1.0, None]})
    assert differences({"t": left}, {"t": left}) == []
    for other in ([1.0000000000000002, None], [1.0, 0.0], [None, None]):
        right = pa.table({"account_id": ["a", "b"], "v": pa.array(other, pa.float64())})
        assert len(differences({"t": left}, {"t": right})) == 1
    counted = pa.table({"account_id": ["a", "b"], "v": [1, 2]})
    assert "has columns" in differences({"t": left}, {"t": counted})[0]
    assert differences({"t": left}, {"t": left.slice(1)}) == ["t has 2 rows, then 1"]
    assert differences({"t": left}, {}) == ["table t is missing"]


def test_sums_over_accounts_may_differ_in_their_last_digits_alone() -> None:
    left = pa.table({"tier": ["a", "b"], "n": [1, 2], "v": [1.0, 2.0]})
    assert differences({"t": left}, {"t": left.take([1, 0])}) == []
    for v, n, count in ((2.000000001, 2, 0), (2.00000001, 2, 1), (2.0, 3, 1)):
        right = pa.table({"tier": ["a", "b"], "n": [1, n], "v": [1.0, v]})
        assert len(differences({"t": left}, {"t": right})) == count
