"""The engine that keepwell.yml names, and the embedded one that reads what a run has written."""

from collections.abc import Mapping
from pathlib import Path

from keepwell.adapters.engines import DuckDbEngine, SparkDriverSettings, SparkEngine
from keepwell.adapters.environment import read_secret, require_driver
from keepwell.adapters.sources.spark_catalog import catalogue_options
from keepwell.config import Config
from keepwell.ports import Engine
from keepwell.runs.layout import ProjectLayout


def computing_engine(config: Config, layout: ProjectLayout) -> Engine:
    """Return the engine that computes measures, scores and outlook, opened.

    Errors: InputProblem for settings that lack something, SourceUnavailable for a server that
    cannot be reached.
    """
    match config.engine:
        case "duckdb":
            return reading_engine(config, layout)
        case "postgres":
            return _postgres(config)
        case "spark":
            return SparkEngine(spark_driver(config, layout))


def spark_driver(config: Config, layout: ProjectLayout) -> SparkDriverSettings:
    """Return how the project starts Spark: where it works, on which master, with what."""
    return SparkDriverSettings(
        folder=layout.spill / "spark",
        master=config.spark.master or f"local[{config.threads}]",
        memory_limit_mb=config.memory_limit_mb,
        threads=config.threads,
        options=_options(config, layout),
    )


def _options(config: Config, layout: ProjectLayout) -> Mapping[str, str]:
    """A process has one driver: it must see the catalogue if the tables are in it."""
    given = config.spark.options
    if config.source.kind != "spark":
        return given
    warehouse = (layout.root / Path(config.source.path).expanduser()).resolve()
    return catalogue_options(warehouse, given)


def _postgres(config: Config) -> Engine:
    require_driver("psycopg", "postgres")
    from keepwell.adapters.engines.postgres_engine import PostgresEngine

    url = read_secret(config.postgres.url_env, "`engine: postgres`")
    return PostgresEngine(url, config.postgres)


def reading_engine(config: Config, layout: ProjectLayout) -> Engine:
    """Return the embedded engine; it may read and write only what the project keeps."""
    layout.spill.mkdir(parents=True, exist_ok=True)
    return DuckDbEngine(
        memory_limit_mb=config.memory_limit_mb,
        threads=config.threads,
        temp_directory=layout.spill,
        allowed_directories=(layout.hidden,),
    )
