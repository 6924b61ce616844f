"""Compute the outlook: forecast, stability, risk matrix, profile, sensitivity, priority."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from keepwell.config import Config, ForecastSettings, MatrixSettings
from keepwell.measures import MeasurePlan
from keepwell.outlook import (
    PORTFOLIO_TABLES,
    Contradiction,
    Figure,
    ForecastBasis,
    SilenceCut,
    basis_of,
    basis_select,
    contradiction_findings,
    contradictions_select,
    first_win_figures,
    first_win_select,
    forecast_select,
    low_size,
    low_sizes_select,
    open_deal_figures,
    open_deals_select,
    people_sizes,
    portfolio_select,
    priority_select,
    tier_cross_select,
)
from keepwell.ports import Engine, Progress
from keepwell.runs.churn_column import validated_churn
from keepwell.runs.outlook_portfolio import (
    OutlookAssumption,
    count_near_lines,
    measure_concentration,
    measure_effective_accounts,
    split_low_tier,
    summarise_totals,
)
from keepwell.runs.outlook_profile import compare_low_accounts, measure_drivers
from keepwell.runs.outlook_risk import build_matrix
from keepwell.runs.outlook_scenarios import rescore
from keepwell.runs.outlook_tables import store_rows
from keepwell.vocabulary import Finding, Scorecard

DEALS = ("opportunities", "transactions")
OUTLOOK_TABLES = (
    "forecast",
    "stability",
    "risk_matrix",
    "matrix_margins",
    "profile",
    "drivers",
    "sensitivity",
    "tier_moves",
    "scenario_sizes",
    "contradictions",
    "low_groups",
    "low_losses",
    "use_patterns",
    "tier_cross",
    "lorenz",
    "figures",
    "forecast_assumptions",
    "priority",
)


@dataclass(frozen=True, slots=True)
class OutlookSettings:
    """The parts of the configuration that the outlook obeys.

    `won_from`, `pipeline_from`: tables of single deals that those amounts come from, else "".
    `has_churn`: a validated churn probability stands in the measures, by which accounts rank.
    """

    forecast: ForecastSettings = field(default_factory=ForecastSettings)
    matrix: MatrixSettings = field(default_factory=MatrixSettings)
    won_from: str = ""
    pipeline_from: str = ""
    has_churn: bool = False


def outlook_settings(config: Config, plan: MeasurePlan) -> OutlookSettings:
    """Return what the outlook obeys under a configuration and the providers of its measures."""

    def deals_behind(measure: str) -> str:
        provider = plan.provider(measure)
        return provider.family if provider and provider.family in DEALS else ""

    return OutlookSettings(
        config.forecast,
        config.matrix,
        won_from=deals_behind("won_amount_12m"),
        pipeline_from=deals_behind("current_pipeline_amount"),
        has_churn=validated_churn(config) is not None,
    )


@dataclass(frozen=True, slots=True)
class OutlookResult:
    """What the outlook found beside its tables: findings, the forecast's basis, single figures."""

    findings: tuple[Finding, ...]
    basis: ForecastBasis
    assumptions: tuple[OutlookAssumption, ...]
    figures: tuple[Figure, ...]
    silence_cut: SilenceCut | None
    scenarios: tuple[str, ...]

    def figure(self, name: str) -> Figure:
        """Return one figure by name. Errors: KeyError."""
        return {f.figure: f for f in self.figures}[name]


def build_outlook(
    engine: Engine,
    cards: Sequence[Scorecard],
    settings: OutlookSettings,
    as_of: date,
    rng_seed: int = 7,
    progress: Progress | None = None,
) -> OutlookResult:
    """Store OUTLOOK_TABLES and the view `portfolio`; return what does not fit a table.

    Needs:  tables accounts, measures, scores and contributions (docs/architecture.md); uses
            `opportunities` when it is there. `cards` are the fitted cards in `scores`.
    Source: docs/outlook.md
    """
    by_name = {card.scorecard: card for card in cards}
    basis = store_forecast(engine, settings)
    rescored = rescore(engine, by_name, progress)
    _portfolio(engine)
    figures = [*build_matrix(engine, cards, settings.matrix, rng_seed)]
    compare_low_accounts(engine, by_name, rng_seed)
    measure_drivers(engine, by_name)
    cut = split_low_tier(engine, by_name)
    _contradictions(engine, rescored.rules)
    engine.create_table("tier_cross", tier_cross_select(tuple(engine.columns("portfolio"))))
    figures += summarise_totals(engine, by_name, settings.forecast)
    figures += count_near_lines(engine, by_name)
    figures += measure_concentration(engine, rng_seed)
    figures += measure_effective_accounts(engine)
    figures += _deals(engine, basis, settings, as_of)
    _priority(engine, by_name, cut)
    assumptions = _assumptions(engine, basis, settings.forecast, as_of)
    store_rows(engine, "figures", figures, Figure)
    base = rescored.rows[0]
    repairs = {r.scenario: r for r in rescored.rows if r.kind == "repair"}
    return OutlookResult(
        findings=contradiction_findings(rescored.fired, base.low_count, repairs),
        basis=basis,
        assumptions=assumptions,
        figures=tuple(figures),
        silence_cut=cut,
        scenarios=tuple(s.name for s in rescored.scenarios),
    )


def store_forecast(engine: Engine, settings: OutlookSettings) -> ForecastBasis:
    """Store the table `forecast` of the measures and return what it rests on."""
    columns = tuple(engine.columns("measures"))
    basis = basis_of(engine.rows(basis_select(columns))[0])
    select = forecast_select(basis, settings.forecast, columns, has_churn=settings.has_churn)
    engine.create_table("forecast", select)
    return basis


def _deals(
    engine: Engine, basis: ForecastBasis, settings: OutlookSettings, as_of: date
) -> tuple[Figure, ...]:
    """Return what single deals say of the forecast: bare open ones, months that wins cover."""
    found: tuple[Figure, ...] = ()
    if settings.pipeline_from == "opportunities":
        found += open_deal_figures(engine.rows(open_deals_select(as_of))[0])
    if settings.won_from and basis.pace == "trailing_12_months":
        found += first_win_figures(engine.rows(first_win_select(settings.won_from, as_of))[0])
    return found


def _portfolio(engine: Engine) -> None:
    columns = {name: tuple(engine.columns(name)) for name in PORTFOLIO_TABLES}
    engine.create_view("portfolio", portfolio_select(columns))


def _contradictions(engine: Engine, rules: Sequence[Contradiction]) -> None:
    engine.create_table("contradictions", contradictions_select(rules))


def _priority(engine: Engine, cards: Mapping[str, Scorecard], cut: SilenceCut | None) -> None:
    rows = engine.rows(low_sizes_select())
    whole = rows[0][5] if rows else None
    select = priority_select(
        cards,
        tuple(engine.columns("portfolio")),
        sizes=people_sizes([low_size(r) for r in rows], None if whole is None else float(whole)),
        silent_days=cut.cut_days if cut else None,
    )
    engine.create_table("priority", select)


def _assumptions(
    engine: Engine, basis: ForecastBasis, settings: ForecastSettings, as_of: date
) -> tuple[OutlookAssumption, ...]:
    numbers = {
        "won_weight": settings.won_weight,
        "pipeline_weight": settings.pipeline_weight,
        "retention_factor": settings.retention_factor,
        "horizon_months": settings.horizon_months,
        "save_rate": settings.save_rate,
        "mean_win_rate": basis.mean_win_rate,
        "mean_odds_count": basis.mean_odds_count,
    }
    told = [OutlookAssumption(name, code, None) for name, code in basis.assumptions]
    told.append(OutlookAssumption("horizon_begins_after", as_of.isoformat(), None))
    told += [OutlookAssumption(n, "", None if v is None else float(v)) for n, v in numbers.items()]
    store_rows(engine, "forecast_assumptions", told, OutlookAssumption)
    return tuple(told)
