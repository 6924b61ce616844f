"""A folder of files as a source: each file, sheet of a workbook or Parquet folder is a table."""

import difflib
import hashlib
from collections.abc import Iterator
from pathlib import Path

from keepwell.adapters.sources.containers import Content, StableFile, unwrap
from keepwell.adapters.sources.delimited import open_delimited
from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.json_lines import looks_like_json_lines, open_json_lines
from keepwell.adapters.sources.limits import MEBIBYTE, ReadLimits
from keepwell.adapters.sources.parquet_file import open_parquet
from keepwell.adapters.sources.parquet_folder import (
    PARQUET,
    is_parquet_folder,
    open_parquet_folder,
    parquet_files,
)
from keepwell.adapters.sources.survey import survey
from keepwell.adapters.sources.text_formats import foreign_text
from keepwell.adapters.sources.workbook import open_sheet, sheet_names
from keepwell.config import Feed
from keepwell.ports import RawTable, SourceTable
from keepwell.vocabulary import NotFound, SourceRejected

_TEXT = (".csv", ".tsv", ".tab", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".csv.zip", ".tsv.zip")
_JSON = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
_WORKBOOK = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_KNOWN = (*_TEXT, *_JSON, *_WORKBOOK, *PARQUET, ".zip")
SHEET_MARK = "#"


class FolderSource:
    """Reads the tables in a folder and its subfolders of one level, as ports.SourceReader."""

    def __init__(self, path: Path, limits: ReadLimits | None = None) -> None:
        self._root = path
        self._limits = limits or ReadLimits()
        self._hashes: dict[str, str] = {}
        self._by_size: dict[int, list[Path]] = {}

    def tables(self) -> tuple[SourceTable, ...]:
        """Return the tables found, sorted by name; a file that cannot be listed is still named."""
        found: list[SourceTable] = []
        for path in self._files():
            name = path.relative_to(self._root).as_posix()
            size = _size(path)
            found.extend(SourceTable(n, str(path), size) for n in self._names_in(path, name))
        return tuple(sorted(found, key=lambda table: table.name))

    def _files(self) -> Iterator[Path]:
        for path in sorted([*self._root.glob("*"), *self._root.glob("*/*")]):
            is_hidden = any(p.startswith((".", "~$")) for p in path.relative_to(self._root).parts)
            is_part = path.parent != self._root and is_parquet_folder(path.parent)
            if is_hidden or is_part:
                continue
            is_file = not path.is_dir() and (path.is_symlink() or path.is_file())
            if is_parquet_folder(path) or (is_file and path.name.lower().endswith(_KNOWN)):
                yield path

    def _names_in(self, path: Path, name: str) -> tuple[str, ...]:
        if not name.lower().endswith(_WORKBOOK) or not self._is_inside(path):
            return (name,)
        try:
            file = StableFile(path, name)
            if unwrap(file, self._limits).format != "workbook":
                return (name,)
            sheets = sheet_names(file)
        except SourceRejected:
            return (name,)
        return (name,) if len(sheets) < 2 else tuple(f"{name}{SHEET_MARK}{s}" for s in sheets)

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self._root.resolve()) and path.exists()

    def open(self, name: str, feed: Feed | None = None) -> RawTable:
        """Open one table. Errors: NotFound, SourceRejected."""
        path, sheet = self._locate(name)
        log = FileLog(name, path.relative_to(self._root).as_posix(), self._limits.set_aside_bytes)
        if path.is_dir():
            return open_parquet_folder(path, self._limits, log)
        file = StableFile(path, name)
        if not file.before[0]:
            raise rejection(name, "empty_file")
        content = unwrap(file, self._limits)
        raw = self._open_content(content, file, sheet, feed, log)
        self._note_twin(path, log)
        return raw

    def _locate(self, name: str) -> tuple[Path, str]:
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or name.startswith("/") or Path(name).is_absolute() or "\0" in name:
            raise rejection(name, "unsafe_path", found=name)
        file, _, sheet = name.partition(SHEET_MARK)
        if (self._root / name).is_file():
            file, sheet = name, ""
        path = self._root / file
        if path.is_symlink() or path.exists():
            if not self._is_inside(path):
                raise rejection(name, "unsafe_path", found=name)
            if path.is_file() or is_parquet_folder(path):
                return path, sheet
        names = [table.name for table in self.tables()]
        near = difflib.get_close_matches(name, names, 3) or names[:10]
        raise NotFound(
            f"No table `{name}` in {self._root}.",
            cure=f"Found: {', '.join(near) or 'nothing'}. Mend `source:` in keepwell.yml.",
            name=name,
            found=names,
        )

    def _open_content(
        self, content: Content, file: StableFile, sheet: str, feed: Feed | None, log: FileLog
    ) -> RawTable:
        name = log.file.lower()
        match content.format:
            case "parquet":
                _note_container(name, PARQUET, "Parquet", log)
                return open_parquet(file, self._limits, log)
            case "workbook":
                _note_container(name, _WORKBOOK, "an Excel workbook", log)
                return open_sheet(file, sheet, feed, self._limits, log)
            case "text":
                return self._open_text(content, feed, log)

    def _open_text(self, content: Content, feed: Feed | None, log: FileLog) -> RawTable:
        name = log.file.lower()
        if name.endswith((*PARQUET, *_WORKBOOK)) and not content.wrapped_in:
            head = next(content.chunks(), b"")
            foreign = foreign_text(head) or ("text" if head[:512].isascii() else "other bytes")
            raise rejection(log.table, "corrupt_file", found=foreign)
        if content.wrapped_in and not name.endswith((".gz", ".zip")):
            _note_container(name, (), f"a {content.wrapped_in} archive", log)
        seen = survey(content.chunks())
        if looks_like_json_lines(seen.head):
            _note_container(name, _JSON, "JSON Lines", log)
            return open_json_lines(content.chunks, seen, self._limits, log)
        if name.endswith(_JSON):
            raise rejection(log.table, "other_format", found="text that is not JSON Lines")
        foreign = foreign_text(seen.head)
        if foreign:
            raise rejection(log.table, "other_format", found=foreign)
        return open_delimited(content.chunks, seen, feed, self._limits, log)

    def _note_twin(self, path: Path, log: FileLog) -> None:
        """Note that an earlier file of the folder has the same bytes (sheets are not compared)."""
        if not self._by_size:
            for other in filter(Path.is_file, filter(self._is_inside, self._files())):
                self._by_size.setdefault(other.stat().st_size, []).append(other)
        for other in self._by_size.get(path.stat().st_size, []):
            if other == path:
                return
            if self._hash(other) == self._hash(path):
                log.note("same_file_twice", found=other.relative_to(self._root).as_posix())
                return

    def _hash(self, path: Path) -> str:
        seen = path.stat()
        key = f"{path}|{seen.st_size}|{seen.st_mtime_ns}"
        if key not in self._hashes:
            digest = hashlib.sha256()
            with path.open("rb") as stream:
                while chunk := stream.read(MEBIBYTE):
                    digest.update(chunk)
            self._hashes[key] = digest.hexdigest()
        return self._hashes[key]


def _size(path: Path) -> int | None:
    if path.is_dir():
        return sum(p.stat().st_size for p in parquet_files(path))
    return path.stat().st_size if path.exists() else None


def _note_container(name: str, endings: tuple[str, ...], found: str, log: FileLog) -> None:
    if not name.endswith(endings) or not endings:
        log.note("container_other", found=found)
