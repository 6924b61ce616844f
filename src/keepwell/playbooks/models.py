"""The shape of the playbook library: roles, plays with their materials, and playbooks per cell."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from keepwell.measures import CATALOG
from keepwell.playbooks.placeholders import check_placeholders
from keepwell.playbooks.steps import PlayExit, Step, step_problems
from keepwell.vocabulary import LANGS, Bilingual, Unit

FROZEN = ConfigDict(frozen=True, extra="forbid")
Strategy = Literal["rescue", "nurture", "advocate", "repair"]
Statistic = Literal["median", "mean", "share_where", "count_where", "sum"]
Audience = Literal["customer", "internal"]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Hours = Annotated[float, Field(ge=0, le=200, allow_inf_nan=False)]

ANY_SIZE = "any"
UNKNOWN_SIZE = "unknown"
SIZES = ("Enterprise", "Large", "Mid-Market", "Small Business")
TIERS = ("low", "medium", "high")
NEXT_TIER = {"low": "medium", "medium": "high"}


class RelativeTarget(BaseModel):
    """Baseline changed by a share: -0.4 is forty per cent down."""

    model_config = FROZEN
    kind: Literal["relative"] = "relative"
    change: Annotated[float, Field(ge=-1, le=10, allow_inf_nan=False)]


class AbsoluteTarget(BaseModel):
    """A fixed value in the unit of the KPI; a share is 0-1."""

    model_config = FROZEN
    kind: Literal["absolute"] = "absolute"
    value: Finite


class HalveTarget(BaseModel):
    """Half the baseline; a count of accounts is rounded down."""

    model_config = FROZEN
    kind: Literal["halve"] = "halve"


class PeerTarget(BaseModel):
    """The same statistic of the next tier at the same size; `otherwise` if that cell is small."""

    model_config = FROZEN
    kind: Literal["peer"] = "peer"
    otherwise: Annotated[float, Field(ge=-1, le=10, allow_inf_nan=False)]


Target = Annotated[
    RelativeTarget | AbsoluteTarget | HalveTarget | PeerTarget, Field(discriminator="kind")
]


class Kpi(BaseModel):
    """What tells whether an action works, computed from `portfolio`.

    `expression`: scalar SQL, a condition for share_where and count_where; None when no canonical
    field records it, so that recording it is the first step.
    """

    model_config = FROZEN
    label: Bilingual
    statistic: Statistic
    expression: str | None
    unit: Unit
    better: Literal["higher", "lower"]
    target: Target

    @model_validator(mode="after")
    def _unit_fits_statistic(self) -> Self:
        expected = {"share_where": Unit.SHARE, "count_where": Unit.COUNT}.get(self.statistic)
        if expected and self.unit is not expected:
            raise ValueError(f"{self.statistic} is printed as {expected}, not {self.unit}")
        measure = CATALOG.get(self.expression or "")
        if measure and not expected and self.unit is not measure.unit:
            raise ValueError(f"{measure.name} is measured in {measure.unit}, not {self.unit}")
        is_share = self.unit is Unit.SHARE and isinstance(self.target, AbsoluteTarget)
        if is_share and not 0 <= self.target.value <= 1:  # type: ignore[union-attr]
            raise ValueError("the target of a share lies between 0 and 1")
        if self.expression is None and not isinstance(self.target, AbsoluteTarget):
            raise ValueError("a KPI without expression has no baseline: give an absolute target")
        return self

    @property
    def key(self) -> str:
        """Return what identifies the baseline: two KPIs with one key share one query."""
        return f"{self.statistic}: {self.expression}"


class EntryCondition(BaseModel):
    """When an account enters the action: in words, and as a condition over `portfolio`."""

    model_config = FROZEN
    text: Bilingual
    when: str


class Action(BaseModel):
    """One concrete action of a cell: what, who, how often, from when and measured by what."""

    model_config = FROZEN
    id: Name
    play: Name
    title: Bilingual
    description: Bilingual
    owner: Name
    cadence: Bilingual
    entry: EntryCondition
    kpi: Kpi


class Playbook(BaseModel):
    """The strategy of one cell, tier x size, with declared hours per account and month.

    `lean_hours_per_account_month` and `lean_means` say what remains when people are short.
    """

    model_config = FROZEN
    tier: Name
    size: str
    strategy: Strategy
    aim: Bilingual
    hours_per_account_month: Hours
    lean_hours_per_account_month: Hours
    lean_means: Bilingual
    who: Annotated[tuple[Name, ...], Field(min_length=1)]
    actions: Annotated[tuple[Action, ...], Field(min_length=3)]

    @model_validator(mode="after")
    def _actions_are_distinct_and_lean_is_less(self) -> Self:
        ids = [a.id for a in self.actions]
        if len(set(ids)) != len(ids):
            raise ValueError("an action id is used twice")
        if self.lean_hours_per_account_month > self.hours_per_account_month:
            raise ValueError("lean_hours_per_account_month exceeds hours_per_account_month")
        return self

    @property
    def cell(self) -> tuple[str, str]:
        """Return tier and size."""
        return (self.tier, self.size)


class Mail(BaseModel):
    """A mail that can be sent as it is once its placeholders are filled."""

    model_config = FROZEN
    audience: Audience
    subject: Bilingual
    body: Bilingual


class FollowUp(Mail):
    """A later touch of the same play: a mail or an in-app notice, days after the first mail."""

    day: Annotated[int, Field(ge=0, le=365)]
    channel: Literal["mail", "in_app"] = "mail"


class AgendaItem(BaseModel):
    """One item of a meeting: minutes and what is done in them."""

    model_config = FROZEN
    minutes: Annotated[int, Field(ge=1, le=480)]
    topic: Bilingual


class Agenda(BaseModel):
    """A meeting: its title, who sits in it, and its items in order."""

    model_config = FROZEN
    title: Bilingual
    attendees: Bilingual
    items: Annotated[tuple[AgendaItem, ...], Field(min_length=3)]

    @property
    def minutes(self) -> int:
        """Return the length of the meeting."""
        return sum(i.minutes for i in self.items)


class Play(BaseModel):
    """One play with everything needed to run it: mail, agenda, checklist, steps, its end."""

    model_config = FROZEN
    play: Name
    title: Bilingual
    purpose: Bilingual
    mail: Mail
    follow_ups: tuple[FollowUp, ...] = ()
    agenda: Agenda
    checklist: Annotated[tuple[Bilingual, ...], Field(min_length=4)]
    steps: tuple[Step, ...] = ()
    exit: PlayExit | None = None

    @model_validator(mode="after")
    def _texts_and_steps_are_sound(self) -> Self:
        later = [f"{touch.channel}_day_{touch.day}" for touch in self.follow_ups]
        named = dict.fromkeys(["mail", *later, "agenda", "checklist"])
        problems = step_problems(self.steps, named)
        if problems:
            raise ValueError("; ".join(problems))
        for text in self.texts():
            for lang in LANGS:
                check_placeholders(text.text(lang))
        return self

    def texts(self) -> tuple[Bilingual, ...]:
        """Return every text of the materials."""
        agenda = (self.agenda.title, self.agenda.attendees, *(i.topic for i in self.agenda.items))
        mails = (t for mail in (self.mail, *self.follow_ups) for t in (mail.subject, mail.body))
        return (*mails, *agenda, *self.checklist)


class Library(BaseModel):
    """Roles, plays and playbooks that fit together: every name that is used exists.

    `gates` are actions that come first in any cell where an account meets their entry condition,
    unless its playbook runs the same play already.
    """

    model_config = FROZEN
    roles: dict[Name, Bilingual]
    plays: tuple[Play, ...]
    playbooks: tuple[Playbook, ...]
    gates: tuple[Action, ...] = ()

    @property
    def actions(self) -> tuple[Action, ...]:
        """Return every action: the gates, then those of the playbooks in their order."""
        return (*self.gates, *(a for p in self.playbooks for a in p.actions))

    @model_validator(mode="after")
    def _every_name_exists(self) -> Self:
        problems = [*_twice(self), *_missing(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def play(self, name: str) -> Play:
        """Return a play by name. Errors: KeyError."""
        return {p.play: p for p in self.plays}[name]

    def playbook(self, tier: str, size: str) -> Playbook | None:
        """Return the playbook of a cell, else the one of its tier for any size, else None."""
        by_cell = {p.cell: p for p in self.playbooks}
        return by_cell.get((tier, size)) or by_cell.get((tier, ANY_SIZE))


def _twice(library: Library) -> list[str]:
    plays = [p.play for p in library.plays]
    cells = [p.cell for p in library.playbooks]
    ids = [a.id for a in library.actions]
    return [
        *(f"play {n} is defined twice" for n in sorted({n for n in plays if plays.count(n) > 1})),
        *(
            f"cell {t} x {s} is defined twice"
            for t, s in sorted({c for c in cells if cells.count(c) > 1})
        ),
        *(f"action {i} is defined twice" for i in sorted({i for i in ids if ids.count(i) > 1})),
    ]


def _missing(library: Library) -> list[str]:
    plays = {p.play for p in library.plays}
    actions = library.actions
    roles = {r for p in library.playbooks for r in p.who} | {a.owner for a in actions}
    roles |= {s.owner for p in library.plays for s in p.steps if s.owner}
    unknown_roles = sorted(roles - set(library.roles))
    unknown_plays = sorted({a.play for a in actions} - plays)
    return [
        *(f"role {r} is not in roles: {', '.join(sorted(library.roles))}" for r in unknown_roles),
        *(f"play {p} is not in plays: {', '.join(sorted(plays))}" for p in unknown_plays),
    ]
