"""Steps of people within a plan: milestones, objectives, and its end."""

from dataclasses import replace
from datetime import date

from keepwell.actions.plans import (
    MILESTONES,
    Ending,
    GateStatus,
    Milestone,
    MilestoneStatus,
    ObjectiveStatus,
    PlanStatus,
    SuccessPlan,
    require_open,
)
from keepwell.actions.plans_moves import require_words
from keepwell.vocabulary import Bilingual, InputProblem, NotFound

# The note of what a closing plan leaves undone.
PLAN_CLOSED = "plan_closed"


def settle_milestone(
    plan: SuccessPlan, name: str, status: str, *, on: date, by: str, note: str = ""
) -> SuccessPlan:
    """Return the plan with a milestone done, or dropped with a note. Errors: InputProblem."""
    require_open(plan)
    require_words(by=by)
    if status == MilestoneStatus.DROPPED:
        require_words(reason=note)
    old = plan.milestone(name)
    MILESTONES.require(old.status, status, f"Milestone `{name}` of plan {plan.id}")
    new = replace(old, status=status, on=on, by=by, note=note)
    return replace(plan, milestones=tuple(new if m is old else m for m in plan.milestones))


def add_milestone(plan: SuccessPlan, title: str, due_on: date, owner: str) -> SuccessPlan:
    """Return the plan with a milestone of its own. Errors: InputProblem for the day."""
    require_open(plan)
    require_words(title=title, owner=owner)
    if not plan.started_on <= due_on <= plan.ends_on:
        raise InputProblem(
            f"The milestone would be due on {due_on}, outside the plan.",
            cure=f"Give a day from {plan.started_on} to {plan.ends_on}, or extend the plan first.",
        )
    own = sum(m.name.startswith("own_") for m in plan.milestones)
    text = Bilingual(title.strip(), title.strip())
    new = Milestone(f"own_{own + 1}", plan.objectives[0].name, text, due_on, owner)
    return replace(plan, milestones=(*plan.milestones, new))


def settle_objective(plan: SuccessPlan, name: str, status: str, note: str) -> SuccessPlan:
    """Return the plan with an objective met or not met. Errors: NotFound, InputProblem."""
    require_open(plan)
    known = {o.name: o for o in plan.objectives}
    if name not in known:
        raise NotFound(
            f"Plan {plan.id} has no objective `{name}`.", cure=f"It has: {', '.join(known)}."
        )
    if status not in [str(s) for s in ObjectiveStatus]:
        raise InputProblem(
            f"`{status}` is no state of an objective.",
            cure=f"Use {', '.join(ObjectiveStatus)}.",
        )
    new = replace(known[name], status=status, note=note)
    return replace(plan, objectives=tuple(new if o.name == name else o for o in plan.objectives))


def close_plan(
    plan: SuccessPlan, ending: str, *, on: date, by: str, reason: str, is_exit_met: bool = False
) -> SuccessPlan:
    """Return the plan closed; what is open in it is dropped by name, never lost.

    Errors: InputProblem when the ending is not earned: `completed` needs every gate passed or
    waived, `early_exit` needs the exit criteria met now.
    """
    require_open(plan)
    require_words(by=by, reason=reason)
    if ending not in [str(e) for e in Ending]:
        raise InputProblem(f"`{ending}` is no ending.", cure=f"Use {', '.join(Ending)}.")
    undecided = [g.number for g in plan.gates if g.status not in ("passed", "waived")]
    if ending == Ending.COMPLETED and undecided:
        raise InputProblem(
            f"Plan {plan.id} is not complete: gates {undecided} are neither passed nor waived.",
            cure="Judge or waive them, or close it as stopped or early_exit.",
        )
    if ending == Ending.EARLY_EXIT and not is_exit_met:
        raise InputProblem(
            f"Plan {plan.id} cannot end early: the exit criteria are not met.",
            cure="`keepwell plans show` lists them with today's values; `stopped` needs none.",
        )
    return replace(
        plan,
        status=PlanStatus.CLOSED,
        ending=ending,
        reason=reason,
        closed_on=on,
        milestones=tuple(
            replace(m, status=MilestoneStatus.DROPPED, on=on, by=by, note=PLAN_CLOSED)
            if m.status == MilestoneStatus.OPEN
            else m
            for m in plan.milestones
        ),
        gates=tuple(
            replace(g, status=GateStatus.DROPPED, by=by, reason=PLAN_CLOSED)
            if g.status == GateStatus.PENDING
            else g
            for g in plan.gates
        ),
    )
