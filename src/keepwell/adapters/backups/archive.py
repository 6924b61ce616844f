"""The file of a backup: a tar of plain files whose last members say what it holds.

What is cut off, damaged or not written by keepwell is refused before anybody uses it.
"""

import gzip
import hashlib
import io
import json
import math
import os
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from keepwell.vocabulary import InputProblem, SourceUnavailable

FORMAT = 1
CONTENTS, SEAL = "contents.json", "contents.sha256"
STATE, SNAPSHOTS, CONFIG = "state", "snapshots", "config"
CONFIG_SUFFIXES = frozenset({".yml", ".yaml"})
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive holds: facts about it, and size and SHA-256 of each file."""

    facts: Mapping[str, Any]
    files: Mapping[str, tuple[int, str]]

    def under(self, top: str) -> tuple[str, ...]:
        """Return the names of the files in one of the three folders, without the folder."""
        return tuple(n.partition("/")[2] for n in self.files if n.startswith(f"{top}/"))


class _Counted:
    """A file that counts and hashes what is read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        block = self._file.read(size)
        self.size += len(block)
        self.digest.update(block)
        return block


def write_archive(
    target: Path, files: Iterable[tuple[str, Path]], facts: Mapping[str, Any], made_at: float
) -> Contents:
    """Write an archive, there whole or not at all; only its owner may read it.

    Errors: SourceUnavailable when the disk is full or a file has gone meanwhile, InputProblem for
    a name that could not be read again.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            contents = _written(file, files, facts, int(made_at))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as problem:
        raise SourceUnavailable(
            f"The backup {target} could not be written: {problem.strerror or problem}"
            f"{f' ({problem.filename})' if problem.filename else ''}.",
            cure="Check free space and rights, then run `keepwell backup` again.",
        ) from problem
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
    return contents


def _written(
    file: BinaryIO, files: Iterable[tuple[str, Path]], facts: Mapping[str, Any], made_at: int
) -> Contents:
    found: dict[str, tuple[int, str]] = {}
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, path in files:
            _refuse_unreadable(name)
            with path.open("rb") as opened:
                counted = _Counted(opened)
                size = os.fstat(opened.fileno()).st_size
                _add(tar, name, size, cast("BinaryIO", counted), made_at)
            found[name] = (counted.size, counted.digest.hexdigest())
        text = json.dumps(
            {"format": FORMAT, **facts, "files": found}, ensure_ascii=False, indent=1
        ).encode()
        seal = hashlib.sha256(text).hexdigest().encode()
        for name, data in ((CONTENTS, text), (SEAL, seal)):
            _add(tar, name, len(data), io.BytesIO(data), made_at)
    return Contents(facts, found)


def _refuse_unreadable(name: str) -> None:
    """Refuse to write what reading would refuse. Errors: InputProblem."""
    try:
        name.encode()
        _require_safe(tarfile.TarInfo(name))
    except ValueError as problem:
        raise InputProblem(
            f"{name!r} cannot go into a backup: not every system takes such a name.",
            cure="Rename the file, then run `keepwell backup` again.",
            name=repr(name),
        ) from problem


def _add(tar: tarfile.TarFile, name: str, size: int, file: BinaryIO, made_at: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, made_at, 0o600
    tar.addfile(member, file)


def read_archive(source: Path, into: Path | None = None) -> Contents:
    """Return what a whole and undamaged archive holds, its files written into an empty folder.

    `into`: None to check only. Errors: InputProblem for every other archive, NotFound without
    one; what was written into the folder by then is to be thrown away.
    """
    found: dict[str, tuple[int, str]] = {}
    last: dict[str, bytes] = {}
    end = 0
    try:
        with tarfile.open(source, "r:") as tar:
            for member in tar:
                end = member.offset_data + member.size
                if member.name in (CONTENTS, SEAL):
                    last[member.name] = _opened(tar, member).read()
                else:
                    _require(not last and member.name not in found, f"stray {member.name}")
                    found[member.name] = _taken(tar, member, into)
        _require(source.stat().st_size == _whole(end), "it is cut off")
        return _contents(last, found)
    except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError) as problem:
        raise InputProblem(
            f"{source} is no whole backup of keepwell: {problem}. Nothing was changed.",
            cure="Take another copy, or an earlier backup; `keepwell verify FILE` checks one.",
            path=str(source),
        ) from problem
    except OSError as problem:
        raise SourceUnavailable(
            f"{problem.filename or source}: {problem.strerror or problem}. Nothing was changed.",
            cure="Name a file that can be read; unpacking needs as much free space as it has.",
        ) from problem


def _whole(end: int) -> int:
    """Return the size of a tar whose last file ends there: two empty blocks, then a full record."""
    block, record = tarfile.BLOCKSIZE, tarfile.RECORDSIZE
    return math.ceil((math.ceil(end / block) + 2) * block / record) * record


def _taken(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path | None) -> tuple[int, str]:
    """Return size and SHA-256 of a file, written into the folder if there is one."""
    _require_safe(member)
    counted = _Counted(_opened(tar, member))
    if into is None:
        while counted.read(_BLOCK):
            pass
    else:
        path = into / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            while block := counted.read(_BLOCK):
                file.write(block)
    _require(counted.size == member.size, f"{member.name} is cut off")
    return counted.size, counted.digest.hexdigest()


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    opened = tar.extractfile(member) if member.isreg() else None
    _require(opened is not None, f"{member.name} is no plain file")
    return cast("BinaryIO", opened)


def _require_safe(member: tarfile.TarInfo) -> None:
    """Let only names through that keepwell writes: below one of three folders, nothing hidden."""
    path = PurePosixPath(member.name)
    parts = path.parts
    is_plain = "/".join(parts) == member.name and "\\" not in member.name
    is_hidden = any(p.startswith(".") for p in parts)
    is_known = len(parts) > 1 and parts[0] in (STATE, SNAPSHOTS, CONFIG)
    is_config = parts[:1] == (CONFIG,)
    _require(
        is_plain
        and is_known
        and not is_hidden
        and (not is_config or path.suffix in CONFIG_SUFFIXES),
        f"{member.name} may not be in one",
    )


def _contents(last: Mapping[str, bytes], found: Mapping[str, tuple[int, str]]) -> Contents:
    _require(set(last) == {CONTENTS, SEAL}, "its end is missing")
    seal = hashlib.sha256(last[CONTENTS]).hexdigest().encode()
    _require(seal == last[SEAL], "its list of contents is damaged")
    facts = json.loads(last[CONTENTS])
    _require(
        facts.pop("format", None) == FORMAT,
        f"its format is not {FORMAT}; a newer keepwell reads it",
    )
    files = {name: (int(size), str(digest)) for name, (size, digest) in facts.pop("files").items()}
    for name in sorted(set(files) | set(found)):
        _require(files.get(name) == found.get(name), f"{name} is damaged or missing")
    return Contents(facts, files)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines of text into a compressed file."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        for line in lines:
            packed.write(f"{line}\n".encode())


def read_lines(path: Path) -> Iterable[str]:
    """Return the lines of a compressed file of text."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as packed:
        yield from packed
