"""The process that looks at strange files: python -m keepwell.wiring.upload_check FOLDER.

It bounds itself before it opens anything, writes nothing, and prints what it found as JSON.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from keepwell.adapters.child_process import limit_this_process
from keepwell.adapters.sources.folder import FolderSource
from keepwell.adapters.sources.limits import MEBIBYTE, ReadLimits
from keepwell.adapters.sources.sqlite_file import SqliteSource
from keepwell.adapters.upload_area import DATABASES
from keepwell.intake import SampledTable, recognise
from keepwell.ports import SourceReader
from keepwell.runs.initialise_sampling import sample_table
from keepwell.vocabulary import InputProblem, KeepwellProblem

MEMORY_MB = 3072
CPU_S = 120
LIMITS = ReadLimits(unpacked_bytes=2048 * MEBIBYTE, workbook_bytes=400 * MEBIBYTE)
MOST_TABLES = 200
SQLITE = b"SQLite format 3\x00"


def reader_of(folder: Path) -> SourceReader:
    """Return the reader of a folder of files, or of the one database in it.

    Errors: InputProblem for a file that is not what its name says.
    """
    files = sorted(f for f in folder.iterdir() if f.is_file() and not f.name.startswith("."))
    databases = [f for f in files if f.name.lower().endswith(DATABASES)]
    for file in databases:
        with file.open("rb") as stream:
            if stream.read(len(SQLITE)) != SQLITE:
                raise InputProblem(
                    f"`{file.name}` is no SQLite database.", cure="Export it again as .sqlite."
                )
    if databases and len(files) > 1:
        raise InputProblem(
            "A database is a whole source; other files came with it.",
            cure="Send either the database alone or the files alone.",
        )
    return SqliteSource(databases[0], LIMITS) if databases else FolderSource(folder, LIMITS)


def sampled(reader: SourceReader) -> list[SampledTable]:
    """Return samples of all tables. Errors: SourceRejected, InputProblem."""
    names = [t.name for t in reader.tables()]
    if not names:
        raise InputProblem("No table was found in it.", cure="Send rows under one line of names.")
    if len(names) > MOST_TABLES:
        raise InputProblem(
            f"It holds {len(names)} tables.", cure=f"Send at most {MOST_TABLES}, the ones in use."
        )
    return [sample_table(reader, n) for n in names]


def seen(tables: Sequence[SampledTable]) -> dict[str, Any]:
    """Return what was found: the tables, and how their columns are recognised."""
    found = recognise(tables)
    return {
        "tables": [
            {"name": t.name, "columns": list(t.columns)[:500], "rows": t.row_count} for t in tables
        ],
        "feeds": [
            {
                "table": f.table, "source": f.source, "rows": f.row_count,
                "missing": list(f.missing), "unmapped": list(f.unmapped), "empty": list(f.empty),
                "is_derived": f.is_derived,
                "columns": [
                    {"canonical": c.canonical, "source": c.source, "zh": c.why().zh,
                     "en": c.why().en, "coverage": round(c.coverage, 4)}
                    for c in f.columns
                ],
            }
            for f in found.feeds
        ],
        "skipped": [{"source": s.source, "zh": s.why.zh, "en": s.why.en} for s in found.skipped],
    }  # fmt: skip


def main(folder: Path) -> dict[str, Any]:
    """Return what a folder holds, or why it cannot be used."""
    try:
        return seen(sampled(reader_of(folder)))
    except KeepwellProblem as problem:
        return {"fault": {"what": problem.what, "cure": problem.cure}}
    except MemoryError:
        return {"fault": {"what": "It needs too much memory to be read.", "cure": "Split it."}}


if __name__ == "__main__":
    limit_this_process(MEMORY_MB, CPU_S, write_mb=1)
    sys.stdout.write(json.dumps(main(Path(sys.argv[1])), ensure_ascii=False))
