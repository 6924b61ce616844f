"""Measures and their values in words, the way a reader of either language writes them."""

from keepwell.measures import CATALOG
from keepwell.vocabulary import SIZE_LABELS, Lang, Unit
from keepwell.web.figures import count_text, money_text, share_text
from keepwell.web.words import WORDS


def measure_text(measure: str, lang: Lang) -> str:
    """Return a measure's name; one of the user's own stays as it is."""
    return CATALOG[measure].label.text(lang) if measure in CATALOG else measure


def dimension_text(dimension: str, lang: Lang) -> str:
    """Return a dimension's name; one of the user's own with its underscores as spaces."""
    words = WORDS.get(f"dimension.{dimension}")
    if words is None:
        return dimension.replace("_", " ")
    return words.zh if lang == "zh" else words.en


def value_text(measure: str, value: object, lang: Lang) -> str:
    """Return a value with its unit; a category by its name.

    >>> value_text("days_since_last_activity", 42, "en")
    '42 d'
    >>> value_text("contact_email_coverage", 0.5, "zh")
    '50%'
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        known = SIZE_LABELS.get(str(value))
        return known.text(lang) if known else str(value)
    unit = CATALOG[measure].unit if measure in CATALOG else Unit.RATIO
    match unit:
        case Unit.SHARE:
            return share_text(float(value))
        case Unit.AMOUNT:
            return money_text(float(value), lang)
        case Unit.DAYS:
            return f"{count_text(value)} {'天' if lang == 'zh' else 'd'}"
        case _:
            return count_text(value) if float(value).is_integer() else f"{value:,.2f}"
