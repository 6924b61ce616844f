"""A shipped scorecard without a project: over the tables of a CRM, fitted to example statistics."""

from dataclasses import dataclass
from datetime import date

from keepwell.definitions.whole import Subject
from keepwell.measures import CATALOG, MeasureSettings, plan_measures
from keepwell.outlook import ForecastBasis, ForecastWeights
from keepwell.scoring import CardUse, Statistic, fit, fit_requests
from keepwell.vocabulary import TABLES, Scorecard

# What a CRM without an account view delivers.
CRM_TABLES = ("accounts", "contacts", "activities", "opportunities")


@dataclass(frozen=True, slots=True)
class ExampleFit:
    """The statistics that a shipped card is fitted to where there is no project."""

    note: str
    as_of: date
    statistics: tuple[Statistic, ...]
    mean_win_rate: float | None


def shipped_subject(
    card: Scorecard, fitting: ExampleFit, weights: ForecastWeights, as_of: date | None = None
) -> Subject:
    """Return a shipped card over the tables of a CRM; its bounds are those of the example."""
    wanted = {r.measure for r in fit_requests(card, CATALOG)}
    known = [s for s in fitting.statistics if s.measure in wanted]
    plan = plan_measures(frozenset(f"{t}.{c.name}" for t in CRM_TABLES for c in TABLES[t].columns))
    return Subject(
        title=card.scorecard,
        as_of=as_of or fitting.as_of,
        plan=plan,
        settings=MeasureSettings(),
        uses=(CardUse(fit(card, known, fitting.note)),),
        basis=ForecastBasis(plan.available, 0, fitting.mean_win_rate, 0),
        weights=weights,
    )
