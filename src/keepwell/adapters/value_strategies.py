"""The three strategies by value, from package data."""

from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from keepwell.playbooks import ValueStrategies


@cache
def load_value_strategies() -> ValueStrategies:
    """Return the shipped strategies; tests hold them to their shape."""
    place = files("keepwell.playbooks") / "value_library" / "strategies.yml"
    return ValueStrategies.model_validate(
        YAML(typ="safe", pure=True).load(place.read_text("utf-8"))
    )
