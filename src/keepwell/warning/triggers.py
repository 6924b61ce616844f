"""Triggers: when an account's state calls for a person, as conditions over its values."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlglot import exp

from keepwell.measures import CATALOG, parse_expression
from keepwell.vocabulary import Bilingual, ConfigInvalid, SqlNotAllowed
from keepwell.warning.value_columns import VALUE_COLUMNS

FROZEN = ConfigDict(frozen=True, extra="forbid")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Urgency = Literal["immediate", "digest"]
Priority = Literal["critical", "high", "normal"]
CtaKind = Literal["risk", "renewal", "growth", "adoption", "data", "review"]


class Hysteresis(BaseModel):
    """How firmly a condition must hold before an alert starts or ends.

    `confirm_cycles`:     runs on different days in a row that must agree, to start or to end.
    `minimum_dwell_days`: days that a started alert lasts at least.
    """

    model_config = FROZEN
    confirm_cycles: Annotated[int, Field(ge=1, le=90)] = 1
    minimum_dwell_days: Annotated[int, Field(ge=0, le=366)] = 0


class StandIn(BaseModel):
    """The condition of a trigger where a measure that it names has no provider: a proxy."""

    model_config = FROZEN
    title: Bilingual
    enter: str
    leave: str


class Trigger(BaseModel):
    """One rule: `enter` starts an alert, `leave` ends it; between both nothing changes.

    `enter`, `leave`: conditions over the columns of `watch_columns`.
    `proxy`:          taken where a measure of `enter` is not provided by the source.
    `play`:           the play that the alert suggests; `urgency`: at once or in the daily digest.
    `cta`:            the type of CTA that an alert opens, null for none; `is_rescue`: its owner
                      is the most senior person with free hours.
    `told_to`:        who is told in place of the account's CSM: a person of delivery.yml.
    `told_as`:        `count` where a machine answers: a digest says how many, and names none.
    """

    model_config = FROZEN
    trigger: Name
    title: Bilingual
    reason: Bilingual
    enter: str
    leave: str
    hysteresis: Hysteresis = Hysteresis()
    urgency: Urgency = "digest"
    priority: Priority = "normal"
    play: Name | None = None
    cta: CtaKind | None = "risk"
    is_rescue: bool = False
    told_to: Name | None = None
    told_as: Literal["account", "count"] = "account"
    proxy: StandIn | None = None
    is_on: bool = True

    @model_validator(mode="after")
    def _names_what_is_urgent(self) -> Self:
        if self.told_as == "count" and self.urgency == "immediate":
            raise ValueError("`told_as: count` names no account, so it cannot be immediate")
        return self

    def needs(self) -> frozenset[str]:
        """Return the measures and columns of the value model without which `enter` cannot hold.

        A column inside coalesce() may be unknown.
        """
        names = frozenset(n for n in column_names(self.enter) if n in CATALOG)
        return names | (_required(self.enter) & frozenset(VALUE_COLUMNS))


class TriggerSet(BaseModel):
    """Triggers with distinct names."""

    model_config = FROZEN
    triggers: tuple[Trigger, ...]

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        names = [t.trigger for t in self.triggers]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"trigger {', '.join(twice)} is defined twice")
        return self


def column_names(condition: str) -> tuple[str, ...]:
    """Return the column names of a condition, in the order of the text. Errors: SqlNotAllowed."""
    tree = parse_expression(condition, _AnyName())
    return tuple(dict.fromkeys(c.name for c in tree.find_all(exp.Column, bfs=False)))


def _required(condition: str) -> frozenset[str]:
    """Return the columns of a condition that stand outside coalesce()."""
    columns = parse_expression(condition, _AnyName()).find_all(exp.Column)
    return frozenset(c.name for c in columns if c.find_ancestor(exp.Coalesce) is None)


class _AnyName(frozenset[str]):
    """A set of column names that holds every name."""

    def __contains__(self, _: object) -> bool:
        return True


def overlaid(shipped: Sequence[Trigger], own: Sequence[Trigger]) -> tuple[Trigger, ...]:
    """Return the shipped triggers with the project's: same name replaces, new names follow."""
    by_name = {t.trigger: t for t in own}
    kept = [by_name.pop(t.trigger, t) for t in shipped]
    return (*kept, *by_name.values())


def bound(trigger: Trigger, provided: frozenset[str]) -> tuple[Trigger, bool] | None:
    """Return the trigger as this source can serve it and whether its proxy stands in.

    None when neither the condition nor its proxy has the measures it reads.
    """
    if trigger.needs() <= provided:
        return trigger, False
    proxy = trigger.proxy
    if proxy is None:
        return None
    changes = {"title": proxy.title, "enter": proxy.enter, "leave": proxy.leave, "proxy": None}
    served = trigger.model_copy(update=changes)
    return (served, True) if served.needs() <= provided else None


def check_triggers(
    triggers: Sequence[Trigger], columns: Mapping[str, str], plays: frozenset[str]
) -> None:
    """Refuse conditions over unknown columns and plays that the library lacks.

    Errors: ConfigInvalid, naming every problem in one message.
    """
    problems = [p for t in triggers for p in _problems(t, columns, plays)]
    if problems:
        raise ConfigInvalid(
            f"Triggers cannot be used: {'; '.join(problems)}",
            cure="Mend triggers/*.yml, then run `keepwell alerts preview`.",
            problems=problems,
        )


def _problems(trigger: Trigger, columns: Mapping[str, str], plays: frozenset[str]) -> list[str]:
    texts = [("enter", trigger.enter), ("leave", trigger.leave)]
    if trigger.proxy:
        texts += [("proxy.enter", trigger.proxy.enter), ("proxy.leave", trigger.proxy.leave)]
    found = []
    for part, text in texts:
        try:
            parse_expression(text, columns)
        except SqlNotAllowed as problem:
            found.append(f"{trigger.trigger}.{part}: {problem}")
    if trigger.play is not None and trigger.play not in plays:
        found.append(f"{trigger.trigger}.play: no play `{trigger.play}` in the library.")
    return found
