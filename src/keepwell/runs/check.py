"""Check: take the source in under its contract, and leave an import folder or say what stops it."""

import hashlib
import json
from collections.abc import Callable
from datetime import date

from keepwell import __version__
from keepwell.config import Config
from keepwell.intake import MACROS, rates_in_force
from keepwell.ports import ImportStore, ImportWork, Progress, SourceReader
from keepwell.runs.importing_cells import (
    dated_rates,
    money_rules,
    profile_feeds,
    rate_day_of,
    type_table,
)
from keepwell.runs.importing_corrections import (
    Correction,
    apply_corrections,
    stored_corrections,
)
from keepwell.runs.importing_distributions import (
    change_findings,
    column_findings,
    lost_zeros_since,
    profile_findings,
)
from keepwell.runs.importing_emptied import emptied_findings
from keepwell.runs.importing_feeds import TableWork, map_columns, open_feeds, stage_feeds
from keepwell.runs.importing_months import month_prints
from keepwell.runs.importing_record import Imported, load_import, write_import
from keepwell.runs.importing_rows import RowChecks
from keepwell.runs.importing_states import exclude_filtered, warn_of_states
from keepwell.runs.importing_unusable import unusable_findings, usable_columns
from keepwell.runs.importing_write import (
    count_rows,
    filter_findings,
    newest_date,
    write_quarantine,
    write_tables,
)
from keepwell.vocabulary import Finding, Severity

_CONFIG_PART = {"time_zone", "tables", "money", "exclude", "aliases", "source"}
_FORMAT = "3"
_AHEAD = ("dated_after_load", "date_in_future", "churn_in_future")
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def check_project(
    config: Config,
    source: SourceReader,
    store: ImportStore,
    today: date,
    progress: Progress | None = None,
) -> Imported:
    """Return the import of the source as it is today; the same input gives the same folder.

    With an error among the findings nothing is published: the last good import stays, and
    the folder holds only quarantine and findings.
    """
    findings: list[Finding] = []
    works = open_feeds(config, source, findings)
    import_id = _identity(config, works, findings, store, today)
    last_folder = store.last()
    last = load_import(last_folder) if last_folder else None
    known = store.find(import_id)
    if known is not None:
        imported = load_import(known)
        is_current = imported.checked_on == today or not _depends_on_day(imported)
        is_emptied = bool(emptied_findings(config, imported.source_rows, last))
        if is_current and not is_emptied:
            store.make_last(import_id)
            return imported
        if last and is_emptied:
            import_id = _digest([import_id, last.import_id])
    with store.stage(import_id, config.memory_limit_mb, config.threads) as work:
        check = _Check(config, works, work, today, findings)
        check.corrections = stored_corrections(store)
        if progress:
            progress.step("check", config.lang, total=2 * len(works))
            check.advance = progress.advance
        imported = check.run(import_id, last)
        if imported.is_accepted:
            write_tables(works, work)
            work.accept()
        write_import(imported, work.folder)
    return load_import(store.folder(import_id))


def _identity(
    config: Config,
    works: dict[str, TableWork],
    findings: list[Finding],
    store: ImportStore,
    today: date,
) -> str:
    """Return the hash of all that the import depends on but the day."""
    prints = sorted(
        (t.name, f.number, f.feed.source, f.staged.raw.fingerprint)
        for t in works.values()
        for f in t.feeds
    )
    part = config.model_dump(mode="json", include=_CONFIG_PART)
    parts: list[object] = [
        _FORMAT,
        __version__,
        part,
        # The day matters to an import only through the rates of amounts without a date.
        rates_in_force(dated_rates(config), rate_day_of(config, today)),
        prints,
        sorted(f.code + f.table for f in findings),
    ]
    parts.append(store.corrections())
    return _digest(parts)


def _digest(parts: list[object]) -> str:
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _depends_on_day(imported: Imported) -> bool:
    """Say whether anything was found to be dated after the day of loading."""
    return any(f.code in _AHEAD for f in imported.findings)


class _Check:
    """One run of the check over one scratch database."""

    def __init__(
        self,
        config: Config,
        works: dict[str, TableWork],
        work: ImportWork,
        today: date,
        findings: list[Finding],
    ) -> None:
        self.config = config
        self.works = works
        self.work = work
        self.today = today
        self.findings = findings
        self.rows = RowChecks(work, config, today)
        self.corrections: tuple[Correction, ...] = ()
        self.advance: Callable[[], None] = lambda: None

    def run(self, import_id: str, last: Imported | None) -> Imported:
        """Return the record of the import; canonical tables are ready as `accepted_*` views."""
        for macro in MACROS:
            self.work.run(macro)
        stage_feeds(self.works, self.work, self.findings)
        apply_corrections(self.works, self.corrections, self.work, self.findings)
        for table in self.works.values():
            map_columns(table, self.findings)
        profile_feeds(self.works, self.work, self.config)
        rules = money_rules(self.works, self.config, self.today, self.findings)
        for table in self.works.values():
            type_table(table, self.work, rules, self.today, self.findings)
            self.rows.apply_rules(table)
            self.advance()
        self._settle_accounts()
        if "accounts" in self.works:
            exclude_filtered(self.works["accounts"], self.work, rules, self.today)
        for table in self.works.values():
            if table.name != "accounts":
                self._settle_rows(table)
            self.advance()
        self._look_at_accepted()
        return self._record(import_id, last, rules.project)

    def _settle_accounts(self) -> None:
        accounts = self.works.get("accounts")
        if accounts is None:
            self.work.run(
                "CREATE OR REPLACE TABLE account_fate AS "
                "SELECT '' AS account_id, '' AS fate WHERE false"
            )
            return
        self.rows.merge_aliases(accounts)
        self.rows.merge_duplicates(accounts)
        self.rows.exclude_accounts(accounts)
        self.rows.freeze_accounts()

    def _settle_rows(self, table: TableWork) -> None:
        self.rows.look_up(table, self.works)
        accounts = self.works.get("accounts")
        if accounts and "account_id" in accounts.mapped and "account_id" in table.mapped:
            self.rows.check_references(table)
        self.rows.merge_duplicates(table)

    def _look_at_accepted(self) -> None:
        for table in self.works.values():
            self.rows.accept(table)
            self.rows.warn(table)
            if table.name == "accounts":
                warn_of_states(table, self.work, self.rows)
            if table.name == "contacts":
                self.rows.shared_emails(table)
            self.findings += filter_findings(table, self.work)
            self.findings += column_findings(table, self.work)
            self.findings += profile_findings(table, self.work)

    def _record(self, import_id: str, last: Imported | None, currency: str | None) -> Imported:
        counts = {n: count_rows(t, self.work) for n, t in self.works.items()}
        dates = {n: newest_date(t, self.work) for n, t in self.works.items()}
        newest = {n: d for n, d in dates.items() if d is not None}
        self.findings += unusable_findings(self.works, counts)
        self.findings += self.rows.findings
        self.findings += lost_zeros_since(self.works, last, self.work)
        self.findings += change_findings(self.works, counts, newest, last, self.today)
        staged = {f.staged.raw.name: f for t in self.works.values() for f in t.feeds}
        source_rows = {n: f.rows_in for n, f in staged.items()}
        self.findings += emptied_findings(self.config, source_rows, last)
        write_quarantine(self.works, self.work)
        return Imported(
            folder=self.work.folder,
            import_id=import_id,
            mapped=usable_columns(self.works, counts),
            findings=_sorted(self.findings),
            counts=tuple(counts[n] for n in sorted(counts)),
            newest=newest,
            source_rows=source_rows,
            headers={n: f.staged.raw.columns for n, f in staged.items()},
            currency=currency,
            checked_on=self.today,
            fingerprints={n: f.staged.raw.fingerprint for n, f in staged.items()},
            months=month_prints(self.works, self.work),
        )


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings by gravity, table, column and code, so that order of work never shows."""
    unique = {(f.code, f.table, f.column, f.count, str(f.params)): f for f in findings}
    return tuple(
        sorted(
            unique.values(),
            key=lambda f: (_ORDER[f.kind.severity], f.table, f.column, f.code, str(f.params)),
        )
    )
