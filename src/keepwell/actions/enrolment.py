"""Decide what a run means for people's work: which CTAs open, whose they are, which end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from keepwell.actions.ctas import PRIORITIES, CtaSource, NewCta, open_key
from keepwell.actions.enrolment_settings import TeamSettings
from keepwell.actions.ownership import Desk, Need, RoleBook
from keepwell.actions.plays import NewPlay
from keepwell.actions.plays_tasks import PlayBook, PlayFor, due_day

# What a CTA keeps of its account beside its own columns.
KEPT_FACTS = (
    "name",
    "account_size_segment",
    "effective_tier",
    "score_micro",
    "contribution_amount",
    "expected_loss_amount",
)
STRATEGY_TYPES = {"rescue": "risk", "nurture": "adoption", "advocate": "growth", "repair": "data"}


@dataclass(frozen=True, slots=True)
class Call:
    """What calls for a CTA: an alert that starts, or an account that enters an action.

    `alert`: key of the alert; None for an action. `place`: order among equals.
    """

    account_id: str
    type: str
    reason: str
    priority: str
    play: str | None
    facts: Mapping[str, Any]
    place: int = 0
    alert: str | None = None
    ref: str = ""
    is_rescue: bool = False

    @property
    def key(self) -> str:
        """Return what an open CTA for it would be known by."""
        return open_key(self.account_id, self.type, self.reason)


@dataclass(frozen=True, slots=True)
class Linked:
    """The CTA of an alert, as stored. `outcome` why it was closed; None while it is open.

    `is_on`: the alert counts as a signal of the CTA; false once it was over or taken back.
    """

    cta_id: int
    is_open: bool
    outcome: str | None
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Work:
    """What is stored of people's work when a run decides.

    `open_ctas`: by what they are known by. `linked`: CTAs of the alerts that are asked about.
    `withheld`:  of these alerts, those that wait for approval or were discarded.
    `loads`:     hours a month by person. `accounts`: of these, by person and account.
    `open_tasks`: by person.
    `of_the_day`: CTAs by owner that the described day has opened so far: it may be run again.
    `open_counts`: open CTAs by owner.
    """

    open_ctas: Mapping[str, int] = field(default_factory=dict)
    linked: Mapping[str, Linked] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    loads: Mapping[str, float] = field(default_factory=dict)
    accounts: Mapping[tuple[str, str], float] = field(default_factory=dict)
    open_tasks: Mapping[str, int] = field(default_factory=dict)
    of_the_day: Mapping[str | None, int] = field(default_factory=dict)
    open_counts: Mapping[str | None, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opening:
    """A CTA to open with the play to start for it."""

    cta: NewCta
    play: NewPlay | None


@dataclass(frozen=True, slots=True)
class Urged:
    """What an alert asks of a CTA that it joins; the CTA takes it where it is more urgent."""

    priority: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Openings:
    """What opens, and what of it has to be said.

    `links`:    alerts that join a CTA which is open, or are a signal of their own again.
    `reopened`: CTAs that the machine had closed and whose alert holds again.
    `urged`:    what alerts ask of the open CTAs that they join.
    `left_out`: accounts that the baseline, or its backlog, leaves without CTA; `over`: CTAs by
                owner whose hours do not reach; `unassigned`: CTAs without owner; `unmanned`:
                roles that nobody has.
    """

    opened: tuple[Opening, ...] = ()
    links: Mapping[str, int] = field(default_factory=dict)
    reopened: Mapping[int, str] = field(default_factory=dict)
    left_out: int = 0
    over: Mapping[str, int] = field(default_factory=dict)
    unassigned: int = 0
    unmanned: Mapping[str, int] = field(default_factory=dict)
    urged: Mapping[int, Urged] = field(default_factory=dict)


MACHINE_CLOSED = frozenset({"signal_over", "taken_back", "account_left"})
Mode = Literal["usual", "baseline", "backlog"]


def decide_openings(
    calls: Sequence[Call], work: Work, team: TeamSettings, book: PlayBook, on: date, mode: Mode
) -> Openings:
    """Return which CTAs a run opens, in linear time.

    Within a run, the alerts of one account and type make one CTA: the most urgent names it, the
    others are linked. An alert with a CTA makes no second one. A baseline opens the largest
    amounts first, one CTA an account, until its limits.
    """
    links: dict[str, int] = {}
    reopened: dict[int, str] = {}
    fresh = list(_unanswered(calls, work, links, reopened))
    is_bounded = mode != "usual"
    groups = _grouped(fresh, by_account=is_bounded)
    if is_bounded:
        groups.sort(key=lambda group: _rank(group[0]))
    opener = _Opener(work, team, book, on, mode)
    for group in groups:
        opener.open(group)
    return Openings(
        tuple(opener.opened),
        links,
        reopened,
        opener.left_out,
        dict(sorted(opener.over.items())),
        opener.unassigned,
        dict(sorted(opener.roles.unmanned.items())),
        _urged(calls, links, team, book, on),
    )


def _urged(
    calls: Sequence[Call], links: Mapping[str, int], team: TeamSettings, book: PlayBook, on: date
) -> dict[int, Urged]:
    """Return the most urgent priority that joining alerts have, with the due day it means."""
    found: dict[int, Call] = {}
    for call in calls:
        cta_id = links.get(call.alert or "")
        if cta_id is not None:
            found[cta_id] = min(found.get(cta_id, call), call, key=_urgency)
    week = book.weeks.of(None)
    return {
        i: Urged(c.priority, due_day(on, team.due_days.of(c.priority), week))
        for i, c in sorted(found.items())
    }


def _unanswered(
    calls: Sequence[Call], work: Work, links: dict[str, int], reopened: dict[int, str]
) -> Iterator[Call]:
    """Yield the calls that have no CTA; note links to open ones and CTAs that come back."""
    for call in calls:
        known = work.linked.get(call.alert or "")
        same = work.open_ctas.get(call.key)
        if call.alert in work.withheld:
            continue
        if known is None and same is None:
            yield call
        elif call.alert is not None and known is None and same is not None:
            links[call.alert] = same
        elif call.alert is not None and known is not None:
            _call_again(call.alert, known, links, reopened, has_other=same is not None)


def _call_again(
    alert: str,
    known: Linked,
    links: dict[str, int],
    reopened: dict[int, str],
    *,
    has_other: bool,
) -> None:
    """Note what an alert means for its own CTA: all that hold again are its signals again."""
    if known.cta_id in reopened or (known.is_open and not known.is_on):
        links[alert] = known.cta_id
    elif not known.is_open and not has_other and known.outcome in MACHINE_CLOSED:
        reopened[known.cta_id] = alert


def _grouped(calls: Sequence[Call], *, by_account: bool) -> list[list[Call]]:
    """Return calls of one account and type together, the most urgent first."""
    found: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        found.setdefault((call.account_id, "" if by_account else call.type), []).append(call)
    return [sorted(group, key=_urgency) for group in found.values()]


def _urgency(call: Call) -> tuple[int, int, str]:
    known = call.priority in PRIORITIES
    return (PRIORITIES.index(call.priority) if known else 9, call.place, call.reason)


def _rank(call: Call) -> tuple[bool, float, float, str]:
    loss = call.facts.get("expected_loss_amount")
    contribution = call.facts.get("contribution_amount")
    return (loss is None, -(loss or 0.0), -(contribution or 0.0), call.account_id)


def at_stake(facts: Mapping[str, Any]) -> float | None:
    """Return the amount that hangs on an account: its expected loss, else its contribution."""
    loss = facts.get("expected_loss_amount") or None
    found = loss if loss is not None else facts.get("contribution_amount")
    return None if found is None else float(found)


class _Opener:
    """Opens CTAs one after the other while hours and limits are booked."""

    def __init__(
        self, work: Work, team: TeamSettings, book: PlayBook, on: date, mode: Mode
    ) -> None:
        self._team, self._book, self._on = team, book, on
        self._is_bounded = mode != "usual"
        self._desk = Desk(team, work.loads, work.accounts)
        self._counts = dict(work.open_counts if mode == "backlog" else work.of_the_day)
        self._total = 0 if mode == "backlog" else sum(self._counts.values())
        self.roles = RoleBook(team, work.open_tasks)
        self.opened: list[Opening] = []
        self.over: dict[str, int] = {}
        self.left_out = self.unassigned = 0

    def open(self, group: Sequence[Call]) -> None:
        """Open one CTA for the calls of a group, unless a limit is reached."""
        lead = group[0]
        tier, size = (str(lead.facts.get(k) or "unknown") for k in _CELL)
        hours = self._book.hours(tier, size)
        csm = lead.facts.get("csm_id") or lead.facts.get("owner_id")
        is_rescue = any(c.is_rescue for c in group)
        need = Need(csm, hours, is_rescue, lead.account_id)
        found = self._desk.choose(need)
        if self._is_bounded and self._is_full(found.owner):
            self.left_out += 1
            return
        self._desk.take(found.owner, need)
        self._counts[found.owner] = self._counts.get(found.owner, 0) + 1
        self._total += 1
        if found.is_over and found.owner is not None:
            self.over[found.owner] = self.over.get(found.owner, 0) + 1
        self.unassigned += found.owner is None
        self.opened.append(self._opening(group, found.owner, (tier, size), hours))

    def _is_full(self, owner: str | None) -> bool:
        limits = self._team.baseline
        is_last = self._total >= limits.at_most
        return is_last or self._counts.get(owner, 0) >= limits.per_person

    def _opening(
        self, group: Sequence[Call], owner: str | None, cell: tuple[str, str], hours: float
    ) -> Opening:
        lead = group[0]
        days = self._team.due_days.of(lead.priority)
        source: CtaSource = "play" if lead.alert is None else "alert"
        cta = NewCta(
            account_id=lead.account_id,
            type=lead.type,
            reason=lead.reason,
            priority=lead.priority,
            source=source,
            opened_on=self._on,
            ref=lead.alert or lead.ref,
            owner=owner,
            due_on=due_day(self._on, days, self._book.weeks.of(owner)),
            at_stake_amount=at_stake(lead.facts),
            hours=hours,
            facts={k: lead.facts[k] for k in KEPT_FACTS if lead.facts.get(k) is not None},
            alerts=tuple(c.alert for c in group if c.alert is not None),
        )
        name = next((c.play for c in group if c.play is not None), None)
        given = PlayFor(*cell, owner, self._on)
        play = None if name is None else self._book.start(name, given, self.roles)
        return Opening(cta, play)


_CELL = ("effective_tier", "account_size_segment")
