"""Why each column was taken for what it is, kept beside the project for whoever asks later."""

import json
from collections.abc import Mapping
from typing import Any

from keepwell.intake import Proposal
from keepwell.runs.layout import ProjectLayout

FILE = "recognised.json"


def keep_recognised(layout: ProjectLayout, proposal: Proposal) -> None:
    """Write the reasons of a proposal, and the share of cells that each column fills."""
    kept: dict[str, Any] = {}
    for feed in proposal.feeds:
        for column in feed.columns:
            why = column.why()
            key = f"{feed.source}|{column.canonical}|{column.source}"
            kept[key] = {"zh": why.zh, "en": why.en, "coverage": round(column.coverage, 4)}
    layout.hidden.mkdir(parents=True, exist_ok=True)
    staged = layout.hidden / f".{FILE}.part"
    staged.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    staged.replace(layout.hidden / FILE)


def recognised_columns(layout: ProjectLayout) -> Mapping[str, Any]:
    """Return what `keep_recognised` wrote; empty where the mapping was written by hand."""
    try:
        found = json.loads((layout.hidden / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
