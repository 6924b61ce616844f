"""Rows that programs send: taken in, merged by key into a table that the next run reads."""

import json
import os
import shutil
import time
from collections.abc import AsyncIterable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keepwell.adapters.batch_area import FOLDER, Batch, BatchArea, Receiving
from keepwell.adapters.batch_merge import MERGED, OLD
from keepwell.adapters.batch_rows import BatchFormat
from keepwell.adapters.child_process import answer_of_module
from keepwell.adapters.locks import folder_held, project_lock
from keepwell.adapters.sources.object_store import is_address
from keepwell.adapters.state import SqlAccessStore
from keepwell.config import Feed
from keepwell.vocabulary import TABLES, InputProblem, NotFound, OutsideProblem
from keepwell.wiring.project import Project

MERGER = "keepwell.adapters.batch_merge"
WAIT_S = 420.0
# A run reads the table while it checks: the new one is put in place before or after.
RUN_WAIT_S, LOOK_S = 60.0, 0.25
FAULT = {
    "what": "The batch was ended: it needs more memory or time than an import may use.",
    "cure": "Send it in smaller batches.",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """A table that keepwell.yml lets programs fill: its columns, its key, where it lies."""

    table: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    key: str
    place: Path


class BatchDesk:
    """What programs may send to a project, and what was set aside of it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._area = BatchArea(project.layout.hidden / "batches")
        self._log = SqlAccessStore(project.state)

    def declared(self, table: str) -> Declared:
        """Return the table of that name. Errors: NotFound if keepwell.yml declares none."""
        name = f"{FOLDER}/{table}.parquet"
        feeds = self._project.config.tables.get(table, ()) if table in TABLES else ()
        feed = next((f for f in feeds if f.source == name), None)
        if feed is None:
            raise NotFound(
                f"keepwell.yml declares no table `{table[:60]}` that programs fill.",
                cure=f"Add a feed `source: {name}` with its columns below `tables.{table[:60]}`.",
            )
        key = _column(feed, TABLES[table].key)
        if not key:
            raise InputProblem(
                f"The feed `{name}` does not map `{TABLES[table].key}`, by which rows are known.",
                cure=f"Map `{TABLES[table].key}` to a column in keepwell.yml.",
            )
        required = [_column(feed, c.name) for c in TABLES[table].columns if c.is_required]
        needed = tuple(dict.fromkeys([key, *(c for c in required if c)]))
        return Declared(table, _columns(feed), needed, key, self._place(name))

    async def take(
        self, pieces: AsyncIterable[bytes], then: Callable[[Receiving, str], Any]
    ) -> Any:
        """Write a body to disk as it arrives, then do something with it and its SHA-256."""
        from starlette.concurrency import run_in_threadpool

        with ExitStack() as stack:
            # Entering looks through folders and waits for locks: not in the event loop.
            receiving = await run_in_threadpool(stack.enter_context, self._area.receive())
            async for piece in pieces:
                receiving.write(piece)
            return await run_in_threadpool(then, receiving, receiving.whole())

    def merge(
        self, declared: Declared, receiving: Receiving, kind: BatchFormat, by: str
    ) -> dict[str, Any]:
        """Merge a body into its table in a bounded process of its own; return what came of it.

        Errors: InputProblem, and nothing was taken in; OutsideProblem while a run goes on.
        """
        work, table = receiving.folder, declared.table
        lock = self._project.layout.hidden / "batches" / f".{table}"
        lock.mkdir(exist_ok=True)
        with folder_held(lock):
            _prepare(work, declared, kind)
            found = _answer(work)
            if fault := found.get("fault"):
                raise InputProblem(fault["what"], cure=fault["cure"])
            if (work / MERGED).exists():
                self._put(work / MERGED, declared.place)
        batch = Batch(work.name, table, by, self._project.now.isoformat(), found)
        if found["set_aside"]:
            self._area.keep(batch)
        noted = {k: v for k, v in found.items() if k not in ("examples", "reasons")}
        self._note(by, "rows_imported", table, {"batch": batch.id, **noted})
        return {"id": batch.id, "table": table, **found}

    def kept(self) -> tuple[Batch, ...]:
        """Return the batches that have rows set aside."""
        return self._area.kept()

    def rows(self, batch_id: str) -> Path:
        """Return the file of the rows that a batch left behind. Errors: NotFound."""
        return self._area.rows(self._area.batch(batch_id))

    def discard(self, batch_id: str, by: str) -> None:
        """Forget the rows that a batch left behind. Errors: NotFound."""
        batch = self._area.batch(batch_id)
        self._area.discard(batch)
        self._note(by, "batch_discarded", batch_id, {"rows": batch.counts["set_aside"]})

    def _place(self, name: str) -> Path:
        layout, source = self._project.layout, self._project.config.source
        place = (layout.root / Path(source.path).expanduser()).resolve()
        is_inside = place.is_relative_to(layout.root.resolve()) and not is_address(source.path)
        if source.kind != "folder" or not is_inside:
            raise InputProblem(
                f"The source is {source.kind}: {source.place}, and takes no rows.",
                cure="Programs fill a source that is a folder inside the project.",
            )
        return place / name

    def _put(self, made: Path, place: Path) -> None:
        until = time.monotonic() + RUN_WAIT_S
        while True:
            try:
                with project_lock(self._project.layout.hidden / "run.lock"):
                    place.parent.mkdir(exist_ok=True)
                    made.replace(place)
                    return
            except OutsideProblem:
                if time.monotonic() > until:
                    raise
                time.sleep(LOOK_S)

    def _note(self, by: str, action: str, subject: str, details: dict[str, Any]) -> None:
        self._log.note_deed(by, action, subject, details, self._project.now)


def _column(feed: Feed, canonical: str) -> str:
    mapping = feed.mapping(canonical)
    return (mapping.column or "") if mapping else ""


def _columns(feed: Feed) -> tuple[str, ...]:
    mapped = (_column(feed, c) for c in feed.columns)
    return tuple(dict.fromkeys(c for c in (*mapped, *feed.keep_when, *feed.drop_when) if c))


def _prepare(work: Path, declared: Declared, kind: BatchFormat) -> None:
    asked = {
        "kind": kind, "columns": declared.columns, "needed": declared.needed, "key": declared.key
    }  # fmt: skip
    (work / "asked.json").write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
    if declared.place.is_file():
        try:
            # It is replaced, never written into, so that another name for it will do.
            os.link(declared.place, work / OLD)
        except OSError:
            shutil.copyfile(declared.place, work / OLD)


def _answer(work: Path) -> dict[str, Any]:
    answer = answer_of_module(MERGER, [str(work)], WAIT_S)
    try:
        found = json.loads(answer) if answer else {"fault": FAULT}
    except ValueError:
        return {"fault": FAULT}
    return found if isinstance(found, dict) else {"fault": FAULT}
