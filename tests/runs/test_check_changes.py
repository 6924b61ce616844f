"""What changed against the last good import: rows that are gone, dates that stand still."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from keepwell.adapters.imports import ImportFolders
from keepwell.adapters.sources import FolderSource
from keepwell.runs.check import check_project
from keepwell.runs.importing_record import Imported
from runs.check_world import TODAY, check, clean_world, config, found, rows

FEEDS: dict[str, dict[str, object]] = {
    "accounts": {"account_id": "id"},
    "activities": {"account_id": "account", "occurred_at": "at"},
}
SOURCES: dict[str, dict[str, object]] = {
    "accounts": {"source": "a.csv"},
    "activities": {"source": "e.csv"},
}
HEADER = "account,at\n"
SPOILS: dict[str, Callable[[Path], object]] = {
    "gone": lambda file: file.unlink(),
    "no byte": lambda file: file.write_text("", encoding="utf-8"),
    "header alone": lambda file: file.write_text(HEADER, encoding="utf-8"),
}


def take_in(folder: Path, **option: bool) -> Imported:
    feeds: dict[str, dict[str, object]] = {
        **SOURCES,
        "activities": {**SOURCES["activities"], **option},
    }
    store = ImportFolders(folder / "imports")
    return check_project(config(FEEDS, feeds), FolderSource(folder), store, TODAY)


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS.keys())
def test_a_table_that_lost_all_its_rows_keeps_the_last_good_import(
    spoil: Callable[[Path], object], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("id,size\n" + "".join(f"A{i},{i}\n" for i in range(9)))
    (tmp_path / "e.csv").write_text(HEADER + "".join(f"A{i},2026-01-05\n" for i in range(9)))
    good = take_in(tmp_path)
    spoil(tmp_path / "e.csv")
    imported = take_in(tmp_path)
    gone = found(imported, "rows_gone")
    assert (gone.table, gone.count, imported.is_accepted) == ("activities", 9, False)
    assert "e.csv" in gone.message("en")
    assert "accept_row_change: true" in gone.cure("zh")
    assert ImportFolders(tmp_path / "imports").last() == good.folder
    assert not take_in(tmp_path).is_accepted
    assert take_in(tmp_path, accept_row_change=True).is_accepted


def test_rows_that_come_and_go_again_are_missed_even_if_that_source_was_accepted_once(
    tmp_path: Path,
) -> None:
    without = clean_world()
    del without["activities"]
    assert check(without, tmp_path).is_accepted
    assert check(clean_world(), tmp_path).is_accepted
    assert found(check(without, tmp_path), "rows_gone").table == "activities"


def test_the_same_files_on_a_later_day_say_nothing_of_standing_still(tmp_path: Path) -> None:
    check(clean_world(), tmp_path)
    again = check(clean_world(), tmp_path, config(lang="en", time_zone="Asia/Shanghai"),
                  TODAY + timedelta(days=9))  # fmt: skip
    assert again.checked_on == TODAY + timedelta(days=9)
    assert "newest_unchanged" not in {f.code for f in again.findings}


def test_an_empty_column_that_was_derived_is_not_said_to_be_empty(tmp_path: Path) -> None:
    world = clean_world()
    for row in world["activities"]:
        row["Kind"] = "something else"
    feeds: dict[str, dict[str, object]] = {
        "accounts": {"account_id": "Id", "number_of_employees": "Employees"},
        "activities": {"account_id": "Account", "type": "Kind", "occurred_at": "At"},
    }
    imported = check(world, tmp_path, config(feeds))
    assert [f.column for f in imported.findings if f.code == "column_empty"] == []


def test_sizes_in_their_own_chinese_and_english_words_need_no_map(tmp_path: Path) -> None:
    world = clean_world()
    words = ("集团级", "大型", "中型", "小型", "enterprise", "Mid-Market", "战略级")
    for row, word in zip(world["accounts"], words, strict=False):
        row["Size"] = word
    feeds = {"accounts": {"account_id": "Id", "account_size_segment": "Size"}}
    found_sizes = [r["account_size_segment"] for r in rows(check(world, tmp_path, config(feeds)),
                   "accounts")][: len(words)]  # fmt: skip
    assert found_sizes == ["Enterprise", "Large", "Mid-Market", "Small Business", "Enterprise",
                           "Mid-Market", "战略级"]  # fmt: skip
