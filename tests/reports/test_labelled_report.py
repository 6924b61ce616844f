"""The report on a labelled table: whole in both languages, licensed, from facts."""

from dataclasses import replace
from datetime import date
from functools import cache

from keepwell.proof import Leak, LeakFound
from keepwell.proof.model import FitSettings, LabelledCard, TooFewEvents, labelled_card
from keepwell.reports import Aside, Document, markdown, resolve, write_labelled_document
from keepwell.reports.page import Table
from proof.churn_worlds import SPECS, sample
from reports.checks import (
    check_claims_are_licensed,
    check_data_is_inert,
    check_languages_agree,
    check_numbers_come_from_facts,
    check_text_is_whole,
    check_values_are_facts,
)

ON = date(2026, 3, 1)
ASIDE = Aside(("id",), ("<b>name</b>",), ("row",), 3)


@cache
def card() -> LabelledCard:
    found = labelled_card(
        sample(800, 3), SPECS, FitSettings(folds=3, ridges=(1.0, 10.0)), (0.1, 20)
    )
    assert isinstance(found, LabelledCard)
    return found


def written(found: LabelledCard | TooFewEvents, aside: Aside = ASIDE) -> tuple[Document, str, str]:
    document = write_labelled_document(found, "<i>Co</i>", "t.csv", aside, ON)
    check_text_is_whole(document)
    check_data_is_inert(document)
    check_values_are_facts(document)
    check_claims_are_licensed(document)
    check_languages_agree(document)
    pages = [resolve(document, lang) for lang in ("en", "zh")]
    english, chinese = (markdown(page, {p.key: p.key for p in page.pictures}) for page in pages)
    return document, english, chinese


def test_the_report_is_whole_and_every_number_comes_from_a_fact() -> None:
    document, _, _ = written(card())
    own = {"0.5", "0.60", "0.05", "20", "30", "3", "1"}
    check_numbers_come_from_facts(document, own)


def test_the_verdict_stands_first_and_nothing_is_said_to_warn_ahead() -> None:
    _, english, chinese = written(card())
    assert english.split("## ")[1].startswith("Verdict: useful")
    assert chinese.split("## ")[1].startswith("结论：有用")
    assert "does not show that anything warns ahead" in english
    for word in ("within", "lead time", "origin", "same day", "horizon"):
        assert word not in english.split("## 6.")[0], word


def test_the_gap_to_boosted_trees_is_told_with_its_interval() -> None:
    assert "scorecard minus trees is" in written(card())[1]
    (model,) = card().card.models
    gap = replace(model.difference, value=-0.02, low=-0.03, high=-0.01)
    behind = replace(card().card, models=(replace(model, difference=gap),))
    _, english, _ = written(replace(card(), card=behind))
    assert "scorecard minus trees is −0.020 (−0.030 to −0.010)" in english
    assert "combinations that a sum of single columns cannot hold" in english


def test_columns_stand_by_their_weight_with_every_value() -> None:
    document, _, _ = written(card())
    tables = {b.key: b for b in document.blocks if isinstance(b, Table)}
    reach = [row[1].value for row in tables["proof_columns"].rows]
    assert reach == sorted(reach, key=lambda v: -float(v or 0))
    assert len(tables["proof_values"].rows) == len(card().bins)
    assert sum(int(row[2].value or 0) for row in tables["proof_values"].rows) == 800 * len(SPECS)


def test_what_took_no_part_and_what_to_look_at_first_is_named() -> None:
    leaks = tuple(
        LeakFound(f, k, 1.0, 0.5, 800)
        for f, k in (("usage", Leak.TELLS_LABEL), ("", Leak.ROW_ORDER))
    )
    leaking = replace(card(), card=replace(card().card, leaks=leaks, searched=4))
    _, english, chinese = written(leaking)
    assert "(usage: alone it nearly tells the outcome)" in english
    assert "the order of the rows gives the label away" in english
    assert "no value of row comes twice" in english
    assert "3 rows carry no label" in english
    assert "Left out as declared: id." in english
    assert "行的次序透露了标签" in chinese


def test_too_few_leavers_give_a_report_that_says_so() -> None:
    _, english, chinese = written(TooFewEvents(12, 900, 50))
    assert english.split("## ")[1].startswith("Verdict: not enough data")
    assert "12 accounts left and 900 stayed" in english
    assert "12 家客户流失" in chinese


def test_nothing_left_out_is_not_told() -> None:
    _, english, _ = written(card(), Aside())
    assert "Left out" not in english
    assert "Please check" not in english
