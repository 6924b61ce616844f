"""The studio of the segment map: what an edit would do, publishing it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from keepwell.adapters.definition_segments import edited_map
from keepwell.adapters.segment_maps import shipped_segment_text
from keepwell.adapters.snapshot_columns import read_columns
from keepwell.adapters.state.pages_briefs import account_briefs
from keepwell.ports.pages import Scope
from keepwell.ports.studio import Draft, Edition, Subject, text_hash
from keepwell.runs.trial import Known
from keepwell.runs.trial_segments import SegmentedAccount, SegmentTrial, try_map
from keepwell.value import Cell, SegmentMap, repainted
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.wiring.studio_desk import Publication, Ready, StudioDesk

SUBJECT = Subject("segments", "map")
SCORES = ("r_score", "f_score", "m_score")


@dataclass(frozen=True, slots=True)
class MapOnDesk:
    """The map as it is in use. `text`: its own file, or the shipped one where there is none."""

    subject: Subject
    map: SegmentMap
    is_own: bool
    text: str
    base_hash: str
    draft: Draft | None
    others: tuple[Draft, ...]
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class MapPreview:
    """What a map would do to the accounts of the current run."""

    as_of: date
    run_id: str
    map: SegmentMap
    trial: SegmentTrial


class SegmentStudio:
    """The segment map of a project and what edits of it would do."""

    def __init__(self, studio: StudioDesk) -> None:
        self._studio = studio
        self._desk = studio.desk

    def subject(self, name: str = SUBJECT.name) -> Subject:
        """Return the one map there is. Errors: NotFound for another name."""
        if name != SUBJECT.name:
            raise NotFound("There is no such segment map.", cure="A project has one: `map`.")
        return SUBJECT

    def on_desk(self, author: str) -> MapOnDesk:
        """Return the map in use. Errors: ConfigInvalid."""
        own = self._studio.text(SUBJECT)
        text = own or shipped_segment_text()
        now = self._studio.files.segment_map(SUBJECT, own)
        newest = self._studio.store.editions(SUBJECT, 1)
        of_run = self._of_run()
        return MapOnDesk(
            SUBJECT,
            now,
            bool(own),
            text,
            text_hash(own),
            *self._studio.drafts(SUBJECT, author),
            is_waiting=bool(newest) and of_run is not None and of_run != now,
        )

    def edited(self, text: str, cells: Iterable[Cell], segment: str) -> str:
        """Return a map's text with cells given to one segment.

        Errors: ConfigInvalid; InputProblem whose `emptied` names segments that would have none.
        """
        now = self._studio.files.segment_map(SUBJECT, text)
        if segment not in now.names:
            raise InputProblem(
                f"The map has no segment `{segment[:64]}`.",
                cure=f"Choose one of {', '.join(now.names)}.",
                choose=True,
            )
        try:
            rules = repainted(now, dict.fromkeys(cells, segment))
        except ValueError as problem:
            raise InputProblem(
                f"No combination would be left for {', '.join(problem.args)}.",
                cure="Leave it one, or take the segment out of the text.",
                emptied=list(problem.args),
            ) from problem
        return edited_map(text, rules)

    def preview(self, text: str, scope: Scope) -> MapPreview:
        """Return what a map's text would do to the accounts in sight; nothing is stored.

        Errors: ConfigInvalid; NotFound without a run that knows segments.
        """
        tried = self._studio.files.segment_map(SUBJECT, text)
        in_use = self._studio.files.segment_map(SUBJECT, self._studio.text(SUBJECT))
        run = self._desk.project.current()
        of_run = self._of_run()
        if of_run is None:
            raise NotFound(
                "The current run knows no segments.",
                cure="Map purchases or activities, then run `keepwell run`.",
            )
        briefs = account_briefs(self._desk.project.state, scope)
        known = {i: Known(b.name, b.amount) for i, b in briefs.items()}
        trial = try_map(self._accounts(run.run_id), known, of_run, in_use, tried)
        return MapPreview(run.as_of, run.run_id, tried, trial)

    def publish(self, wish: Publication) -> Edition:
        """Put a map in use. Errors: as `StudioDesk.publish`."""
        return self._studio.publish(SUBJECT, wish, self.ready)

    def take_back(self, name: str, edition_id: int, wish: Publication) -> Edition:
        """Put an earlier map in use again. Errors: as `StudioDesk.take_back`."""
        return self._studio.take_back(self.subject(name), edition_id, wish, self.ready)

    def ready(self, subject: Subject, text: str) -> Ready:
        """Check a text: a whole map, other than the one in use. Errors: ConfigInvalid."""
        self._studio.files.segment_map(subject, text)
        if not self._studio.text(subject) and text == shipped_segment_text():
            raise InputProblem(
                "Nothing was changed.", cure="Change something before you publish it."
            )
        return Ready()

    def _of_run(self) -> SegmentMap | None:
        """Return the map that segmented the current run; None without one."""
        project = self._desk.project
        runs = project.state.runs()
        if not runs:
            return None

        def read() -> SegmentMap | None:
            made: Mapping[str, object] = (
                project.snapshots.read_manifest(runs[0].run_id).get("value") or {}
            )
            found = made.get("segment_map")
            return None if found is None else SegmentMap.model_validate(found)

        return self._desk.kept("studio:segments:map", read)

    def _accounts(self, run_id: str) -> tuple[SegmentedAccount, ...]:
        """Return the accounts of the current run with their scores, read once for each run."""

        def read() -> tuple[SegmentedAccount, ...]:
            folder = self._desk.project.snapshots.path(run_id)
            table = read_columns(folder, "value", ("account_id", *SCORES, "segment"))
            columns = [table[name].to_pylist() for name in ("account_id", *SCORES, "segment")]
            return tuple(
                SegmentedAccount(i, None if None in cell else cell, segment)
                for i, *cell_, segment in zip(*columns, strict=True)
                for cell in [tuple(cell_)]
            )

        return self._desk.kept("studio:segments:accounts", read)
