"""What an examination of a set-up returns: one result per thing that can be wrong."""

from dataclasses import dataclass
from enum import StrEnum

from keepwell.vocabulary import Bilingual


class Verdict(StrEnum):
    """The outcome of one examination."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Examination:
    """One thing that was looked at, what was seen, and what to do where it is not good."""

    name: str
    verdict: Verdict
    seen: Bilingual
    cure: Bilingual | None = None
