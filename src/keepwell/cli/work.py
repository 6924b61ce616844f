"""Opens what a command works on, with a progress bar where a person is watching."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keepwell.ports import Progress
from keepwell.runs.doctor import Examination
from keepwell.vocabulary import KeepwellProblem, Lang
from keepwell.wiring import Project, examine


@contextmanager
def busy() -> Iterator[Progress]:
    """Give a progress bar on a terminal, and silence elsewhere."""
    if sys.stderr.isatty():
        from keepwell.cli.progress import BarProgress

        with BarProgress() as bar:
            yield bar
    else:
        from keepwell.adapters.progress import NoProgress

        yield NoProgress()


@contextmanager
def opened(folder: Path) -> Iterator[Project]:
    """Give the project in `folder`; its configuration is read before anything else."""
    with busy() as progress:
        project = Project(folder, progress)
        _ = project.config
        yield project


@contextmanager
def examined(folder: Path) -> Iterator[tuple[Examination, ...]]:
    """Give what the doctor saw in `folder`, which need not be a sound project."""
    yield examine(folder)


def project_language(folder: Path) -> Lang:
    """Return the language of the project in `folder`; English where there is no sound one."""
    try:
        return Project(folder).config.lang
    except KeepwellProblem:
        return "en"
