"""The in-app channel: a message goes into the person's inbox in the state database."""

from collections.abc import Callable
from datetime import datetime

from keepwell.messages import Answer
from keepwell.ports import Leased, OutboxStore


class InAppChannel:
    """Fulfils `ports.Channel`; a message sent twice is in the inbox once."""

    def __init__(self, store: OutboxStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def send(self, leased: Leased) -> Answer:
        """Put the message into the inbox."""
        self._store.put_inbox(leased.key, leased.person, leased.message, self._now())
        return Answer("accepted")
