"""The doctor's round: each thing that can be wrong with a set-up is tried, and its cure named."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from keepwell import __version__
from keepwell.adapters.delivery_file import load_delivery
from keepwell.adapters.fonts import shipped_glyphs
from keepwell.adapters.journey_library import load_journeys
from keepwell.adapters.plan_library import load_plan_book
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.trigger_library import load_triggers
from keepwell.runs.doctor import Examination, Verdict
from keepwell.vocabulary import (
    Bilingual,
    InternalProblem,
    KeepwellProblem,
    NotFound,
    SourceUnavailable,
)
from keepwell.wiring.acting import acting_of
from keepwell.wiring.examine_kept import look_at_kept
from keepwell.wiring.journey_channels import channels_of
from keepwell.wiring.project import Project
from keepwell.wiring.sources import project_source
from keepwell.wiring.webhook_desk import webhook_desk

LITTLE_SPACE_GB = 2.0
SAMPLE = "健康分低于五十，客户成功 Health score 0-100 × − ≥ ▼◆●"


def examine(folder: Path) -> tuple[Examination, ...]:
    """Return what the doctor saw in `folder`; what cannot be reached is said, not skipped."""
    return tuple(_round(folder))


def _round(folder: Path) -> Iterator[Examination]:
    yield Examination(
        "keepwell", Verdict.GOOD, _same(f"{__version__}, Python {sys.version.split()[0]}")
    )
    yield _space(folder)
    project = Project(folder)
    found = _try("config", lambda: _tables(project))
    yield found
    yield _try("font", lambda: _fonts())
    if found.verdict is Verdict.BAD:
        return
    yield _try("scorecards", lambda: _same(", ".join(u.card.scorecard for u in project.uses())))
    yield _try("triggers", lambda: _triggers(project))
    yield _try("delivery", lambda: _delivery(project))
    yield _try("team", lambda: _team(project))
    yield _try("plans", lambda: _plans(project))
    yield _try("journeys", lambda: _journeys(project))
    yield _try("source", lambda: _source(project))
    yield _try("state", lambda: _runs(project))
    if _has_webhooks(project):
        yield _try("webhooks", webhook_desk(project).examined)
    yield _try("import", lambda: _same(project.last_import().import_id), missing=Verdict.WARN)
    yield _try("folds", lambda: look_at_kept(project), missing=Verdict.WARN)
    yield _try("snapshot", lambda: _snapshot(project), missing=Verdict.WARN)


def _tables(project: Project) -> Bilingual:
    count = len(project.config.tables)
    return Bilingual(f"{count} 张表", f"tables: {count}")


def _runs(project: Project) -> Bilingual:
    count = len(project.state.runs())
    return Bilingual(f"{count} 次运行", f"runs: {count}")


def _has_webhooks(project: Project) -> bool:
    try:
        return bool(webhook_desk(project).store.webhooks())
    except KeepwellProblem:
        # What is wrong with the state was told before.
        return False


def _triggers(project: Project) -> Bilingual:
    count = len(load_triggers(project.layout.triggers))
    return Bilingual(f"{count} 条触发规则", f"triggers: {count}")


def _delivery(project: Project) -> Bilingual:
    settings = load_delivery(project.layout.delivery)
    channels, people = len(settings.channels), len(settings.people)
    return Bilingual(
        f"{channels} 个渠道，{people} 位收件人", f"channels: {channels}, people: {people}"
    )


def _team(project: Project) -> Bilingual:
    count = len(acting_of(project.layout, project.config, project.state).team.people)
    return Bilingual(f"team.yml 中 {count} 人", f"people in team.yml: {count}")


def _plans(project: Project) -> Bilingual:
    book = load_plan_book(project.layout.plans, load_library(project.layout.playbooks))
    return Bilingual(
        f"{len(book.templates)} 种成功计划", f"kinds of success plans: {len(book.templates)}"
    )


def _journeys(project: Project) -> Bilingual:
    library = load_journeys(project.layout.journeys, project.layout.content)
    channels_of(project, library.settings)
    live, items = len(library.live), len(library.content)
    return Bilingual(f"{live} 个旅程，{items} 条内容", f"{live} journeys, {items} content items")


def _same(text: str) -> Bilingual:
    return Bilingual(text, text)


def _try(name: str, look: Callable[[], Bilingual], missing: Verdict = Verdict.BAD) -> Examination:
    try:
        return Examination(name, Verdict.GOOD, look())
    except KeepwellProblem as problem:
        verdict = missing if problem.code == "not_found" else Verdict.BAD
        cure = _same(problem.cure) if problem.cure else None
        return Examination(name, verdict, _same(problem.what), cure)


def _space(folder: Path) -> Examination:
    place = next(p for p in (folder.resolve(), *folder.resolve().parents) if p.exists())
    free = shutil.disk_usage(place).free / 2**30
    seen = Bilingual(f"剩余 {free:.1f} GiB", f"{free:.1f} GiB free")
    if free >= LITTLE_SPACE_GB:
        return Examination("disk", Verdict.GOOD, seen)
    cure = Bilingual(
        "请清理磁盘：快照和溢出文件需要空间。", "Free space: snapshots and spilling need it."
    )
    return Examination("disk", Verdict.WARN, seen, cure)


def _fonts() -> Bilingual:
    missing = [c for c in SAMPLE if ord(c) not in shipped_glyphs()]
    if missing:
        raise InternalProblem(
            f"The shipped fonts lack {' '.join(missing)}.", cure="Install keepwell again."
        )
    return Bilingual("自带字体可绘制中文与西文", "the shipped fonts draw Chinese and Latin text")


def _source(project: Project) -> Bilingual:
    source = project_source(project.config, project.layout)
    names = {t.name for t in source.tables()}
    wanted = {f.source for feeds in project.config.tables.values() for f in feeds}
    lost = sorted(wanted - names)
    if lost:
        raise NotFound(
            f"The source lacks {', '.join(lost)}.", cure="Deliver the files or mend keepwell.yml."
        )
    return Bilingual(
        f"{len(names)} 张表，用到 {len(wanted)} 张", f"tables: {len(names)}, used: {len(wanted)}"
    )


def _snapshot(project: Project) -> Bilingual:
    newest = project.current()
    for table in ("scores", "measures", "contributions"):
        path = project.snapshots.path(newest.run_id) / f"{table}.parquet"
        if not path.is_file():
            raise SourceUnavailable(
                f"Snapshot {newest.run_id} lacks {path.name}.", cure="Run `keepwell run --refit`."
            )
    return Bilingual(
        f"{newest.run_id}，{newest.accounts} 家客户",
        f"{newest.run_id}, accounts: {newest.accounts}",
    )
