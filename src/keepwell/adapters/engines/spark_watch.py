"""A watch over a cluster's workers: a job that no worker takes is ended, not waited for."""

import threading
from typing import Any

_EVERY_SECONDS = 5
PATIENCE_SECONDS = 120


class WorkerWatch:
    """Cancels the jobs of a context that has had no worker for `PATIENCE_SECONDS`.

    Spark itself would wait for ever, with nothing but a warning in its log.
    """

    def __init__(self, context: Any) -> None:
        self._context = context
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, name="spark-workers", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop looking; call it before the context stops."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        from py4j.protocol import Py4JError

        alone_seconds = 0
        while not self._ended.wait(_EVERY_SECONDS):
            try:
                alone_seconds = alone_seconds + _EVERY_SECONDS if self._waits() else 0
                if alone_seconds >= PATIENCE_SECONDS:
                    self._context.cancelAllJobs()
                    alone_seconds = 0
            except (Py4JError, OSError):
                return

    def _waits(self) -> bool:
        """Whether a job is there and no worker; the driver itself is counted among them."""
        if not self._context.statusTracker().getActiveJobsIds():
            return False
        known = self._context._jsc.sc().getExecutorMemoryStatus().size()  # noqa: SLF001
        return int(known) <= 1
