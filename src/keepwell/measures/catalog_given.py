"""Scores and levels that the source states: kept as given, not validated, outcomes of nothing."""

from typing import Literal

from keepwell.measures.providers import UNKNOWN_ONLY, VIEW, direct
from keepwell.vocabulary import Bilingual, Measure, Unit


def _given(
    name: str,
    label: Bilingual,
    unit: Unit,
    direction: Literal["higher_is_better", "lower_is_better", "none"],
    meaning: Bilingual,
) -> Measure:
    """Return a measure that one column of the account view states and nothing else can tell."""
    return Measure(
        name,
        label,
        unit,
        direction,
        meaning,
        UNKNOWN_ONLY,
        f"{VIEW}.{name}",
        (direct(name),),
        is_current_only=True,
    )


GIVEN = (
    _given(
        "estimated_customer_ltv",
        Bilingual("来源给出的客户终身价值", "Lifetime value of the source"),
        Unit.AMOUNT,
        "higher_is_better",
        Bilingual(
            "来源系统给出的客户终身价值，keepwell 未经验证。",
            "The lifetime value that the source states, not validated here.",
        ),
    ),
    _given(
        "churn_probability",
        Bilingual("流失概率", "Churn probability"),
        Unit.SHARE,
        "lower_is_better",
        Bilingual(
            "来源系统给出的流失概率（未经验证），或经验证的流失模型的概率（来源会写明）；与健康分是两个不同的数字。",
            "The probability of churn that the source states, not validated here, or that of the "
            "validated churn model, which then stands as its provider; not the health score.",
        ),
    ),
    _given(
        "customer_health_score",
        Bilingual("来源给出的健康分", "Health score of the source"),
        Unit.POINTS,
        "higher_is_better",
        Bilingual(
            "来源系统自带的健康分，keepwell 未经验证；是另一套分数，不进入本评分。",
            "The health score that the source states, not validated here; another score than ours.",
        ),
    ),
    _given(
        "churn_risk_level",
        Bilingual("来源给出的流失等级", "Churn level of the source"),
        Unit.CATEGORY,
        "none",
        Bilingual(
            "来源系统给出的流失等级，keepwell 未经验证；不是流失结果。",
            "The level of churn risk that the source states, not validated here; not an outcome.",
        ),
    ),
)
