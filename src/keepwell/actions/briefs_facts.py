"""Facts of one account: its values with unit and source; the same key is the same fact."""

from datetime import date
from typing import TypeAlias

from keepwell.measures import CATALOG
from keepwell.reports import Fact, Form, Line
from keepwell.vocabulary import Bilingual, Unit

Said: TypeAlias = Line
FORMS = {
    Unit.DAYS: Form.DAYS,
    Unit.COUNT: Form.COUNT,
    Unit.SHARE: Form.PART,
    Unit.RATIO: Form.RATIO,
    Unit.AMOUNT: Form.AMOUNT,
    Unit.POINTS: Form.NUMBER,
}


class BriefFacts:
    """Makes the facts of one account."""

    def __init__(self, account_id: str) -> None:
        self._where = "account_id = '" + account_id.replace("'", "''") + "'"

    def measure(self, name: str, value: float | None) -> Fact:
        """Return a measure's value; an uncatalogued one is a plain number."""
        unit = CATALOG[name].unit if name in CATALOG else Unit.RATIO
        query = f"SELECT {name} FROM portfolio WHERE {self._where}"  # noqa: S608 - printed only
        form = FORMS.get(unit, Form.NUMBER)
        return Fact(name, measure_label(name), value, form, query, 1, is_sql=True)

    def score(self, key: str, label: Bilingual, micro: float | None, source: str) -> Fact:
        """Return points that are held in micro-points."""
        return Fact(key, label, micro, Form.POINTS, source, 1, is_sql=False)

    def count(self, key: str, label: Bilingual, value: float | None, source: str) -> Fact:
        """Return a count or days."""
        return Fact(key, label, value, Form.COUNT, source, 1, is_sql=False)

    def days(self, key: str, label: Bilingual, since: date, until: date) -> Fact:
        """Return the days from one day to another."""
        source = f"days from {since} to {until}"
        return Fact(key, label, float((until - since).days), Form.DAYS, source, 1, is_sql=False)

    def amount(self, key: str, label: Bilingual, value: float, n: int, source: str) -> Fact:
        """Return money; `n` entries stand behind it."""
        return Fact(key, label, value, Form.AMOUNT, source, n, is_sql=False)


def measure_label(name: str) -> Bilingual:
    """Return a measure's name; one of the user's own reads the same in both languages."""
    return CATALOG[name].label if name in CATALOG else Bilingual(name, name)
