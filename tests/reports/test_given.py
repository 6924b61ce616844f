"""The source's own score and level: said beside ours, labelled; not at all when absent."""

import pytest

from keepwell.outlook import worried_levels
from keepwell.reports import Document
from keepwell.reports.facts import Fact
from keepwell.reports.page import Table
from reports.altered import facts_of, report_on, texts_of
from reports.portfolio import Shape

LABEL = "Given, not validated: another score, not an outcome, and no confirmation"
ABOVE = "tier IN ('medium', 'high') AND contribution_tier = 1"
SILENT = "(days_since_last_activity >= 90 OR days_since_last_activity__never)"
BUSY = "days_since_last_activity < 45 AND NOT days_since_last_activity__never"


def written(level: str, score: str = "CAST(NULL AS DOUBLE)") -> Document:
    """Return the report on 60 accounts whose source states what the two SQL values say."""
    shape = Shape(accounts=60, unknown_share=0, names=1000)
    return report_on({"churn_risk_level": level, "customer_health_score": score}, shape)


def facts(document: Document) -> dict[str, Fact]:
    return {key: fact for key, fact in facts_of(document).items() if key.startswith("given:")}


def limits_row(document: Document) -> str:
    table = next(b for b in document.blocks if isinstance(b, Table) and b.key == "limits")
    found = [r[1].text.plain("en") for r in table.rows if "own score" in r[0].text.plain("en")]
    return found[0] if found else ""


def test_nothing_is_said_of_a_source_that_states_neither() -> None:
    document = written("CAST(NULL AS VARCHAR)")
    assert facts(document) == {}
    assert not any("source's own" in text or LABEL in text for text in texts_of(document))


def test_flagged_accounts_above_low_are_counted_named_and_labelled() -> None:
    document = written(f"CASE WHEN tier = 'low' OR ({ABOVE} AND {BUSY}) THEN 'High' ELSE 'Low' END")
    found = facts(document)
    above = int(found["given:outside"].value or 0)
    assert above > 0
    assert found["given:flagged"].n == 60
    row = limits_row(document)
    assert f"{found['given:flagged'].k}/60 accounts High" in row
    assert f"{above} of them above our low tier : Name" in row
    assert "unmarked" not in row  # every low account is flagged
    assert row.endswith(LABEL)
    first = next(t for t in texts_of(document) if t.startswith("The source flags"))
    assert LABEL in first
    assert "given:part" in found


def test_an_account_to_look_at_first_that_the_source_flags_too_is_said_once() -> None:
    document = written(
        f"CASE WHEN {ABOVE} AND effective_tier = tier AND {SILENT} THEN 'Critical' ELSE 'Low' END"
    )
    first = next(t for t in texts_of(document) if "to look at first" in t)
    assert "own level marks" in first
    assert "(given, not validated)" in first
    assert not any(t.startswith("The source flags") for t in texts_of(document))


def test_levels_that_agree_with_ours_do_not_reach_the_summary() -> None:
    document = written("CASE WHEN tier = 'low' THEN 'High' ELSE 'Low' END")
    assert "none of them above our low tier" in limits_row(document)
    assert not any(t.startswith("The source flags") for t in texts_of(document))


def test_levels_in_unknown_words_are_not_read_as_worry() -> None:
    assert facts(written("'R2'")) == {}
    half = written("CASE WHEN account_id < 'A000030' THEN 'R2' ELSE 'High' END")
    assert facts(half)["given:unread"].value == 30
    assert facts(half)["given:flagged"].n == 30
    assert "in words not known here" in limits_row(half)


@pytest.mark.parametrize(
    ("score", "says"),
    [
        ("100 - days_since_last_activity", "−1.00"),
        ("score_micro / 1e6", "+1.00"),
        ("CAST(50 AS DOUBLE)", ""),
    ],
)
def test_the_sources_score_is_set_beside_ours_and_recency(score: str, says: str) -> None:
    row = limits_row(written("CAST(NULL AS VARCHAR)", score))
    assert says in row
    assert bool(row) is bool(says)  # a constant score has no order
    assert ("nearly that of the days" in row) is (says == "−1.00")


def test_levels_are_read_in_both_languages_whatever_their_spelling() -> None:
    assert worried_levels(["HIGH RISK", "very-high", "高风险", "低风险", "medium", "elevated"]) == (
        ("HIGH RISK", "very-high", "高风险"),
        ("elevated",),
    )
