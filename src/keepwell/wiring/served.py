"""A project as it is served: its file may be edited meanwhile, or not be there yet."""

from functools import cached_property
from pathlib import Path

from keepwell.adapters.configuration import load_config
from keepwell.config import Config, ScorecardUse, Source
from keepwell.ports import Clock, Progress
from keepwell.vocabulary import NotFound
from keepwell.wiring.project import Project
from keepwell.wiring.uploads import FIRST_FOLDER

SCORECARD = "robust"


class ServedProject(Project):
    """A project that notices when keepwell.yml is written, and does without one at first."""

    def __init__(
        self, root: Path, progress: Progress | None = None, clock: Clock | None = None
    ) -> None:
        super().__init__(root, progress, clock)
        self._stamp = self._written_at()

    @cached_property
    def config(self) -> Config:
        """Return keepwell.yml as read, or what holds before there is one."""
        if self.layout.config.is_file():
            return load_config(self.layout.config)
        return Config(
            project=self.layout.root.name or "keepwell",
            source=Source(kind="folder", path=FIRST_FOLDER),
            tables={},
            scorecards=(ScorecardUse(scorecard=SCORECARD),),
        )

    def notice_edits(self) -> None:
        """Read keepwell.yml again if it was written since. Errors: ConfigInvalid, when asked."""
        stamp = self._written_at()
        if stamp != self._stamp:
            self._stamp = stamp
            self.__dict__.pop("config", None)

    def _written_at(self) -> int:
        try:
            return self.layout.config.stat().st_mtime_ns
        except OSError:
            return 0


def served_project(
    folder: Path, progress: Progress | None = None, clock: Clock | None = None
) -> ServedProject:
    """Return a project, or an empty folder in which one can begin. Errors: NotFound."""
    project = ServedProject(folder, progress, clock)
    root = project.layout.root
    if not project.layout.config.is_file() and not may_begin(root):
        raise NotFound(
            f"No keepwell.yml in {root}, and it is not empty.",
            cure="Run `keepwell init DIR --from SOURCE`, name the project with -C DIR, or serve "
            "an empty folder to begin one in the browser.",
        )
    return project


def may_begin(root: Path) -> bool:
    """Say whether a folder is empty, or one in which somebody has begun already."""
    if not root.is_dir():
        return False
    names = {p.name for p in root.iterdir()}
    return ".keepwell" in names or not {n for n in names if not n.startswith(".")}
