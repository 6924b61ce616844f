"""SQL that brings amounts into the project's currency by dated rates, or leaves them unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keepwell.intake.cells import Cell, Reading
from keepwell.intake.cleaning import literal
from keepwell.intake.words import CURRENCY_WORDS, currency_code
from keepwell.vocabulary import SQL_TYPES, Kind

_DOLLARS = ("USD", "AUD", "CAD", "HKD", "SGD", "TWD", "NZD", "MXN")
_RATE_DATES = {
    "opportunities": ("close_date", "created_at"),
    "transactions": ("occurred_at",),
    "subscriptions": ("period_start",),
}


@dataclass(frozen=True, slots=True)
class MoneyRules:
    """The project's currency (None: not known), that of bare amounts, and the dated rates.

    `rates` are (currency, first day, worth of one unit); `on` dates rows without a date.
    """

    project: str | None
    undeclared: str | None
    rates: tuple[tuple[str, date, float], ...]
    on: date

    @property
    def dollar(self) -> str:
        """Return what a bare $ means here."""
        for currency in (self.undeclared, self.project):
            if currency in _DOLLARS:
                return str(currency)
        return "USD"

    @property
    def yen(self) -> str:
        """Return what a bare ¥ means here."""
        return "JPY" if "JPY" in (self.undeclared, self.project) else "CNY"

    def code(self, word: str) -> str:
        """Return the ISO code of a currency word or sign.

        >>> MoneyRules("CNY", None, (), date(2026, 1, 1)).code("¥")
        'CNY'
        """
        signs = {**CURRENCY_WORDS, "$": self.dollar, "¥": self.yen, "￥": self.yen}
        return signs.get(word.upper(), word.upper())


def rates_in_force(
    rates: Sequence[tuple[str, date, float]], on: date
) -> tuple[tuple[str, float], ...]:
    """Return each currency's rate on a day; one whose first rate comes later has none.

    >>> early, late = ("EUR", date(2026, 1, 1), 7.8), ("EUR", date(2026, 3, 1), 8.1)
    >>> rates_in_force((late, early), date(2026, 2, 9))
    (('EUR', 7.8),)
    """
    begun = {name: (since, rate) for name, since, rate in sorted(rates) if since <= on}
    return tuple((name, rate) for name, (_, rate) in sorted(begun.items()))


def row_currency(cells: Sequence[Cell], cell: Cell, reading: Reading, rules: MoneyRules) -> str:
    """Return SQL for the ISO code of an amount's currency; NULL when nothing tells it."""
    parts = []
    if any(c.column.kind is Kind.CURRENCY for c in cells):
        parts.append(currency_code("u_currency", dollar=rules.dollar, yen=rules.yen))
    if reading.signs:
        sign = f"money_sign(u_{cell.name})"
        parts.append(currency_code(sign, dollar=rules.dollar, yen=rules.yen))
    if rules.undeclared:
        parts.append(literal(rules.undeclared))
    return f"coalesce({', '.join(parts)}, NULL)" if parts else "CAST(NULL AS VARCHAR)"


def row_rate(currency: str, day: str, rules: MoneyRules) -> str:
    """Return SQL for the worth of one unit on a day; NULL where no rate was in force yet."""
    whens = [f"WHEN {currency} IS NULL OR {currency} = {literal(rules.project or '')} THEN 1.0"]
    for name in sorted({c for c, _, _ in rules.rates}):
        dated = sorted(((s, r) for c, s, r in rules.rates if c == name), reverse=True)
        steps = " ".join(f"WHEN {day} >= DATE '{since}' THEN {rate!r}" for since, rate in dated)
        whens.append(f"WHEN {currency} = {literal(name)} THEN CASE {steps} END")
    return f"CAST(CASE {' '.join(whens)} END AS DOUBLE)"


def rate_day(table: str, cells: Sequence[Cell], rules: MoneyRules) -> str:
    """Return SQL for the day whose rate counts for a row; the day of the result if it has none."""
    mapped = {c.name for c in cells}
    days = [
        f"CASE WHEN s_{name} IS DISTINCT FROM 'date_sentinel' THEN CAST(p_{name} AS DATE) END"
        for name in _RATE_DATES.get(table, ())
        if name in mapped
    ]
    return f"coalesce({', '.join([*days, f'DATE {literal(rules.on.isoformat())}'])})"


def converted(cell: Cell, currency: str, rate: str, rules: MoneyRules) -> tuple[str, str]:
    """Return SQL for the amount in the project's currency and for its status code."""
    amount, status = f"p_{cell.name}", f"s_{cell.name}"
    if rules.project is None:
        return amount, status
    worth = f"try_cast(CAST({amount} AS DOUBLE) * {rate} AS {SQL_TYPES[Kind.MONEY]})"
    value = (
        f"CASE WHEN {currency} IS NULL OR {currency} = {literal(rules.project)} THEN {amount} "
        f"ELSE {worth} END"
    )
    missing = f"{amount} IS NOT NULL AND {rate} IS NULL"
    code = f"CASE WHEN {missing} THEN coalesce(nullif({status}, 'number_read'), 'rate_missing')"
    return value, f"{code} ELSE {status} END"
