"""Batches of rows under way, and what they left behind: rows set aside, kept until discarded."""

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from keepwell.adapters.batch_merge import BODY, SET_ASIDE
from keepwell.adapters.locks import folder_held, remove_abandoned
from keepwell.adapters.state.privacy_store import pattern_of
from keepwell.vocabulary import InputProblem, NotFound

MEBIBYTE = 1 << 20
MOST_BODY_BYTES = 500 * MEBIBYTE
MOST_KEPT = 100
RECORD = "batch.json"
# Where rows that programs send lie below the folder of the source.
FOLDER = "api"
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that left rows behind: `counts` says what came of it."""

    id: str
    table: str
    by: str
    at: str
    counts: dict[str, Any]


class Receiving:
    """A body under way: written piece by piece, never held."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = (folder / BODY).open("xb")
        self._digest = hashlib.sha256()
        self._taken = 0

    def write(self, piece: bytes) -> None:
        """Take one piece. Errors: InputProblem beyond the largest body."""
        self._taken += len(piece)
        if self._taken > MOST_BODY_BYTES:
            raise InputProblem(
                f"The batch is larger than {MOST_BODY_BYTES // MEBIBYTE} MB; nothing was taken in.",
                cure="Send it as several: rows of the same key replace each other.",
            )
        self._digest.update(piece)
        self._file.write(piece)

    def whole(self) -> str:
        """Close the body and return its SHA-256. Errors: InputProblem for an empty one."""
        self._file.close()
        if not self._taken:
            raise InputProblem("The batch is empty.", cure="Send at least one row.")
        return self._digest.hexdigest()

    def close(self) -> None:
        """Close the body."""
        self._file.close()


class BatchArea:
    """The folder of batches of one project."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def receive(self) -> Iterator[Receiving]:
        """Give a place for one batch; what is not kept in the block is removed at its end.

        Errors: InputProblem while too many batches have rows set aside.
        """
        if len(self.kept()) >= MOST_KEPT:
            raise InputProblem(
                f"{MOST_KEPT} batches have rows that were set aside.",
                cure="Look at them by GET /api/v1/imports and discard those that are settled.",
            )
        with ExitStack() as stack:
            folder = self._new_folder(stack)
            receiving = Receiving(folder)
            try:
                yield receiving
            finally:
                receiving.close()
                self._clear(folder)

    def keep(self, batch: Batch) -> None:
        """Keep the rows that a batch left behind."""
        record = self._folder / batch.id / RECORD
        staged = record.with_suffix(".part")
        staged.write_text(json.dumps(asdict(batch), ensure_ascii=False), encoding="utf-8")
        staged.replace(record)

    def kept(self) -> tuple[Batch, ...]:
        """Return the batches with rows set aside, the newest first."""
        found = [self._read(p.parent) for p in self._folder.glob(f"*/{RECORD}")]
        return tuple(sorted((b for b in found if b), key=lambda b: (b.at, b.id), reverse=True))

    def batch(self, batch_id: str) -> Batch:
        """Return one of them. Errors: NotFound."""
        found = self._read(self._folder / batch_id) if _ID.fullmatch(batch_id) else None
        if found is None:
            raise NotFound(
                f"No batch `{batch_id[:32]}` has rows set aside.",
                cure="GET /api/v1/imports lists those that have.",
            )
        return found

    def rows(self, batch: Batch) -> Path:
        """Return the file of its rows, as JSON Lines."""
        return self._folder / batch.id / SET_ASIDE

    def discard(self, batch: Batch) -> None:
        """Forget the rows that a batch left behind."""
        shutil.rmtree(self._folder / batch.id, ignore_errors=True)

    def naming(self, terms: Sequence[str]) -> Iterator[tuple[Path, int]]:
        """Yield the files of rows set aside that name a term, with how many rows do."""
        is_hit = _naming(terms)
        for batch in self.kept():
            with self.rows(batch).open("rb") as lines:
                count = sum(map(is_hit, lines))
            if count:
                yield self.rows(batch), count

    def erase(self, terms: Sequence[str]) -> None:
        """Take the rows that name a term out, also from the examples in the records."""
        is_hit = _naming(terms)
        for path, _ in list(self.naming(terms)):
            draft = path.with_suffix(".part")
            with path.open("rb") as lines, draft.open("wb") as kept:
                kept.writelines(line for line in lines if not is_hit(line))
            draft.replace(path)
            batch = self.batch(path.parent.name)
            shown = [e for e in batch.counts["examples"] if not is_hit(json.dumps(e).encode())]
            counts = {**batch.counts, "examples": shown}
            self.keep(Batch(batch.id, batch.table, batch.by, batch.at, counts))

    def _new_folder(self, stack: ExitStack) -> Path:
        """Return a fresh folder that is held; those of processes that died are removed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with folder_held(self._folder):
            batches = self._folder.glob("[0-9a-f]*/")
            remove_abandoned(f for f in batches if not (f / RECORD).exists())
            folder = self._folder / secrets.token_hex(8)
            folder.mkdir(mode=0o700)
            stack.enter_context(folder_held(folder))
            return folder

    def _clear(self, folder: Path) -> None:
        if not (folder / RECORD).exists():
            shutil.rmtree(folder, ignore_errors=True)
            return
        for path in folder.iterdir():
            if path.name not in (RECORD, SET_ASIDE):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _read(self, folder: Path) -> Batch | None:
        try:
            return Batch(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def tables_naming(place: Path, terms: Sequence[str]) -> Iterator[Path]:
    """Yield the tables of rows that came by the API which name a term."""
    pattern = pattern_of(terms)
    for path in sorted((place / FOLDER).glob("*.parquet")):
        with pq.ParquetFile(path) as table:
            cells = (
                str(cell)
                for batch in table.iter_batches(batch_size=10_000)
                for column in batch.columns
                for cell in column.to_pylist()
                if cell is not None
            )
            if any(pattern.search(c) for c in cells):
                yield path


def _naming(terms: Sequence[str]) -> Callable[[bytes], bool]:
    pattern = pattern_of(terms)

    def is_hit(line: bytes) -> bool:
        return pattern.search(json.dumps(json.loads(line), ensure_ascii=False)) is not None

    return is_hit
