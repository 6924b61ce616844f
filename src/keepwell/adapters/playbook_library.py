"""The playbook library from package data, with a project's `playbooks/*.yml` laid over it."""

from collections.abc import Collection, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from keepwell.playbooks import Library, Place, Placed, build_library, condition_columns
from keepwell.vocabulary import ConfigInvalid, InternalProblem

_PACKAGE = "keepwell.playbooks"
_SHIPPED = "library"


def load_library(folder: Path | None = None, columns: Collection[str] | None = None) -> Library:
    """Return the shipped library, changed by the YAML files of a project's `playbooks` folder.

    `columns`: what conditions and KPIs may read; by default the contract of `portfolio`.
    Errors:    ConfigInvalid with file and line.
    """
    parts = [*_shipped(), *project_parts(folder)]
    return build_library(parts, condition_columns(columns))


@cache
def _shipped() -> tuple[Placed, ...]:
    """Read the package's own files once; without line numbers, since they are tested."""
    parts = []
    yaml = YAML(typ="safe", pure=True)
    for file in sorted(_yaml_files(files(_PACKAGE) / _SHIPPED), key=lambda f: str(f)):
        tree = placed(yaml.load(file.read_text(encoding="utf-8")), f"library/{file.name}")
        if not isinstance(tree, Placed):
            raise InternalProblem(f"Package file {file.name} is empty.", cure="Reinstall keepwell.")
        parts.append(tree)
    return tuple(parts)


def _yaml_files(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _yaml_files(entry)
        elif entry.name.endswith(".yml"):
            yield entry


def project_parts(folder: Path | None) -> Iterator[Placed]:
    """Give the YAML files of a project's `playbooks` folder in the order of their names.

    Errors: ConfigInvalid with file and line.
    """
    if folder is None:
        return
    for file in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        name = f"{folder.name}/{file.name}"
        tree = placed(_read(file, name), name)
        if tree is None:
            continue
        if not isinstance(tree, Placed):
            raise ConfigInvalid(
                f"{name}:1: expected a mapping with roles, plays, playbooks, gates or strategies.",
                cure="See docs/playbooks.md#change-a-playbook.",
            )
        yield tree


def _read(file: Path, name: str) -> Any:
    try:
        return YAML(typ="rt").load(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise ConfigInvalid(
            f"{name}: not UTF-8 at byte {problem.start}.", cure="Save the file as UTF-8."
        ) from None
    except YAMLError as problem:
        mark = problem.problem_mark if isinstance(problem, MarkedYAMLError) else None
        line = mark.line + 1 if mark else 1
        said = getattr(problem, "problem", None) or "not readable as YAML"
        raise ConfigInvalid(
            f"{name}:{line}: {said}.", cure="Mend the YAML at this line.", file=name, line=line
        ) from None


def placed(node: Any, file: str) -> Any:
    """Turn a YAML tree into plain values whose mappings know their lines."""
    if isinstance(node, dict):
        lines = node.lc.data or {} if isinstance(node, CommentedMap) else {}
        start = Place(file, node.lc.line + 1 if isinstance(node, CommentedMap) else 1)
        places = {str(k): Place(file, lines[k][0] + 1) if k in lines else start for k in node}
        return Placed({str(k): placed(v, file) for k, v in node.items()}, places, start)
    if isinstance(node, list):
        return [placed(item, file) for item in node]
    return str(node) if isinstance(node, str) else node
