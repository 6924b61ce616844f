"""Lead one import through measures, scores and outlook, inside one engine; publish nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from keepwell.config import Config
from keepwell.measures import (
    CATALOG,
    LATER_SQL,
    LEFT_SQL,
    MeasurePlan,
    MeasureSettings,
    measure_sources,
    plan_measures,
    sources_select,
)
from keepwell.ports import Engine, NewFit, Progress, StateStore
from keepwell.runs.churn_column import store_churn, with_churn
from keepwell.runs.forecast_record import record_forecast
from keepwell.runs.importing_record import Imported
from keepwell.runs.kept_folds import KeptFolds
from keepwell.runs.lifetime import LifetimeInputs, LifetimeResult, build_lifetime
from keepwell.runs.outlook import OutlookResult, build_outlook, outlook_settings
from keepwell.runs.renewal_outlook import outlook_renewals
from keepwell.runs.score_portfolio import ScoredPortfolio, score_portfolio
from keepwell.runs.sparse_columns import sparse_findings
from keepwell.runs.store_measures import store_measures
from keepwell.runs.value import ValueInputs, ValueResult, build_value
from keepwell.scoring import CardUse
from keepwell.value import CUTS_CARD
from keepwell.vocabulary import (
    SQL_TYPES,
    TABLES,
    Action,
    Bilingual,
    Finding,
    FindingKind,
    InputProblem,
    MeasureSource,
    Severity,
    Table,
    Unit,
)

ALL_ACCOUNTS = "accounts_imported"
_HOLD_VALUE = {m.name for m in CATALOG.values() if m.unit is Unit.AMOUNT} | {
    "account_size_segment",
    "number_of_employees",
}

LEFT_BEFORE = FindingKind(
    "accounts_left_before",
    Severity.INFO,
    Action.EXCLUDED,
    Bilingual(
        "{count} 家客户在截止日 {as_of} 之前已流失，不参与评分。",
        "{count} accounts had left by {as_of}; they are not scored.",
    ),
    Bilingual(
        "若仍应评分，请更正 churned_at。", "If they should be scored, mend their churned_at."
    ),
)
BEGAN_LATER = FindingKind(
    "accounts_began_later",
    Severity.INFO,
    Action.EXCLUDED,
    Bilingual(
        "{count} 家客户在截止日 {as_of} 之后才建立，不参与评分。",
        "{count} accounts were created after {as_of}; they are not scored.",
    ),
    Bilingual("改用更晚的 --as-of 即可纳入。", "A later --as-of includes them."),
)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What was computed: the engine holds all snapshot tables and the view `portfolio`."""

    as_of: date
    plan: MeasurePlan
    sources: tuple[MeasureSource, ...]
    scored: ScoredPortfolio
    outlook: OutlookResult
    value: ValueResult | None
    lifetime: LifetimeResult
    findings: tuple[Finding, ...]
    excluded: int

    @property
    def versions(self) -> dict[str, int]:
        """Return the fitted version of each scorecard, and of breakpoints that are kept."""
        cuts = self.value.cuts.version if self.value else 0
        return dict(self.scored.versions) | ({CUTS_CARD: cuts} if cuts else {})

    @property
    def new_fits(self) -> tuple[NewFit, ...]:
        """Return what this computation fitted anew, to be stored when it is published."""
        made = (NewFit(u.card, u.definition_hash) for u in self.scored.uses if u.is_new_fit)
        return (*made, *(self.value.new_fits if self.value else ()))


def measure_settings(config: Config) -> MeasureSettings:
    """Return what the measures need of the configuration."""
    sizing = config.sizing
    return MeasureSettings(
        key_roles=config.key_roles,
        size_by=sizing.by,
        enterprise=sizing.enterprise,
        large=sizing.large,
        mid_market=sizing.mid_market,
    )


def _empty(table: Table) -> str:
    columns = ", ".join(f"CAST(NULL AS {SQL_TYPES[c.kind]}) AS {c.name}" for c in table.columns)
    return f"SELECT {columns} WHERE FALSE"


def open_import(engine: Engine, imported: Imported, as_of: date) -> tuple[Finding, ...]:
    """Make the canonical tables readable; `accounts` holds those that are customers on `as_of`."""
    for name, table in TABLES.items():
        file = imported.folder / f"{name}.parquet"
        stored = ALL_ACCOUNTS if name == "accounts" else name
        if file.is_file():
            engine.read_parquet(stored, file)
        else:
            engine.create_table(stored, _empty(table))
    day = f"DATE '{as_of.isoformat()}'"
    left, later = LEFT_SQL.format(as_of=day), LATER_SQL.format(as_of=day)
    found = engine.rows(
        f"SELECT count(*) FILTER (WHERE {left}), count(*) FILTER (WHERE {later}), count(*) "  # noqa: S608
        f"FROM {ALL_ACCOUNTS}"
    )[0]
    if (gone := int(found[0])) + (new := int(found[1])) == int(found[2]):
        raise InputProblem(
            f"On {as_of} there is no customer: {gone} had left, {new} came later.",
            cure="Choose another --as-of, or mend churned_at and created_at.",
        )
    engine.create_table(
        "accounts",
        f"SELECT * FROM {ALL_ACCOUNTS} WHERE NOT ({left}) AND NOT ({later}) "  # noqa: S608
        "ORDER BY account_id",
    )
    words, pairs = {"as_of": as_of.isoformat()}, ((LEFT_BEFORE, gone), (BEGAN_LATER, new))
    return tuple(Finding(kind, "accounts", n, params=words) for kind, n in pairs if n)


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a computation is asked for beside its data: the day, the moment, and how fits are kept.

    `overrides_on`: the day whose overrides count. `refit`: fit scorecards anew.
    `keep`: store new fits at once; a run stores them when it publishes.
    `kept`: folds of months from earlier runs; without them every event is read.
    """

    as_of: date
    at: datetime
    overrides_on: date
    refit: bool = False
    keep: bool = True
    kept: KeptFolds | None = None


@dataclass(frozen=True, slots=True)
class ScoredImport:
    """Measures and scores of an import; the engine holds `measures`, `scores`, `contributions`."""

    plan: MeasurePlan
    sources: tuple[MeasureSource, ...]
    scored: ScoredPortfolio
    excluding: tuple[Finding, ...]


def score_import(
    engine: Engine,
    config: Config,
    uses: Sequence[CardUse],
    imported: Imported,
    state: StateStore,
    progress: Progress,
    settings: RunSettings,
) -> ScoredImport:
    """Measure and score the customers of a day.

    Errors: InputProblem when no account is a customer on that day.
    """
    progress.step("measures", config.lang)
    excluding = open_import(engine, imported, settings.as_of)
    wanted = measure_settings(config)
    plan = plan_measures(imported.mapped, wanted)
    store_measures(engine, plan, settings.as_of, wanted, settings.kept)
    churn = store_churn(engine, config)
    counts = tuple(int(n) for n in engine.rows(sources_select(plan))[0])
    sources = with_churn(measure_sources(plan, counts), churn, counts[0])
    progress.step("scores", config.lang)
    scored = score_portfolio(
        engine,
        uses,
        state,
        as_of=settings.as_of,
        at=settings.at,
        refit=settings.refit,
        keep=settings.keep,
        accounts_table="accounts",
        sources=sources,
        overrides_on=settings.overrides_on,
    )
    return ScoredImport(plan, sources, scored, excluding)


def compute_portfolio(
    engine: Engine,
    config: Config,
    uses: Sequence[CardUse],
    imported: Imported,
    state: StateStore,
    progress: Progress,
    settings: RunSettings,
) -> Portfolio:
    """Compute every table of a snapshot in the engine.

    Errors: InputProblem when no account is a customer on the day.
    """
    done = score_import(engine, config, uses, imported, state, progress, settings)
    sparse = sparse_findings(
        engine, done.plan, done.sources, imported, settings.as_of, measure_settings(config)
    )
    progress.step("outlook", config.lang)
    outlook = build_outlook(
        engine,
        [u.card for u in done.scored.uses],
        outlook_settings(config, done.plan),
        settings.as_of,
        progress=progress,
    )
    record_forecast(engine, done.plan, settings.as_of, config.forecast.retention_factor)
    outlook_renewals(engine, imported.mapped, settings.as_of)
    lifetime = build_lifetime(engine, _lifetime(config, imported, settings))
    value = _value(engine, config, imported, done, state, settings, lifetime)
    return Portfolio(
        as_of=settings.as_of,
        plan=done.plan,
        sources=done.sources,
        scored=done.scored,
        outlook=outlook,
        value=value,
        lifetime=lifetime,
        findings=(*done.excluding, *done.scored.findings, *sparse, *outlook.findings),
        excluded=sum(f.count for f in done.excluding),
    )


def _lifetime(config: Config, imported: Imported, settings: RunSettings) -> LifetimeInputs:
    """Return what the lifetime models need of configuration and import."""
    return LifetimeInputs(
        settings=config.lifetime,
        rfm=config.value.rfm,
        mapped=imported.mapped,
        currency=imported.currency or "",
        as_of=settings.as_of,
    )


def _value(
    engine: Engine,
    config: Config,
    imported: Imported,
    done: ScoredImport,
    state: StateStore,
    settings: RunSettings,
    lifetime: LifetimeResult,
) -> ValueResult | None:
    """Compute the value model; None for a configuration made without a segment map."""
    if config.segment_map is None:
        return None
    scored = {m.measure for u in done.scored.uses for m in u.card.measures}
    held = {s.measure for s in done.sources if s.known or s.never}
    inputs = ValueInputs(
        settings=config.value,
        segments=config.segment_map,
        mapped=imported.mapped,
        direct=frozenset(s.measure for s in done.sources if s.kind == "direct"),
        as_of=settings.as_of,
        refit=settings.refit,
        health_holds_value=bool(_HOLD_VALUE & scored),
        health_tells=bool((scored - _HOLD_VALUE) & held),
        fitted=lifetime.fitted,
        proxied=frozenset(s.measure for s in done.sources if s.kind == "proxy"),
    )
    return build_value(engine, inputs, state)
