"""Risk stages of an account: which may follow which, and on what evidence an account recovered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pydantic import BaseModel, Field

from keepwell.actions.plans import Ending, GateStatus, MilestoneStatus, SuccessPlan
from keepwell.actions.plans_criteria import FROZEN
from keepwell.actions.plans_moves import Machine, require_words
from keepwell.vocabulary import MICRO_PER_POINT, InputProblem, truncate_points


class Stage(StrEnum):
    """How far the rescue of an account is; `none` is an account that was never at risk."""

    NONE = "none"
    AT_RISK = "at_risk"
    PLAN_IN_PLACE = "plan_in_place"
    SAVING = "saving"
    RECOVERED = "recovered"
    LOST = "lost"


class StageReason(StrEnum):
    """Reasons that the product gives itself; people give theirs in words."""

    PLAN_OPENED = "plan_opened"
    FIRST_STEP = "first_step"
    PLAN_STOPPED = "plan_stopped"
    LEFT = "left"


STAGES = Machine(
    "risk stage",
    {
        "none": ("at_risk", "lost"),
        "at_risk": ("plan_in_place", "recovered", "lost"),
        "plan_in_place": ("saving", "at_risk", "recovered", "lost"),
        "saving": ("at_risk", "recovered", "lost"),
        "recovered": ("at_risk", "lost"),
        # A customer who came back may be at risk again.
        "lost": ("at_risk",),
    },
)


class RecoveryRule(BaseModel):
    """When an account counts as recovered: at or over the line on every snapshot for the days.

    `most_gap_days`: longer without a snapshot, and nobody can say that the score held.
    """

    model_config = FROZEN
    exit_line: float = Field(default=55, ge=0, le=100)
    days: int = Field(default=14, ge=1, le=180)
    most_gap_days: int = Field(default=8, ge=1, le=60)


class Shortfall(StrEnum):
    """Why evidence of recovery is missing."""

    NONE = "none"
    NO_SNAPSHOT = "no_snapshot"
    TOO_SHORT = "too_short"
    GAP = "gap"
    UNKNOWN_SCORE = "unknown_score"
    BELOW_LINE = "below_line"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether the score held the line for the time stated, and what it rests on."""

    shortfall: str
    line_micro: int
    days: int
    since: date | None
    until: date | None
    snapshots: int
    lowest_micro: int | None

    @property
    def is_met(self) -> bool:
        """Say whether the account may be called recovered."""
        return self.shortfall == Shortfall.NONE


def recovery_evidence(
    series: Sequence[tuple[date, int | None]], as_of: date, rule: RecoveryRule
) -> Evidence:
    """Return whether the scores of `series` (one per day, any order) meet the rule on a day.

    The time begins with the newest snapshot at or before `as_of - days`.
    """
    line = round(rule.exit_line * MICRO_PER_POINT)
    known = sorted((day, micro) for day, micro in series if day <= as_of)
    begins = as_of - timedelta(days=rule.days)
    earlier = [day for day, _ in known if day <= begins]
    first = max(earlier) if earlier else None
    wanted = [(day, micro) for day, micro in known if first is None or day >= first]
    days = [day for day, _ in wanted]
    scores = [micro for _, micro in wanted if micro is not None]
    shortfall = _shortfall(days, scores, first, as_of, line, rule)
    return Evidence(
        shortfall,
        line,
        rule.days,
        days[0] if days else None,
        days[-1] if days else None,
        len(days),
        min(scores, default=None),
    )


def _shortfall(
    days: Sequence[date],
    scores: Sequence[int],
    first: date | None,
    as_of: date,
    line: int,
    rule: RecoveryRule,
) -> Shortfall:
    if not days:
        return Shortfall.NO_SNAPSHOT
    if any(score < line for score in scores):
        return Shortfall.BELOW_LINE
    if len(scores) < len(days):
        return Shortfall.UNKNOWN_SCORE
    if first is None:
        return Shortfall.TOO_SHORT
    steps = zip(days, [*days[1:], as_of], strict=True)
    if any((later - sooner).days > rule.most_gap_days for sooner, later in steps):
        return Shortfall.GAP
    return Shortfall.NONE


@dataclass(frozen=True, slots=True)
class StageMove:
    """A change of an account's risk stage."""

    before: str
    after: str
    reason: str
    plan_id: int | None = None
    evidence: Evidence | None = None


def move_stage(
    account_id: str,
    before: str,
    after: str,
    *,
    reason: str,
    evidence: Evidence | None = None,
    has_left: bool = False,
    open_plan: int | None = None,
) -> StageMove:
    """Return a legal change of stage.

    Errors: InputProblem when it is not legal, has no reason, or lacks what it rests on:
    `plan_in_place` and `saving` an open plan, `recovered` evidence, `lost` a customer who left.
    """
    require_words(reason=reason)
    if after not in [str(s) for s in Stage]:
        raise InputProblem(f"`{after}` is no risk stage.", cure=f"Use {', '.join(Stage)}.")
    STAGES.require(before, after, f"Account `{account_id}`")
    if after in (Stage.PLAN_IN_PLACE, Stage.SAVING) and open_plan is None:
        raise InputProblem(
            f"Account `{account_id}` has no open plan.",
            cure=f"Open one: `keepwell plans open {account_id}`.",
        )
    if after == Stage.RECOVERED:
        _require_evidence(account_id, evidence)
    if after == Stage.LOST and not has_left:
        raise InputProblem(
            f"Account `{account_id}` is still a customer in the data.",
            cure="Set its leaving date (accounts.churned_at) in the source, then run again.",
        )
    if before == Stage.LOST and has_left:
        raise InputProblem(
            f"Account `{account_id}` has left in the data; it is not at risk any more.",
            cure="A customer who came back has no leaving date: correct the source.",
        )
    return StageMove(before, after, reason, open_plan, evidence)


def _require_evidence(account_id: str, evidence: Evidence | None) -> None:
    if evidence is not None and evidence.is_met:
        return
    shortfall = Shortfall.NO_SNAPSHOT if evidence is None else evidence.shortfall
    lowest = None if evidence is None else evidence.lowest_micro
    seen = "nothing" if lowest is None else f"a lowest score of {truncate_points(lowest)}"
    line = "" if evidence is None else f" of {truncate_points(evidence.line_micro, 0)}"
    days = "" if evidence is None else f" for {evidence.days} days"
    raise InputProblem(
        f"Account `{account_id}` has not recovered: {seen} ({shortfall}).",
        cure=f"It must hold the exit line{line}{days} on every snapshot: `keepwell plans show`.",
        shortfall=str(shortfall),
    )


def stages_after_opening(before: str, plan_id: int) -> tuple[StageMove, ...]:
    """Return the stages that a new rescue plan leads to, from any stage."""
    moves = []
    stage, reason = before, str(StageReason.PLAN_OPENED)
    if stage in (Stage.NONE, Stage.RECOVERED, Stage.LOST):
        moves.append(StageMove(stage, Stage.AT_RISK, reason, plan_id))
        stage = Stage.AT_RISK
    if stage == Stage.AT_RISK:
        moves.append(StageMove(stage, Stage.PLAN_IN_PLACE, reason, plan_id))
    return tuple(moves)


def stage_after_change(before: str, plan: SuccessPlan) -> StageMove | None:
    """Return the stage that follows from what became of a rescue plan; None when it stays.

    The first milestone done, or gate passed, begins the saving; a plan that is stopped leaves
    the account at risk. Recovery and loss are never inferred from a plan.
    """
    if not plan.template.is_rescue:
        return None
    has_begun = any(m.status == MilestoneStatus.DONE for m in plan.milestones) or any(
        g.status == GateStatus.PASSED for g in plan.gates
    )
    if plan.is_open and before == Stage.PLAN_IN_PLACE and has_begun:
        return StageMove(before, Stage.SAVING, StageReason.FIRST_STEP, plan.id)
    is_in_plan = before in (Stage.PLAN_IN_PLACE, Stage.SAVING)
    if plan.ending == Ending.STOPPED and is_in_plan:
        return StageMove(before, Stage.AT_RISK, StageReason.PLAN_STOPPED, plan.id)
    return None
