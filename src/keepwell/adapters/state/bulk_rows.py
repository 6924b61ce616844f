"""Many rows of one table at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

CHUNK = 5_000


def add_rows(session: Session, table: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows, those with the same empty columns together, else in their order.

    A statement holds rows with equal columns only: mixed, nearly every row would need its own.
    """
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        alike[tuple(name for name, value in row.items() if value is None)].append(dict(row))
    for some in alike.values():
        for start in range(0, len(some), CHUNK):
            session.execute(insert(table), some[start : start + CHUNK])
