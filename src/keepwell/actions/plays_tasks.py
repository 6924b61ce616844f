"""The tasks of a play: which steps are for the account, whose they are, when they are due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from keepwell.actions.ownership import RoleBook
from keepwell.actions.plays import NewPlay
from keepwell.actions.tasks import NewTask
from keepwell.messages import WEEKDAYS
from keepwell.playbooks import Library, Play, Step, steps_of

CSM = "csm"
# A year of days off in a row is no work week; past this the day stands.
MOST_DAYS_OFF = 366


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """The days on which a person does not work: of the week, and single ones."""

    days_off: tuple[str, ...] = ("sat", "sun")
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkWeeks:
    """Everybody's work week: their own, else the team's."""

    usual: WorkWeek = WorkWeek()
    own: Mapping[str, WorkWeek] | None = None

    def of(self, person: str | None) -> WorkWeek:
        """Return the work week of a person, or of nobody in particular."""
        return (self.own or {}).get(person or "", self.usual)


@lru_cache(maxsize=4096)
def due_day(start: date, days: int, week: WorkWeek, *, is_calendar: bool = False) -> date:
    """Return the working day that lies `days` working days after day 0.

    Day 0 is the start itself if it is a working day, else the next one. `is_calendar` counts
    all days; the result is a working day all the same.

    >>> due_day(date(2026, 11, 6), 1, WorkWeek()).isoformat()  # a Friday
    '2026-11-09'
    """
    day = _working(start + timedelta(days=days if is_calendar else 0), week)
    for _ in range(0 if is_calendar else days):
        day = _working(day + timedelta(days=1), week)
    return day


def _working(day: date, week: WorkWeek) -> date:
    for _ in range(MOST_DAYS_OFF):
        if WEEKDAYS[day.weekday()] not in week.days_off and day not in week.holidays:
            return day
        day += timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class PlayFor:
    """For whom a play starts: the account's cell, the CTA's owner, the day."""

    tier: str
    size: str
    owner: str | None
    on: date


class PlayBook:
    """The library's plays, ready to be started many times.

    `places`: of tiers of one's own, which of low, medium and high each stands for.
    """

    def __init__(
        self, library: Library, weeks: WorkWeeks, places: Mapping[str, str] | None = None
    ) -> None:
        self.weeks = weeks
        self._places = dict(places or {})
        self._plays = {p.play: p for p in library.plays}
        self._steps = {p.play: steps_of(p) for p in library.plays}
        self._library = library
        self._cells: dict[tuple[str, str], tuple[float, Mapping[str, str]]] = {}

    def play(self, name: str) -> Play:
        """Return a play by name. Errors: KeyError."""
        return self._plays[name]

    def hours(self, tier: str, size: str) -> float:
        """Return what an account of a cell takes a month; 0 where the library has no playbook."""
        return self._cell(tier, size)[0]

    def start(self, name: str, given: PlayFor, roles: RoleBook) -> NewPlay | None:
        """Return the play with its tasks; None when no step is for such an account."""
        tiers = {given.tier, self._places.get(given.tier, given.tier)}
        steps = [s for s in self._steps[name] if any(s.is_for(t, given.size) for t in tiers)]
        if not steps:
            return None
        usual = self._cell(given.tier, given.size)[1].get(name, CSM)
        people: dict[str, str | None] = {}
        tasks = []
        for place, step in enumerate(steps):
            role = step.owner or usual
            if role not in people:
                people[role] = roles.person(role, given.owner) or given.owner
            roles.give(people[role], 1)
            tasks.append(self._task(step, place, role, people[role], given))
        return NewPlay(name, given.on, tuple(tasks))

    def _task(
        self, step: Step, place: int, role: str, person: str | None, given: PlayFor
    ) -> NewTask:
        week = self.weeks.of(person or given.owner)
        due = due_day(given.on, step.day, week, is_calendar=step.counts == "calendar")
        check = None if step.check is None else step.check.model_dump(exclude_none=True)
        return NewTask(
            step.step, place, step.title, step.action, step.template, role, person, due, check
        )

    def _cell(self, tier: str, size: str) -> tuple[float, Mapping[str, str]]:
        """Return hours and, by play, the role that the cell's own action names."""
        found = self._cells.get((tier, size))
        if found is None:
            place = self._places.get(tier, tier)
            book = self._library.playbook(tier, size) or self._library.playbook(place, size)
            hours = 0.0 if book is None else book.hours_per_account_month
            found = hours, {a.play: a.owner for a in (book.actions if book else ())}
            self._cells[tier, size] = found
        return found
