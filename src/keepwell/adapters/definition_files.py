"""Definitions as files of the project: read, checked before they are written, written at once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from keepwell.adapters.configuration import load_scorecard
from keepwell.adapters.configuration_files import ProjectFolder
from keepwell.adapters.locks import folder_held
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.segment_maps import own_map, read_segment_map, shipped_segment_map
from keepwell.adapters.trigger_library import all_triggers, load_triggers
from keepwell.measures import CATALOG
from keepwell.playbooks import Library
from keepwell.ports.studio import Subject
from keepwell.value import SegmentMap
from keepwell.vocabulary import ConfigInvalid, NotFound, Scorecard
from keepwell.warning import Trigger

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
LONGEST = 512 * 1024


class DefinitionFiles:
    """The files of scorecards, triggers, playbooks and the segment map of one project.

    `hidden`: the folder that keepwell itself keeps.
    """

    def __init__(self, root: Path, hidden: Path) -> None:
        self._root, self._hidden = root, hidden

    def text(self, subject: Subject) -> str:
        """Return a definition as written; "" where there is no file. Errors: NotFound."""
        file = self._file(subject)
        return file.read_text(encoding="utf-8-sig") if file.is_file() else ""

    def write(self, subject: Subject, text: str) -> None:
        """Write a definition at once and whole; an empty one takes the file away."""
        file = self._file(subject)
        if text:
            name = str(file.relative_to(self._root))
            ProjectFolder(self._root).write({name: text})
        else:
            file.unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from publishing during the block."""
        folder = self._hidden / "studio"
        folder.mkdir(parents=True, exist_ok=True)
        with folder_held(folder):
            yield

    def place(self, subject: Subject) -> str:
        """Return the file of a definition as people name it."""
        return str(self._file(subject).relative_to(self._root))

    def card(self, subject: Subject, text: str) -> Scorecard:
        """Return a scorecard from its text. Errors: ConfigInvalid with line and column."""
        name = self._file(subject).name
        with self._aside(name, text) as folder:
            card = load_scorecard(folder / name, CATALOG)
        if card.scorecard != subject.name:
            raise ConfigInvalid(
                f"The scorecard is called `{subject.name}`, not `{card.scorecard}`.",
                cure="Keep its name; copy the file to begin another.",
            )
        return card

    def triggers(self, subject: Subject | None = None, text: str = "") -> tuple[Trigger, ...]:
        """Return all triggers that are on, as if a file had another text. Errors: ConfigInvalid."""
        with self._replaced(self._root / "triggers", subject, text) as folder:
            return load_triggers(folder)

    def every_trigger(self, subject: Subject, text: str) -> tuple[tuple[Trigger, str], ...]:
        """Return all triggers, off ones too, as if a file had another text, with their files."""
        with self._replaced(self._root / "triggers", subject, text) as folder:
            return all_triggers(folder)

    def library(self, subject: Subject | None = None, text: str = "") -> Library:
        """Return the playbooks, as if a file had another text. Errors: ConfigInvalid."""
        with self._replaced(self._root / "playbooks", subject, text) as folder:
            return load_library(folder)

    def segment_map(self, subject: Subject, text: str) -> SegmentMap:
        """Return a segment map from its text; the shipped one for none. Errors: ConfigInvalid."""
        if not text:
            return shipped_segment_map()
        name = self._file(subject).name
        with self._aside(name, text) as folder:
            return read_segment_map(folder / name)

    def _file(self, subject: Subject) -> Path:
        if not NAME.fullmatch(subject.name):
            raise NotFound("There is no such definition.", cure="The studio lists what there is.")
        match subject.kind:
            case "scorecard":
                return self._card_file(subject.name)
            case "triggers":
                return _yaml(self._root / "triggers", subject.name)
            case "playbooks":
                return _yaml(self._root / "playbooks", subject.name)
            case "segments":
                return own_map(self._root) or self._root / "segments" / f"{subject.name}.yml"

    def _card_file(self, name: str) -> Path:
        folder = self._root / "scorecards"
        first = folder / f"{name}.yml"
        for file in (first, *sorted(folder.glob("*.yml"))):
            if file.is_file() and load_scorecard(file).scorecard == name:
                return file
        raise NotFound(
            f"There is no scorecard `{name}`.", cure="The studio lists those that are in use."
        )

    @contextmanager
    def _aside(self, name: str, text: str) -> Iterator[Path]:
        if len(text) > LONGEST:
            raise ConfigInvalid(
                f"A definition may have {LONGEST:,} characters, this one has {len(text):,}.",
                cure="Divide it.",
            )
        with TemporaryDirectory(prefix="keepwell-") as folder:
            (Path(folder) / name).write_text(text, encoding="utf-8")
            yield Path(folder)

    @contextmanager
    def _replaced(self, folder: Path, subject: Subject | None, text: str) -> Iterator[Path | None]:
        if subject is None:
            yield folder
            return
        changed = self._file(subject)
        with self._aside(changed.name, text) as aside:
            place = aside / folder.name
            place.mkdir()
            (aside / changed.name).replace(place / changed.name)
            if not text:
                (place / changed.name).unlink()
            for file in (*folder.glob("*.yml"), *folder.glob("*.yaml")):
                if file != changed:
                    (place / file.name).write_bytes(file.read_bytes())
            yield place


def _yaml(folder: Path, name: str) -> Path:
    other = folder / f"{name}.yaml"
    return other if other.is_file() else folder / f"{name}.yml"
