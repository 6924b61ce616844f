"""Journeys with their adapters: library, current snapshot, contacts, channels of delivery.yml."""

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from keepwell.adapters.clock import pause
from keepwell.adapters.configuration_files import ProjectFolder
from keepwell.adapters.imports import ImportFolders
from keepwell.adapters.journey_library import load_journeys
from keepwell.adapters.state import SqlJourneyStore, SqlWarningStore
from keepwell.journeys import Assignment, ContentItem, Journey, JourneySettings, content_findings
from keepwell.measures import CATALOG
from keepwell.ports import Engine
from keepwell.ports.journeys import Applied, FeedEntry, HoldoutGroup, JourneyCount
from keepwell.runs.export import open_snapshot
from keepwell.runs.journey_accounts import Fitting, JourneyReader, fitting_content
from keepwell.runs.journey_preview import JourneyPreview, preview_journeys
from keepwell.runs.journeys import JourneyWork, PlannedJourneys, plan_journeys, store_journeys
from keepwell.runs.opting_out import OptingOut, opt_out
from keepwell.runs.send_journeys import Dispatcher, SendingReport, send_journeys
from keepwell.vocabulary import Finding, Lang, NotFound
from keepwell.wiring.journey_channels import callers_of, channels_of, mailer_of
from keepwell.wiring.project import Project


@dataclass(frozen=True, slots=True)
class JourneyRun:
    """What one run of journeys planned, stored and sent."""

    planned: PlannedJourneys
    applied: Applied
    sent: SendingReport


class JourneyDesk:
    """The journeys of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store = SqlJourneyStore(project.state)
        self._library = load_journeys(project.layout.journeys, project.layout.content)

    @property
    def journeys(self) -> tuple[Journey, ...]:
        """Return all journeys, those that are switched off too."""
        return self._library.journeys

    @property
    def settings(self) -> JourneySettings:
        """Return how journeys reach people."""
        return self._library.settings

    @property
    def content(self) -> tuple[ContentItem, ...]:
        """Return the content catalogue."""
        return self._library.content

    def journey(self, name: str) -> Journey:
        """Return one journey. Errors: NotFound."""
        found = next((j for j in self.journeys if j.journey == name), None)
        if found is None:
            known = ", ".join(j.journey for j in self.journeys)
            raise NotFound(f"There is no journey `{name}`.", cure=f"Known: {known}.")
        return found

    def counts(self) -> tuple[JourneyCount, ...]:
        """Return where passages and steps stand."""
        return self._store.counts()

    def findings(self) -> tuple[Finding, ...]:
        """Return references of the catalogue and of journeys that lead nowhere."""
        named = [
            (j.journey, s.step, item)
            for j in self._library.live
            for s in j.steps
            if (item := getattr(s, "item", None)) is not None
        ]
        return content_findings(self.content, named, CATALOG.keys())

    def fitting(self, account_id: str, lang: Lang) -> Fitting:
        """Return the content that fits an account, best first. Errors: NotFound."""
        project = self._project
        run_id = project.current().run_id
        reader = JourneyReader(None, self._store.seen_items())
        with project.reader() as engine:
            tables = open_snapshot(engine, project.snapshots, run_id)
            return fitting_content(engine, tables, reader, account_id, self.content, lang)

    def assignments(self, subject: str) -> tuple[tuple[date, Assignment], ...]:
        """Return the accounts of one holdout with the day of their assignment."""
        return self._store.assignments(subject)

    def preview(self, samples: Path | None = None) -> JourneyPreview:
        """Return what a run would do; nothing is stored or sent.

        `samples`: a folder for one sample of every mail, without contact data.
        """
        work = replace(self._work(), is_trial=True)
        with self._project.reader() as engine:
            planned = self._plan(engine, work)
            found = preview_journeys(engine, planned, work, self._store)
        if samples is not None:
            ProjectFolder(samples).write(found.files())
        return found

    def run(self, wait_s: float = 0.0, sleep: Callable[[float], None] = pause) -> JourneyRun:
        """Plan, store and send. Errors: ConfigInvalid, NotFound without a snapshot."""
        work = self._work()
        with self._project.reader() as engine:
            planned = self._plan(engine, work)
            applied = store_journeys(planned, work, self._store)
            # While nothing moves, the contacts are not to be trusted either: mails wait.
            accounts = frozenset[str]() if planned.held else self._store.due_accounts()
            dispatcher = self._dispatcher(engine, work, sorted(accounts), sleep)
        return JourneyRun(planned, applied, send_journeys(dispatcher, wait_s))

    def _plan(self, engine: Engine, work: JourneyWork) -> PlannedJourneys:
        project = self._project
        project.current()
        return plan_journeys(
            work,
            engine,
            project.snapshots,
            project.state.runs(),
            SqlWarningStore(project.state).gates(),
            self._store.known(),
        )

    @cached_property
    def _contacts(self) -> Path | None:
        folder = ImportFolders(self._project.layout.imports).last()
        return None if folder is None else folder / "contacts.parquet"

    def _work(self) -> JourneyWork:
        project = self._project
        return JourneyWork(
            self._library.live,
            self.settings,
            self.content,
            channels_of(project, self.settings),
            project.config.lang,
            project.config.time_zone,
            project.now,
            JourneyReader(self._contacts, self._store.seen_items()),
        )

    def _dispatcher(
        self,
        engine: Engine,
        work: JourneyWork,
        accounts: Sequence[str],
        sleep: Callable[[float], None],
    ) -> Dispatcher:
        rows = engine.rows("SELECT account_id, region, csm_id FROM portfolio")
        owners = {str(account): csm for account, _, csm in rows}
        return Dispatcher(
            store=self._store,
            journeys={j.journey: j for j in work.journeys},
            settings=work.settings,
            addressees=work.reader.addressees(engine, accounts),
            regions={str(account): region for account, region, _ in rows},
            mailer=mailer_of(self._project, work.settings),
            callers=callers_of(self._project, work.settings, owners),
            lang=work.lang,
            time_zone=work.time_zone,
            owner=uuid.uuid4().hex,
            now=lambda: self._project.now,
            sleep=sleep,
            share=random.SystemRandom().random,
            salt=self._store.salt(),
        )

    def feed(self, account_id: str, *, all_entries: bool = False) -> tuple[FeedEntry, ...]:
        """Return an account's feed, newest first."""
        return self._store.feed(account_id, all_entries=all_entries)

    def mark_feed(self, account_id: str, entry: int, *, is_dismissed: bool, by: str) -> None:
        """Mark an entry as read or dismissed. Errors: NotFound."""
        self._store.mark_feed(
            account_id, entry, is_dismissed=is_dismissed, by=by, at=self._project.now
        )

    def opt_out(self, wanted: OptingOut, by: str) -> bool:
        """Write to an address no more, or again; false when nothing changed.

        Errors: InputProblem for a token that is none; NotFound for a contact without address.
        """
        with self._project.reader() as engine:
            reader = JourneyReader(self._contacts)
            return opt_out(wanted, self._store, reader, engine, by=by, at=self._project.now)

    def suppressed(self) -> Mapping[str, int]:
        """Return how many addresses are suppressed, by reason."""
        return self._store.suppressed()

    def groups(self) -> tuple[HoldoutGroup, ...]:
        """Return the groups of all holdouts."""
        return self._store.groups()


def journey_desk(project: Project) -> JourneyDesk:
    """Return the journeys of a project. Errors: ConfigInvalid for journeys or content."""
    return JourneyDesk(project)
