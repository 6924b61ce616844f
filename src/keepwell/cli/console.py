"""How results are said: tables for people on stdout, one JSON object for machines."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from keepwell.vocabulary import LANGS, Finding


def as_plain(value: Any) -> Any:
    """Return a value made of dicts, lists, text and numbers, ready for JSON."""
    match value:
        case Enum():
            return value.value
        case Path() | date() | datetime() | Decimal():
            return str(value)
        case Mapping():
            return {str(k): as_plain(v) for k, v in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _told(value) if isinstance(value, Finding) else _fields(value)
        case _ if hasattr(value, "model_dump"):
            return value.model_dump(mode="json")
        case frozenset() | set():
            return sorted(as_plain(v) for v in value)
        case list() | tuple():
            return [as_plain(v) for v in value]
    return value


def _fields(record: Any) -> dict[str, Any]:
    return {f.name: as_plain(getattr(record, f.name)) for f in fields(record)}


def _told(finding: Finding) -> dict[str, Any]:
    """Return a finding with its sentences filled, as `check` prints it."""
    return {
        "code": finding.code,
        "severity": finding.kind.severity.value,
        "action": finding.kind.action.value,
        "table": finding.table,
        "column": finding.column,
        "count": finding.count,
        "message": {lang: finding.message(lang) for lang in LANGS},
        "cure": {lang: finding.cure(lang) for lang in LANGS},
        "examples": as_plain(finding.examples),
    }


PIPE_WIDTH = 220


class Speaker:
    """Says the result of one command, either for people or as JSON."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        # A pipe has no width: 80 columns would break names that are searched for.
        width = None if sys.stdout.isatty() else PIPE_WIDTH
        self._console = Console(file=sys.stdout, width=width, soft_wrap=True, highlight=False)

    def result(self, value: Any) -> bool:
        """Print `value` as JSON if asked for; say whether that was done."""
        if self.as_json:
            text = json.dumps(as_plain(value), ensure_ascii=False, allow_nan=False)
            sys.stdout.write(text + "\n")
        return self.as_json

    def line(self, text: str = "", style: str = "") -> None:
        """Print one line; text from data is never read as markup."""
        self._console.print(Text(text, style=style))

    def heading(self, text: str) -> None:
        """Print a heading with a blank line before it."""
        self.line()
        self.line(text, "bold")

    def table(
        self, heads: Sequence[str], rows: Iterable[Sequence[object]], right: str = ""
    ) -> None:
        """Print a table; `right` names the columns (by position, as digits) aligned right."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for place, head in enumerate(heads):
            align = "right" if str(place) in right else "left"
            table.add_column(Text(head), justify=align, overflow="fold")  # type: ignore[arg-type]
        for row in rows:
            table.add_row(*(Text("" if v is None else str(v)) for v in row))
        self._console.print(table)
