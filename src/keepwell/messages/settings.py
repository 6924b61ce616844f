"""The shape of delivery.yml: channels, people, routes. Who is told of what, where and when."""

from datetime import date, time
from email.utils import getaddresses
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from keepwell.vocabulary import Lang

FROZEN = ConfigDict(frozen=True, extra="forbid")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
# A secret is named, never written: the pattern keeps a pasted address out of the file.
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
ChannelKind = Literal[
    "inapp", "file", "smtp", "webhook", "slack", "teams", "feishu", "dingtalk", "wecom", "apprise"
]
Priority = Literal["critical", "high", "normal"]
Hours = Annotated[float, Field(gt=0, le=720)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# Without any, alerts would be pending for ever and nobody would hear of them.
Channels = Annotated[tuple[Name, ...], Field(min_length=1)]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
IN_APP = "inapp"
HTTP_KINDS = frozenset({"webhook", "slack", "teams", "feishu", "dingtalk", "wecom", "apprise"})


class ChannelSettings(BaseModel):
    """One way to reach people; secrets are names of environment variables.

    `url_env`:  of an HTTP channel, the variable that holds its address.
    `secret_env`: the variable of the secret that signs (webhook, feishu, dingtalk).
    `fallback`: the channel that takes over when this one has failed for a day, or refuses.
    `allow_private_addresses`: lets an address inside your own network be called.
    """

    model_config = FROZEN
    channel: Name
    kind: ChannelKind
    fallback: Name | None = None
    url_env: Variable | None = None
    secret_env: Variable | None = None
    allow_private_addresses: bool = False
    host: str = "localhost"
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str | None = None
    user_env: Variable | None = None
    password_env: Variable | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.kind in HTTP_KINDS and self.url_env is None:
            raise ValueError(f"channel `{self.channel}` ({self.kind}) needs `url_env`")
        if self.kind == "smtp" and self.sender is None:
            raise ValueError(f"channel `{self.channel}` (smtp) needs `sender`")
        if self.fallback == self.channel:
            raise ValueError(f"channel `{self.channel}` cannot be its own fallback")
        return self


class Quiet(BaseModel):
    """When a person is not to be told anything, in their own time zone.

    `start`, `end`: the daily quiet hours, over midnight if `start` is later.
    `critical_passes`: immediate alerts of priority critical go out all the same.
    """

    model_config = FROZEN
    start: time = time(20)
    end: time = time(8)
    days_off: tuple[Weekday, ...] = ("sat", "sun")
    holidays: tuple[date, ...] = ()
    critical_passes: bool = False

    @model_validator(mode="after")
    def _leaves_time(self) -> Self:
        if set(self.days_off) == set(WEEKDAYS):
            raise ValueError("quiet.days_off names every day of the week; leave one")
        return self


class Person(BaseModel):
    """How one person is told; what is left out comes from `defaults`.

    `person`:    the id that the source has as CSM or owner, or a name that routes use.
    `immediate`: channels of immediate alerts; those of the digest when left out.
    `budget`:    accounts that one digest lists; the rest is a count and a link.
    """

    model_config = FROZEN
    person: str
    lang: Lang | None = None
    time_zone: str | None = None
    channels: Channels | None = None
    immediate: Channels | None = None
    quiet: Quiet | None = None
    budget: Annotated[int, Field(ge=1, le=100)] | None = None
    address: str | None = None

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, zone: str | None) -> str | None:
        return None if zone is None else known_zone(zone)

    @field_validator("address")
    @classmethod
    def _one_address(cls, address: str | None) -> str | None:
        # Of several, a server may take some: the message would be accepted and half told.
        if address is not None and len(getaddresses([address])) != 1:
            raise ValueError(
                "one address a person; list the others as people of their own, or use the address "
                "of a group"
            )
        return address


class Defaults(BaseModel):
    """What holds for everybody who does not say otherwise."""

    model_config = FROZEN
    lang: Lang | None = None
    time_zone: str | None = None
    channels: Channels = (IN_APP,)
    immediate: Channels | None = None
    quiet: Quiet = Quiet()
    budget: Annotated[int, Field(ge=1, le=100)] = 10

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, zone: str | None) -> str | None:
        return None if zone is None else known_zone(zone)


class Route(BaseModel):
    """Whom an alert goes to beside the account's CSM; empty conditions hold always.

    `instead`: the CSM is not told then.
    """

    model_config = FROZEN
    to: Annotated[tuple[str, ...], Field(min_length=1)]
    tiers: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    at_stake_from: float | None = None
    instead: bool = False


class EscalationLevel(BaseModel):
    """Whom an alert goes to that nobody acknowledged, and after how long.

    `to`:          people; `assigned` is whoever was told of the alert.
    `after_hours`: by priority, in working hours of whom the alert was told first; an alert of
                   another priority does not reach this level.
    """

    model_config = FROZEN
    level: Name
    to: Annotated[tuple[str, ...], Field(min_length=1)]
    after_hours: Annotated[dict[Priority, Hours], Field(min_length=1)]


class DeliverySettings(BaseModel):
    """The whole of delivery.yml.

    `escalation`:    levels in order; each is told once of an alert that nobody acknowledged.

    `unassigned_to`: who is told of accounts without CSM, and of sources at fault.
    `link`:          address of the list that an overflow points to.
    """

    model_config = FROZEN
    channels: tuple[ChannelSettings, ...] = ()
    defaults: Defaults = Defaults()
    people: tuple[Person, ...] = ()
    routes: tuple[Route, ...] = ()
    escalation: tuple[EscalationLevel, ...] = ()
    unassigned_to: str = "operations"
    link: str | None = None

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        names = [c.channel for c in self.channels]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"channel {', '.join(twice)} is defined twice")
        people = [p.person for p in self.people]
        again = sorted({n for n in people if people.count(n) > 1})
        if again:
            raise ValueError(f"person {', '.join(again)} is listed twice")
        _require_rising(self.escalation)
        known = {*names, IN_APP}
        missing = sorted(_used_channels(self) - known)
        if missing:
            raise ValueError(f"no channel `{missing[0]}`; defined are {', '.join(sorted(known))}")
        return self

    def channel(self, name: str) -> ChannelSettings:
        """Return a channel by name; `inapp` is there without being defined."""
        found = next((c for c in self.channels if c.channel == name), None)
        return found or ChannelSettings(channel=name, kind="inapp")


def named_people(settings: DeliverySettings) -> tuple[str, ...]:
    """Return everybody whom delivery.yml names."""
    found = [p.person for p in settings.people]
    found += [person for route in settings.routes for person in route.to]
    found += [person for level in settings.escalation for person in level.to]
    return tuple(dict.fromkeys((*found, settings.unassigned_to)))


def _used_channels(settings: DeliverySettings) -> set[str]:
    used = {c.fallback for c in settings.channels if c.fallback}
    groups = [settings.defaults.channels, settings.defaults.immediate]
    for person in settings.people:
        groups += [person.channels, person.immediate]
    return used.union(*(g or () for g in groups))


def _require_rising(levels: tuple[EscalationLevel, ...]) -> None:
    reached: dict[str, float] = {}
    for level in levels:
        for priority, hours in level.after_hours.items():
            if hours <= reached.get(priority, 0.0):
                raise ValueError(
                    f"level `{level.level}` comes after {hours:g} hours for priority {priority}, "
                    f"the level before it after {reached[priority]:g}; hours must rise"
                )
            reached[priority] = hours


def known_zone(zone: str) -> str:
    """Return the zone. Errors: ValueError for one that does not exist."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise ValueError(f"`{zone}` is no time zone; write one like Asia/Shanghai") from wrong
    return zone
