"""Time units, horizons and the column names that carry them."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, log1p

from keepwell.vocabulary import Bilingual, InputProblem, Lang

DAYS_PER_YEAR = 365.25


class TimeUnit(StrEnum):
    """The unit in which a model counts time."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    @property
    def days(self) -> float:
        """Return how many days one unit has: 1, 7, 30.4375 or 365.25."""
        return _DAYS[self]

    def words(self, lang: Lang) -> str:
        """Return the unit's name in the plural."""
        return _WORDS[self].text(lang)


_DAYS = {
    TimeUnit.DAY: 1.0,
    TimeUnit.WEEK: 7.0,
    TimeUnit.MONTH: DAYS_PER_YEAR / 12,
    TimeUnit.YEAR: DAYS_PER_YEAR,
}
_WORDS = {
    TimeUnit.DAY: Bilingual(zh="天", en="days"),
    TimeUnit.WEEK: Bilingual(zh="周", en="weeks"),
    TimeUnit.MONTH: Bilingual(zh="个月", en="months"),
    TimeUnit.YEAR: Bilingual(zh="年", en="years"),
}


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far ahead an expectation looks, and how it discounts later money.

    `annual_discount_rate`: 0.10 means that money a year from now is worth 1 / 1.10 today;
    it accrues continuously. Zero means no discount.
    Errors: InputProblem for a length that is not positive or a rate at or below -1.
    """

    length: float
    unit: TimeUnit
    annual_discount_rate: float = 0.0

    def __post_init__(self) -> None:
        if not (isfinite(self.length) and self.length > 0):
            raise InputProblem(
                f"A horizon of {self.length} {self.unit}s is no time ahead.",
                cure="Give a length above zero, such as 12 months.",
            )
        rate = self.annual_discount_rate
        if not (isfinite(rate) and rate > -1):
            raise InputProblem(
                f"An annual discount rate of {rate} leaves no value.",
                cure="Give a share such as 0.10 for ten per cent a year.",
            )

    @property
    def days(self) -> float:
        """Return the length in days."""
        return self.length * self.unit.days

    def in_units(self, unit: TimeUnit) -> float:
        """Return the length in another unit.

        >>> Horizon(12, TimeUnit.MONTH).in_units(TimeUnit.YEAR)
        1.0
        """
        return self.days / unit.days

    def discount_per(self, unit: TimeUnit) -> float:
        """Return the continuous discount rate of one `unit`."""
        return log1p(self.annual_discount_rate) * unit.days / DAYS_PER_YEAR

    def text(self, lang: Lang) -> str:
        """Return the horizon with its rate as a reader sees it.

        >>> Horizon(12, TimeUnit.MONTH, 0.10).text("en")
        '12 months, discounted at 10 % a year'
        """
        length = f"{self.length:g} {self.unit.words(lang)}"
        if not self.annual_discount_rate:
            return length + ("，不折现" if lang == "zh" else ", not discounted")
        rate = f"{100 * self.annual_discount_rate:g}"
        if lang == "zh":
            return f"{length}，年折现率 {rate}%"
        return f"{length}, discounted at {rate} % a year"

    def column(self, name: str) -> str:
        """Return a column name that says the horizon, and the rate if there is one.

        >>> Horizon(12, TimeUnit.MONTH, 0.10).column("lifetime_value_amount")
        'lifetime_value_amount_12_months_at_10_pct'
        >>> Horizon(39, TimeUnit.WEEK).column("expected_purchases")
        'expected_purchases_39_weeks'
        """
        length = f"{self.length:g}_{self.unit}s".replace(".", "_")
        rate = f"{100 * self.annual_discount_rate:g}".replace(".", "_").replace("-", "minus_")
        return f"{name}_{length}" + (f"_at_{rate}_pct" if self.annual_discount_rate else "")
