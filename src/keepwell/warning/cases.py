"""Tests that users write of their triggers: an account's values over days, and what must happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from keepwell.measures import CATALOG
from keepwell.vocabulary import FORECAST_COLUMNS, SCORE_COLUMNS
from keepwell.warning.decide import StoredAlarm, decide
from keepwell.warning.gate import Gate, GateKind
from keepwell.warning.triggers import Trigger
from keepwell.warning.watch import ADDED_COLUMNS, LOOK_BACK_AT_MOST_DAYS, LOOK_BACK_DAYS

FROZEN = ConfigDict(frozen=True, extra="forbid")
FIRST_DAY = date(2026, 1, 5)
Given = bool | float | str | None
_TEXTS = ("name", "industry", "region", "owner_id", "csm_id", "lifecycle_stage", "status")


class CaseDay(BaseModel):
    """One day of a test. What is not written stays as on the day before.

    `after_days`: days since the day before. `fires`, `ends`: exactly the triggers whose alert
    starts or ends; left out, they are not looked at. `fires: []` demands silence.
    """

    model_config = FROZEN
    values: dict[str, Given] = Field(default_factory=dict)
    after_days: Annotated[int, Field(ge=1, le=366)] = 1
    fires: tuple[str, ...] | None = None
    ends: tuple[str, ...] | None = None


class RuleTest(BaseModel):
    """One test: an account as it begins, and its days. `triggers` narrows what is looked at."""

    model_config = FROZEN
    test: str
    given: dict[str, Given] = Field(default_factory=dict)
    triggers: tuple[str, ...] = ()
    days: Annotated[tuple[CaseDay, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if all(d.fires is None and d.ends is None for d in self.days):
            raise ValueError("no day says what `fires` or `ends`; the test could not fail")
        return self

    def named(self) -> frozenset[str]:
        """Return the columns that the test gives."""
        return frozenset(self.given).union(*(d.values for d in self.days))

    def expected(self) -> frozenset[str]:
        """Return the triggers that the test names."""
        parts = (p for d in self.days for p in (d.fires or (), d.ends or ()))
        return frozenset(self.triggers).union(*parts)


class RuleTests(BaseModel):
    """The whole of a file of tests."""

    model_config = FROZEN
    tests: Annotated[tuple[RuleTest, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A day that went otherwise: which alerts should have started or ended, and which did."""

    day: int
    what: str
    expected: tuple[str, ...]
    found: tuple[str, ...]


def case_columns() -> dict[str, str]:
    """Return names and SQL types of the columns that a test may give."""
    measures = {m.name: "VARCHAR" if m.is_category else "DOUBLE" for m in CATALOG.values()}
    return {
        "account_id": "VARCHAR",
        **dict.fromkeys(_TEXTS, "VARCHAR"),
        **measures,
        **{m.never_column: "BOOLEAN" for m in CATALOG.values()},
        **{w.name: w.sql_type for w in (*SCORE_COLUMNS, *FORECAST_COLUMNS)},
        "score": "DOUBLE",
        **ADDED_COLUMNS,
    }


def case_rows(test: RuleTest) -> list[tuple[date, dict[str, Given]]]:
    """Return each day with all its values; those that come from earlier days are worked out.

    A value that the test gives itself is left as it is.
    """
    values: dict[str, Given] = dict(test.given)
    rows: list[tuple[date, dict[str, Given]]] = []
    day = FIRST_DAY
    for number, case in enumerate(test.days):
        day += timedelta(days=case.after_days if number else 0)
        values = {**values, **case.values}
        if "effective_tier" not in values and "tier" in values:
            values["effective_tier"] = values["tier"]
        rows.append((day, {**_since(rows, day, values), **values}))
    return rows


def _since(
    rows: Sequence[tuple[date, Mapping[str, Given]]], day: date, now: Mapping[str, Given]
) -> dict[str, Given]:
    found: dict[str, Given] = {"has_override": False, "is_high_value": False}
    if not rows:
        return found
    before = rows[-1][1]
    names = ("tier", "effective_tier", "score", "segment", "value_tier")
    found |= {f"before_{name}": before.get(name) for name in names}
    found["score_change"] = _difference(now.get("score"), before.get("score"))
    ages = range(LOOK_BACK_DAYS, LOOK_BACK_AT_MOST_DAYS + 1)
    month = next((r for d, r in reversed(rows) if (day - d).days in ages), None)
    if month is not None:
        found["score_change_30d"] = _difference(now.get("score"), month.get("score"))
    return found


def _difference(now: Given, before: Given) -> float | None:
    is_known = isinstance(now, int | float) and isinstance(before, int | float)
    return float(now) - float(before) if is_known else None  # type: ignore[arg-type]


def mismatches(
    test: RuleTest,
    triggers: Sequence[tuple[Trigger, bool]],
    days: Sequence[tuple[date, Mapping[str, Any]]],
) -> tuple[Mismatch, ...]:
    """Return the days on which alerts start or end otherwise than the test says.

    `days`: each with `account_id`, `enters_n` and `leaves_n` of the n-th trigger.
    """
    stored: Mapping[tuple[str, str], StoredAlarm] = {}
    found = []
    for number, (case, (day, row)) in enumerate(zip(test.days, days, strict=True), start=1):
        decisions = decide(triggers, [row], stored, day, Gate(GateKind.OPEN))
        stored = decisions.alarms
        happened = {
            "fires": tuple(sorted(a.trigger for a in decisions.alerts)),
            "ends": tuple(sorted(e.trigger for e in decisions.endings)),
        }
        for what, expected in (("fires", case.fires), ("ends", case.ends)):
            if expected is not None and tuple(sorted(expected)) != happened[what]:
                found.append(Mismatch(number, what, tuple(sorted(expected)), happened[what]))
    return tuple(found)
