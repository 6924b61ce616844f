"""Proposed scorecards on disk: in a folder that no run reads, until a person moves them."""

from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from keepwell.vocabulary import Scorecard

FOLDER = Path("scorecards") / "proposed"


def write_proposal(root: Path, card: Scorecard, name: str, comments: Sequence[str]) -> Path:
    """Write a card with its evidence as comments; return the file, an earlier one replaced."""
    file = root / FOLDER / f"{name}.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = file.with_suffix(".part")
    staged.write_text(proposal_text(card, comments), encoding="utf-8")
    staged.replace(file)
    return file


def proposal_text(card: Scorecard, comments: Sequence[str]) -> str:
    """Return a card as YAML; what stands at its default is left out."""
    text = StringIO()
    YAML().dump(_plain(card), text)
    return "".join(f"# {line}\n" for line in comments) + text.getvalue()


def _plain(card: Scorecard) -> dict[str, Any]:
    values = card.model_dump(mode="json", exclude={"dimensions", "note"})
    values["dimensions"] = [
        {
            "dimension": d.dimension,
            "weight": d.weight,
            "measures": [
                _measure(m.model_dump(mode="json", exclude_defaults=True), m.scale.kind)
                for m in d.measures
            ],
        }
        for d in card.dimensions
    ]
    return values


def _measure(values: dict[str, Any], kind: str) -> dict[str, Any]:
    scale = {"kind": kind, **values.pop("scale", {})}
    return {
        "measure": values.pop("measure"),
        "weight": values.pop("weight", 100),
        "scale": scale,
        **values,
    }
