"""The lifetime tables of a run are those of the embedded engine, whichever engine computes."""

from pathlib import Path
from typing import Any

import pytest

from engine_openers import ENGINES
from keepwell.ports import Engine
from keepwell.runs.lifetime import LIFETIME_TABLES, build_lifetime
from outlook.scored import open_engine
from runs.test_lifetime import contracts, fill, inputs, purchases

CLOSE = 1e-9


def tables(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    fill(engine, purchases(), contracts())
    build_lifetime(engine, inputs())
    found = {}
    for name in LIFETIME_TABLES:
        rows: list[dict[str, Any]] = engine.arrow(f"SELECT * FROM {name}").to_pylist()
        found[name] = sorted(rows, key=lambda r: [str(v) for v in r.values() if not _is_float(v)])
    return found


def _is_float(value: object) -> bool:
    return isinstance(value, float)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in ENGINES if n != "duckdb"])
def test_lifetime_tables_equal_those_of_the_embedded_engine(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with open_engine() as plain:
        expected = tables(plain)
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
