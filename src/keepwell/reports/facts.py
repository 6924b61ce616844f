"""Facts: values with their n, interval and the query behind them, asked of a snapshot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keepwell.outlook import wilson_interval
from keepwell.reports.numbers import Form, interval_text, is_number, number_text
from keepwell.vocabulary import Bilingual, Lang

Ask = Callable[[str], Sequence[tuple[Any, ...]]]
SMALL = 10


@dataclass(frozen=True, slots=True)
class Fact:
    """One value that text may use.

    `n`:      accounts it rests on; `k` how many of them, for a share.
    `query`:  SQL over the snapshot whose first cell is the value, or the text of a function.
    `is_sql`: the query can be run again as it stands.
    `cuts`:   shares that divide grades; the printed number never crosses one.
    """

    key: str
    label: Bilingual
    value: float | None
    form: Form
    query: str
    n: int
    k: int | None = None
    interval: tuple[float, float] | None = None
    is_by_construction: bool = False
    is_sql: bool = True
    cuts: tuple[float, ...] = ()

    @property
    def is_small(self) -> bool:
        """Say whether fewer than ten accounts stand behind it."""
        return self.n < SMALL

    @property
    def is_known(self) -> bool:
        """Say whether there is a finite value."""
        return is_number(self.value)

    def text(self, lang: Lang) -> str:
        """Return the value as printed."""
        return number_text(self.value, self.form, lang, self.cuts)

    def counted(self) -> str:
        """Return `k/n`, or `n` where the value is no share."""
        return f"{self.n:,}" if self.k is None else f"{self.k:,}/{self.n:,}"

    def range_text(self, lang: Lang) -> str:
        """Return the interval as printed."""
        return interval_text(self.interval, self.form, lang)


def quoted(text: str) -> str:
    """Return `text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def named(column: str) -> str:
    """Return `column` as an SQL name, quoted only where it must be."""
    return (
        column
        if column.isidentifier() and column.islower()
        else '"' + column.replace('"', '""') + '"'
    )


class FactBook:
    """The facts of one report, by key. Asking twice for a key gives the same fact."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._facts: dict[str, Fact] = {}

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Return all facts in the order in which they were asked."""
        return tuple(self._facts.values())

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query, for tables and for choosing what to ask next."""
        return [tuple(row) for row in self._ask(sql)]

    def keep(self, fact: Fact) -> Fact:
        """Store a fact that was computed elsewhere."""
        return self._facts.setdefault(fact.key, fact)

    def replace(self, key: str, *, interval: tuple[float, float]) -> Fact:
        """Return the stored fact with an interval that was computed for it."""
        self._facts[key] = replace(self._facts[key], interval=interval)
        return self._facts[key]

    def scalar(
        self,
        key: str,
        label: Bilingual,
        form: Form,
        sql: str,
        n: int,
        *,
        is_by_construction: bool = False,
    ) -> Fact:
        """Return the fact whose value is the first cell of `sql`; NULL is unknown."""
        if key in self._facts:
            return self._facts[key]
        rows = self._ask(sql)
        cell = rows[0][0] if rows else None
        value = float(cell) if cell is not None else None
        fact = Fact(key, label, value, form, sql, n, is_by_construction=is_by_construction)
        return self.keep(fact)

    def count(self, key: str, label: Bilingual, where: str, of: int) -> Fact:
        """Return how many accounts meet `where`."""
        return self.scalar(
            key, label, Form.COUNT, f"SELECT count(*) FROM portfolio WHERE {where}", of
        )

    def share(
        self,
        key: str,
        label: Bilingual,
        meets: str,
        among: str = "TRUE",
        *,
        is_by_construction: bool = False,
        cuts: tuple[float, ...] = (),
    ) -> Fact:
        """Return the share of the accounts `among` that meet a condition, with Wilson interval."""
        if key in self._facts:
            return self._facts[key]
        hit = f"count(*) FILTER (WHERE {meets})"
        tail = "" if among == "TRUE" else f" WHERE {among}"
        sql = f"SELECT {hit} / nullif(count(*), 0) FROM portfolio{tail}"
        k, n = self._ask(f"SELECT {hit}, count(*) FROM portfolio{tail}")[0]
        value = int(k) / int(n) if n else None
        wilson = wilson_interval(int(k), int(n))
        interval = (wilson.low, wilson.high) if wilson else None
        fact = Fact(
            key,
            label,
            value,
            Form.SHARE,
            sql,
            int(n),
            int(k),
            interval,
            is_by_construction,
            cuts=cuts,
        )
        return self.keep(fact)

    def total(self, key: str, label: Bilingual, amount: str, where: str = "TRUE") -> Fact:
        """Return the sum of an amount over the accounts that meet `where`; n has an amount."""
        tail = "" if where == "TRUE" else f" WHERE {where}"
        n = int(self._ask(f"SELECT count({amount}) FROM portfolio{tail}")[0][0])
        sql = f"SELECT sum({amount}) FROM portfolio{tail}"
        return self.scalar(key, label, Form.AMOUNT, sql, n)

    def part(
        self,
        key: str,
        label: Bilingual,
        amount: str,
        where: str,
        among: str = "TRUE",
        *,
        is_by_construction: bool = False,
    ) -> Fact:
        """Return the share of an amount that lies with the accounts that meet `where`."""
        tail = "" if among == "TRUE" else f" WHERE {among}"
        n = int(self._ask(f"SELECT count({amount}) FROM portfolio{tail}")[0][0])
        top = f"coalesce(sum({amount}) FILTER (WHERE {where}), 0)"
        sql = f"SELECT {top} / nullif(sum({amount}), 0) FROM portfolio{tail}"
        return self.scalar(key, label, Form.PART, sql, n, is_by_construction=is_by_construction)
