"""Store the lists that people work from: struggling accounts, and whom to sell to."""

from collections.abc import Sequence

from keepwell.ports import Engine
from keepwell.value import (
    BREADTH,
    GROWTH,
    LARGER,
    PEER_SHARES,
    SMALL_SIZE,
    CandidateBasis,
    PeerCuts,
    ValueSource,
    candidate_basis,
    candidates_select,
    peers_select,
    struggle_select,
)

LIST_TABLES = ("struggle", "candidates")


def build_lists(engine: Engine) -> tuple[ValueSource, ...]:
    """Store LIST_TABLES; return what growth and breadth were measured by."""
    engine.create_table("struggle", struggle_select())
    asked = (*GROWTH, *BREADTH)
    counts = _counts(engine, asked)
    basis = candidate_basis([c for c in asked if counts[c]])
    cuts = [_cuts(engine, size, basis) for size in (SMALL_SIZE, *LARGER)]
    engine.create_table("candidates", candidates_select(basis, cuts))
    accounts = counts[""]
    return tuple(
        ValueSource(
            item,
            name or "missing",
            bool(name) and name != best,
            counts[name] if name else 0,
            accounts,
        )
        for item, name, best in (
            ("growth", basis.growth, GROWTH[0]),
            ("breadth", basis.breadth, BREADTH[0]),
        )
    )


def _counts(engine: Engine, columns: Sequence[str]) -> dict[str, int]:
    parts = ", ".join(["count(*)", *(f"count({c})" for c in columns)])
    row = engine.rows(f"SELECT {parts} FROM value_wide")[0]
    return dict(zip(("", *columns), (int(n) for n in row), strict=True))


def _cuts(engine: Engine, size: str, basis: CandidateBasis) -> PeerCuts:
    engine.create_view("value_peers", peers_select(size, basis))
    median = upper = None
    if basis.breadth:
        median, upper = engine.quantiles("value_peers", "breadth", PEER_SHARES)
    value = engine.quantiles("value_peers", "amount", PEER_SHARES[1:])[0]
    engine.drop("value_peers")
    return PeerCuts(size, median, upper, value)
