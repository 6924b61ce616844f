"""Transitions: what changed for an account between two snapshots, each with its cause."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from keepwell.vocabulary import Bilingual
from keepwell.warning.decide import Alert, Ending

TransitionKind = Literal["tier", "score_tier", "segment", "value_tier", "trigger"]
TRANSITION_KINDS: Mapping[str, TransitionKind] = {
    "tier": "tier",
    "score_tier": "score_tier",
    "segment": "segment",
    "value_tier": "value_tier",
    "trigger": "trigger",
}
Pair = tuple[str, str]
STARTED, OVER = "on", "off"


class Cause(StrEnum):
    """Why something changed; exactly one for each transition."""

    CUSTOMER = "customer"
    DATA = "data"
    CONFIG = "config"
    MODEL = "model"
    MANUAL = "manual"


CAUSE_WORDS = {
    Cause.CUSTOMER: Bilingual("客户自身变化", "the customer changed"),
    Cause.DATA: Bilingual("数据更正或数据源异常", "the data were corrected or are at fault"),
    Cause.CONFIG: Bilingual("配置变更", "the configuration changed"),
    Cause.MODEL: Bilingual(
        "评分卡重新拟合，或分界重新划定", "the scorecard was fitted anew, or boundaries drawn anew"
    ),
    Cause.MANUAL: Bilingual("人工覆盖", "a person's override"),
}
# What ended an alarm says the cause by itself, unless the condition is simply over.
_ENDED_BY = {
    "account_left": Cause.CUSTOMER,
    "trigger_removed": Cause.CONFIG,
    "taken_back": Cause.DATA,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands in one snapshot; `tier` is the score's, before any override."""

    tier: str
    effective_tier: str
    score_micro: int | None
    card: tuple[str, int] | None
    has_override: bool


@dataclass(frozen=True, slots=True)
class Move:
    """One account in two snapshots."""

    account_id: str
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class Split:
    """A change of score in micro-points by cause; the three sum to the change exactly."""

    customer_micro: int
    data_micro: int
    definition_micro: int


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of the whole run when causes are named.

    `definition`: what a change of definition counts as, by old and new card; absent: unchanged.
    `is_faulty`:  a source is at fault, so that no change is the customer's.
    """

    definition: Mapping[tuple[tuple[str, int] | None, tuple[str, int] | None], Cause]
    is_rule_changed: bool = False
    is_faulty: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """One change. `name` is the trigger's for kind `trigger`, else empty.

    kind `tier`: the effective tier; `score_tier`: the score's tier under an override that pins
    the effective one; `segment`, `value_tier`: of the value model; `trigger`: an alarm went on or
    off. `split` where the score is comparable.
    """

    account_id: str
    kind: TransitionKind
    name: str
    before: str
    after: str
    cause: Cause
    before_micro: int | None
    after_micro: int | None
    split: Split | None


def cause_of(move: Move, split: Split | None, known: Circumstances) -> Cause:
    """Return why an account moved: the largest part of its change in the change's direction.

    An override that began or ended is a person's doing when the score's own tier stayed.
    Missing: without a split (a score is unknown) the definition counts if it changed, else data.
    """
    before, after = move.before, move.after
    if before.tier == after.tier and before.effective_tier != after.effective_tier:
        return Cause.MANUAL
    definition = known.definition.get((before.card, after.card))
    if known.is_faulty:
        return definition or Cause.DATA
    if split is None:
        return definition or Cause.DATA
    parts = (
        (split.customer_micro, Cause.CUSTOMER),
        (split.data_micro, Cause.DATA),
        (split.definition_micro, definition or Cause.CONFIG),
    )
    change = sum(p for p, _ in parts)
    falls = change < 0 or (change == 0 and _is_worse(move))
    largest = max(-p if falls else p for p, _ in parts)
    if largest <= 0:
        return definition or Cause.CUSTOMER
    return next(cause for p, cause in parts if (-p if falls else p) == largest)


def _is_worse(move: Move) -> bool:
    return (move.after.score_micro or 0) <= (move.before.score_micro or 0)


def tier_transitions(
    moves: Sequence[Move], splits: Mapping[str, Split], known: Circumstances
) -> Iterator[Transition]:
    """Yield the changes of tier among `moves`; accounts whose tiers stayed yield none."""
    for move in moves:
        before, after, split = move.before, move.after, splits.get(move.account_id)
        if before.effective_tier != after.effective_tier:
            kind: TransitionKind = "tier"
            pair = before.effective_tier, after.effective_tier
        elif before.tier != after.tier:
            kind, pair = "score_tier", (before.tier, after.tier)
        else:
            continue
        cause = cause_of(move, split, known)
        micros = before.score_micro, after.score_micro
        yield Transition(move.account_id, kind, "", *pair, cause, *micros, split)


def trigger_transitions(
    alerts: Sequence[Alert],
    endings: Sequence[Ending],
    moves: Mapping[str, Move],
    splits: Mapping[str, Split],
    known: Circumstances,
) -> Iterator[Transition]:
    """Yield the alarms that went on or off, with the cause of the account's change of score."""
    changes = [(a.account_id, a.trigger, OVER, STARTED, "over") for a in alerts]
    changes += [(e.account_id, e.trigger, STARTED, OVER, e.cause) for e in endings]
    for account_id, trigger, before, after, how in changes:
        move, split = moves.get(account_id), splits.get(account_id)
        cause = _ENDED_BY.get(how) or _trigger_cause(move, split, known)
        micros = (move.before.score_micro, move.after.score_micro) if move else (None, None)
        yield Transition(account_id, "trigger", trigger, before, after, cause, *micros, split)


def _trigger_cause(move: Move | None, split: Split | None, known: Circumstances) -> Cause:
    """Return why an alarm turned; where the score stayed, time or another measure turned it."""
    if move is None or move.before.score_micro == move.after.score_micro:
        is_manual = move is not None and move.before.has_override != move.after.has_override
        if is_manual:
            return Cause.MANUAL
        return Cause.CONFIG if known.is_rule_changed else Cause.CUSTOMER
    return cause_of(move, split, known)
