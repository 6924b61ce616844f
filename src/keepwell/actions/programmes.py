"""Customer programmes: candidates by the cells of the playbooks, and who takes part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from keepwell.actions.plans_criteria import FROZEN, Name
from keepwell.actions.plans_moves import Machine, require_words
from keepwell.playbooks import Action, Library
from keepwell.vocabulary import Bilingual, InputProblem


class EntryStatus(StrEnum):
    """Where an account stands in a programme."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"


ENTRIES = Machine(
    "programme entry",
    {
        "candidate": ("invited",),
        "invited": ("accepted", "declined"),
        "accepted": ("done", "declined"),
        # Who said no, or took part once, may be asked again.
        "declined": ("invited",),
        "done": ("invited",),
    },
)
CANDIDATE = "candidate"


class Programme(BaseModel):
    """A programme and the play of the library whose cells and entry conditions name candidates."""

    model_config = FROZEN
    programme: Name
    title: Bilingual
    play: Name
    tiers: Annotated[tuple[Name, ...], Field(min_length=1)] = ("high",)


@dataclass(frozen=True, slots=True)
class ProgrammeEntry:
    """An account in a programme; `on` is the day of its last move."""

    account_id: str
    programme: str
    status: str
    on: date
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CandidateRule:
    """One cell of the library that offers a programme, and its entry condition over `portfolio`."""

    tier: str
    size: str
    action: Action


def candidate_rules(programme: Programme, library: Library) -> tuple[CandidateRule, ...]:
    """Return the cells whose playbook runs the programme's play, in the tiers it is for."""
    return tuple(
        CandidateRule(p.tier, p.size, a)
        for p in library.playbooks
        if p.tier in programme.tiers
        for a in p.actions
        if a.play == programme.play
    )


def require_programme(name: str, known: Sequence[Programme]) -> Programme:
    """Return a programme by name. Errors: InputProblem."""
    found = next((p for p in known if p.programme == name), None)
    if found is None:
        names = ", ".join(p.programme for p in known)
        raise InputProblem(f"`{name}` is no programme.", cure=f"Use one of {names}.")
    return found


def move_entry(
    account_id: str,
    programme: str,
    now: ProgrammeEntry | None,
    status: str,
    *,
    on: date,
    by: str,
    note: str = "",
) -> ProgrammeEntry:
    """Return the account's entry moved on. Errors: InputProblem for an illegal move."""
    require_words(by=by)
    if status not in [str(s) for s in EntryStatus]:
        raise InputProblem(f"`{status}` is no state.", cure=f"Use {', '.join(EntryStatus)}.")
    before = CANDIDATE if now is None else now.status
    ENTRIES.require(before, status, f"Account `{account_id}` in programme `{programme}`")
    if status == EntryStatus.DECLINED:
        require_words(reason=note)
    if now is None:
        return ProgrammeEntry(account_id, programme, status, on, by, note)
    return replace(now, status=status, on=on, by=by, note=note)
