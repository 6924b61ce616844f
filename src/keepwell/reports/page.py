"""The page model: blocks of bilingual lines, numbered once, resolved per language for writers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, assert_never

from keepwell.reports.facts import Fact
from keepwell.reports.text import Line, Span, line
from keepwell.vocabulary import Bilingual, Lang


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 is a section."""

    text: Line
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    text: Line


@dataclass(frozen=True, slots=True)
class Items:
    """A list of lines, numbered or not."""

    items: tuple[Line, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell: its text and, for spreadsheets, its value with number format."""

    text: Line
    value: float | str | None = None
    number_format: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `key` names it in spreadsheets; `query` is the SQL behind it, if it is one."""

    key: str
    title: Bilingual
    columns: tuple[Bilingual, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_numeric: tuple[bool, ...]
    query: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: per language its specification with `light` and `dark` colours, and its words.

    `narrow`: the same for screens of a phone's width; empty where one drawing serves all.
    """

    key: str
    title: Line
    specs: Mapping[Lang, Mapping[str, Mapping[str, Any]]]
    narrow: Mapping[Lang, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)


Block = Heading | Paragraph | Items | Table | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """A report in both languages: head, blocks and the facts in the order of first use."""

    title: Bilingual
    project: str
    as_of: date
    scorecard: str
    blocks: tuple[Block, ...]
    facts: tuple[Fact, ...] = ()

    @property
    def numbers(self) -> dict[str, str]:
        """Return the number of each cited fact: F01, F02 ..."""
        return {f.key: f"F{i:02d}" for i, f in enumerate(self.facts, 1)}


def lines_of(block: Block) -> Iterator[Line]:
    """Return the lines of a block in reading order."""
    match block:
        case Heading() | Paragraph():
            yield block.text
        case Items():
            yield from block.items
        case Table():
            for row in block.rows:
                yield from (cell.text for cell in row)
        case Picture():
            yield block.title
        case _:
            assert_never(block)


def cited_facts(blocks: Iterable[Block]) -> tuple[Fact, ...]:
    """Return the facts in the order of their first citation, then those only used."""
    found: dict[str, Fact] = {}
    used: dict[str, Fact] = {}
    for block in blocks:
        for text in lines_of(block):
            for fact in text.cited:
                found.setdefault(fact.key, fact)
            for fact in text.facts:
                used.setdefault(fact.key, fact)
    return tuple({**found, **{k: f for k, f in used.items() if k not in found}}.values())


@dataclass(frozen=True, slots=True)
class ResolvedCell:
    """A cell in one language."""

    spans: tuple[Span, ...]
    value: float | str | None = None
    number_format: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A block in one language: `spans` of headings and paragraphs, `items`, `rows` or a picture."""

    kind: str
    spans: tuple[Span, ...] = ()
    level: int = 0
    anchor: str = ""
    is_numbered: bool = False
    items: tuple[tuple[Span, ...], ...] = ()
    key: str = ""
    title: str = ""
    columns: tuple[str, ...] = ()
    is_numeric: tuple[bool, ...] = ()
    rows: tuple[tuple[ResolvedCell, ...], ...] = ()
    query: str = ""
    specs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    narrow: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def drawings(self) -> dict[str, Mapping[str, Any]]:
        """Return the specifications by name: `light`, `dark`, and `light_narrow`, `dark_narrow`."""
        return {**self.specs, **{f"{t}_narrow": s for t, s in self.narrow.items()}}


@dataclass(frozen=True, slots=True)
class Page:
    """A report in one language, ready for a writer."""

    lang: Lang
    title: str
    project: str
    as_of: date
    scorecard: str
    blocks: tuple[Resolved, ...]
    facts: tuple[Fact, ...]
    numbers: Mapping[str, str]

    @property
    def pictures(self) -> tuple[Resolved, ...]:
        """Return the picture blocks."""
        return tuple(b for b in self.blocks if b.kind == "picture")

    @property
    def tables(self) -> tuple[Resolved, ...]:
        """Return the table blocks."""
        return tuple(b for b in self.blocks if b.kind == "table")


def resolve(document: Document, lang: Lang) -> Page:
    """Return the report in one language."""
    numbers = document.numbers
    blocks = tuple(_resolved(block, lang, numbers) for block in document.blocks)
    return Page(
        lang,
        document.title.text(lang),
        document.project,
        document.as_of,
        document.scorecard,
        blocks,
        document.facts,
        numbers,
    )


def _resolved(block: Block, lang: Lang, numbers: Mapping[str, str]) -> Resolved:
    match block:
        case Heading():
            spans = block.text.spans(lang, numbers)
            return Resolved("heading", spans, level=block.level, anchor=block.anchor)
        case Paragraph():
            return Resolved("paragraph", _trimmed(block.text.spans(lang, numbers)))
        case Items():
            items = tuple(_trimmed(item.spans(lang, numbers)) for item in block.items)
            return Resolved("items", items=items, is_numbered=block.is_numbered)
        case Table():
            return _resolved_table(block, lang, numbers)
        case Picture():
            return Resolved(
                "picture",
                key=block.key,
                title=block.title.plain(lang),
                specs=block.specs[lang],
                narrow=block.narrow.get(lang, {}),
            )
    assert_never(block)


def _trimmed(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return spans without the blank that an empty last slot leaves."""
    if not spans:
        return spans
    return (*spans[:-1], replace(spans[-1], text=spans[-1].text.rstrip()))


def _resolved_table(block: Table, lang: Lang, numbers: Mapping[str, str]) -> Resolved:
    rows = tuple(
        tuple(
            ResolvedCell(cell.text.spans(lang, numbers), cell.value, cell.number_format)
            for cell in row
        )
        for row in block.rows
    )
    return Resolved(
        "table",
        key=block.key,
        title=block.title.text(lang),
        columns=tuple(c.text(lang) for c in block.columns),
        is_numeric=block.is_numeric,
        rows=rows,
        query=block.query,
    )


def fact_cell(fact: Fact, mode: str = "", *, is_cited: bool = False) -> Cell:
    """Return a cell that shows a fact; the spreadsheet gets its raw value."""
    slot = "{x:" + mode + "}" if mode else "{x}"
    return Cell(line(slot, slot, x=fact, is_cited=is_cited), fact.value)
