"""Where people go in the low tier: nowhere without money, to heavy sizes, else by loss."""

import pytest

from keepwell.outlook import LowSize, is_by_construction, people_sizes


def size(name: str, loss: float, accounts: int = 1) -> LowSize:
    """Return a size whose low accounts are all outside the top quarter."""
    return LowSize(name, accounts, loss, accounts, loss)


@pytest.mark.parametrize(
    ("sizes", "chosen"),
    [
        ([size("A", 0.0, 9), size("B", 1.0, 9)], ("B",)),
        ([size("A", 0.0, 1), size("B", 0.0, 2)], ("B",)),
        ([size("B", 0.0), size("A", 0.0)], ("A",)),
        ([], ()),
    ],
)
def test_without_a_heavy_size_it_goes_by_loss_then_accounts_then_name(
    sizes: list[LowSize], chosen: tuple[str, ...]
) -> None:
    assert people_sizes(sizes, None) == chosen


def test_heavy_sizes_are_those_that_the_summary_sends_people_to() -> None:
    held = [size("Large", 73.0, 7), size("Mid-Market", 24.0, 14), size("Small Business", 3.0, 12)]
    assert people_sizes(held, 1000.0) == ("Large",)


def test_small_accounts_are_listed_only_where_no_other_size_is_low() -> None:
    small = size("Small Business", 90.0, 30)
    assert people_sizes([small, size("Mid-Market", 60.0, 20)], 1000.0) == ("Mid-Market",)
    assert people_sizes([small], 1000.0) == ("Small Business",)


def test_a_low_tier_with_hardly_any_money_sends_nobody_anywhere() -> None:
    held = [size("Large", 5.0), size("Small Business", 4.0)]
    assert people_sizes(held, 1000.0) == ()
    assert people_sizes(held, 900.0) != ()


def test_a_part_of_the_won_amount_is_no_evidence_beside_a_score_that_counts_it() -> None:
    assert is_by_construction("won_amount_6m", {"total_won_amount"})
    assert is_by_construction("current_mrr_amount", {"current_arr_amount"})
    assert not is_by_construction("won_amount_6m", {"annual_revenue"})
