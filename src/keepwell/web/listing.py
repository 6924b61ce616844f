"""The columns that the list of accounts can show, in their order, and those shown at first."""

from collections.abc import Sequence

COLUMNS = (
    "industry", "size", "region", "tier", "score", "change", "weeks", "coverage", "amount", "loss",
    "value_tier", "segment", "renewal", "idle", "csm", "ctas",
)  # fmt: skip
USUAL = (
    "industry", "size", "tier", "score", "change", "weeks", "coverage", "amount", "value_tier",
    "renewal", "idle", "csm", "ctas",
)  # fmt: skip
# Columns that a list can be sorted by, each under the name that its order has.
SORTED_BY = {
    name: name for name in ("score", "change", "coverage", "amount", "loss", "renewal", "idle")
}
NUMBERS = frozenset((*SORTED_BY, "ctas"))


def shown_columns(chosen: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a choice in their order; the usual ones without a choice.

    >>> shown_columns(("score", "gone")), shown_columns(()) == USUAL
    (('score',), True)
    """
    return tuple(c for c in COLUMNS if c in chosen) or USUAL
