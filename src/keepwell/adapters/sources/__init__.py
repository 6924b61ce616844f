"""Sources: folders of files, SQLite and DuckDB files as tables of text (ports.SourceReader).

Splits bytes into cells and says what it repaired, set aside or rejected; meaning is intake's.
"""

from keepwell.adapters.sources.duckdb_file import DuckdbSource
from keepwell.adapters.sources.folder import FolderSource
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.opening import open_source
from keepwell.adapters.sources.spark_catalog import SparkCatalogSource
from keepwell.adapters.sources.sqlite_file import SqliteSource

__all__ = [
    "DuckdbSource",
    "FolderSource",
    "ReadLimits",
    "SparkCatalogSource",
    "SqliteSource",
    "open_source",
]
