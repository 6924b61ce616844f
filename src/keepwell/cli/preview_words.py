"""The words of looking ahead and of what-if, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "would_fire": Bilingual(
        "批准后会触发 {0} 条预警、打开 {1} 项行动，结束 {2} 条预警",
        "Once approved: {0} alerts would fire and open {1} CTAs; {2} alerts would end",
    ),
    "money": Bilingual(
        "改变分段的客户带来的贡献共 {0:,.0f}；低分段的贡献净变 {1:+,.0f}",
        "Contribution of accounts that change tier: {0:,.0f}; the low tier's changes by {1:+,.0f}",
    ),
    "by_type": Bilingual("行动项按类型：{0}", "CTAs by type: {0}"),
    "first_ctas": Bilingual("金额最大的新行动项", "New CTAs with the largest amounts"),
    "hours": Bilingual("每月小时：现有 + 新增 / 可用", "hours a month: now + new / able"),
    "account": Bilingual("客户", "account"),
    "type": Bilingual("类型", "type"),
    "amount": Bilingual("金额", "amount"),
    "trigger": Bilingual("触发器", "trigger"),
    "alerts": Bilingual("预警", "alerts"),
    "person": Bilingual("负责人", "person"),
    "new_ctas": Bilingual("新行动项", "new CTAs"),
    "open_ctas": Bilingual("现有行动项", "open CTAs"),
    "nobody": Bilingual("（无）", "(nobody)"),
    "backtest": Bilingual(
        "回测（{0}，{1} 天）：AUC {2:.3f} → {3:.3f}，差 {4:+.3f}（95 % {5:+.3f} 至 {6:+.3f}）",
        "Back-test ({0}, {1} days): AUC {2:.3f} -> {3:.3f}, {4:+.3f} (95 % {5:+.3f} .. {6:+.3f})",
    ),
    "what_if": Bilingual("假设", "What if"),
    "now": Bilingual("现在", "now"),
    "then": Bilingual("假设后", "then"),
    "points": Bilingual("得分", "points"),
    "effort": Bilingual(
        "升到「{0}」的最小改动（差 {1} 分；每项不超过同类前 10%）",
        "Least effort to {0} ({1} points; no measure beyond the better tenth of its peers)",
    ),
    "out_of_reach": Bilingual(
        "仅靠同类前 10% 已达到的水平无法升档。",
        "Out of reach with what the better tenth of the peers has come to.",
    ),
    "at_top": Bilingual("已在最高档，或分数未知。", "In the top tier already, or without a score."),
}


def preview_word(name: str, lang: Lang, *values: object) -> str:
    """Return a word of these commands in a language."""
    return WORDS[name].text(lang).format(*values)
