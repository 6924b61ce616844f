"""Report and command line tell what recurring revenue was kept, is due and at risk, or cannot."""

from dataclasses import fields, replace

import pytest

from keepwell.cli.console import Speaker
from keepwell.cli.show_renewals import tell_renewals
from keepwell.reports import Document, write_document
from keepwell.runs.outlook_tables import store_rows
from keepwell.runs.renewal_outlook import TABLE, RenewalRow
from keepwell.vocabulary import LANGS
from reports.altered import facts_of, texts_of
from reports.checks import (
    check_claims_are_licensed,
    check_languages_agree,
    check_text_is_whole,
    check_values_are_facts,
)
from reports.portfolio import Shape, load, open_engine

TOLD = RenewalRow(
    arr_amount=10e6, due_amount=2e6, due_low_amount=5e5, at_risk_amount=4e5, grr=0.9, grr_low=0.85,
    grr_high=0.95, nrr=1.05, nrr_low=0.98, nrr_high=1.12, renewed=0.8, renewed_low=0.7,
    renewed_high=0.9, renewals=40, grr_ahead_low=0.94, grr_ahead_high=0.98, open_amount=0.0,
)  # fmt: skip
FEW = replace(
    TOLD, renewed=None, renewed_low=None, renewed_high=None, at_risk_amount=None,
    grr_ahead_low=None, grr_ahead_high=None, renewals=0,
)  # fmt: skip
OPEN = replace(TOLD, at_risk_amount=None, grr_ahead_low=None, open_amount=8e6)
NEW = replace(FEW, grr=None, grr_low=None, grr_high=None, nrr=None, nrr_low=None, nrr_high=None)


def report(*rows: RenewalRow) -> Document:
    with open_engine() as engine:
        subject = load(engine, Shape(accounts=30, unknown_share=0), 4)
        store_rows(engine, TABLE, rows, RenewalRow)
        names = frozenset(f.name for f in fields(RenewalRow))
        about = replace(subject, tables={**subject.tables, TABLE: names})
        return write_document(about, engine.rows)


def said(document: Document) -> str:
    return next((t for t in texts_of(document) if t.startswith("Renewals and retention")), "")


@pytest.mark.parametrize(
    ("row", "english", "command_line"),
    [
        (TOLD, "at that rate 400.0 k is at risk , and GRR in six months is 96.0 %", "400,000 ARR"),
        (FEW, "Fewer than 30 accounts came due", "Fewer than 30 accounts"),
        (OPEN, "For 8.0 M no end is on record", "8,000,000 has no end on record"),
        (
            NEW,
            "There was no recurring revenue twelve months ago",
            "due within six months 2,000,000",
        ),
    ],
)
def test_what_is_known_is_told_and_what_is_not_is_said_in_both_languages(
    row: RenewalRow, english: str, command_line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    document = report(row)
    check_text_is_whole(document)
    check_values_are_facts(document)
    check_claims_are_licensed(document)
    check_languages_agree(document)
    assert english in said(document)
    facts = facts_of(document)
    assert ("renewal:grr_ahead" in facts) == (row is TOLD)
    for lang in LANGS:
        tell_renewals(row, lang, Speaker(as_json=False))
    told = " ".join(capsys.readouterr().out.split())
    assert command_line in told
    assert "年度经常性收入（ARR）10,000,000" in told


def test_without_recurring_revenue_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(report()) == ""
    tell_renewals(None, "en", Speaker(as_json=False))
    tell_renewals(replace(TOLD, arr_amount=0.0), "en", Speaker(as_json=False))
    assert capsys.readouterr().out == ""
