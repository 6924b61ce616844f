"""Folders of an object store as a local folder: only what is new or changed is copied."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pyarrow as pa
from pyarrow import fs

from keepwell.adapters.sources.limits import MEBIBYTE
from keepwell.vocabulary import ConfigInvalid, NotFound, SourceUnavailable

# What the drivers inside the Arrow wheel reach, without anything to install.
SCHEMES = ("s3", "gs", "gcs", "abfs", "abfss", "hdfs", "file")
_CREDENTIALS = "AWS_*, GOOGLE_APPLICATION_CREDENTIALS or AZURE_* variables"


def is_address(path: str) -> bool:
    """Say whether a source's path is an address such as s3://bucket/exports."""
    return "://" in path


def shown(address: str) -> str:
    """Return an address without keys or parameters, fit for a message.

    >>> shown("s3://key:secret@bucket/exports?region=eu-west-1")
    's3://bucket/exports'
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def mirror(address: str, cache: Path) -> Path:
    """Copy the files at an address into a folder of `cache` and return that folder.

    A file of the same size and time is not copied again; one that is gone there is deleted here.
    Errors: ConfigInvalid for an unknown scheme, NotFound for an empty place, SourceUnavailable.
    """
    store, root = _opened(address)
    folder = cache / hashlib.sha256(address.encode()).hexdigest()[:16]
    with _told(address):
        found = store.get_file_info(fs.FileSelector(root, recursive=True, allow_not_found=True))
        files = {_place(info.path, root, address): info for info in found if info.is_file}
    if not files:
        raise NotFound(
            f"Source: no file at {shown(address)}.",
            cure="Mend `source: {kind: folder, path: ...}` in keepwell.yml.",
        )
    for place, info in files.items():
        with _told(address):
            _copy(store, info, folder / place)
    for left in sorted(folder.rglob("*"), reverse=True):
        _forget(left, {folder / place for place in files})
    return folder


def _opened(address: str) -> tuple[fs.FileSystem, str]:
    scheme = urlsplit(address).scheme
    if scheme not in SCHEMES:
        raise ConfigInvalid(
            f"Source: no driver for {scheme}://.", cure=f"Use one of {', '.join(SCHEMES)}."
        )
    with _told(address):
        store, root = fs.FileSystem.from_uri(address)
        return store, root.rstrip("/")


def _place(path: str, root: str, address: str) -> PurePosixPath:
    place = PurePosixPath(path.removeprefix(root).lstrip("/"))
    if ".." in place.parts or place.is_absolute():
        raise ConfigInvalid(
            f"Source: {shown(address)} holds a file named {place}, which leads out of it.",
            cure="Rename the file in the store.",
        )
    return place


def _copy(store: fs.FileSystem, info: fs.FileInfo, path: Path) -> None:
    changed_ns = info.mtime_ns or 0
    seen = path.stat() if path.is_file() else None
    if seen is not None and (seen.st_size, seen.st_mtime_ns) == (info.size, changed_ns):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with store.open_input_stream(info.path) as stream, part.open("wb") as file:
        while chunk := stream.read(MEBIBYTE):
            file.write(chunk)
    os.utime(part, ns=(changed_ns, changed_ns))
    part.replace(path)


def _forget(path: Path, kept: set[Path]) -> None:
    if path.is_dir() and not any(path.iterdir()):
        path.rmdir()
    elif not path.is_dir() and path not in kept:
        path.unlink()


@contextmanager
def _told(address: str) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as problem:
        reason = str(problem).partition("\n")[0].replace(address, shown(address))[:300]
        raise SourceUnavailable(
            f"Source: {shown(address)} cannot be read: {reason}.",
            cure=f"Check the address, the network and the credentials ({_CREDENTIALS}).",
        ) from problem
