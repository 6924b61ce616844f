"""Definitions of every kind by one name, for programs: read, tried, published, taken back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from keepwell.ports.pages import Scope
from keepwell.ports.studio import DEFINITION_KINDS, Edition, Subject
from keepwell.vocabulary import NotFound
from keepwell.wiring.studio_cards import CardStudio
from keepwell.wiring.studio_desk import Check, Publication, StudioDesk
from keepwell.wiring.studio_plays import PlayStudio
from keepwell.wiring.studio_rules import RuleStudio
from keepwell.wiring.studio_segments import SegmentStudio


class Definitions:
    """The definitions of one project, each called `KIND.NAME`; a name is that of its file."""

    def __init__(self, studio: StudioDesk) -> None:
        self.studio = studio
        self._cards = CardStudio(studio)
        self._rules = RuleStudio(studio)
        self._plays = PlayStudio(studio)
        self._segments = SegmentStudio(studio)

    def subjects(self) -> tuple[Subject, ...]:
        """Return what can be edited: cards in use, files of triggers and of playbooks, the map."""
        files = dict.fromkeys(file or t.trigger for t, file in self._rules.triggers())
        own = self._plays.own()
        plays = dict.fromkeys(own.get(p.play, p.play) for p in self._plays.library().plays)
        return (
            *(self._cards.subject(name) for name in self._cards.names()),
            *(Subject("triggers", file) for file in files),
            *(Subject("playbooks", file) for file in plays),
            self._segments.subject(),
        )

    def subject(self, called: str) -> Subject:
        """Return the subject of a name. Errors: NotFound."""
        kind, _, name = called.partition(".")
        if kind in DEFINITION_KINDS and name:
            found = [s for s in self.subjects() if (s.kind, s.name) == (kind, name)]
            if found:
                return found[0]
        raise NotFound("There is no such definition.", cure="GET /definitions lists what there is.")

    def preview(self, subject: Subject, text: str, scope: Scope) -> Mapping[str, Any]:
        """Return as plain values what a text would do. Errors: ConfigInvalid, NotFound."""
        match subject.kind:
            case "scorecard":
                values = asdict(self._cards.preview(subject.name, text, scope))
                del values["card"], values["trial"]["card"]
                return values
            case "triggers":
                return {"today": asdict(self._rules.today(subject, text, scope))}
            case "playbooks":
                self._plays.ready(subject, text)
                return {"plays": len(self.studio.files.library(subject, text).plays)}
            case "segments":
                found = asdict(self._segments.preview(text, scope))
                del found["map"]
                return found

    def publish(self, subject: Subject, wish: Publication) -> Edition:
        """Put a text in use. Errors: as `StudioDesk.publish`."""
        return self.studio.publish(subject, wish, self._check(subject))

    def take_back(self, subject: Subject, edition_id: int, wish: Publication) -> Edition:
        """Put an earlier version in use again. Errors: as `StudioDesk.take_back`."""
        return self.studio.take_back(subject, edition_id, wish, self._check(subject))

    def _check(self, subject: Subject) -> Check:
        match subject.kind:
            case "scorecard":
                return self._cards.ready
            case "triggers":
                return self._rules.ready
            case "playbooks":
                return self._plays.ready
            case "segments":
                return self._segments.ready
