"""Numbers as text, zh and en: true minus, 万/亿 or k/M/B, truncated points, never NaN."""

import math
from collections.abc import Callable, Sequence
from enum import StrEnum

from keepwell.vocabulary import Lang, truncate_points

MINUS = "\u2212"
NOTHING = "—"
MOST_DECIMALS = 6


class Form(StrEnum):
    """How a number is printed; the unit of a fact."""

    COUNT = "count"
    SHARE = "share"  # of accounts: whole per cent
    PART = "part"  # of money or variance: one decimal
    SIGNED_PART = "signed_part"  # difference of two parts, in points of per cent with sign
    AMOUNT = "amount"
    POINTS = "points"  # value in micro-points, truncated
    SCORE = "score"  # value in points, one decimal, truncated
    DAYS = "days"
    NUMBER = "number"  # one decimal
    MULTIPLE = "multiple"  # one decimal, "times"
    RATIO = "ratio"  # two decimals
    RATIO3 = "ratio3"  # three decimals
    SIGNED = "signed"  # two decimals with sign
    SIGNED3 = "signed3"  # three decimals with sign
    P_VALUE = "p_value"


def is_number(value: float | None) -> bool:
    """Say whether there is a finite number to print."""
    return value is not None and math.isfinite(value)


def _signed_text(value: float, text: str) -> str:
    has_digit = any(c in "123456789" for c in text)
    return f"{MINUS}{text}" if value < 0 and has_digit else text


def _half_up(size: float, decimals: int) -> float:
    """Return a size rounded half up, as people do: 12.5 is 13."""
    unit = 10.0**decimals
    return math.floor(size * unit + 0.5 + 1e-9) / unit


def _plain(value: float, decimals: int) -> str:
    return _signed_text(value, f"{_half_up(abs(value), decimals):,.{decimals}f}")


def amount_text(value: float, lang: Lang) -> str:
    """Return an amount with three to four figures.

    >>> amount_text(7_215_000_000, "en"), amount_text(88_510_000, "zh")
    ('7.22 B', '8,851 万')
    >>> amount_text(999_960_000, "en"), amount_text(-1234, "en")
    ('1.00 B', '−1.2 k')
    """
    size = abs(value)
    steps = _STEPS[lang]
    for (unit, decimals, word), (below, below_decimals) in steps[:-1]:
        if _half_up(size / below, below_decimals) * below >= unit * (100 if unit == below else 1):
            return _signed_text(value, f"{_half_up(size / unit, decimals):,.{decimals}f}{word}")
    return _plain(value, 0)


# Unit with decimals and word, then the next smaller unit as shown: it decides when to step up.
_STEPS: dict[Lang, tuple[tuple[tuple[float, int, str], tuple[float, int]], ...]] = {
    "zh": (
        ((1e8, 2, " 亿"), (1e4, 0)),
        ((1e4, 0, " 万"), (1e4, 1)),
        ((1e4, 1, " 万"), (1, 0)),
        ((1, 0, ""), (1, 0)),
    ),
    "en": (
        ((1e9, 2, " B"), (1e6, 1)),
        ((1e6, 1, " M"), (1e3, 1)),
        ((1e3, 1, " k"), (1, 0)),
        ((1, 0, ""), (1, 0)),
    ),
}


def share_text(value: float, decimals: int = 0, cuts: Sequence[float] = ()) -> str:
    """Return a share 0-1 as per cent; a small one is never shown as 0 %, a large never as 100 %.

    `cuts`: shares that divide grades; more decimals are shown where rounding would reach one.

    >>> share_text(0.33), share_text(0.004), share_text(0.999), share_text(0.0312, 1)
    ('33 %', '< 1 %', '> 99 %', '3.1 %')
    >>> share_text(-1.0, 1), share_text(-0.004, 1)
    ('−100.0 %', '−0.4 %')
    >>> share_text(0.398, cuts=(0.4,)), share_text(0.3996, cuts=(0.4,)), share_text(0.4, cuts=(0.4,))
    ('39.8 %', '39.96 %', '40 %')
    """
    decimals = _decimals_apart(abs(value), decimals, cuts)
    shown = round(abs(value) * 100, decimals)
    step = 10.0**-decimals
    if shown == 0 and value > 0:
        return f"< {step:g} %"
    if shown == 100 and 0 < value < 1:
        return f"> {100 - step:g} %"
    return f"{_plain(value * 100, decimals)} %"


def _decimals_apart(size: float, decimals: int, cuts: Sequence[float]) -> int:
    """Return the fewest decimals at which per cent stand on their own side of every cut."""
    for tried in range(decimals, MOST_DECIMALS):
        shown = _half_up(size * 100, tried)
        if all((shown >= cut * 100 - 1e-9) is (size >= cut) for cut in cuts):
            return tried
    return MOST_DECIMALS


def count_text(value: float) -> str:
    """Return a whole number with thousands separators; a broken one keeps one decimal."""
    return _plain(value, 0 if float(value).is_integer() else 1)


def points_text(micro: float, decimals: int = 2) -> str:
    """Return micro-points as points, truncated towards zero, with a true minus."""
    return truncate_points(int(micro), decimals).replace("-", MINUS)


def score_text(points: float) -> str:
    """Return points with one decimal, truncated: a mean just below a tier line is shown below it.

    >>> score_text(49.96), score_text(80.0)
    ('49.9', '80.0')
    """
    return points_text(round(points * 1_000_000), 1)


def points_up(micro: float) -> str:
    """Return a distance in points rounded up, so that it is never shown as reached.

    >>> points_up(3_790_001)
    '3.80'
    """
    return f"{math.ceil(round(micro) / 10_000) / 100:.2f}"


def p_text(value: float) -> str:
    """Return a p-value with two decimals; one under 0.05 is never shown as 0.05.

    >>> p_text(0.2), p_text(0.004), p_text(0.049)
    ('0.20', '< 0.01', '0.049')
    """
    if value < 0.01:
        return "< 0.01"
    if 0.04 <= value < 0.05:
        return f"{math.floor(value * 1000) / 1000:.3f}"
    return f"{value:.3f}" if value < 0.06 else f"{min(value, 1):.2f}"


def signed_text(value: float, decimals: int = 2) -> str:
    """Return a number with its sign, plus or true minus; zero has none."""
    text = f"{abs(value):.{decimals}f}"
    if not any(c in "123456789" for c in text):
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


_PRINTED: dict[Form, Callable[[float], str]] = {
    Form.COUNT: count_text,
    Form.DAYS: count_text,
    Form.POINTS: points_text,
    Form.SCORE: score_text,
    Form.NUMBER: lambda value: _plain(value, 1) if not 0 < value < 0.05 else "< 0.1",
    Form.MULTIPLE: lambda value: _plain(value, 1 if abs(value) < 99.95 else 0),
    Form.RATIO: lambda value: _plain(value, 2),
    Form.RATIO3: lambda value: _plain(value, 3),
    Form.SIGNED: signed_text,
    Form.SIGNED3: lambda value: signed_text(value, 3),
    Form.P_VALUE: p_text,
}


def number_text(value: float | None, form: Form, lang: Lang, cuts: Sequence[float] = ()) -> str:
    """Return the text of one value; a missing or non-finite one is a dash.

    `cuts`: shares that divide grades; the printed number stands on its own side of them.
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    if form in (Form.SHARE, Form.PART):
        return share_text(value, 0 if form is Form.SHARE else 1, cuts)
    if form is Form.SIGNED_PART:
        return f"{signed_text(value * 100, 1)} {POINTS_WORD[lang]}"
    return amount_text(value, lang) if form is Form.AMOUNT else _PRINTED[form](value)


POINTS_WORD: dict[Lang, str] = {"zh": "个百分点", "en": "points"}
SMALL_PART = 0.01


def interval_text(interval: tuple[float, float] | None, form: Form, lang: Lang) -> str:
    """Return `25–43 %` for shares, `+0.41 to +0.80` for the rest; a dash when there is none."""
    if interval is None or not all(is_number(end) for end in interval):
        return NOTHING
    low, high = interval
    word = "至" if lang == "zh" else "to"
    if form is Form.SIGNED_PART:
        ends_of = (signed_text(low * 100, 1), signed_text(high * 100, 1))
        return f"{ends_of[0]} {word} {ends_of[1]} {POINTS_WORD[lang]}"
    if form in (Form.SHARE, Form.PART):
        # Of small parts whole per cent would hide the sign, or show nothing.
        is_fine = form is Form.PART and min(abs(low), abs(high)) < SMALL_PART
        places = 1 if is_fine else 0
        ends = (_plain(low * 100, places), _plain(high * 100, places))
        return f"{ends[0]} {word} {ends[1]} %" if low < 0 else f"{ends[0]}–{ends[1]} %"
    return f"{number_text(low, form, lang)} {word} {number_text(high, form, lang)}"
