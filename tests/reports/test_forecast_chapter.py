"""The report on proof tells how far the six-month amount was off, or why nobody knows."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.proof import Subject, report_card
from keepwell.proof.forecast_record import RecordRow
from keepwell.reports import Document, forecast_blocks, markdown, resolve, write_proof_document
from keepwell.reports.page import Table
from keepwell.runs.forecast_record import RECORD, SUMMARY, ForecastSummary
from keepwell.runs.outlook_tables import store_rows
from proof.worlds import World, frame_of
from reports.checks import (
    check_claims_are_licensed,
    check_languages_agree,
    check_text_is_whole,
    check_values_are_facts,
)

CARD = report_card(frame_of(World(accounts=80, origins=4), 5), Subject("health", 1, "churn"))
ROWS = [
    RecordRow("chosen", 0, 18, 900, 1e6, 0.49, -0.02, 0.88),
    RecordRow("keep_last", 0, 18, 900, 1e6, 0.61, 0.07, None),
    RecordRow("chosen", 1, 18, 225, 1e6, 0.31, -0.01, 0.91),
    RecordRow("chosen", 4, 18, 225, 1e6, 0.83, 0.12, 0.86),
]
MISSED = [
    *ROWS[:-1],
    RecordRow("chosen", 3, 18, 225, 1.2e5, 1.0, -1.0, 0.88),
    RecordRow("chosen", 4, 18, 225, 5e4, 1.0, -1.0, 0.89),
]


def document(verdict: str, record: Sequence[RecordRow] = ROWS) -> Document:
    """Return a report whose snapshot holds a record of such a verdict."""
    whole = verdict in ("beats_keep_last", "does_not_beat_keep_last")
    summary = ForecastSummary(
        verdict,
        48 if whole else 7,
        27,
        61,
        18,
        "pace",
        0.2,
        0.1,
        0.3,
        15,
        0.9,
        7e6,
        5e6,
        9e6,
        17,
        1,
    )
    with DuckDbEngine() as engine:
        store_rows(engine, RECORD, record if whole else [], RecordRow)
        store_rows(engine, SUMMARY, [summary], ForecastSummary)
        blocks = forecast_blocks(engine.rows, date(2026, 10, 31), 61)
    return write_proof_document(CARD, "Co", effects=(), forecast=blocks)


def text_of(found: Document, lang: str) -> str:
    page = resolve(found, "zh" if lang == "zh" else "en")
    return markdown(page, {p.key: p.key for p in page.pictures})


@pytest.mark.parametrize(
    "verdict", ["beats_keep_last", "does_not_beat_keep_last", "too_short", "no_dated_wins"]
)
def test_the_chapter_is_whole_licensed_and_of_one_mind_in_both_languages(verdict: str) -> None:
    found = document(verdict)
    check_text_is_whole(found)
    check_values_are_facts(found)
    check_claims_are_licensed(found)
    check_languages_agree(found)


def test_error_bias_and_coverage_stand_by_method_and_tier_against_keep_last() -> None:
    found = document("beats_keep_last")
    (table,) = [b for b in found.blocks if isinstance(b, Table) and b.key == "forecast_record"]
    assert [[c.value for c in row[1:]] for row in table.rows] == [
        [900, 0.49, -0.02, 0.88],
        [900, 0.61, 0.07, None],
        [225, 0.31, -0.01, 0.91],
        [225, 0.83, 0.12, 0.86],
    ]
    en, zh = text_of(found, "en"), text_of(found, "zh")
    assert "From the run as of 2026-10-31" in en
    assert "beats keep-last" in en
    assert "胜过“与过去六个月相同”" in zh
    assert "没有胜过" in text_of(document("does_not_beat_keep_last"), "zh")
    assert en.index("The six-month amount on past days") < en.index("The effect of plays")


def test_a_bias_of_minus_one_hundred_is_told_with_what_it_missed() -> None:
    found = document("beats_keep_last", MISSED)
    check_text_is_whole(found)
    check_values_are_facts(found)
    check_claims_are_licensed(found)
    check_languages_agree(found)
    en, zh = text_of(found, "en"), text_of(found, "zh")
    assert "The bias of \u2212100 % in contribution tiers 3 and 4: accounts there had won" in en
    assert re.search(
        r"won nothing in .*the amount said for them was 0\. What they won after that, 17\.0 % \[",
        en,
    )
    assert re.search(
        "贡献层级 3、4 的偏差是 \u2212100 %.*没有成交，所以给出的金额为 0；.*占实际金额的 17.0 %",
        zh,
    )
    nearly = [*MISSED[:-2], replace(MISSED[-2], bias=-0.997)]
    said = text_of(document("beats_keep_last", nearly), "en")
    assert "in contribution tier 3: accounts there had won next to nothing" in said
    for other in (ROWS, [replace(ROWS[0], bias=-1.0), *MISSED[1:]]):
        assert "100 % in" not in text_of(document("beats_keep_last", other), "en")


def test_a_short_or_missing_record_says_so_and_shows_no_table() -> None:
    short, undated = document("too_short"), document("no_dated_wins")
    assert "too short to tell** (7 months of wins, 27 needed" in text_of(short, "en")
    assert "没有带日期的成交记录" in text_of(undated, "zh")
    for found in (short, undated):
        assert not [b for b in found.blocks if isinstance(b, Table) and b.key == "forecast_record"]


def test_without_a_run_there_is_no_chapter() -> None:
    assert "The six-month amount" not in text_of(write_proof_document(CARD, "Co"), "en")
