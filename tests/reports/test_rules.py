"""When a sentence is allowed: one table per pattern, and every sentence that must be refused."""

import pytest

from keepwell.reports.patterns import Pattern, unlicensed
from keepwell.reports.rules import (
    Verdict,
    Why,
    may_advise,
    may_call_hot_spot,
    may_call_most_effective,
    may_compare,
    may_correlate,
    may_forecast,
    may_grade,
    may_join,
    may_predict,
    may_promise_effect,
    may_say_because,
    may_say_trend,
    may_say_would_gain,
    may_show_mean_alone,
    may_use_cut,
)


def _advice(accounts: int, owner: str) -> Verdict:
    return may_advise(
        accounts=accounts, owner=owner, cadence="weekly", baseline="6/7", target="2/7"
    )


APART, ASTRIDE = (0.1, 0.4), (-0.2, 0.3)


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        (may_compare(10, 10, APART, is_by_construction=False), Why.PASSED),
        (may_compare(33, 67, (-0.4, -0.1), is_by_construction=False), Why.PASSED),
        (may_compare(9, 67, APART, is_by_construction=False), Why.TOO_SMALL),
        (may_compare(33, 9, APART, is_by_construction=False), Why.TOO_SMALL),
        (may_compare(33, 67, ASTRIDE, is_by_construction=False), Why.NO_DIFFERENCE),
        (may_compare(33, 67, (0.0, 0.4), is_by_construction=False), Why.NO_DIFFERENCE),
        (may_compare(33, 67, None, is_by_construction=False), Why.NOT_TESTED),
        (may_compare(33, 67, APART, is_by_construction=True), Why.BY_CONSTRUCTION),
        (may_call_hot_spot(10, 0.049), Why.PASSED),
        (may_call_hot_spot(9, 0.001), Why.TOO_SMALL),
        (may_call_hot_spot(40, 0.05), Why.NOT_SIGNIFICANT),
        (may_call_hot_spot(40, None), Why.NOT_TESTED),
        (may_call_hot_spot(40, 0.01, is_in_table=False), Why.NOT_IN_TABLE),
        (may_grade(10), Why.PASSED),
        (may_grade(9), Why.TOO_SMALL),
        (may_grade(12, minimum=20), Why.TOO_SMALL),
        (may_grade(9, minimum=5), Why.TOO_SMALL),
        (may_say_because(is_exact_part_of_score=True), Why.PASSED),
        (
            may_say_because(is_exact_part_of_score=False, within_size=APART, n_one=10, n_other=10),
            Why.PASSED,
        ),
        (
            may_say_because(
                is_exact_part_of_score=False, within_size=ASTRIDE, n_one=33, n_other=51
            ),
            Why.NO_DIFFERENCE,
        ),
        (
            may_say_because(is_exact_part_of_score=False, within_size=APART, n_one=9, n_other=51),
            Why.TOO_SMALL,
        ),
        (may_say_because(is_exact_part_of_score=False), Why.NOT_TESTED),
        (may_correlate({"tickets"}, {"pipeline"}), Why.PASSED),
        (may_correlate({"won", "score"}, {"score"}), Why.SHARED_INPUT),
        (may_predict(has_outcome=True, backtest_passed=True), Why.PASSED),
        (may_predict(has_outcome=True, backtest_passed=False), Why.NOT_TESTED),
        (may_predict(has_outcome=False, backtest_passed=True), Why.NO_OUTCOME),
        (may_forecast(is_dated=True, has_past_error=True), Why.PASSED),
        (may_forecast(is_dated=False, has_past_error=True), Why.NO_DATES),
        (may_forecast(is_dated=True, has_past_error=False), Why.NO_PAST_ERROR),
        (
            may_forecast(is_dated=True, has_past_error=True, contains_score=True),
            Why.BY_CONSTRUCTION,
        ),
        (may_say_would_gain(is_labelled=True, feasible_share=0.03), Why.PASSED),
        (may_say_would_gain(is_labelled=True, feasible_share=0.0), Why.PASSED),
        (may_say_would_gain(is_labelled=False, feasible_share=0.5), Why.NOT_LABELLED),
        (may_say_would_gain(is_labelled=True, feasible_share=None), Why.NO_FEASIBLE_SHARE),
        (may_say_trend(2), Why.PASSED),
        (may_say_trend(1), Why.NO_SECOND_SNAPSHOT),
        (may_use_cut(chosen_after_looking=True, says_so=True), Why.PASSED),
        (may_use_cut(chosen_after_looking=False, says_so=False), Why.PASSED),
        (may_use_cut(chosen_after_looking=True, says_so=False), Why.CUT_NOT_ADMITTED),
        (may_join(contradicting_accounts=0), Why.PASSED),
        (may_join(contradicting_accounts=1), Why.CONTRADICTION),
        (may_join(contradicting_accounts=26, is_resolved=True), Why.PASSED),
        (may_show_mean_alone(52.99, 51.38), Why.PASSED),
        (may_show_mean_alone(1.0, 2.0), Why.PASSED),
        (may_show_mean_alone(45.7, 10.0), Why.MEAN_MISLEADS),
        (may_show_mean_alone(4.9, 10.0), Why.MEAN_MISLEADS),
        (may_show_mean_alone(3.0, 0.0), Why.MEAN_MISLEADS),
        (may_show_mean_alone(0.0, 0.0), Why.PASSED),
        (may_show_mean_alone(None, 1.0), Why.NOT_TESTED),
        (_advice(7, "CSM"), Why.PASSED),
        (_advice(0, "CSM"), Why.NO_SUCH_DATA),
        (_advice(7, ""), Why.INCOMPLETE_ADVICE),
    ],
)  # fmt: skip
def test_each_rule_gives_its_verdict(verdict: Verdict, why: Why) -> None:
    assert verdict.why is why
    assert bool(verdict) is (why is Why.PASSED)


# The sentences of the inspiring reports, with the evidence that they rest on.
REFUSED = {
    "risk is concentrated in cells of 1/8": may_call_hot_spot(8, 1.0),
    "hot spot among cells of which the smallest adjusted p is 0.20": may_call_hot_spot(14, 0.20),
    "health correlates with a forecast that multiplies by it": may_correlate(
        {"won", "score"}, {"won", "pipeline", "score"}
    ),
    "health is the canary of churn": may_predict(has_outcome=False, backtest_passed=False),
    "won amount is significantly lower": may_compare(33, 67, None, is_by_construction=True),
    "won amount is lower, within size": may_compare(33, 51, ASTRIDE, is_by_construction=False),
    "24 days inactive although 8 activities": may_join(contradicting_accounts=26),
    "a mean of two groups": may_show_mean_alone(36.6, 10.0),
    "the most effective way": may_call_most_effective(alternatives=1, feasible_share=None),
    "a whole conclusion on six accounts": may_compare(6, 94, (0.1, 0.9), is_by_construction=False),
    "a group that its own table does not hold": may_call_hot_spot(50, 0.01, is_in_table=False),
    "recently active, by a measure that another contradicts": may_join(contradicting_accounts=1),
    "they struggle with bugs, without a ticket": may_say_because(
        is_exact_part_of_score=False, within_size=(0.1, 0.2), n_one=50, n_other=50, has_data=False
    ),
    "high value has higher LTV, a group defined by LTV": may_compare(
        50, 50, (0.5, 0.9), is_by_construction=True
    ),
    "will reduce churn": may_promise_effect(has_outcome=False, has_comparison_group=False),
    "advice for a cell without accounts": may_advise(
        accounts=0, owner="CSM", cadence="monthly", baseline="1", target="2"
    ),
    "advice without target": may_advise(
        accounts=3, owner="CSM", cadence="monthly", baseline="1", target=""
    ),
}  # fmt: skip


@pytest.mark.parametrize("verdict", REFUSED.values(), ids=REFUSED.keys())
def test_the_refused_sentences_stay_refused(verdict: Verdict) -> None:
    assert not verdict


@pytest.mark.parametrize(
    ("zh", "en", "pattern"),
    [
        ("风险集中在科技行业", "Risk is concentrated in Technology", Pattern.HOT_SPOT),
        ("健康与收入强相关", "Health correlates with revenue", Pattern.CORRELATE),
        ("成交显著偏少", "Won amount is significantly smaller", Pattern.COMPARE),
        ("最有效的做法是提升中段", "The most effective way is to lift them", Pattern.BEST_MEANS),
        ("他们流失是因为缺陷", "They leave because of bugs", Pattern.CAUSE),
        ("将降低流失", "This will reduce losses", Pattern.EFFECT),
        ("健康分正在回升", "Health is rising", Pattern.TREND),
        ("这是收入预测", "This is a forecast", Pattern.FORECAST),
        ("流失风险高", "High churn risk", Pattern.PREDICT),
        ("指数将增加一成", "The index would grow by a tenth", Pattern.GAIN),
    ],
)
def test_words_of_a_claim_need_its_licence(zh: str, en: str, pattern: Pattern) -> None:
    assert unlicensed(zh, "zh", ())
    assert unlicensed(en, "en", ())
    assert not unlicensed(zh, "zh", (pattern,))
    assert not unlicensed(en, "en", (pattern,))
