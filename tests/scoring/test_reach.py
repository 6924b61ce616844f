"""The least effort to the next tier: within reach, exact by recomputation, fewest moves first."""

from itertools import combinations

import pytest

from keepwell.measures import CATALOG
from keepwell.scoring import Value, least_effort, score_row
from keepwell.vocabulary import Scorecard

CARD = Scorecard.model_validate(
    {
        "scorecard": "health",
        "dimensions": [
            {
                "dimension": "activity",
                "weight": 60,
                "measures": [
                    {
                        "measure": "days_since_last_activity",
                        "weight": 50,
                        "scale": {
                            "kind": "minmax",
                            "min": 0,
                            "max": 100,
                            "direction": "lower_is_better",
                        },
                    },
                    {
                        "measure": "total_activities_30d",
                        "weight": 50,
                        "scale": {"kind": "minmax", "min": 0, "max": 30},
                    },
                ],
            },
            {
                "dimension": "rest",
                "weight": 40,
                "measures": [
                    {"measure": "contact_email_coverage", "scale": {"kind": "identity"}},
                    {
                        "measure": "annual_revenue",
                        "scale": {"kind": "minmax", "min": 0, "max": 100},
                    },
                ],
            },
        ],
    }
)
ACCOUNT: dict[str, Value] = {
    "days_since_last_activity": 80.0,
    "total_activities_30d": 3.0,
    "contact_email_coverage": 0.5,
    "annual_revenue": 10.0,
}
REACH = {
    "days_since_last_activity": 10.0,
    "total_activities_30d": 12.0,
    "contact_email_coverage": 0.9,
    "annual_revenue": 100.0,
}


def test_moves_stay_within_reach_and_end_on_the_line() -> None:
    found = least_effort(CARD, ACCOUNT, set(), CATALOG, REACH)
    assert found is not None
    assert found.next_tier == "medium"
    moved = {m.measure: m.target for m in found.moves}
    again = score_row(CARD, {**ACCOUNT, **moved}, set())
    assert again.score_micro == found.moves[-1].score_micro
    assert again.tier == "medium"
    for move in found.moves:
        assert isinstance(move.target, float)
        low, high = sorted((float(ACCOUNT[move.measure] or 0.0), REACH[move.measure]))
        assert low <= move.target <= high


def test_no_smaller_set_within_reach_would_do() -> None:
    found = least_effort(CARD, ACCOUNT, set(), CATALOG, REACH)
    assert found is not None
    movable = [n for n in REACH if n != "annual_revenue"]
    for size in range(len(found.moves)):
        for chosen in combinations(movable, size):
            tried = {**ACCOUNT, **{n: REACH[n] for n in chosen}}
            assert score_row(CARD, tried, set()).tier == "low"


def test_one_step_less_of_the_last_move_would_miss_the_line() -> None:
    found = least_effort(CARD, ACCOUNT, set(), CATALOG, REACH)
    assert found is not None
    last = found.moves[-1]
    moved: dict[str, Value] = {m.measure: m.target for m in found.moves}
    now, target = ACCOUNT[last.measure], last.target
    assert isinstance(now, float)
    assert isinstance(target, float)
    is_whole = last.measure in ("days_since_last_activity", "total_activities_30d")
    step = 1.0 if is_whole else 0.02 * abs(target - now)
    back = target - step if target > now else target + step
    assert score_row(CARD, {**ACCOUNT, **moved, last.measure: back}, set()).tier == "low"


def test_facts_about_the_firm_are_never_moved() -> None:
    only = {"annual_revenue": 100.0, "contact_email_coverage": 0.55}
    found = least_effort(CARD, ACCOUNT, set(), CATALOG, only)
    assert found is not None
    assert found.moves == ()


def test_what_was_unknown_may_become_known() -> None:
    account = {**ACCOUNT, "contact_email_coverage": None}
    reach = {"contact_email_coverage": 1.0, "days_since_last_activity": 60.0}
    found = least_effort(CARD, account, set(), CATALOG, reach)
    assert found is not None
    moved: dict[str, Value] = {m.measure: m.target for m in found.moves}
    if found.moves:
        assert score_row(CARD, {**account, **moved}, set()).tier == "medium"


@pytest.mark.parametrize("revenue", [None, 100.0])
def test_the_top_tier_and_no_score_need_no_effort(revenue: float | None) -> None:
    best = {n: REACH[n] for n in REACH} | {"total_activities_30d": 30.0}
    account: dict[str, Value] = {} if revenue is None else {**best, "annual_revenue": revenue}
    assert least_effort(CARD, account, set(), CATALOG, REACH) is None
