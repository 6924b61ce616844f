"""Where the parts of a project lie on disk."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProjectLayout:
    """The folder of one project and the places in it."""

    root: Path

    @property
    def config(self) -> Path:
        """Return the configuration file."""
        return self.root / "keepwell.yml"

    @property
    def scorecards(self) -> Path:
        """Return the folder of scorecard definitions."""
        return self.root / "scorecards"

    @property
    def playbooks(self) -> Path:
        """Return the folder of the project's own playbooks."""
        return self.root / "playbooks"

    @property
    def triggers(self) -> Path:
        """Return the folder of the project's own triggers."""
        return self.root / "triggers"

    @property
    def journeys(self) -> Path:
        """Return the folder of the project's own journeys."""
        return self.root / "journeys"

    @property
    def content(self) -> Path:
        """Return the folder of the project's own content catalogue."""
        return self.root / "content"

    @property
    def delivery(self) -> Path:
        """Return the file that says who is told, where and when."""
        return self.root / "delivery.yml"

    @property
    def team(self) -> Path:
        """Return the file that says who works, for how many hours and how senior."""
        return self.root / "team.yml"

    @property
    def plans(self) -> Path:
        """Return the file that changes plans, causes, promises and programmes."""
        return self.root / "plans.yml"

    @property
    def hidden(self) -> Path:
        """Return the folder that keepwell itself keeps."""
        return self.root / ".keepwell"

    @property
    def state(self) -> Path:
        """Return the state database."""
        return self.hidden / "state.db"

    @property
    def imports(self) -> Path:
        """Return the folder of imports."""
        return self.hidden / "imports"

    @property
    def proof_cards(self) -> Path:
        """Return the folder of report cards, one per version of a scorecard and horizon."""
        return self.hidden / "proof"

    @property
    def snapshots(self) -> Path:
        """Return the folder of snapshots."""
        return self.hidden / "snapshots"

    @property
    def backtests(self) -> Path:
        """Return the folder of back-tests."""
        return self.hidden / "backtests"

    @property
    def folds(self) -> Path:
        """Return the folder of folds of months, kept between runs."""
        return self.hidden / "folds"

    @property
    def spill(self) -> Path:
        """Return the folder where the engine spills to disk."""
        return self.hidden / "spill"

    @property
    def sent(self) -> Path:
        """Return the folder of messages that file channels wrote."""
        return self.hidden / "sent"

    @property
    def uploads(self) -> Path:
        """Return the folder of files that came over the web and wait."""
        return self.hidden / "uploads"

    @property
    def scheduler(self) -> Path:
        """Return the folder in which a scheduler shows that it lives."""
        return self.hidden / "scheduler"

    @property
    def reports(self) -> Path:
        """Return the folder of written reports."""
        return self.root / "reports"
