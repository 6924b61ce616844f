"""Everything that scoring clips, guesses or cannot read is a finding with a count."""

from typing import Any

import pytest

from keepwell.measures import parse_portable
from keepwell.scoring import (
    MeasureCounts,
    Unmapped,
    nearest_category,
    score_select,
    scoring_findings,
    union_select,
)
from keepwell.vocabulary import LANGS, Finding, MeasureSource, Scorecard
from scoring.random_portfolios import generator, random_card, random_table
from scoring.scored_table import catalog_of, fitted_on, score_rows

PLAIN = MeasureCounts(
    known=20, never=0, present=20, below=0, above=0, lowest_tenth=0, highest_tenth=0
)


def card_of(scale: dict[str, Any]) -> Scorecard:
    measures = [{"measure": "m", "scale": scale}]
    dimensions = [{"dimension": "d", "weight": 1, "measures": measures}]
    return Scorecard.model_validate({"scorecard": "small", "dimensions": dimensions})


def found_for(scale: dict[str, Any], **counts: int) -> dict[str, Finding]:
    given = {name: getattr(PLAIN, name) for name in MeasureCounts.__slots__}
    card = card_of(scale)
    many = {"m": MeasureCounts(**{**given, **counts})}
    found = scoring_findings(card, 20, many, (), catalog_of(card))
    for finding in found:
        assert all(finding.message(lang) and finding.cure(lang) for lang in LANGS)
    return {f.code: f for f in found}


def test_a_clean_measure_gives_no_finding() -> None:
    assert found_for({"kind": "minmax", "min": 0, "max": 9}) == {}


def test_values_beyond_the_bounds_are_counted_on_both_sides() -> None:
    found = found_for({"kind": "minmax", "min": 0, "max": 9}, below=2, above=3)["value_clipped"]
    assert (found.count, found.params["below"], found.params["above"]) == (5, "2", "3")
    assert "0 to 9" in found.message("en")


def test_a_constant_measure_is_told_and_not_called_clipped() -> None:
    found = found_for({"kind": "minmax", "min": 4, "max": 4}, above=1, highest_tenth=20)
    assert list(found) == ["measure_constant"]
    assert found["measure_constant"].count == 20


def test_a_measure_that_one_giant_squashes_is_told() -> None:
    found = found_for({"kind": "minmax", "min": 0, "max": 9}, lowest_tenth=18)
    assert found["measure_squashed"].params["share_pct"] == "90"


def test_a_measure_that_nobody_has_is_told_with_its_weight() -> None:
    found = found_for({"kind": "minmax"}, known=0, present=0)["measure_unknown"]
    assert (found.count, found.params["weight_pct"]) == (20, "100")


def test_values_of_a_measure_without_bounds_are_counted() -> None:
    assert found_for({"kind": "minmax"}, known=0)["measure_unfitted"].count == 20


def test_a_proxy_names_its_columns() -> None:
    card = card_of({"kind": "identity"})
    source = MeasureSource("m", "proxy", ("usage.value", "usage.kind"), 20, 0, 0)
    (found,) = scoring_findings(card, 20, {"m": PLAIN}, (), catalog_of(card), (source,))
    assert found.params["columns"] == "usage.value, usage.kind"


def test_unmapped_categories_come_largest_first_with_the_nearest_listed_one() -> None:
    card = card_of({"kind": "map", "values": {"Enterprise": 1, "Small Business": 0.4}})
    strangers = (Unmapped("m", "大客户", 2), Unmapped("m", " enterprize", 5))
    found = scoring_findings(card, 20, {"m": PLAIN}, strangers, catalog_of(card))
    near = [(f.params["category"], f.count, f.params["nearest"]) for f in found]
    assert near == [(" enterprize", 5, "Enterprise"), ("大客户", 2, "-")]


def test_nearest_category_does_not_guess_far() -> None:
    assert nearest_category("Government", ["Enterprise", "Large"]) == "-"


@pytest.mark.parametrize("seed", range(6))
def test_counted_states_equal_the_rows(seed: int) -> None:
    rng = generator(seed)
    definition = random_card(rng)
    rows = random_table(rng, definition)
    card = Scorecard.model_validate(definition)
    done, _ = score_rows(card, rows)
    unmapped = {
        (f.column, f.params["category"]): f.count
        for f in done.findings
        if f.code == "category_unmapped"
    }
    expected: dict[tuple[str, str], int] = {}
    for m in card.measures:
        if m.scale.kind != "map":
            continue
        for row in rows:
            value = row[m.measure]
            if value is not None and value not in m.scale.values:
                key = (m.measure, value)
                expected[key] = expected.get(key, 0) + 1
    assert unmapped == expected


def test_the_whole_text_of_several_scorecards_is_portable() -> None:
    rng = generator(4)
    definition = random_card(rng)
    card = fitted_on(Scorecard.model_validate(definition), random_table(rng, definition))
    select = score_select(card, [0, 1], where="account_id <> 'x'")
    text = union_select([select, select], ["account_id", "score_micro", "tier"])
    assert parse_portable(text, for_score=True).sql("duckdb").count("UNION ALL") == 1
