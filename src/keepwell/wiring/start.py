"""Begin a project from a source."""

import re
from collections.abc import Mapping
from pathlib import Path

from keepwell.adapters.configuration_files import ProjectFolder
from keepwell.adapters.sources import open_source
from keepwell.config import Source
from keepwell.intake import Choices
from keepwell.measures import CATALOG, plan_measures
from keepwell.ports import Clock, Progress
from keepwell.runs.initialise import InitReport, initialise
from keepwell.vocabulary import InputProblem, Lang, NotFound
from keepwell.wiring.project import Project
from keepwell.wiring.recognised import keep_recognised


def available_measures(mapped: frozenset[str]) -> Mapping[str, str]:
    """Return the measures that mapped columns give, and by which kind of provider."""
    plan = plan_measures(mapped)
    return {m: p.kind for m in CATALOG if (p := plan.provider(m)) is not None}


_VARIABLE = re.compile(r"env:(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:#(?P<schemas>[^#]+))?")
_ADDRESS = re.compile(r"postgres(ql)?:/", re.I)


def source_of(origin: str, root: Path) -> Source:
    """Return the source that a path means, written relative to the project where it lies inside.

    `env:NAME` is the PostgreSQL database whose address that variable holds; `env:NAME#crm,sales`
    names its schemas. Errors: NotFound; InputProblem for an address, which belongs in no command.
    """
    variable = _VARIABLE.fullmatch(origin)
    if variable:
        schemas = tuple((variable["schemas"] or "public").split(","))
        return Source(kind="postgres", url_env=variable["name"], schemas=schemas)
    if _ADDRESS.match(origin):
        raise InputProblem(
            "--from takes no address of a database: others could read its password.",
            cure="Put it into an environment variable: --from env:KEEPWELL_SOURCE_URL",
        )
    path = Path(origin)
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
    origin: Path | str,
    *,
    scorecard: str,
    lang: Lang,
    force: bool,
    progress: Progress | None = None,
    clock: Clock | None = None,
    has_preview: bool = True,
    choices: Choices | None = None,
) -> tuple[Project, InitReport]:
    """Recognise a source and write a project for it."""
    source = source_of(str(origin), root)
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
        choices=choices,
    )
    keep_recognised(project.layout, report.proposal)
    return project, report
