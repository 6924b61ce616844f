"""Random companies on Spark as other mappings have them; as events they are in the full world."""

import os
from pathlib import Path

import pytest

from engine_openers import ENGINES
from keepwell.scoring import CardUse
from measures.random_tables import merged
from parity.cards import exact_card
from parity.companies import COMPANIES, as_industries, makers
from parity.test_parity import ALL, PROXIES, VIEW
from parity.world import Snapshot, World, differences, led

# Three ways to map: a world costs Spark nearly the same however many companies are in it.
WORLDS = {"all": (0, ALL), "stand-ins": (2, PROXIES), "view": (3, VIEW)}
WHOLE, SCORED = COMPANIES, 13
# A whole snapshot is about four hundred statements: two minutes of Spark.
IS_SOAK = bool(os.environ.get("KEEPWELL_SOAK"))


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
