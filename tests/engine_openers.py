"""The engines that contract and parity tests run on; a new adapter joins by one entry here."""

from collections.abc import Callable
from pathlib import Path

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.ports import Engine

Opener = Callable[[pytest.FixtureRequest, Path], Engine]


def open_duckdb(_: pytest.FixtureRequest, folder: Path) -> Engine:
    return DuckDbEngine(
        memory_limit_mb=256,
        threads=2,
        temp_directory=folder / "spill",
        allowed_directories=[folder],
    )


ENGINES: dict[str, Opener] = {"duckdb": open_duckdb}
