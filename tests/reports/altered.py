"""A random portfolio with columns of the test's own, and the report on it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from keepwell.adapters.playbook_library import load_library
from keepwell.reports import Document, Subject, write_document
from keepwell.reports.facts import Fact
from keepwell.reports.page import Items, lines_of
from keepwell.vocabulary import Lang
from reports.portfolio import Shape, load, open_engine

CALM = Shape(accounts=60, unknown_share=0, never_share=0, names=1000)
LIBRARY = load_library()


def report_on(
    columns: Mapping[str, str],
    shape: Shape = CALM,
    *,
    seed: int = 4,
    without: frozenset[str] = frozenset(),
    has_library: bool = False,
    figures: Sequence[tuple[str, float, int, int | None]] = (),
    **subject_words: object,
) -> Document:
    """Return the report where SQL values replace or add columns of the portfolio.

    `without`: columns that the portfolio lacks. `figures`: figure, value, n and hits to
    store. `subject_words`: fields of Subject to replace.
    """
    with open_engine() as engine:
        subject: Subject = load(engine, shape, seed)
        lost = sorted({*columns, *without} & subject.columns)
        kept = f"* EXCLUDE ({', '.join(lost)})" if lost else "*"
        added = "".join(f", {sql} AS {name}" for name, sql in columns.items())
        engine.create_table("altered", f"SELECT {kept}{added} FROM portfolio")
        engine.create_table("portfolio", "SELECT * FROM altered ORDER BY account_id")
        tables = dict(subject.tables)
        if figures:
            heads = ("figure", "value", "n", "hits")
            rows = [dict(zip(heads, row, strict=True)) for row in figures]
            engine.read_arrow("figures", pa.Table.from_pylist(rows))
            tables["figures"] = frozenset(heads)
        held = frozenset(engine.columns("portfolio"))
        about = replace(subject, columns=held, tables=tables, **subject_words)  # type: ignore[arg-type]
        return write_document(about, engine.rows, LIBRARY if has_library else None)


def facts_of(document: Document) -> dict[str, Fact]:
    """Return the facts of a report by key."""
    return {f.key: f for f in document.facts}


def texts_of(document: Document, lang: Lang = "en") -> list[str]:
    """Return every line of a report without references."""
    return [line.plain(lang) for block in document.blocks for line in lines_of(block)]


def summary_of(document: Document, lang: Lang = "en") -> list[str]:
    """Return the items of the summary without references."""
    found = next(b for b in document.blocks if isinstance(b, Items))
    return [line.plain(lang) for line in found.items] if found.is_numbered else []
