"""Patterns of sentences that need a licence, and the words that give each of them away."""

import re
from enum import StrEnum

from keepwell.vocabulary import Lang


class Pattern(StrEnum):
    """A kind of claim. rules.py says when it may be made."""

    COMPARE = "compare"
    HOT_SPOT = "hot_spot"
    GRADE = "grade"
    CAUSE = "cause"
    CORRELATE = "correlate"
    PREDICT = "predict"
    FORECAST = "forecast"
    GAIN = "gain"
    TREND = "trend"
    CUT_AFTER_LOOKING = "cut_after_looking"
    JOINED_MEASURES = "joined_measures"
    MEAN = "mean"
    BEST_MEANS = "best_means"
    EFFECT = "effect"
    ADVICE = "advice"


# Words that only a line with the licence (or one that denies the claim) may hold.
WORDS: dict[Pattern, dict[Lang, str]] = {
    Pattern.COMPARE: {
        "zh": r"更高|更低|高于|低于其余|显著|更不健康|更健康|更差|更好",
        "en": r"\b(higher than|lower than|significant\w*|healthier|worse|better than)\b",
    },
    Pattern.HOT_SPOT: {
        "zh": r"重灾区|集中在|最差|最高的(?:格|行业)|热点",
        "en": r"\b(hot spots?|worst|concentrated in|hardest hit)\b",
    },
    Pattern.CAUSE: {
        "zh": r"因为|驱动|导致|主因|原因是",
        "en": r"\b(because|drivers?|driven by|caused? by|due to)\b",
    },
    Pattern.CORRELATE: {"zh": r"相关", "en": r"\bcorrelat\w*\b"},
    Pattern.PREDICT: {
        "zh": r"预测流失|流失风险|流失概率|将会流失|金丝雀",
        "en": r"\b(predict\w*|churn risk|churn probabilit\w+|will churn|canary)\b",
    },
    Pattern.FORECAST: {
        "zh": r"收入预测|预计收入|未来收入",
        "en": r"\b(forecasts?|future revenue)\b",
    },
    Pattern.GAIN: {"zh": r"将增加|会增加|可增加", "en": r"\b(would (?:gain|grow|rise|add))\b"},
    Pattern.TREND: {
        "zh": r"上升|下降|回升|恶化|改善|变差",
        "en": r"\b(rising|falling|rose|fell|improv\w+|deteriorat\w+|declin\w+)\b",
    },
    Pattern.BEST_MEANS: {"zh": r"最有效|最佳路径", "en": r"\b(most effective|best way)\b"},
    Pattern.EFFECT: {
        "zh": r"将降低流失|将提升|会减少流失",
        "en": r"\b(will (?:reduce|raise|increase|lower|improve))\b",
    },
}


def unlicensed(text: str, lang: Lang, licences: tuple[Pattern, ...]) -> tuple[str, ...]:
    """Return the words of a text that need a licence it does not have.

    >>> unlicensed("Risk is concentrated in retail.", "en", ())
    ('concentrated in',)
    >>> unlicensed("Not a forecast.", "en", (Pattern.FORECAST,))
    ()
    """
    found: list[str] = []
    for pattern, by_lang in WORDS.items():
        if pattern in licences:
            continue
        found.extend(m.group() for m in re.finditer(by_lang[lang], text, re.IGNORECASE))
    return tuple(found)
