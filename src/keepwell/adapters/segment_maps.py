"""Segment maps: the shipped one, or the one of a project's `segments` folder."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from keepwell.adapters.configuration_nodes import read_document
from keepwell.adapters.configuration_problems import problems_of, validate
from keepwell.value import SegmentMap
from keepwell.vocabulary import ConfigInvalid

SHIPPED = "engagement.yml"


def load_segment_map(folder: Path) -> SegmentMap:
    """Return the map of a project: the file in `segments/`, else the shipped one.

    Errors: ConfigInvalid with file and line; also when the folder holds more than one map.
    """
    file = own_map(folder)
    return read_segment_map(file) if file is not None else shipped_segment_map()


def own_map(folder: Path) -> Path | None:
    """Return the file of a project's own map. Errors: ConfigInvalid where there are several."""
    found = sorted((folder / "segments").glob("*.yml"))
    if len(found) > 1:
        raise ConfigInvalid(
            f"{folder / 'segments'} holds {len(found)} maps: {', '.join(p.name for p in found)}.",
            cure="Keep one segment map; move the others out of the folder.",
        )
    return found[0] if found else None


@cache
def shipped_segment_map() -> SegmentMap:
    """Return the shipped map of eleven segments."""
    return read_segment_map(_shipped())


@cache
def shipped_segment_text() -> str:
    """Return the shipped map as written."""
    return _shipped().read_text(encoding="utf-8")


def _shipped() -> Path:
    return Path(str(files("keepwell.adapters"))) / "segments" / SHIPPED


def read_segment_map(path: Path) -> SegmentMap:
    """Return the map of a file. Errors: ConfigInvalid with file and line."""
    document = read_document(path, empty_cure="Write `map: NAME` and its segments.")
    made = validate(document, SegmentMap)
    if document.problems or made is None:
        raise problems_of(document)
    return made
