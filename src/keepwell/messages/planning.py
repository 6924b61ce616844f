"""Plan messages: which person gets which alerts, on which channel, in which order, when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from keepwell.messages.notices import MessageKind, Notice
from keepwell.messages.quiet import next_open
from keepwell.messages.settings import DeliverySettings, Person, Quiet, Route
from keepwell.messages.tallies import is_tallied, place_tallies
from keepwell.vocabulary import Lang

URGENT = ("immediate", "escalation")


@dataclass(frozen=True, slots=True)
class Silence:
    """Alerts of an account, a trigger or a person that are not told until a day, included."""

    id: int
    account_id: str | None
    trigger: str | None
    person: str | None
    until: date
    reason: str

    def covers(self, notice: Notice, person: str, today: date) -> bool:
        """Say whether the silence keeps this alert from this person on this day."""
        return (
            today <= self.until
            and self.account_id in (None, notice.account_id)
            and self.trigger in (None, notice.trigger)
            and self.person in (None, person)
        )


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person with everything that `defaults` and the project fill in."""

    person: str
    lang: Lang
    time_zone: str
    channels: tuple[str, ...]
    immediate: tuple[str, ...]
    quiet: Quiet
    budget: int
    address: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """One message to be sent: the alerts it lists, in order, and those it only counts."""

    key: str
    batch: str
    kind: MessageKind
    person: str
    channel: str
    due_at: datetime
    listed: tuple[int, ...]
    counted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Messages to send, and alerts that a silence keeps from everybody, with that silence."""

    drafts: tuple[Draft, ...]
    silenced: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The project's own language and zone, which hold where delivery.yml says nothing."""

    lang: Lang
    time_zone: str
    now: datetime
    today: date


def recipient_of(person: str, settings: DeliverySettings, around: Surroundings) -> Recipient:
    """Return how a person is told; somebody who is not listed is told as `defaults` say."""
    given = next((p for p in settings.people if p.person == person), Person(person=person))
    usual = settings.defaults
    channels = usual.channels if given.channels is None else given.channels
    urgent = given.immediate
    if urgent is None:
        urgent = channels if given.channels is not None else usual.immediate
    return Recipient(
        person=person,
        lang=given.lang or usual.lang or around.lang,
        time_zone=given.time_zone or usual.time_zone or around.time_zone,
        channels=channels,
        immediate=channels if urgent is None else urgent,
        quiet=given.quiet or usual.quiet,
        budget=given.budget or usual.budget,
        address=given.address,
    )


def people_of(notice: Notice, settings: DeliverySettings) -> tuple[str, ...]:
    """Return who is told of an alert, each once: its CSM, and whom routes add or put instead.

    A trigger that names somebody in place of the CSM says so in the alert's facts, and so do
    alerts on plans, which go to several.
    An alert that nobody would be told of goes to `unassigned_to`.
    """
    matching = [r for r in settings.routes if _matches(r, notice)]
    named = notice.facts.get("told_to") or notice.csm_id
    first = named if isinstance(named, list | tuple) else [] if named is None else [named]
    found = [] if any(r.instead for r in matching) else [str(person) for person in first]
    found += [person for r in matching for person in r.to]
    return tuple(dict.fromkeys(found)) or (settings.unassigned_to,)


def _matches(route: Route, notice: Notice) -> bool:
    facts = notice.facts
    return (
        _is_in(facts.get("effective_tier"), route.tiers)
        and _is_in(facts.get("account_size_segment"), route.sizes)
        and _is_in(notice.trigger, route.triggers)
        and _is_in(notice.priority, route.priorities)
        and (route.at_stake_from is None or at_stake(notice) >= route.at_stake_from)
    )


def _is_in(value: object, wanted: tuple[str, ...]) -> bool:
    return not wanted or value in wanted


def at_stake(notice: Notice) -> float:
    """Return the amount at stake: the expected loss, else the contribution, else 0."""
    facts = notice.facts
    amount = facts.get("expected_loss_amount") or facts.get("contribution_amount") or 0
    return float(amount)


def rank(notices: Iterable[Notice]) -> list[Notice]:
    """Return alerts by expected loss, largest first; those without follow by contribution.

    The save rate is one number for all accounts, so that it changes no rank.
    """

    def order(n: Notice) -> tuple[float, float, int, str, str]:
        loss = float(n.facts.get("expected_loss_amount") or 0)
        worth = float(n.facts.get("contribution_amount") or 0)
        grave = {"critical": 0, "high": 1}.get(n.priority, 2)
        return (-loss, -worth, grave, n.account_id or "", n.trigger)

    return sorted(notices, key=order)


def plan_messages(
    notices: Sequence[Notice],
    settings: DeliverySettings,
    silences: Sequence[Silence],
    around: Surroundings,
) -> Plan:
    """Return one message per person, channel, batch and kind, and what is silenced.

    A digest lists the accounts worth most, up to the person's budget, and counts the others. What
    a machine answers waits for a digest to be counted in.
    """
    groups: dict[tuple[str, MessageKind, str], list[Notice]] = defaultdict(list)
    tallies: dict[str, list[Notice]] = defaultdict(list)
    silenced: dict[int, int] = {}
    for notice in notices:
        people = people_of(notice, settings)
        kept = []
        for person in people:
            hush = next((s for s in silences if s.covers(notice, person, around.today)), None)
            if hush is None:
                kept.append(person)
            else:
                silenced[notice.id] = hush.id
        if kept:
            silenced.pop(notice.id, None)
        for person in kept:
            if is_tallied(notice.facts) and _kind(notice) == "digest":
                tallies[person].append(notice)
            else:
                groups[notice.batch, _kind(notice), person].append(notice)
    place_tallies(tallies, groups, around.today)
    drafts = [d for k, group in groups.items() for d in drafts_of(*k, group, settings, around)]
    return Plan(tuple(drafts), silenced)


def _kind(notice: Notice) -> MessageKind:
    if notice.is_baseline:
        return "baseline"
    if notice.is_reminder:
        return "reminder"
    return "immediate" if notice.urgency == "immediate" else "digest"


def opening(told: Recipient, kind: str, moment: datetime, *, is_critical: bool) -> datetime:
    """Return when a person may be told from a moment on: outside their quiet hours.

    What is urgent and critical passes where they said so.
    """
    if kind in URGENT and is_critical and told.quiet.critical_passes:
        return moment
    return next_open(moment, told.quiet, told.time_zone)


def drafts_of(
    batch: str,
    kind: MessageKind,
    person: str,
    notices: Sequence[Notice],
    settings: DeliverySettings,
    around: Surroundings,
) -> list[Draft]:
    """Return one message on each channel of a person, within budget and outside quiet hours."""
    told = recipient_of(person, settings, around)
    is_urgent = kind in URGENT
    is_critical = any(n.priority == "critical" for n in notices)
    due = opening(told, kind, around.now, is_critical=is_critical)
    listed, counted = within_budget(rank(notices), told.budget)
    return [
        Draft(f"{batch}/{kind}/{channel}/{person}", batch, kind, person, channel, due, *parts)
        for channel in dict.fromkeys(told.immediate if is_urgent else told.channels)
        for parts in [(tuple(n.id for n in listed), tuple(n.id for n in counted))]
    ]


def within_budget(ranked: Sequence[Notice], budget: int) -> tuple[list[Notice], list[Notice]]:
    """Split alerts by account: an account is listed with all its alerts, or counted.

    One that has none but those that are told as a count is counted.
    """
    named = [n for n in ranked if not is_tallied(n.facts)]
    shown = set(list(dict.fromkeys(map(_subject, named)))[:budget])
    listed = [n for n in ranked if _subject(n) in shown]
    return listed, [n for n in ranked if _subject(n) not in shown]


def _subject(notice: Notice) -> str:
    return notice.account_id or f"#{notice.id}"
