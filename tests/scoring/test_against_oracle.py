"""SQL scores equal an independent recomputation to the micro-point, and so does the row scorer."""

import os

import pytest

from keepwell.scoring import score_row
from keepwell.vocabulary import Scorecard
from scoring.random_portfolios import generator, random_card, random_table
from scoring.score_oracle import WHOLE, scored
from scoring.scored_table import score_rows

SEEDS = range(2000 if os.environ.get("KEEPWELL_SOAK") else 200)
# Groups keep the count of test ids small; each seed is one random card on one random table.
GROUPS = [SEEDS[i : i + 20] for i in range(0, len(SEEDS), 20)]


@pytest.mark.slow
@pytest.mark.parametrize("seeds", GROUPS, ids=lambda seeds: f"seeds-{seeds[0]}-{seeds[-1]}")
def test_scores_and_parts_equal_the_recomputation_to_the_micro_point(seeds: range) -> None:
    for seed in seeds:
        assert_equal_to_oracle(seed)


def assert_equal_to_oracle(seed: int) -> None:
    rng = generator(seed)
    definition = random_card(rng)
    rows = random_table(rng, definition)
    card = Scorecard.model_validate(definition)
    done, results = score_rows(card, rows)
    fitted = done.uses[0].card
    assert len(results) == len(rows)
    for row, result, expected in zip(rows, results, scored(definition, rows), strict=True):
        place = (seed, row)
        assert result["account_id"] == row["account_id"], place
        assert result["score_micro"] == expected["score"], place
        assert result["coverage"] == expected["coverage"] / WHOLE, place
        assert result["tier"] == expected["tier"], place
        again = score_row(
            fitted,
            {m.measure: row[m.measure] for m in card.measures},
            frozenset(m.measure for m in card.measures if row[f"{m.measure}__never"]),
        )
        assert again.score_micro == expected["score"], place
        assert again.tier == expected["tier"], place
        for name, (share, weight, micro) in expected["parts"].items():
            assert result[f"{name}__scaled"] == pytest.approx(share, abs=1e-12), (place, name)
            assert result[f"{name}__weight"] == weight, (place, name)
            assert result[f"{name}__micro"] == micro, (place, name)
            assert again.measures[name].micro == micro, (place, name)
            assert again.measures[name].weight == weight, (place, name)
