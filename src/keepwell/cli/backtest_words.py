"""The words of `keepwell backtest`, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "title": Bilingual("回测", "Back-test"),
    "kept": Bilingual(
        "同样的数据与设置此前已回测过，以下为保存的结果。",
        "These inputs were replayed before; this is what was kept.",
    ),
    "span": Bilingual(
        "{0} {4}（{1} 至 {2}），数据截至 {3}",
        "{0} {4} ({1} to {2}); the data end on {3}",
    ),
    "early": Bilingual(
        "{0} 个月末距数据开始不足 30 天，未作起点",
        "{0} ends of month lie within 30 days of the beginning of the data and were left out",
    ),
    "incomplete": Bilingual(
        "{0} 个月末之后的观察期尚未结束，未作起点（{1} 至 {2}）",
        "{0} ends of month were left out since their horizon is not over ({1} to {2})",
    ),
    "scorecard": Bilingual("评分卡", "scorecard"),
    "horizon": Bilingual("观察期（天）", "horizon (days)"),
    "rows": Bilingual("行数", "rows"),
    "accounts": Bilingual("客户数", "accounts"),
    "outcomes": Bilingual("出现结果的行", "rows with outcome"),
    "left": Bilingual("出现结果的客户", "accounts with outcome"),
    "rate": Bilingual("基准率", "base rate"),
    "scored": Bilingual("有分数的行", "rows with a score"),
    "origin": Bilingual("回测起点", "origin"),
    "customers": Bilingual("当日客户", "customers"),
    "gone": Bilingual("已离开", "had left"),
    "later": Bilingual("尚未开始", "not yet there"),
    "at_risk": Bilingual("有风险的客户", "at risk"),
    "met": Bilingual("出现结果", "outcomes"),
    "left_out": Bilingual("未参与回测的指标", "Measures left out"),
    "measure": Bilingual("指标", "measure"),
    "columns": Bilingual("字段", "columns"),
    "weight": Bilingual("占评分权重", "share of the score"),
    "why": Bilingual("原因", "why"),
    "none_out": Bilingual("没有：所有指标在当时都可得。", "None: every measure was known then."),
    "findings": Bilingual("发现", "Findings"),
    "written": Bilingual("已保存", "Kept"),
    "next": Bilingual(
        "下一步：keepwell proof{0}（成绩单与结论）", "Next: keepwell proof{0} (the report card)"
    ),
}


def word(key: str, lang: Lang, *values: object) -> str:
    """Return a word or sentence, filled."""
    return WORDS[key].text(lang).format(*values)
