"""Measures and scores of more than fifty random companies, every day on Spark too."""

from pathlib import Path

import pytest

from engine_openers import ENGINES
from keepwell.scoring import CardUse
from measures.random_tables import AS_OF_DATES, Maker, merged
from parity.cards import exact_card
from parity.test_parity import ALL, EVENTS, PROXIES, VIEW
from parity.world import World, differences, led

# Four ways to map, thirteen companies each: a world costs Spark the same however many are in it.
MAPPED = {"events": EVENTS, "all": ALL, "stand-ins": PROXIES, "account view": VIEW}
COMPANIES_EACH = 13


def makers(number: int) -> list[Maker]:
    """Return companies of one as-of date, none of them in another world."""
    seeds = (1000 * (number + 1) + number + len(AS_OF_DATES) * i for i in range(COMPANIES_EACH))
    found = [Maker(seed - seed % len(AS_OF_DATES) + number) for seed in seeds]
    assert len({m.as_of for m in found}) == 1
    assert len({m.accounts[0] for m in found}) == COMPANIES_EACH
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("number", "mapped"), list(enumerate(MAPPED)), ids=list(MAPPED))
def test_spark_scores_random_companies_as_duckdb_does(
    number: int, mapped: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    drawn = makers(number)
    uses = (CardUse(exact_card()),)
    world = World(merged(drawn), MAPPED[mapped], drawn[0].as_of, uses)
    found = {}
    for name in ("duckdb", "spark"):
        folder = tmp_path / name
        folder.mkdir()
        engine = ENGINES[name](request, folder)
        try:
            found[name] = led(world, engine, folder, whole=False)
        finally:
            engine.close()
    assert {"measures", "scores", "contributions"} <= found["duckdb"].keys()
    assert found["duckdb"]["scores"].num_rows > COMPANIES_EACH
    assert differences(found["duckdb"], found["spark"]) == []
