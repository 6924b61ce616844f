"""Risk stages: the table of legal moves, and recovery only on evidence."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.plan_world import rescue
from keepwell.actions import (
    Evidence,
    RecoveryRule,
    Stage,
    StageMove,
    move_stage,
    recovery_evidence,
    settle_milestone,
    stage_after_change,
    stages_after_opening,
)
from keepwell.vocabulary import InputProblem

TODAY = date(2026, 6, 30)
RULE = RecoveryRule()
LEGAL = {
    ("none", "at_risk"),
    ("none", "lost"),
    ("at_risk", "plan_in_place"),
    ("at_risk", "recovered"),
    ("at_risk", "lost"),
    ("plan_in_place", "saving"),
    ("plan_in_place", "at_risk"),
    ("plan_in_place", "recovered"),
    ("plan_in_place", "lost"),
    ("saving", "at_risk"),
    ("saving", "recovered"),
    ("saving", "lost"),
    ("recovered", "at_risk"),
    ("recovered", "lost"),
    ("lost", "at_risk"),
}
STAGES = [str(s) for s in Stage]


def back(days: int, score: float | None) -> tuple[date, int | None]:
    return TODAY - timedelta(days=days), None if score is None else round(score * 1e6)


GOOD = recovery_evidence([back(d, 60) for d in range(0, 15, 7)], TODAY, RULE)


@pytest.mark.parametrize("before", STAGES)
@pytest.mark.parametrize("after", STAGES)
def test_only_moves_of_the_table_are_legal(before: str, after: str) -> None:
    def move(evidence: Evidence | None = GOOD, plan: int | None = 1) -> StageMove:
        has_left = after == Stage.LOST
        return move_stage(
            "A1", before, after, reason="r", evidence=evidence, has_left=has_left, open_plan=plan
        )

    if (before, after) in LEGAL:
        assert move().after == after
    else:
        with pytest.raises(InputProblem, match="cannot become"):
            move()


@given(
    st.lists(st.tuples(st.sampled_from(STAGES), st.booleans(), st.booleans(), st.booleans())),
)
def test_random_wishes_never_lead_to_a_stage_without_its_ground(
    wishes: list[tuple[str, bool, bool, bool]],
) -> None:
    stage = "none"
    for after, is_good, has_left, has_plan in wishes:
        evidence = GOOD if is_good else None
        try:
            move = move_stage(
                "A1",
                stage,
                after,
                reason="r",
                evidence=evidence,
                has_left=has_left,
                open_plan=1 if has_plan else None,
            )
        except InputProblem:
            continue
        assert (stage, after) in LEGAL
        assert after != "recovered" or is_good
        assert after != "lost" or has_left
        assert after not in ("plan_in_place", "saving") or has_plan
        stage = move.after


@pytest.mark.parametrize(
    ("series", "shortfall"),
    [
        ([back(14, 55), back(7, 70), back(0, 55)], "none"),
        # The snapshot before the window speaks for its first day.
        ([back(16, 55), back(9, 70), back(2, 55)], "none"),
        # Eight days between two snapshots are no gap yet.
        ([back(16, 60), back(8, 60), back(0, 60)], "none"),
        ([back(13, 90), back(7, 90), back(0, 90)], "too_short"),
        ([back(14, 54.999999), back(7, 90), back(0, 90)], "below_line"),
        ([back(15, 20), back(14, 60), back(7, 60), back(0, 60)], "none"),
        ([back(14, 90), back(5, 90), back(0, 90)], "gap"),
        ([back(23, 90), back(16, 90), back(9, 90)], "gap"),
        ([back(14, 90), back(7, None), back(0, 90)], "unknown_score"),
        ([], "no_snapshot"),
        # Later days never speak for an earlier one.
        ([back(-1, 90), back(-20, 90)], "no_snapshot"),
    ],
)
def test_recovery_needs_the_line_held_for_the_time(
    series: list[tuple[date, int | None]], shortfall: str
) -> None:
    assert recovery_evidence(series, TODAY, RULE).shortfall == shortfall
    assert recovery_evidence(series[::-1], TODAY, RULE).shortfall == shortfall


def test_a_rescue_plan_moves_the_stage_and_its_end_does_not_claim_recovery() -> None:
    moves = stages_after_opening("none", 1)
    assert [(m.before, m.after) for m in moves] == [
        ("none", "at_risk"),
        ("at_risk", "plan_in_place"),
    ]
    assert stages_after_opening("saving", 1) == ()
    plan = rescue()
    assert stage_after_change("plan_in_place", plan) is None
    begun = settle_milestone(plan, "facts_verified", "done", on=TODAY, by="Li")
    move = stage_after_change("plan_in_place", begun)
    assert move is not None
    assert move.after == "saving"
    done = replace(begun, status="closed", ending="completed", reason="all gates passed")
    assert stage_after_change("saving", done) is None
    stopped = stage_after_change("saving", replace(done, ending="stopped"))
    assert stopped is not None
    assert stopped.after == "at_risk"
