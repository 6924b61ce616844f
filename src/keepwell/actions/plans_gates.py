"""Gates of a plan: judged in order from a snapshot, waived or extended by people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from keepwell.actions.plans import (
    GATES,
    Gate,
    GateStatus,
    MilestoneStatus,
    SuccessPlan,
    require_open,
)
from keepwell.actions.plans_criteria import Checked, Met, Reading, verdict
from keepwell.actions.plans_moves import require_words
from keepwell.vocabulary import InputProblem

# A snapshot so many days before the gate still speaks for its day; else the next one does.
SPEAKS_FOR_DAYS = 7
SYSTEM = "keepwell"


def snapshot_for(due_on: date, days: Sequence[date]) -> date | None:
    """Return the day of the snapshot that speaks for a gate; None while there is none.

    >>> snapshot_for(date(2026, 3, 31), [date(2026, 3, 30), date(2026, 4, 2)])
    datetime.date(2026, 3, 30)
    >>> snapshot_for(date(2026, 3, 31), [date(2026, 3, 1), date(2026, 4, 2)])
    datetime.date(2026, 4, 2)
    >>> snapshot_for(date(2026, 3, 31), [date(2026, 3, 30)]) is None
    True
    """
    after = [d for d in days if d >= due_on]
    if not after:
        return None
    before = [d for d in days if due_on - timedelta(days=SPEAKS_FOR_DAYS) <= d <= due_on]
    return max(before) if before else min(after)


def checks(plan: SuccessPlan, gate: Gate, now: Reading) -> tuple[Checked, ...]:
    """Return every criterion of a gate as the reading has it, on the gate's day."""
    template = plan.template.gates[gate.number - 1]
    done = frozenset(
        m.name
        for m in plan.milestones
        if m.status == MilestoneStatus.DONE and m.on is not None and m.on <= gate.due_on
    )
    return tuple(c.judge(now, plan.start, done) for c in template.criteria)


def judge_gate(plan: SuccessPlan, number: int, now: Reading, *, by: str = SYSTEM) -> SuccessPlan:
    """Return the plan with the gate passed or failed; an unknown value leaves it pending.

    What was found is kept on the gate either way.
    Errors: InputProblem when an earlier gate has no verdict, or this one has.
    """
    gate = _in_order(plan, number)
    found = checks(plan, gate, now)
    result = verdict(found)
    if result is Met.UNKNOWN:
        GATES.require(gate.status, GateStatus.PASSED, f"Gate {number} of plan {plan.id}")
        return _with(plan, replace(gate, checked=found, run_id=now.run_id, on=now.as_of))
    status = GateStatus.PASSED if result is Met.YES else GateStatus.FAILED
    GATES.require(gate.status, status, f"Gate {number} of plan {plan.id}")
    new = replace(gate, status=status, checked=found, run_id=now.run_id, on=now.as_of, by=by)
    return _with(plan, new)


def decide_gate(
    plan: SuccessPlan, number: int, status: str, *, by: str, reason: str
) -> SuccessPlan:
    """Return the plan with a person's verdict on a gate, always with its reason.

    A person may waive a pending or failed gate, and may pass or fail one that the data leave
    open. Errors: InputProblem.
    """
    require_words(by=by, reason=reason)
    gate = _in_order(plan, number)
    if status not in (GateStatus.PASSED, GateStatus.FAILED, GateStatus.WAIVED):
        raise InputProblem(f"`{status}` is no verdict.", cure="Use passed, failed or waived.")
    is_open_to_people = any(c.met is Met.UNKNOWN for c in gate.checked)
    if status != GateStatus.WAIVED and not is_open_to_people:
        raise InputProblem(
            f"Gate {number} of plan {plan.id} is judged by the snapshot of its day, not by hand.",
            cure="Wait for the run of that day, or waive it with a reason.",
        )
    GATES.require(gate.status, status, f"Gate {number} of plan {plan.id}")
    return _with(plan, replace(gate, status=status, by=by, reason=reason))


def extend_plan(plan: SuccessPlan, days: int, *, on: date, by: str, reason: str) -> SuccessPlan:
    """Return the plan with its pending gates and its end moved; a failed gate is judged again.

    `on`: the day of the decision; a failed gate is due so many days after it.
    Errors: InputProblem past the template's limit, or when no gate is left to move.
    """
    require_open(plan)
    require_words(by=by, reason=reason)
    left = plan.template.most_extension_days - plan.extended_days
    if not 1 <= days <= left:
        raise InputProblem(
            f"Plan {plan.id} cannot be extended by {days} days.",
            cure=f"It may be extended by 1 to {left} days."
            if left
            else f"It was extended by {plan.extended_days} days, the most there is; "
            "close it or waive the gate.",
        )
    again = [g.number for g in plan.gates if g.status == GateStatus.FAILED][-1:]
    again = again if plan.awaits_decision else []
    if not again and plan.next_gate is None:
        raise InputProblem(f"Plan {plan.id} has no gate left to move.", cure="Close it.")
    step = timedelta(days=days)
    gates: list[Gate] = []
    for gate in plan.gates:
        if gate.number in again:
            due = max(gate.due_on, on) + step
            gates.append(replace(gate, due_on=due, status=GateStatus.PENDING, by="", reason=""))
        elif gate.status == GateStatus.PENDING:
            # Gates stay in the order of their days, however late the decision came.
            due = max([gate.due_on + step, *(g.due_on for g in gates[-1:])])
            gates.append(replace(gate, due_on=due))
        else:
            gates.append(gate)
    milestones = tuple(
        replace(m, due_on=m.due_on + step) if m.status == MilestoneStatus.OPEN else m
        for m in plan.milestones
    )
    return replace(
        plan,
        gates=tuple(gates),
        milestones=milestones,
        ends_on=max(plan.ends_on + step, gates[-1].due_on),
        extended_days=plan.extended_days + days,
    )


def due_gate(plan: SuccessPlan, days: Sequence[date]) -> tuple[Gate, date] | None:
    """Return the next gate that can be judged and the day of its snapshot; None if there is none.

    A plan that awaits a decision on a failed gate goes on: the next gate is judged all the same.
    """
    gate = plan.next_gate
    if not plan.is_open or gate is None:
        return None
    day = snapshot_for(gate.due_on, [d for d in days if d >= plan.started_on])
    return None if day is None else (gate, day)


def _in_order(plan: SuccessPlan, number: int) -> Gate:
    require_open(plan)
    gate = plan.gate(number)
    first = plan.next_gate
    if gate.status == GateStatus.PENDING and first is not None and first.number < number:
        raise InputProblem(
            f"Gate {number} of plan {plan.id} cannot be judged before gate {first.number}.",
            cure=f"Gate {first.number} is due on {first.due_on}; judge or waive it first.",
        )
    return gate


def _with(plan: SuccessPlan, new: Gate) -> SuccessPlan:
    return replace(plan, gates=tuple(new if g.number == new.number else g for g in plan.gates))
