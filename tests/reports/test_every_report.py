"""Over random portfolios: nothing broken, nothing unlicensed, no sentence against its table."""

import os
import re

import pytest

from keepwell.adapters.playbook_library import load_library
from keepwell.reports import Document, Subject, write_document
from keepwell.reports.facts import Ask
from keepwell.reports.page import Heading, Picture, Table, lines_of
from reports.checks import (
    check_claims_are_licensed,
    check_data_is_inert,
    check_facts_can_be_recomputed,
    check_hot_spots_stand,
    check_languages_agree,
    check_numbers_come_from_facts,
    check_tables_agree,
    check_text_is_whole,
    check_values_are_facts,
)
from reports.portfolio import CARD, Shape, load, open_engine, random_shape
from reports.true_facts import check_facts_are_true
from reports.true_sentences import check_sentences_are_true

PORTFOLIOS = 500 if os.environ.get("KEEPWELL_SOAK") else 60
LIBRARY = load_library()


def check(document: Document, ask: Ask, subject: Subject, extra: set[str] | None) -> None:
    """Apply every check; the one of numbers only where `extra` says which others there are."""
    check_text_is_whole(document)
    check_facts_can_be_recomputed(document, ask)
    check_facts_are_true(document, ask)
    check_sentences_are_true(document, ask)
    check_values_are_facts(document)
    check_claims_are_licensed(document)
    check_hot_spots_stand(document, ask, subject)
    check_languages_agree(document)
    check_tables_agree(document, ask)
    if extra is not None:
        check_numbers_come_from_facts(document, extra)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, PORTFOLIOS, 10))
def test_random_portfolios_give_true_and_whole_reports(start: int) -> None:
    for seed in range(start, start + 10):
        shape = random_shape(seed)
        with open_engine() as engine:
            subject = load(engine, shape, seed)
            document = write_document(subject, engine.rows)
            check(document, engine.rows, subject, own_numbers(document))


def own_numbers(document: Document) -> set[str]:
    """Return numbers that text may hold although no fact has them: dates, shrunken shares."""
    weights = {f"{d.weight:g}" for d in CARD.dimensions}
    return {"2026", "31", "70", "20", "0.4", "0.6", *weights}


HOSTILE = "<b>x</b> [a](b) ![c](d) | `e` **f** __g__"
ODD = {
    "one account": Shape(accounts=1),
    "no low account": Shape(lift=0.9, unknown_share=0),
    "no money": Shape(has_money=False),
    "all unknown": Shape(unknown_share=1.0, sizes=(None,), industries=(None,), never_share=0),
    "two sizes": Shape(sizes=("Large", "Small Business")),
    "no industry": Shape(industries=(None,)),
    "never active": Shape(never_share=1.0),
    "no size": Shape(accounts=120, sizes=(None,), planted="Retail", unknown_share=0, lift=0.4),
    "hostile words": Shape(
        accounts=120,
        industries=(HOSTILE, "Retail"),
        sizes=("Large", HOSTILE),
        planted=HOSTILE,
        unknown_share=0,
    ),
    "measures that lean": Shape(accounts=120, unknown_share=0, is_leaning=True),
    "a planted industry": Shape(accounts=120, planted="Retail", unknown_share=0, lift=0.4),
}


@pytest.mark.parametrize("shape", ODD.values(), ids=ODD.keys())
def test_odd_portfolios_read_true_and_whole(shape: Shape) -> None:
    with open_engine() as engine:
        subject = load(engine, shape, 3)
        document = write_document(subject, engine.rows, LIBRARY)
        check(document, engine.rows, subject, None)
        check_data_is_inert(document)
        told = [line.plain("en") for block in document.blocks for line in lines_of(block)]
        assert not [text for text in told if re.search(r"\b0\.0 (people|hours)", text)]
        anchors = [b.anchor for b in document.blocks if isinstance(b, Heading) and b.anchor]
        assert anchors == [
            "summary", "method", "distribution", "risk", "profile", "contribution", "priority",
            "strategy", "staffing", "facts",
        ]  # fmt: skip


def test_low_accounts_that_lean_are_told_the_way_they_lean() -> None:
    with open_engine() as engine:
        shape = ODD["measures that lean"]
        document = write_document(load(engine, shape, 3), engine.rows)
        texts = [line.plain("en") for block in document.blocks for line in lines_of(block)]
    told = next(t for t in texts if "low accounts are over all" in t)
    lower, higher = told.split("; higher: ")
    assert "lower: Win rate −" in lower
    assert higher.startswith("Account age +")


def test_a_planted_industry_is_named_where_its_cell_stands() -> None:
    with open_engine() as engine:
        shape = Shape(accounts=120, planted="Retail", unknown_share=0, lift=0.5, sizes=("Large",))
        document = write_document(load(engine, shape, 3), engine.rows)
        texts = [line.plain("en") for block in document.blocks for line in lines_of(block)]
        assert any("concentrated in Retail x Large" in t for t in texts)


def test_the_same_portfolio_gives_the_same_report() -> None:
    texts = []
    for _ in range(2):
        with open_engine() as engine:
            document = write_document(load(engine, Shape(), 5), engine.rows)
            texts.append(str(document))
    assert texts[0] == texts[1]


def test_without_sizes_the_matrix_has_industries_alone_and_says_so() -> None:
    with open_engine() as engine:
        document = write_document(load(engine, ODD["no size"], 3), engine.rows, LIBRARY)
    texts = [line.plain("en") for block in document.blocks for line in lines_of(block)]
    assert any("No account has a known size, so cells are by industry alone." in t for t in texts)
    matrix = next(b for b in document.blocks if isinstance(b, Table) and b.key == "risk_matrix")
    names = [row[0].text.plain("en") for row in matrix.rows]
    assert "Retail" in names
    assert not [n for n in names if "size" in n]
    drawn = next(b for b in document.blocks if isinstance(b, Picture) and b.key == "risk_matrix")
    assert "unknown size" not in str(drawn.specs["en"]["light"])
    assert "size enters the score" not in " ".join(texts)
