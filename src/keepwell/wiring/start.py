"""Begin a project from a source."""

from collections.abc import Mapping
from pathlib import Path

from keepwell.adapters.configuration_files import ProjectFolder
from keepwell.adapters.sources import open_source
from keepwell.config import Source
from keepwell.measures import CATALOG, plan_measures
from keepwell.ports import Clock, Progress
from keepwell.runs.initialise import InitReport, initialise
from keepwell.vocabulary import Lang, NotFound
from keepwell.wiring.project import Project


def available_measures(mapped: frozenset[str]) -> Mapping[str, str]:
    """Return the measures that mapped columns give, and by which kind of provider."""
    plan = plan_measures(mapped)
    return {m: p.kind for m in CATALOG if (p := plan.provider(m)) is not None}


def source_of(path: Path, root: Path) -> Source:
    """Return the source that a path means, written relative to the project where it lies inside.

    Errors: NotFound.
    """
    place = path.resolve()
    inside = place.is_relative_to(root.resolve())
    written = str(place.relative_to(root.resolve())) if inside else str(place)
    if place.is_dir():
        return Source(kind="folder", path=written)
    if not place.is_file():
        raise NotFound(f"There is nothing at {path}.", cure="Name a folder or a database file.")
    with place.open("rb") as file:
        is_sqlite = file.read(16).startswith(b"SQLite format 3")
    if is_sqlite:
        return Source(kind="sqlite", path=written)
    if place.suffix.lower() in {".duckdb", ".ddb", ".db"}:
        return Source(kind="duckdb", path=written)
    raise NotFound(
        f"{path} is one file and no database.", cure=f"Name its folder: --from {path.parent}"
    )


def start_project(
    root: Path,
    origin: Path,
    *,
    scorecard: str,
    lang: Lang,
    force: bool,
    progress: Progress | None = None,
    clock: Clock | None = None,
    has_preview: bool = True,
) -> tuple[Project, InitReport]:
    """Recognise a source and write a project for it."""
    source = source_of(origin, root)
    project = Project(root, progress, clock)
    project.progress.step("recognise", lang)
    report = initialise(
        project.layout.root,
        open_source(source, project.layout.root),
        source,
        scorecard=scorecard,
        lang=lang,
        files=ProjectFolder(project.layout.root),
        available=available_measures,
        preview_tiers=(lambda _: project.preview_tiers()) if has_preview else None,
        force=force,
    )
    return project, report
