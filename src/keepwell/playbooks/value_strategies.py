"""The three strategies by value: their shape, their live numbers and the effort they ask."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from keepwell.playbooks.queries import columns_of
from keepwell.playbooks.staffing import HOURS_PER_PERSON_MONTH
from keepwell.vocabulary import Bilingual, Unit

FROZEN = ConfigDict(frozen=True, extra="forbid")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Light = Literal["green", "watch", "amber", "red", "unknown"]
Coverage = Literal["high_touch", "value_deepening", "pooled"]
Model = Literal["high_touch", "value_deepening", "automated"]
QBR_HOURS = 6


class ValueKpi(BaseModel):
    """A KPI of a strategy with its thresholds; without expression no field records it."""

    model_config = FROZEN
    kpi: Name
    label: Bilingual
    statistic: Literal["mean", "median", "share_where"]
    expression: str | None
    unit: Unit
    better: Literal["higher", "lower"]
    target: Finite
    amber: Finite
    red: Finite
    minutes_per_account_month: Annotated[float, Field(ge=0, le=6000)]

    @model_validator(mode="after")
    def _thresholds_are_in_order(self) -> Self:
        given = (self.target, self.amber, self.red)
        wanted = tuple(sorted(given, reverse=self.better == "higher"))
        if given != wanted or len(set(given)) != 3:
            raise ValueError(f"{self.kpi}: target, amber and red must get worse in this order")
        return self

    def light(self, value: float | None) -> Light:
        """Return green at the target, red and amber when worse than these, watch between."""
        if value is None:
            return "unknown"
        sign = 1 if self.better == "higher" else -1
        if sign * value >= sign * self.target:
            return "green"
        if sign * value < sign * self.red:
            return "red"
        return "amber" if sign * value < sign * self.amber else "watch"

    @property
    def reads(self) -> frozenset[str]:
        """Return the columns of the portfolio that the current value is computed from."""
        return frozenset() if self.expression is None else columns_of(self.expression)

    def is_computable(self, columns: Collection[str]) -> bool:
        """Say whether the portfolio has what the expression reads."""
        return self.expression is not None and self.reads <= set(columns)

    def query(self, where: str) -> str:
        """Return SQL of the current value among the accounts of `where`, with its n.

        Shape: one row: value, n. A condition that is unknown for an account leaves it out.
        """
        x = self.expression
        if self.statistic == "share_where":
            hits = f"CAST(count(*) FILTER (WHERE {x}) AS DOUBLE)"
            value, n = f"{hits} / nullif(count({x}), 0)", f"count({x})"
        else:
            function = "avg" if self.statistic == "mean" else "median"
            value, n = f"{function}(CAST({x} AS DOUBLE))", f"count({x})"
        return f"SELECT {value}, {n} FROM portfolio WHERE {where}"  # noqa: S608


class ValueStep(BaseModel):
    """One step of a strategy: what, who, how often. `step` names it, so that it can be changed."""

    model_config = FROZEN
    step: Name
    owner: Name
    cadence: Bilingual
    title: Bilingual
    detail: Bilingual


class ValueStrategy(BaseModel):
    """One strategy: for whom, how covered, its steps and KPIs. Shares are 0-1."""

    model_config = FROZEN
    strategy: Name
    model: Model
    title: Bilingual
    aim: Bilingual
    who: Bilingual
    coverage: Coverage
    qbr_per_year: Annotated[int, Field(ge=0, le=12)]
    qbr_share: Share
    automation_share: Share
    self_service_share: Share
    self_service_means: Bilingual
    steps: Annotated[tuple[ValueStep, ...], Field(min_length=3)]
    kpis: Annotated[tuple[ValueKpi, ...], Field(min_length=3)]

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        for names in ([s.step for s in self.steps], [k.kpi for k in self.kpis]):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"{self.strategy}: named twice: {', '.join(twice)}")
        return self

    @property
    def condition(self) -> str:
        """Return the SQL condition of the accounts it is for."""
        return f"engagement_model = '{self.model}'"


class ValueStrategies(BaseModel):
    """The strategies; every engagement model has one, every owner is a known role."""

    model_config = FROZEN
    strategies: Annotated[tuple[ValueStrategy, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_for_each_model(self) -> Self:
        models = [s.model for s in self.strategies]
        if len(set(models)) != len(models):
            raise ValueError("an engagement model has two strategies")
        return self

    def unknown_roles(self, roles: Mapping[str, Bilingual]) -> tuple[str, ...]:
        """Return owners that `roles` lacks."""
        owners = {step.owner for s in self.strategies for step in s.steps}
        return tuple(sorted(owners - set(roles)))


@dataclass(frozen=True, slots=True)
class KpiNow:
    """A KPI with its current value, n, light and the hours a month it asks."""

    kpi: ValueKpi
    value: float | None
    n: int
    light: Light
    hours: float


@dataclass(frozen=True, slots=True)
class StrategyNow:
    """A strategy at these numbers of accounts.

    `people_by_coverage`: accounts over the coverage ratio, rounded up.
    `hours`: KPIs' effort plus business reviews; `people_by_hours` at 120 hours a month.
    """

    strategy: ValueStrategy
    accounts: int
    per_person: int
    people_by_coverage: int
    hours: float
    people_by_hours: float
    kpis: tuple[KpiNow, ...]


def strategy_now(
    strategy: ValueStrategy, accounts: int, per_person: int, values: Sequence[tuple[Any, int]]
) -> StrategyNow:
    """Return a strategy with its numbers; `values`: current value and n of each KPI in order."""
    kpis = tuple(
        KpiNow(k, v, n, k.light(v), accounts * k.minutes_per_account_month / 60)
        for k, (v, n) in zip(strategy.kpis, values, strict=True)
    )
    reviews = accounts * strategy.qbr_share * strategy.qbr_per_year / 12 * QBR_HOURS
    hours = sum(k.hours for k in kpis) + reviews
    return StrategyNow(
        strategy,
        accounts,
        per_person,
        ceil(accounts / per_person),
        hours,
        hours / HOURS_PER_PERSON_MONTH,
        kpis,
    )
