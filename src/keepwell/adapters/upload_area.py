"""Files that came over the web and wait: each in a folder of its own, until somebody confirms it.

Nothing in here is read by a run. A name is cleaned, never used as a path.
"""

import hashlib
import json
import re
import secrets
import shutil
import unicodedata
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from keepwell.vocabulary import InputProblem, NotFound

MEBIBYTE = 1 << 20
MOST_FILE_BYTES = 500 * MEBIBYTE
MOST_WAITING = 20
LONGEST_NAME = 120
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".sqlite", ".sqlite3", ".db")
DATABASES = (".sqlite", ".sqlite3", ".db")
RECORD = "upload.json"
_ID = re.compile(r"[0-9a-f]{16}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
_FORBIDDEN = set('/\\:*?"<>|#')


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that waits. `tables`: what it was found to hold; `fault`: why it cannot be used."""

    id: str
    name: str
    size_bytes: int
    sha256: str
    by: str
    at: str
    tables: tuple[dict[str, Any], ...] = ()
    fault: dict[str, str] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Say whether it was checked and can be used."""
        return not self.fault and bool(self.tables)

    @property
    def is_database(self) -> bool:
        """Say whether it is a SQLite file, which is a whole source."""
        return self.name.lower().endswith(DATABASES)


def safe_name(given: str) -> str:
    r"""Return the name under which a file may lie in a folder. Errors: InputProblem.

    >>> safe_name("C:\\exports\\客户 2026.csv"), safe_name("../../x/Accounts.XLSX")
    ('客户 2026.csv', 'Accounts.XLSX')
    """
    name = unicodedata.normalize("NFC", given.replace("\\", "/").rpartition("/")[2]).strip()
    is_clean = all(c.isprintable() and c not in _FORBIDDEN for c in name)
    is_usual = not name.startswith((".", "~", "-")) and not _RESERVED.fullmatch(name)
    is_short = 0 < len(name) <= LONGEST_NAME and len(name.encode()) <= 2 * LONGEST_NAME
    if not (is_clean and is_usual and is_short and name.lower().endswith(ENDINGS)):
        raise InputProblem(
            f"A file cannot come in as `{given[-60:]}`.",
            cure=f"Give it a plain name of at most {LONGEST_NAME} characters that ends in one of: "
            f"{', '.join(ENDINGS)}.",
        )
    return name


class UploadArea:
    """The waiting files of one project."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def waiting(self) -> tuple[Upload, ...]:
        """Return what waits, the newest first."""
        found = [self._read(p.parent) for p in self._folder.glob(f"*/{RECORD}")]
        return tuple(sorted((u for u in found if u), key=lambda u: (u.at, u.id), reverse=True))

    def upload(self, upload_id: str) -> Upload:
        """Return one that waits. Errors: NotFound."""
        found = self._read(self._folder / upload_id) if _ID.fullmatch(upload_id) else None
        if found is None:
            raise NotFound(
                f"No file waits as `{upload_id[:32]}`.", cure="The page Data lists them."
            )
        return found

    def receive(self, name: str, by: str, at: str) -> "Receiving":
        """Begin to take a file in. Errors: InputProblem for its name, or when too many wait."""
        known = safe_name(name)
        if len(self.waiting()) >= MOST_WAITING:
            raise InputProblem(
                f"{MOST_WAITING} files wait already.", cure="Confirm or discard some of them first."
            )
        return Receiving(self, known, by, at)

    def path(self, upload: Upload) -> Path:
        """Return the file itself."""
        return self._folder / upload.id / "file" / upload.name

    def keep(self, upload: Upload) -> Upload:
        """Store what is known of a file."""
        record = self._folder / upload.id / RECORD
        staged = record.with_suffix(".part")
        staged.write_text(json.dumps(asdict(upload), ensure_ascii=False), encoding="utf-8")
        staged.replace(record)
        return upload

    def discard(self, upload: Upload) -> None:
        """Forget a file."""
        shutil.rmtree(self._folder / upload.id, ignore_errors=True)

    def move(self, upload: Upload, target: Path) -> None:
        """Put a file where a source is read, in the place of one that is there."""
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path(upload).replace(target)
        self.discard(upload)

    def new_folder(self) -> Path:
        """Return a fresh folder for one file."""
        folder = self._folder / secrets.token_hex(8)
        (folder / "file").mkdir(parents=True)
        folder.chmod(0o700)
        return folder

    def _read(self, folder: Path) -> Upload | None:
        try:
            given = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            return Upload(**{**given, "tables": tuple(given["tables"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None


class Receiving:
    """A file under way: written piece by piece, never held; gone unless it comes whole."""

    def __init__(self, area: UploadArea, name: str, by: str, at: str) -> None:
        self._area = area
        self._folder = area.new_folder()
        self._file = (self._folder / "file" / name).open("xb")
        self._digest = hashlib.sha256()
        self._taken = 0
        self._upload = Upload(self._folder.name, name, 0, "", by, at)

    def __enter__(self) -> Self:
        """Return the file, closed at the end of the block and removed if that fails."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Close the file."""
        self._file.close()
        if kind is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def write(self, piece: bytes) -> None:
        """Take one piece. Errors: InputProblem beyond the largest file."""
        self._taken += len(piece)
        if self._taken > MOST_FILE_BYTES:
            raise InputProblem(
                f"The file is larger than {MOST_FILE_BYTES // MEBIBYTE} MB.",
                cure="Split it, or put it on the server and name its folder as the source.",
            )
        self._digest.update(piece)
        self._file.write(piece)

    def whole(self) -> Upload:
        """Store the file as one that waits. Errors: InputProblem for an empty one."""
        self._file.flush()
        if not self._taken:
            raise InputProblem(
                f"`{self._upload.name}` is empty.", cure="Export it again and send it."
            )
        done = replace(self._upload, size_bytes=self._taken, sha256=self._digest.hexdigest())
        return self._area.keep(done)
