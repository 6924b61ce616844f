"""A channel whose secrets are not set: its messages wait and say so, those of others go out."""

from dataclasses import dataclass

from keepwell.messages import Answer
from keepwell.ports import Leased


@dataclass(frozen=True, slots=True)
class UnsetChannel:
    """Fulfils `ports.Channel`; every message is put off with the reason."""

    why: str

    def send(self, leased: Leased) -> Answer:  # noqa: ARG002 - a channel like the others
        """Return that it may work later."""
        return Answer("later", self.why)
