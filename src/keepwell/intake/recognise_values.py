"""Say what a sample of cells looks like: dates, numbers, flags, shares; never converts anything."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.vocabulary import Kind

_EMPTY = frozenset(
    ["", "-", "--", "n/a", "na", "nan", "null", "none", "nil", "#n/a", "无", "空", "待定", "未知"]
)
_NUMBER = re.compile(
    r"^[-+(]?\s*[¥￥$€£]?\s*[-+]?\d[\d,.\s']*(?:e[-+]?\d+)?\s*[kmb万亿千]?元?%?\)?$", re.I
)
_ISO_DATE = re.compile(r"^\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}([T\s].*)?$")
_CHINESE_DATE = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日")
_PARTS_DATE = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})([\sT].*)?$")
_NAMED_DATE = re.compile(
    r"^(\d{1,2}[\s-][A-Za-z]{3,9}[\s-]\d{2,4}|[A-Za-z]{3,9}\s\d{1,2},?\s\d{4})"
)
_UNIX = re.compile(r"^\d{10}(\.\d+)?$|^\d{13}$|^\d{16}$|^\d{19}$")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_TRUE = frozenset(["true", "t", "yes", "y", "1", "是", "真", "有", "✓", "√"])
_FALSE = frozenset(["false", "f", "no", "n", "0", "否", "假", "无", "✗", "×"])
_FLAGS = _TRUE | _FALSE
_LOOKED_AT = 600
_UNIX_UNITS = {10: "s", 13: "ms", 16: "us", 19: "ns"}
FEW = 60


@dataclass(frozen=True, slots=True)
class Profile:
    """What the non-empty cells of a column look like; shares are of those cells, 0-1.

    `distinct` holds values as written; all else is read from their half-width form.
    """

    filled: int
    rows: int
    distinct: tuple[str, ...]
    distinct_count: int
    number_share: float
    date_share: float
    flag_share: float
    email_share: float
    unix_unit: str | None
    low: float | None
    high: float | None
    middle: float | None
    has_percent_sign: bool

    @property
    def coverage(self) -> float:
        """Return the share of cells that are filled."""
        return self.filled / self.rows if self.rows else 0.0

    def suits(self, kind: Kind) -> bool:
        """Say whether the values do not contradict a kind; an empty column suits any."""
        if not self.filled:
            return True
        match kind:
            case Kind.DATE | Kind.TIMESTAMP:
                return self.date_share >= 0.5 or self.unix_unit is not None
            case Kind.NUMBER | Kind.COUNT | Kind.PERCENT | Kind.MONEY:
                return self.number_share >= 0.5 and self.date_share < 0.9
            case Kind.FLAG:
                return self.flag_share >= 0.5
            case Kind.EMAIL:
                return self.email_share >= 0.2
            case Kind.CURRENCY:
                return all(len(v) <= 8 for v in self.distinct)
            case Kind.ID | Kind.TEXT | Kind.CATEGORY:
                return True


def is_empty(cell: str | None) -> bool:
    """Say whether a cell says nothing (blank, N/A, 无 ...)."""
    return cell is None or cell.strip().casefold() in _EMPTY


def profile(cells: Sequence[str | None], also: Sequence[str] = ()) -> Profile:
    """Return what a column looks like; `also` adds distinct values seen outside the sample."""
    filled = [unicodedata.normalize("NFKC", c).strip() for c in cells if c and not is_empty(c)]
    written = dict.fromkeys(c.strip() for c in cells if c and not is_empty(c))
    numbers = sorted(n for n in map(_number, filled) if n is not None)
    looked = filled[:: 1 + len(filled) // _LOOKED_AT]
    count = len(looked)
    whole = dict.fromkeys((*written, *(v.strip() for v in also if not is_empty(v))))
    return Profile(
        filled=len(filled),
        rows=len(cells),
        distinct=tuple(whole)[:FEW],
        distinct_count=len(whole),
        number_share=_share(sum(bool(_NUMBER.match(c)) for c in looked), count),
        date_share=_share(sum(_is_date(c) for c in looked), count),
        flag_share=_share(sum(c.casefold() in _FLAGS for c in looked), count),
        email_share=_share(sum(bool(_EMAIL.match(c)) for c in looked), count),
        unix_unit=_unix_unit(filled),
        low=numbers[0] if numbers else None,
        high=numbers[-1] if numbers else None,
        middle=numbers[len(numbers) // 2] if numbers else None,
        has_percent_sign=any(c.endswith("%") for c in filled),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _number(cell: str) -> float | None:
    plain = cell.strip("¥￥$€£% ").replace(",", "")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if abs(value) < 1e300 else None


def _is_date(cell: str) -> bool:
    if _ISO_DATE.match(cell):
        return cell[:2] in {"19", "20", "99"}
    return any(p.match(cell) for p in (_CHINESE_DATE, _PARTS_DATE, _NAMED_DATE))


def _unix_unit(cells: Sequence[str]) -> str | None:
    if not cells or not all(_UNIX.match(c) for c in cells):
        return None
    lengths = {len(c.split(".")[0]) for c in cells}
    if len(lengths) != 1:
        return None
    digits = lengths.pop()
    seconds = [float(c) / 10 ** (digits - 10) for c in cells]
    return _UNIX_UNITS[digits] if all(9e8 < s < 3e9 for s in seconds) else None


def date_order(cells: Sequence[str]) -> tuple[str | None, bool]:
    """Return the order of day, month and year where digits alone leave it open, and whether proven.

    (None, True): nothing is ambiguous. (None, False): ambiguous and undecidable.
    """
    parts = [m for m in (_PARTS_DATE.match(c) for c in cells) if m]
    if not parts:
        return None, True
    first = [int(m[1]) for m in parts]
    second = [int(m[2]) for m in parts]
    if max(second) > 12:
        return "mdy", True
    two_digits = all(len(m[3]) == 2 for m in parts)
    if max(first) <= 12:
        return None, False
    if max(first) > 31:
        return "ymd", True
    if not two_digits:
        return "dmy", True
    return _two_digit_order(first, [int(m[3]) for m in parts])


def _two_digit_order(first: Sequence[int], third: Sequence[int]) -> tuple[str | None, bool]:
    """Years take few values and days many: that tells 20-10-16 as a day from a year."""
    if max(third) > 31 or len(set(third)) * 3 <= len(set(first)):
        return "dmy", max(third) > 31
    if len(set(first)) * 3 <= len(set(third)):
        return "ymd", False
    return None, False


def true_spellings(distinct: Sequence[str]) -> tuple[str, ...]:
    """Return the spellings of true in the style of the values seen."""
    return _spellings(distinct, _TRUE, ("true", "1"))


def false_spellings(distinct: Sequence[str]) -> tuple[str, ...]:
    """Return the spellings of false in the style of the values seen."""
    return _spellings(distinct, _FALSE, ("false", "0"))


def _spellings(
    distinct: Sequence[str], wanted: frozenset[str], usual: tuple[str, ...]
) -> tuple[str, ...]:
    seen = tuple(v for v in distinct if v.casefold() in wanted)
    return seen or usual
