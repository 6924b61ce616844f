"""Marks what rests on a stand-in, wherever its number is shown."""

from collections.abc import Collection

from keepwell.reports.desk import Desk
from keepwell.reports.text import EMPTY, Join, Line, words
from keepwell.vocabulary import Bilingual

MARK = Bilingual("（代理）", " (stand-in)")
# Column -> the part of `value_sources` that says what it rests on.
_RESTS_ON = {
    "r_score": "rfm",
    "f_score": "rfm",
    "m_score": "money",
    "engagement": "consistency",
    "engagement_consistency": "consistency",
    "days_inactive": "inactivity",
    "inactivity_ratio": "inactivity",
    "value_velocity_amount": "time",
    "marketing_to_sales_days": "time",
    "sales_to_support_days": "time",
}


def is_stand_in(desk: Desk, columns: Collection[str]) -> bool:
    """Say whether any of these columns is a stand-in, of the value model or of a measure."""
    rows = desk.book.rows("SELECT item FROM value_sources WHERE is_proxy")
    parts = {str(r[0]) for r in rows}
    sources = desk.subject.sources
    return any(
        _RESTS_ON.get(c) in parts or (c in sources and sources[c].kind == "proxy") for c in columns
    )


def marked(desk: Desk, label: Bilingual, *columns: str) -> Bilingual:
    """Return a label that says so where what it names is a stand-in."""
    if not is_stand_in(desk, columns):
        return label
    return Bilingual(f"{label.zh}{MARK.zh}", f"{label.en}{MARK.en}")


def mark_of(desk: Desk, *columns: str) -> Line | Join:
    """Return the same mark for a sentence, empty where nothing is a stand-in."""
    return words(MARK.zh, MARK.en) if is_stand_in(desk, columns) else EMPTY
