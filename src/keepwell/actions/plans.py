"""Success plans: what a plan holds, and every legal change of it. A change returns a new plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from keepwell.actions.plans_criteria import Checked, Reading
from keepwell.actions.plans_moves import Machine, require_words
from keepwell.actions.plans_templates import PlanTemplate
from keepwell.vocabulary import Bilingual, InputProblem, NotFound


class PlanStatus(StrEnum):
    """Whether people still work on the plan."""

    OPEN = "open"
    CLOSED = "closed"


class Ending(StrEnum):
    """How a plan ended."""

    COMPLETED = "completed"
    EARLY_EXIT = "early_exit"
    STOPPED = "stopped"
    CHURNED = "churned"


class MilestoneStatus(StrEnum):
    """Where a milestone stands; a closed plan leaves none open."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ObjectiveStatus(StrEnum):
    """Where an objective stands."""

    OPEN = "open"
    MET = "met"
    NOT_MET = "not_met"


class GateStatus(StrEnum):
    """Where a gate stands. A failed gate waits for a decision: waive, extend or close."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"
    WAIVED = "waived"
    DROPPED = "dropped"


MILESTONES = Machine("milestone", {"open": ("done", "dropped"), "done": (), "dropped": ()})
GATES = Machine(
    "gate",
    {
        "pending": ("passed", "failed", "waived", "dropped"),
        "failed": ("waived", "pending"),
        "passed": (),
        "waived": (),
        "dropped": (),
    },
)


@dataclass(frozen=True, slots=True)
class Objective:
    """A goal of the plan."""

    name: str
    title: Bilingual
    status: str = ObjectiveStatus.OPEN
    note: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of the plan; `on` is the day it was done or dropped."""

    name: str
    objective: str
    title: Bilingual
    due_on: date
    owner: str
    status: str = MilestoneStatus.OPEN
    on: date | None = None
    by: str = ""
    note: str = ""
    play: str | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A judgement of the plan. `on`, `run_id`: the snapshot behind the verdict."""

    number: int
    title: Bilingual
    due_on: date
    status: str = GateStatus.PENDING
    checked: tuple[Checked, ...] = ()
    run_id: str | None = None
    on: date | None = None
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SuccessPlan:
    """One plan of an account; `template` is kept as it was when the plan was opened.

    `start`: what the snapshot said when the plan began.
    """

    id: int
    account_id: str
    template: PlanTemplate
    started_on: date
    ends_on: date
    start: Reading
    objectives: tuple[Objective, ...]
    milestones: tuple[Milestone, ...]
    gates: tuple[Gate, ...]
    status: str = PlanStatus.OPEN
    ending: str | None = None
    reason: str = ""
    closed_on: date | None = None
    extended_days: int = 0
    opened_by: str = ""
    cta_id: int | None = None

    @property
    def is_open(self) -> bool:
        """Say whether people still work on it."""
        return self.status == PlanStatus.OPEN

    @property
    def next_gate(self) -> Gate | None:
        """Return the first gate that has no verdict yet."""
        return next((g for g in self.gates if g.status == GateStatus.PENDING), None)

    @property
    def awaits_decision(self) -> bool:
        """Say whether the last judged gate failed and nobody has decided what follows."""
        judged = [g for g in self.gates if g.status not in (GateStatus.PENDING, GateStatus.DROPPED)]
        return self.is_open and bool(judged) and judged[-1].status == GateStatus.FAILED

    def milestone(self, name: str) -> Milestone:
        """Return a milestone. Errors: NotFound."""
        found = next((m for m in self.milestones if m.name == name), None)
        if found is None:
            raise NotFound(
                f"Plan {self.id} has no milestone `{name}`.",
                cure=f"It has: {', '.join(m.name for m in self.milestones)}.",
            )
        return found

    def gate(self, number: int) -> Gate:
        """Return a gate by its number, 1 the first. Errors: NotFound."""
        found = next((g for g in self.gates if g.number == number), None)
        if found is None:
            raise NotFound(
                f"Plan {self.id} has no gate {number}.", cure=f"It has 1 to {len(self.gates)}."
            )
        return found


def new_plan(
    template: PlanTemplate,
    account_id: str,
    start: Reading,
    started_on: date,
    *,
    by: str,
    goals: Sequence[str] = (),
    cta_id: int | None = None,
) -> SuccessPlan:
    """Return a plan that begins on a day; `goals` are the customer's own words, two at most."""
    require_words(by=by)
    if len(goals) > 2 or any(not g.strip() for g in goals):
        raise InputProblem(
            f"A plan takes up the customer's one or two goals; {len(goals)} were given.",
            cure="Give --goal once or twice, in the customer's words.",
        )
    own = tuple(
        Objective(f"goal_{n}", Bilingual(g.strip(), g.strip())) for n, g in enumerate(goals, 1)
    )
    return SuccessPlan(
        0,
        account_id,
        template,
        started_on,
        started_on + timedelta(days=template.days),
        start,
        own + tuple(Objective(o.objective, o.title) for o in template.objectives),
        tuple(
            Milestone(
                m.milestone,
                m.objective,
                m.title,
                started_on + timedelta(days=m.day),
                m.owner,
                play=m.play,
            )
            for m in template.milestones
        ),
        tuple(
            Gate(n, g.title, started_on + timedelta(days=g.day))
            for n, g in enumerate(template.gates, 1)
        ),
        opened_by=by,
        cta_id=cta_id,
    )


def require_open(plan: SuccessPlan) -> None:
    """Refuse to change a closed plan. Errors: InputProblem."""
    if not plan.is_open:
        raise InputProblem(
            f"Plan {plan.id} was closed on {plan.closed_on} ({plan.ending}).",
            cure="Open a new plan: `keepwell plans open ACCOUNT`.",
        )
