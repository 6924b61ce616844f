"""Corrections of quarantined rows: stored beside the imports, applied to every later check.

A correction holds only while the source row still reads as it did when it was mended.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from keepwell.intake import finding, literal
from keepwell.ports import ImportStore, ImportWork, RejectedRow
from keepwell.runs.importing_feeds import Staged, TableWork
from keepwell.runs.importing_write import raw_json
from keepwell.vocabulary import Finding


@dataclass(frozen=True, slots=True)
class Correction:
    """New cells for one source row. `original` is the row's raw text as the quarantine has it."""

    source: str
    row: int
    original: str
    cells: Mapping[str, str | None]


def stored_corrections(store: ImportStore) -> tuple[Correction, ...]:
    """Return the corrections that later checks apply."""
    return tuple(Correction(**given) for given in json.loads(store.corrections()))


def add_corrections(store: ImportStore, fresh: tuple[Correction, ...]) -> None:
    """Store corrections; a newer one of the same row replaces the older."""
    by_row = {(c.source, c.row): c for c in (*stored_corrections(store), *fresh)}
    ordered = [asdict(by_row[key]) for key in sorted(by_row)]
    store.set_corrections(json.dumps(ordered, ensure_ascii=False, indent=1, sort_keys=True))


def forget_corrections(store: ImportStore) -> int:
    """Drop all corrections and return how many there were."""
    count = len(stored_corrections(store))
    store.set_corrections("[]")
    return count


def apply_corrections(
    works: Mapping[str, TableWork],
    corrections: tuple[Correction, ...],
    work: ImportWork,
    findings: list[Finding],
) -> None:
    """Replace the staged cells of corrected rows, and report how many per table."""
    staged = {f.staged.raw.name: f.staged for t in works.values() for f in t.feeds}
    applied = {
        name: sum(_apply(c, place, work) for c in corrections if c.source == name)
        for name, place in staged.items()
    }
    for table in works.values():
        count = sum(applied[f.staged.raw.name] for f in table.feeds)
        if count:
            findings.append(finding("rows_corrected", table.name, count))


def _apply(correction: Correction, staged: Staged, work: ImportWork) -> int:
    columns = staged.raw.columns
    cells = [correction.cells.get(name) for name in columns]
    values = ["NULL" if v is None else literal(v) for v in cells]
    split_off = json.loads(correction.original)
    for rejected in list(staged.raw.rejected):
        if rejected.row == correction.row and split_off == {"": rejected.raw}:
            return _insert(correction, staged, rejected, values, work)
    same = f"_row = {correction.row} AND {raw_json(columns)} = {literal(correction.original)}"
    count = int(work.rows(f"SELECT count(*) FROM {staged.name} WHERE {same}")[0][0])
    if count:
        sets = ", ".join(f"c{i} = {value}" for i, value in enumerate(values))
        work.run(f"UPDATE {staged.name} SET {sets} WHERE {same}")
    return count


def _insert(
    correction: Correction,
    staged: Staged,
    rejected: RejectedRow,
    values: list[str],
    work: ImportWork,
) -> int:
    staged.raw.rejected.remove(rejected)
    work.run(f"INSERT INTO {staged.name} VALUES ({', '.join(values)}, {correction.row})")
    staged.rows += 1
    return 1
