"""An edit of a definition keeps comments and lines; a text without an edit stays as it is."""

import pytest

from keepwell.adapters.configuration_files import SHIPPED, shipped_scorecard_text
from keepwell.adapters.definition_edits import CardEdit, edited_card, flow_text, value_of
from keepwell.vocabulary import ConfigInvalid
from keepwell.wiring.studio_desk import difference


@pytest.mark.parametrize("name", SHIPPED)
def test_only_the_edited_lines_of_a_shipped_card_change(name: str) -> None:
    text = shipped_scorecard_text(name)
    same = edited_card(text, CardEdit({"activity": 40}, cuts={"high": 80}, min_coverage=0.5))
    assert same == text
    edited = edited_card(text, CardEdit({"activity": 34.5}, cuts={"high": 82}))
    changed = [line.text.strip() for line in difference(text, edited) if line.sign == "+"]
    assert len(changed) == 2
    assert "weight: 34.5" in changed


def test_scales_weights_and_coverage_are_written_on_their_lines() -> None:
    text = (
        "scorecard: c # name\ndimensions:\n  - dimension: d\n    weight: 1\n    measures:\n"
        "      - {measure: a, scale: {kind: minmax}} # why\n"
    )
    edit = CardEdit(
        {}, {"a": 50}, {"a": "{kind: linear, zero_at: 9, full_at: 0}"}, {"high": 70}, 0.25
    )
    edited = edited_card(text, edit)
    assert "{measure: a, scale: {kind: linear, zero_at: 9, full_at: 0}, weight: 50} # why" in edited
    assert "min_coverage: 0.25" in edited
    assert "{tier: high, min: 70}" in edited
    assert edited.startswith("scorecard: c # name\n")


@pytest.mark.parametrize("text", ["", "- a\n", "a: ["])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(ConfigInvalid):
        edited_card(text, CardEdit({"d": 1}))


def test_aliases_cannot_blow_a_definition_up() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    with pytest.raises(ConfigInvalid, match="too large"):
        edited_card("\n".join(lines), CardEdit({"d": 1}))


def test_one_line_of_yaml_goes_there_and_back() -> None:
    values = {"kind": "steps", "below": 0.5, "steps": [[1, 0.2], [2, 1]]}
    assert value_of(flow_text(values)) == values
    with pytest.raises(ConfigInvalid):
        value_of("{a: [")
