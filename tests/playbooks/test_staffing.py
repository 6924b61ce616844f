"""Priority, hours and cuts on the numbers of a hand-made example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.adapters.playbook_library import load_library
from keepwell.playbooks import StaffingRow, StrategyCell, cut_to, rank_cells, staffing

LIBRARY = load_library()


def cell(
    tier: str, size: str, accounts: int, amount: float | None, urgent: int = 0
) -> StrategyCell:
    return StrategyCell(
        tier=tier,
        size=size,
        playbook=LIBRARY.playbook(tier, size),
        accounts=accounts,
        contribution_amount=amount,
        at_risk_amount=amount if tier == "low" else None,
        urgent=urgent,
    )


CELLS = (
    cell("low", "Enterprise", 0, None),
    cell("low", "Large", 7, 162.1, urgent=2),
    cell("low", "Mid-Market", 14, 52.7),
    cell("low", "Small Business", 12, 8.1),
    cell("medium", "Enterprise", 13, 3866.0),
    cell("medium", "Large", 23, 628.7),
    cell("medium", "Mid-Market", 23, 132.6),
    cell("medium", "Small Business", 5, None),
    cell("high", "Enterprise", 3, 2363.0),
)


def test_cells_rank_by_loss_avoided_then_by_contribution() -> None:
    ranked = rank_cells(CELLS, 0.5)
    assert [(r.cell.tier, r.cell.size) for r in ranked] == [
        ("low", "Large"),
        ("low", "Mid-Market"),
        ("low", "Small Business"),
        ("medium", "Enterprise"),
        ("high", "Enterprise"),
        ("medium", "Large"),
        ("medium", "Mid-Market"),
        ("medium", "Small Business"),
    ]
    assert ranked[0].avoided_amount == pytest.approx(81.05)
    assert [r.avoided_amount for r in ranked[3:]] == [None] * 5


def test_hours_are_accounts_times_declared_hours() -> None:
    plan = staffing(rank_cells(CELLS, 1.0))
    assert [r.hours for r in plan.rows] == [70, 56, 6, 130, 36, 92, 34.5, 2.5]
    assert plan.hours == pytest.approx(427.0)
    assert plan.people == pytest.approx(427 / 120)


def test_enough_people_means_no_cut() -> None:
    done = cut_to(staffing(rank_cells(CELLS, 1.0)), 4)
    assert done.cuts == ()
    assert done.missing_hours == 0


def named(rows: tuple[StaffingRow, ...]) -> list[tuple[str, str]]:
    return [(r.cell.tier, r.cell.size) for r in rows]


def test_with_three_people_low_priority_goes_lean_and_the_last_cut_is_partial() -> None:
    done = cut_to(staffing(rank_cells(CELLS, 1.0)), 3)
    assert [(c.row.cell.tier, c.row.cell.size, c.kind) for c in done.cuts] == [
        ("medium", "Small Business", "lean"),
        ("medium", "Mid-Market", "lean"),
        ("medium", "Large", "lean"),
    ]
    assert [(c.hours_before, c.hours_after) for c in done.cuts] == [(2.5, 1), (34.5, 0), (92, 61)]
    assert [c.is_partial for c in done.cuts] == [False, False, True]
    assert done.cut_hours == pytest.approx(427 - 360)
    assert done.missing_hours == 0


def test_largest_contribution_and_urgent_accounts_are_never_cut() -> None:
    for people in (0, 0.5, 1, 2, 3):
        done = cut_to(staffing(rank_cells(CELLS, 1.0)), people)
        assert named(done.spared) == [("low", "Large"), ("medium", "Enterprise")]
        assert not {c.row.rank for c in done.cuts} & {r.rank for r in done.spared}
    assert done.cuts


def test_with_one_person_cells_stop_and_what_the_spared_would_give_is_missing() -> None:
    done = cut_to(staffing(rank_cells(CELLS, 1.0)), 1)
    stopped = [(c.row.cell.tier, c.row.cell.size) for c in done.cuts if c.kind == "stopped"]
    assert stopped[:2] == [("medium", "Small Business"), ("medium", "Large")]
    assert len({c.row.rank for c in done.cuts}) == len(done.cuts)
    assert done.missing_hours == pytest.approx(70 + 130 - 120)


def test_nobody_means_every_cell_stops_but_the_spared() -> None:
    done = cut_to(staffing(rank_cells(CELLS, 1.0)), 0)
    assert {c.hours_after for c in done.cuts} == {0.0}
    assert sum(c.hours_before for c in done.cuts) == pytest.approx(427.0 - 70 - 130)
    assert done.missing_hours == pytest.approx(200)


@given(st.floats(0, 6))
def test_cuts_add_up_to_what_is_needed_and_no_more(people: float) -> None:
    plan = staffing(rank_cells(CELLS, 1.0))
    done = cut_to(plan, people)
    saved = sum(c.hours_before - c.hours_after for c in done.cuts)
    needed = max(0.0, plan.hours - people * 120)
    assert saved == pytest.approx(done.cut_hours, abs=1e-9)
    assert saved + done.missing_hours == pytest.approx(needed, abs=1e-9)
    assert sum(c.is_partial for c in done.cuts) <= 1
