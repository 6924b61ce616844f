"""Measures that tell nothing of their own: one value for everybody, or another one's in other units."""

from dataclasses import dataclass

from keepwell.outlook import ProfileRow
from keepwell.reports.desk import Desk
from keepwell.reports.facts import named

CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows that stay, the constant measures, and each restating measure with the one it restates."""

    kept: tuple[ProfileRow, ...]
    constant: tuple[str, ...]
    restating: tuple[tuple[str, str], ...]


def sort_out(desk: Desk, rows: list[ProfileRow]) -> Sorted:
    """Return the rows without constant measures and multiples of an earlier row's measure."""
    kept: list[ProfileRow] = []
    constant: list[str] = []
    restating: list[tuple[str, str]] = []
    for row in rows:
        if not desk.has(row.measure):
            kept.append(row)
        elif _is_constant(desk, row.measure):
            constant.append(row.measure)
        else:
            twin = next((k for k in kept if _is_alike(row, k) and _is_multiple(desk, row, k)), None)
            if twin is None:
                kept.append(row)
            else:
                restating.append((row.measure, twin.measure))
    return Sorted(tuple(kept), tuple(constant), tuple(restating))


def _is_constant(desk: Desk, measure: str) -> bool:
    name = named(measure)
    low, high = desk.book.rows(f"SELECT min({name}), max({name}) FROM portfolio")[0]
    return low is not None and low == high


def _is_alike(one: ProfileRow, other: ProfileRow) -> bool:
    """Say whether two rows could be of one measure in two units, before asking all accounts."""
    counts = [(r.n_low, r.n_rest, r.n_all) for r in (one, other)]
    return counts[0] == counts[1] and one.delta == other.delta


def _is_multiple(desk: Desk, one: ProfileRow, other: ProfileRow) -> bool:
    """Say whether one measure is the same multiple of another for every account."""
    a, b = named(one.measure), named(other.measure)
    if not desk.has(other.measure):
        return False
    rows = desk.book.rows(
        f"SELECT count({a}), count({b}), count({a} + {b}), sum({a} * {b}) / nullif(sum({b} * {b}), 0) "
        "FROM portfolio"
    )
    known, others, both, ratio = rows[0]
    if not known == others == both or ratio is None:
        return False
    off, size = desk.book.rows(
        f"SELECT max(abs({a} - {float(ratio)!r} * {b})), max(abs({a})) FROM portfolio"
    )[0]
    return float(off) <= CLOSE * float(size)
