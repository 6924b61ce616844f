"""Edits of a segment map's text: the rules of some segments change, all else stays as written."""

from collections.abc import Mapping, Sequence
from typing import Any

from keepwell.adapters.definition_edits import changed_text, flow
from keepwell.value import SegmentRule


def edited_map(text: str, rules: Mapping[str, Sequence[SegmentRule]]) -> str:
    """Return the text of a map in which segments have these rules. Errors: ConfigInvalid."""

    def change(tree: Any) -> None:
        for segment in tree.get("segments") or ():
            wanted = rules.get(segment.get("segment"))
            if wanted is not None:
                segment["when"] = flow(
                    [{k: list(v) for k, v in r.model_dump(exclude_defaults=True).items()}
                     for r in wanted]
                )  # fmt: skip

    return changed_text(text, change)
