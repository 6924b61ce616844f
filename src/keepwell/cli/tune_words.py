"""The words of the churn scorecard and of tuning, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

BINS = {
    "missing": Bilingual("缺失", "missing"),
    "other": Bilingual("其他", "other"),
    "any": Bilingual("任意", "any"),
}
WORDS = {
    "validated": Bilingual(
        "已验证：运行时按「流失概率×贡献」排序。",
        "Validated: runs rank by churn probability x contribution.",
    ),
    "doubtful": Bilingual(
        "未通过验证，运行中不使用：{0}",
        "Not validated, so no run uses it: {0}",
    ),
    "rests_on": Bilingual(
        "数据截至 {0}，回测 {1}，观察期 {2} 天",
        "Data up to {0}, back-test {1}, {2} days ahead",
    ),
    "quality": Bilingual(
        "AUC {0:.3f}　校准误差 {1:.3f}{4}　平均预测 {2:.1%}，实际 {3:.1%}",
        "AUC {0:.3f}   calibration error {1:.3f}{4}   predicted {2:.1%}, came {3:.1%}",
    ),
    "by_chance": Bilingual(
        "（概率全对时仅凭偶然 {0:.3f}）", " (true probabilities by chance: {0:.3f})"
    ),
    "gap": Bilingual(
        "与梯度提升相比：AUC {0:+.3f}（95 % {1:+.3f} 至 {2:+.3f}）",
        "Against boosted trees: AUC {0:+.3f} (95 % {1:+.3f} .. {2:+.3f})",
    ),
    "feature": Bilingual("指标", "measure"),
    "bin": Bilingual("区间", "bin"),
    "points": Bilingual("分（20 分＝流失几率减半）", "points (20 halve the odds)"),
    "rows": Bilingual("行数", "rows"),
    "moved": Bilingual(
        "与拟合时相比已变化的指标：{0}",
        "Moved since the fit: {0}",
    ),
    "steady": Bilingual("各指标分布与拟合时相近。", "The measures are spread as at the fit."),
    "level": Bilingual(
        "今日 {0} 家客户平均概率 {1:.1%}；拟合时的水平 {2:.1%}",
        "Today {0} accounts average {1:.1%}; its level at the fit was {2:.1%}",
    ),
    "dropped": Bilingual("已删除流失模型。", "The churn scorecard is forgotten."),
    "nothing_to_drop": Bilingual("没有可删除的流失模型。", "There is none to forget."),
    "learned": Bilingual(
        "用 {0} 至 {1} 学习（流失 {2} 家），用 {3} 至 {4} 检验（流失 {5} 家）",
        "Learned on {0} to {1} ({2} left), judged on {3} to {4} ({5} left)",
    ),
    "gain": Bilingual(
        "AUC {0:.3f} → {1:.3f}，提升 {2:+.3f}（95 % {3:+.3f} 至 {4:+.3f}）",
        "AUC {0:.3f} -> {1:.3f}, gain {2:+.3f} (95 % {3:+.3f} .. {4:+.3f})",
    ),
    "weight": Bilingual("权重（分）", "weight (points)"),
    "before": Bilingual("现在", "now"),
    "after": Bilingual("建议", "proposed"),
    "scale": Bilingual("曲线", "scale"),
    "lines": Bilingual("分档线：{0}", "Tier lines: {0}"),
    "written": Bilingual(
        "已写入 {0} 供审阅，任何运行都不会读取它。确认后移到现用文件，再运行 keepwell preview。",
        "Written to {0} for review; no run reads it. To take it, move it over the present file, "
        "then `keepwell preview`.",
    ),
    "no_better": Bilingual(
        "提升的区间包含 0：看不出比现有评分卡更好，未写入文件（--anyway 可强制写入）。",
        "The interval of the gain holds 0: no better than yours by this evidence, so nothing was "
        "written (--anyway writes it all the same).",
    ),
}


def tune_word(name: str, lang: Lang, *values: object) -> str:
    """Return a word of these commands in a language."""
    return WORDS[name].text(lang).format(*values)


def bin_text(name: str, lang: Lang) -> str:
    """Return a bin's name in a language; bounds and categories are the same in both.

    >>> bin_text("missing", "zh"), bin_text("< 3 & other", "zh"), bin_text("< 3", "zh")
    ('缺失', '< 3 & 其他', '< 3')
    """
    parts = [BINS[p].text(lang) if p in BINS else p for p in name.split(" & ")]
    return " & ".join(parts)
