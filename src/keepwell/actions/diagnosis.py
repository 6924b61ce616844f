"""Why an account is at risk: cause codes with notes, and how often each cause was named."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel

from keepwell.actions.plans_criteria import FROZEN, Name
from keepwell.vocabulary import Bilingual, InputProblem

SMALL = 10
ALL = "all"
By = Literal["all", "tier", "size", "segment"]
BYS: tuple[By, ...] = ("all", "tier", "size", "segment")


class Cause(BaseModel):
    """A cause code: what it is called and when to choose it."""

    model_config = FROZEN
    cause: Name
    title: Bilingual
    means: Bilingual


@dataclass(frozen=True, slots=True)
class Standing:
    """What the snapshot said of an account on the day of the diagnosis; None is unknown."""

    tier: str | None
    size: str | None
    segment: str | None
    amount: float | None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One cause found for an account on a day, by a person."""

    id: int
    account_id: str
    on: date
    cause: str
    note: str
    standing: Standing
    by: str = ""
    plan_id: int | None = None
    cta_id: int | None = None


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many accounts had a cause, of all that were diagnosed in the group, and their money.

    `known`: accounts whose amount is known; `amount` is None when there is none.
    `is_small`: fewer than ten accounts were diagnosed in the group; no share is to be read off.
    """

    group: str
    cause: str
    accounts: int
    of: int
    amount: float | None
    known: int

    @property
    def is_small(self) -> bool:
        """Say whether the group is too small for a share."""
        return self.of < SMALL


def require_cause(cause: str, known: Sequence[Cause]) -> None:
    """Refuse a cause that is not in the catalogue. Errors: InputProblem."""
    names = [c.cause for c in known]
    if cause not in names:
        raise InputProblem(
            f"`{cause}` is no cause code.",
            cure=f"Use one of {', '.join(names)}, or add it to `causes` in plans.yml.",
        )


def count_causes(diagnoses: Sequence[Diagnosis], by: By = "all") -> tuple[CauseCount, ...]:
    """Return causes by group, the most accounts first.

    An account counts once for a cause and once in its group, with the amount and the group of
    its newest diagnosis; it may have several causes, so counts do not add up to the group.
    """
    newest: dict[str, Diagnosis] = {}
    for found in sorted(diagnoses, key=lambda d: (d.on, d.id)):
        newest[found.account_id] = found
    causes: dict[tuple[str, str], set[str]] = defaultdict(set)
    members: dict[str, set[str]] = defaultdict(set)
    for found in diagnoses:
        group = _group(newest[found.account_id].standing, by)
        causes[group, found.cause].add(found.account_id)
        members[group].add(found.account_id)
    counts = []
    for (group, cause), accounts in causes.items():
        amounts = [newest[a].standing.amount for a in sorted(accounts)]
        known = [a for a in amounts if a is not None]
        total = sum(known) if known else None
        counts.append(
            CauseCount(group, cause, len(accounts), len(members[group]), total, len(known))
        )
    return tuple(sorted(counts, key=lambda c: (c.group, -c.accounts, -(c.amount or 0), c.cause)))


def _group(standing: Standing, by: By) -> str:
    match by:
        case "tier":
            return standing.tier or "unknown"
        case "size":
            return standing.size or "unknown"
        case "segment":
            return standing.segment or "unknown"
        case _:
            return ALL
