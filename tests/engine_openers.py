"""The engines that contract and parity tests run on; a new adapter joins by one entry here."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from keepwell.adapters.engines import DuckDbEngine, SparkDriverSettings, SparkEngine
from keepwell.adapters.engines.postgres_engine import PostgresEngine
from keepwell.config import PostgresSettings
from keepwell.ports import Engine
from postgres_server import PostgresServer

Opener = Callable[[pytest.FixtureRequest, Path], Engine]


def open_duckdb(_: pytest.FixtureRequest, folder: Path) -> Engine:
    return DuckDbEngine(
        memory_limit_mb=256,
        threads=2,
        temp_directory=folder / "spill",
        allowed_directories=[folder],
    )


def open_postgres(request: pytest.FixtureRequest, _: Path) -> Engine:
    server: PostgresServer = request.getfixturevalue("postgres_server")
    settings = PostgresSettings(work_schema=server.fresh_name("work"))
    return PostgresEngine(server.url("worker"), settings)


def open_spark(request: pytest.FixtureRequest, folder: Path) -> Engine:
    settings: SparkDriverSettings = request.getfixturevalue("spark_settings")
    return SparkEngine(replace(settings, folder=folder / "spark"))


ENGINES: dict[str, Opener] = {"duckdb": open_duckdb, "postgres": open_postgres, "spark": open_spark}
