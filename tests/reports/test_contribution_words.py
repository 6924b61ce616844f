"""What section 6 says of the methods beside each other, and of deals that lack something."""

import pytest

from keepwell.reports import Assumptions, Document, write_document
from keepwell.reports.page import lines_of
from keepwell.vocabulary import Lang
from reports.altered import facts_of, report_on, summary_of, texts_of
from reports.portfolio import Shape, load, open_engine


def test_the_overlap_of_the_top_quarters_is_counted_and_by_construction() -> None:
    with open_engine() as engine:
        subject = load(engine, Shape(accounts=60, unknown_share=0), 4)
        document = write_document(subject, engine.rows)
        tops = [
            {
                row[0]
                for row in engine.rows(
                    f"SELECT account_id FROM portfolio ORDER BY {amount} DESC, account_id LIMIT 15"
                )
            }
            for amount in ("weighted_amount", "run_rate_amount")
        ]
    fact = next(f for f in document.facts if f.key == "method:overlap")
    assert fact.is_by_construction
    assert (fact.value, fact.n) == (len(tops[0] & tops[1]), 15)
    assert 0 < len(tops[0] & tops[1]) < 15
    says: dict[Lang, str] = {"en": f"{fact.text('en')} of the top 15", "zh": "前 15 家里两边都有的"}
    for lang, words in says.items():
        texts = [line.plain(lang) for block in document.blocks for line in lines_of(block)]
        assert any(words in text for text in texts)


def test_a_handful_of_accounts_has_no_overlap_to_tell() -> None:
    with open_engine() as engine:
        document = write_document(load(engine, Shape(accounts=9, unknown_share=0), 4), engine.rows)
    assert not any(f.key in ("method:overlap", "method:ranks") for f in document.facts)


COVERED = ("won_days_covered", 214.0, 30, None)
BARE: tuple[tuple[str, float, int, int | None], ...] = (
    ("open_deals", 40.0, 40, None),
    ("open_deals_without_amount", 0.3, 40, 12),
    ("accounts_with_deals_without_amount", 7.0, 40, None),
)


def starting(document: Document, start: str) -> str:
    return next((t for t in texts_of(document) if t.startswith(start)), "")


def test_wins_that_cover_less_than_twelve_months_are_said_with_the_pace_over_them() -> None:
    document = report_on({}, figures=[COVERED])
    facts = facts_of(document)
    pace, over = facts["method:pace"].value, facts["won:pace_over_cover"].value
    assert pace is not None
    assert over == pytest.approx(pace * 365 / 214)
    said = starting(document, "Wins cover less than twelve months")
    assert "cover the 214 days up to the snapshot , while the monthly amount" in said
    assert f"the pace of {facts['method:pace'].text('en')} stands" in said
    assert f"it is {facts['won:pace_over_cover'].text('en')} over the days covered" in said
    assert f"the last six months brought {facts['method:naive'].text('en')}" in said


def test_a_few_weeks_of_wins_are_not_scaled() -> None:
    document = report_on({}, figures=[("won_days_covered", 40.0, 3, None)])
    assert "won:pace_over_cover" not in facts_of(document)
    assert "over the days covered" not in starting(document, "Wins cover less")
    assert starting(document, "Wins cover less")


def test_open_deals_without_an_amount_are_counted_and_their_amount_stays_unknown() -> None:
    document = report_on({}, figures=BARE)
    said = starting(document, "Deals without an amount")
    assert "12/40 open deals carry none, at 7 accounts" in said
    assert "counts as unknown, not as 0" in said
    every = (BARE[0], ("open_deals_without_amount", 1.0, 40, 40), BARE[2])
    left_out = report_on({}, figures=every, assumptions=Assumptions(has_pipeline=False))
    first = next(t for t in summary_of(left_out) if t.startswith("Open deals carry no amount"))
    assert "40/40 open deals (100 %)" in first
    assert "left out of the contribution altogether" in starting(left_out, "Deals without")


def test_full_records_and_old_snapshots_say_nothing_of_deals() -> None:
    for figures in (
        [],
        [("open_deals", 40.0, 40, None), ("open_deals_without_amount", 0.0, 40, 0)],
    ):
        document = report_on({}, figures=figures)
        assert not starting(document, "Deals without")
        assert not starting(document, "Wins cover")
        assert not any("Open deals carry" in t for t in summary_of(document))
