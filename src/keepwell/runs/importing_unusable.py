"""Tables of which no row could be used: what rests on them is unknown, which is not never."""

from collections.abc import Mapping

from keepwell.intake import finding
from keepwell.measures import plan_measures
from keepwell.runs.importing_feeds import TableWork
from keepwell.vocabulary import Finding, TableCount

MOST_NAMED = 5


def is_unusable(count: TableCount) -> bool:
    """Say whether a table has no usable row, and not only because its accounts are excluded."""
    return not count.accepted and (count.quarantined > 0 or not count.rows_in)


def usable_columns(
    works: Mapping[str, TableWork], counts: Mapping[str, TableCount]
) -> frozenset[str]:
    """Return the filled columns as "table.column", without those of tables without usable rows.

    A measure that lacks them is unknown or takes its next provider; it never counts as never.
    """
    usable = (w for n, w in works.items() if not is_unusable(counts[n]))
    return frozenset(f"{w.name}.{c}" for w in usable for c in w.mapped)


def unusable_findings(
    works: Mapping[str, TableWork], counts: Mapping[str, TableCount]
) -> list[Finding]:
    """Return a finding for each table without a usable row, with the measures that rest on it."""
    filled = frozenset(f"{w.name}.{c}" for w in works.values() for c in w.mapped)
    served = [(m.name, p.requires) for m, p in plan_measures(filled).chosen if p is not None]
    found = []
    for name, count in counts.items():
        if name == "accounts":
            if not count.accepted:
                found.append(finding("accounts_empty", name, count.rows_in))
        elif not count.rows_in:
            found.append(finding("table_empty", name, 0))
        elif is_unusable(count):
            resting = [m for m, needs in served if any(n.startswith(f"{name}.") for n in needs)]
            more = " …" if len(resting) > MOST_NAMED else ""
            words = {"measures": ", ".join(resting[:MOST_NAMED]) + more or "-"}
            found.append(finding("table_quarantined", name, count.quarantined, **words))
    return found
