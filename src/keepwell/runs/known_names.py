"""Names that a person types, held against those that exist."""

from collections.abc import Collection
from difflib import get_close_matches

from keepwell.vocabulary import NotFound

# To look for near names among more than these would take longer than a person waits.
MOST_COMPARED = 50_000
MOST_SHOWN = 10


def require_known(kind: str, name: str | None, known: Collection[str]) -> None:
    """Refuse a name that does not exist, proposing the nearest one. Errors: NotFound.

    >>> require_known("trigger", "strugle", ["struggle", "health_low"])
    Traceback (most recent call last):
    ...
    keepwell.vocabulary.errors.NotFound: There is no trigger `strugle`. Did you mean `struggle`?
    """
    if name is None or name in known:
        return
    near = get_close_matches(name, known, n=1) if len(known) <= MOST_COMPARED else []
    shown = ", ".join(sorted(known)[:MOST_SHOWN])
    raise NotFound(
        f"There is no {kind} `{name}`.",
        cure=f"Did you mean `{near[0]}`?" if near else f"Known: {shown or 'none'}.",
        kind=kind,
        name=name,
    )
