"""A person in the tables of imports: the contact itself, and rows that were set aside."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.adapters.state.privacy_store import pattern_of

CONTACTS, QUARANTINE = "contacts.parquet", "quarantine.parquet"
# What says who a contact is; its id stays, as activities refer to it and it names nobody.
PERSONAL = ("name", "email", "title")


def contact_rows(imports: Path, subject: str) -> Iterator[tuple[Path, dict[str, object]]]:
    """Yield the rows of a contact, by its id or address, with the file that has each."""
    wanted = subject.strip().casefold()
    for path in sorted(imports.glob(f"*/{CONTACTS}")):
        for row in pq.read_table(path).to_pylist():
            if wanted in {str(row.get(c) or "").casefold() for c in ("contact_id", "email")}:
                yield path, row


def quarantined_rows(imports: Path, terms: Sequence[str]) -> Iterator[tuple[Path, int]]:
    """Yield the files of rows set aside that name a term, with how many rows do."""
    is_hit = _naming(terms)
    for path in sorted(imports.glob(f"*/{QUARANTINE}")):
        count = sum(map(is_hit, pq.read_table(path).to_pylist()))
        if count:
            yield path, count


def erase_contacts(imports: Path, contact_ids: Sequence[str], terms: Sequence[str]) -> None:
    """Empty what says who the contacts are, and take rows set aside that name a term out."""
    is_hit = _naming(terms)
    for path in sorted(imports.glob(f"*/{CONTACTS}")):
        table = pq.read_table(path)
        rows = table.to_pylist()
        theirs = [row for row in rows if row.get("contact_id") in contact_ids]
        for row in theirs:
            row.update({name: None for name in PERSONAL if name in row})
        if theirs:
            _write(path, rows, table.schema)
    for path in sorted(imports.glob(f"*/{QUARANTINE}")):
        table = pq.read_table(path)
        rows = table.to_pylist()
        kept = [row for row in rows if not is_hit(row)]
        if len(kept) < len(rows):
            _write(path, kept, table.schema)


def _naming(terms: Sequence[str]) -> Callable[[dict[str, object]], bool]:
    pattern = pattern_of(terms)
    return lambda row: any(v is not None and pattern.search(str(v)) for v in row.values())


def _write(path: Path, rows: list[dict[str, object]], schema: pa.Schema) -> None:
    draft = path.with_name(f".{path.name}.new")
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), draft)
    draft.chmod(path.stat().st_mode)
    os.replace(draft, path)  # noqa: PTH105 - in one step, also over a file
