"""Writing of an import: canonical Parquet files, the quarantine and the row accounts."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from keepwell.intake import ROWS_PER_FEED, finding, literal, quoted
from keepwell.ports import ImportWork, RejectedRow
from keepwell.runs.importing_feeds import FeedWork, TableWork
from keepwell.runs.importing_months import month_order
from keepwell.runs.importing_record import QUARANTINE
from keepwell.vocabulary import SQL_TYPES, TABLES, Finding, Table, TableCount

_REJECTS_PER_INSERT = 500


def count_rows(table: TableWork, work: ImportWork) -> TableCount:
    """Return the row account of a table."""
    rows = work.rows(
        "SELECT coalesce(class, ''), count(*) FROM (SELECT t._id, min(f.class) AS class "
        f"FROM typed_{table.name} t LEFT JOIN fate_{table.name} f USING (_id) GROUP BY t._id) "
        "GROUP BY 1"
    )
    by_class: dict[str, int] = {str(c): int(n) for c, n in rows}
    typed = sum(by_class.values())
    rejected = sum(len(f.staged.raw.rejected) for f in table.feeds)
    staged = sum(f.staged.rows for f in table.feeds)
    return TableCount(
        table=table.name,
        rows_in=staged + rejected,
        accepted=by_class.get("", 0),
        merged=by_class.get("merged", 0),
        quarantined=by_class.get("quarantined", 0) + rejected,
        excluded=by_class.get("excluded", 0) + staged - typed,
    )


def filter_findings(table: TableWork, work: ImportWork) -> list[Finding]:
    """Return how many rows keep_when and drop_when left out."""
    typed = int(work.rows(f"SELECT count(*) FROM typed_{table.name}")[0][0])
    left_out = sum(f.staged.rows for f in table.feeds) - typed
    return [finding("rows_filtered", table.name, left_out)] if left_out else []


def newest_date(table: TableWork, work: ImportWork) -> date | None:
    """Return the newest date of the accepted rows, None for tables without one."""
    dated_by = table.table.dated_by
    if not dated_by or dated_by not in table.mapped:
        return None
    found = work.rows(f'SELECT max(CAST("{dated_by}" AS DATE)) FROM accepted_{table.name}')[0][0]
    return found if isinstance(found, date) else None


def write_tables(works: Mapping[str, TableWork], work: ImportWork) -> None:
    """Write one Parquet file per canonical table that has a source, by month and key."""
    for name, table in works.items():
        columns = ", ".join(quoted(c) for c in table.table.columns)
        by_key = _order(table.table, table.table.key in table.mapped)
        order = ", ".join([*month_order(name), by_key])
        work.write_parquet(
            f"SELECT {columns} FROM accepted_{name} ORDER BY {order}",
            work.folder / f"{name}.parquet",
        )


def _order(table: Table, has_key: bool) -> str:
    columns = [quoted(c) for c in table.columns]
    return ", ".join([f'"{table.key}"', *columns] if has_key else columns)


def empty_table_select(name: str) -> str:
    """Return SQL for a canonical table without rows.

    >>> empty_table_select("nothing")
    Traceback (most recent call last):
    KeyError: 'nothing'
    """
    columns = TABLES[name].columns
    cells = ", ".join(f"CAST(NULL AS {SQL_TYPES[c.kind]}) AS {quoted(c)}" for c in columns)
    return f"SELECT {cells} WHERE false"


def write_quarantine(works: Mapping[str, TableWork], work: ImportWork) -> Path:
    """Write every row with something set aside, whole or a cell, as raw text; return the file."""
    work.run(
        "CREATE OR REPLACE TABLE quarantine (source VARCHAR, file VARCHAR, row BIGINT, "
        'canonical_table VARCHAR, codes VARCHAR, "raw" VARCHAR)'
    )
    for table in works.values():
        for feed in table.feeds:
            _quarantine_typed(table, feed, work)
            _quarantine_rejected(table, feed.feed.source, feed.staged.raw.rejected, work)
    path = work.folder / QUARANTINE
    work.write_parquet("SELECT * FROM quarantine ORDER BY ALL", path)
    return path


def raw_json(columns: tuple[str, ...]) -> str:
    """Return SQL for a staged row as JSON under its source column names."""
    pairs = ", ".join(f"{literal(name)}, c{i}" for i, name in enumerate(columns))
    return f"CAST(json_object({pairs}) AS VARCHAR)"


def _quarantine_typed(table: TableWork, feed: FeedWork, work: ImportWork) -> None:
    raw = feed.staged.raw
    first = feed.number * ROWS_PER_FEED
    work.run(
        f"INSERT INTO quarantine SELECT {literal(feed.feed.source)}, {literal(raw.file)}, r._row, "
        f"'{table.name}', f.codes, {raw_json(raw.columns)} FROM (SELECT _id, "
        "string_agg(DISTINCT code, ',' ORDER BY code) AS codes "
        f"FROM (SELECT _id, code FROM fate_{table.name} WHERE class = 'quarantined' "
        f"UNION ALL SELECT _id, code FROM cells_{table.name}) "
        f"WHERE _id >= {first} AND _id < {first + ROWS_PER_FEED} GROUP BY _id) f "
        f"JOIN {feed.staged.name} r ON r.rowid = f._id - {first}"
    )


def _quarantine_rejected(
    table: TableWork, source: str, rejected: list[RejectedRow], work: ImportWork
) -> None:
    for start in range(0, len(rejected), _REJECTS_PER_INSERT):
        values = ", ".join(
            f"({literal(source)}, {literal(r.file)}, {r.row}, '{table.name}', "
            f"{literal(r.reason)}, CAST(json_object('', {literal(r.raw)}) AS VARCHAR))"
            for r in rejected[start : start + _REJECTS_PER_INSERT]
        )
        work.run(f"INSERT INTO quarantine VALUES {values}")
