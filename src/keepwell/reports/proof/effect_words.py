"""The words of effects, in both languages."""

from keepwell.proof import Effect, EffectMeasure, EffectVerdict
from keepwell.reports.numbers import Form
from keepwell.vocabulary import Bilingual

VERDICTS: dict[EffectVerdict, Bilingual] = {
    "works": Bilingual("有效", "works"),
    "no_effect_seen": Bilingual("未见效果", "no effect seen"),
    "cannot_tell": Bilingual("无法判断", "cannot tell"),
    "harmful": Bilingual("有害", "harmful"),
}
MEASURES: dict[EffectMeasure, Bilingual] = {
    "score": Bilingual("健康分（分）", "health score (points)"),
    "left": Bilingual("流失的客户占比", "share of accounts that left"),
    "money": Bilingual("每家客户的金额", "money of an account"),
}
FORMS: dict[EffectMeasure, Form] = {
    "score": Form.SIGNED,
    "left": Form.SIGNED_PART,
    "money": Form.AMOUNT,
}
# Of what could be seen at least, which has no sign.
SIZES: dict[EffectMeasure, Form] = {
    "score": Form.RATIO,
    "left": Form.PART,
    "money": Form.AMOUNT,
}
DESIGNS = {
    "holdout": Bilingual("随机留出组", "holdout by lot"),
    "matched": Bilingual("匹配的客户", "matched accounts"),
}
REASONS = {
    "too_few_accounts": Bilingual(
        "两组中有一组已知结果的客户不足 30 家",
        "one group has under 30 accounts with a known outcome",
    ),
    "too_few_leavers": Bilingual("流失的客户不足 10 家", "under 10 accounts left"),
    "no_variation": Bilingual("结果没有差异", "outcomes do not vary"),
    "lopsided_loss": Bilingual(
        "两组中结果未知的客户比例不同，超出偶然",
        "outcomes are unknown more often in one group than chance explains",
    ),
    "unbalanced": Bilingual("匹配之后两组仍不相像", "the groups are unlike even when matched"),
    "pre_trend": Bilingual(
        "执行之前两组的变动就已不同", "the groups moved apart before the play began"
    ),
    "placebo": Bilingual(
        "同样的算法在没有执行的客户身上也算出了效果",
        "the same estimate finds an effect where nothing was done",
    ),
    "wide_interval": Bilingual(
        "区间太宽，既不能排除没有效果，也不能排除有意义的效果",
        "the interval is too wide: it holds both nothing and an effect that matters",
    ),
}
KINDS = {
    "play": Bilingual("执行", "play"),
    "journey": Bilingual("旅程", "journey"),
    "plan": Bilingual("成功计划", "success plan"),
    "playbook": Bilingual("剧本", "playbook"),
}


def subject_word(subject: str, title: Bilingual | None = None) -> Bilingual:
    """Return a subject in words: its kind, and what it is called or its name.

    >>> subject_word("play:qbr", Bilingual("季度业务回顾", "quarterly review")).zh
    '执行：季度业务回顾'
    """
    kind, _, name = subject.partition(":")
    word = KINDS.get(kind, Bilingual(kind, kind))
    if title is None:
        return Bilingual(f"{word.zh} {name}", f"{word.en} {name}")
    return Bilingual(f"{word.zh}：{title.zh}", f'{word.en} "{title.en}"')


def reasons_word(effect: Effect) -> Bilingual:
    """Return why the verdict is not more than it is. Needs: an effect with reasons."""
    found = [REASONS[r] for r in effect.reasons]
    return Bilingual("；".join(r.zh for r in found), "; ".join(r.en for r in found))
