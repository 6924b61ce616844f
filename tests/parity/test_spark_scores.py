"""Random companies on Spark: scores of more than fifty every day, whole snapshots in the soak."""

import os
from pathlib import Path

import pytest

from engine_openers import ENGINES
from keepwell.scoring import CardUse
from measures.random_tables import AS_OF_DATES, Maker, Tables, merged
from parity.cards import exact_card
from parity.test_parity import ALL, EVENTS, PROXIES, VIEW
from parity.world import Snapshot, World, differences, led

# Four ways to map: a world costs Spark nearly the same however many companies are in it.
WORLDS = {"all": (0, ALL), "events": (0, EVENTS), "stand-ins": (2, PROXIES), "view": (3, VIEW)}
WHOLE, SCORED = 52, 13
# A whole snapshot is over a hundred jobs: two minutes of Spark.
IS_SOAK = bool(os.environ.get("KEEPWELL_SOAK"))


def makers(number: int, companies: int) -> list[Maker]:
    """Return companies of one as-of date; those of another number are others."""
    seeds = (1000 * (number + 1) + number + len(AS_OF_DATES) * i for i in range(companies))
    found = [Maker(seed - seed % len(AS_OF_DATES) + number) for seed in seeds]
    assert len({m.as_of for m in found}) == 1
    assert len({m.accounts[0] for m in found}) == companies
    return found


def as_industries(tables: Tables) -> Tables:
    """Let each company be an industry of its own: what is told by industry, each has for itself."""
    for account in tables["accounts"]:
        account["industry"] = account["account_id"].partition("-")[0]
    return tables


def on_both(
    world: World, request: pytest.FixtureRequest, folder: Path, *, whole: bool
) -> dict[str, Snapshot]:
    found = {}
    for name in ("duckdb", "spark"):
        (folder / name).mkdir()
        engine = ENGINES[name](request, folder / name)
        try:
            found[name] = led(world, engine, folder / name, whole=whole)
        finally:
            engine.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_spark_computes_random_companies_as_duckdb_does(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    is_whole = name == "all" and IS_SOAK
    companies = WHOLE if name == "all" else SCORED
    number, mapped = WORLDS[name]
    drawn = makers(number, companies)
    tables = as_industries(merged(drawn)) if is_whole else merged(drawn)
    world = World(tables, mapped, drawn[0].as_of, (CardUse(exact_card()),))
    found = on_both(world, request, tmp_path, whole=is_whole)
    assert {"measures", "scores", "contributions"} <= found["duckdb"].keys()
    assert found["duckdb"]["scores"].num_rows > companies
    if is_whole:
        wanted = {"risk_matrix", "profile", "forecast", "forecast_summary", "value", "lifetime"}
        assert wanted <= found["duckdb"].keys()
        cells = found["duckdb"]["risk_matrix"].column("industry").to_pylist()
        assert len(set(cells)) >= WHOLE
    assert differences(found["duckdb"], found["spark"]) == []
