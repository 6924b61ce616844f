"""A mapped column that is nearly empty is told, with the line that lets the event rows speak."""

from pathlib import Path

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.measures import (
    MeasureSettings,
    measure_sources,
    measures_select,
    plan_measures,
    sources_select,
)
from keepwell.runs.portfolio import open_import
from keepwell.runs.sparse_columns import sparse_findings
from keepwell.vocabulary import Finding
from runs.check_world import FEEDS, TODAY, check, clean_world, config

SETTINGS = MeasureSettings()


def findings_with(filled: int, folder: Path, *, has_rows: bool = True) -> tuple[Finding, ...]:
    """Return what is said when so many of twenty accounts have a count in the view's column."""
    world = clean_world()
    for i, row in enumerate(world["accounts"]):
        row["Count"] = "3" if i < filled else None
    feeds = {
        "accounts": FEEDS["accounts"],
        "account_view": {**FEEDS["account_view"], "total_activities_90d": "Count"},
    }
    if has_rows:
        feeds["activities"] = FEEDS["activities"]
    imported = check(world, folder, config(feeds))
    plan = plan_measures(imported.mapped, SETTINGS)
    with DuckDbEngine(allowed_directories=(folder,)) as engine:
        open_import(engine, imported, TODAY)
        engine.create_table("measures", measures_select(plan, TODAY, SETTINGS))
        counts = tuple(int(n) for n in engine.rows(sources_select(plan))[0])
        sources = measure_sources(plan, counts)
        return sparse_findings(engine, plan, sources, imported, TODAY, SETTINGS)


def test_a_nearly_empty_column_before_full_event_rows_names_the_line_to_delete(
    tmp_path: Path,
) -> None:
    (told,) = findings_with(2, tmp_path)
    assert (told.code, told.table, told.count) == ("column_sparse", "account_view", 18)
    assert told.params["measure"] == "total_activities_90d"
    assert (told.params["known"], told.params["told"]) == ("2", "10")
    assert "tables.account_view.columns.total_activities_90d" in told.cure("en")
    assert "activities.occurred_at" in told.message("zh")


@pytest.mark.parametrize(("filled", "has_rows"), [(11, True), (2, False)])
def test_a_column_that_is_half_full_or_has_no_rival_is_left_in_peace(
    filled: int, has_rows: bool, tmp_path: Path
) -> None:
    assert findings_with(filled, tmp_path, has_rows=has_rows) == ()
