"""The purchase side of a run's lifetime: fit, expect per account, track against a holdout."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from keepwell.outlook.lifetime import (
    Histories,
    LifetimeSettings,
    PurchaseModel,
    Refusal,
    Spending,
    SpendModel,
    alive_prob,
    expected_purchases,
    first_days_select,
    fit_purchases,
    fit_spend,
    grouped_histories_select,
    grouped_spend_select,
    histories,
    histories_select,
    lifetime_values,
    repeat_days_select,
    total_purchases_interval,
    total_value,
    track,
    value_intervals,
)
from keepwell.ports import Engine
from keepwell.runs.lifetime_rows import ModelRow, ParameterRow, Terms, TrackRow, model_row

TABLE = "lifetime_of_purchases"
BOUGHT = "lifetime_bought"
HISTORY = ("repeat_purchases", "last_purchase_days", "observed_days")
# Intervals of single accounts take as long as fifteen expectations; beyond this only totals.
MOST_INTERVALS = 50_000
_HOLDOUT_SHARE = 3
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PurchasesBuilt:
    """What the purchase side found; the engine holds `lifetime_of_purchases`."""

    models: tuple[ModelRow, ...]
    parameters: tuple[ParameterRow, ...]
    track: tuple[TrackRow, ...]


def build_purchases(
    engine: Engine, settings: LifetimeSettings, currency: str, as_of: date
) -> PurchasesBuilt:
    """Fit purchase and spend models to all customers; store what is expected of current ones.

    Needs: `lifetime_bought` and `accounts`. A refused model leaves its columns NULL.
    """
    engine.create_table("lifetime_histories", histories_select(as_of, table=BOUGHT))
    given = histories(*_columns(engine, grouped_histories_select("lifetime_histories")))
    bought = fit_purchases(given, settings.unit)
    known, mean, customers = _columns(engine, grouped_spend_select("lifetime_histories"))
    spent = fit_spend(known, mean, currency, customers)
    rows = engine.arrow(
        "SELECT h.* FROM lifetime_histories AS h "
        "JOIN accounts AS a ON a.account_id = h.account_id ORDER BY h.account_id"
    )
    current = histories(*(_floats(rows, c) for c in HISTORY))
    spending = Spending(
        *(_floats(rows, c) for c in ("known_repeat_purchases", "mean_spend_amount"))
    )
    terms = Terms(settings.unit, settings.ahead, currency, round(given.total), len(rows))
    columns = _expected(bought, spent, current, spending, settings)
    engine.read_arrow(
        TABLE, pa.table({**{c: rows[c] for c in ("account_id", *HISTORY)}, **columns})
    )
    return PurchasesBuilt(
        _models(bought, spent, current, spending, terms),
        (*_purchase_parameters(bought), *_spend_parameters(spent, currency)),
        _tracked(engine, settings, as_of),
    )


def expected_columns(settings: LifetimeSettings) -> tuple[str, ...]:
    """Return the names of the expectations, with horizon and discount rate, in order."""
    ahead = settings.ahead
    plain = type(ahead)(ahead.length, ahead.unit)
    value = ahead.column("lifetime_value_amount")
    return (
        "alive_prob",
        plain.column("expected_purchases"),
        "expected_spend_amount",
        value,
        f"{value}_low",
        f"{value}_high",
    )


def _columns(engine: Engine, select: str) -> tuple[Floats, ...]:
    table = engine.arrow(select)
    return tuple(_floats(table, name) for name in table.column_names)


def _floats(table: Any, name: str) -> Floats:
    found = table[name].to_numpy(zero_copy_only=False) if len(table) else np.zeros(0)
    return np.nan_to_num(np.asarray(found, dtype=np.float64), nan=0.0)


def _expected(
    bought: PurchaseModel | Refusal,
    spent: SpendModel | Refusal,
    current: Histories,
    spending: Spending,
    settings: LifetimeSettings,
) -> dict[str, Any]:
    names, ahead, n = expected_columns(settings), settings.ahead, len(current.repeats)
    found: list[Any] = [pa.nulls(n, pa.float64())] * len(names)
    if isinstance(bought, PurchaseModel) and n:
        found[0] = alive_prob(bought, current)
        found[1] = expected_purchases(bought, current, ahead)
        if isinstance(spent, SpendModel):
            values = lifetime_values(bought, spent, current, spending, ahead)
            found[2], found[3] = values.expected_spend_amount, values.value_amount
            if n <= MOST_INTERVALS:
                found[4:] = value_intervals(bought, spent, current, spending, ahead)
    return dict(zip(names, found, strict=True))


def _models(
    bought: PurchaseModel | Refusal,
    spent: SpendModel | Refusal,
    current: Histories,
    spending: Spending,
    terms: Terms,
) -> tuple[ModelRow, ...]:
    """Return one row for purchases, one for spend and one for their product, the value."""
    if isinstance(bought, Refusal):
        first = model_row("purchases", terms, bought)
    else:
        total = total_purchases_interval(bought, current, terms.horizon)
        height = bought.log_likelihood
        first = model_row("purchases", terms, None, log_likelihood=height, total=total)
    if isinstance(spent, Refusal):
        second = model_row("spend", terms, spent)
    else:
        mean = spent.mean_spend_amount
        ends = spent.mean_spend_interval
        second = model_row(
            "spend",
            terms,
            None,
            log_likelihood=spent.log_likelihood,
            total=(mean, ends.low, ends.high),
            correlation=spent.independence.correlation,
            is_doubtful=spent.independence.is_doubtful,
        )
    if isinstance(bought, Refusal) or isinstance(spent, Refusal):
        refused = bought if isinstance(bought, Refusal) else spent
        assert isinstance(refused, Refusal)  # noqa: S101 - one of the two is
        return first, second, model_row("value", terms, refused)
    worth, held = total_value(bought, spent, current, spending, terms.horizon)
    third = model_row(
        "value",
        terms,
        None,
        total=(worth, held.low, held.high),
        is_doubtful=spent.independence.is_doubtful,
    )
    return first, second, third


def _purchase_parameters(model: PurchaseModel | Refusal) -> list[ParameterRow]:
    if isinstance(model, Refusal):
        return []
    values = {"r": model.r, "alpha": model.alpha, "a": model.a, "b": model.b}
    units = {"alpha": str(model.unit)}
    return [
        ParameterRow("purchases", name, units.get(name, ""), value, held.low, held.high)
        for name, value in values.items()
        for held in (model.interval(name),)
    ]


def _spend_parameters(model: SpendModel | Refusal, currency: str) -> list[ParameterRow]:
    if isinstance(model, Refusal):
        return []
    values = {"p": model.p, "q": model.q, "v": model.v}
    units = {"v": currency}
    return [
        ParameterRow("spend", name, units.get(name, ""), value, held.low, held.high)
        for name, value in values.items()
        for held in (model.interval(name),)
    ]


def _tracked(engine: Engine, settings: LifetimeSettings, as_of: date) -> tuple[TrackRow, ...]:
    """Return the track of a model that saw only the first two thirds of the time."""
    start = engine.rows(f"SELECT MIN(CAST(occurred_at AS DATE)) FROM {BOUGHT}")[0][0]  # noqa: S608
    last_day = (as_of - start).days
    fitted_day = last_day - last_day // _HOLDOUT_SHARE
    until = start + timedelta(days=fitted_day)
    engine.create_table("lifetime_early", histories_select(until, table=BOUGHT))
    early = histories(*_columns(engine, grouped_histories_select("lifetime_early")))
    engine.drop("lifetime_early")
    model = fit_purchases(early, settings.unit)
    if isinstance(model, Refusal):
        return ()
    firsts = _columns(engine, first_days_select(start, until, table=BOUGHT))
    repeats = _columns(engine, repeat_days_select(start, until, as_of, table=BOUGHT))
    found = track(model, (firsts[0], firsts[1]), (repeats[0], repeats[1]), fitted_day, last_day)
    return tuple(
        TrackRow(int(day), float(seen), float(expected), bool(day > fitted_day), found.customers)
        for day, seen, expected in zip(found.days, found.actual, found.expected, strict=True)
    )
