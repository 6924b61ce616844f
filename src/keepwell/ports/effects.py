"""What the effect of plays is read from: who got what, who was drawn, and who left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One account in a play, journey or plan. `hours`: a month, as its CTA says; None without."""

    account_id: str
    on: date
    ended_on: date | None = None
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The arm that an account was drawn into; exempt ones are not told."""

    account_id: str
    on: date
    is_treated: bool


class EffectReader(Protocol):
    """Reads subjects, `play:NAME`, `journey:NAME` and `plan:NAME`, from the state database."""

    def subjects(self) -> Mapping[str, int]:
        """Return the accounts of each subject that ever ran or was drawn for."""
        ...

    def enrolled(self, subject: str) -> tuple[Enrolled, ...]:
        """Return the accounts of a subject, each with the first time."""
        ...

    def drawn(self, subject: str) -> tuple[Drawn, ...]:
        """Return the arms of a subject; empty without a lot."""
        ...

    def left(self) -> Mapping[str, date]:
        """Return the accounts that people recorded as churned, with the first day."""
        ...
