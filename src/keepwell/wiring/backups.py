"""The archives in the folder that keepwell.yml names for backups."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from keepwell.vocabulary import NotFound
from keepwell.wiring.project import Project

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.tar")


@dataclass(frozen=True, slots=True)
class KeptArchive:
    """One archive that is there."""

    name: str
    size_bytes: int
    written_at: datetime


def archive_folder(project: Project) -> Path:
    """Return the folder of backups."""
    return project.layout.root / project.config.schedule.backup_folder


def archives(project: Project) -> tuple[KeptArchive, ...]:
    """Return the archives that are there, newest first."""
    found = []
    for file in archive_folder(project).glob("*.tar"):
        if file.is_file() and NAME.fullmatch(file.name):
            seen = file.stat()
            written = datetime.fromtimestamp(seen.st_mtime, UTC)
            found.append(KeptArchive(file.name, seen.st_size, written))
    return tuple(sorted(found, key=lambda a: (a.written_at, a.name), reverse=True))


def archive_of(project: Project, name: str) -> Path:
    """Return an archive by its name. Errors: NotFound, for a path too."""
    path = archive_folder(project) / name
    if not NAME.fullmatch(name) or not path.is_file() or path.is_symlink():
        raise NotFound(f"There is no backup `{name}`.", cure="The page Backups lists them.")
    return path


def new_archive(project: Project) -> Path:
    """Return where a backup made now goes; the schedule's own, one a day, are left alone."""
    folder = archive_folder(project)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"by-hand-{project.now:%Y-%m-%d-%H%M%S}.tar"
