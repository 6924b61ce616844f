"""Judge alerts of the past against what became of the accounts: lead time, misses, false alarms."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Told:
    """One alert on an account as people were told of it.

    `is_baseline`: the account was on alert on the first day already.
    """

    account_id: str
    trigger: str
    day: date
    is_baseline: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What is known to have become of an account: when its decline began, when it left."""

    account_id: str
    declines: date | None
    leaves: date | None


@dataclass(frozen=True, slots=True)
class Foresight:
    """How well something that happened to accounts was foretold.

    `happened`:  accounts to which it happened after the first day and up to the last.
    `on_alert`:  those on alert on the first day already; how long before is not known.
    `warned`:    those whose first alert came after the first day and before it happened.
    `days`:      for these the days between, sorted.
    """

    happened: int
    on_alert: int
    warned: int
    days: tuple[int, ...]

    @property
    def missed(self) -> int:
        """Return the accounts that no alert told of."""
        return self.happened - self.on_alert - self.warned

    @property
    def median_days(self) -> float | None:
        """Return the median of the days; None without any."""
        return median(self.days) if self.days else None


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What alerts were worth over some days.

    `leaving`:    accounts that left: days from the first alert until then.
    `declining`:  accounts whose planted decline began: days from then until the first alert.
    `calm`:       accounts without any decline or leaving, also after the last day.
    `calm_alerted`, `false_alarms`: how many of them had an alert after the first day, and alerts.
    `false_alarms_per_person_month`: by the people there are and months of 30 days.
    """

    leaving: Foresight
    declining: Foresight
    alerts: int
    calm: int
    calm_alerted: int
    false_alarms: int
    false_alarms_per_person_month: float
    triggers: Mapping[str, tuple[int, int]]


def hindsight(
    told: Sequence[Told], fates: Sequence[Fate], first: date, last: date, people: int
) -> Hindsight:
    """Return what the alerts of the days `first` to `last` were worth.

    An account's first alert in the span counts; one that came after the event is a miss.
    """
    days: dict[str, list[Told]] = defaultdict(list)
    for one in sorted(told, key=lambda t: t.day):
        days[one.account_id].append(one)
    calm = {f.account_id for f in fates if f.declines is None and f.leaves is None}
    news = [t for t in told if not t.is_baseline]
    false = [t for t in news if t.account_id in calm]
    months = ((last - first).days + 1) / MONTH_DAYS
    return Hindsight(
        _leaving(days, fates, first, last),
        _declining(days, fates, first, last),
        len(news),
        len(calm),
        len({t.account_id for t in false}),
        len(false),
        len(false) / (people * months) if people else 0.0,
        _by_trigger(news, calm),
    )


def _leaving(
    told: Mapping[str, Sequence[Told]], fates: Sequence[Fate], first: date, last: date
) -> Foresight:
    happened, on_alert, days = 0, 0, []
    for fate in fates:
        if fate.leaves is None or not first < fate.leaves <= last:
            continue
        happened += 1
        before = [t for t in told.get(fate.account_id, ()) if t.day < fate.leaves]
        if any(t.is_baseline for t in before):
            on_alert += 1
        elif before:
            days.append((fate.leaves - before[0].day).days)
    return Foresight(happened, on_alert, len(days), tuple(sorted(days)))


def _declining(
    told: Mapping[str, Sequence[Told]], fates: Sequence[Fate], first: date, last: date
) -> Foresight:
    """Return how soon after its beginning a decline was told of; one who left first is none."""
    happened, on_alert, days = 0, 0, []
    for fate in fates:
        begins, leaves = fate.declines, fate.leaves
        if begins is None or not first < begins <= last or (leaves and leaves <= begins):
            continue
        happened += 1
        found = told.get(fate.account_id, ())
        after = [t for t in found if t.day >= begins]
        if any(t.is_baseline for t in found):
            on_alert += 1
        elif after:
            days.append((after[0].day - begins).days)
    return Foresight(happened, on_alert, len(days), tuple(sorted(days)))


def _by_trigger(news: Sequence[Told], calm: set[str]) -> dict[str, tuple[int, int]]:
    """Return for each trigger how many alerts it made, and how many of them on calm accounts."""
    found: dict[str, tuple[int, int]] = {}
    for one in news:
        all_, false = found.get(one.trigger, (0, 0))
        found[one.trigger] = (all_ + 1, false + (one.account_id in calm))
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Volume:
    """How many accounts people were told of, by person and day; days without count as 0."""

    median: float
    ninetieth: int
    most: int
    messages: int
    longest: int


def volume(told: Mapping[tuple[str, date], int], people: int, days: int, longest: int) -> Volume:
    """Return the spread over all persons and days.

    `told`: messages' accounts by person and day; `longest`: the most that one message lists.
    """
    counts = sorted([*told.values(), *[0] * (people * days - len(told))])
    place = max(0, -(-len(counts) * 9 // 10) - 1)
    return Volume(median(counts), counts[place], counts[-1], len(told), longest)
