"""delivery.yml of a project: read and checked, or begun with every choice explained."""

from importlib.resources import files
from pathlib import Path

from keepwell.adapters.configuration_nodes import read_document
from keepwell.adapters.configuration_problems import problems_of, validate
from keepwell.messages import DeliverySettings
from keepwell.vocabulary import InputProblem, SourceUnavailable

_EMPTY_CURE = "Write `keepwell alerts deliver --init` to begin one, or delete the file."


def load_delivery(path: Path) -> DeliverySettings:
    """Return who is told, where and when; without the file, everybody in their inbox.

    Errors: ConfigInvalid with file and line.
    """
    if not path.is_file():
        return DeliverySettings()
    document = read_document(path, empty_cure=_EMPTY_CURE)
    found = validate(document, DeliverySettings)
    if document.problems or found is None:
        raise problems_of(document)
    return found


def delivery_template() -> str:
    """Return a delivery.yml that changes nothing and explains every choice."""
    return (files("keepwell.adapters") / "delivery.yml").read_text(encoding="utf-8")


def begin_delivery(path: Path) -> None:
    """Write the commented delivery.yml. Errors: InputProblem when there is one."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(delivery_template())
    except FileExistsError as problem:
        raise InputProblem(
            f"{path.name} is there already.", cure="Edit it; it is read at every delivery."
        ) from problem
    except OSError as problem:
        raise SourceUnavailable(
            f"Cannot write {path}: {problem.strerror}.", cure="Check free space and permissions."
        ) from problem
