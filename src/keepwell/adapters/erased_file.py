"""Who was erased, as keyed hashes beside the state, so that an older backup brings nobody back."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path


class ErasedFile:
    """`.keepwell/erased.jsonl`: a salt, then one line for each identifier. No identifier in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = (
            [json.loads(t) for t in path.read_text("utf-8").splitlines()] if path.exists() else []
        )
        self._salt = bytes.fromhex(lines[0]["salt"]) if lines else b""
        self._hashes = frozenset(line["hash"] for line in lines[1:])

    def __bool__(self) -> bool:
        """Say whether anybody was erased."""
        return bool(self._hashes)

    def holds(self, text: str) -> bool:
        """Say whether a text is an identifier that was erased."""
        return self._hash(text) in self._hashes

    def add(self, terms: Iterable[str], at: datetime) -> None:
        """Remember identifiers by their hashes."""
        if not self._salt:
            self._salt = secrets.token_bytes(32)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps({"salt": self._salt.hex()}) + "\n", "utf-8")
            self._path.chmod(0o600)
        fresh = [h for h in map(self._hash, terms) if h not in self._hashes]
        with self._path.open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps({"hash": h, "at": at.isoformat()}) + "\n" for h in fresh)
        self._hashes |= frozenset(fresh)

    def _hash(self, text: str) -> str:
        return hmac.new(self._salt, text.strip().casefold().encode(), hashlib.sha256).hexdigest()
