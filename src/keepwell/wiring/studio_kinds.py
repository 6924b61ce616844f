"""Definitions of every kind by one name, for programs: read, tried, published, taken back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from keepwell.ports.pages import Scope
from keepwell.ports.studio import DEFINITION_KINDS, Edition, Subject
from keepwell.vocabulary import NotFound
from keepwell.wiring.studio_cards import CardStudio
from keepwell.wiring.studio_desk import Publication, StudioDesk


class Definitions:
    """The definitions of one project, each called `KIND.NAME`."""

    def __init__(self, studio: StudioDesk) -> None:
        self.studio = studio
        self._cards = CardStudio(studio)

    def subjects(self) -> tuple[Subject, ...]:
        """Return what can be edited."""
        return tuple(self._cards.subject(name) for name in self._cards.names())

    def subject(self, called: str) -> Subject:
        """Return the subject of a name. Errors: NotFound."""
        kind, _, name = called.partition(".")
        if kind not in DEFINITION_KINDS or not name:
            raise NotFound(
                "There is no such definition.", cure="GET /definitions lists what there is."
            )
        return self._cards.subject(name)

    def preview(self, subject: Subject, text: str, scope: Scope) -> Mapping[str, Any]:
        """Return as plain values what a text would do. Errors: ConfigInvalid, NotFound."""
        found = self._cards.preview(subject.name, text, scope)
        values = asdict(found)
        del values["card"], values["trial"]["card"]
        return values

    def publish(self, subject: Subject, wish: Publication) -> Edition:
        """Put a text in use. Errors: as `StudioDesk.publish`."""
        return self._cards.publish(subject.name, wish)

    def take_back(self, subject: Subject, edition_id: int, wish: Publication) -> Edition:
        """Put an earlier version in use again. Errors: as `StudioDesk.take_back`."""
        return self._cards.take_back(subject.name, edition_id, wish)
