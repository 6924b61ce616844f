"""Compute the lifetime models of a run: purchases, contracts, survival, and given columns."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from keepwell.outlook.lifetime import (
    GivenComparison,
    LifetimeSettings,
    compare_given,
    subscription_tenures_select,
)
from keepwell.ports import Engine
from keepwell.runs.lifetime_contracts import TABLE as CONTRACTS
from keepwell.runs.lifetime_contracts import build_contracts, contract_columns
from keepwell.runs.lifetime_purchases import HISTORY, build_purchases, expected_columns
from keepwell.runs.lifetime_purchases import TABLE as PURCHASES
from keepwell.runs.lifetime_rows import ModelRow, ParameterRow, SurvivalRow, TrackRow
from keepwell.runs.outlook_tables import store_rows
from keepwell.value import NOT_FITTED, FittedValue, RfmSettings, bought_select, judge_purchases

LIFETIME_TABLES = (
    "lifetime",
    "lifetime_models",
    "lifetime_parameters",
    "lifetime_survival",
    "lifetime_tracking",
    "lifetime_given",
)
_PASSING = ("lifetime_bought", "lifetime_histories", "lifetime_tenures", PURCHASES, CONTRACTS)


@dataclass(frozen=True, slots=True)
class LifetimeInputs:
    """What the lifetime models are computed from beside the engine's tables.

    `mapped`: canonical columns that a source fills, as "table.column".
    """

    settings: LifetimeSettings
    rfm: RfmSettings
    mapped: frozenset[str]
    currency: str
    as_of: date


@dataclass(frozen=True, slots=True)
class LifetimeResult:
    """Which models there are, and why others are not; the engine holds LIFETIME_TABLES.

    `fitted`: the value that may rank accounts.
    """

    models: tuple[ModelRow, ...]
    given: tuple[GivenComparison, ...]
    fitted: FittedValue = NOT_FITTED


def build_lifetime(engine: Engine, inputs: LifetimeInputs) -> LifetimeResult:
    """Store LIFETIME_TABLES; a model that the data do not identify is a row with its reason.

    Needs: portfolio, accounts and the canonical tables of an import. Ranks nobody (D15).
    """
    models: list[ModelRow] = []
    parameters: list[ParameterRow] = []
    survival: tuple[SurvivalRow, ...] = ()
    track: tuple[TrackRow, ...] = ()
    if _store_bought(engine, inputs):
        bought = build_purchases(engine, inputs.settings, inputs.currency, inputs.as_of)
        models += bought.models
        parameters += bought.parameters
        track = bought.track
    has_contracts = _has_rows(engine, "subscriptions")
    if has_contracts:
        engine.create_table("lifetime_tenures", subscription_tenures_select(inputs.as_of))
        kept = build_contracts(engine, inputs.settings, inputs.currency)
        models += kept.models
        parameters += kept.parameters
        survival = kept.survival
    engine.create_table("lifetime", _joined_select(engine, inputs.settings))
    given = _compared(engine, inputs)
    store_rows(engine, "lifetime_models", models, ModelRow)
    store_rows(engine, "lifetime_parameters", parameters, ParameterRow)
    store_rows(engine, "lifetime_survival", survival, SurvivalRow)
    store_rows(engine, "lifetime_tracking", track, TrackRow)
    store_rows(engine, "lifetime_given", given, GivenComparison)
    for name in _PASSING:
        if engine.columns(name):
            engine.drop(name)
    fitted = _fitted(inputs.settings, models, track, has_contracts=has_contracts)
    return LifetimeResult(tuple(models), given, fitted)


def _fitted(
    settings: LifetimeSettings,
    models: list[ModelRow],
    track: tuple[TrackRow, ...],
    *,
    has_contracts: bool,
) -> FittedValue:
    """Return the value that may rank accounts; beside contracts, purchases are their invoices."""
    state = {m.model: m for m in models}
    if has_contracts:
        is_fitted = state["contracts"].state == "fitted"
        column = contract_columns(settings)[4] if is_fitted else None
        return FittedValue(column, "untracked" if is_fitted else "refused")
    if "value" not in state:
        return NOT_FITTED
    held = [t for t in track if not t.is_holdout]
    seen = (held[-1], track[-1]) if held and len(track) > len(held) else None
    return judge_purchases(
        expected_columns(settings)[3],
        is_fitted=state["value"].state == "fitted",
        is_doubtful=state["value"].is_doubtful,
        holdout=(seen[1].actual - seen[0].actual, seen[1].expected - seen[0].expected)
        if seen
        else None,
    )


def _joined_select(engine: Engine, settings: LifetimeSettings) -> str:
    """Return SQL of one row per current account; a side without a source is NULL."""
    purchases = (*HISTORY, *expected_columns(settings))
    contracts = ("tenure_days", *contract_columns(settings))
    parts, joins = ["a.account_id"], []
    for alias, table, names in (("b", PURCHASES, purchases), ("c", CONTRACTS, contracts)):
        is_there = bool(engine.columns(table))
        types = {n: "VARCHAR" if n == "leave_basis" else "DOUBLE" for n in names}
        parts += [f"{alias}.{n}" if is_there else f"CAST(NULL AS {types[n]}) AS {n}" for n in names]
        if is_there:
            joins.append(f"LEFT JOIN {table} AS {alias} ON {alias}.account_id = a.account_id")
    return (
        f"SELECT {', '.join(parts)} FROM accounts AS a {' '.join(joins)} "  # noqa: S608
        "ORDER BY a.account_id"
    )


def _compared(engine: Engine, inputs: LifetimeInputs) -> tuple[GivenComparison, ...]:
    """Set given columns beside ours: value by value, chance to leave by chance to leave."""
    bought, kept = expected_columns(inputs.settings), contract_columns(inputs.settings)
    ours = {
        "estimated_customer_ltv": f"coalesce(l.{bought[3]}, l.{kept[4]})",
        "churn_probability": f"coalesce(l.{kept[1]}, 1 - l.{bought[0]})",
    }
    held = [c for c in ours if f"account_view.{c}" in inputs.mapped]
    found = []
    for column in held:
        rows = engine.arrow(
            f"SELECT p.{column} AS given, {ours[column]} AS ours FROM portfolio AS p "  # noqa: S608
            "JOIN lifetime AS l ON l.account_id = p.account_id ORDER BY p.account_id"
        )
        both = (
            np.array([np.nan if v is None else float(v) for v in rows[side].to_pylist()])
            for side in ("given", "ours")
        )
        found.append(compare_given(column, *both))
    return tuple(found)


def _has_rows(engine: Engine, table: str) -> bool:
    select = f"SELECT count(*) FROM {table}"  # noqa: S608
    return bool(engine.columns(table)) and int(engine.rows(select)[0][0]) > 0


def _store_bought(engine: Engine, inputs: LifetimeInputs) -> bool:
    """Store the purchases that R, F and M count as `lifetime_bought`; say if there are any."""
    for source in ("transactions", "opportunities"):
        if _has_rows(engine, source):
            rows = bought_select(source, inputs.rfm, inputs.as_of)
            engine.create_table(
                "lifetime_bought",
                "SELECT account_id, CAST(day AS TIMESTAMP) AS occurred_at, amount "  # noqa: S608
                f"FROM ({rows}) AS bought",
            )
            if _has_rows(engine, "lifetime_bought"):
                return True
    return False
