"""The fitted churn models of a project on disk: written whole or not at all."""

import json
from pathlib import Path
from typing import Any

from keepwell.vocabulary import ConfigInvalid

CHURN_FILE = Path(".keepwell") / "churn_model.json"
SURVIVAL_FILE = Path(".keepwell") / "churn_survival.json"


def load_churn(root: Path) -> dict[str, Any] | None:
    """Return the fitted scorecard as plain values; None where nothing was fitted.

    Errors: ConfigInvalid for a file that is damaged.
    """
    return _load(root, CHURN_FILE)


def load_survival(root: Path) -> dict[str, Any] | None:
    """Return the fitted survival over contracts as plain values; None where nothing was fitted.

    Errors: ConfigInvalid for a file that is damaged.
    """
    return _load(root, SURVIVAL_FILE)


def _load(root: Path, name: Path) -> dict[str, Any] | None:
    file = root / name
    if not file.is_file():
        return None
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise ConfigInvalid(
            f"{name} cannot be read: {problem}.",
            cure="Fit it again: `keepwell churn fit`; or delete the file to do without it.",
            file=str(file),
        ) from problem
    return dict(values)


def save_churn(root: Path, text: str) -> Path:
    """Write the fitted scorecard in place of an earlier one."""
    return _save(root / CHURN_FILE, text)


def save_survival(root: Path, text: str | None) -> Path:
    """Write the fitted survival over contracts in place of an earlier one; None removes that."""
    file = root / SURVIVAL_FILE
    if text is not None:
        return _save(file, text)
    file.unlink(missing_ok=True)
    return file


def _save(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = file.with_suffix(".part")
    staged.write_text(text, encoding="utf-8")
    staged.replace(file)
    return file


def drop_churn(root: Path) -> bool:
    """Delete what was fitted; say whether there was a scorecard."""
    save_survival(root, None)
    file = root / CHURN_FILE
    if not file.is_file():
        return False
    file.unlink()
    return True
