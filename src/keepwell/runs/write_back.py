"""Write back: what the current run found, as tables of the company's own database or folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
from pydantic import ValidationError

from keepwell.config import Config, WriteBack
from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.ports.delivering import (
    CHANGES,
    DeliveredColumn,
    DeliveredCount,
    DeliveredTable,
    Delivery,
    ResultTarget,
)
from keepwell.runs.export import open_snapshot
from keepwell.runs.write_back_tables import CONTENTS, Content
from keepwell.vocabulary import InputProblem

# Between the values of a row, and in place of one that is missing: neither occurs in text.
_NEXT, _NOTHING = "chr(31)", "chr(30)"


@dataclass(frozen=True, slots=True)
class WrittenBack:
    """Where a run's results were written, and how many rows of each table."""

    place: str
    as_of: date
    run_id: str
    counts: tuple[DeliveredCount, ...]


def write_back(
    config: Config,
    settings: WriteBack,
    record: RunRecord,
    snapshots: SnapshotStore,
    engine: Engine,
    target: ResultTarget,
    at: datetime,
) -> WrittenBack:
    """Deliver the tables of a run, all or none.

    Errors: those of `ResultTarget.deliver`; InputProblem for a name that a source table has.
    """
    found = open_snapshot(engine, snapshots, record.run_id)
    tables = tuple(
        _table(engine, settings.prefix, content)
        for content in CONTENTS
        if set(content.needs) <= set(found)
    )
    _refuse_sources(config, [t.name for t in tables])
    moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    counts = target.deliver(Delivery(record.as_of, record.run_id, moment, tables))
    return WrittenBack(target.place, record.as_of, record.run_id, counts)


def wanted_target(config: Config) -> WriteBack:
    """Return `writeback:` of keepwell.yml. Errors: InputProblem when it is not there."""
    if config.writeback is None:
        raise InputProblem(
            "keepwell.yml does not say where results go.",
            cure="Add `writeback: {kind: duckdb, path: results.duckdb}`, or use --to duckdb:PATH.",
        )
    return config.writeback


def target_named(text: str, known: WriteBack | None, here: Path) -> WriteBack:
    """Return the target that `KIND:PATH` names, other settings as in keepwell.yml.

    `here`: what a relative path is relative to. Errors: InputProblem.
    """
    kind, _, path = text.partition(":")
    base = known.model_dump(exclude={"kind", "path"}) if known else {}
    whole = str(here / Path(path).expanduser()) if path else ""
    try:
        return WriteBack.model_validate({**base, "kind": kind, "path": whole})
    except ValidationError as wrong:
        raise InputProblem(
            f"`{text}` names no target.",
            cure="Use --to sqlite:PATH, duckdb:PATH, folder:PATH or postgres.",
        ) from wrong


def _refuse_sources(config: Config, names: Sequence[str]) -> None:
    sources = {
        f.source.rpartition(".")[2].casefold() for feeds in config.tables.values() for f in feeds
    }
    for name in (*names, *(f"{n}{CHANGES}" for n in names)):
        if name.casefold() in sources:
            raise InputProblem(
                f"`{name}` is a source table of this project. Nothing was written.",
                cure="Choose another `writeback.prefix` in keepwell.yml.",
                table=name,
            )


def _table(engine: Engine, prefix: str, content: Content) -> DeliveredTable:
    def parts() -> Iterator[pa.Table]:
        for select in content.selects(engine):
            yield engine.arrow(_hashed(select, content.columns, len(content.key)))

    return DeliveredTable(f"{prefix}{content.name}", content.key, content.columns, parts)


def _hashed(select: str, columns: Sequence[DeliveredColumn], split: int) -> str:
    """Return the rows with the hash of everything beside the key."""
    texts = [f"coalesce(CAST({c.name} AS VARCHAR), {_NOTHING})" for c in columns[split:]]
    names = ", ".join(c.name for c in columns)
    joined = f" || {_NEXT} || ".join(texts)
    return f"SELECT {names}, sha256({joined}) AS row_hash FROM ({select}) AS content"  # noqa: S608
