"""Store the measures of the canonical tables in an engine, families of events by way of folds."""

from datetime import date

from keepwell.measures import (
    MeasurePlan,
    MeasureSettings,
    fold_selects,
    stored_selects,
    widened_select,
)
from keepwell.ports import Engine
from keepwell.runs.kept_folds import KeptFolds
from keepwell.runs.kept_measures import store_from_last
from keepwell.runs.kept_over_months import ready_events
from keepwell.runs.store_portions import store_by_portions


def store_measures(
    engine: Engine,
    plan: MeasurePlan,
    as_of: date,
    settings: MeasureSettings | None = None,
    kept: KeptFolds | None = None,
) -> None:
    """Make the canonical tables' measures readable as `measures`, rows ordered by account_id.

    `kept`: folds of months, and the measures, of earlier runs; without them every row is read.
    """
    if kept is None or not store_from_last(engine, kept, plan, as_of, settings):
        _store_all(engine, plan, as_of, settings, kept)
    engine.create_view("measures", widened_select(plan))


def _store_all(
    engine: Engine,
    plan: MeasurePlan,
    as_of: date,
    settings: MeasureSettings | None,
    kept: KeptFolds | None,
) -> None:
    tables = stored_selects(plan, as_of, settings, is_folded=True)
    folds = fold_selects(plan, as_of, settings)
    for name, select in tables:
        made = folds.get(name, ())
        read: tuple[str, ...] = ()
        family = name.removesuffix("_family")
        if made and kept is not None and kept.holds(family):
            made, read = _made_ready(kept, engine, family, as_of)
        for fold, rows in made:
            engine.create_table(fold, rows)
        if name == tables[-1][0]:
            store_by_portions(engine, name, select)
        else:
            engine.create_table(name, select)
        for spent in (*(fold for fold, _ in made), *read):
            engine.drop(spent)
    for name, _ in tables[:-1]:
        engine.drop(name)


def _made_ready(
    kept: KeptFolds, engine: Engine, family: str, as_of: date
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return the folds and what they read; where the next day starts from it, all that it needs."""
    if kept.imported is None:
        return kept.make_ready(engine, family, as_of)
    ready = ready_events(kept, engine, family, as_of)
    return ready.made, (*ready.read, *(name for name, _ in ready.beside))
