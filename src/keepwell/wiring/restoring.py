"""Putting a backup in place: first everything is read and checked, then it is moved in."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from filecmp import cmp
from pathlib import Path

from keepwell.adapters.backups import Contents, read_archive
from keepwell.adapters.backups.archive import CONFIG, SNAPSHOTS, STATE, read_lines
from keepwell.adapters.clock import SystemClock
from keepwell.adapters.configuration import load_config
from keepwell.adapters.locks import project_lock
from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.state import SqlKeepingStore, SqlOutboxStore, SqlStateStore, StatePlace
from keepwell.adapters.state.migrating import known_revisions
from keepwell.config import Config
from keepwell.ports import Clock
from keepwell.runs.layout import ProjectLayout
from keepwell.runs.safekeeping import RestoreReport
from keepwell.vocabulary import InputProblem, SourceUnavailable
from keepwell.wiring.backing_up import LINES, configuration_files, keeping
from keepwell.wiring.keeping import state_place
from keepwell.wiring.privacy_desk import erase_again

_OPEN = ("pending", "leased")


@dataclass
class _Restoring:
    """An archive that was read whole into `scratch`, and the project that it goes into."""

    source: Path
    layout: ProjectLayout
    scratch: Path
    contents: Contents
    keep_config: bool
    moved: list[tuple[Path, Path]] = field(default_factory=list)

    @property
    def snapshots(self) -> SnapshotFolders:
        return SnapshotFolders(self.layout.snapshots)

    @property
    def config(self) -> Config:
        """Return the configuration that holds afterwards. Errors: ConfigInvalid."""
        folder = self.layout.root if self.keep_config else self.scratch / CONFIG
        return load_config(folder / self.layout.config.name)

    @property
    def configuration(self) -> tuple[str, ...]:
        return () if self.keep_config else self.contents.under(CONFIG)

    def changed_files(self) -> list[str]:
        """Return the files of configuration that are there with other words."""
        root, ours = self.layout.root, self.scratch / CONFIG
        return [
            name
            for name in self.configuration
            if (root / name).exists() and not cmp(root / name, ours / name, shallow=False)
        ]

    def new_snapshots(self) -> tuple[list[str], list[str]]:
        """Return the runs whose snapshot is to be added, and those that have another one."""
        folder, added, other = self.scratch / SNAPSHOTS, [], []
        for run_id in self.contents.facts["runs"]:
            there = self.layout.snapshots / run_id
            if not there.exists():
                added.append(run_id)
            elif not _same_files(there, folder / run_id):
                other.append(run_id)
        return added, other

    def lines(self) -> Mapping[str, Iterable[str]]:
        folder = self.scratch / STATE
        return {name: read_lines(folder / f"{name}{LINES}") for name in self.contents.facts["rows"]}

    def move_in(self, run_ids: Iterable[str]) -> None:
        """Put snapshots in place; what was there under their names is laid aside."""
        aside = self.scratch / "aside"
        aside.mkdir()
        for run_id in run_ids:
            place = self.layout.snapshots / run_id
            if place.exists():
                place.rename(aside / run_id)
            self.moved.append((place, aside / run_id))
            self.snapshots.adopt(run_id, self.scratch / SNAPSHOTS / run_id)

    def move_out(self) -> None:
        """Leave the snapshots as they were found."""
        for place, aside in reversed(self.moved):
            self.snapshots.remove(place.name)
            if aside.exists():
                aside.rename(place)

    def write_configuration(self) -> None:
        for name in self.configuration:
            target = self.layout.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f".{target.name}.new")
            draft.write_bytes((self.scratch / CONFIG / name).read_bytes())
            draft.replace(target)


def restore(
    source: Path,
    folder: Path,
    clock: Clock | None = None,
    *,
    force: bool = False,
    keep_config: bool = False,
) -> RestoreReport:
    """Put a backup into a project's folder, a new one or one of the same state.

    `force`:       replace a state that holds something, and files that say something else.
    `keep_config`: leave the configuration as it is; the state goes to where that one says, so
                   that it can move between SQLite and PostgreSQL.
    Errors: InputProblem for a damaged archive or without `force`, nothing being changed then.
    """
    contents = read_archive(source)
    _require_known(source, contents)
    layout = ProjectLayout(folder.resolve())
    layout.hidden.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(project_lock(layout.hidden / "run.lock"))
        scratch = stack.enter_context(keeping(layout))
        contents = read_archive(source, scratch)
        work = _Restoring(source, layout, scratch, contents, keep_config)
        config = work.config
        place = state_place(config, layout)
        state = stack.enter_context(_opened(place, layout, force=force))
        added, other = work.new_snapshots()
        if not force:
            _refuse_to_overwrite(state, work.changed_files(), other)
        try:
            work.move_in([*added, *other])
            at = (clock or SystemClock()).now()
            SqlKeepingStore(state).replace(
                contents.facts["revision"], work.lines(), at, source.name
            )
            # Whoever was erased since the backup was made does not come back with it.
            erase_again(layout, state, at)
        except BaseException:
            work.move_out()
            raise
        work.write_configuration()
        return _report(work, config, place, state, len(added) + len(other))


def _require_known(source: Path, contents: Contents) -> None:
    revision = contents.facts["revision"]
    if revision not in known_revisions():
        raise InputProblem(
            f"{source} is of version {revision}, which this keepwell does not know. "
            "Nothing was changed.",
            cure=f"Install keepwell {contents.facts['keepwell']} or newer.",
            revision=revision,
        )


def _opened(place: StatePlace, layout: ProjectLayout, *, force: bool) -> SqlStateStore:
    """Return the state that is there; with `force` a file that is damaged is laid aside."""
    is_ours = force and not place.is_postgres and layout.state.exists()
    try:
        state = SqlStateStore(place)
    except SourceUnavailable as problem:
        if not is_ours or problem.details.get("reason") != "damaged":
            raise
    else:
        if not is_ours or not SqlKeepingStore(state).is_damaged():
            return state
        state.close()
    for end in ("", "-wal", "-shm"):
        file = layout.state.with_name(f"{layout.state.name}{end}")
        if file.exists():
            file.replace(file.with_name(f"damaged-{file.name}"))
    return SqlStateStore(place)


def _refuse_to_overwrite(state: SqlStateStore, files: list[str], snapshots: list[str]) -> None:
    rows = {name: n for name, n in SqlKeepingStore(state).row_counts().items() if n}
    found = [f"{n} rows in {name}" for name, n in rows.items()]
    found += [f"{name} with other content" for name in files]
    found += [f"another snapshot of run {run_id}" for run_id in snapshots]
    if found:
        raise InputProblem(
            f"Restoring would overwrite what is there: {', '.join(found[:5])}"
            f"{', ...' if len(found) > 5 else ''}. Nothing was changed.",
            cure="Restore into a new folder with -C DIR; --keep-config leaves the configuration as "
            "it is; --force replaces all of it (make a `keepwell backup` first).",
            found=found,
        )


def _same_files(one: Path, other: Path) -> bool:
    names = _names(one)
    return names == _names(other) and all(cmp(one / n, other / n, shallow=False) for n in names)


def _names(folder: Path) -> set[str]:
    return {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()}


def _report(
    work: _Restoring, config: Config, place: StatePlace, state: SqlStateStore, added: int
) -> RestoreReport:
    facts, root = work.contents.facts, work.layout.root
    given = set(work.contents.under(CONFIG))
    there = [f.relative_to(root).as_posix() for f in configuration_files(work.layout)]
    counts = SqlOutboxStore(state).message_counts()
    return RestoreReport(
        path=work.source,
        folder=root,
        made_at=datetime.fromisoformat(facts["made_at"]),
        state=f"${place.variable}" if place.is_postgres else str(work.layout.state),
        rows=facts["rows"],
        snapshots_added=added,
        snapshots_there=len(facts["runs"]) - added,
        configuration=work.configuration,
        not_in_backup=() if work.keep_config else tuple(n for n in there if n not in given),
        pending_messages=sum(counts.get(status, 0) for status in _OPEN),
        lang=config.lang,
    )
