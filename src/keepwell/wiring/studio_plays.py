"""The studio of plays: who does which step by which day, for which tiers and sizes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from keepwell.adapters.definition_rules import edited_play
from keepwell.adapters.playbook_library import project_parts
from keepwell.adapters.state import SqlWarningStore
from keepwell.adapters.state.pages_briefs import account_cells
from keepwell.playbooks import Library, Play, Step, steps_of
from keepwell.ports.pages import Scope
from keepwell.ports.studio import Draft, Edition, Subject, text_hash
from keepwell.vocabulary import ConfigInvalid, NotFound
from keepwell.wiring.studio_desk import Publication, Ready, StudioDesk

LOOKED_BACK_DAYS = 180
MOST_ALERTS = 200_000
CSM = "csm"


@dataclass(frozen=True, slots=True)
class PlayOnDesk:
    """One play: as it is in use, in the file that holds its changes or would hold them."""

    subject: Subject
    play: Play
    is_own: bool
    text: str
    base_hash: str
    draft: Draft | None
    others: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class PlayLoad:
    """What the kept alerts that suggest a play come to in tasks: by role, and the last day."""

    tasks: int
    by_role: Mapping[str, int]
    last_day: int


@dataclass(frozen=True, slots=True)
class PlayPreview:
    """What a play would have asked for since a day. `starts`: alerts that suggested it."""

    play: Play
    days: int
    starts: int
    before: PlayLoad
    after: PlayLoad
    changes: tuple[tuple[str, str, str], ...]


class PlayStudio:
    """The plays of a project and what edits of them would do."""

    def __init__(self, studio: StudioDesk) -> None:
        self._studio = studio
        self._desk = studio.desk

    def library(self) -> Library:
        """Return the playbooks in use. Errors: ConfigInvalid."""
        return self._studio.files.library()

    def own(self) -> Mapping[str, str]:
        """Return the plays that the project changes, each with its file."""
        folder = self._desk.project.layout.playbooks
        return {
            str(play["play"]): part.start.file.rpartition("/")[2].rpartition(".")[0]
            for part in project_parts(folder)
            for play in part.get("plays") or ()
        }

    def subject(self, name: str) -> Subject:
        """Return the file of a play. Errors: NotFound."""
        if name not in {p.play for p in self.library().plays}:
            raise NotFound("There is no such play.", cure="The studio lists them.")
        return Subject("playbooks", self.own().get(name, name))

    def on_desk(self, name: str, author: str) -> PlayOnDesk:
        """Return one play. Errors: NotFound, ConfigInvalid."""
        subject = self.subject(name)
        text = self._studio.text(subject)
        return PlayOnDesk(
            subject,
            self.library().play(name),
            name in self.own(),
            text,
            text_hash(text),
            *self._studio.drafts(subject, author),
        )

    def play_of(self, subject: Subject, text: str, name: str) -> Play:
        """Return a play as a file's text defines it. Errors: NotFound, ConfigInvalid."""
        found = {p.play: p for p in self._studio.files.library(subject, text).plays}
        if name not in found:
            raise NotFound(f"The text leaves no play `{name}`.", cure="Keep its name.")
        return found[name]

    def edited(self, text: str, name: str, edits: Mapping[str, Mapping[str, Any]]) -> str:
        """Return a file's text with edited steps of one play. Errors: ConfigInvalid."""
        now = self.play_of(self.subject(name), text, name)
        steps = steps_of(now)
        made = [_changed(s, edits.get(s.step, {})) for s in steps]
        kept = [s for s in made if s is not None]
        if tuple(kept) == steps:
            return text
        return edited_play(text, name, [_plain(s) for s in kept])

    def preview(self, name: str, text: str, scope: Scope) -> PlayPreview:
        """Return what a file's text would have asked for since half a year; nothing is stored."""
        subject = self.subject(name)
        after, before = self.play_of(subject, text, name), self.library().play(name)
        cells = self._starts(name, scope)
        return PlayPreview(
            after,
            LOOKED_BACK_DAYS,
            sum(cells.values()),
            _load(steps_of(before), cells),
            _load(steps_of(after), cells),
            tuple(_changes(steps_of(before), steps_of(after))),
        )

    def publish(self, name: str, wish: Publication) -> Edition:
        """Put a file's text in use. Errors: as `StudioDesk.publish`."""
        return self._studio.publish(self.subject(name), wish, self.ready)

    def take_back(self, name: str, edition_id: int, wish: Publication) -> Edition:
        """Put an earlier text in use again. Errors: as `StudioDesk.take_back`."""
        return self._studio.take_back(self.subject(name), edition_id, wish, self.ready)

    def ready(self, subject: Subject, text: str) -> Ready:
        """Check a text: every trigger keeps its play. Errors: ConfigInvalid."""
        plays = {p.play for p in self._studio.files.library(subject, text).plays}
        lost = sorted({t.play for t in self._studio.files.triggers() if t.play} - plays)
        if lost:
            raise ConfigInvalid(
                f"A trigger suggests the play `{lost[0]}`, which would be gone.",
                cure="Keep the play, or change the trigger first.",
            )
        return Ready()

    def _starts(self, name: str, scope: Scope) -> Mapping[tuple[str, str], int]:
        """Return how many alerts suggested a play lately, by tier and size of their accounts."""
        state = self._desk.project.state
        named = {t.trigger for t in self._studio.files.triggers() if t.play == name}
        since = self._desk.project.today - timedelta(days=LOOKED_BACK_DAYS)
        if not named:
            return {}
        cells = account_cells(state, scope)
        found = SqlWarningStore(state).alerts(limit=MOST_ALERTS)
        return Counter(
            cells[a.account_id]
            for a in found
            if a.trigger in named and a.as_of > since and a.account_id in cells
        )


def _load(steps: Sequence[Step], cells: Mapping[tuple[str, str], int]) -> PlayLoad:
    roles: Counter[str] = Counter()
    for (tier, size), starts in cells.items():
        for step in steps:
            if step.is_for(tier, size):
                roles[step.owner or CSM] += starts
    return PlayLoad(
        sum(roles.values()), dict(roles.most_common()), max((s.day for s in steps), default=0)
    )


def _changed(step: Step, edit: Mapping[str, Any]) -> Step | None:
    """Return a step with an edit; None where it is left out. Errors: ConfigInvalid."""
    if edit.get("is_dropped"):
        return None
    try:
        return Step.model_validate(
            step.model_dump() | {k: v for k, v in edit.items() if k in FIELDS}
        )
    except ValueError as problem:
        raise ConfigInvalid(
            f"The step `{step.step}` does not hold together: {problem}",
            cure="A day is a whole number from 0 to 365, an owner one of the roles.",
        ) from problem


FIELDS = ("day", "owner", "counts", "tiers", "sizes")


def _plain(step: Step) -> dict[str, Any]:
    values = step.model_dump(mode="json", exclude_defaults=True)
    return {k: v for k, v in values.items() if v is not None}


def _changes(before: Sequence[Step], after: Sequence[Step]) -> list[tuple[str, str, str]]:
    old, new = ({s.step: _said(s) for s in steps} for steps in (before, after))
    return [
        (name, old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def _said(step: Step) -> str:
    cells = " · ".join((*step.tiers, *step.sizes))
    return f"{step.day} · {step.owner or CSM}{' · ' + cells if cells else ''}"
