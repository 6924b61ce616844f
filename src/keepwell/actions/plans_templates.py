"""Templates of success plans: objectives, milestones, gates, team and exit, in both languages."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from keepwell.actions.plans_criteria import FROZEN, Criterion, MilestoneCriterion, Name
from keepwell.vocabulary import Bilingual

Day = Annotated[int, Field(ge=0, le=730)]


class ObjectiveTemplate(BaseModel):
    """What the customer is to reach."""

    model_config = FROZEN
    objective: Name
    title: Bilingual


class MilestoneTemplate(BaseModel):
    """A step toward an objective, due so many days after the start.

    `owner`: a role of the playbook library. `play`: the play whose materials serve it.
    """

    model_config = FROZEN
    milestone: Name
    objective: Name
    day: Day
    owner: Name
    title: Bilingual
    play: Name | None = None


class GateTemplate(BaseModel):
    """A day on which the plan is judged, and what must hold on it."""

    model_config = FROZEN
    day: Day
    title: Bilingual
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]


class Seat(BaseModel):
    """A place in the plan's team: a part of the company and the role it should send."""

    model_config = FROZEN
    function: Name
    role: Name
    duty: Bilingual


class PlanTemplate(BaseModel):
    """One kind of success plan.

    `is_rescue`: opening it also moves the account's risk stage.
    `most_extension_days`: how far the plan may be extended in all.
    """

    model_config = FROZEN
    template: Name
    title: Bilingual
    purpose: Bilingual
    is_rescue: bool = False
    days: Annotated[int, Field(ge=1, le=730)]
    most_extension_days: Annotated[int, Field(ge=0, le=365)] = 30
    objectives: Annotated[tuple[ObjectiveTemplate, ...], Field(min_length=1)]
    milestones: Annotated[tuple[MilestoneTemplate, ...], Field(min_length=1)]
    gates: Annotated[tuple[GateTemplate, ...], Field(min_length=1)]
    team: tuple[Seat, ...] = ()

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        objectives = [o.objective for o in self.objectives]
        milestones = [m.milestone for m in self.milestones]
        days = [g.day for g in self.gates]
        wanted = [
            c.milestone for g in self.gates for c in g.criteria if isinstance(c, MilestoneCriterion)
        ]
        problems = [
            *_twice("objective", objectives),
            *_twice("milestone", milestones),
            *_missing("objective", [m.objective for m in self.milestones], objectives),
            *_missing("milestone", wanted, milestones),
        ]
        if any(later <= sooner for sooner, later in pairwise(days)):
            problems.append(f"gates must stand in the order of their days, not {days}")
        if days[-1] != self.days:
            problems.append(f"the last gate is on day {days[-1]}, the plan has {self.days} days")
        if any(m.day > self.days for m in self.milestones):
            problems.append(f"a milestone lies after day {self.days}")
        if problems:
            raise ValueError(f"plan `{self.template}`: " + "; ".join(problems))
        return self

    @property
    def measures(self) -> frozenset[str]:
        """Return the measures that its gates read."""
        found = (c for g in self.gates for c in g.criteria)
        return frozenset(c.measure for c in found if c.kind == "measure")


def _twice(kind: str, names: list[str]) -> list[str]:
    return [f"{kind} {n} is there twice" for n in sorted({n for n in names if names.count(n) > 1})]


def _missing(kind: str, wanted: list[str], known: list[str]) -> list[str]:
    return [f"{kind} {n} is not among: {', '.join(known)}" for n in wanted if n not in known]
