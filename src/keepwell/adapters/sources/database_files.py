"""What SQLite and DuckDB files share: the digest of their content and the missing table."""

import difflib
import hashlib
from collections.abc import Sequence
from pathlib import Path

from keepwell.adapters.sources.limits import MEBIBYTE
from keepwell.vocabulary import NotFound


def file_digest(path: Path, companions: Sequence[str]) -> str:
    """Return a hash of a database file and its write-ahead log, if any."""
    digest = hashlib.sha256()
    for part in (path, *(path.with_name(path.name + ending) for ending in companions)):
        if part.is_file():
            with part.open("rb") as stream:
                while chunk := stream.read(MEBIBYTE):
                    digest.update(chunk)
    return digest.hexdigest()


def table_digest(file: str, name: str, definition: str) -> str:
    """Return the fingerprint of one table of a database file."""
    return hashlib.sha256("\0".join((file, name, definition)).encode()).hexdigest()


def missing_table(name: str, names: Sequence[str], path: Path) -> NotFound:
    """Return the error for a table that the database does not hold."""
    near = difflib.get_close_matches(name, names, 3) or list(names[:10])
    return NotFound(
        f"No table `{name}` in {path}.",
        cure=f"Found: {', '.join(near) or 'nothing'}. Mend `source:` in keepwell.yml.",
        name=name,
        found=list(names),
    )
