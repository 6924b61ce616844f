"""One project: its folder becomes its adapters, and its runs are called with them."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from keepwell.adapters.clock import SystemClock
from keepwell.adapters.configuration import load_config
from keepwell.adapters.configuration_files import load_scorecards
from keepwell.adapters.imports import ImportFolders
from keepwell.adapters.locks import project_lock
from keepwell.adapters.progress import NoProgress
from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.state import SqlStateStore
from keepwell.adapters.table_files import TableFileWriter
from keepwell.adapters.writers import ReportFiles, VegaPictures
from keepwell.config import Config
from keepwell.measures import measures_select, plan_measures
from keepwell.ports import Clock, Engine, Progress, RunRecord
from keepwell.reports import Document
from keepwell.runs.check import check_project
from keepwell.runs.day import resolve_as_of
from keepwell.runs.explain import explain
from keepwell.runs.export import FACTS, ExportReport, current_run, export_facts, export_table
from keepwell.runs.importing_record import Imported, load_import
from keepwell.runs.importing_replay import Replayed, replay_quarantine
from keepwell.runs.initialise import TierPreview
from keepwell.runs.layout import ProjectLayout
from keepwell.runs.override import end_override, set_override
from keepwell.runs.portfolio import (
    Portfolio,
    RunSettings,
    compute_portfolio,
    measure_settings,
    open_import,
    score_import,
)
from keepwell.runs.preview import tier_preview
from keepwell.runs.report import (
    WrittenReport,
    asked_formats,
    asked_kind,
    write_report,
)
from keepwell.runs.run import RunReport, require_accepted, run_inputs, run_project
from keepwell.scoring import CardUse, Explanation
from keepwell.vocabulary import ConfigInvalid, Lang, NotFound
from keepwell.wiring.contacts import keep_contacts
from keepwell.wiring.engines import computing_engine, reading_engine
from keepwell.wiring.keeping import project_state
from keepwell.wiring.reporting import current_document
from keepwell.wiring.sources import project_source
from keepwell.wiring.watching import alert_on_refusal, settled, watch_of

# Written by the demo beside its exports; its presence marks invented data.
TRUTH = "truth.csv"


class Project:
    """One project: its folder, its adapters, and what can be done with it."""

    def __init__(
        self, root: Path, progress: Progress | None = None, clock: Clock | None = None
    ) -> None:
        self.layout = ProjectLayout(root.resolve())
        self.progress = progress or NoProgress()
        self.clock = clock or SystemClock()

    @cached_property
    def config(self) -> Config:
        """Return keepwell.yml as read. Errors: NotFound, ConfigInvalid."""
        if not self.layout.config.is_file():
            raise NotFound(
                f"No keepwell.yml in {self.layout.root}.",
                cure="Run `keepwell init DIR --from SOURCE`, or name the project with -C DIR.",
            )
        return load_config(self.layout.config)

    @cached_property
    def state(self) -> SqlStateStore:
        """Return the state store, brought up to date."""
        return project_state(self.config, self.layout)

    @cached_property
    def snapshots(self) -> SnapshotFolders:
        """Return the snapshots of the project."""
        return SnapshotFolders(self.layout.snapshots)

    @property
    def today(self) -> date:
        """Return today's date in the project's time zone."""
        return self.clock.today(self.config.time_zone)

    @property
    def now(self) -> datetime:
        """Return the present moment in the project's time zone."""
        return self.clock.now().astimezone(ZoneInfo(self.config.time_zone))

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Give the engine that keepwell.yml names, to compute with."""
        with closing(computing_engine(self.config, self.layout)) as engine:
            yield engine

    @contextmanager
    def reader(self) -> Iterator[Engine]:
        """Give the embedded engine, to read what a run or an import has written."""
        with closing(reading_engine(self.config, self.layout)) as engine:
            yield engine

    def uses(self) -> tuple[CardUse, ...]:
        """Return the scorecards in use. Errors: ConfigInvalid for a name without a file."""
        cards = load_scorecards(self.layout.root)
        missing = [u.scorecard for u in self.config.scorecards if u.scorecard not in cards]
        if missing:
            raise ConfigInvalid(
                f"keepwell.yml uses scorecard `{missing[0]}`, which has no file. "
                f"Found: {', '.join(sorted(cards)) or 'none'}.",
                cure=f"Add scorecards/{missing[0]}.yml or name one that exists.",
            )
        return tuple(CardUse(cards[u.scorecard], u.when) for u in self.config.scorecards)

    def check(self, as_of: date | None = None) -> Imported:
        """Check the source against the contract and keep what was accepted.

        `as_of`: the day at whose rates amounts without a date convert.
        """
        self.progress.step("check", self.config.lang)
        config = self.config.model_copy(update={"as_of": as_of}) if as_of else self.config
        return check_project(
            config,
            project_source(self.config, self.layout),
            ImportFolders(self.layout.imports),
            self.today,
            self.progress,
        )

    def run(self, as_of: date | None = None, refit: bool = False, full: bool = False) -> RunReport:
        """Check, compute and publish one snapshot, alone in the project."""
        with project_lock(self.layout.hidden / "run.lock"):
            with alert_on_refusal(self.state, self.today, self.now):
                imported = self.check(as_of)
                require_accepted(imported)
            day, today = resolve_as_of(self.config, imported, as_of, self.today), self.today
            inputs = run_inputs(self.config, self.uses(), imported, day, today, refit=refit)
            with settled(self.config, self.layout, self.state, self.now), self.engine() as engine:
                report = run_project(
                    inputs,
                    engine,
                    self.state,
                    self.snapshots,
                    self.progress,
                    at=self.now,
                    today=today,
                    watch=watch_of(self.layout, self.config, self.state, imported),
                    folds=None if full else self.layout.folds,
                )
            keep_contacts(self.state, self.config, self.layout, imported.import_id)
            return report

    def trial_portfolio(
        self, engine: Engine, imported: Imported, day: date | None, uses: Sequence[CardUse] = ()
    ) -> Portfolio:
        """Return what a run would compute, with other `uses` if given; nothing is stored."""
        return compute_portfolio(
            engine,
            self.config,
            uses or self.uses(),
            imported,
            self.state,
            self.progress,
            self.trial(imported, day),
        )

    def trial(self, imported: Imported, day: date | None) -> RunSettings:
        """Return settings under which nothing is stored."""
        as_of = resolve_as_of(self.config, imported, day, self.today)
        return RunSettings(as_of, self.now, self.today, keep=False)

    def preview_tiers(self) -> TierPreview | None:
        """Return the tier shares of the present scorecards; None while `check` finds errors."""
        imported = self.check()
        if not imported.is_accepted:
            return None
        with self.engine() as engine:
            done = score_import(
                engine,
                self.config,
                self.uses(),
                imported,
                self.state,
                self.progress,
                self.trial(imported, None),
            )
            return tier_preview(engine, done)

    def explain(self, account_id: str) -> Explanation:
        """Return why an account has its score, and what changed since the last snapshot."""
        with self.reader() as engine:
            return explain(
                engine,
                self.state,
                self.snapshots,
                account_id,
                replay=lambda day: self._replay(engine, day),
            )

    def _replay(self, engine: Engine, day: date) -> str:
        # The tables of the explained run, which a later `check` may have left behind.
        imported = load_import(ImportFolders(self.layout.imports).folder(self.current().input_hash))
        settings = measure_settings(self.config)
        open_import(engine, imported, day)
        plan = plan_measures(imported.mapped, settings)
        name = f"measures_{day:%Y%m%d}"
        engine.create_table(name, measures_select(plan, day, settings))
        return name

    def current(self) -> RunRecord:
        """Return the current run. Errors: NotFound."""
        run_id = current_run(self.state)
        return next(r for r in self.state.runs() if r.run_id == run_id)

    def last_import(self) -> Imported:
        """Return the last accepted import. Errors: NotFound."""
        folder = ImportFolders(self.layout.imports).last()
        if folder is None:
            raise NotFound("Nothing was checked yet.", cure="Run `keepwell check`.")
        return load_import(folder)

    def replay(self, edited: Sequence[Path] = ()) -> Replayed:
        """Try quarantined rows again, with mended files if there are any."""
        self.progress.step("check", self.config.lang)
        return replay_quarantine(
            self.config,
            project_source(self.config, self.layout),
            ImportFolders(self.layout.imports),
            self.today,
            edited,
        )

    def document(self, engine: Engine, kind: str = "health") -> tuple[Document, str]:
        """Return a report on the current snapshot, in both languages, and its run."""
        run_id = self.current().run_id
        document = current_document(
            self.layout,
            engine,
            self.snapshots,
            self.state,
            run_id,
            kind,
            is_example=(self.layout.root / TRUTH).is_file(),
        )
        return document, run_id

    def report(
        self, lang: Lang, formats: str, folder: Path | None, kind: str = "health"
    ) -> WrittenReport:
        """Write a report on the current snapshot, by default to reports/<as of>."""
        asked = asked_formats(formats)
        self.progress.step("report", lang)
        target = folder or self.layout.reports / self.current().as_of.isoformat()
        to = VegaPictures(), ReportFiles()
        with self.reader() as engine:
            document, run_id = self.document(engine, asked_kind(kind))
            return write_report(document, run_id, lang, asked, target, *to, kind=kind)

    def export(self, table: str, path: Path, lang: Lang) -> ExportReport:
        """Write one table of the current snapshot; `facts` are those behind the report."""
        with self.reader() as engine:
            if table == FACTS:
                document, run_id = self.document(engine)
                return export_facts(document, lang, path, run_id, TableFileWriter())
            return export_table(table, path, engine, self.snapshots, self.state, TableFileWriter())

    def set_override(self, account_id: str, tier: str, reason: str, author: str, day: date) -> None:
        """Override an account's tier until a day."""
        with self.reader() as engine:
            engine.read_parquet("accounts", self.last_import().folder / "accounts.parquet")
            known = {str(i) for (i,) in engine.rows("SELECT account_id FROM accounts")}
        set_override(
            self.state,
            account_id,
            tier,
            reason=reason,
            author=author,
            expires_on=day,
            at=self.now,
            cards=tuple(u.card for u in self.uses()),
            known=known,
        )

    def end_override(self, account_id: str) -> None:
        """End an account's override."""
        end_override(self.state, account_id, at=self.now)
