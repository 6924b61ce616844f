"""SQL engines behind `ports.Engine`. They run text; what the text means is not theirs."""

from keepwell.adapters.engines.duckdb_engine import DuckDbEngine

__all__ = ["DuckDbEngine"]
