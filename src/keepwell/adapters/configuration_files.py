"""The project folder as `init` sees it: shipped scorecards in, new files out."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from keepwell.adapters.configuration import CONFIG_FILE, config_schema, load_config, load_scorecard
from keepwell.config import Config
from keepwell.vocabulary import ConfigInvalid, NotFound, Scorecard, SourceUnavailable

SHIPPED = ("classic", "robust")


def shipped_scorecard_text(name: str) -> str:
    """Return a shipped scorecard as written, with comments in both languages. Errors: NotFound."""
    if name not in SHIPPED:
        raise NotFound(
            f"There is no shipped scorecard `{name}`.", cure=f"Choose one of: {', '.join(SHIPPED)}."
        )
    place = files("keepwell.adapters") / "scorecards" / f"{name}.yml"
    return place.read_text(encoding="utf-8")


def shipped_scorecard(name: str) -> Scorecard:
    """Return a shipped scorecard. Errors: NotFound."""
    shipped_scorecard_text(name)
    return load_scorecard(Path(str(files("keepwell.adapters"))) / "scorecards" / f"{name}.yml")


class ProjectFolder:
    """A project folder on disk; fulfils `runs.initialise.ProjectFiles`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def exists(self, name: str) -> bool:
        """Say whether the project holds that file."""
        return (self._folder / name).exists()

    def write(self, texts: Mapping[str, str]) -> None:
        """Write files, each at once and whole. Errors: SourceUnavailable."""
        try:
            for name, text in texts.items():
                target = self._folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                draft = target.with_name(f".{target.name}.new")
                draft.write_text(text, encoding="utf-8", newline="\n")
                draft.replace(target)
        except OSError as error:
            raise SourceUnavailable(
                f"Cannot write to {self._folder}: {error.strerror}.",
                cure="Check free space and permissions, then run the command again.",
            ) from error

    def shipped_scorecard(self, name: str) -> str:
        """Return a shipped scorecard as written. Errors: NotFound."""
        return shipped_scorecard_text(name)

    def schema(self) -> str:
        """Return the JSON Schema of keepwell.yml as text."""
        return json.dumps(config_schema(), ensure_ascii=False, indent=1) + "\n"

    def load(self) -> Config:
        """Return the configuration as written. Errors: ConfigInvalid."""
        return load_config(self._folder / CONFIG_FILE)


def load_scorecards(folder: Path) -> dict[str, Scorecard]:
    """Return the scorecards of a project by name. Errors: ConfigInvalid, also for a name twice."""
    found: dict[str, Scorecard] = {}
    for path in sorted((folder / "scorecards").glob("*.yml")):
        card = load_scorecard(path)
        if card.scorecard in found:
            raise ConfigInvalid(
                f"Two files in {path.parent} define the scorecard `{card.scorecard}`.",
                cure=f"Rename `scorecard:` in {path.name}.",
            )
        found[card.scorecard] = card
    return found
