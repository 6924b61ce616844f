"""The `schedule:` section of keepwell.yml: jobs, their rules, heartbeat and metrics."""

from datetime import time
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

from keepwell.schedule.patterns import Pattern, parse_cron

FROZEN = ConfigDict(frozen=True, extra="forbid")
JobName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Step = Literal["check", "run", "deliver", "journeys", "report", "writeback", "backup", "prune"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def at_minute(moment: time) -> time:
    """Return a time of day in whole minutes without zone. Errors: ValueError."""
    if moment.second or moment.microsecond or moment.tzinfo is not None:
        raise ValueError(f'`{moment}` is not a time of day in whole minutes, such as "06:30"')
    return moment


class Weekly(BaseModel):
    """Some weekdays at one time of day."""

    model_config = FROZEN
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    at: time

    @field_validator("at")
    @classmethod
    def _whole_minutes(cls, at: time) -> time:
        return at_minute(at)


class Job(BaseModel):
    """What is done, in order, and when: `daily`, `weekly` or `cron`, exactly one of them.

    `catch_up`: of due times that passed while nobody could act: `last` does the newest, `each`
    does all of them, oldest first, every one as of its own day, `none` does nothing that is more
    than `grace_minutes` late.
    `as_of`: of `run`; `latest` lets the data decide, else the day of the due time or the one
    before.
    `retries`: how often a failed job is tried again, after 1, 4, 16 ... minutes.
    """

    model_config = FROZEN
    job: JobName
    do: Annotated[tuple[Step, ...], Field(min_length=1)]
    daily: time | None = None
    weekly: Weekly | None = None
    cron: str | None = None
    time_zone: str | None = None
    catch_up: Literal["last", "each", "none"] = "last"
    grace_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    as_of: Literal["latest", "due_day", "day_before"] = "latest"
    retries: Annotated[int, Field(ge=0, le=10)] = 3

    @field_validator("daily")
    @classmethod
    def _whole_minutes(cls, daily: time | None) -> time | None:
        return None if daily is None else at_minute(daily)

    @field_validator("cron")
    @classmethod
    def _fields(cls, cron: str | None) -> str | None:
        if cron is not None:
            parse_cron(cron)
        return cron

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, zone: str | None) -> str | None:
        return None if zone is None else existing_zone(zone)

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        given = [n for n in ("daily", "weekly", "cron") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError(
                f"job `{self.job}` needs exactly one of daily, weekly, cron; "
                f"it has {' and '.join(given) or 'none'}"
            )
        return self

    @property
    def pattern(self) -> Pattern:
        """Return the minutes that the rule names."""
        if self.cron is not None:
            return parse_cron(self.cron)
        at = self.weekly.at if self.weekly else self.daily or time(0)
        pattern = Pattern(frozenset({at.minute}), frozenset({at.hour}))
        if self.weekly is None:
            return pattern
        days = frozenset(WEEKDAYS.index(day) for day in self.weekly.days)
        return Pattern(pattern.minutes, pattern.hours, weekdays=days)

    @property
    def rule(self) -> str:
        """Return the rule as a person reads it."""
        if self.cron is not None:
            return self.cron
        if self.weekly is not None:
            return f"{','.join(self.weekly.days)} {self.weekly.at:%H:%M}"
        return f"{self.daily or time(0):%H:%M}"


class Heartbeat(BaseModel):
    """An address outside that expects a call every so often, and raises the alarm without it.

    `url_env`: environment variable that holds the address; no call is made while a job has failed.
    """

    model_config = FROZEN
    url_env: VariableName
    every_minutes: Annotated[int, Field(ge=1, le=1440)] = 5
    allow_private_addresses: bool = False


class Metrics(BaseModel):
    """A port of this machine alone that serves /metrics, /healthz and /readyz."""

    model_config = FROZEN
    port: Annotated[int, Field(ge=1, le=65535)]


class ScheduleSettings(BaseModel):
    """The whole section; without jobs there is nothing to schedule.

    `catch_up_days`: how far back a missed due time is still caught up.
    `backup_folder`: where the step `backup` writes one archive a day, seen from the project;
    `keep_backups`: how many of them stay.
    """

    model_config = FROZEN
    jobs: tuple[Job, ...] = ()
    time_zone: str | None = None
    catch_up_days: Annotated[int, Field(ge=1, le=366)] = 7
    backup_folder: str = "backups"
    keep_backups: Annotated[int, Field(ge=1, le=1000)] = 14
    heartbeat: Heartbeat | None = None
    metrics: Metrics | None = None

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, zone: str | None) -> str | None:
        return None if zone is None else existing_zone(zone)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [j.job for j in self.jobs]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"job {', '.join(twice)} is defined twice")
        return self


def existing_zone(zone: str) -> str:
    """Return the zone. Errors: ValueError for one that does not exist."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise ValueError(f"`{zone}` is no time zone; write one like Asia/Shanghai") from wrong
    return zone
