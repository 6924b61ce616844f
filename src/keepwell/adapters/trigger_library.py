"""The shipped triggers from package data, with a project's `triggers/*.yml` laid over them."""

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from keepwell.adapters.configuration_nodes import read_document
from keepwell.adapters.configuration_problems import problems_of, validate
from keepwell.vocabulary import ConfigInvalid
from keepwell.warning import Trigger, TriggerSet, overlaid

_EMPTY_CURE = "Write `triggers:` and a list, or delete the file."


def load_triggers(folder: Path | None = None) -> tuple[Trigger, ...]:
    """Return the shipped triggers, changed by the YAML files of a project's `triggers` folder.

    Those that are switched off are left out.
    Errors: ConfigInvalid with file and line; also for a trigger that two files define.
    """
    own: dict[str, Trigger] = {}
    for file in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]) if folder else ():
        for trigger in _read(file):
            if trigger.trigger in own:
                raise ConfigInvalid(
                    f"Two files in {file.parent} define trigger `{trigger.trigger}`.",
                    cure=f"Keep it in one of them; the second is {file.name}.",
                )
            own[trigger.trigger] = trigger
    return tuple(t for t in overlaid(shipped_triggers(), list(own.values())) if t.is_on)


def all_triggers(folder: Path | None) -> tuple[tuple[Trigger, str], ...]:
    """Return every trigger, off ones too, each with the file that holds it; "" if shipped.

    Errors: ConfigInvalid with file and line.
    """
    own = {
        trigger.trigger: (trigger, file.stem)
        for file in (sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]) if folder else ())
        for trigger in _read(file)
    }
    every = overlaid(shipped_triggers(), [t for t, _ in own.values()])
    return tuple((t, own[t.trigger][1] if t.trigger in own else "") for t in every)


@cache
def shipped_triggers() -> tuple[Trigger, ...]:
    """Return the triggers that come with the product."""
    with as_file(files("keepwell.warning") / "library" / "triggers.yml") as path:
        return _read(path)


def _read(file: Path) -> tuple[Trigger, ...]:
    document = read_document(file, empty_cure=_EMPTY_CURE)
    found = validate(document, TriggerSet)
    if document.problems or found is None:
        raise problems_of(document)
    return found.triggers
