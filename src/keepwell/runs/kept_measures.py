"""The measures of the last run, kept so that a run computes only accounts that a change touches.

A row that is new, changed or gone touches its account, and so does one that enters or leaves a
window between the two days. All other accounts keep their measures, moved by the days between
(`measures/moves.py`).
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

from keepwell import __version__
from keepwell.measures import (
    EVENTS,
    SERVED,
    MeasurePlan,
    MeasureSettings,
    family_texts,
    moves_of,
    served_columns,
    source_plans,
)
from keepwell.ports import Engine
from keepwell.runs.kept_folds import KeptFolds
from keepwell.runs.store_portions import store_by_portions
from keepwell.runs.touched_accounts import BEFORE, Day, Part, parts_of
from keepwell.vocabulary import (
    Action,
    Bilingual,
    Finding,
    FindingKind,
    Severity,
    SourceRejected,
)

# Beyond a month more accounts are touched than not.
MOST_DAYS = 31
_FILE, _RECORD = "measures.parquet", "measures.json"
NOT_KEPT = FindingKind(
    "measures_not_kept",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "快照已发布，但没能为下次运行留下指标：{reason}。",
        "The snapshot is published, but its measures could not be kept for the next run: {reason}.",
    ),
    Bilingual(
        "下次运行会重新读取全部行，结果相同。请检查 .keepwell 所在磁盘的空间与权限"
        "（它须支持硬链接）。",
        "The next run reads all rows instead, with the same result. Check the room and the rights "
        "on the disk of .keepwell, which must have hard links.",
    ),
)


@dataclass(frozen=True, slots=True)
class LastMeasures:
    """Of what the kept measures are: the day, the definitions, and the rows that they were of."""

    as_of: str
    definitions: str
    months: Mapping[str, Mapping[str, str]]
    files: Mapping[str, str]

    @property
    def day(self) -> date:
        """Return the as-of date."""
        return date.fromisoformat(self.as_of)


def keep_measures(
    kept: KeptFolds,
    file: Path,
    plan: MeasurePlan,
    as_of: date,
    settings: MeasureSettings | None = None,
) -> Finding | None:
    """Keep the measures of a run for the next; where the disk refuses, return what to tell.

    The run is published by now and stands: then nothing is kept, and the next reads all rows.
    """
    before = last_measures(kept)
    if before is not None and before.day > as_of:
        # A look back is not what the next day starts from.
        return None
    fresh = kept.folder / f".{uuid4().hex}"
    try:
        _keep(kept, file, plan, as_of, settings, fresh)
    except OSError as problem:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        reason = problem.strerror or type(problem).__name__
        return Finding(NOT_KEPT, "measures", 1, params={"reason": reason})
    return None


def _keep(
    kept: KeptFolds,
    file: Path,
    plan: MeasurePlan,
    as_of: date,
    settings: MeasureSettings | None,
    fresh: Path,
) -> None:
    """Give the published file a second name, and write of what it is; the old record goes first."""
    kept.folder.mkdir(parents=True, exist_ok=True)
    (kept.folder / _RECORD).unlink(missing_ok=True)
    os.link(file, fresh)
    fresh.replace(kept.folder / _FILE)
    # Where both names are one file already, a replacement leaves the new name behind.
    fresh.unlink(missing_ok=True)
    last = LastMeasures(
        as_of.isoformat(), _definitions(plan, settings), kept.months, _digests(kept, plan)
    )
    fresh.write_text(json.dumps(asdict(last)), encoding="utf-8")
    fresh.replace(kept.folder / _RECORD)


def store_from_last(
    engine: Engine,
    kept: KeptFolds,
    plan: MeasurePlan,
    as_of: date,
    settings: MeasureSettings | None,
) -> bool:
    """Store the measures as of a day from those of the last run; False where that cannot be."""
    last = last_measures(kept)
    if last is None or last.definitions != _definitions(plan, settings):
        return False
    if not 0 <= (as_of - last.day).days <= MOST_DAYS:
        return False
    try:
        engine.read_parquet(BEFORE, kept.folder / _FILE)
    except SourceRejected:
        return False
    day = Day(engine, kept, last.months, last.day, as_of, settings, _same_accounts(engine))
    changed = {t for t, digest in _digests(kept, plan).items() if last.files.get(t) != digest}
    parts = parts_of(day, source_plans(plan), frozenset(changed))
    store_by_portions(engine, SERVED, _merged(plan, parts, is_same=day.is_same))
    for name in (BEFORE, *(p.table for p in parts), *(n for p in parts for n, _ in p.beside)):
        engine.drop(name)
    return True


def last_measures(kept: KeptFolds) -> LastMeasures | None:
    """Return of what the kept measures are; None when there are none that can be read."""
    if kept.imported is None:
        return None
    with suppress(OSError, ValueError, TypeError):
        found = LastMeasures(**json.loads((kept.folder / _RECORD).read_text(encoding="utf-8")))
        if (kept.folder / _FILE).is_file():
            return found
    return None


def is_current(
    last: LastMeasures, kept: KeptFolds, plan: MeasurePlan, settings: MeasureSettings | None
) -> bool:
    """Say whether kept measures are of the rows and definitions as they are now."""
    files, months = _digests(kept, plan), {t: dict(m) for t, m in kept.months.items()}
    same_rows = (last.files, last.months) == (files, months)
    return same_rows and last.definitions == _definitions(plan, settings)


def wrong_measures(engine: Engine, kept: KeptFolds, plan: MeasurePlan) -> int:
    """Return how many kept rows differ from the measures that the engine holds, of the same day."""
    columns = ", ".join(("account_id", *served_columns(plan)))
    engine.read_parquet(BEFORE, kept.folder / _FILE)
    stored, made = (f"SELECT {columns} FROM {t}" for t in (BEFORE, SERVED))  # noqa: S608
    found = engine.rows(
        f"SELECT count(*) FROM (({stored} EXCEPT ALL {made}) "  # noqa: S608
        f"UNION ALL ({made} EXCEPT ALL {stored})) AS differing"
    )
    engine.drop(BEFORE)
    return int(found[0][0])


def _same_accounts(engine: Engine) -> bool:
    """Say whether the accounts are those of the last run; DuckDB's hash tells apart enough."""
    told = [
        engine.rows(f"SELECT count(*), sum(CAST(hash(account_id) AS HUGEINT)) FROM {t}")  # noqa: S608
        for t in (BEFORE, "accounts")
    ]
    return told[0] == told[1]


def _merged(plan: MeasurePlan, parts: tuple[Part, ...], *, is_same: bool) -> str:
    """Return SQL that puts the columns of all parts beside each account, ordered by account_id."""
    by_column = {c: sql for part in parts for c, sql in part.columns.items()}
    chosen = [f"{by_column[c]} AS {c}" for c in served_columns(plan)]
    first = "b" if is_same else "a"
    tables = [f"{BEFORE} AS b"]
    if not is_same:
        tables = ["accounts AS a", f"LEFT JOIN {BEFORE} AS b ON b.account_id = a.account_id"]
    joined = [(p.table, p.alias) for p in parts if p.is_joined]
    joined += [table for p in parts for table in p.beside]
    tables += [f"LEFT JOIN {t} AS {n} ON {n}.account_id = {first}.account_id" for t, n in joined]
    columns = ", ".join((f"{first}.account_id", *chosen))
    return f"SELECT {columns} FROM {' '.join(tables)} ORDER BY {first}.account_id"  # noqa: S608


def _definitions(plan: MeasurePlan, settings: MeasureSettings | None) -> str:
    parts = (__version__, repr(plan), repr(settings or MeasureSettings()), family_texts())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _digests(kept: KeptFolds, plan: MeasurePlan) -> dict[str, str]:
    """Return the SHA-256 of each file that measures read; event tables are told by month."""
    return {table: _digest(kept, table) for table in sorted(set(_tables(plan)))}


def _tables(plan: MeasurePlan) -> Iterator[str]:
    for source in source_plans(plan):
        moves = moves_of(source)
        if moves is not None and source not in EVENTS:
            yield from moves.tables


def _digest(kept: KeptFolds, table: str) -> str:
    file = (kept.imported or Path()) / f"{table}.parquet"
    if not file.is_file():
        return ""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
