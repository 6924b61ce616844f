"""Everything that plans work by, shipped and changed by a project: templates, causes, rules."""

from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, Field, model_validator

from keepwell.actions.briefs_cadence import Cadence
from keepwell.actions.diagnosis import Cause
from keepwell.actions.help_requests import HelpRules
from keepwell.actions.help_requests_hours import WorkingTime
from keepwell.actions.plans_criteria import FROZEN, Name
from keepwell.actions.plans_templates import PlanTemplate
from keepwell.actions.programmes import Programme
from keepwell.actions.stages import RecoveryRule
from keepwell.playbooks import Library
from keepwell.vocabulary import Bilingual, InputProblem

Named = TypeVar("Named", bound=BaseModel)


class RoadmapItem(BaseModel):
    """Something the company will ship, and the measures of the customers whom it helps."""

    model_config = FROZEN
    item: Name
    title: Bilingual
    quarter: Annotated[str, Field(pattern=r"^\d{4}-Q[1-4]$")]
    helps: tuple[Name, ...] = ()


class Question(BaseModel):
    """A question for a review, asked where the measure is among those that cost most points."""

    model_config = FROZEN
    measure: Name
    text: Bilingual


class PlanBook(BaseModel):
    """The templates and rules of success plans, risk stages, requests, reviews, programmes."""

    model_config = FROZEN
    templates: tuple[PlanTemplate, ...]
    causes: tuple[Cause, ...]
    programmes: tuple[Programme, ...]
    recovery: RecoveryRule
    working: WorkingTime
    help: HelpRules
    reviews: tuple[Cadence, ...]
    questions: tuple[Question, ...] = ()
    roadmap: tuple[RoadmapItem, ...] = ()

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        for kind, names in (
            ("template", [t.template for t in self.templates]),
            ("cause", [c.cause for c in self.causes]),
            ("programme", [p.programme for p in self.programmes]),
            ("team", [t.team for t in self.help.teams]),
            ("roadmap item", [r.item for r in self.roadmap]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"{kind} `{twice[0]}` is defined twice")
        return self

    def template(self, name: str) -> PlanTemplate:
        """Return a template. Errors: InputProblem."""
        found = next((t for t in self.templates if t.template == name), None)
        if found is None:
            names = ", ".join(t.template for t in self.templates)
            raise InputProblem(f"`{name}` is no kind of plan.", cure=f"Use one of {names}.")
        return found


class PlanChanges(BaseModel):
    """What a project's plans.yml may say: named things replace or add, rules replace."""

    model_config = FROZEN
    templates: tuple[PlanTemplate, ...] = ()
    causes: tuple[Cause, ...] = ()
    programmes: tuple[Programme, ...] = ()
    recovery: RecoveryRule | None = None
    working: WorkingTime | None = None
    help: HelpRules | None = None
    reviews: tuple[Cadence, ...] | None = Field(default=None, min_length=1)
    questions: tuple[Question, ...] = ()
    roadmap: tuple[RoadmapItem, ...] = ()


def changed(book: PlanBook, changes: PlanChanges) -> PlanBook:
    """Return the book with a project's changes laid over it."""
    return PlanBook(
        templates=_laid({t.template: t for t in book.templates}, changes.templates, "template"),
        causes=_laid({c.cause: c for c in book.causes}, changes.causes, "cause"),
        programmes=_laid(
            {p.programme: p for p in book.programmes}, changes.programmes, "programme"
        ),
        recovery=changes.recovery or book.recovery,
        working=changes.working or book.working,
        help=changes.help or book.help,
        reviews=changes.reviews or book.reviews,
        questions=(*changes.questions, *book.questions),
        roadmap=(*book.roadmap, *changes.roadmap),
    )


def _laid(shipped: dict[str, Named], own: tuple[Named, ...], key: str) -> tuple[Named, ...]:
    return tuple({**shipped, **{str(getattr(x, key)): x for x in own}}.values())


def unknown_names(book: PlanBook, library: Library, measures: frozenset[str]) -> tuple[str, ...]:
    """Return what the book names and nobody has: plays, roles, measures; empty when it fits."""
    plays = {p.play for p in library.plays}
    used_plays = {m.play for t in book.templates for m in t.milestones if m.play}
    used_plays |= {p.play for p in book.programmes}
    roles = {m.owner for t in book.templates for m in t.milestones}
    roles |= {s.role for t in book.templates for s in t.team}
    used = {name for t in book.templates for name in t.measures}
    used |= {q.measure for q in book.questions} | {m for r in book.roadmap for m in r.helps}
    return (
        *(f"play `{n}`" for n in sorted(used_plays - plays)),
        *(f"role `{n}`" for n in sorted(roles - set(library.roles))),
        *(f"measure `{n}`" for n in sorted(used - measures)),
    )
