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


def store_measures(
    engine: Engine,
    plan: MeasurePlan,
    as_of: date,
    settings: MeasureSettings | None = None,
    kept: KeptFolds | None = None,
) -> None:
    """Make the canonical tables' measures readable as `measures`, rows ordered by account_id.

    `kept`: folds of months from earlier runs; without them every row is read.
    """
    tables = stored_selects(plan, as_of, settings, is_folded=True)
    folds = fold_selects(plan, as_of, settings)
    for name, select in tables:
        made = folds.get(name, ())
        read: tuple[str, ...] = ()
        family = name.removesuffix("_family")
        if made and kept is not None and kept.holds(family):
            made, read = kept.make_ready(engine, family, as_of)
        for fold, rows in made:
            engine.create_table(fold, rows)
        if name == tables[-1][0]:
            _store_by_portions(engine, name, select)
        else:
            engine.create_table(name, select)
        for spent in (*(fold for fold, _ in made), *read):
            engine.drop(spent)
    for name, _ in tables[:-1]:
        engine.drop(name)
    engine.create_view("measures", widened_select(plan))


def _store_by_portions(engine: Engine, name: str, select: str) -> None:
    """Store a select over all accounts, whose joins need memory for some of them at a time."""
    first, *others = engine.portions("accounts", "account_id")
    if not others:
        engine.create_table(name, select)
        return
    portion = f"SELECT * FROM ({select}) AS portion WHERE"  # noqa: S608
    engine.create_table(name, f"{portion} {first}")
    for where in others:
        engine.run(f"INSERT INTO {name} {portion} {where}")
