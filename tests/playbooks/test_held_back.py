"""Accounts whose activity fields contradict are verified before any other action counts them."""

from keepwell.adapters.playbook_library import load_library
from keepwell.playbooks import CellAction, card_lines, cell_queries, strategy_cells
from playbooks.portfolio import account, answers, card, columns, table

LIBRARY = load_library()
LINES = card_lines([card("classic", ("high", 80), ("medium", 50), ("low", 0))])


def actions_of(rows: list[dict[str, object]]) -> dict[str, CellAction]:
    """Return the actions, shown and resting, of the one cell that these accounts are in."""
    found = answers(table(rows), cell_queries(LIBRARY, set(columns()), LINES))
    (cell,) = (c for c in strategy_cells(LIBRARY, found) if not c.is_empty)
    return {a.action.id: a for a in (*cell.actions, *cell.resting)}


def test_an_action_names_how_many_of_its_accounts_are_to_be_verified_first() -> None:
    odd = account("low", "Large", 40, has_contradiction=True, current_pipeline_amount=9.0)
    fine = account("low", "Large", 40, current_pipeline_amount=9.0)
    deals = actions_of([odd, odd, fine])["low_large_deal_review"]
    assert (deals.matching, deals.held_back) == (3, 2)


def test_actions_about_contradictions_hold_nobody_back() -> None:
    odd = account("low", "Large", 40, has_contradiction=True)
    found = actions_of([odd, odd])
    assert (found["gate_verify_fields"].matching, found["gate_verify_fields"].held_back) == (2, 0)
    about = [a for a in found.values() if "has_contradiction" in a.action.entry.when]
    assert about
    assert not any(a.held_back for a in about)
