"""Replay of the quarantine: export its rows for mending, take them back, and check again."""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from keepwell.config import Config
from keepwell.ports import ImportStore, SourceReader
from keepwell.runs.check import check_project
from keepwell.runs.importing_corrections import Correction, add_corrections
from keepwell.runs.importing_record import QUARANTINE, Imported
from keepwell.vocabulary import InputProblem, NotFound

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLACE = ("_source", "_row", "_codes", "_original")


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """One row set aside, whole or in cells; `raw` is JSON, `{"": text}` if it was not split."""

    source: str
    file: str
    row: int
    canonical_table: str
    codes: tuple[str, ...]
    raw: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """The import after a replay: rows tried, those that left the quarantine, those that stay."""

    imported: Imported
    tried: int
    released: int
    remaining: int


def quarantine_counts(folder: Path) -> tuple[tuple[str, str, str, int], ...]:
    """Return source, canonical table, codes and how many rows; none without a quarantine."""
    path = folder / QUARANTINE
    if not path.is_file():
        return ()
    rows = pq.read_table(path, columns=["source", "canonical_table", "codes"]).to_pylist()
    counts = Counter((r["source"], r["canonical_table"], r["codes"]) for r in rows)
    return tuple((*where, n) for where, n in counts.most_common())


def quarantined_rows(folder: Path) -> tuple[QuarantinedRow, ...]:
    """Return the rows that an import set aside. Errors: NotFound."""
    path = folder / QUARANTINE
    if not path.is_file():
        raise NotFound(f"There is no quarantine in {folder}.", cure="Run keepwell check.")
    return tuple(
        QuarantinedRow(
            r["source"],
            r["file"],
            r["row"],
            r["canonical_table"],
            tuple(r["codes"].split(",")),
            r["raw"],
        )
        for r in pq.read_table(path).to_pylist()
    )


def replay_quarantine(
    config: Config,
    source: SourceReader,
    store: ImportStore,
    today: date,
    edited: Sequence[Path] = (),
) -> Replayed:
    """Return the import with the present mapping, rates and corrections.

    `edited` are mended files that `export_quarantine` wrote; their rows are stored as
    corrections. A row is released when it is accepted or merged, or gone from the source.
    """
    last = store.last()
    before = _places(last) if last else set()
    fresh = tuple(c for path in edited for c in read_edited(path))
    if fresh:
        add_corrections(store, fresh)
    imported = check_project(config, source, store, today)
    remaining = len(before & _places(imported.folder))
    return Replayed(imported, len(before), len(before) - remaining, remaining)


def _places(folder: Path) -> set[tuple[str, int, str]]:
    return {(q.source, q.row, q.canonical_table) for q in quarantined_rows(folder)}


def export_quarantine(folder: Path, target: Path) -> tuple[Path, ...]:
    """Write one CSV per source table into `target`, for mending by hand; return the files.

    Rows that could not be split have empty cells; their text stands in `_original`.
    """
    target.mkdir(parents=True, exist_ok=True)
    rows: dict[str, dict[tuple[int, str], QuarantinedRow]] = {}
    for found in quarantined_rows(folder):
        rows.setdefault(found.source, {})[found.row, found.raw] = found
    files = []
    for number, (source, by_row) in enumerate(sorted(rows.items()), start=1):
        safe = "".join(c if c.isalnum() else "_" for c in source)
        path = target / f"quarantine_{number}_{safe}.csv"
        _write_rows(path, [by_row[key] for key in sorted(by_row)])
        files.append(path)
    return tuple(files)


def _write_rows(path: Path, found: list[QuarantinedRow]) -> None:
    cells = [json.loads(q.raw) for q in found]
    columns = list(dict.fromkeys(name for row in cells for name in row if name))
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*_PLACE, *map(_inert, columns)])
        for row, values in zip(found, cells, strict=True):
            place = [row.source, str(row.row), " ".join(row.codes), row.raw]
            writer.writerow([_inert(v) for v in (*place, *(values.get(c) for c in columns))])


def _inert(cell: str | None) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    text = cell or ""
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in (*_FORMULA, "'") else cell


def read_edited(path: Path) -> tuple[Correction, ...]:
    """Return the corrections in a mended file; rows left as they were are none.

    Errors: InputProblem when the file lacks the columns that say which row is meant.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in _PLACE if name not in (reader.fieldnames or ())]
        if missing:
            raise InputProblem(
                f"{path} lacks the columns {', '.join(missing)}.",
                cure="Edit a file that keepwell check --export-quarantine wrote, "
                "and leave those columns as they are.",
            )
        rows = [{_plain(k): _plain(v or "") for k, v in row.items() if k} for row in reader]
    return tuple(c for c in map(_correction, rows) if c is not None)


def _correction(row: dict[str, str]) -> Correction | None:
    original = json.loads(row["_original"])
    cells = {name: value or None for name, value in row.items() if name not in _PLACE}
    before = {name: value or None for name, value in original.items() if name}
    if cells == before or not any(cells.values()):
        return None
    return Correction(row["_source"], int(row["_row"]), row["_original"], cells)
