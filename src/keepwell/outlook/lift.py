"""The scenario "all medium accounts reach high" per size, as portable SQL for every room."""

from collections.abc import Collection, Mapping
from math import ceil

from keepwell.outlook.sql_text import as_double, text_literal
from keepwell.vocabulary import MAX_MICRO, MICRO_PER_POINT, Scorecard

LIFTED, REACHED = "medium", "high"


def high_lines(cards: Mapping[str, Scorecard]) -> dict[str, int]:
    """Return per scorecard the micro-points at which its tier `high` begins, if it has one."""
    return {
        name: ceil(cut.min * MICRO_PER_POINT)
        for name, card in cards.items()
        for cut in card.tiers
        if cut.tier == REACHED
    }


def lift_select(lines: Mapping[str, int], columns: Collection[str], cell_columns: str) -> str:
    """Return SQL giving per `cell_size` the medium accounts, their gain and who could get there.

    Shape:   cell_size, accounts, gain_amount, gain_known, able_known, able, able_gain_amount.
    Units:   the gain is that of the index by its own formula: a scenario, by construction; able
             are those that recency 0 and full e-mail coverage bring over the line.
    `lines`: from `high_lines`; `cell_columns` gives `cell_tier` and `cell_size`.
    """
    cases = " ".join(f"WHEN {text_literal(card)} THEN {at}" for card, at in sorted(lines.items()))
    best = "score_best_micro" if "score_best_micro" in columns else "CAST(NULL AS BIGINT)"
    whole = as_double(str(MAX_MICRO))
    gain = f"base_amount * CAST(line - score_micro AS DOUBLE) / nullif({whole}, 0)"
    line = f"CASE scorecard {cases} END" if cases else "CAST(NULL AS BIGINT)"
    return (
        "SELECT cell_size, count(*) AS accounts, "
        f"sum({gain}) AS gain_amount, count(base_amount) AS gain_known, "
        "count(best) AS able_known, count(CASE WHEN best >= line THEN 1 END) AS able, "
        f"sum(CASE WHEN best >= line THEN {gain} END) AS able_gain_amount "
        f"FROM (SELECT {cell_columns}, score_micro, base_amount, {best} AS best, {line} AS line "
        "FROM portfolio) AS p "
        f"WHERE cell_tier = {text_literal(LIFTED)} AND score_micro < line GROUP BY cell_size"
    )
