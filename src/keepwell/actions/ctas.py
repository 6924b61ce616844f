"""CTAs: work items for one person on one account, and the only moves that are legal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from keepwell.vocabulary import Bilingual, InputProblem

CtaType = Literal["risk", "renewal", "growth", "adoption", "data", "review"]
CTA_TYPES: Mapping[str, Bilingual] = {
    "risk": Bilingual("风险", "risk"),
    "renewal": Bilingual("续约", "renewal"),
    "growth": Bilingual("增长", "growth"),
    "adoption": Bilingual("使用", "adoption"),
    "data": Bilingual("数据", "data"),
    "review": Bilingual("回顾", "review"),
}
CtaSource = Literal["alert", "play", "person", "plan", "journey"]
CTA_SOURCES: tuple[CtaSource, ...] = ("alert", "play", "person", "plan", "journey")
PRIORITIES = ("critical", "high", "normal")


class CtaStatus(StrEnum):
    """Where a CTA stands."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    SNOOZED = "snoozed"
    DONE = "done"
    CANCELLED = "cancelled"


class CtaMove(StrEnum):
    """What can be done with a CTA."""

    START = "start"
    SNOOZE = "snooze"
    WAKE = "wake"
    FINISH = "done"
    CANCEL = "cancel"
    REOPEN = "reopen"


OPEN = (CtaStatus.NEW, CtaStatus.IN_PROGRESS, CtaStatus.SNOOZED)
CLOSED = (CtaStatus.DONE, CtaStatus.CANCELLED)
# The one table of legal moves; None: back to what it was before it was snoozed.
LEGAL_MOVES: Mapping[tuple[CtaStatus, CtaMove], CtaStatus | None] = {
    (CtaStatus.NEW, CtaMove.START): CtaStatus.IN_PROGRESS,
    (CtaStatus.NEW, CtaMove.SNOOZE): CtaStatus.SNOOZED,
    (CtaStatus.NEW, CtaMove.FINISH): CtaStatus.DONE,
    (CtaStatus.NEW, CtaMove.CANCEL): CtaStatus.CANCELLED,
    (CtaStatus.IN_PROGRESS, CtaMove.SNOOZE): CtaStatus.SNOOZED,
    (CtaStatus.IN_PROGRESS, CtaMove.FINISH): CtaStatus.DONE,
    (CtaStatus.IN_PROGRESS, CtaMove.CANCEL): CtaStatus.CANCELLED,
    (CtaStatus.SNOOZED, CtaMove.START): CtaStatus.IN_PROGRESS,
    (CtaStatus.SNOOZED, CtaMove.SNOOZE): CtaStatus.SNOOZED,
    (CtaStatus.SNOOZED, CtaMove.WAKE): None,
    (CtaStatus.SNOOZED, CtaMove.FINISH): CtaStatus.DONE,
    (CtaStatus.SNOOZED, CtaMove.CANCEL): CtaStatus.CANCELLED,
    (CtaStatus.DONE, CtaMove.REOPEN): CtaStatus.NEW,
    (CtaStatus.CANCELLED, CtaMove.REOPEN): CtaStatus.NEW,
}
# What came of a CTA that a person finished.
OUTCOMES: Mapping[str, Bilingual] = {
    "resolved": Bilingual("已解决", "resolved"),
    "improved": Bilingual("有改善", "improved"),
    "no_effect": Bilingual("没有效果", "no effect"),
    "lost": Bilingual("客户流失", "account lost"),
    "false_alarm": Bilingual("误报", "false alarm"),
    "unreachable": Bilingual("联系不上客户", "customer not reached"),
}
# Why a CTA was cancelled: by a person, or because its ground went away.
CANCEL_CAUSES: Mapping[str, Bilingual] = {
    "not_needed": Bilingual("不需要", "not needed"),
    "duplicate": Bilingual("重复", "duplicate"),
    "signal_over": Bilingual(
        "信号在有人动手之前已解除", "the signal was over before anybody started"
    ),
    "taken_back": Bilingual("当日重算后预警撤回", "the day was run again and the alert taken back"),
    "account_left": Bilingual("客户已离开", "the account left"),
}
BY_PERSON = ("not_needed", "duplicate")


@dataclass(frozen=True, slots=True)
class CtaState:
    """Status of a CTA with what belongs to it.

    `before`:  while it is snoozed, what it was and will be again.
    `outcome`: of OUTCOMES when done, of CANCEL_CAUSES when cancelled; `note` is its text.
    """

    status: CtaStatus = CtaStatus.NEW
    before: CtaStatus | None = None
    snoozed_until: date | None = None
    outcome: str | None = None
    note: str = ""
    closed_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to do something."""
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class CtaChange:
    """One move that is asked for, on a day; `outcome` of a move that closes."""

    move: CtaMove
    on: date
    why: str = ""
    until: date | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class NewCta:
    """A CTA to be opened.

    `reason`:  a trigger, an action of the library or a person's own words.
    `ref`:     what it came from: key of the alert, action, plan.
    `alerts`:  keys of the alerts that it answers. `hours`: what the account takes a month.
    `is_over`: its owner has no free hours.
    """

    account_id: str
    type: str
    reason: str
    priority: str
    source: CtaSource
    opened_on: date
    ref: str = ""
    owner: str | None = None
    due_on: date | None = None
    at_stake_amount: float | None = None
    hours: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)
    alerts: tuple[str, ...] = ()
    is_over: bool = False


class IllegalMove(InputProblem):
    """A move that the state does not allow; names those that it does."""

    code = "illegal_move"


def open_key(account_id: str, type_: str, reason: str) -> str:
    """Return what no two open CTAs share: account, type and reason, however it is spelled.

    >>> open_key("A1", "risk", " Champion  left ")
    'A1|risk|champion left'
    """
    return f"{account_id}|{type_}|{' '.join(reason.split()).casefold()}"


def legal_moves(status: CtaStatus) -> tuple[CtaMove, ...]:
    """Return what can be done with a CTA of this status."""
    return tuple(move for at, move in LEGAL_MOVES if at is status)


def moved_cta(state: CtaState, change: CtaChange) -> CtaState:
    """Return the state after a move.

    Errors: IllegalMove naming the legal moves; InputProblem for a missing day or outcome.
    """
    key = (state.status, change.move)
    if key not in LEGAL_MOVES:
        legal = [str(m) for m in legal_moves(state.status)]
        raise IllegalMove(
            f"A CTA that is {state.status} does not allow `{change.move}`.",
            cure=f"Legal now: {', '.join(legal)}.",
            status=str(state.status),
            move=str(change.move),
            legal=legal,
        )
    target = LEGAL_MOVES[key]
    match change.move:
        case CtaMove.SNOOZE:
            return _snoozed(state, change)
        case CtaMove.WAKE:
            return CtaState(state.before or CtaStatus.NEW)
        case CtaMove.FINISH:
            return _closed(CtaStatus.DONE, OUTCOMES, change)
        case CtaMove.CANCEL:
            return _closed(CtaStatus.CANCELLED, CANCEL_CAUSES, change)
        case _:
            return CtaState(target or CtaStatus.NEW)


def is_awake(state: CtaState, today: date) -> bool:
    """Say whether a snoozed CTA has come back: on its day, not after it."""
    return state.snoozed_until is not None and state.snoozed_until <= today


def _snoozed(state: CtaState, change: CtaChange) -> CtaState:
    if change.until is None or change.until <= change.on:
        raise InputProblem(
            f"A snooze ends on a day after {change.on}, not on {change.until or 'no day'}.",
            cure="Give the day on which it comes back: --until YYYY-MM-DD.",
        )
    before = state.before if state.status is CtaStatus.SNOOZED else state.status
    return replace(CtaState(), status=CtaStatus.SNOOZED, before=before, snoozed_until=change.until)


def _closed(to: CtaStatus, known: Mapping[str, Bilingual], change: CtaChange) -> CtaState:
    if change.outcome not in known:
        what = "outcome" if to is CtaStatus.DONE else "cause"
        raise InputProblem(
            f"`{change.outcome or ''}` is no {what} of a CTA that is {to}.",
            cure=f"Choose of: {', '.join(known)}.",
            outcome=change.outcome,
        )
    return CtaState(to, outcome=change.outcome, note=change.why, closed_on=change.on)
