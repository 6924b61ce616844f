"""Markdown of a page: text from data stays inert, every number keeps its reference."""

import re
from collections.abc import Mapping
from dataclasses import replace

from keepwell.reports.page import Page, Resolved
from keepwell.reports.text import Span, SpanKind

# An underscore inside a word, a number sign inside a line, a lone ampersand are plain text.
_SPECIAL = re.compile(r"[\\`*\[\]<|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|!$")
_OPENING = re.compile(r"^(\s*)(>|[-+](?=[-\s]|$)|#(?=#{0,5}(?:\s|$)))|^(\s*\d{1,9})([.)])(?=\s|$)")
_BREAKS = re.compile(r"[\r\n\u2028\u2029]+")
_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")


def inert(text: str) -> str:
    """Return text that no Markdown reader takes for markup, HTML or a link.

    >>> inert("[x](javascript:1) <b> a|b")
    '\\\\[x\\\\](javascript:1) \\\\<b> a\\\\|b'
    >>> inert("account_health #034 R&D")
    'account_health #034 R&D'
    """
    flat = _BREAKS.sub(" ", text)
    escaped = _SPECIAL.sub(r"\\\g<0>", flat)
    escaped = _OPENING.sub(r"\1\3\\\2\4", escaped)
    return _LINK.sub("\\1\u2060\\2", escaped)


def inline(spans: tuple[Span, ...]) -> str:
    """Return spans as Markdown; neighbouring strong pieces share one pair of marks."""
    parts: list[str] = []
    is_strong = False
    for span in spans:
        text = _span(span)
        if not text:
            continue
        if span.is_strong and not is_strong:
            parts.append(f"{_gap(parts[-1][-1:] if parts else '', text[0])}**")
        elif is_strong and not span.is_strong:
            parts.append(f"**{_gap(text[0], parts[-1][-1])}")
        is_strong = span.is_strong
        parts.append(text)
    return "".join(parts) + ("**" if is_strong else "")


def _gap(outside: str, inside: str) -> str:
    """Return the space that CommonMark needs where strong text begins or ends in punctuation."""
    return " " if outside.isalnum() and not inside.isalnum() else ""


def _span(span: Span) -> str:
    if span.kind is SpanKind.CODE:
        return "`" + _BREAKS.sub(" ", span.text).replace("`", "'") + "`"
    if span.kind is SpanKind.DATA:
        return inert(span.text)
    return span.text


def markdown(page: Page, picture_paths: Mapping[str, str]) -> str:
    """Return the page as Markdown; `picture_paths` gives each picture's relative path."""
    parts = [f"# {inert(page.title)}\n"]
    parts.extend(_block(block, picture_paths) for block in page.blocks)
    return "\n".join(parts)


def _block(block: Resolved, picture_paths: Mapping[str, str]) -> str:
    match block.kind:
        case "heading":
            return f"{'#' * block.level} {inline(block.spans)}\n"
        case "paragraph":
            return inline(block.spans) + "\n"
        case "items":
            marks = (f"{i}." if block.is_numbered else "-" for i in range(1, len(block.items) + 1))
            lines = (f"{m} {inline(i)}" for m, i in zip(marks, block.items, strict=True))
            return "\n".join(lines) + "\n"
        case "table":
            return _table(block)
        case _:
            return f"![{inert(block.title)}]({picture_paths[block.key]})\n"


def _table(block: Resolved) -> str:
    head = "| " + " | ".join(_cell(c) for c in block.columns) + " |"
    rule = "|" + "|".join("---:" if n else "---" for n in block.is_numeric) + "|"
    rows = ("| " + " | ".join(_row_cell(cell.spans) for cell in row) + " |" for row in block.rows)
    return "\n".join([head, rule, *rows]) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _row_cell(spans: tuple[Span, ...]) -> str:
    """Return a cell's text; a bar inside code would end the cell, so it is escaped there too."""
    coded = (
        replace(s, text=s.text.replace("|", "\\|")) if s.kind is SpanKind.CODE else s for s in spans
    )
    return inline(tuple(coded)).replace("\n", " ")
