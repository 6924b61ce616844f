"""Who is told of an alert that nobody acknowledged, by a clock of the person's working hours."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from keepwell.messages.notices import Notice
from keepwell.messages.planning import (
    Draft,
    Silence,
    Surroundings,
    drafts_of,
    people_of,
    recipient_of,
)
from keepwell.messages.quiet import after_open_hours
from keepwell.messages.settings import DeliverySettings, EscalationLevel
from keepwell.messages.tallies import is_tallied

ASSIGNED = "assigned"
PREFIX = "escalation"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An alert that was told and not acknowledged. `told_at`: when it first arrived.

    `levels`: numbers of the levels, from 1, that were told of it.
    """

    notice: Notice
    told_at: datetime
    levels: frozenset[int] = frozenset()


def level_of(batch: str) -> int | None:
    """Return the level that a batch of messages is of; None when it is no escalation.

    >>> level_of("escalation-2-2026-11-03"), level_of("r1")
    (2, None)
    """
    kind, _, rest = batch.partition("-")
    number = rest.partition("-")[0]
    return int(number) if kind == PREFIX and number.isdecimal() else None


def plan_escalations(
    unanswered: Sequence[Unanswered],
    settings: DeliverySettings,
    silences: Sequence[Silence],
    around: Surroundings,
) -> tuple[Draft, ...]:
    """Return one message per person, channel and level, of alerts whose time has run out.

    An alert escalates once at each level. The clock is that of whom the alert was told first. What
    a machine answers does not escalate.
    """
    groups: dict[tuple[int, str], list[Notice]] = defaultdict(list)
    for alert in unanswered:
        if is_tallied(alert.notice.facts):
            continue
        for number in _due_levels(alert, settings, around):
            level = settings.escalation[number - 1]
            for person in _people(alert.notice, level, settings):
                if not any(s.covers(alert.notice, person, around.today) for s in silences):
                    batch = f"{PREFIX}-{number}-{around.today}"
                    groups[number, person].append(replace(alert.notice, batch=batch))
    return tuple(
        draft
        for (_, person), notices in sorted(groups.items(), key=lambda group: group[0])
        for draft in drafts_of(notices[0].batch, "escalation", person, notices, settings, around)
    )


def _due_levels(
    alert: Unanswered, settings: DeliverySettings, around: Surroundings
) -> Iterator[int]:
    first = people_of(alert.notice, settings)[0]
    told = recipient_of(first, settings, around)
    for number, level in enumerate(settings.escalation, start=1):
        hours = level.after_hours.get(alert.notice.priority)  # type: ignore[call-overload]
        if hours is None or number in alert.levels:
            continue
        if after_open_hours(alert.told_at, hours, told.quiet, told.time_zone) <= around.now:
            yield number


def _people(notice: Notice, level: EscalationLevel, settings: DeliverySettings) -> tuple[str, ...]:
    found: list[str] = []
    for name in level.to:
        found += people_of(notice, settings) if name == ASSIGNED else (name,)
    return tuple(dict.fromkeys(found))
