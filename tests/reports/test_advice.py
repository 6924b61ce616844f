"""Advice fits the account: who acts on which size, when to verify, when to get in touch."""

from dataclasses import replace

import pytest

from keepwell.outlook import FIRST_STEPS, REASONS, priority_select
from keepwell.reports import Subject, write_document
from keepwell.reports.page import Table, lines_of
from keepwell.reports.sections.priority_words import REASON_WORDS, STEP_WORDS
from keepwell.reports.terms import industry_word
from keepwell.vocabulary import Bilingual, MeasureSource
from reports.portfolio import CARD, Shape, load, open_engine

ROW = {
    "name": "A", "industry": "Retail", "account_size_segment": "Large", "score_micro": 40_000_000,
    "tier": "low", "effective_tier": "low", "coverage": 1.0, "contribution_amount": 10.0,
    "contribution_rank": 9, "contribution_tier": 2, "expected_loss_amount": 10.0,
    "has_contradiction": False, "scorecard": "classic", "days_since_last_activity": 60.0,
    "days_since_last_activity__never": False, "contact_email_coverage": 0.5,
}  # fmt: skip


JUST_ABOVE = {"tier": "medium", "effective_tier": "medium", "score_micro": 50_500_000}


def first_step(**values: object) -> str:
    """Return the first step of one account that differs from ROW in these values."""
    row = ROW | values
    size = str(row["account_size_segment"])
    picked = ", ".join(
        f"'{v}' AS {k}" if isinstance(v, str) else f"CAST({v} AS {_kind(v)}) AS {k}"
        for k, v in row.items()
    )
    with open_engine() as engine:
        engine.create_table("portfolio", f"SELECT 'A1' AS account_id, {picked}")
        sql = priority_select({"classic": CARD}, tuple(row), sizes=(size,), silent_days=45.0)
        engine.create_table("priority", sql)
        return str(engine.rows("SELECT first_step FROM priority")[0][0])


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "BOOLEAN"
    return "BIGINT" if isinstance(value, int) else "DOUBLE"


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ({}, "executive_visit"),
        ({"account_size_segment": "Small Business"}, "wake_up_journey"),
        ({"account_size_segment": "Small Business", "contribution_tier": 1}, "diagnostic_call"),
        (
            {"account_size_segment": "Small Business", "has_contradiction": True},
            "verify_then_diagnose",
        ),
        (
            {"account_size_segment": "Small Business", "days_since_last_activity": 3.0},
            "invite_contacts",
        ),
        ({"has_contradiction": True}, "verify_then_rescue"),
        ({"account_size_segment": "Mid-Market"}, "senior_dialogue"),
        (
            {
                "has_contradiction": True,
                "current_pipeline_amount": 31.0,
                "total_won_amount": 10.0,
            },
            "verify_then_check_deals",
        ),
        (JUST_ABOVE, "book_conversation"),
        (JUST_ABOVE | {"account_size_segment": "Small Business"}, "automatic_reminder"),
        (JUST_ABOVE | {"has_contradiction": True}, "verify_then_decide"),
        ({"days_since_last_activity": 3.0}, "complete_contacts"),
        ({"effective_tier": "medium", "contribution_tier": 1}, "call_main_contact"),
        (
            {"effective_tier": "medium", "contribution_tier": 1, "has_contradiction": True},
            "verify_then_call",
        ),
    ],
)
def test_first_step_fits_size_and_trust_in_the_fields(values: dict[str, object], step: str) -> None:
    assert first_step(**values) == step


def test_every_reason_and_first_step_has_words() -> None:
    assert set(FIRST_STEPS) == set(STEP_WORDS)
    assert {r for group in REASONS.values() for r in group} == set(REASON_WORDS)


def listed_accounts(*accounts: dict[str, object]) -> list[tuple[object, ...]]:
    """Return account and group of a list made from rows that differ from ROW in these values."""
    rows = [ROW | values | {"account_id": f"A{i}"} for i, values in enumerate(accounts)]
    selects = (
        "SELECT "
        + ", ".join(
            f"'{v}' AS {k}" if isinstance(v, str) else f"CAST({v} AS {_kind(v)}) AS {k}"
            for k, v in row.items()
        )
        for row in rows
    )
    with open_engine() as engine:
        engine.create_table("portfolio", " UNION ALL ".join(selects).replace("None", "NULL"))
        sql = priority_select(
            {"classic": CARD}, (*ROW, "is_firm_low"), sizes=("Large",), silent_days=45.0
        )
        engine.create_table("priority", sql)
        return engine.rows("SELECT account_id, priority_group FROM priority ORDER BY priority_rank")


def test_an_account_without_money_is_never_called_large() -> None:
    first: dict[str, object] = {"contribution_tier": 1, "contribution_rank": 1, "is_firm_low": True}
    assert listed_accounts(first | {"contribution_amount": 0.0}) == [("A0", "C")]
    assert listed_accounts(first | {"contribution_amount": 5.0}) == [("A0", "B")]


def test_without_amounts_the_firmly_low_come_first_then_the_lowest_score() -> None:
    bare: dict[str, object] = {"contribution_amount": 0.0}
    found = listed_accounts(
        bare | {"is_firm_low": False, "score_micro": 5_000_000},
        bare | {"is_firm_low": True, "score_micro": 40_000_000},
        bare | {"is_firm_low": True, "score_micro": 30_000_000},
    )
    assert [account for account, _ in found] == ["A2", "A1", "A0"]


def summary_of(setup: str, shape: Shape, seed: int = 3) -> tuple[str, str]:
    """Return the summary of a changed random portfolio, zh and en."""
    with open_engine() as engine:
        subject = load(engine, shape, seed)
        engine.rows(setup) if setup else None
        document = write_document(subject, engine.rows)
    texts = {"zh": "", "en": ""}
    for block in document.blocks[:8]:
        for lang in ("zh", "en"):
            texts[lang] += " ".join(line.plain(lang) for line in lines_of(block)) + "\n"
    return texts["zh"], texts["en"]


AGREE = (
    "UPDATE portfolio SET total_activities_30d = "
    "CASE WHEN days_since_last_activity < 30 THEN 3 ELSE 0 END"
)
WHOLE = Shape(accounts=60, unknown_share=0, never_share=0, lift=0.1)


def test_silent_accounts_whose_fields_agree_are_contacted_not_verified() -> None:
    zh, en = summary_of(AGREE, WHOLE)
    assert "CS leader contacts" in en
    assert "CS leader verify" not in en
    assert "客户成功负责人在 5 个工作日内联系" in zh
    assert "核实 " not in zh


def test_silent_accounts_whose_fields_contradict_are_verified() -> None:
    odd = "UPDATE portfolio SET total_activities_30d = 5"
    zh, en = summary_of(odd, WHOLE)
    assert "data owner and CS leader verify" in en
    assert "个工作日内核实" in zh
    assert "核实 " not in zh


def test_a_size_that_weighs_more_in_money_than_in_accounts_gets_people() -> None:
    few = (
        "UPDATE portfolio SET contribution_amount = 100, account_size_segment = CASE "
        "WHEN tier = 'low' AND account_id < 'A000012' THEN 'Large' ELSE 'Small Business' END; "
        "UPDATE portfolio SET contribution_amount = 9000 WHERE account_size_segment = 'Large'"
    )
    _, en = summary_of(few, Shape(accounts=60, unknown_share=0, never_share=0, lift=-0.2))
    assert "of size Large, are" in en
    assert "but hold" in en
    assert "low Small Business accounts on the automated wake-up journey" in en


def test_sizes_in_proportion_give_no_advice_by_size() -> None:
    flat = "UPDATE portfolio SET contribution_amount = 100"
    _, en = summary_of(flat, WHOLE)
    assert "but hold" not in en
    assert "name one owner" not in en


def test_one_decision_has_no_letter() -> None:
    _, one = summary_of(
        AGREE, Shape(accounts=30, has_money=False, never_share=0, unknown_share=0.5)
    )
    _, several = summary_of("UPDATE portfolio SET total_activities_30d = 5", WHOLE)
    assert "One decision this week" in one
    assert "(a)" not in one
    assert "decisions this week: (a)" in several


def source_words(*columns: str) -> set[str]:
    """Return the words in the source column of the scorecard table."""
    with open_engine() as engine:
        subject = load(engine, WHOLE, 3)
        sources = {
            m.measure: MeasureSource(m.measure, "events", columns, 1, 0, 0) for m in CARD.measures
        }
        document = write_document(with_sources(subject, sources), engine.rows)
    table = next(b for b in document.blocks if isinstance(b, Table) and "scorecard" in b.key)
    return {row[4].text.plain("zh") for row in table.rows}


def with_sources(subject: Subject, sources: dict[str, MeasureSource]) -> Subject:
    """Return the subject with these sources."""
    return replace(subject, sources=sources)


def test_account_view_columns_are_columns_not_records() -> None:
    assert source_words("account_view.total_contacts") == {"由字段计算"}
    assert source_words("contacts.email", "account_view.total_contacts") == {"由明细计算"}


def test_industries_are_translated_however_they_are_written() -> None:
    word = industry_word("RETAIL")
    assert isinstance(word, Bilingual)
    assert (word.zh, word.en) == ("零售", "RETAIL")
    assert not isinstance(industry_word("technolgy"), Bilingual)


def test_a_measure_from_the_columns_of_a_scored_proxy_is_by_construction() -> None:
    columns = ("usage.occurred_at",)
    with open_engine() as engine:
        subject = load(engine, WHOLE, 3)
        sources = {
            "days_since_last_activity": MeasureSource(
                "days_since_last_activity", "proxy", columns, 60, 0, 0
            ),
            "win_rate": MeasureSource("win_rate", "events", columns, 60, 0, 0),
            "account_age_days": MeasureSource("account_age_days", "direct", ("a.x",), 60, 0, 0),
        }
        document = write_document(with_sources(subject, sources), engine.rows)
    table = next(b for b in document.blocks if isinstance(b, Table) and b.key == "profile")
    nature = {row[0].text.plain("en"): row[7].text.plain("en") for row in table.rows}
    assert nature["Win rate"] == "by construction"
    assert nature["Account age"] == "not in the score"


def test_without_amounts_no_group_speaks_of_money() -> None:
    with open_engine() as engine:
        subject = load(engine, Shape(accounts=60, has_money=False, lift=-0.2), 3)
        document = write_document(subject, engine.rows)
    texts = [line.plain("en") for b in document.blocks for line in lines_of(b)]
    assert any(t.startswith("C: low accounts of size ") and "group B" not in t for t in texts)
    assert not any("largest amount first" in t for t in texts)


def test_accounts_that_left_and_what_stands_in_for_a_measure_are_said() -> None:
    note = Bilingual("以使用记录代替。", "Usage stands in.")
    source = MeasureSource(
        "days_since_last_activity", "proxy", ("usage.occurred_at",), 60, 0, 0, note
    )
    with open_engine() as engine:
        subject = with_sources(load(engine, WHOLE, 3), {"days_since_last_activity": source})
        told = replace(subject, has_outcome=True, left_before=7)
        texts = [
            line.plain("en")
            for b in write_document(told, engine.rows).blocks
            for line in lines_of(b)
        ]
    assert any("Of the accepted accounts 7 had left by 2026-10-31" in t for t in texts)
    assert any(t.startswith("7 accounts have a date of leaving") for t in texts)
    assert any("Usage stands in." in t for t in texts)
    assert not any("No churn outcome" in t for t in texts)
