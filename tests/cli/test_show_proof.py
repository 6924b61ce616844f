"""The short card beside a scorecard, in both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime

from keepwell.cli.show_proof import card_text, verdict_text
from keepwell.ports import KeptCard

KEPT = KeptCard(
    scorecard="account_health",
    version=3,
    outcome="churn",
    horizon_days=90,
    conclusion="useful",
    reason="beats_all_rules",
    rule="",
    auc=0.731,
    auc_low=0.702,
    auc_high=0.76,
    lead_days=47.0,
    accounts=1294,
    event_accounts=135,
    origins=24,
    last_origin=date(2026, 7, 31),
    backtest_id="2026-10-31-abc",
    made_at=datetime(2026, 11, 1, tzinfo=UTC),
)


def test_a_scorecard_that_was_never_judged_says_so() -> None:
    assert card_text(None, "en") == "back-test: not validated yet"
    assert card_text(None, "zh") == "验证：还没有验证"


def test_the_card_tells_verdict_interval_counts_and_lead() -> None:
    assert card_text(KEPT, "en") == (
        "back-test: Useful; AUC 0.731 (0.702 to 0.760), 24 origins, "
        "135 of 1,294 accounts with the outcome, 47 days ahead (median)"
    )
    assert "有用" in card_text(KEPT, "zh")
    assert "提前 47 天" in card_text(KEPT, "zh")


def test_one_origin_is_told_in_the_singular() -> None:
    assert ", 1 origin, 135 of" in card_text(replace(KEPT, origins=1), "en")


def test_too_few_departures_show_no_auc() -> None:
    few = replace(KEPT, conclusion="not_enough_data", reason="too_few_events", event_accounts=6)
    assert "AUC" not in card_text(few, "en")
    assert "6 of 1,294" in card_text(few, "en")


def test_recency_is_named_only_where_it_is_the_rule() -> None:
    as_good = replace(KEPT, conclusion="no_better_than_recency", rule="recency")
    assert verdict_text(as_good, "en") == "No better than recency"
    assert verdict_text(replace(as_good, rule="tenure"), "en") == "No better than a naive rule"
