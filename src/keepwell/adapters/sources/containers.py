"""What a file really is, by its first bytes, and its content as a stream of bounded chunks."""

import gzip
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from keepwell.adapters.sources.file_log import rejection
from keepwell.adapters.sources.limits import MEBIBYTE, ReadLimits

Format = Literal["text", "workbook", "parquet"]
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PAR1", "parquet"),
    (b"PARE", "encrypted parquet"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"%PDF-", "a PDF document"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
)

# The stream that holds a workbook protected by a password, as the directory spells it.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def signature(head: bytes) -> str:
    """Return the name of the format that `head` begins with, or "" for none that is known."""
    return next((name for magic, name in _SIGNATURES if head.startswith(magic)), "")


@dataclass(slots=True)
class StableFile:
    """A file that must not change between the first look and the end of reading."""

    path: Path
    table: str
    before: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.before = self._state()

    def _state(self) -> tuple[int, int]:
        seen = self.path.stat()
        return seen.st_size, seen.st_mtime_ns

    def check(self) -> None:
        """Do nothing if the file is as it was. Errors: SourceRejected (file_changed)."""
        now = self._state()
        if now != self.before:
            found = f"{self.before[0]} -> {now[0]} bytes"
            raise rejection(self.table, "file_changed", found=found)

    def chunks(self) -> Iterator[bytes]:
        """Return the bytes of the file, checked for change at the end."""
        with self.path.open("rb") as stream:
            while chunk := stream.read(MEBIBYTE):
                yield chunk
        self.check()


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a file after its wrapping: what it is and how to read it (again)."""

    format: Format
    chunks: Callable[[], Iterator[bytes]]
    wrapped_in: str = ""


def unwrap(file: StableFile, limits: ReadLimits) -> Content:
    """Return the content of a file by its magic bytes. Errors: SourceRejected."""
    with file.path.open("rb") as stream:
        head = stream.read(4096)
    kind = signature(head)
    match kind:
        case "":
            return Content("text", file.chunks)
        case "parquet":
            return Content("parquet", file.chunks)
        case "encrypted parquet":
            raise rejection(file.table, "encrypted_file")
        case "gzip":
            return _gzip_content(file, limits)
        case "zip":
            return _zip_content(file, limits)
        case "ole":
            if any(_ENCRYPTED in chunk for chunk in file.chunks()):
                raise rejection(file.table, "encrypted_file")
            return Content("workbook", file.chunks, "ole")
        case _:
            raise rejection(file.table, "binary_file", found=kind)


def _bounded(
    stream: IO[bytes] | gzip.GzipFile, packed_bytes: int, table: str, limits: ReadLimits
) -> Iterator[bytes]:
    """Return what comes out of an archive until it is more than an honest one would hold."""
    ratio_limit = max(limits.unpack_free_bytes, packed_bytes * limits.unpack_ratio)
    limit = min(limits.unpacked_bytes, ratio_limit)
    out = 0
    try:
        while chunk := stream.read(MEBIBYTE):
            out += len(chunk)
            if out > limit:
                found = f"{packed_bytes} -> {out}+ bytes"
                raise rejection(table, "unpacks_too_large", found=found)
            yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as problem:
        raise rejection(table, "corrupt_file", found=problem) from problem


def _gzip_content(file: StableFile, limits: ReadLimits) -> Content:
    def chunks() -> Iterator[bytes]:
        with gzip.open(file.path, "rb") as stream:
            yield from _bounded(stream, file.before[0], file.table, limits)
        file.check()

    _only_text(next(chunks(), b""), file.table)
    return Content("text", chunks, "gzip")


def _only_text(head: bytes, table: str) -> None:
    kind = signature(head)
    if kind:
        raise rejection(table, "binary_file", found=f"{kind} inside an archive")


def _zip_content(file: StableFile, limits: ReadLimits) -> Content:
    try:
        with zipfile.ZipFile(file.path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
    except (zipfile.BadZipFile, OSError) as problem:
        raise rejection(file.table, "corrupt_file", found=problem) from problem
    for member in members:
        _check_member(member, file.table)
    if {m.filename for m in members} & {"[Content_Types].xml", "content.xml"}:
        _check_workbook(members, file, limits)
        return Content("workbook", file.chunks, "zip")
    data = [m for m in members if not _is_clutter(m.filename)]
    if len(data) != 1:
        names = ", ".join(m.filename for m in data[:5])
        raise rejection(file.table, "archive_members", count=len(data), found=names or "-")
    if data[0].flag_bits & 0x1:
        raise rejection(file.table, "encrypted_file")
    return _member_content(file, data[0], limits)


def _member_content(file: StableFile, member: zipfile.ZipInfo, limits: ReadLimits) -> Content:
    def chunks() -> Iterator[bytes]:
        try:
            with zipfile.ZipFile(file.path) as archive, archive.open(member) as stream:
                yield from _bounded(stream, max(member.compress_size, 1), file.table, limits)
        except (zipfile.BadZipFile, RuntimeError) as problem:
            raise rejection(file.table, "corrupt_file", found=problem) from problem
        file.check()

    _only_text(next(chunks(), b""), file.table)
    return Content("text", chunks, "zip")


def _is_clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in {".DS_Store", "Thumbs.db"}


def _check_member(member: zipfile.ZipInfo, table: str) -> None:
    name = member.filename.replace("\\", "/")
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    has_drive = len(name) > 1 and name[1] == ":"
    if is_link or has_drive or name.startswith("/") or ".." in name.split("/"):
        raise rejection(table, "unsafe_path", found=member.filename)


def _check_workbook(members: list[zipfile.ZipInfo], file: StableFile, limits: ReadLimits) -> None:
    unpacked = sum(m.file_size for m in members)
    allowed = max(limits.unpack_free_bytes, file.before[0] * limits.unpack_ratio)
    if unpacked > min(limits.workbook_bytes, allowed):
        found = f"{file.before[0]} -> {unpacked} bytes"
        raise rejection(file.table, "unpacks_too_large", found=found)
