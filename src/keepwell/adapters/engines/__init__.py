"""SQL engines behind `ports.Engine`. They run text; what the text means is not theirs."""

from keepwell.adapters.engines.duckdb_engine import DuckDbEngine
from keepwell.adapters.engines.spark_driver import SparkDriverSettings
from keepwell.adapters.engines.spark_engine import SparkEngine

__all__ = ["DuckDbEngine", "SparkDriverSettings", "SparkEngine"]
