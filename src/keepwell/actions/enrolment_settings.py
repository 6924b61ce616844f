"""The shape of team.yml: who works, for how many hours and how senior; what opens how many CTAs."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from keepwell.playbooks import HOURS_PER_PERSON_MONTH

FROZEN = ConfigDict(frozen=True, extra="forbid")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Hours = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=365)]
Seniority = Annotated[int, Field(ge=0, le=9)]


class Member(BaseModel):
    """One person who owns CTAs or tasks.

    `person`:    the id that the source has as CSM or owner, or a name of your own.
    `roles`:     of the playbook library; tasks of a role go to those who have it.
    `seniority`: 0-9; the most senior with free hours take rescues and accounts without CSM.
    `hours`:     hours a month for the accounts of open CTAs; left out, as `defaults` say.
    """

    model_config = FROZEN
    person: Annotated[str, Field(min_length=1, max_length=200)]
    roles: tuple[Name, ...] = ("csm",)
    seniority: Seniority | None = None
    hours: Hours | None = None


class TeamDefaults(BaseModel):
    """What holds for a person who does not say otherwise, and for a CSM who is not listed."""

    model_config = FROZEN
    seniority: Seniority = 1
    hours: Hours = HOURS_PER_PERSON_MONTH


class Baseline(BaseModel):
    """How many CTAs the first run of a project opens at most, per owner and in all."""

    model_config = FROZEN
    per_person: Annotated[int, Field(ge=0, le=1000)] = 10
    at_most: Annotated[int, Field(ge=0, le=100_000)] = 200


class DueDays(BaseModel):
    """Working days until a CTA is due, by its priority."""

    model_config = FROZEN
    critical: Days = 1
    high: Days = 3
    normal: Days = 10

    def of(self, priority: str) -> int:
        """Return the working days of a priority; those of `normal` for an unknown one."""
        return {"critical": self.critical, "high": self.high}.get(priority, self.normal)


class CellEnrolment(BaseModel):
    """An action of a tier x size cell that opens CTAs for the accounts that meet its entry.

    `at_most`: in one run, the largest amounts first. `again_after_days`: not again for an
    account before.
    """

    model_config = FROZEN
    action: Name
    at_most: Annotated[int, Field(ge=1, le=100_000)] = 20
    again_after_days: Annotated[int, Field(ge=1, le=3650)] = 90


class PlayHoldout(BaseModel):
    """A play that is kept from a random share of its accounts, to measure what it does."""

    model_config = FROZEN
    play: Name
    share: Annotated[float, Field(gt=0, le=0.5, allow_inf_nan=False)]


class PlayCost(BaseModel):
    """What one account takes of a play, journey or plan: working hours, and money beside them.

    `subject`: `play:NAME`, `journey:NAME` or `plan:NAME`, as `keepwell effect` lists it.
    """

    model_config = FROZEN
    subject: Annotated[str, Field(pattern=r"^(play|journey|plan|playbook):[a-z][a-z0-9_]{0,63}$")]
    hours: Hours | None = None
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


class TeamSettings(BaseModel):
    """The whole of team.yml; without the file, CSMs as in the source and no enrolment by cell."""

    model_config = FROZEN
    people: tuple[Member, ...] = ()
    defaults: TeamDefaults = TeamDefaults()
    baseline: Baseline = Baseline()
    due_days: DueDays = DueDays()
    cells: tuple[CellEnrolment, ...] = ()
    holdouts: tuple[PlayHoldout, ...] = ()
    hour_amount: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    costs: tuple[PlayCost, ...] = ()

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        for what, names in (
            ("person", [m.person for m in self.people]),
            ("cell action", [c.action for c in self.cells]),
            ("holdout of play", [h.play for h in self.holdouts]),
            ("cost of", [c.subject for c in self.costs]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"{what} {', '.join(twice)} is listed twice")
        return self

    def hours_of(self, person: str) -> float:
        """Return the hours a month of a person, listed or not."""
        found = next((m.hours for m in self.people if m.person == person), None)
        return self.defaults.hours if found is None else found

    def seniority_of(self, person: str) -> int:
        """Return how senior a person is, listed or not."""
        found = next((m.seniority for m in self.people if m.person == person), None)
        return self.defaults.seniority if found is None else found
