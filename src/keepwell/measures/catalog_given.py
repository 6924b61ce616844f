"""Scores and levels that the source states: kept as given, not validated, outcomes of nothing."""

from keepwell.measures.providers import UNKNOWN_ONLY, direct
from keepwell.vocabulary import Bilingual, Measure, Unit

GIVEN = (
    Measure(
        "estimated_customer_ltv",
        Bilingual("来源给出的客户终身价值", "Lifetime value of the source"),
        Unit.AMOUNT,
        "higher_is_better",
        Bilingual(
            "来源系统给出的客户终身价值，keepwell 未经验证。",
            "The lifetime value that the source states, not validated here.",
        ),
        UNKNOWN_ONLY,
        "account_view.estimated_customer_ltv",
        (direct("estimated_customer_ltv"),),
        is_current_only=True,
    ),
    Measure(
        "churn_probability",
        Bilingual("来源给出的流失概率", "Churn probability of the source"),
        Unit.SHARE,
        "lower_is_better",
        Bilingual(
            "来源系统给出的流失概率，keepwell 未经验证；与健康分是两个不同的数字。",
            "The probability of churn that the source states, not validated here; not the "
            "health score.",
        ),
        UNKNOWN_ONLY,
        "account_view.churn_probability",
        (direct("churn_probability"),),
        is_current_only=True,
    ),
    Measure(
        "customer_health_score",
        Bilingual("来源给出的健康分", "Health score of the source"),
        Unit.POINTS,
        "higher_is_better",
        Bilingual(
            "来源系统自带的健康分，keepwell 未经验证；是另一套分数，不进入本评分。",
            "The health score that the source states, not validated here; another score than ours.",
        ),
        UNKNOWN_ONLY,
        "account_view.customer_health_score",
        (direct("customer_health_score"),),
        is_current_only=True,
    ),
    Measure(
        "churn_risk_level",
        Bilingual("来源给出的流失等级", "Churn level of the source"),
        Unit.CATEGORY,
        "none",
        Bilingual(
            "来源系统给出的流失等级，keepwell 未经验证；不是流失结果。",
            "The level of churn risk that the source states, not validated here; not an outcome.",
        ),
        UNKNOWN_ONLY,
        "account_view.churn_risk_level",
        (direct("churn_risk_level"),),
        is_current_only=True,
    ),
)
