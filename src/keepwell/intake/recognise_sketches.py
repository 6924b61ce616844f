"""Sketch what a source table of no known layout may hold, told by its values alone."""

from collections.abc import Sequence

from keepwell.intake.proposals import Sketch
from keepwell.intake.recognise_columns import ReadTable
from keepwell.intake.recognise_values import is_empty
from keepwell.vocabulary import Kind

_SHARED = 0.9
_LEAST = 3


def sketch_tables(unknown: Sequence[ReadTable], accounts: set[str]) -> dict[str, Sketch]:
    """Return a sketch for each table by name; `accounts` are the ids that are known, if any."""
    main, key = ("", "") if accounts else _looked_up(unknown)
    ids = accounts or {v for r in unknown if key and r.name == main for v in _values(r, key)}
    sketches = {}
    for read in unknown:
        if read.name == main:
            given = (("account_id", key),) if key else ()
            sketches[read.name] = Sketch("accounts", read.table.columns, given)
        else:
            sketches[read.name] = _child(read, ids)
    return sketches


def _values(read: ReadTable, column: str) -> set[str]:
    return {c.strip() for c in read.cells(column) if c and not is_empty(c)}


def _looked_up(unknown: Sequence[ReadTable]) -> tuple[str, str]:
    """Return the table and unique column that most other tables refer to."""
    best, found = 0, ("", "")
    for read in unknown:
        for column, seen in read.profiles.items():
            if seen.filled < _LEAST or seen.distinct_count < seen.filled:
                continue
            ids = _values(read, column)
            count = sum(bool(_reference(other, ids)) for other in unknown if other is not read)
            if count > best:
                best, found = count, (read.name, column)
    if found[0] or not unknown:
        return found
    return unknown[0].name, ""


def _reference(read: ReadTable, ids: set[str]) -> str:
    """Return the column whose values are ids of accounts and that repeats, or ""."""
    for column, seen in read.profiles.items():
        values = _values(read, column)
        is_telling = len(values) >= _LEAST and seen.distinct_count < seen.filled
        if is_telling and len(values & ids) >= _SHARED * len(values):
            return column
    return ""


def _child(read: ReadTable, ids: set[str]) -> Sketch:
    reference = _reference(read, ids)
    dates = [c for c, p in read.profiles.items() if p.filled and p.suits(Kind.DATE)]
    mails = [c for c, p in read.profiles.items() if p.filled and p.suits(Kind.EMAIL)]
    given = [("account_id", reference)] if reference else []
    if dates:
        given += [("occurred_at", dates[0])] if len(dates) == 1 else []
        return Sketch("activities", read.table.columns, tuple(given))
    given += [("email", mails[0])] if len(mails) == 1 else []
    return Sketch("contacts", read.table.columns, tuple(given))
