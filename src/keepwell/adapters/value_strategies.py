"""The three strategies by value from package data, with a project's `playbooks/*.yml` over them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from ruamel.yaml import YAML

from keepwell.adapters.playbook_library import load_library, placed, project_parts
from keepwell.playbooks import Placed, ValueStrategies, build_value_strategies, portfolio_columns
from keepwell.vocabulary import Bilingual, InternalProblem


def load_value_strategies(
    folder: Path | None = None, roles: Mapping[str, Bilingual] | None = None
) -> ValueStrategies:
    """Return the shipped strategies, changed by the YAML files of a project's `playbooks` folder.

    `roles`:  who may own a step; by default the library's.
    Errors:   ConfigInvalid with file and line.
    """
    known = load_library(folder).roles if roles is None else roles
    return build_value_strategies([_shipped(), *project_parts(folder)], known, portfolio_columns())


@cache
def _shipped() -> Placed:
    place = files("keepwell.playbooks") / "value_library" / "strategies.yml"
    tree = placed(YAML(typ="safe", pure=True).load(place.read_text("utf-8")), "value_library")
    if not isinstance(tree, Placed):
        raise InternalProblem("The package's strategies are empty.", cure="Reinstall keepwell.")
    return tree
