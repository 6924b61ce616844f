"""Tiers and sizes of one's own get a strategy by their place; the low line is the card's."""

from typing import Any

import pytest

from keepwell.adapters.playbook_library import load_library
from keepwell.measures import parse_portable
from keepwell.outlook import near_line
from keepwell.playbooks import (
    StrategyCell,
    card_lines,
    cell_queries,
    cut_to,
    rank_cells,
    staffing,
    strategy_cells,
)
from keepwell.vocabulary import Scorecard
from playbooks.portfolio import account, answers, card, columns, table

LIBRARY = load_library()
FOUR = card("classic", ("high", 80), ("medium", 50), ("watch", 30), ("low", 0))
COLOURS = card("classic", ("green", 75), ("amber", 40), ("red", 0))
LARGE = "Large"


def cells_of(card: Scorecard, held: list[dict[str, Any]]) -> dict[tuple[str, str], StrategyCell]:
    queries = cell_queries(LIBRARY, set(columns()), card_lines([card]))
    for sql in queries.values():
        parse_portable(sql, types=columns(), tables=["portfolio"])
    cells = strategy_cells(LIBRARY, answers(table(held), queries))
    return {(c.tier, c.size): c for c in cells if c.accounts}


def test_a_tier_between_top_and_bottom_is_nurtured() -> None:
    held = [account("watch", LARGE, 40), account("low", LARGE, 20), account("high", LARGE, 90)]
    cells = cells_of(FOUR, held)
    watch = cells["watch", LARGE]
    assert watch.playbook == LIBRARY.playbook("medium", LARGE)
    assert watch.is_by_position
    assert watch.position == "medium"
    review = next(a for a in watch.actions if a.action.id == "medium_large_review")
    assert review.matching == 1
    assert not cells["low", LARGE].is_by_position
    assert not cells["high", LARGE].is_by_position


def test_tiers_by_other_names_take_rescue_nurture_and_advocate() -> None:
    held = [account(tier, LARGE, 50) for tier in ("red", "amber", "green")]
    cells = cells_of(COLOURS, held)
    strategies = {tier: c.playbook.strategy for (tier, _), c in cells.items() if c.playbook}
    assert strategies == {"red": "rescue", "amber": "nurture", "green": "advocate"}
    assert list(strategies) == ["red", "amber", "green"]
    assert all(c.is_by_position for c in cells.values())
    red = {a.action.id: a.matching for a in cells["red", LARGE].actions}
    assert red["low_large_alert"] == 1


def test_the_lowest_tier_ranks_first_and_is_cut_last() -> None:
    held = [
        account("red", "Mid-Market", 20, contribution_amount=1.0),
        account("amber", "Mid-Market", 50, contribution_amount=9.0),
        account("green", LARGE, 90, contribution_amount=99.0),
    ]
    ranked = rank_cells(list(cells_of(COLOURS, held).values()), 1.0)
    assert [r.cell.tier for r in ranked] == ["red", "green", "amber"]
    plan = staffing(ranked)
    assert [c.row.cell.tier for c in cut_to(plan, 0).cuts] == ["amber", "red"]


def test_next_tier_is_the_one_above_on_the_card() -> None:
    days = "days_since_last_activity"
    held = [account("low", LARGE, 20, **{days: 90.0}) for _ in range(12)]
    held += [account("watch", LARGE, 40, **{days: 33.0}) for _ in range(12)]
    held += [account("medium", LARGE, 60, **{days: 10.0}) for _ in range(12)]
    cells = cells_of(FOUR, held)
    alert = next(a for a in cells["low", LARGE].actions if a.action.id == "low_large_alert")
    assert (alert.reading.basis, alert.reading.target) == ("peer", 33.0)


def test_a_tier_named_on_two_cards_counts_by_its_lowest_place() -> None:
    other = card("other", ("good", 60), ("watch", 0))
    queries = cell_queries(LIBRARY, set(columns()), card_lines([FOUR, other]))
    cells = strategy_cells(LIBRARY, answers(table([account("watch", LARGE, 40)]), queries))
    watch = next(c for c in cells if c.accounts)
    assert watch.position == "low"
    assert watch.playbook == LIBRARY.playbook("low", LARGE)


def test_sizes_outside_the_four_are_named_and_handled_as_unknown() -> None:
    sizes = ["Strategic", "Strategic", "Tiny", None, LARGE]
    cells = cells_of(FOUR, [account("medium", size, 60) for size in sizes])
    cell = cells["medium", "unknown"]
    assert (cell.accounts, cell.other_sizes) == (4, (("Strategic", 2), ("Tiny", 1)))
    assert cell.playbook == LIBRARY.playbook("medium", "unknown")
    assert cells["medium", LARGE].other_sizes == ()


@pytest.mark.parametrize("lowest", [30, 50, 72.5])
def test_near_the_low_line_is_the_line_of_the_card(lowest: float) -> None:
    ours = card("classic", ("high", 90), ("medium", lowest), ("low", 0))
    scores = [lowest - 2.01, lowest - 2, lowest, lowest + 1.99, lowest + 2, 89.5]
    held = [account("medium", LARGE, s, is_near_line=s > 88) for s in scores]
    cell = cells_of(ours, held)["medium", LARGE]
    every = (*cell.actions, *cell.resting)
    near = next(a for a in every if a.action.id == "medium_large_near_line")
    counted = near_line({"classic": ours}, lowest)
    (expected,) = (
        table(held).execute(f"SELECT count(*) FROM portfolio WHERE {counted}").fetchall()[0]
    )
    assert (near.matching, near.reading.hits, expected) == (3, 3, 3)
