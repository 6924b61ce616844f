"""The contract side of a run's lifetime: survival by cohort, renewals, chance to leave, value."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from keepwell.outlook.lifetime import (
    ContractModel,
    Horizon,
    LifetimeSettings,
    Reason,
    Refusal,
    Renewals,
    SurvivalCurve,
    TimeUnit,
    fit_contracts,
    residual_periods_within,
    staying_prob,
    staying_prob_interval,
    staying_share,
    survival_by_cohort,
    survival_curve,
)
from keepwell.ports import Engine
from keepwell.runs.lifetime_rows import ModelRow, ParameterRow, SurvivalRow, Terms, model_row

TABLE = "lifetime_of_contracts"
ALL = "all"
_LONG_DAYS = 300
_MOST_PERIODS = 1_200
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ContractsBuilt:
    """What the contract side found; the engine holds `lifetime_of_contracts`."""

    models: tuple[ModelRow, ...]
    parameters: tuple[ParameterRow, ...]
    survival: tuple[SurvivalRow, ...]


def build_contracts(engine: Engine, settings: LifetimeSettings, currency: str) -> ContractsBuilt:
    """Fit renewals of all customers, store survival and what is expected of current accounts.

    Needs: `lifetime_tenures`, `subscriptions` and `portfolio`. A contract period is a year where
    most contracts run 300 days or more, else a month.
    """
    rows = engine.arrow(
        "SELECT account_id, started_at, tenure_days, is_lost FROM lifetime_tenures "
        "ORDER BY account_id"
    )
    tenure_days = rows["tenure_days"].to_numpy().astype(np.float64)
    is_lost = np.asarray(rows["is_lost"].to_pylist(), dtype=np.bool_)
    period = _period(engine)
    model = fit_contracts(_renewals(tenure_days / period.days, is_lost), period)
    months = tenure_days / TimeUnit.MONTH.days
    curve = survival_curve(months, is_lost, TimeUnit.MONTH)
    accounts = _store(engine, model, curve, settings, period)
    terms = Terms(period, settings.ahead, currency, len(rows), accounts)
    refusal = model if isinstance(model, Refusal) else None
    height = None if isinstance(model, Refusal) else model.log_likelihood
    return ContractsBuilt(
        (model_row("contracts", terms, refusal, log_likelihood=height),),
        _parameters(model),
        _survival(rows["started_at"].to_pylist(), months, is_lost, curve),
    )


def contract_columns(settings: LifetimeSettings) -> tuple[str, ...]:
    """Return the names of the expectations, with horizon and discount rate, in order.

    `leave_basis`: contracts (the fitted model), or survival (the curve as seen) if that is refused.
    """
    ahead = settings.ahead
    leaves = Horizon(ahead.length, ahead.unit).column("leave_prob")
    value = ahead.column("contract_value_amount")
    return "leave_basis", leaves, f"{leaves}_low", f"{leaves}_high", value


def _period(engine: Engine) -> TimeUnit:
    length = "date_diff('day', CAST(period_start AS DATE), CAST(period_end AS DATE))"
    found = engine.rows(
        f"SELECT count(*) FILTER (WHERE {length} >= {_LONG_DAYS}), count(period_end) "  # noqa: S608
        "FROM subscriptions"
    )[0]
    return TimeUnit.YEAR if 2 * int(found[0]) > int(found[1]) else TimeUnit.MONTH


def _renewals(periods: Floats, is_lost: NDArray[np.bool_]) -> Renewals:
    """A customer lost before the first period ends is lost in it; one in it tells nothing yet."""
    whole = np.minimum(np.where(is_lost, np.ceil(periods - 0.2), np.floor(periods)), _MOST_PERIODS)
    whole = np.where(is_lost, np.maximum(whole, 1), whole).astype(np.int64)
    most = int(whole.max()) if len(whole) else 0
    lost = np.bincount(whole[is_lost], minlength=most + 1)[1:]
    waiting = np.bincount(whole[~is_lost], minlength=most + 1)[1:]
    return Renewals(lost.astype(np.float64), waiting.astype(np.float64))


def _store(
    engine: Engine,
    model: ContractModel | Refusal,
    curve: SurvivalCurve,
    settings: LifetimeSettings,
    period: TimeUnit,
) -> int:
    """Store tenure and expectations of accounts whose contract runs; return how many those are."""
    rows = engine.arrow(
        "SELECT p.account_id, t.tenure_days, p.current_mrr_amount "
        "FROM portfolio AS p JOIN lifetime_tenures AS t ON t.account_id = p.account_id "
        "WHERE NOT t.is_lost ORDER BY p.account_id"
    )
    days = rows["tenure_days"].to_numpy().astype(np.float64)
    monthly = rows["current_mrr_amount"].to_numpy(zero_copy_only=False).astype(np.float64)
    if isinstance(model, ContractModel):
        found = _by_model(model, days, monthly, settings.ahead, period)
    elif model.reason is Reason.NO_LOSSES:
        # A curve without a step would say that nobody ever leaves, and say it without doubt.
        found = (np.full(len(days), np.nan),) * 4
    else:
        found = _as_seen(curve, days, monthly, settings.ahead)
    basis, *names = contract_columns(settings)
    word = "contracts" if isinstance(model, ContractModel) else "survival"
    words = [None if np.isnan(v) else word for v in found[0]]
    columns = {basis: pa.array(words, pa.string())} | {
        name: pa.array(values, pa.float64(), from_pandas=True)
        for name, values in zip(names, found, strict=True)
    }
    kept = {name: rows[name] for name in ("account_id", "tenure_days")}
    engine.read_arrow(TABLE, pa.table({**kept, **columns}))
    return len(rows)


def _by_model(
    model: ContractModel, days: Floats, monthly: Floats, ahead: Horizon, period: TimeUnit
) -> tuple[Floats, ...]:
    """Return chance to leave with its ends, and value, from the fitted renewals."""
    length, renewed = ahead.in_units(period), np.floor(days / period.days)
    low, high = staying_prob_interval(model, renewed, length)
    rate = float(np.expm1(ahead.discount_per(period)))
    coming = residual_periods_within(model, renewed, max(1, round(length)), rate)
    paid = monthly * (period.days / TimeUnit.MONTH.days)
    return 1 - staying_prob(model, renewed, length), 1 - high, 1 - low, paid * coming


def _as_seen(
    curve: SurvivalCurve, days: Floats, monthly: Floats, ahead: Horizon
) -> tuple[Floats, ...]:
    """Return the same from the curve of all customers, as far as tenures were seen."""
    months, length = days / TimeUnit.MONTH.days, ahead.in_units(TimeUnit.MONTH)
    stays, low, high = staying_share(curve, months, length)
    coming = np.zeros(len(days))
    for month in range(max(1, round(length))):
        worth = np.exp(-ahead.discount_per(TimeUnit.MONTH) * month)
        coming += worth * staying_share(curve, months, float(month + 1))[0]
    return 1 - stays, 1 - high, 1 - low, monthly * coming


def _parameters(model: ContractModel | Refusal) -> tuple[ParameterRow, ...]:
    if isinstance(model, Refusal):
        return ()
    pairs = (("alpha", model.alpha), ("beta", model.beta))
    return tuple(
        ParameterRow("contracts", name, "", value, held.low, held.high)
        for name, value in pairs
        for held in (model.interval(name),)
    )


def _survival(
    started: list[date], months: Floats, is_lost: NDArray[np.bool_], whole: SurvivalCurve
) -> tuple[SurvivalRow, ...]:
    curves = {ALL: whole} if started else {}
    years = [str(day.year) for day in started]
    curves |= survival_by_cohort(years, months, is_lost, TimeUnit.MONTH)
    early = _before_losses(started, months, is_lost)
    return tuple(
        row
        for cohort, curve in curves.items()
        for row in _by_month(cohort, curve, is_early=cohort in early)
    )


def _before_losses(
    started: list[date], months: Floats, is_lost: NDArray[np.bool_]
) -> frozenset[str]:
    """Return the years that ended before anybody's loss, and `all` where there is such a year."""
    days = months * TimeUnit.MONTH.days
    losses = [
        day.toordinal() + float(gone)
        for day, gone, lost in zip(started, days, is_lost, strict=True)
        if lost
    ]
    if not losses:
        return frozenset()
    first = min(losses)
    years = {day.year for day in started if date(day.year, 12, 31).toordinal() < first}
    return frozenset(map(str, years)) | ({ALL} if years else frozenset())


def _by_month(cohort: str, curve: SurvivalCurve, *, is_early: bool) -> list[SurvivalRow]:
    """Return the curve at whole months up to the longest tenure seen."""
    found = []
    for month in range(int(curve.times[-1]) + 1):
        at = int(np.searchsorted(curve.times, month, side="right")) - 1
        told = (curve.share, curve.low, curve.high)
        share, low, high = (float(c[at]) if at >= 0 else 1.0 for c in told)
        held = (share, low, high, curve.is_small, is_early)
        found.append(SurvivalRow(cohort, month, curve.customers, *held))
    return found
