"""How sentences list things: `A, B and C`, `and 3 more`."""

from keepwell.reports.text import EMPTY, Join, Slot
from keepwell.vocabulary import Bilingual


def listed(items: tuple[Slot, ...]) -> Join:
    """Return a list as English writes it: `A, B and C`."""
    if len(items) < 2:
        return Join(items)
    return Join((Join(items[:-1]), items[-1]), Bilingual("、", " and "))


def and_more(rest: int) -> Bilingual | Join:
    """Return ` and 3 more`, or nothing where nobody is left."""
    if rest <= 0:
        return EMPTY
    return Bilingual(f"，另有 {rest} 家", f" and {rest} more")
