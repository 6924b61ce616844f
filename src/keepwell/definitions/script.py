"""Definitions as one SQL script of a dialect: a heading, then a commented view each."""

from collections.abc import Sequence
from textwrap import indent, wrap

from sqlglot import exp

from keepwell.definitions.definition import Definition
from keepwell.definitions.dialects import Dialect
from keepwell.definitions.heading import heading
from keepwell.definitions.whole import Subject, define
from keepwell.measures import render
from keepwell.vocabulary import LANGS, Bilingual, Lang

WIDTHS: dict[Lang, int] = {"zh": 52, "en": 97}
_COLUMNS = "columns"


def script_files(subject: Subject, dialect: Dialect) -> dict[str, str]:
    """Return the script cut into files, one per definition, numbered in the order to run them.

    Errors: SqlNotAllowed where the dialect cannot say it.
    """
    definitions = define(subject)
    files = {"00_read_me.sql": "\n".join(comment(heading(subject, definitions, dialect))) + "\n"}
    for number, one in enumerate(definitions, start=1):
        files[f"{number:02d}_{one.name}.sql"] = view_text(one, dialect) + "\n"
    return files


def script_text(subject: Subject, dialect: Dialect) -> str:
    """Return the whole script. Errors: SqlNotAllowed where the dialect cannot say it."""
    return "\n".join(script_files(subject, dialect).values())


def view_text(one: Definition, dialect: Dialect) -> str:
    """Return one commented CREATE VIEW."""
    create = f"CREATE OR REPLACE VIEW {one.view} AS"
    return "\n".join([*comment([one.about]), create, f"{select_text(one, dialect)};"])


def select_text(one: Definition, dialect: Dialect) -> str:
    """Return the SELECT of a definition, a comment above each column that has words of its own.

    The parts of a measure (`x__never`, `x__micro` ...) are explained once for all.
    """
    if one.select is None:
        return "\n".join(one.lines)
    if isinstance(one.select, exp.Union):
        return render(one.select, dialect.name)
    frame = one.select.copy()
    frame.set("expressions", [exp.Literal.string(_COLUMNS)])
    columns = []
    for column in one.select.expressions:
        name = column.alias_or_name
        words = comment(one.notes.get(name, ()) if "__" not in name else ())
        columns.append(indent("\n".join([*words, render(column, dialect.name)]), "  "))
    placed = f"  '{_COLUMNS}'"
    before, after = render(frame, dialect.name).rsplit(placed, 1)
    return before + ",\n".join(columns) + after


def comment(words: Sequence[Bilingual]) -> list[str]:
    """Return both languages of each text as comment lines; equal ones once."""
    lines = []
    for word in words:
        for lang in LANGS:
            if lang == "en" and word.en == word.zh:
                continue
            plain = " ".join(word.text(lang).split())
            lines += [f"-- {line}" for line in wrap(plain, WIDTHS[lang])]
    return lines
