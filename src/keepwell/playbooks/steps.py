"""Steps of a play: who does what by which day, what is measured then, and when the play ends."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from keepwell.measures import CATALOG
from keepwell.vocabulary import Bilingual

FROZEN = ConfigDict(frozen=True, extra="forbid")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
SCORE = "score"


class StepCheck(BaseModel):
    """A measure, or the score, against a threshold; looked at on the step's due day."""

    model_config = FROZEN
    measure: str
    at_least: Finite | None = None
    at_most: Finite | None = None

    @model_validator(mode="after")
    def _names_a_number(self) -> Self:
        known = CATALOG.get(self.measure)
        if self.measure != SCORE and known is None:
            raise ValueError(f"no measure `{self.measure}` in the catalogue, and not `score`")
        if known is not None and known.is_category:
            raise ValueError(f"{self.measure} is a category; a check needs a number")
        if self.at_least is None and self.at_most is None:
            raise ValueError("a check needs at_least or at_most")
        return self

    def is_met(self, value: float | None, *, is_never: bool = False) -> bool | None:
        """Say whether a value passes; None when it is unknown. What never happened fails.

        >>> StepCheck(measure="score", at_least=50).is_met(50.0)
        True
        """
        if value is None:
            return False if is_never else None
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)


class Step(BaseModel):
    """One step of a play.

    `day`:      days after the start, in the owner's working days unless `counts` is calendar.
    `owner`:    a role; left out, that of the cell's own action for this play, else the CSM.
    `template`: a material of the play: mail, agenda, checklist or a follow-up by its name.
    `tiers`, `sizes`: of the accounts that the step is for; empty means all.
    """

    model_config = FROZEN
    step: Name
    day: Annotated[int, Field(ge=0, le=365)]
    counts: Literal["working", "calendar"] = "working"
    owner: Name | None = None
    title: Bilingual
    action: Bilingual
    template: str | None = None
    tiers: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    check: StepCheck | None = None

    def is_for(self, tier: str, size: str) -> bool:
        """Say whether the step is for accounts of this cell."""
        return (not self.tiers or tier in self.tiers) and (not self.sizes or size in self.sizes)


class PlayExit(BaseModel):
    """When a play has reached its end: in words, and as a condition over `portfolio`."""

    model_config = FROZEN
    text: Bilingual
    when: str


def step_problems(steps: tuple[Step, ...], materials: Mapping[str, object]) -> list[str]:
    """Return what is wrong with the steps of one play: names twice, templates it has not."""
    names = [s.step for s in steps]
    wrong = sorted({s.template for s in steps if s.template and s.template not in materials})
    return [
        *(f"step {n} is there twice" for n in sorted({n for n in names if names.count(n) > 1})),
        *(f"no material `{t}`; it has {', '.join(materials)}" for t in wrong),
    ]
