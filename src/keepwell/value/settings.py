"""What a company declares about value: how R, F, M are made, weights, groups and limits."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

FROZEN = ConfigDict(frozen=True, extra="forbid")
Weight = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=1, le=3650)]
TIERS = ("platinum", "gold", "silver", "bronze", "basic")
Tier = Literal["platinum", "gold", "silver", "bronze", "basic"]
Source = Literal["auto", "given", "transactions", "opportunities", "activity"]


class RfmWeights(BaseModel):
    """Weights of R, F and M in the weighted composite; they need not sum to anything."""

    model_config = FROZEN
    recency: Weight = 40
    frequency: Weight = 30
    monetary: Weight = 30

    @model_validator(mode="after")
    def _something_counts(self) -> Self:
        if self.recency + self.frequency + self.monetary <= 0:
            raise ValueError("at least one of recency, frequency, monetary needs a weight over 0")
        return self


class RfmSettings(BaseModel):
    """How R, F and M come about.

    `method`: quintiles cut each run's own accounts; frozen keeps the cuts of its first run (D4).
    `frequency`: days with a purchase (several orders of a day are one) or single orders.
    `failed_kinds`: kinds of transactions that are no purchase.
    """

    model_config = FROZEN
    source: Source = "auto"
    method: Literal["quintiles", "frozen"] = "quintiles"
    frequency: Literal["days", "orders"] = "days"
    monetary: Literal["total", "mean"] = "total"
    failed_kinds: tuple[str, ...] = ("failed", "failed_payment", "payment_failed", "chargeback")
    weights: RfmWeights = RfmWeights()
    high_value_weights: RfmWeights | None = None
    mass_value_weights: RfmWeights | None = None


class GroupRule(BaseModel):
    """Who belongs to a group: by value tier, by portfolio share, or by place in the value order.

    `share_over`:    more than this share (0-1) of the whole value.
    `top`, `bottom`: the first or last share (0-1) of the accounts by value.
    """

    model_config = FROZEN
    tiers: tuple[Tier, ...] = ()
    share_over: Share | None = None
    top: Share | None = None
    bottom: Share | None = None

    @model_validator(mode="after")
    def _one_way_is_given(self) -> Self:
        given = [n for n in ("share_over", "top", "bottom") if getattr(self, n) is not None]
        if len(given) + bool(self.tiers) != 1:
            raise ValueError("give one of tiers, share_over, top, bottom")
        return self


class GroupSettings(BaseModel):
    """The two groups that are compared; accounts under both rules are counted apart."""

    model_config = FROZEN
    high_value: GroupRule = GroupRule(tiers=("platinum", "gold"))
    mass_value: GroupRule = GroupRule(tiers=("silver", "bronze", "basic"))


class IndexWeights(BaseModel):
    """Weights of the composite index, 0-100 with 100 = healthy; an unknown part is shared."""

    model_config = FROZEN
    health: Weight = 40
    consistency: Weight = 20
    presence: Weight = 20
    recency_frequency: Weight = 20


class StruggleSettings(BaseModel):
    """Recently active, yet unhealthy, in trouble of several kinds, or likely to leave."""

    model_config = FROZEN
    active_within_days: Days = 30
    evidence_from: Annotated[int, Field(ge=1, le=4)] = 2
    index_below: Annotated[float, Field(ge=0, le=100)] = 50
    churn_prob_from: Share = 0.5


class ParadoxSettings(BaseModel):
    """The stated test: a mean ratio under 1, and how large a difference must not be missed."""

    model_config = FROZEN
    smallest_effect: Annotated[float, Field(gt=0, lt=1)] = 0.2
    minimum_accounts: Annotated[int, Field(ge=10)] = 10
    resamples: Annotated[int, Field(ge=200, le=20_000)] = 2000


class CoverageSettings(BaseModel):
    """Accounts that one person covers in each strategy, and hours a person has a month."""

    model_config = FROZEN
    high_touch: Annotated[int, Field(ge=1)] = 20
    value_deepening: Annotated[int, Field(ge=1)] = 60
    pooled: Annotated[int, Field(ge=1)] = 500


class ValueSettings(BaseModel):
    """The `value:` part of keepwell.yml.

    `amount`: the portfolio column that ranks accounts; auto takes the first that has data.
    """

    model_config = FROZEN
    rfm: RfmSettings = RfmSettings()
    amount: str = "auto"
    groups: GroupSettings = GroupSettings()
    index: IndexWeights = IndexWeights()
    struggle: StruggleSettings = StruggleSettings()
    paradox: ParadoxSettings = ParadoxSettings()
    coverage: CoverageSettings = CoverageSettings()
