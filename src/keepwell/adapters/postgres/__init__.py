"""What the PostgreSQL engine and the PostgreSQL source share: sessions, types, streams, faults."""

from keepwell.adapters.postgres.faults import fault_of, first_line, told_as_ours
from keepwell.adapters.postgres.sessions import connect
from keepwell.adapters.postgres.streams import copy_in, copy_out
from keepwell.adapters.postgres.types import (
    Column,
    Query,
    columns_of,
    settled,
    sql_word,
    stored_type,
)

__all__ = [
    "Column",
    "Query",
    "columns_of",
    "connect",
    "copy_in",
    "copy_out",
    "fault_of",
    "first_line",
    "settled",
    "sql_word",
    "stored_type",
    "told_as_ours",
]
