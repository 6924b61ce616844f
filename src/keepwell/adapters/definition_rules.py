"""Edits of triggers and of the steps of plays, in the text of the file that holds them."""

from collections.abc import Mapping, Sequence
from typing import Any

from keepwell.adapters.definition_edits import changed_text

BEGINNINGS = {"triggers": "triggers: []\n", "plays": "plays: []\n"}


def edited_trigger(text: str, values: Mapping[str, Any]) -> str:
    """Return a file of triggers in which one says what `values` say. Errors: ConfigInvalid."""
    return _with_entry(text, "triggers", "trigger", values)


def edited_play(text: str, play: str, steps: Sequence[Mapping[str, Any]]) -> str:
    """Return a file of playbooks in which a play has these steps. Errors: ConfigInvalid."""
    return _with_entry(text, "plays", "play", {"play": play, "steps": [dict(s) for s in steps]})


def _with_entry(text: str, part: str, key: str, values: Mapping[str, Any]) -> str:
    def change(tree: Any) -> None:
        entries = tree.get(part)
        if not entries:
            tree[part] = [dict(values)]
            return
        found = next((e for e in entries if e.get(key) == values[key]), None)
        if found is None:
            entries.append(dict(values))
            return
        for gone in [k for k in found if k not in values and part == "triggers"]:
            del found[gone]
        for name, value in values.items():
            if found.get(name) != value:
                found[name] = value

    return changed_text(text or BEGINNINGS[part], change)
