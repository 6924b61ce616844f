"""What people looked at, on its way to the audit log."""

import threading

from keepwell.ports.people import AccessStore, Looked
from keepwell.vocabulary import KeepwellProblem

MOST_VIEWS = 10_000


class ViewLog:
    """Views that wait for the audit log, which takes them together: a page waits for no write."""

    def __init__(self, store: AccessStore) -> None:
        self._store = store
        self._waiting: list[Looked] = []
        self._lock = threading.Lock()

    def add(self, view: Looked) -> None:
        """Remember a view."""
        with self._lock:
            self._waiting.append(view)
            is_full = len(self._waiting) >= MOST_VIEWS
        if is_full:
            self.flush()

    def flush(self) -> int:
        """Write what waits; return how many views that were."""
        with self._lock:
            taken, self._waiting = self._waiting, []
        try:
            self._store.note_views(taken)
        except KeepwellProblem:
            # A database that is away for a moment loses no view.
            with self._lock:
                self._waiting = [*taken, *self._waiting]
            raise
        return len(taken)
