"""The shape of journeys/*.yml: which accounts go through which steps, and how they are reached."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from keepwell.journeys.caps import Cap
from keepwell.journeys.holdout import MOST_SHARE
from keepwell.journeys.steps import ACTION_KINDS, END, BranchStep, Days, Name, Step, WaitStep
from keepwell.journeys.templates import is_link
from keepwell.measures import CATALOG
from keepwell.messages import Quiet, known_zone
from keepwell.vocabulary import Bilingual, Lang
from keepwell.warning import column_names

FROZEN = ConfigDict(frozen=True, extra="forbid")
Share = Annotated[float, Field(ge=0, le=MOST_SHARE)]


class JourneyProxy(BaseModel):
    """The conditions of a journey where a measure that they read has no provider."""

    model_config = FROZEN
    title: Bilingual
    enter: str
    exit: str | None = None
    goal: str | None = None


class Journey(BaseModel):
    """One journey. Conditions are those of triggers; unknown never counts as met.

    `for_whom`:           its accounts; by default the tech-touch accounts of the settings.
    `exit`, `goal`:       both end it; only the goal counts as reached.
    `again_after_days`:   from its end to a new beginning; never again when left out.
    `lasts_at_most_days`: after which it ends without its goal.
    `holdout_share`:      share of the accounts that are left out, to measure the effect.
    """

    model_config = FROZEN
    journey: Name
    title: Bilingual
    reason: Bilingual
    enter: str
    exit: str | None = None
    goal: str | None = None
    proxy: JourneyProxy | None = None
    for_whom: str | None = None
    again_after_days: Days | None = None
    lasts_at_most_days: Annotated[int, Field(ge=1, le=730)] = 90
    holdout_share: Share = 0.0
    is_rescue: bool = False
    is_on: bool = True
    steps: tuple[Step, ...]

    @model_validator(mode="after")
    def _steps_lead_forward(self) -> Self:
        places: dict[str, int] = {}
        for place, step in enumerate(self.steps):
            if step.step in places:
                raise ValueError(f"step `{step.step}` is defined twice")
            if step.step == END:
                raise ValueError("`end` means the end; name the step otherwise")
            places[step.step] = place
        for step in self.steps:
            for target in _targets(step):
                if target != END and places.get(target, -1) <= places[step.step]:
                    raise ValueError(
                        f"step `{step.step}` leads to `{target}`, which is no later step; "
                        f"later ones: {', '.join(list(places)[places[step.step] + 1 :])}, end"
                    )
        if not any(s.kind in ACTION_KINDS for s in self.steps):
            raise ValueError("no step does anything")
        return self

    def conditions(self) -> dict[str, str]:
        """Return every condition by what it decides; those of steps under `step:NAME`."""
        named = {"enter": self.enter, "exit": self.exit, "goal": self.goal}
        found = {part: text for part, text in named.items() if text is not None}
        for step in self.steps:
            if isinstance(step, WaitStep):
                found[f"step:{step.step}"] = step.until
            elif isinstance(step, BranchStep):
                found[f"step:{step.step}"] = step.when
        return found

    def needs(self) -> frozenset[str]:
        """Return the catalogued measures without which the journey cannot begin or end."""
        texts = [t for t in (self.enter, self.exit, self.goal) if t is not None]
        return frozenset(n for t in texts for n in column_names(t) if n in CATALOG)

    def step(self, name: str) -> Step | None:
        """Return a step by its name."""
        return next((s for s in self.steps if s.step == name), None)

    def kinds(self) -> frozenset[str]:
        """Return the kinds of its steps."""
        return frozenset(s.kind for s in self.steps)


def _targets(step: Step) -> list[str]:
    named = [step.next]
    if isinstance(step, BranchStep):
        named += [step.then, step.otherwise]
    return [t for t in named if t is not None]


class Region(BaseModel):
    """What differs for recipients of one region, as the source names it."""

    model_config = FROZEN
    region: str
    lang: Lang | None = None
    time_zone: str | None = None
    holidays: tuple[date, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, zone: str | None) -> str | None:
        return None if zone is None else known_zone(zone)


class Words(BaseModel):
    """Values of the fields that are the same in all texts; links are https."""

    model_config = FROZEN
    our_company: Bilingual | None = None
    product_name: Bilingual | None = None
    sender_name: Bilingual | None = None
    product_link: str | None = None
    help_link: str | None = None
    booking_link: str | None = None

    @field_validator("product_link", "help_link", "booking_link")
    @classmethod
    def _is_link(cls, link: str | None) -> str | None:
        if link is not None and not is_link(link):
            raise ValueError("expected an address such as https://help.example.com")
        return link


class JourneySettings(BaseModel):
    """How all journeys reach people.

    `for_whom`:         the tech-touch accounts. `mail`, `webhook`: channels of delivery.yml.
    `unsubscribe`:      address that takes the opt-out token; without it a reply opts out.
    `quiet`:            hours in which nothing is sent, in the recipient's zone.
    `roles`:            contact roles in the order in which they are written to.
    `enrol_at_most`:    accounts that a journey takes in per run.
    `stale_after_days`: with an older snapshot, nothing moves.
    `send_within_days`: what could not be sent by then is withheld.
    """

    model_config = FROZEN
    for_whom: str = "account_size_segment = 'Small Business'"
    mail: Name | None = None
    webhook: Name | None = None
    lang: Lang | None = None
    time_zone: str | None = None
    regions: tuple[Region, ...] = ()
    caps_per_contact: tuple[Cap, ...] = (Cap(at_most=1, days=3), Cap(at_most=4, days=30))
    caps_per_account: tuple[Cap, ...] = (Cap(at_most=1, days=3), Cap(at_most=4, days=30))
    quiet: Quiet = Quiet()
    roles: tuple[str, ...] = ()
    to_role_addresses: bool = False
    unsubscribe: str | None = None
    words: Words = Words()
    enrol_at_most: Annotated[int, Field(ge=1, le=1_000_000)] = 200
    stale_after_days: Annotated[int, Field(ge=0, le=36500)] = 7
    send_within_days: Annotated[int, Field(ge=1, le=365)] = 14

    @field_validator("unsubscribe")
    @classmethod
    def _is_link(cls, link: str | None) -> str | None:
        if link is not None and not is_link(link):
            raise ValueError("expected an address such as https://example.com/opt-out?t=")
        return link

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, zone: str | None) -> str | None:
        return None if zone is None else known_zone(zone)

    def region(self, name: str | None) -> Region:
        """Return what is special about a region; nothing for one that is not listed."""
        found = next((r for r in self.regions if r.region == name), None)
        return found or Region(region=name or "")


class JourneyFile(BaseModel):
    """The whole of one file: settings (in one file only), journeys, or both."""

    model_config = FROZEN
    settings: JourneySettings | None = None
    journeys: tuple[Journey, ...] = ()

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        names = [j.journey for j in self.journeys]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"journey {', '.join(twice)} is defined twice")
        return self


def overlaid_journeys(
    shipped: Sequence[Journey], own: Mapping[str, Journey]
) -> tuple[Journey, ...]:
    """Return the shipped journeys with the project's: same name replaces, new names follow."""
    rest = dict(own)
    kept = [rest.pop(j.journey, j) for j in shipped]
    return (*kept, *rest.values())


def served_journey(journey: Journey, provided: frozenset[str]) -> tuple[Journey, bool] | None:
    """Return the journey as this source can serve it and whether its proxy stands in.

    None when neither its conditions nor those of its proxy have the measures they read.
    """
    if journey.needs() <= provided:
        return journey, False
    proxy = journey.proxy
    if proxy is None:
        return None
    parts = {"title": proxy.title, "enter": proxy.enter, "exit": proxy.exit, "goal": proxy.goal}
    served = journey.model_copy(update={**parts, "proxy": None})
    return (served, True) if served.needs() <= provided else None
