"""Values of measures as text, by the unit of the catalogue."""

from typing import assert_never

from keepwell.reports.numbers import Form, amount_text, count_text, number_text, share_text
from keepwell.reports.terms import clean, industry_word, size_word
from keepwell.vocabulary import Bilingual, Lang, Measure, Unit


def measure_text(measure: Measure | None, value: float | str, lang: Lang) -> str:
    """Return a measure's value as printed in tables and labels; a category in words.

    Missing: an uncatalogued measure prints as a plain number or text.
    """
    if isinstance(value, str):
        return _category(measure, value, lang)
    unit = measure.unit if measure else Unit.RATIO
    match unit:
        case Unit.DAYS:
            return (
                f"{count_text(round(value, 1))} 天"
                if lang == "zh"
                else f"{count_text(round(value, 1))} days"
            )
        case Unit.COUNT:
            return count_text(round(value, 1))
        case Unit.SHARE:
            return share_text(value, 1)
        case Unit.AMOUNT:
            return amount_text(value, lang)
        case Unit.POINTS | Unit.CATEGORY:
            return number_text(value, Form.NUMBER, lang)
        case Unit.RATIO:
            return number_text(value, Form.RATIO, lang)
    assert_never(unit)


def _category(measure: Measure | None, value: str, lang: Lang) -> str:
    known = size_word(value) if measure and "size" in measure.name else industry_word(value)
    word = known if isinstance(known, Bilingual) else clean(value)
    return word.text(lang) if isinstance(word, Bilingual) else word.text


def mean_text(measure: Measure | None, value: float | None, lang: Lang) -> str:
    """Return a mean or median: counts and days keep one decimal, the unit stands in the head."""
    if value is None:
        return "—"
    unit = measure.unit if measure else Unit.RATIO
    if unit in (Unit.DAYS, Unit.COUNT):
        if abs(value) >= 1000:
            return number_text(float(round(value)), Form.COUNT, lang)
        return number_text(value, Form.NUMBER, lang)
    return measure_text(measure, value, lang)
