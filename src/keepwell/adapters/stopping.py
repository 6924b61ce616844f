"""Ending on request: signals become a question that work asks itself; and signs of life."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from keepwell.vocabulary import KeepwellProblem


class Stopping:
    """Whether this process was asked to end. The first signal asks; the second one interrupts."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    @property
    def is_asked(self) -> bool:
        """Say whether somebody asked for the end."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Ask for the end."""
        self._asked.set()

    def wait(self, seconds: float) -> None:
        """Wait, but no longer than until the end is asked for."""
        self._asked.wait(seconds)

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Listen to SIGTERM and SIGINT for the block."""

        def heard(_number: int, _frame: FrameType | None) -> None:
            if self.is_asked:
                raise KeyboardInterrupt
            self.ask()

        before = {n: signal.signal(n, heard) for n in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def beating(action: Callable[[], None], every_s: float) -> Iterator[None]:
    """Call an action every so often, beside the block; one that fails is called again later."""
    is_over = threading.Event()

    def beat() -> None:
        while not is_over.wait(every_s):
            with suppress(KeepwellProblem):
                action()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
