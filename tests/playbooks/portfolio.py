"""A small `portfolio` for the tests of this room, as a DuckDB table."""

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from keepwell.playbooks import portfolio_columns
from keepwell.vocabulary import Scorecard

TEXT = {
    "account_id",
    "name",
    "industry",
    "region",
    "owner_id",
    "csm_id",
    "lifecycle_stage",
    "status",
    "scorecard",
    "tier",
    "effective_tier",
    "account_size_segment",
}
FLAGS = {"has_override", "is_near_line", "is_firm_low", "has_contradiction"}
WHOLE = {"score_micro", "scorecard_version", "score_best_micro", "contribution_rank"}
WHOLE |= {"contribution_tier"}
SCORED = ("days_since_last_activity", "total_activities_30d")


def columns() -> dict[str, str]:
    """Return name and SQL type of every portfolio column for a scorecard of two measures."""
    kept = {}
    for name in sorted(portfolio_columns()):
        measure, _, part = name.partition("__")
        if part in ("scaled", "weight", "micro") and measure not in SCORED:
            continue
        kept[name] = _sql_type(name, part)
    return kept


def _sql_type(name: str, part: str) -> str:
    if name in TEXT:
        return "VARCHAR"
    if name in FLAGS or part == "never":
        return "BOOLEAN"
    return "BIGINT" if name in WHOLE or part in ("weight", "micro") else "DOUBLE"


def table(rows: Iterable[Mapping[str, Any]]) -> duckdb.DuckDBPyConnection:
    """Return a connection whose table `portfolio` holds the rows; what is not given is NULL."""
    types = columns()
    connection = duckdb.connect()
    listed = ", ".join(f'"{n}" {t}' for n, t in types.items())
    connection.execute(f"CREATE TABLE portfolio ({listed})")
    marks = ", ".join("?" for _ in types)
    for number, row in enumerate(rows):
        unknown = set(row) - set(types)
        assert not unknown, unknown
        given = {"account_id": f"A{number:03}", "scorecard": "classic", **row}
        given |= {n: False for n in types if n.endswith("__never") and n not in row}
        connection.execute(f"INSERT INTO portfolio VALUES ({marks})", [given.get(n) for n in types])
    return connection


def answers(
    connection: duckdb.DuckDBPyConnection, queries: Mapping[str, str]
) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each query."""
    return {name: connection.execute(sql).fetchall() for name, sql in queries.items()}


def account(
    tier: str | None, size: str | None, score: float | None, **given: Any
) -> dict[str, Any]:
    """Return one row of `portfolio`."""
    micro = None if score is None else round(score * 1_000_000)
    return {
        "tier": tier,
        "effective_tier": tier,
        "account_size_segment": size,
        "score_micro": micro,
        "score": score,
        "has_override": False,
        "is_near_line": False,
        "is_firm_low": tier == "low",
        "has_contradiction": False,
        **given,
    }


def card(name: str, *tiers: tuple[str, float]) -> Scorecard:
    """Return a scorecard with these tiers, the best first."""
    scale = {"measure": "nps", "scale": {"kind": "identity"}}
    return Scorecard.model_validate(
        {
            "scorecard": name,
            "tiers": [{"tier": tier, "min": least} for tier, least in tiers],
            "dimensions": [{"dimension": "voice", "weight": 100, "measures": [scale]}],
        }
    )
