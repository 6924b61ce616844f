"""Priority, hours and cuts on the numbers of a hand-made example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.adapters.playbook_library import load_library
from keepwell.playbooks import StrategyCell, cut_to, rank_cells, staffing

LIBRARY = load_library()


def cell(tier: str, size: str, accounts: int, amount: float | None) -> StrategyCell:
    return StrategyCell(
        tier=tier,
        size=size,
        playbook=LIBRARY.playbook(tier, size),
        accounts=accounts,
        contribution_amount=amount,
        at_risk_amount=amount if tier == "low" else None,
    )


CELLS = (
    cell("low", "Enterprise", 0, None),
    cell("low", "Large", 7, 162.1),
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


def test_with_three_people_low_priority_goes_lean_and_rescue_stays() -> None:
    done = cut_to(staffing(rank_cells(CELLS, 1.0)), 3)
    assert [(c.row.cell.tier, c.row.cell.size, c.kind) for c in done.cuts] == [
        ("medium", "Small Business", "lean"),
        ("medium", "Mid-Market", "lean"),
        ("medium", "Large", "lean"),
    ]
    assert [(c.hours_before, c.hours_after) for c in done.cuts] == [(2.5, 1), (34.5, 0), (92, 57.5)]
    assert done.missing_hours == 0


def test_with_one_person_whole_cells_stop_from_the_lowest_priority_up() -> None:
    done = cut_to(staffing(rank_cells(CELLS, 1.0)), 1)
    stopped = [(c.row.cell.tier, c.row.cell.size) for c in done.cuts if c.kind == "stopped"]
    assert ("low", "Large") not in stopped
    assert ("medium", "Small Business") in stopped
    assert len({c.row.rank for c in done.cuts}) == len(done.cuts)


def test_nobody_means_every_cell_stops() -> None:
    done = cut_to(staffing(rank_cells(CELLS, 1.0)), 0)
    assert {c.hours_after for c in done.cuts} == {0.0}
    assert sum(c.hours_before for c in done.cuts) == pytest.approx(427.0)
    assert done.missing_hours == 0


@given(st.floats(0, 6))
def test_hours_after_the_cuts_fit_the_people(people: float) -> None:
    plan = staffing(rank_cells(CELLS, 1.0))
    done = cut_to(plan, people)
    saved = sum(c.hours_before - c.hours_after for c in done.cuts)
    assert plan.hours - saved <= done.hours_available + done.missing_hours + 1e-9
    assert done.missing_hours == pytest.approx(0, abs=1e-9)
