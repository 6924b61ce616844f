"""The desk a report is written at: the subject, its fact book, account names, and chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keepwell.reports.facts import FactBook, quoted
from keepwell.reports.subject import Subject
from keepwell.reports.terms import clean
from keepwell.reports.text import Data
from keepwell.vocabulary import Bilingual

SEED = 7
INDEX = Bilingual("贡献指数", "contribution index")
INDEX_SHORT = Bilingual("指数", "index")
RUN_RATE = Bilingual("六个月贡献", "six-month contribution")
RUN_RATE_SHORT = Bilingual("贡献", "contribution")


@dataclass(frozen=True, slots=True)
class Silence:
    """Days since the last activity from which an account counts as silent."""

    days: float = 45.0
    is_after_looking: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the sections write from.

    `n`:      accounts in the portfolio.
    `n_money`: accounts whose contribution is known.
    `tail`:   last characters of the id that tell accounts of one name apart, 0 = not needed.
    """

    subject: Subject
    book: FactBook
    n: int
    n_money: int
    tail: int
    repeated: frozenset[str]
    silence: Silence = Silence()

    def has(self, *columns: str) -> bool:
        """Say whether `portfolio` has all these columns."""
        return set(columns) <= self.subject.columns

    @property
    def has_money(self) -> bool:
        """Say whether at least one account has a positive contribution."""
        return self.n_money > 0

    @property
    def is_low(self) -> str:
        """Return the SQL condition of the low tier."""
        return f"tier = {quoted(self.subject.low)}"

    @property
    def is_not_low(self) -> str:
        """Return the SQL condition of a known tier other than the low one."""
        return f"tier IN ({', '.join(quoted(t) for t in self.subject.tiers[:-1])})"

    @property
    def contains_score(self) -> bool:
        """Say whether the headline amount is computed from the score."""
        return self.subject.method == "weighted"

    @property
    def money(self) -> Bilingual:
        """Return the long name of the headline amount."""
        return INDEX if self.contains_score else RUN_RATE

    @property
    def money_short(self) -> Bilingual:
        """Return the short name of the headline amount."""
        return INDEX_SHORT if self.contains_score else RUN_RATE_SHORT

    def chance(self) -> np.random.Generator:
        """Return a generator with the fixed seed of reports."""
        return np.random.default_rng(SEED)

    def column(self, sql: str) -> NDArray[np.float64]:
        """Return the first cells of a query as an array."""
        return np.array([float(row[0]) for row in self.book.rows(sql)], dtype=np.float64)

    def name(self, account_id: str, name: str | None) -> Data:
        """Return an account's name, with the end of its id where the name repeats."""
        if not name or not name.strip():
            return clean(account_id)
        if name in self.repeated and self.tail:
            return Data(f"{clean(name).text} #{clean(account_id[-self.tail :]).text}")
        return clean(name)

    def short(self, account_id: str, name: str | None) -> Data:
        """Return `#034` where names repeat, else the name."""
        if name and name in self.repeated and self.tail:
            return Data(f"#{clean(account_id[-self.tail :]).text}")
        return self.name(account_id, name)


def open_desk(subject: Subject, book: FactBook) -> Desk:
    """Return the desk of a portfolio, having looked at its size and names."""
    n = int(book.rows("SELECT count(*) FROM portfolio")[0][0])
    money = "SELECT count(contribution_amount) FROM portfolio WHERE contribution_amount > 0"
    has_any = "contribution_amount" in subject.columns and int(book.rows(money)[0][0]) > 0
    n_money = (
        int(book.rows("SELECT count(contribution_amount) FROM portfolio")[0][0]) if has_any else 0
    )
    repeated = _repeated(book) if "name" in subject.columns else []
    tail = _tail(book, repeated)
    return Desk(subject, book, n, n_money, tail, frozenset(repeated), _silence(subject, book))


def _silence(subject: Subject, book: FactBook) -> Silence:
    """Return the cut that the outlook used for its low groups and the priority list."""
    if "low_groups" not in subject.tables:
        return Silence()
    rows = book.rows("SELECT cut_days, is_after_looking FROM low_groups WHERE cut_days > 0 LIMIT 1")
    return Silence(float(rows[0][0]), bool(rows[0][1])) if rows else Silence()


def _repeated(book: FactBook) -> list[str]:
    sql = (
        "SELECT name FROM portfolio WHERE name IS NOT NULL "
        "GROUP BY name HAVING count(*) > 1 ORDER BY name"
    )
    return [str(row[0]) for row in book.rows(sql)]


def _tail(book: FactBook, repeated: Sequence[str]) -> int:
    """Return the shortest end of the id, three or more, that is unique within each name."""
    if not repeated:
        return 0
    ids = book.rows(
        "SELECT account_id FROM portfolio WHERE name IN "
        "(SELECT name FROM portfolio GROUP BY name HAVING count(*) > 1)"
    )
    texts = [str(row[0]) for row in ids]
    longest = max(len(t) for t in texts)
    return next(
        (k for k in range(3, longest) if len({t[-k:] for t in texts}) == len(texts)), longest
    )
