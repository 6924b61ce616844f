"""Shipped journeys and content from package data, with a project's own files laid over them."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from keepwell.adapters.configuration_nodes import read_document
from keepwell.adapters.configuration_problems import problems_of, validate
from keepwell.journeys import (
    ContentFile,
    ContentItem,
    Journey,
    JourneyFile,
    JourneySettings,
    overlaid_journeys,
)
from keepwell.vocabulary import ConfigInvalid

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class JourneyLibrary:
    """All journeys of a project, those that are switched off too, and how they reach people."""

    journeys: tuple[Journey, ...]
    settings: JourneySettings
    content: tuple[ContentItem, ...]

    @property
    def live(self) -> tuple[Journey, ...]:
        """Return the journeys that are switched on."""
        return tuple(j for j in self.journeys if j.is_on)


def load_journeys(journeys: Path | None = None, content: Path | None = None) -> JourneyLibrary:
    """Return the shipped library, changed by the YAML files of a project's two folders.

    Errors: ConfigInvalid with file and line; also for what two files define.
    """
    own: dict[str, Journey] = {}
    settings: JourneySettings | None = None
    for file in _yaml_files(journeys):
        found = _read(file, JourneyFile, "Write `journeys:` and a list, or delete the file.")
        if found.settings is not None:
            if settings is not None:
                raise _twice(file, "`settings`")
            settings = found.settings
        for journey in found.journeys:
            if journey.journey in own:
                raise _twice(file, f"journey `{journey.journey}`")
            own[journey.journey] = journey
    return JourneyLibrary(
        overlaid_journeys(shipped_journeys(), own),
        settings or JourneySettings(),
        _load_content(content),
    )


def _load_content(folder: Path | None) -> tuple[ContentItem, ...]:
    own: dict[str, ContentItem] = {}
    for file in _yaml_files(folder):
        found = _read(file, ContentFile, "Write `content:` and a list, or delete the file.")
        for item in found.content:
            if item.item in own:
                raise _twice(file, f"item `{item.item}`")
            own[item.item] = item
    kept = [own.pop(c.item, c) for c in shipped_content()]
    return (*kept, *own.values())


@cache
def shipped_journeys() -> tuple[Journey, ...]:
    """Return the journeys that come with the product."""
    found: list[Journey] = []
    with as_file(files("keepwell.journeys") / "library") as folder:
        for file in _yaml_files(folder):
            found += _read(file, JourneyFile, "").journeys
    return tuple(found)


@cache
def shipped_content() -> tuple[ContentItem, ...]:
    """Return the content that comes with the product: true of any product, without addresses."""
    with as_file(files("keepwell.journeys") / "content" / "generic.yml") as path:
        return _read(path, ContentFile, "").content


def _yaml_files(folder: Path | None) -> list[Path]:
    return sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]) if folder else []


def _twice(file: Path, what: str) -> ConfigInvalid:
    return ConfigInvalid(
        f"Two files in {file.parent} define {what}.",
        cure=f"Keep it in one of them; the second is {file.name}.",
    )


def _read(file: Path, model: type[Model], empty_cure: str) -> Model:
    document = read_document(file, empty_cure=empty_cure)
    found = validate(document, model)
    if document.problems or found is None:
        raise problems_of(document)
    return found
