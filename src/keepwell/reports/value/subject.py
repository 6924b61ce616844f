"""What the value chapters must know of a snapshot beside its rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from keepwell.vocabulary import Bilingual


@dataclass(frozen=True, slots=True)
class ValueSubject:
    """How the value model was made.

    `segments`:  labels of the segments in their order.
    `coverage`:  accounts that one person covers, by kind of coverage.
    `health_tells`, `index_tells`: health score and composite index hold more than amounts, size
                                   and what the purchases say; else nobody is unhealthy by them.
    `active_within_days`, `index_below`, `evidence_from`: limits of the struggle signal.
    """

    segments: Mapping[str, Bilingual]
    coverage: Mapping[str, int]
    active_within_days: int = 30
    index_below: float = 50.0
    evidence_from: int = 2
    is_frozen: bool = False
    cuts_version: int = 0
    health_tells: bool = True
    index_tells: bool = True
