"""Header checks: which source column a name means, and which names come near to it."""

import difflib
from collections.abc import Sequence


def folded(name: str) -> str:
    """Return a column name without case, blanks, dashes and underscores.

    >>> folded("Account_ID") == folded("account id")
    True
    """
    return "".join(c for c in name.casefold() if c.isalnum())


def find_column(name: str, header: Sequence[str]) -> int | None:
    """Return the place of the column that `name` means, by exact or else by folded name."""
    if name in header:
        return header.index(name)
    near = [i for i, h in enumerate(header) if folded(h) == folded(name) and folded(h)]
    return near[0] if len(near) == 1 else None


def nearest_names(name: str, found: Sequence[str], *also: str) -> tuple[str, ...]:
    """Return up to three of `found` that come nearest to `name` or one of `also`.

    >>> nearest_names("industry", ("Id", "Industri", "Sector"))
    ('Industri',)
    """
    by_folded = {folded(f): f for f in found}
    near: list[str] = []
    for word in (name, *also):
        for match in difflib.get_close_matches(folded(word), list(by_folded), n=3, cutoff=0.5):
            if by_folded[match] not in near:
                near.append(by_folded[match])
    return tuple(near[:3])


def row_change(before: int, now: int) -> str:
    """Return the change as "+320 %" when it is beyond -50 % or +300 %, else "".

    >>> row_change(100, 40), row_change(100, 60)
    ('-60 %', '')
    """
    if before < 4 or (now >= before * 0.5 and now <= before * 4):
        return ""
    return f"{(now - before) * 100 // before:+d} %"
