"""The rows of the lifetime tables, and how a model or its refusal becomes one."""

from dataclasses import dataclass

from keepwell.outlook.lifetime import Horizon, Refusal, TimeUnit


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model of `lifetime_models`: fitted, or refused with the reason in both languages.

    `total` with its 95 % ends: purchases or money expected of all current accounts within the
    horizon, mean spend for `spend`, NULL for others. `correlation` is that of frequency and spend.
    """

    model: str
    state: str
    reason: str | None
    reason_zh: str | None
    reason_en: str | None
    cure_zh: str | None
    cure_en: str | None
    unit: str
    horizon: float
    horizon_unit: str
    annual_discount_rate: float
    currency: str
    customers: int
    accounts: int
    log_likelihood: float | None
    total: float | None
    total_low: float | None
    total_high: float | None
    correlation: float | None
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One parameter of a fitted model with its 95 % interval and unit, '' for none."""

    model: str
    parameter: str
    unit: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SurvivalRow:
    """Share still customers after whole months, of one cohort (`all`, or the year of the start).

    `is_before_losses`: it began before the first loss of anybody, so those who left earlier may
    not be in the data, and the share may be too high.
    """

    cohort: str
    months: int
    customers: int
    share: float
    low: float
    high: float
    is_small: bool
    is_before_losses: bool


@dataclass(frozen=True, slots=True)
class TrackRow:
    """Cumulative repeat purchases by days since the first one; holdout is what was not fitted."""

    day_number: int
    actual: float
    expected: float
    is_holdout: bool
    customers: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What every model row says beside its estimate."""

    unit: TimeUnit
    horizon: Horizon
    currency: str
    customers: int
    accounts: int


def model_row(
    model: str,
    terms: Terms,
    refusal: Refusal | None,
    *,
    log_likelihood: float | None = None,
    total: tuple[float, float, float] | None = None,
    correlation: float | None = None,
    is_doubtful: bool = False,
) -> ModelRow:
    """Return the row of a fitted model, or of one that is refused."""
    return ModelRow(
        model=model,
        state="refused" if refusal else "fitted",
        reason=str(refusal.reason) if refusal else None,
        reason_zh=refusal.text("zh") if refusal else None,
        reason_en=refusal.text("en") if refusal else None,
        cure_zh=refusal.cure("zh") if refusal else None,
        cure_en=refusal.cure("en") if refusal else None,
        unit=str(terms.unit),
        horizon=terms.horizon.length,
        horizon_unit=str(terms.horizon.unit),
        annual_discount_rate=terms.horizon.annual_discount_rate,
        currency=terms.currency,
        customers=terms.customers,
        accounts=terms.accounts,
        log_likelihood=log_likelihood,
        total=total[0] if total else None,
        total_low=total[1] if total else None,
        total_high=total[2] if total else None,
        correlation=correlation,
        is_doubtful=is_doubtful,
    )
