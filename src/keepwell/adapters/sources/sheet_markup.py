"""What the markup of an xlsx sheet says beyond its values: formulas without result, errors."""

import posixpath
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from keepwell.adapters.sources.limits import MEBIBYTE

_SHEET = re.compile(rb"<sheet\b[^>]*>")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_CELL = re.compile(rb"<c\s([^>]*)>(.*?)</c>", re.DOTALL)
_FORMULA = re.compile(rb"<f[\s>/]")
_VALUE = re.compile(rb"<v>[^<]")
_ERROR = re.compile(rb"""\bt=["']e["']""")


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """How many formulas carry no stored result and how many cells hold an error."""

    formulas_without_value: int = 0
    errors: int = 0


def read_marks(path: Path, sheet: str) -> SheetMarks:
    """Return the marks of one sheet; none for formats other than xlsx."""
    if not zipfile.is_zipfile(path):
        return SheetMarks()
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return SheetMarks()
        with archive.open(part) as stream:
            return _scan(stream)


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\b" + name + rb"""=["']([^"']*)["']""", tag)
    text = found.group(1).decode("utf-8") if found else ""
    for mark, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        text = text.replace(mark, char)
    return text.replace("&amp;", "&")


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    book = archive.read("xl/workbook.xml")
    wanted = next(
        (_attribute(t, b"r:id") for t in _SHEET.findall(book) if _attribute(t, b"name") == sheet),
        "",
    )
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        if _attribute(tag, b"Id") == wanted:
            target = _attribute(tag, b"Target")
            part = posixpath.normpath(posixpath.join("xl", target)).lstrip("/")
            return part if part in names else None
    return None


def _scan(stream: IO[bytes]) -> SheetMarks:
    missing = errors = 0
    held = b""
    while chunk := stream.read(MEBIBYTE):
        data = held + chunk
        cut = data.rfind(b"</c>") + 4
        held, whole = (data[cut:], data[:cut]) if cut > 3 else (data, b"")
        if b"<f" not in whole and b't="e"' not in whole:
            continue
        for attributes, body in _CELL.findall(whole):
            errors += bool(_ERROR.search(attributes))
            missing += bool(_FORMULA.search(body)) and not _VALUE.search(body)
    return SheetMarks(missing, errors)
