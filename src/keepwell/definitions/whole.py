"""All definitions of one subject, in an order in which each reads only earlier ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from keepwell.definitions.calendar import calendar_definition, days_read
from keepwell.definitions.definition import Definition
from keepwell.definitions.judged import outlook_definitions
from keepwell.definitions.measured import measure_definitions
from keepwell.definitions.scored import score_definitions
from keepwell.measures import MeasurePlan, MeasureSettings
from keepwell.outlook import ForecastBasis, ForecastWeights
from keepwell.scoring import CardUse, layout_of


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be defined: fitted cards on a measure plan, and what a run learned of the whole.

    `title`:    the project or the shipped card.
    `seen`:     patterns of missing measures that a run found, by card.
    `overrides`: account and tier of each override in force.
    """

    title: str
    as_of: date
    plan: MeasurePlan
    settings: MeasureSettings
    uses: tuple[CardUse, ...]
    basis: ForecastBasis
    weights: ForecastWeights
    seen: Mapping[str, Sequence[int]] = field(default_factory=dict)
    overrides: tuple[tuple[str, str], ...] = ()


def define(subject: Subject) -> tuple[Definition, ...]:
    """Return all definitions from the calendar to the risk matrix.

    Errors: SqlNotAllowed for a `when` that is not portable.
    """
    scored_by = {m.measure for u in subject.uses for m in u.card.measures}
    chosen = tuple((m, p) for m, p in subject.plan.chosen if p is not None or m.name in scored_by)
    plan = MeasurePlan(chosen)
    measured = measure_definitions(plan, subject.settings)
    scored = score_definitions(subject.uses, plan, subject.seen, subject.overrides)
    layout = layout_of([u.card for u in subject.uses])
    judged = outlook_definitions(plan, subject.basis, subject.weights, layout.score_columns)
    made = (*measured, *scored, *judged)
    days = {d for one in made if one.select is not None for d in days_read(one.select)}
    return (calendar_definition(subject.as_of, days), *made)
