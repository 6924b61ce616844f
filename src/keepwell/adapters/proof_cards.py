"""Report cards as small JSON files, written whole or not at all."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from keepwell.ports import KeptCard


class ProofCardFiles:
    """Keeps report cards in a folder: SCORECARD-vVERSION-DAYS.json."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, card: KeptCard) -> None:
        """Keep a card in place of the one before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{card.scorecard}-v{card.version}-{card.horizon_days}.json"
        path, partial = self._folder / name, self._folder / f"{name}.partial"
        partial.write_text(json.dumps(asdict(card), default=str, indent=1), encoding="utf-8")
        partial.replace(path)

    def newest(self, scorecard: str, version: int) -> KeptCard | None:
        """Return the card of a version that was made last; None where it was never judged."""
        found = [_read(p) for p in sorted(self._folder.glob(f"{scorecard}-v{version}-*.json"))]
        return max(found, key=lambda card: (card.made_at, card.horizon_days), default=None)


def _read(path: Path) -> KeptCard:
    held = json.loads(path.read_text("utf-8"))
    held["last_origin"] = date.fromisoformat(held["last_origin"])
    held["made_at"] = datetime.fromisoformat(held["made_at"])
    return KeptCard(**held)
