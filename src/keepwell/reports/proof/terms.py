"""Words of the proof report: verdicts, reasons, rules, outcomes, groups."""

from keepwell.proof import Conclusion, VerdictReason
from keepwell.reports.terms import clean
from keepwell.reports.text import Data
from keepwell.vocabulary import Bilingual

CONCLUSIONS = {
    Conclusion.USEFUL: Bilingual("有用", "Useful"),
    Conclusion.NO_BETTER_THAN_RECENCY: Bilingual("不比简单规则强", "No better than a naive rule"),
    Conclusion.NO_SKILL: Bilingual("没有区分力", "No skill"),
    Conclusion.NOT_ENOUGH_DATA: Bilingual("数据不足", "Not enough data"),
}
NO_BETTER_THAN_RECENCY = Bilingual("不比只看最近活动强", "No better than recency")
NOT_VALIDATED = Bilingual("还没有验证", "not validated yet")
RULES = {
    "recency": Bilingual("只看最近活动", "recency alone"),
    "activity_count": Bilingual("只数近期活动", "recent activities counted"),
    "last_score": Bilingual("上期分数不变", "the score one origin ago"),
    "tenure": Bilingual("客户年限", "tenure"),
    "constant": Bilingual("一律续约", "everybody stays"),
    "always_renew": Bilingual("一律续约", "everybody stays"),
    "model": Bilingual("拟合模型（参照）", "fitted model (for reference)"),
}
OUTCOMES = {
    "churn": Bilingual("流失", "left"),
    "non_renewal": Bilingual("没有续约", "did not renew"),
    "contraction": Bilingual("缩减金额", "shrank"),
    "downgrade": Bilingual("降级", "were downgraded"),
    "inactivity": Bilingual("不再活动", "fell silent"),
    "label": Bilingual("出现所标结果", "met the labelled outcome"),
}
GROUPS = {
    "industry": Bilingual("行业", "industry"),
    "size": Bilingual("规模", "size"),
    "region": Bilingual("地区", "region"),
    "csm": Bilingual("客户成功经理", "CSM"),
    "segment": Bilingual("分群", "segment"),
}
WHY_NOT = {
    VerdictReason.TOO_FEW_EVENTS: Bilingual(
        "出现结果的独立客户太少", "too few independent accounts met the outcome"
    ),
    VerdictReason.TOO_FEW_OTHERS: Bilingual(
        "没有出现结果的独立客户太少", "too few independent accounts did not meet the outcome"
    ),
    VerdictReason.SCORE_MOSTLY_UNKNOWN: Bilingual(
        "一半以上的分数未知", "more than half of the scores are unknown"
    ),
    VerdictReason.CHANCE_NOT_EXCLUDED: Bilingual(
        "区间太宽，不能排除纯属偶然", "the interval is too wide to exclude chance"
    ),
    VerdictReason.RULE_NOT_EXCLUDED: Bilingual(
        "区间太宽，分不清它与简单规则",
        "the interval is too wide to tell it from a naive rule",
    ),
}


def rule_word(rule: str) -> Bilingual | Data:
    """Return the words for a naive rule or model; a name of the user's own stays as it is."""
    return RULES.get(rule) or clean(rule)


def outcome_word(outcome: str) -> Bilingual | Data:
    """Return the words for an outcome, as a verb in the past."""
    return OUTCOMES.get(outcome) or clean(outcome)


def group_word(group: str) -> Bilingual | Data:
    """Return the words for a kind of group."""
    return GROUPS.get(group) or clean(group)


def conclusion_word(conclusion: Conclusion, rule: str = "recency") -> Bilingual:
    """Return the words for a verdict; the rule it names is told where it is recency."""
    if conclusion is Conclusion.NO_BETTER_THAN_RECENCY and rule == "recency":
        return NO_BETTER_THAN_RECENCY
    return CONCLUSIONS[conclusion]
