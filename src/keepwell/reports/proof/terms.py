"""Words of the proof report: verdicts, reasons, rules, outcomes, groups."""

from keepwell.measures import CATALOG
from keepwell.proof import SCORECARD, Conclusion, Leak, Subject, VerdictReason
from keepwell.reports.terms import clean, tier_word
from keepwell.reports.text import EMPTY, Data, Join, by_count
from keepwell.vocabulary import Bilingual

CONCLUSIONS = {
    Conclusion.USEFUL: Bilingual("有用", "Useful"),
    Conclusion.NO_BETTER_THAN_RECENCY: Bilingual("不比简单规则强", "No better than a naive rule"),
    Conclusion.NO_SKILL: Bilingual("没有区分力", "No skill"),
    Conclusion.NOT_ENOUGH_DATA: Bilingual("数据不足", "Not enough data"),
}
NO_BETTER_THAN_RECENCY = Bilingual("不比只看最近活动强", "No better than recency")
NOT_VALIDATED = Bilingual("还没有验证", "not validated yet")
# What stands beside for reference and takes no part in a verdict.
MODELS = {
    "health_score": Bilingual("健康分", "health score"),
    "churn_scorecard": Bilingual("流失评分卡", "churn scorecard"),
    "contract_steps": Bilingual("合同逐期模型", "contract steps"),
    "boosted_trees": Bilingual("提升树", "boosted trees"),
}
RULES = {
    "recency": Bilingual("只看最近活动", "recency alone"),
    "activity_count": Bilingual("只数近期活动", "recent activities counted"),
    "last_score": Bilingual("上期分数不变", "the score one origin ago"),
    "tenure": Bilingual("客户年限", "tenure"),
    "constant": Bilingual("一律续约", "everybody stays"),
    "always_renew": Bilingual("一律续约", "everybody stays"),
    "strongest_column": Bilingual("只看最强的一列", "the strongest single column"),
} | {n: Bilingual(f"{w.zh}（参照）", f"{w.en} (for reference)") for n, w in MODELS.items()}
# What is judged without a scorecard of the user's.
SUBJECTS = {name: MODELS[name] for name in (SCORECARD, "contract_steps")}
# An outcome without a day: nothing lies within a horizon.
LABEL = "label"
OUTCOMES = {
    "churn": Bilingual("流失", "left"),
    "non_renewal": Bilingual("没有续约", "did not renew"),
    "contraction": Bilingual("缩减金额", "shrank"),
    "downgrade": Bilingual("降级", "were downgraded"),
    "inactivity": Bilingual("不再活动", "fell silent"),
    LABEL: Bilingual("出现所标结果", "met the labelled outcome"),
}
SIGNS = {
    Leak.TELLS_LABEL: Bilingual("单凭它就几乎说准结果", "alone it nearly tells the outcome"),
    Leak.VALUE_TELLS_LABEL: Bilingual(
        "取同一值的客户几乎都是同一结果", "accounts of one value nearly all met one end"
    ),
    Leak.FILLED_FOR_ONE_SIDE: Bilingual(
        "某一种结果的客户填得多得多", "filled far more often for one end"
    ),
    Leak.SAME_VALUE_AFTER_LEAVING: Bilingual(
        "出现结果者大多同为一个值而别人几乎没有",
        "most accounts with the outcome share one value that hardly any other has",
    ),
    Leak.DATED_AFTER_ORIGIN: Bilingual("日期晚于起点", "days after the origin"),
    Leak.CHANGES_ONLY_WITH_EVENT: Bilingual("只随结果而变", "changes only with the outcome"),
    Leak.FROZEN_AFTER_EVENT: Bilingual("出现结果后不再变", "never changes after the outcome"),
    Leak.KNOWS_THE_FUTURE: Bilingual(
        "与另一指标的将来同步，胜过与其现在",
        "moves with the future of another measure",
    ),
    Leak.ENCODES_THE_LABEL: Bilingual(
        "与自己客户的结果占比近得不像巧合",
        "closer to the rate of its own accounts than chance allows",
    ),
    Leak.ROW_ORDER: Bilingual("行的次序透露结果", "the order of rows tells the outcome"),
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
    VerdictReason.TOO_FEW_ALARMS: Bilingual(
        "预警过的独立客户太少", "too few independent accounts were on alert"
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


def subject_word(subject: Subject) -> Bilingual | Data:
    """Return what was judged: the scorecard with its version, or a fitted model."""
    named = SUBJECTS.get(subject.scorecard)
    return named or Data(f"{subject.scorecard} v{subject.version}")


def card_name(scorecard: str, version: int) -> Bilingual:
    """Return the name of a kept card; models have version 0.

    >>> card_name("churn_scorecard", 0).zh, card_name("account_health", 3).en
    ('流失评分卡', 'account_health v3')
    """
    named = SUBJECTS.get(scorecard) if version == 0 else None
    return named or Bilingual(f"{scorecard} v{version}", f"{scorecard} v{version}")


def rule_word(rule: str) -> Bilingual | Data:
    """Return the words for a naive rule or model; a name of the user's own stays as it is."""
    return RULES.get(rule) or clean(rule)


def rule_label(rule: str) -> Bilingual:
    """Return a rule's name as it stands in the label of a fact."""
    return MODELS.get(rule) or RULES.get(rule) or Bilingual(rule, rule)


def tier_name(tier: str) -> Bilingual:
    """Return a tier's name as it stands in the label of a fact."""
    word = tier_word(tier)
    return word if isinstance(word, Bilingual) else Bilingual(word.text, word.text)


def measure_word(name: str) -> Bilingual | Data:
    """Return a measure's name; one of the user's own, or a column, stays as it is."""
    return CATALOG[name].label if name in CATALOG else Data(name)


def outcome_word(outcome: str) -> Bilingual | Data:
    """Return the words for an outcome, as a verb in the past."""
    return OUTCOMES.get(outcome) or clean(outcome)


def is_dated(outcome: str) -> bool:
    """Say whether an outcome has a day, so that it lies within a horizon; a label has none."""
    return outcome != LABEL


def origins_word(count: int) -> Bilingual:
    """Return the word for so many origins.

    >>> origins_word(1).en, origins_word(2).en
    ('origin', 'origins')
    """
    return Bilingual("个回测起点", by_count(count, "origin", "origins"))


def within(outcome: str, days: int, zh: str, en: str) -> Bilingual | Join:
    """Return words that name the horizon in `{d}`; none for a label, which has no day."""
    return Bilingual(zh.format(d=days), en.format(d=days)) if is_dated(outcome) else EMPTY


def group_word(group: str) -> Bilingual | Data:
    """Return the words for a kind of group."""
    return GROUPS.get(group) or clean(group)


def conclusion_word(conclusion: Conclusion, rule: str = "recency") -> Bilingual:
    """Return the words for a verdict; the rule it names is told where it is recency."""
    if conclusion is Conclusion.NO_BETTER_THAN_RECENCY and rule == "recency":
        return NO_BETTER_THAN_RECENCY
    return CONCLUSIONS[conclusion]
