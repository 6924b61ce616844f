"""Columns that hold the present or know the future: they serve no measure of a past day (D11)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from keepwell.measures import CATALOG, MeasurePlan
from keepwell.vocabulary import TABLES, Bilingual, Scorecard

_STATES = frozenset({"opportunities.is_won", "opportunities.is_closed"})
_DATED_STATES = frozenset({"opportunities.created_at", "opportunities.close_date"})
_NEEDS_DATE = {
    "opportunities": "opportunities.created_at",
    "contacts": "contacts.created_at",
}
_ENDS = "subscriptions.period_end"
# Measures that look ahead to the end of a term.
_LOOK_AHEAD = frozenset({"days_to_renewal"})


class Reason(StrEnum):
    """Why a measure stays out of the past."""

    PRESENT_ONLY = "present_only"
    UNDATED = "undated"
    ENDS_REWRITTEN = "ends_rewritten"
    IS_LABEL = "is_label"


REASONS = {
    Reason.PRESENT_ONLY: Bilingual(
        "来源字段只保存现值，过去的值已被覆盖",
        "its columns hold present values only; what they were is overwritten",
    ),
    Reason.UNDATED: Bilingual(
        "明细没有建立日期，无法知道当时是否已存在", "its rows carry no date of creation"
    ),
    Reason.ENDS_REWRITTEN: Bilingual(
        "订阅的结束日在客户离开时被改写，会泄露未来",
        "ends of terms are rewritten when a customer leaves, so that they tell the future",
    ),
    Reason.IS_LABEL: Bilingual("它就是结果标签本身", "it is the label itself"),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A measure of a scorecard that a back-test leaves out: its columns, why, and its weight."""

    measure: str
    columns: tuple[str, ...]
    reason: Reason
    weight_share: float


@dataclass(frozen=True, slots=True)
class KnownThen:
    """The columns that may serve a past day, and why others may not."""

    columns: frozenset[str]
    refused: dict[str, Reason]
    without: frozenset[str]


def known_then(mapped: Collection[str], *, ends_rewritten: bool) -> KnownThen:
    """Return which mapped columns may serve a past day.

    Whether a deal was open or won is rebuilt from its dates; that needs both of them.
    """
    refused: dict[str, Reason] = {}
    for column in mapped:
        table, _, name = column.partition(".")
        found = TABLES[table].column(name)
        is_rebuilt = column in _STATES and set(mapped) >= _DATED_STATES
        if found is not None and found.is_current_only and not is_rebuilt:
            refused[column] = Reason.PRESENT_ONLY
        elif table in _NEEDS_DATE and _NEEDS_DATE[table] not in mapped:
            refused[column] = Reason.UNDATED
    without = {m.name for m in CATALOG.values() if m.is_current_only}
    if ends_rewritten:
        without |= _LOOK_AHEAD
    return KnownThen(frozenset(mapped) - refused.keys(), refused, frozenset(without))


def label_aside(mapped: Collection[str], label: str) -> KnownThen:
    """Return the columns for a table without dates: all but the label itself."""
    return KnownThen(frozenset(mapped) - {label}, {label: Reason.IS_LABEL}, frozenset())


def left_out(
    card: Scorecard, now: MeasurePlan, then: MeasurePlan, known: KnownThen
) -> tuple[LeftOut, ...]:
    """Return the measures of a card that have a source today but none for a past day.

    `now`, `then`: the providers of today, and those over columns that were known then.
    """
    weights = card.micro_weights()
    whole = sum(weights.values())
    found = []
    for measure in (m.measure for m in card.measures):
        provider = now.provider(measure)
        if provider is None or then.provider(measure) is not None:
            continue
        reasons = [known.refused[c] for c in provider.requires if c in known.refused]
        reason = reasons[0] if reasons else Reason.PRESENT_ONLY
        if not reasons and measure in _LOOK_AHEAD:
            reason = Reason.ENDS_REWRITTEN
        share = weights[measure] / whole
        found.append(LeftOut(measure, provider.requires, reason, share))
    return tuple(found)


def without_measures(card: Scorecard, gone: Collection[str]) -> Scorecard | None:
    """Return the card without some measures, their weight shared as D5 does; None if all go."""
    dimensions = []
    for dimension in card.dimensions:
        kept = tuple(m for m in dimension.measures if m.measure not in gone)
        if kept:
            dimensions.append(dimension.model_copy(update={"measures": kept}))
    if not dimensions:
        return None
    return card.model_copy(update={"dimensions": tuple(dimensions)})
