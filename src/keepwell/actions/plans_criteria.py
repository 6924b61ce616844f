"""Criteria of gates and exits: what must hold on a day, judged from one reading of an account."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from keepwell.vocabulary import MICRO_PER_POINT, truncate_points

FROZEN = ConfigDict(frozen=True, extra="forbid")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one snapshot says of an account; a measure that is unknown is None or absent.

    `never`: measures whose source is there without a row of the account: known, and the worst.
    """

    run_id: str
    as_of: date
    score_micro: int | None
    tier: str
    measures: Mapping[str, float | None]
    never: tuple[str, ...] = ()


class Met(StrEnum):
    """Whether a criterion holds; `unknown` when the snapshot does not say."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Checked:
    """One criterion as judged: what was wanted and what was found, as printed in both languages."""

    criterion: str
    met: Met
    wanted: str
    found: str


class ScoreCriterion(BaseModel):
    """The health score is at least so many points, or has changed by at least so many."""

    model_config = FROZEN
    kind: Literal["score"] = "score"
    at_least: Annotated[float, Field(ge=0, le=100)] | None = None
    change_at_least: Annotated[float, Field(ge=-100, le=100)] | None = None

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if (self.at_least is None) == (self.change_at_least is None):
            raise ValueError("a score criterion has either `at_least` or `change_at_least`")
        return self

    def judge(self, now: Reading, start: Reading, _done: Collection[str]) -> Checked:
        """Return whether the score meets it; points are compared as integers."""
        if self.at_least is not None:
            line = round(self.at_least * MICRO_PER_POINT)
            wanted = f">= {truncate_points(line)}"
        else:
            line = round((self.change_at_least or 0.0) * MICRO_PER_POINT)
            wanted = f">= {_points(start.score_micro)} {'-' if line < 0 else '+'} "
            wanted += truncate_points(abs(line))
            if start.score_micro is None:
                return Checked("score", Met.UNKNOWN, wanted, _points(now.score_micro))
            line += start.score_micro
        if now.score_micro is None:
            return Checked("score", Met.UNKNOWN, wanted, "?")
        met = Met.YES if now.score_micro >= line else Met.NO
        return Checked("score", met, wanted, _points(now.score_micro))


class MeasureCriterion(BaseModel):
    """A measure lies on the right side of a value, or of its value on the first day.

    `times_start_at_least` / `times_start_at_most`: multiples of the value on the first day.
    """

    model_config = FROZEN
    kind: Literal["measure"] = "measure"
    measure: Name
    at_least: Finite | None = None
    at_most: Finite | None = None
    times_start_at_least: Annotated[float, Field(ge=0, le=100)] | None = None
    times_start_at_most: Annotated[float, Field(ge=0, le=100)] | None = None

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if sum(b is not None for b in self._bounds()) != 1:
            raise ValueError(
                "a measure criterion has one of `at_least`, `at_most`, `times_start_at_least`, "
                "`times_start_at_most`"
            )
        return self

    def _bounds(self) -> tuple[float | None, ...]:
        fixed = (self.at_least, self.at_most)
        return (*fixed, self.times_start_at_least, self.times_start_at_most)

    def judge(self, now: Reading, start: Reading, _done: Collection[str]) -> Checked:
        """Return whether the measure meets it."""
        value, first = now.measures.get(self.measure), start.measures.get(self.measure)
        times = self.times_start_at_least
        times = self.times_start_at_most if times is None else times
        is_lower_bound = self.at_least is not None or self.times_start_at_least is not None
        sign = ">=" if is_lower_bound else "<="
        if times is None:
            line = self.at_least if self.at_least is not None else self.at_most
            wanted = f"{sign} {_number(line)}"
        else:
            line = None if first is None else first * times
            wanted = f"{sign} {times:g} x {_number(first)}"
        if self.measure in now.never:
            return Checked(self.measure, Met.NO, wanted, "never")
        found = _number(value)
        if value is None or line is None:
            return Checked(self.measure, Met.UNKNOWN, wanted, found)
        holds = value >= line if is_lower_bound else value <= line
        return Checked(self.measure, Met.YES if holds else Met.NO, wanted, found)


class MilestoneCriterion(BaseModel):
    """A milestone of the plan was done on or before the day."""

    model_config = FROZEN
    kind: Literal["milestone"] = "milestone"
    milestone: Name

    def judge(self, _now: Reading, _start: Reading, done: Collection[str]) -> Checked:
        """Return whether the milestone was done in time."""
        is_done = self.milestone in done
        met = Met.YES if is_done else Met.NO
        return Checked(self.milestone, met, "done", "done" if is_done else "open")


Criterion = Annotated[
    ScoreCriterion | MeasureCriterion | MilestoneCriterion, Field(discriminator="kind")
]


def verdict(checked: Collection[Checked]) -> Met:
    """Return yes when all hold, no when one fails, else unknown.

    >>> verdict([Checked("a", Met.YES, "", ""), Checked("b", Met.UNKNOWN, "", "")]).value
    'unknown'
    """
    found = {c.met for c in checked}
    if Met.NO in found:
        return Met.NO
    return Met.UNKNOWN if Met.UNKNOWN in found else Met.YES


def _points(micro: int | None) -> str:
    return "?" if micro is None else truncate_points(micro)


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
