"""What a company declares about lifetime: units of time, horizon, discount rate."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from keepwell.outlook.lifetime.units import Horizon, TimeUnit


class LifetimeSettings(BaseModel):
    """The `lifetime:` part of keepwell.yml.

    `unit`:     the unit of time in which purchase models are told (their fit does not hang on it).
    `horizon`:  how far expectations look ahead, in `horizon_unit`s.
    `annual_discount_rate`: share that money loses in a year, 0.10 for ten per cent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    unit: TimeUnit = TimeUnit.WEEK
    horizon: Annotated[float, Field(gt=0, le=1200, allow_inf_nan=False)] = 12
    horizon_unit: TimeUnit = TimeUnit.MONTH
    annual_discount_rate: Annotated[float, Field(ge=0, le=1)] = 0.10

    @property
    def ahead(self) -> Horizon:
        """Return the horizon with its discount rate."""
        return Horizon(self.horizon, self.horizon_unit, self.annual_discount_rate)
