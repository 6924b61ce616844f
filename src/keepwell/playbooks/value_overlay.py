"""A project's changes to the strategies by value, laid over the shipped ones like playbooks."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from keepwell.playbooks.overlay import (
    Place,
    Placed,
    check_expression,
    check_name,
    invalid,
    joined,
    list_of,
    refuse,
)
from keepwell.playbooks.value_strategies import ValueStrategies
from keepwell.vocabulary import Bilingual, ConfigInvalid

KEY = "strategies"
# The lists of a strategy: its items are matched by the name beside it.
NAMED = {"steps": "step", "kpis": "kpi"}
# Columns of the table `value`, which `portfolio` holds in a report, that a KPI may read.
VALUE_COLUMNS = (
    "recency_days", "frequency", "monetary_amount", "r_score", "f_score", "m_score",
    "is_f_stand_in", "is_m_stand_in", "rfm_score", "rfm_weighted_score", "rfm_variance", "segment",
    "value_amount", "value_rank", "portfolio_share", "value_tier", "value_group",
    "engagement_model", "age_days", "days_inactive", "stage_periods", "engagement_consistency",
    "marketing_to_sales_days", "sales_to_support_days", "value_velocity_amount",
    "inactivity_ratio", "activity_efficiency", "monetary_imbalance", "imbalance_bucket",
    "composite_index", "index_coverage", "engagement", "has_reopened_tickets",
    "has_failed_payments", "has_falling_use", "has_negative_survey", "evidence_count",
    "is_recently_active", "is_unhealthy", "is_likely_to_leave", "is_struggling",
)  # fmt: skip
_CURE = "See docs/value.md#change-a-strategy."


def build_value_strategies(
    parts: Sequence[Placed], roles: Mapping[str, Bilingual], columns: Collection[str]
) -> ValueStrategies:
    """Return the shipped strategies, the first part, with a project's changes in order.

    `columns`: of `portfolio`, which KPIs may read beside VALUE_COLUMNS.
    Errors:    ConfigInvalid with file and line of every problem.
    """
    merged = Placed({KEY: []}, {}, Place("value_library", 1))
    for part in parts:
        for item in list_of(part, KEY):
            _put_strategy(merged[KEY], item, part.places[KEY], is_shipped=part is parts[0])
    _check(merged, roles, {*columns, *VALUE_COLUMNS})
    try:
        return ValueStrategies.model_validate(merged)
    except ValidationError as problem:
        raise invalid(merged, problem) from None


def _put_strategy(items: list[Any], new: Any, place: Place, *, is_shipped: bool) -> None:
    if not isinstance(new, Placed) or not new.get("strategy"):
        start = new.start if isinstance(new, Placed) else place
        raise ConfigInvalid(f"{start}: an entry needs `strategy`.", cure=_CURE)
    names = [str(old["strategy"]) for old in items]
    if is_shipped:
        items.append(new)
        return
    if new["strategy"] not in names:
        what = f"strategy: unknown name `{new['strategy']}`"
        raise refuse(new.places["strategy"], what, names, str(new["strategy"]))
    index = names.index(str(new["strategy"]))
    items[index] = _changed(items[index], new)


def _changed(old: Placed, new: Placed) -> Placed:
    """Return the strategy with the keys of `new`; steps and KPIs are matched by name."""
    rest, lists = new.copy(), {}
    for key, name in NAMED.items():
        drop = f"drop_{key}"
        if key in new or drop in new:
            lists[key] = _merged(list(old.get(key, ())), new, key, name)
        rest.pop(key, None)
        rest.pop(drop, None)
    result = joined(old, rest, new.start)
    for key, items in lists.items():
        result[key] = items
        result.places[key] = new.places[key if key in new else f"drop_{key}"]
    return result


def _merged(items: list[Any], new: Placed, key: str, name: str) -> list[Any]:
    for gone in list_of(new, f"drop_{key}"):
        names = [i[name] for i in items]
        if gone not in names:
            what = f"drop_{key}: no {name} `{gone}`"
            raise refuse(new.places[f"drop_{key}"], what, names, str(gone))
        items = [i for i in items if i[name] != gone]
    for item in list_of(new, key):
        if not isinstance(item, Placed) or not item.get(name):
            start = item.start if isinstance(item, Placed) else new.places[key]
            raise ConfigInvalid(f"{start}: an entry needs `{name}`.", cure=_CURE)
        names = [i[name] for i in items]
        if item[name] in names:
            at = names.index(item[name])
            items[at] = joined(items[at], item, item.start)
        else:
            items.append(item)
    return items


def _check(merged: Placed, roles: Mapping[str, Bilingual], columns: Collection[str]) -> None:
    """Refuse an owner that no role names, and an expression that no table answers."""
    for strategy in merged[KEY]:
        for step in strategy.get("steps") or ():
            if isinstance(step, Placed):
                check_name(step, "owner", step.get("owner"), list(roles))
        for kpi in strategy.get("kpis") or ():
            text = kpi.get("expression") if isinstance(kpi, Placed) else None
            if isinstance(text, str):
                check_expression(text, kpi.places.get("expression", kpi.start), columns)
