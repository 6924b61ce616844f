"""Plan one run of all journeys: who enters, goes on, ends, is left out; and what is to be sent."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from keepwell.journeys.advance import Advance, Enrolment, Holds, advance, entered, may_enter
from keepwell.journeys.holdout import Assignment, Candidate, Subject, assign, exemption
from keepwell.journeys.models import Journey, JourneySettings
from keepwell.journeys.readings import holds_of

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored before a run: active passages, last endings, and the arms of holdouts.

    `salt`: decides holdouts; stored with the project. `arms`: by subject and account.
    """

    active: Mapping[Pair, Enrolment] = field(default_factory=dict)
    ended: Mapping[Pair, date] = field(default_factory=dict)
    arms: Mapping[Pair, Assignment] = field(default_factory=dict)
    salt: bytes = b""


@dataclass(frozen=True, slots=True)
class Passage:
    """One account's move in one journey; `before` is None for one that enters.

    `row`: the account's values today; None for an account that left.
    """

    before: Enrolment | None
    advance: Advance
    row: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Moves:
    """What a run decided. `waiting`: accounts that enter at a later run, by journey.

    `arms`: new assignments by subject; `held_out`: accounts kept out today, by journey.
    """

    passages: tuple[Passage, ...]
    arms: tuple[tuple[str, float, Assignment], ...]
    waiting: Mapping[str, int]
    held_out: Mapping[str, int]


def subject_of(journey: Journey) -> Subject:
    """Return a journey as the subject of a holdout."""
    return Subject(f"journey:{journey.journey}", journey.holdout_share, journey.is_rescue)


def candidate_of(row: Mapping[str, Any]) -> Candidate:
    """Return what decides a holdout of an account's values."""
    tier = row.get("contribution_tier")
    return Candidate(
        str(row["account_id"]),
        row.get("effective_tier"),
        row.get("account_size_segment"),
        None if tier is None else int(tier),
        row.get("value_tier"),
    )


def arm_of(
    subject: Subject, account: Candidate, stored: Assignment | None, salt: bytes
) -> Assignment:
    """Return the arm of an account: the stored one, unless it must not be left out any more.

    For every enrolment that may be held back, journeys and plays alike. Where the share is
    nothing, nobody is left out, whatever is stored of an earlier holdout.
    """
    if stored is None or subject.share == 0:
        return assign(subject, account, salt)
    if stored.arm == "held_out" and exemption(subject, account):
        return assign(subject, account, salt)
    return stored


def plan_moves(
    journeys: Sequence[tuple[Journey, bool]],
    rows: Sequence[Mapping[str, Any]],
    known: Known,
    settings: JourneySettings,
    today: date,
    paused: AbstractSet[str] = frozenset(),
) -> Moves:
    """Return the moves of one run.

    `journeys`: each with whether its proxy stands in. `rows`: by account_id, as `journeys_select`
    gives them. `paused`: journeys that cannot be served today; their passages stay as they are.
    """
    plan = _Plan(known, settings, today)
    named = [j for j, _ in journeys]
    for row in rows:
        holds = holds_of(named, row)
        for journey, is_proxy in journeys:
            plan.move(journey, is_proxy, row, *holds[journey.journey])
    served = {j.journey for j in named} | paused
    seen = {str(row["account_id"]) for row in rows}
    plan.end_others(served, paused, seen)
    return plan.moves()


class _Plan:
    """Gathers the moves of one run."""

    def __init__(self, known: Known, settings: JourneySettings, today: date) -> None:
        self._known = known
        self._settings = settings
        self._today = today
        self._passages: list[Passage] = []
        self._arms: list[tuple[str, float, Assignment]] = []
        self._taken: dict[str, int] = {}
        self._waiting: dict[str, int] = {}
        self._held: dict[str, int] = {}

    def move(
        self,
        journey: Journey,
        is_proxy: bool,
        row: Mapping[str, Any],
        holds: Holds,
        is_for_it: bool,
    ) -> None:
        """Let one account go on in one journey, or enter it."""
        account = str(row["account_id"])
        pair = (journey.journey, account)
        before = self._known.active.get(pair)
        if before is not None:
            # Who is not of those a journey is for any more leaves it, unless the goal is reached.
            now = holds if is_for_it else replace(holds, exit=True)
            self._add(Passage(before, advance(journey, before, now, self._today), row))
            return
        ended = self._known.ended.get(pair)
        if not is_for_it or not may_enter(
            journey, holds, is_active=False, last_ended=ended, today=self._today
        ):
            return
        arm, stored = self._arm(journey, row)
        is_held = arm.arm == "held_out"
        # Both groups wait for their turn: who got well while waiting is in neither.
        if not (is_held and stored is not None):
            if self._taken.get(journey.journey, 0) >= self._settings.enrol_at_most:
                _count(self._waiting, journey)
                return
            _count(self._taken, journey)
            self._store(journey, arm, stored)
        if is_held:
            _count(self._held, journey)
            return
        start = entered(journey, account, self._today, is_proxy=is_proxy)
        self._passages.append(Passage(None, advance(journey, start, holds, self._today), row))

    def _add(self, passage: Passage) -> None:
        moved = passage.advance
        if moved.passed or moved.enrolment != passage.before:
            self._passages.append(passage)

    def _arm(
        self, journey: Journey, row: Mapping[str, Any]
    ) -> tuple[Assignment, Assignment | None]:
        """Return the arm of an account, and the one that is stored of it."""
        subject, account = subject_of(journey), candidate_of(row)
        stored = self._known.arms.get((subject.name, account.account_id))
        return arm_of(subject, account, stored, self._known.salt), stored

    def _store(self, journey: Journey, arm: Assignment, stored: Assignment | None) -> None:
        subject = subject_of(journey)
        if subject.share > 0 and arm != stored:
            self._arms.append((subject.name, subject.share, arm))

    def end_others(
        self, served: AbstractSet[str], paused: AbstractSet[str], seen: AbstractSet[str]
    ) -> None:
        """End the passages of journeys that were taken away and of accounts that left."""
        for (journey, account), before in sorted(self._known.active.items()):
            is_gone = account not in seen and journey not in paused
            if journey not in served or is_gone:
                over = Enrolment(
                    journey,
                    account,
                    before.entered_on,
                    before.position,
                    before.since,
                    "removed",
                    self._today,
                    before.is_proxy,
                )
                self._passages.append(Passage(before, Advance(over, ()), None))

    def moves(self) -> Moves:
        """Return everything that was gathered."""
        return Moves(tuple(self._passages), tuple(self._arms), self._waiting, self._held)


def _count(counted: dict[str, int], journey: Journey) -> None:
    counted[journey.journey] = counted.get(journey.journey, 0) + 1
