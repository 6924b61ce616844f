"""Compute the value model of a run: R, F, M, segments, tiers, groups and engagement."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from keepwell.outlook import PORTFOLIO_TABLES, portfolio_select
from keepwell.ports import Engine, NewFit, StateStore
from keepwell.runs.outlook_tables import store_rows
from keepwell.runs.value_basis import counted, store_basis, store_source
from keepwell.runs.value_breakpoints import Cuts, cut_scores
from keepwell.runs.value_given import store_given
from keepwell.runs.value_lists import LIST_TABLES, build_lists
from keepwell.runs.value_paradox import PARADOX_TABLES, build_cells, build_paradox
from keepwell.runs.value_sources import describe_sources
from keepwell.value import (
    FITTED,
    NEEDED,
    NOT_FITTED,
    PURCHASES,
    Amount,
    EngagementBasis,
    FittedValue,
    RfmBasis,
    SegmentMap,
    ValueSettings,
    ValueSource,
    Verdict,
    amount_candidates,
    amounts_select,
    basis_of_engagement,
    carried_columns,
    choose_amount,
    failed_payments_select,
    held_select,
    published_select,
    ranked_select,
    score_select,
    segmented_select,
    stage_counts_select,
    stages_select,
    value_select,
    wanted_columns,
    worth_select,
)
from keepwell.vocabulary import InputProblem

VALUE_TABLES = ("value", "value_sources", *PARADOX_TABLES, *LIST_TABLES)
_PASSING = (
    "value_amounts",
    "value_scored",
    "value_marked",
    "value_worth",
    "value_given",
    "value_given_tier",
    "value_given_segment",
    "value_purchases",
    "value_basis",
    "value_accounts",
    "value_ranked",
    "value_stages",
    "value_failed",
)


@dataclass(frozen=True, slots=True)
class ValueInputs:
    """What the value model is computed from beside the engine's tables.

    `mapped`: canonical columns that a source fills, as "table.column".
    `direct`: measures that a source states, as opposed to computed from rows.
    `health_holds_value`: amounts or company size enter the health score.
    `health_tells`: the score rests on something else, too, that the data hold.
    `proxied`: measures for which another table stands in.
    `fitted`: a lifetime value that may rank accounts, as a column of `lifetime`.
    """

    settings: ValueSettings
    segments: SegmentMap
    mapped: frozenset[str]
    direct: frozenset[str]
    as_of: date
    refit: bool = False
    health_holds_value: bool = True
    health_tells: bool = True
    fitted: FittedValue = NOT_FITTED
    proxied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ValueTables:
    """What the tables that are pure SQL rest on."""

    basis: RfmBasis
    cuts: Cuts
    amount: Amount | None
    engagement: EngagementBasis
    sources: tuple[ValueSource, ...]


@dataclass(frozen=True, slots=True)
class ValueResult(ValueTables):
    """What the value model rests on and says; the engine holds VALUE_TABLES."""

    verdict: Verdict

    @property
    def new_fits(self) -> tuple[NewFit, ...]:
        """Return the breakpoints to be kept with the run."""
        return (self.cuts.new_fit,) if self.cuts.new_fit else ()


def build_value(engine: Engine, inputs: ValueInputs, state: StateStore) -> ValueResult:
    """Store VALUE_TABLES; empty or missing tables are passed over and said.

    Needs: portfolio and the tables it joins, and the canonical tables of an import.
    """
    tables = build_value_tables(engine, inputs, state)
    verdict = build_paradox(
        engine,
        inputs.settings,
        tables.engagement,
        health_holds_value=inputs.health_holds_value,
        is_gap_bought=("inactivity", "purchases") in {(s.item, s.basis) for s in tables.sources},
    )
    return ValueResult(
        tables.basis, tables.cuts, tables.amount, tables.engagement, tables.sources, verdict
    )


def build_value_tables(engine: Engine, inputs: ValueInputs, state: StateStore) -> ValueTables:
    """Store what is pure SQL: value, its sources, lists and cells; no statistics."""
    settings = inputs.settings
    held = {name: tuple(engine.columns(name)) for name in PORTFOLIO_TABLES}
    wanted = wanted_columns(settings.amount)
    engine.create_view("value_accounts", portfolio_select(held, wanted))
    columns = tuple(engine.columns("value_accounts"))
    given = store_given(engine, inputs.segments, inputs.mapped)
    basis = store_source(engine, settings.rfm, inputs.mapped, inputs.as_of)
    known = _with_payments(engine, inputs, columns)
    carried = carried_columns(columns, settings.amount)
    money = store_basis(engine, basis, columns, carried, known, inputs.fitted.column)
    engine.create_view("value_worth", worth_select())
    cuts = cut_scores(engine, settings.rfm, basis.source, state, inputs.as_of, refit=inputs.refit)
    engine.create_view("value_marked", score_select(cuts.breakpoints))
    marked = tuple(engine.columns("value_marked"))
    segmented = segmented_select(inputs.segments, marked, has_label=given.has_segment)
    engine.create_view("value_scored", segmented)
    amount = _amount(engine, inputs, basis, columns)
    sql = amount.sql if amount else "CAST(NULL AS DOUBLE)"
    engine.create_view("value_amounts", amounts_select(sql))
    engine.create_table("value_ranked", ranked_select())
    stages = _stages(engine, inputs, has_label=given.has_segment, has_value=amount is not None)
    engagement = _shared(stages, inputs, basis, amount)
    wide = value_select(settings, inputs.segments, engagement, known, has_given_tier=given.has_tier)
    engine.create_table("value_wide", wide)
    engine.create_view("value", published_select(tuple(engine.columns("value_wide"))))
    told = (basis, money, amount, engagement, given, inputs.fitted, inputs.proxied)
    sources = [*describe_sources(engine, *told), *build_lists(engine)]
    store_rows(engine, "value_sources", sources, ValueSource)
    build_cells(engine, inputs.segments)
    for name in _PASSING:
        if engine.columns(name):
            engine.drop(name)
    return ValueTables(basis, cuts, amount, engagement, tuple(sources))


def _shared(
    engagement: EngagementBasis, inputs: ValueInputs, basis: RfmBasis, amount: Amount | None
) -> EngagementBasis:
    """Return what engagement rests on, with what it shares with the amount."""
    is_bought = basis.source in ("transactions", "opportunities")
    is_fitted = amount is not None and amount.is_fitted and inputs.fitted.of_purchases
    return replace(
        engagement,
        counts_purchases=is_bought
        and (is_fitted or (amount is not None and amount.name == PURCHASES)),
        shares_history=is_bought and is_fitted,
        health_tells=inputs.health_tells,
    )


def _amount(
    engine: Engine, inputs: ValueInputs, basis: RfmBasis, columns: Collection[str]
) -> Amount | None:
    settings = inputs.settings
    wanted = settings.amount
    known = engine.columns("portfolio")
    if wanted not in ("auto", PURCHASES, FITTED) and known.get(wanted) != "DOUBLE":
        numbers = sorted(c for c, kind in known.items() if kind == "DOUBLE" and "amount" in c)
        raise InputProblem(
            f"`value.amount: {wanted}` in keepwell.yml names no amount of the portfolio.",
            cure=f"Use auto, {FITTED}, {PURCHASES} or one of {', '.join(numbers)}.",
        )
    is_total = settings.rfm.monetary == "total"
    candidates = amount_candidates(wanted, columns, basis, is_total=is_total, fitted=inputs.fitted)
    if not candidates:
        return None
    counts = [int(n) for n in engine.rows(held_select(candidates))[0]]
    return choose_amount(candidates, counts, inputs.fitted.column)


def _stages(
    engine: Engine, inputs: ValueInputs, *, has_label: bool, has_value: bool
) -> EngagementBasis:
    """Store `value_stages` where activities tell stages apart; return what engagement rests on."""
    has_tickets = "tickets.occurred_at" in inputs.mapped
    counts: tuple[int, ...] = (0, 0, 0)
    if {"activities.channel", "activities.occurred_at"} <= inputs.mapped:
        engine.create_table("value_stages", stages_select(inputs.as_of, has_tickets=has_tickets))
        counts = tuple(int(n) for n in engine.rows(stage_counts_select())[0])
    scored = counted(engine, "SELECT count(r_score + f_score + m_score) FROM value_scored")
    return basis_of_engagement(
        counts, has_scores=scored > 0, has_label=has_label, has_value=has_value
    )


def _with_payments(
    engine: Engine, inputs: ValueInputs, columns: Collection[str]
) -> tuple[str, ...]:
    """Store `value_failed` where payments have kinds; return the columns the signal may read.

    A measure of trouble of which nothing at all is known is no evidence, not even of its absence.
    """
    asked = [c for c in NEEDED if c in columns and f"{c}__never" in columns]
    held = ", ".join(f"count(*) FILTER (WHERE {c} IS NOT NULL OR {c}__never)" for c in asked)
    counts = engine.rows(f"SELECT {held} FROM measures")[0] if asked else ()
    empty = {c for c, n in zip(asked, counts, strict=True) if not int(n)}
    empty |= {"nps"} & inputs.direct
    known = [c for c in columns if c not in empty]
    if {"transactions.kind", "transactions.occurred_at"} <= inputs.mapped:
        kinds = inputs.settings.rfm.failed_kinds
        if kinds:
            engine.create_table("value_failed", failed_payments_select(kinds, inputs.as_of))
            known.append("failed_payments_90d")
    return tuple(known)
