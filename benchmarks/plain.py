"""Makes a process see what a plain installation of keepwell has."""

import shutil
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from benchmarks.harness import STATE
from keepwell.adapters.state import SqlStateStore, sqlite_url


class _NoPandas:
    """Says that pandas is not installed: it is no dependency, and Arrow loads it where it is."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)
        return None


def without_pandas() -> None:
    """Put pandas out of reach of this process."""
    sys.meta_path.insert(0, _NoPandas())


def opened_state(out: Path) -> SqlStateStore:
    """Return an empty state database as `init` leaves it, a copy of this run's own."""
    return SqlStateStore(sqlite_url(Path(shutil.copy(STATE, out / "state.db"))))
