"""Effects of plays as plain values in both languages, for pages that compute nothing."""

from typing import Any

from keepwell.proof import Effect
from keepwell.reports.numbers import Form, interval_text, number_text
from keepwell.reports.proof.effect_words import (
    DESIGNS,
    FORMS,
    MEASURES,
    SIZES,
    VERDICTS,
    reasons_word,
    subject_word,
)
from keepwell.vocabulary import Bilingual


def effect_values(effect: Effect) -> dict[str, Any]:
    """Return what one effect comes to: its words and texts by language, its counts."""
    form, found = FORMS[effect.measure], effect.estimate
    ends = (effect.always.low, effect.always.high)
    interval = Bilingual(interval_text(ends, form, "zh"), interval_text(ends, form, "en"))
    return {
        "subject": _both(subject_word(effect.subject, effect.title)),
        "measure": _both(MEASURES[effect.measure]),
        "design": _both(DESIGNS[effect.design]),
        "days": effect.horizon_days,
        "treated": found.treated,
        "controls": found.controls,
        "value": _both(_text(found.value, form)),
        "interval": _both(interval),
        "detectable": _both(_text(found.detectable(), SIZES[effect.measure])),
        "naive": _both(_text(effect.naive.change.value, form)),
        "by_itself": _both(_text(effect.naive.regression.value, form)),
        "verdict": _both(VERDICTS[effect.verdict]),
        "reasons": _both(reasons_word(effect)) if effect.reasons else {"zh": "", "en": ""},
    }


def _text(value: float, form: Form) -> Bilingual:
    return Bilingual(number_text(value, form, "zh"), number_text(value, form, "en"))


def _both(words: Bilingual) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
