"""Many accounts scored by column are equal to the row scorer to the micro-point."""

import numpy as np
import pytest

from keepwell.scoring import definition_hash, fit, score_row
from keepwell.scoring.bounds import with_bounds_of
from keepwell.scoring.columns import NO_SCORE, MeasureColumn, score_many, shares_of, statistics_of
from keepwell.vocabulary import Scorecard
from scoring.random_portfolios import generator, random_card, random_table
from scoring.scored_table import fitted_on


def columns_of(card: Scorecard, rows: list[dict[str, object]]) -> dict[str, MeasureColumn]:
    found = {}
    for m in card.measures:
        values = [r[m.measure] for r in rows]
        never = np.array([bool(r[f"{m.measure}__never"]) for r in rows])
        if m.scale.kind == "map":
            names = sorted({str(v) for v in values if v is not None})
            codes = np.array([-1 if v is None else names.index(str(v)) for v in values], np.int64)
            empty = np.full(len(rows), np.nan)
            found[m.measure] = MeasureColumn(empty, codes, tuple(names), never)
        else:
            numbers = np.array([np.nan if v is None else v for v in values], np.float64)
            found[m.measure] = MeasureColumn(numbers, None, (), never)
    return found


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_columns_give_the_same_score_tier_and_parts_as_rows(first: int) -> None:
    for seed in range(first, first + 20):
        rng = generator(seed)
        definition = random_card(rng)
        rows = random_table(rng, definition)
        card = Scorecard.model_validate(definition)
        columns = columns_of(card, rows)
        fitted = fit(card, [statistics_of(n, c) for n, c in columns.items()], "t")
        assert fitted.dimensions == fitted_on(card, rows).dimensions, seed
        found = score_many(
            fitted, {m.measure: shares_of(m, columns[m.measure]) for m in fitted.measures}
        )
        for number, row in enumerate(rows):
            values = {m.measure: row[m.measure] for m in card.measures}
            never = frozenset(m.measure for m in card.measures if row[f"{m.measure}__never"])
            wanted = score_row(fitted, values, never)
            score = None if found.score[number] == NO_SCORE else int(found.score[number])
            assert score == wanted.score_micro, (seed, row)
            assert int(found.coverage[number]) == wanted.coverage_micro, (seed, row)
            assert found.tiers[found.tier[number]] == wanted.tier, (seed, row)
            parts = {n: int(p[number]) for n, p in found.parts.items()}
            assert parts == {n: m.micro for n, m in wanted.measures.items()}, (seed, row)


def test_a_card_without_accounts_scores_none() -> None:
    card = card_of({"kind": "minmax", "min": 0, "max": 9})
    nobody = MeasureColumn(np.empty(0), None, (), np.empty(0, np.bool_))
    found = score_many(card, {"m0": shares_of(card.measures[0], nobody)})
    assert (len(found.score), len(found.tier), len(found.parts["m0"])) == (0, 0, 0)


def card_of(*scales: dict[str, object], weight: float = 60) -> Scorecard:
    measures = [{"measure": f"m{i}", "scale": s} for i, s in enumerate(scales)]
    return Scorecard.model_validate(
        {
            "scorecard": "c",
            "dimensions": [{"dimension": "d", "weight": weight, "measures": measures}],
        }
    )


def test_an_edit_of_weights_keeps_every_bound() -> None:
    fitted = card_of(
        {"kind": "minmax", "min": 0, "max": 9},
        {"kind": "percentile", "breakpoints": [(0, 0), (5, 1)]},
    )
    edited = with_bounds_of(card_of({"kind": "minmax"}, {"kind": "percentile"}, weight=10), fitted)
    assert [m.scale for m in edited.measures] == [m.scale for m in fitted.measures]
    assert edited.dimensions[0].weight == 10
    assert definition_hash(edited) != definition_hash(fitted)


def test_another_kind_or_direction_is_fitted_anew_and_a_given_bound_wins() -> None:
    fitted = card_of(
        {"kind": "minmax", "min": 0, "max": 9},
        {"kind": "percentile", "breakpoints": [(0, 0), (5, 1)]},
        {"kind": "minmax", "min": 1, "max": 2},
    )
    wanted = card_of(
        {"kind": "sqrt_minmax"},
        {"kind": "percentile", "direction": "lower_is_better"},
        {"kind": "minmax", "max": 7},
    )
    edited = with_bounds_of(wanted, fitted)
    assert edited.measures[:2] == wanted.measures[:2]
    assert edited.measures[2].scale.model_dump()["min"] == 1
    assert edited.measures[2].scale.model_dump()["max"] == 7
