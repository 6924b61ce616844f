"""Numbers, money and days as a reader of either language writes them."""

from datetime import date

from keepwell.vocabulary import Lang

MINUS = "\u2212"
EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
ZH_STEPS = ((1e8, "亿"), (1e4, "万"))
EN_STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))
MATTERS_POINTS = 2.0


def score_text(micro: int | None) -> str:
    """Return a score with one decimal, never rounded up across a tier.

    >>> score_text(79_960_000), score_text(None)
    ('79.9', '—')
    """
    if micro is None:
        return "—"
    tenths = micro // 100_000
    return f"{tenths // 10}.{tenths % 10}"


def change_text(micro: int | None) -> str:
    """Return a change in points with a true minus sign, empty where nothing was before.

    >>> change_text(-18_240_000), change_text(1_500_000), change_text(0), change_text(None)
    ('−18.2', '+1.5', '0.0', '')
    """
    if micro is None:
        return ""
    tenths = abs(micro) // 100_000
    sign = "" if tenths == 0 else MINUS if micro < 0 else "+"
    return f"{sign}{tenths // 10}.{tenths % 10}"


def change_class(micro: int | None) -> str:
    """Return how a change is coloured: only if it matters.

    >>> change_class(-2_000_000), change_class(1_900_000), change_class(None)
    ('down', 'flat', 'flat')
    """
    points = (micro or 0) / 1e6
    if abs(points) < MATTERS_POINTS:
        return "flat"
    return "up" if points > 0 else "down"


def count_text(number: float | None) -> str:
    """Return a count with thousands apart.

    >>> count_text(1294)
    '1,294'
    """
    return "" if number is None else f"{number:,.0f}".replace("-", MINUS)


def share_text(share: float | None) -> str:
    """Return a share as whole per cent; one decimal below ten where it decides.

    >>> share_text(0.305), share_text(0.084), share_text(0.0), share_text(None)
    ('30%', '8.4%', '0%', '—')
    >>> share_text(0.0796), share_text(0.08), share_text(0.0804), share_text(0.9996)
    ('7.9%', '8%', '8%', '99%')
    """
    if share is None:
        return "—"
    percent = share * 100
    if 0 < percent < 10:
        shown = round(percent, 1)
        # Just below a whole number: 7.96 is not yet 8.
        if shown.is_integer():
            shown = int(percent * 10 + 1e-9) / 10
        if not shown.is_integer():
            return f"{shown:.1f}%"
    return f"{int(percent + 1e-9)}%"


def signed_share(share: float | None) -> str:
    """Return a share that may be negative, with its sign.

    >>> signed_share(-0.0984), signed_share(0.25), signed_share(None)
    ('−9.8%', '+25%', '')
    """
    if share is None:
        return ""
    sign = MINUS if share < 0 else "+" if share > 0 else ""
    return f"{sign}{share_text(abs(share))}"


def ratio_text(number: float | None) -> str:
    """Return a plain number with two decimals, a large one with fewer.

    >>> ratio_text(-0.113), ratio_text(1.4), ratio_text(656.13), ratio_text(None)
    ('−0.11', '1.40', '656', '—')
    """
    if number is None:
        return "—"
    decimals = 2 if abs(number) < 10 else 1 if abs(number) < 100 else 0
    return f"{number:,.{decimals}f}".replace("-", MINUS)


def money_text(amount: float | None, lang: Lang, currency: str | None = None) -> str:
    """Return an amount of at most four figures in the units of the language.

    >>> money_text(16_330_000, "zh"), money_text(455_370_000, "zh", "CNY")
    ('1,633 万', '¥4.55 亿')
    >>> money_text(4_900_000, "en", "CNY"), money_text(656_000, "en"), money_text(12, "en")
    ('¥4.9M', '656k', '12')
    """
    if amount is None:
        return "—"
    sign = MINUS if amount < 0 else ""
    symbol = SYMBOLS.get(currency or "", f"{currency} " if currency else "")
    size = abs(amount)
    for unit, name in ZH_STEPS if lang == "zh" else EN_STEPS:
        if size >= unit:
            gap = " " if lang == "zh" else ""
            return f"{sign}{symbol}{_figures(size / unit)}{gap}{name}"
    return f"{sign}{symbol}{size:,.0f}"


def _figures(number: float) -> str:
    decimals = 0 if number >= 100 else 1 if number >= 10 else 2
    text = f"{number:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day_text(day: date | None, lang: Lang, *, year: bool = False) -> str:
    """Return a day: 11-04 or 4 Nov; with its year 2026-11-04 or 4 Nov 2026.

    >>> day_text(date(2026, 11, 4), "zh"), day_text(date(2026, 11, 4), "en", year=True)
    ('11-04', '4 Nov 2026')
    """
    if day is None:
        return ""
    if lang == "zh":
        return f"{day:%Y-%m-%d}" if year else f"{day:%m-%d}"
    short = f"{day.day} {EN_MONTHS[day.month - 1]}"
    return f"{short} {day.year}" if year else short


def short_day_text(day: date | None) -> str:
    """Return a day for tables: 26-11-04."""
    return "" if day is None else f"{day:%y-%m-%d}"


def days_behind(newest: str, as_of: date, allowed: int = 2) -> int:
    """Return how many days a table lags behind the described day; 0 while that is usual.

    >>> days_behind("2026-10-29", date(2026, 11, 1)), days_behind("2026-10-31", date(2026, 11, 1))
    (3, 0)
    """
    lag = (as_of - date.fromisoformat(newest)).days
    return lag if lag > allowed else 0
