"""What is said of a low list that depends on scales, weights and the field that is right."""

import pytest

from keepwell.reports import Document
from keepwell.reports.sections.listing import and_more, listed
from keepwell.reports.text import Data, line
from keepwell.vocabulary import Lang
from reports.altered import facts_of, report_on, summary_of, texts_of
from reports.portfolio import SCENARIOS

# A card whose low tier holds little: no account near the line, so only the method is in doubt.
SCORE = "CASE WHEN tier = 'low' THEN 30000000 ELSE 65000000 END"
FAR = {"score_micro": SCORE, "tier": "CASE WHEN tier = 'low' THEN 'low' ELSE 'medium' END"}
NOT_FIRM = {**FAR, "is_firm_low": "tier = 'low' AND account_id < 'A000010'"}


def method_line(document: Document, lang: Lang = "en") -> str:
    start = {"en": "The low list depends on the method. ", "zh": "低健康名单随算法变。"}[lang]
    return next((t for t in summary_of(document, lang) if t.startswith(start)), "")


def test_a_low_list_that_is_not_firm_names_scale_firm_list_and_both_fields() -> None:
    document = report_on(NOT_FIRM)
    facts, said = facts_of(document), method_line(document)
    firm, low = facts["firm_low"], facts["tier:low"]
    assert firm.k is not None
    assert firm.n == low.k
    assert 0 < firm.k < 0.75 * firm.n
    trial, stay = facts["scenario:percentile_scales"], facts["scenario:percentile_scales:stay"]
    would = f"on percentile scales {trial.text('en')} would be low, {stay.text('en')} of them"
    assert would in said
    assert f"only {firm.k}/{firm.n}" in said
    assert said.count("Name |") == min(firm.k, 3)
    assert f"{facts['scenario:both'].text('en')} stay low whichever of the two" in said
    assert "无论哪个对都低的是" in method_line(document, "zh")
    assert any(t.startswith("The low list depends on the method:") for t in texts_of(document))


def test_a_firm_list_of_three_quarters_is_not_called_dependent() -> None:
    firm = {**FAR, "is_firm_low": "tier = 'low'"}
    document = report_on(firm)
    assert method_line(document) == ""
    assert not any("depends on the method" in text for text in texts_of(document))


def test_without_other_scales_and_contradicting_fields_only_the_firm_list_is_told() -> None:
    gone = frozenset(f"score_{name}_micro" for name in SCENARIOS)
    said = method_line(report_on(NOT_FIRM, without=gone))
    assert "scales" not in said
    assert "whichever" not in said
    assert "stay low under every tried choice" in said


def test_nobody_on_the_firm_list_is_said_without_names() -> None:
    said = method_line(report_on({**FAR, "is_firm_low": "FALSE"}))
    assert "nobody stays low under every tried choice" in said


def test_near_a_line_the_same_is_said_in_one_sentence() -> None:
    score = "CASE WHEN tier = 'low' THEN 49000000 ELSE 65000000 END"
    said = summary_of(report_on({**NOT_FIRM, "score_micro": score}))
    brittle = next(t for t in said if "point line is brittle" in t)
    assert "would be low" in brittle
    assert not any(t.startswith("The low list depends") for t in said)


@pytest.mark.parametrize(("count", "text"), [(1, "A"), (2, "A and B"), (3, "A, B and C"), (0, "")])
def test_lists_read_as_english_writes_them(count: int, text: str) -> None:
    found = listed(tuple(Data(x) for x in "ABC"[:count]))
    assert line("{x}", "{x}", x=found).plain("en") == text
    assert line("{x}", "{x}", x=and_more(0)).plain("zh") == ""
