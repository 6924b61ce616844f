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
    found = sorted((folder / "segments").glob("*.yml"))
    if len(found) > 1:
        raise ConfigInvalid(
            f"{folder / 'segments'} holds {len(found)} maps: {', '.join(p.name for p in found)}.",
            cure="Keep one segment map; move the others out of the folder.",
        )
    return _read(found[0]) if found else shipped_segment_map()


@cache
def shipped_segment_map() -> SegmentMap:
    """Return the shipped map of eleven segments."""
    return _read(Path(str(files("keepwell.adapters"))) / "segments" / SHIPPED)


def _read(path: Path) -> SegmentMap:
    document = read_document(path, empty_cure="Write `map: NAME` and its segments.")
    made = validate(document, SegmentMap)
    if document.problems or made is None:
        raise problems_of(document)
    return made
