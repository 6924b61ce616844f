"""The fitted churn scorecard of a project on disk: written whole or not at all."""

import json
from pathlib import Path
from typing import Any

from keepwell.vocabulary import ConfigInvalid

CHURN_FILE = Path(".keepwell") / "churn_model.json"


def load_churn(root: Path) -> dict[str, Any] | None:
    """Return what was fitted as plain values; None where nothing was.

    Errors: ConfigInvalid for a file that is damaged.
    """
    file = root / CHURN_FILE
    if not file.is_file():
        return None
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise ConfigInvalid(
            f"{CHURN_FILE} cannot be read: {problem}.",
            cure="Fit it again: `keepwell churn`; or delete the file to do without it.",
            file=str(file),
        ) from problem
    return dict(values)


def save_churn(root: Path, text: str) -> Path:
    """Write the fitted scorecard in place of an earlier one."""
    file = root / CHURN_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = file.with_suffix(".part")
    staged.write_text(text, encoding="utf-8")
    staged.replace(file)
    return file


def drop_churn(root: Path) -> bool:
    """Delete the fitted scorecard; say whether there was one."""
    file = root / CHURN_FILE
    if not file.is_file():
        return False
    file.unlink()
    return True
