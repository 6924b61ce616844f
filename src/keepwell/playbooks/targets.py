"""From a KPI and the numbers of its cell to a baseline, a target and how the target came about."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from keepwell.playbooks.models import (
    AbsoluteTarget,
    HalveTarget,
    Kpi,
    PeerTarget,
    RelativeTarget,
)
from keepwell.vocabulary import Bilingual, Unit

SMALL_SAMPLE = 10
State = Literal["reach", "hold", "no_field", "never", "no_base"]
Basis = Literal["relative", "absolute", "halve", "peer", "otherwise"]

STATE_WORDS: dict[State, Bilingual] = {
    "reach": Bilingual("达到目标", "reach the target"),
    "hold": Bilingual("已达标，守住现值", "already there: hold it"),
    "no_field": Bilingual("无字段：开始记录是第一步", "no field: recording it is the first step"),
    "never": Bilingual("从未发生过，尚无现值可取", "never any so far, so nothing to take it of"),
    "no_base": Bilingual(
        "现值为 0，先定绝对目标", "the baseline is 0: set an absolute target first"
    ),
}
_NEVER_ACTIVE = Bilingual(
    "从未有过活动，尚无现值可取", "never any activity, so nothing to take it of"
)
_OF_ACTIVITY = ("activit", "days_since_last", "longest_gap", "active_")


@dataclass(frozen=True, slots=True)
class Statistic:
    """A KPI's statistic in one cell: `value`, or `hits` of `known` accounts for conditions.

    `never`: accounts without a value since what is measured never happened; the field is there.
    """

    value: float | None
    hits: int | None
    known: int
    never: int = 0


@dataclass(frozen=True, slots=True)
class KpiReading:
    """A KPI with its numbers in one cell.

    `state`: `no_field` when nothing records it; `never` when the field is there, yet what it
    measures never happened for any account of the cell.
    `baseline`, `target`: in the unit of the KPI; a share is 0-1; None when not known or not set.
    `hits`, `known`, `target_hits`: accounts behind a condition ("6/7 to 3/7"), else None.
    `is_small`: fewer than ten accounts stand behind the baseline.
    """

    kpi: Kpi
    state: State
    basis: Basis
    baseline: float | None = None
    hits: int | None = None
    known: int = 0
    target: float | None = None
    target_hits: int | None = None
    is_small: bool = True


def read_kpi(kpi: Kpi, own: Statistic | None, peer: Statistic | None, accounts: int) -> KpiReading:
    """Return the KPI's baseline and target in a cell of `accounts` accounts.

    A share ends at 100 %: where the target would lie above, today's value is to be held, and none
    asks for more than half of what is missing. A target is a value that can be reached: of three
    accounts half of one is none.
    Missing: no expression or no known account gives `no_field`, or `never` where the field is
             there, with the goal if it is absolute.
    """
    if kpi.expression is None or own is None or own.known == 0:
        return _without_value(kpi, accounts, "never" if own and own.never else "no_field")
    basis = _basis(kpi, peer)
    baseline = _exact(kpi, own)
    goal = _goal(kpi, baseline, _exact(kpi, peer) if peer and basis == "peer" else None, basis)
    is_past_all = kpi.unit is Unit.SHARE and basis in _GROWN and _is_past_all(kpi, goal, own)
    if kpi.unit is Unit.SHARE and basis in _GROWN and not is_past_all:
        goal = min(goal, Fraction(floor((1 + baseline) * 500), 1000))
    is_there = is_past_all or (goal >= baseline if kpi.better == "lower" else goal <= baseline)
    is_zero = baseline == 0 and goal <= 0 and kpi.better == "higher"
    state: State = "no_base" if is_zero else "hold" if is_there else "reach"
    target = None if is_zero else baseline if is_there else _stepped(kpi, goal, own)
    return KpiReading(
        kpi=kpi,
        state=state,
        basis=basis,
        baseline=float(baseline),
        hits=own.hits,
        known=own.known,
        target=None if target is None else float(target),
        target_hits=None if own.hits is None or target is None else _hits(kpi, target, own),
        is_small=own.known < SMALL_SAMPLE,
    )


def state_words(reading: KpiReading) -> Bilingual:
    """Return what the reading's state says, with the activity named where none ever was."""
    text = reading.kpi.expression or ""
    if reading.state == "never" and any(part in text for part in _OF_ACTIVITY):
        return _NEVER_ACTIVE
    return STATE_WORDS[reading.state]


def _without_value(kpi: Kpi, accounts: int, state: State) -> KpiReading:
    goal = Fraction(str(kpi.target.value)) if isinstance(kpi.target, AbsoluteTarget) else None
    is_share = kpi.statistic == "share_where" and goal is not None
    return KpiReading(
        kpi=kpi,
        state=state,
        basis="otherwise" if isinstance(kpi.target, PeerTarget) else kpi.target.kind,
        target=None if goal is None else float(goal),
        target_hits=_round(kpi, goal * accounts) if is_share and goal is not None else None,
        is_small=accounts < SMALL_SAMPLE,
    )


def _basis(kpi: Kpi, peer: Statistic | None) -> Basis:
    if not isinstance(kpi.target, PeerTarget):
        return kpi.target.kind
    return "peer" if peer is not None and peer.known >= SMALL_SAMPLE else "otherwise"


def _exact(kpi: Kpi, number: Statistic) -> Fraction:
    if number.hits is not None:
        is_count = kpi.statistic == "count_where"
        return Fraction(number.hits) if is_count else Fraction(number.hits, number.known)
    return Fraction(number.value or 0)


def _goal(kpi: Kpi, baseline: Fraction, peer: Fraction | None, basis: Basis) -> Fraction:
    match kpi.target:
        case AbsoluteTarget(value=value):
            return Fraction(str(value))
        case HalveTarget():
            return baseline / 2
        case RelativeTarget(change=change):
            return baseline + abs(baseline) * Fraction(str(change))
        case PeerTarget(otherwise=change):
            if basis == "peer" and peer is not None:
                return peer
            return baseline + abs(baseline) * Fraction(str(change))


def _round(kpi: Kpi, value: Fraction) -> int:
    return floor(value) if kpi.better == "lower" else ceil(value)


_GROWN = ("relative", "otherwise")


def _is_past_all(kpi: Kpi, goal: Fraction, own: Statistic) -> bool:
    """Say whether a grown share asks for more than all; as a mean, for what prints as all."""
    return goal > 1 if kpi.statistic == "share_where" else _stepped(kpi, goal, own) >= 1


def _stepped(kpi: Kpi, goal: Fraction, own: Statistic) -> Fraction:
    """Set days and counts in whole numbers, means in tenths, shares in tenths of a per cent."""
    if kpi.statistic == "share_where":
        return Fraction(_round(kpi, goal * own.known), own.known)
    if kpi.unit not in (Unit.DAYS, Unit.COUNT, Unit.SHARE):
        return goal
    steps = 1000 if kpi.unit is Unit.SHARE else 10 if kpi.statistic == "mean" else 1
    return Fraction(_round(kpi, goal * steps), steps)


def _hits(kpi: Kpi, target: Fraction, own: Statistic) -> int:
    return _round(kpi, target if kpi.statistic == "count_where" else target * own.known)
