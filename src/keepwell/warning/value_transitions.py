"""Changes of segment and value tier between two snapshots, each with its cause."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from keepwell.value import Breakpoints, SegmentMap, score_of
from keepwell.warning.transitions import Cause, Transition, TransitionKind


@dataclass(frozen=True, slots=True)
class Valued:
    """What the value model said of an account in one snapshot. `scores`: of R, F and M."""

    segment: str
    value_tier: str
    recency_days: float | None
    frequency: float | None
    monetary_amount: float | None
    scores: tuple[int | None, int | None, int | None]
    value_amount: float | None


@dataclass(frozen=True, slots=True)
class ValueMove:
    """One account in two snapshots."""

    account_id: str
    before: Valued
    after: Valued


@dataclass(frozen=True, slots=True)
class ValueCircumstances:
    """What is known of the whole run: today's boundaries and map, and what changed for all.

    `is_config_changed`: other settings of the value model or another segment map than before.
    """

    breakpoints: Breakpoints
    segments: SegmentMap
    is_config_changed: bool = False
    is_faulty: bool = False


def value_transitions(
    moves: Iterable[ValueMove], known: ValueCircumstances
) -> Iterator[Transition]:
    """Yield the changes of segment and of value tier; what stayed yields none."""
    for move in moves:
        before, after = move.before, move.after
        if before.segment != after.segment:
            cause = _cause(known, is_moved=_segment_again(before, known) == after.segment)
            yield _transition(move.account_id, "segment", before.segment, after.segment, cause)
        if before.value_tier != after.value_tier:
            is_same = before.value_amount == after.value_amount
            cause = _cause(known, is_moved=is_same)
            pair = before.value_tier, after.value_tier
            yield _transition(move.account_id, "value_tier", *pair, cause)


def _transition(
    account_id: str, kind: TransitionKind, before: str, after: str, cause: Cause
) -> Transition:
    return Transition(account_id, kind, "", before, after, cause, None, None, None)


def _cause(known: ValueCircumstances, *, is_moved: bool) -> Cause:
    """Return why; `is_moved`: the boundaries alone, drawn anew, make the change."""
    if known.is_config_changed:
        return Cause.CONFIG
    if known.is_faulty:
        return Cause.DATA
    return Cause.MODEL if is_moved else Cause.CUSTOMER


def _segment_again(valued: Valued, known: ValueCircumstances) -> str | None:
    """Return the segment of an earlier account under today's boundaries; None if unknown."""
    cuts = known.breakpoints
    worth = None if valued.recency_days is None else -valued.recency_days
    parts = (
        (worth, cuts.recency_worth),
        (valued.frequency, cuts.frequency),
        (valued.monetary_amount, cuts.monetary_amount),
    )
    scores = [
        score if value is None or not limits or score is None else score_of(value, limits)
        for (value, limits), score in zip(parts, valued.scores, strict=True)
    ]
    r, f, m = scores
    # F stands in for an unknown M, and M for an unknown F.
    f, m = (m if f is None else f), (f if m is None else m)
    return None if r is None or f is None or m is None else known.segments.segment_of(r, f, m)
