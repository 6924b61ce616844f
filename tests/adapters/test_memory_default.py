"""The limit of memory that a project has where keepwell.yml does not say one."""

import pytest

from keepwell.config import Config, ScorecardUse, Source


def opened(**given: object) -> Config:
    fixed = {
        "project": "p",
        "source": Source(kind="folder", path="x"),
        "tables": {},
        "scorecards": (ScorecardUse(scorecard="classic"),),
    }
    return Config.model_validate({**fixed, **given})


@pytest.mark.parametrize(
    ("given", "limit"),
    [
        ({}, 768),
        ({"engine": "duckdb"}, 768),
        ({"engine": "spark"}, 2048),
        ({"engine": "spark", "memory_limit_mb": 1024}, 1024),
        ({"memory_limit_mb": 3072}, 3072),
    ],
)
def test_a_project_that_names_no_limit_gets_one_that_suits_its_engine(
    given: dict[str, object], limit: int
) -> None:
    assert opened(**given).memory_limit_mb == limit


def test_an_unknown_engine_is_told_as_such() -> None:
    with pytest.raises(ValueError, match="engine"):
        opened(engine="abacus")
