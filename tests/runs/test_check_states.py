"""Accounts whose status says that they left, or never were customers, are not passed over."""

from pathlib import Path

import pytest

from keepwell.intake import ProjectHead, SampledTable, config_text, recognise
from keepwell.measures import plan_measures
from runs.check_world import FEEDS, accounts, check, clean_world, config, found

COLUMNS: dict[str, object] = {"account_id": "Id", "name": "Name"}


@pytest.mark.parametrize("word", ["churned", "Cancelled", "inactive", "已流失", "停用", "终止"])
def test_accounts_that_left_without_a_date_are_counted_with_examples(
    word: str, tmp_path: Path
) -> None:
    rows = [{**r, "Status": word if i < 3 else "active"} for i, r in enumerate(accounts())]
    feeds: dict[str, dict[str, object]] = {"accounts": {**COLUMNS, "status": "Status"}}
    imported = check({"accounts": rows}, tmp_path, config(feeds))
    left = found(imported, "left_undated")
    assert (left.count, len(left.examples), imported.is_accepted) == (3, 3, True)
    assert f"drop_when: {{Status: [{word}]}}" in left.cure("en")
    assert f"drop_when: {{Status: [{word}]}}" in left.cure("zh")
    dropping = config(feeds, {"accounts": {"drop_when": {"Status": [word]}}})
    codes = {f.code for f in check({"accounts": rows}, tmp_path, dropping).findings}
    assert "left_undated" not in codes


def test_accounts_that_left_on_a_date_need_no_word(tmp_path: Path) -> None:
    rows = [{**r, "Status": "churned", "Left": "2025-12-01"} for r in accounts()]
    feeds: dict[str, dict[str, object]] = {
        "accounts": {**COLUMNS, "status": "Status", "churned_at": "Left"}
    }
    codes = {f.code for f in check({"accounts": rows}, tmp_path, config(feeds)).findings}
    assert "left_undated" not in codes


@pytest.mark.parametrize("word", ["lead", "subscriber", "Prospect", "opportunity", "潜在客户"])
def test_companies_that_are_no_customers_yet_are_counted(word: str, tmp_path: Path) -> None:
    rows = [{**r, "Stage": word if i == 0 else "customer"} for i, r in enumerate(accounts())]
    feeds: dict[str, dict[str, object]] = {"accounts": {**COLUMNS, "lifecycle_stage": "Stage"}}
    told = found(check({"accounts": rows}, tmp_path, config(feeds)), "not_yet_customers")
    assert told.count == 1
    assert told.message("en").startswith("1 account is a lead or prospect by its lifecycle_stage")


def test_accounts_that_are_dropped_take_their_rows_along(tmp_path: Path) -> None:
    world = clean_world()
    for i, row in enumerate(world["accounts"]):
        row["Status"] = "churned" if i == 0 else "active"
    feeds = {"accounts": FEEDS["accounts"], "activities": FEEDS["activities"]}
    dropping = config(feeds, {"accounts": {"drop_when": {"Status": ["churned"]}}})
    imported = check(world, tmp_path, dropping)
    count = imported.count("activities")
    assert count is not None
    assert (count.accepted, count.quarantined, count.excluded) == (18, 0, 2)
    assert found(imported, "account_excluded").count == 2


def test_a_table_whose_rows_were_all_set_aside_is_unknown_and_named(tmp_path: Path) -> None:
    world = clean_world()
    for row in world["activities"]:
        row["Account"] = "nobody"
    imported = check(world, tmp_path)
    told = found(imported, "table_quarantined")
    assert (told.table, told.count) == ("activities", len(world["activities"]))
    assert "days_since_last_activity" in told.message("en")
    assert imported.is_accepted
    assert not [c for c in imported.mapped if c.startswith("activities.")]
    assert "total_activities_30d" in plan_measures(imported.mapped).missing
    assert "total_contacts" in plan_measures(imported.mapped).available


def test_a_table_that_only_held_excluded_accounts_is_known_to_be_empty(
    tmp_path: Path,
) -> None:
    world = clean_world()
    held = world["activities"][0]["Account"]
    world["activities"] = [r for r in world["activities"] if r["Account"] == held]
    for row in world["accounts"]:
        row["Status"] = "churned" if row["Id"] == held else "active"
    feeds = {"accounts": FEEDS["accounts"], "activities": FEEDS["activities"]}
    dropping = config(feeds, {"accounts": {"drop_when": {"Status": ["churned"]}}})
    imported = check(world, tmp_path / "dropped", dropping)
    codes = {f.code for f in imported.findings}
    assert not codes & {"table_quarantined", "table_empty"}
    assert "activities.occurred_at" in imported.mapped


def test_init_proposes_to_drop_them_in_a_comment() -> None:
    table = SampledTable(
        "customers",
        ("customer_id", "name", "status"),
        tuple((f"C{i}", f"F{i}", "churned" if i % 3 else "active") for i in range(9)),
        9,
    )
    head = ProjectHead("p", "en", "folder", "data", ("classic",))
    written = config_text(head, recognise([table]))
    ((at, _),) = [(n, f) for n, f in written.fills if "drop_when" in f.key]
    lines = written.text.splitlines()
    assert lines[at - 2 : at][0] == "      # drop_when:"
    assert lines[at - 1].startswith('      #   status: ["churned"]')
