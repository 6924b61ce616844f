"""Report cards as small JSON files, written whole or not at all."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from keepwell.ports import KeptCard, KeptTrigger

WHOLE, TRIGGERS, EFFECTS = "whole", "triggers", "plays/effects.json"


class ProofCardFiles:
    """Keeps report cards in a folder: SCORECARD-vVERSION-DAYS.json."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, card: KeptCard, whole: Mapping[str, Any] | None = None) -> None:
        """Keep a card in place of the one before; `whole`: all that a page shows of it."""
        name = f"{card.scorecard}-v{card.version}-{card.horizon_days}.json"
        if whole is not None:
            _write(self._folder / WHOLE / name, whole)
        _write(self._folder / name, asdict(card))

    def keep_trigger(self, card: KeptTrigger) -> None:
        """Keep the card of a trigger in place of the one before."""
        _write(self._folder / TRIGGERS / f"{card.trigger}-{card.horizon_days}.json", asdict(card))

    def cards(self) -> tuple[KeptCard, ...]:
        """Return all cards, the newest first."""
        found = [_read(p) for p in sorted(self._folder.glob("*.json"))]
        return tuple(sorted(found, key=lambda c: (c.made_at, c.version), reverse=True))

    def whole(self, scorecard: str, version: int, horizon_days: int) -> Mapping[str, Any] | None:
        """Return all that was kept of a card; None where nothing was."""
        path = self._folder / WHOLE / f"{scorecard}-v{version}-{horizon_days}.json"
        if not path.is_file():
            return None
        held: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        return held

    def triggers(self) -> tuple[KeptTrigger, ...]:
        """Return the cards of triggers, by name and horizon."""
        paths = sorted((self._folder / TRIGGERS).glob("*.json"))
        found = [KeptTrigger(**_held(p)) for p in paths]
        return tuple(sorted(found, key=lambda c: (c.trigger, c.horizon_days)))

    def keep_effects(self, effects: Sequence[Mapping[str, Any]]) -> None:
        """Keep what plays did, in place of what was kept before."""
        _write(self._folder / EFFECTS, {"effects": list(effects)})

    def effects(self) -> tuple[Mapping[str, Any], ...] | None:
        """Return what plays did, as it was kept; None where it was not judged yet."""
        path = self._folder / EFFECTS
        if not path.is_file():
            return None
        return tuple(json.loads(path.read_text("utf-8"))["effects"])

    def newest(self, scorecard: str, version: int) -> KeptCard | None:
        """Return the card of a version that was made last; None where it was never judged."""
        found = [_read(p) for p in sorted(self._folder.glob(f"{scorecard}-v{version}-*.json"))]
        return max(found, key=lambda card: (card.made_at, card.horizon_days), default=None)


def _write(path: Path, values: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    text = json.dumps(values, default=str, indent=1, ensure_ascii=False, allow_nan=False)
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _read(path: Path) -> KeptCard:
    return KeptCard(**_held(path))


def _held(path: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(path.read_text("utf-8"))
    held["last_origin"] = date.fromisoformat(held["last_origin"])
    held["made_at"] = datetime.fromisoformat(held["made_at"])
    return held
