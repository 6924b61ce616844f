"""A small world for the contract check: a source in memory, a config, and clean tables."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.adapters.imports import ImportFolders
from keepwell.config import Config, Feed
from keepwell.ports import RawTable, RejectedRow, SourceTable
from keepwell.runs.check import check_project
from keepwell.runs.importing_record import Imported
from keepwell.vocabulary import Finding, NotFound

TODAY = date(2026, 3, 1)
Cells = dict[str, str | None]


class MemorySource:
    """Tables held as lists of rows; `rejected` are rows that could not be split."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Cells]],
        rejected: Mapping[str, list[RejectedRow]] | None = None,
    ) -> None:
        self._tables = tables
        self._rejected = rejected or {}

    def tables(self) -> tuple[SourceTable, ...]:
        """Return the tables, sorted by name."""
        return tuple(SourceTable(n, n) for n in sorted(self._tables))

    def open(self, name: str, feed: Feed | None = None) -> RawTable:  # noqa: ARG002
        """Open one table."""
        if name not in self._tables:
            raise NotFound(f"No table {name}.")
        rows = self._tables[name]
        columns = tuple(rows[0]) if rows else ("id",)
        text = repr([list(r.items()) for r in rows])

        def batches() -> Iterator[pa.RecordBatch]:
            data = {c: pa.array([r.get(c) for r in rows], pa.string()) for c in columns}
            lines = pa.array(range(2, len(rows) + 2), pa.int64())
            yield pa.RecordBatch.from_pydict({**data, "_row": lines})

        return RawTable(
            name,
            f"{name}.csv",
            columns,
            batches(),
            [],
            list(self._rejected.get(name, [])),
            hashlib.sha256(text.encode()).hexdigest(),
        )


def accounts(count: int = 20) -> list[Cells]:
    """Return clean accounts 001000000000001 ..., each different."""
    return [
        {
            "Id": f"ACC-{i:04d}",
            "Name": f"Company {chr(65 + i % 26)}{i}",
            "Industry": ("Retail", "Technology", "Healthcare")[i % 3],
            "Employees": str(50 + 37 * i),
            "Revenue": f"{1_000_000 + 12_345 * i}.50",
            "Since": f"2023-{i % 12 + 1:02d}-{i % 27 + 1:02d}",
            "Share": f"0.{10 + i}",
            "Test": "false",
            "Score": str(40 + i),
        }
        for i in range(1, count + 1)
    ]


def opportunities(count: int = 20) -> list[Cells]:
    """Return clean opportunities of the first accounts."""
    return [
        {
            "Id": f"OPP-{i:04d}",
            "Account": f"ACC-{i % 10 + 1:04d}",
            "Stage": ("Open", "Done")[i % 2],
            "Amount": f"{1000 + 77 * i}",
            "Created": f"2025-{i % 9 + 1:02d}-05 09:{i:02d}:00",
            "Closes": f"2025-{i % 3 + 10:02d}-{i % 28 + 1:02d}",
            "Probability": f"0.{20 + i}",
            "Won": ("false", "true")[i % 2],
            "Closed": ("false", "true")[i % 2],
        }
        for i in range(1, count + 1)
    ]


def activities(count: int = 20) -> list[Cells]:
    """Return clean activities of the first accounts."""
    return [
        {
            "Id": f"ACT-{i:04d}",
            "Account": f"ACC-{i % 10 + 1:04d}",
            "Kind": "email",
            "Channel": ("sales", "support")[i % 2],
            "At": f"2026-01-{i % 28 + 1:02d} 10:{i:02d}:00",
        }
        for i in range(1, count + 1)
    ]


def contacts(count: int = 20) -> list[Cells]:
    """Return clean contacts of the first accounts."""
    return [
        {
            "Id": f"CON-{i:04d}",
            "Account": f"ACC-{i % 10 + 1:04d}",
            "Name": f"Person {i}",
            "Email": f"p{i}@example.com",
        }
        for i in range(1, count + 1)
    ]


def subscriptions(count: int = 20) -> list[Cells]:
    """Return clean subscriptions of the first accounts."""
    return [
        {
            "Id": f"SUB-{i:04d}",
            "Account": f"ACC-{i % 10 + 1:04d}",
            "From": f"2025-{i % 12 + 1:02d}-01",
            "To": f"2026-{i % 12 + 1:02d}-01",
            "Fee": f"{100 + i}",
        }
        for i in range(1, count + 1)
    ]


World = dict[str, list[Cells]]

FEEDS: dict[str, dict[str, object]] = {
    "accounts": {
        "account_id": "Id",
        "name": "Name",
        "industry": "Industry",
        "number_of_employees": "Employees",
        "annual_revenue": "Revenue",
        "customer_since": "Since",
        "is_test": "Test",
    },
    "account_view": {
        "account_id": "Id",
        "contact_email_coverage": "Share",
        "customer_health_score": "Score",
    },
    "opportunities": {
        "opportunity_id": "Id",
        "account_id": "Account",
        "stage": "Stage",
        "amount": "Amount",
        "created_at": "Created",
        "close_date": "Closes",
        "probability": "Probability",
        "is_won": "Won",
        "is_closed": "Closed",
    },
    "activities": {
        "activity_id": "Id",
        "account_id": "Account",
        "type": "Kind",
        "channel": "Channel",
        "occurred_at": "At",
    },
    "contacts": {"contact_id": "Id", "account_id": "Account", "name": "Name", "email": "Email"},
    "subscriptions": {
        "subscription_id": "Id",
        "account_id": "Account",
        "period_start": "From",
        "period_end": "To",
        "amount": "Fee",
    },
}
SOURCES = {"account_view": "accounts"}


def clean_world() -> World:
    """Return one clean source table for each feed."""
    return {
        "accounts": accounts(),
        "opportunities": opportunities(),
        "activities": activities(),
        "contacts": contacts(),
        "subscriptions": subscriptions(),
    }


def config(
    feeds: Mapping[str, Mapping[str, object]] | None = None,
    feed_options: Mapping[str, Mapping[str, object]] | None = None,
    **settings: object,
) -> Config:
    """Return a config with one feed per canonical table; `feed_options` by canonical table."""
    tables = {
        name: [
            {
                "source": SOURCES.get(name, name),
                "columns": columns,
                **(feed_options or {}).get(name, {}),
            }
        ]
        for name, columns in (feeds or FEEDS).items()
    }
    given: dict[str, object] = {
        "project": "test",
        "source": {"kind": "folder", "path": "."},
        "tables": tables,
        "money": {"currency": "USD", "undeclared_means": "USD"},
        "scorecards": [{"scorecard": "classic"}],
        **settings,
    }
    return Config.model_validate(given)


def check(
    world: Mapping[str, Sequence[Cells]],
    folder: Path,
    settings: Config | None = None,
    today: date = TODAY,
    rejected: Mapping[str, list[RejectedRow]] | None = None,
) -> Imported:
    """Return the import of a world."""
    source = MemorySource(world, rejected)
    return check_project(settings or config(), source, ImportFolders(folder / "imports"), today)


def found(imported: Imported, code: str) -> Finding:
    """Return the one finding of a code; fails when there is none or several."""
    matches = [f for f in imported.findings if f.code == code]
    assert len(matches) == 1, [f.message("en") for f in imported.findings]
    return matches[0]


def rows(imported: Imported, table: str) -> list[dict[str, object]]:
    """Return the rows of a canonical table."""
    read: list[dict[str, object]] = pq.read_table(imported.folder / f"{table}.parquet").to_pylist()
    return read
