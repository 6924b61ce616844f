"""The words of survival over contract steps, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "title": Bilingual("沿合同逐期看", "Along the contract, step by step"),
    "quality": Bilingual(
        "{0} 天分成每步 {1} 天，每步的流失概率连乘得出全程概率。AUC {2:.3f}　校准误差 {3:.3f}　"
        "平均预测 {4:.1%}，实际 {5:.1%}",
        "{0} days in steps of {1}; the chance over all of them is the product of the steps. "
        "AUC {2:.3f}   calibration error {3:.3f}   predicted {4:.1%}, came {5:.1%}",
    ),
    "minus_scorecard": Bilingual(
        "同样的行上，AUC 减去流失评分卡：{0:+.3f}（95 % {1:+.3f} 至 {2:+.3f}）",
        "On the same rows, AUC less that of the churn scorecard: {0:+.3f} "
        "(95 % {1:+.3f} .. {2:+.3f})",
    ),
    "minus_trees": Bilingual(
        "同样的行上，AUC 减去提升树：{0:+.3f}（95 % {1:+.3f} 至 {2:+.3f}）",
        "On the same rows, AUC less that of boosted trees: {0:+.3f} (95 % {1:+.3f} .. {2:+.3f})",
    ),
    "held": Bilingual(
        "在没有见过的更晚日期上，概率水平与排序都站得住。",
        "On later days that it had not seen, its order and its level held.",
    ),
    "doubts": Bilingual("有疑点：{0}", "There are doubts: {0}"),
    "rewritten": Bilingual(
        "合同结束日在客户离开时被改写过，会泄露将来；因此只看开始日，按每期 {0} 个月推算到期。",
        "Ends of terms were rewritten when customers left and would tell the future; so only their "
        "beginnings are read, with terms of {0} months.",
    ),
    "place": Bilingual("合同走到哪里", "place in the contract"),
    "chance": Bilingual("该步内流失", "leaves in the step"),
    "steps": Bilingual("见过的步数", "steps seen"),
    "kept": Bilingual("此后仍在", "still there after it"),
    "days": Bilingual("今后第几天", "days ahead"),
    "factor": Bilingual("流失几率", "odds of leaving"),
    "measure": Bilingual("指标", "measure"),
    "bin": Bilingual("区间", "bin"),
    "ranks_nobody": Bilingual(
        "（上表为各项指标都取平均的客户。）运行不按它排序；"
        "单个客户见 keepwell churn why 客户编号。",
        "(The table is of an account that is average in every measure.) No run ranks by it; for "
        "one account: keepwell churn why ACCOUNT.",
    ),
    "account": Bilingual(
        "客户 {0}，{1}：{2} 天内流失的概率 {3:.1%}（流失评分卡）。"
        "各项对几率的乘数，与平均客户相比：",
        "Account {0}, {1}: leaves within {2} days with a probability of {3:.1%} (churn scorecard). "
        "What each part does to the odds, against the average account:",
    ),
    "same_parts": Bilingual(
        "每一步都另乘以下各项：",
        "In every step the odds are also multiplied by:",
    ),
    "lacking": Bilingual(
        "沿合同逐期看需要导入 {0}，但它已不在了。请先 keepwell run，再看。",
        "The part along the contract needs import {0}, which is no longer there. `keepwell run` "
        "reads the sources again.",
    ),
    "no_term": Bilingual("没有生效的合同", "no term in force"),
    "within_term": Bilingual("合同期内，无到期", "within a term, none ends"),
    "renewal": Bilingual("第 {0} 期到期", "term {0} ends"),
    "month": Bilingual("第 {0} 个月", "month {0}"),
    "other": Bilingual("其他", "other"),
    "missing": Bilingual("缺失", "missing"),
}


def contract_word(name: str, lang: Lang, *values: object) -> str:
    """Return a word of these commands in a language."""
    return WORDS[name].text(lang).format(*values)


def place_text(place: str, lang: Lang) -> str:
    """Return a place in a contract in words.

    >>> place_text("renewal_4_more", "zh"), place_text("month_7_12", "en")
    ('第 4 期及以后到期', 'month 7 to 12')
    """
    kind, _, number = place.partition("_")
    if kind not in ("renewal", "month"):
        return WORDS[place].text(lang)
    low, _, high = number.partition("_")
    more = {"": low, "more": f"{low} 期及以后" if lang == "zh" else f"{low} or later"}
    told = more.get(high, f"{low} 至 {high}" if lang == "zh" else f"{low} to {high}")
    if lang == "zh" and high == "more":
        return f"第 {told}到期" if kind == "renewal" else f"第 {low} 个月及以后"
    return WORDS[kind].text(lang).format(told)
