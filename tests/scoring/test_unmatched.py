"""Accounts that no scorecard takes: nothing is known of them, and nothing is earned."""

from keepwell.scoring import layout_of, unmatched_select
from outlook.scored import CLASSIC, open_engine


def test_account_without_a_scorecard_covers_nothing_and_earns_nothing() -> None:
    layout = layout_of([CLASSIC])
    with open_engine() as engine:
        engine.create_table("measures", "SELECT 'a' AS account_id")
        engine.create_table("overrides", "SELECT 'b' AS account_id, 'low' AS tier")
        select = unmatched_select(layout, "overrides", measures_table="measures", where="TRUE")
        engine.create_table("scored", select)
        columns = tuple(engine.columns("scored"))
        (row,) = engine.rows(f"SELECT {', '.join(columns)} FROM scored")
    told = dict(zip(columns, row, strict=True))
    assert (told["tier"], told["score_micro"], told["coverage"]) == ("unknown", None, 0.0)
    assert {told[f"{d.dimension}__micro"] for d in CLASSIC.dimensions} == {0}
