"""The clean world as a folder of CSV files, spoilt one file at a time, and what check says."""

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

from keepwell.adapters.imports import ImportFolders
from keepwell.adapters.sources import FolderSource, ReadLimits
from keepwell.runs.check import check_project
from keepwell.runs.importing_record import Imported
from runs.check_world import FEEDS, TODAY, Cells, clean_world, config

Files = dict[str, bytes]
Spoil = Callable[[Files], None]
FEED_NAMES = ("accounts", "opportunities", "activities", "contacts", "subscriptions")


def written(rows: list[Cells], end: str = "\n", delimiter: str = ",") -> bytes:
    """Return rows as the bytes of a CSV file."""
    stream = io.StringIO(newline="")
    lines = csv.DictWriter(stream, list(rows[0]), lineterminator=end, delimiter=delimiter)
    lines.writeheader()
    lines.writerows(rows)
    return stream.getvalue().encode()


def clean_files() -> Files:
    """Return the clean world as files."""
    return {f"{name}.csv": written(rows) for name, rows in clean_world().items()}


def check_files(
    files: Files,
    folder: Path,
    feed_options: dict[str, dict[str, object]] | None = None,
    limits: ReadLimits | None = None,
    **settings: object,
) -> Imported:
    """Write the files and return their import; earlier imports of the folder count as the last."""
    source = folder / "source"
    source.mkdir(exist_ok=True)
    for old in source.iterdir():
        old.unlink()
    for name, data in files.items():
        (source / name).write_bytes(data)
    options = {n: {"source": f"{n}.csv", **(feed_options or {}).get(n, {})} for n in FEED_NAMES}
    options["account_view"] = {"source": "accounts.csv"}
    store = ImportFolders(folder / "imports")
    reader = FolderSource(source, limits)
    return check_project(config(FEEDS, options, **settings), reader, store, TODAY)


def of(name: str, change: Callable[[bytes], bytes]) -> Spoil:
    """Return a fault that changes the bytes of one file."""

    def spoil(files: Files) -> None:
        files[f"{name}.csv"] = change(files[f"{name}.csv"])

    return spoil


def text_of(name: str, change: Callable[[str], str], encoding: str = "utf-8") -> Spoil:
    """Return a fault that changes the text of one file and its encoding."""
    return of(name, lambda data: change(data.decode()).encode(encoding))


def line_of(name: str, number: int, change: Callable[[str], str]) -> Spoil:
    """Return a fault that changes one line (1 = header) of a file."""

    def spoil(text: str) -> str:
        lines = text.splitlines(keepends=True)
        lines[number - 1] = change(lines[number - 1].rstrip("\n")) + "\n"
        return "".join(lines)

    return text_of(name, spoil)


def cells_of(name: str, change: Callable[[list[Cells]], list[Cells]]) -> Spoil:
    """Return a fault that changes the rows of one file."""

    def spoil(files: Files) -> None:
        stream = io.StringIO(files[f"{name}.csv"].decode(), newline="")
        rows: list[Cells] = [dict(r) for r in csv.DictReader(stream)]
        files[f"{name}.csv"] = written(change(rows))

    return spoil


def put(name: str, column: str, *values: str) -> Spoil:
    """Return a fault that overwrites the first cells of a column."""

    def change(rows: list[Cells]) -> list[Cells]:
        for row, value in zip(rows, values, strict=False):
            row[column] = value
        return rows

    return cells_of(name, change)


def every(name: str, column: str, value: Callable[[int], str]) -> Spoil:
    """Return a fault that overwrites a whole column."""
    return cells_of(name, lambda rows: [{**r, column: value(i)} for i, r in enumerate(rows)])


def packed(name: str) -> Spoil:
    """Return a fault that packs a file, with one row less, under its old name."""
    return of(name, lambda data: gzip.compress(data[: data.rindex(b"\n", 0, -1) + 1]))
