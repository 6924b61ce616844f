"""Edits of a definition's text that keep its comments and the order of its lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from keepwell.vocabulary import ConfigInvalid

WIDEST = 4096
MOST_NODES = 100_000


@dataclass(frozen=True, slots=True)
class CardEdit:
    """What a form changes of a scorecard; what is left out stays. `scales`: as YAML."""

    dimensions: Mapping[str, float] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)
    scales: Mapping[str, str] = field(default_factory=dict)
    cuts: Mapping[str, float] = field(default_factory=dict)
    min_coverage: float | None = None


def edited_card(text: str, edit: CardEdit) -> str:
    """Return the text of a scorecard with an edit. Errors: ConfigInvalid."""

    def change(tree: Any) -> None:
        for dimension in tree.get("dimensions") or ():
            _set(dimension, "weight", edit.dimensions.get(dimension.get("dimension")))
            for measure in dimension.get("measures") or ():
                name = measure.get("measure")
                if measure.get("weight", 100) != edit.measures.get(name, 100):
                    _set(measure, "weight", edit.measures.get(name))
                _set_scale(measure, edit.scales.get(name))
        _set_cuts(tree, edit.cuts)
        if edit.min_coverage is not None and edit.min_coverage != tree.get("min_coverage", 0.5):
            tree["min_coverage"] = edit.min_coverage

    return changed_text(text, change)


def changed_text(text: str, change: Callable[[Any], None]) -> str:
    """Return YAML after a change of its tree; the text itself where nothing changed."""
    yaml = YAML()
    yaml.width = WIDEST
    yaml.preserve_quotes = True
    # As `[{r: [1, 1]}]` is written, not as `[r: [1, 1]]`.
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        tree = yaml.load(text)
    except YAMLError as problem:
        raise ConfigInvalid(
            "The definition is not readable as YAML.", cure="Mend it in the text."
        ) from problem
    before = _plain(tree)
    if not isinstance(tree, dict):
        raise ConfigInvalid("The definition is no mapping.", cure="Mend it in the text.")
    change(tree)
    if _plain(tree) == before:
        return text
    out = StringIO()
    yaml.dump(tree, out)
    return out.getvalue()


def value_of(text: str) -> Any:
    """Return a YAML value from one line. Errors: ConfigInvalid."""
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as problem:
        raise ConfigInvalid(
            f"`{text[:80]}` is not readable as YAML.", cure="Write `{kind: percentile}`, say."
        ) from problem


def flow_text(value: Any) -> str:
    """Return a plain value as one line of YAML.

    >>> flow_text({"kind": "linear", "zero_at": 90.0, "full_at": 0.0})
    '{kind: linear, zero_at: 90, full_at: 0}'
    """
    out = StringIO()
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.width, yaml.default_flow_style, yaml.sort_base_mapping_type_on_output = WIDEST, True, False
    yaml.dump(_whole(value), out)
    return out.getvalue().removesuffix("...\n").strip()


def number(value: float) -> float | int:
    """Return a whole number without its point."""
    return int(value) if value == int(value) else value


def _set(node: Any, key: str, value: float | None) -> None:
    if value is not None and node.get(key) != value:
        node[key] = number(value)


def _set_scale(measure: Any, text: str | None) -> None:
    if text is None:
        return
    wanted = _plain(value_of(text))
    if wanted != _plain(measure.get("scale")):
        measure["scale"] = flow(wanted)


def _set_cuts(tree: Any, cuts: Mapping[str, float]) -> None:
    tiers = tree.get("tiers")
    if tiers is None:
        shipped = {"high": 80.0, "medium": 50.0, "low": 0.0}
        if all(shipped.get(tier) == cut for tier, cut in cuts.items()):
            return
        merged = shipped | dict(cuts)
        tree["tiers"] = flow([{"tier": t, "min": number(c)} for t, c in merged.items()])
        return
    for tier in tiers:
        _set(tier, "min", cuts.get(tier.get("tier")))


def flow(value: Any) -> Any:
    """Return a value that is written on one line."""
    yaml = YAML()
    yaml.width = WIDEST
    return yaml.load(flow_text(value))


def _whole(value: Any) -> Any:
    match value:
        case dict():
            return {str(k): _whole(v) for k, v in value.items()}
        case list() | tuple():
            return [_whole(v) for v in value]
        case float():
            return number(value)
        case _:
            return value


def _plain(value: Any, left: list[int] | None = None) -> Any:
    """Return a tree as plain values. Errors: ConfigInvalid for one that aliases blow up."""
    left = [MOST_NODES] if left is None else left
    left[0] -= 1
    if left[0] < 0:
        raise ConfigInvalid("The definition is too large.", cure="Write it without aliases.")
    match value:
        case dict():
            return {str(k): _plain(v, left) for k, v in value.items()}
        case list():
            return [_plain(v, left) for v in value]
        case str():
            return str(value)
        case _:
            return value
