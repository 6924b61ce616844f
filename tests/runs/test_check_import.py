"""The import as a whole: accounting, determinism, keys, money, zones, changes and replay."""

import csv
import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.adapters.imports import ImportFolders
from keepwell.ports import RejectedRow
from keepwell.runs.importing_corrections import forget_corrections
from keepwell.runs.importing_record import load_import
from keepwell.runs.importing_replay import (
    export_quarantine,
    quarantined_rows,
    replay_quarantine,
)
from runs.check_world import (
    FEEDS,
    TODAY,
    Cells,
    MemorySource,
    World,
    accounts,
    check,
    clean_world,
    config,
    found,
    rows,
)

USD_RATES = {
    "currency": "CNY",
    "rates": [
        {"currency": "USD", "since": "2025-01-01", "rate": 7.0},
        {"currency": "USD", "since": "2025-11-01", "rate": 7.5},
    ],
}


def small(**feeds: dict[str, object]) -> dict[str, dict[str, object]]:
    """Return feeds of the accounts and the given tables."""
    return {"accounts": FEEDS["accounts"], **feeds}


FAULTS = st.sampled_from(
    ["", "NaN", "1,234", "-5", "ACC-0001", "nobody", "2025-02-30", "31/12/2025", "N/A", "是",
     "2031-01-01", "1e308", "(7)", "ACC-0002 ", "9999-12-31", "x" * 50, "'; DROP TABLE x; --"]
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_every_row_is_accounted_for_whatever_is_broken(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = clean_world()
    for table in ("accounts", "opportunities"):
        for _ in range(data.draw(st.integers(0, 6))):
            row = data.draw(st.sampled_from(world[table]))
            row[data.draw(st.sampled_from(sorted(row)))] = data.draw(FAULTS)
        world[table] += [dict(r) for r in data.draw(st.lists(st.sampled_from(world[table])))]

    imported = check(
        world,
        tmp_path_factory.mktemp("any"),
        config(small(opportunities=FEEDS["opportunities"])),
    )

    for count in imported.counts:
        assert count.rows_in == len(world[count.table])
    if imported.is_accepted:
        ids = {r["account_id"] for r in rows(imported, "accounts")}
        assert {r["account_id"] for r in rows(imported, "opportunities")} <= ids
        for count in imported.counts:
            assert count.accepted == len(rows(imported, count.table))


def test_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    world = clean_world()
    world["accounts"].append({**world["accounts"][0], "Employees": "9", "Name": "Another"})
    world["opportunities"].append({**world["opportunities"][3], "Amount": "5"})
    world["contacts"] += [dict(world["contacts"][2])] * 3
    generator = random.Random(4)  # noqa: S311
    shuffled: World = {k: generator.sample(v, len(v)) for k, v in world.items()}

    first, second = check(world, tmp_path / "a"), check(shuffled, tmp_path / "b")

    for table in FEEDS:
        assert rows(first, table) == rows(second, table)
    assert first.counts == second.counts
    assert [(f.code, f.table, f.column, f.count) for f in first.findings] == [
        (f.code, f.table, f.column, f.count) for f in second.findings
    ]


def test_the_same_input_gives_the_same_folder_and_no_work(tmp_path: Path) -> None:
    first = check(clean_world(), tmp_path)
    written = (first.folder / "manifest.json").stat().st_mtime_ns
    second = check(clean_world(), tmp_path, today=date(2026, 3, 2))
    assert second == first
    assert (second.folder / "manifest.json").stat().st_mtime_ns == written
    assert load_import(first.folder) == first


def test_undated_amounts_are_converted_again_when_another_rate_is_in_force(tmp_path: Path) -> None:
    world = clean_world()
    for row in world["accounts"]:
        row["Currency"] = "USD"
    feeds: dict[str, dict[str, object]] = {
        "accounts": {**FEEDS["accounts"], "currency": "Currency", "annual_revenue": "Revenue"}
    }
    settled = config(feeds, money=USD_RATES)
    days = (date(2025, 10, 30), date(2025, 10, 31), date(2025, 11, 1))
    early, same, late = (check(world, tmp_path, settled, day) for day in days)
    assert same.import_id == early.import_id != late.import_id
    assert float(str(rows(late, "accounts")[0]["annual_revenue"])) == pytest.approx(
        float(str(rows(early, "accounts")[0]["annual_revenue"])) * 7.5 / 7.0
    )


def test_going_back_to_an_earlier_source_makes_its_import_the_last_again(tmp_path: Path) -> None:
    first = check(clean_world(), tmp_path)
    world = clean_world()
    world["contacts"][0]["Name"] = "Other"
    second = check(world, tmp_path)
    store = ImportFolders(tmp_path / "imports")
    assert store.last() == second.folder
    assert check(clean_world(), tmp_path) == first
    assert store.last() == first.folder


def test_the_next_check_removes_what_a_killed_one_left_and_spares_a_living_one(
    tmp_path: Path,
) -> None:
    store = ImportFolders(tmp_path / "imports")
    with store.stage("living", 256, 1) as living:
        abandoned = tmp_path / "imports" / ".work-killed"
        (abandoned / "spill").mkdir(parents=True)
        (abandoned / "scratch.duckdb").write_bytes(b"half")
        assert check(clean_world(), tmp_path).is_accepted
        assert not abandoned.exists()
        assert living.folder.is_dir()
    assert list((tmp_path / "imports").glob(".work-*")) == []


def test_an_error_keeps_the_last_good_import(tmp_path: Path) -> None:
    good = check(clean_world(), tmp_path)
    world = clean_world()
    world["opportunities"][0]["Account"] = "1.23E+15"
    bad = check(world, tmp_path)
    assert not bad.is_accepted
    assert not (bad.folder / "accounts.parquet").exists()
    assert ImportFolders(tmp_path / "imports").last() == good.folder


def test_conflicting_accounts_keep_what_they_agree_on(tmp_path: Path) -> None:
    world = clean_world()
    world["accounts"].append({**world["accounts"][0], "Employees": "9"})
    imported = check(world, tmp_path)
    account = rows(imported, "accounts")[0]
    assert account["number_of_employees"] is None
    assert account["industry"] == "Technology"
    assert not [f for f in imported.findings if f.code in ("orphan", "account_quarantined")]


def test_two_feeds_complete_each_other(tmp_path: Path) -> None:
    world = clean_world()
    world["churn"] = [{"Account": "ACC-0003", "Left": "2026-01-05"}]
    given = config(small()).model_dump(mode="json")
    given["tables"]["accounts"].append(
        {"source": "churn", "columns": {"account_id": "Account", "churned_at": "Left"}}
    )
    imported = check(world, tmp_path, type(config()).model_validate(given))
    account = rows(imported, "accounts")[2]
    assert (account["churned_at"], account["industry"]) == (date(2026, 1, 5), "Retail")
    assert found(imported, "duplicates_merged").count == 1


def test_salesforce_ids_of_15_characters_become_18(tmp_path: Path) -> None:
    long = ["0011G00000tLWKnQAO", "0011G00000gY0y4QAC"]
    world = clean_world()
    world["accounts"] = accounts(2)
    for row, account in zip(world["accounts"], long, strict=True):
        row["Id"] = account
    for row in world["activities"]:
        row["Account"] = long[0][:15]
    imported = check(world, tmp_path, config(small(activities=FEEDS["activities"])))
    assert {r["account_id"] for r in rows(imported, "activities")} == {long[0]}
    assert found(imported, "id_extended").count == 20


def test_ids_that_differ_in_case_alone_stay_apart(tmp_path: Path) -> None:
    world = clean_world()
    world["activities"][0]["Account"] = "acc-0001"
    assert found(check(world, tmp_path), "orphan").count == 1


def test_lost_leading_zeros_stop_the_table(tmp_path: Path) -> None:
    world = clean_world()
    for i, row in enumerate(world["accounts"]):
        row["Id"] = f"{i + 1:06d}"
    for i, row in enumerate(world["activities"]):
        row["Account"] = str(i % 10 + 1)
    imported = check(world, tmp_path, config(small(activities=FEEDS["activities"])))
    assert found(imported, "ids_lost_zeros").count == 20
    assert not imported.is_accepted


def test_ids_that_lost_their_zeros_since_the_last_import_stop_the_table(tmp_path: Path) -> None:
    world = clean_world()
    for i, row in enumerate(world["accounts"]):
        row["Id"] = f"{i + 1:06d}"
    settings_ = config(small())
    assert check(world, tmp_path, settings_).is_accepted
    for i, row in enumerate(world["accounts"]):
        row["Id"] = str(i + 1)
    assert found(check(world, tmp_path, settings_), "ids_lost_zeros").count == 20


def test_aliases_move_rows_to_the_merged_account(tmp_path: Path) -> None:
    settings_ = config(aliases={"ACC-0001": "ACC-0002", "ACC-0002": "ACC-0003"})
    imported = check(clean_world(), tmp_path, settings_)
    ids = {r["account_id"] for r in rows(imported, "opportunities")}
    assert not ids & {"ACC-0001", "ACC-0002"}
    count = imported.count("accounts")
    assert count is not None
    assert (count.accepted, count.merged) == (18, 2)


def test_lookups_translate_references_by_way_of_another_table(tmp_path: Path) -> None:
    world = clean_world()
    for i, row in enumerate(world["activities"]):
        row["Account"] = f"SUB-{i % 5 + 1:04d}" if i else "SUB-9999"
    via: dict[str, object] = {
        **FEEDS["activities"],
        "account_id": {"column": "Account", "via": "subscriptions.subscription_id"},
    }
    feeds = small(activities=via, subscriptions=FEEDS["subscriptions"])
    imported = check(world, tmp_path, config(feeds))
    assert found(imported, "lookup_failed").count == 1
    assert {str(r["account_id"])[:4] for r in rows(imported, "activities")} == {"ACC-"}


def test_amounts_convert_by_the_rate_of_their_day(tmp_path: Path) -> None:
    world = clean_world()
    money: dict[str, object] = {**FEEDS["opportunities"], "currency": "Currency"}
    for row in world["opportunities"]:
        row |= {"Currency": "USD", "Amount": "100", "Closes": "2025-10-31"}
    world["opportunities"][1] |= {"Closes": "2025-11-02"}
    world["opportunities"][2] |= {"Currency": "人民币"}
    world["opportunities"][3] |= {"Currency": "EUR"}
    world["opportunities"][4] |= {"Created": "2024-01-01", "Closes": "2024-05-01"}

    imported = check(world, tmp_path, config(small(opportunities=money), money=USD_RATES))

    amounts = [r["amount"] for r in rows(imported, "opportunities")][:6]
    assert amounts == [Decimal(700), Decimal(750), Decimal(100), None, None, Decimal(700)]
    assert found(imported, "rate_missing").count == 2
    assert imported.currency == "CNY"


def test_undeclared_currency_is_said_and_stays_undeclared(tmp_path: Path) -> None:
    imported = check(clean_world(), tmp_path, config(money={}))
    assert imported.currency is None
    tables = {f.table for f in imported.findings if f.code == "currency_undeclared"}
    assert tables == {"accounts", "opportunities", "subscriptions"}


def test_several_currencies_need_a_project_currency(tmp_path: Path) -> None:
    world = clean_world()
    money: dict[str, object] = {**FEEDS["opportunities"], "currency": "Currency"}
    for i, row in enumerate(world["opportunities"]):
        row["Currency"] = ("USD", "EUR")[i % 2]
    feeds = small(opportunities=money)
    imported = check(world, tmp_path, config(feeds, money={}))
    assert "EUR, USD" in found(imported, "currency_mixed").message("zh")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-05T23:30:00Z", "2026-01-06 07:30:00"),
        ("2026-01-05T10:00:00.000+0000", "2026-01-05 18:00:00"),
        ("2026-01-05", "2026-01-05 00:00:00"),
        ("1767600000", "2026-01-05 16:00:00"),
        ("2026-01-05 03:04 PM", "2026-01-05 15:04:00"),
    ],
)
def test_times_arrive_in_the_zone_of_the_project(text: str, expected: str, tmp_path: Path) -> None:
    world = clean_world()
    world["activities"][0]["At"] = text
    feeds = small(activities=FEEDS["activities"])
    imported = check(world, tmp_path, config(feeds, time_zone="Asia/Shanghai"))
    assert str(rows(imported, "activities")[0]["occurred_at"]) == expected


def test_naive_times_of_a_declared_zone_move_and_daylight_saving_is_said(tmp_path: Path) -> None:
    world = clean_world()
    world["activities"][0]["At"] = "2025-03-09 02:30:00"
    world["activities"][1]["At"] = "2025-11-02 01:30:00"
    imported = check(
        world,
        tmp_path,
        config(
            small(activities=FEEDS["activities"]),
            {"activities": {"time_zone": "America/New_York"}},
        ),
    )
    assert found(imported, "dst_gap").count == 1
    assert found(imported, "dst_overlap").count == 1
    assert str(rows(imported, "activities")[2]["occurred_at"]) == "2026-01-04 15:03:00"


def test_filters_leave_rows_out_and_count_them(tmp_path: Path) -> None:
    options = {"opportunities": {"drop_when": {"Stage": ("OPEN",)}}}
    imported = check(clean_world(), tmp_path, config(feed_options=options))
    count = imported.count("opportunities")
    assert count is not None
    assert (count.accepted, count.excluded) == (10, 10)
    assert found(imported, "rows_filtered").count == 10


def test_stage_words_give_won_and_closed_where_no_flag_is_mapped(tmp_path: Path) -> None:
    world = clean_world()
    stages = ("Closed Won", "Closed Lost", "赢单", "丢单", "Negotiation", "Unwonted")
    for row, stage in zip(world["opportunities"], stages, strict=False):
        row["Stage"] = stage
    flags = {k: v for k, v in FEEDS["opportunities"].items() if k not in ("is_won", "is_closed")}
    imported = check(world, tmp_path, config(small(opportunities=flags)))
    derived = [(r["is_won"], r["is_closed"]) for r in rows(imported, "opportunities")][:6]
    assert derived == [
        (True, True), (False, True), (True, True), (False, True), (False, False), (False, False)
    ]  # fmt: skip
    assert {"opportunities.is_won", "opportunities.is_closed"} <= imported.mapped


def test_a_change_of_row_count_is_refused_unless_accepted(tmp_path: Path) -> None:
    check(clean_world(), tmp_path)
    world = clean_world()
    world["activities"] = world["activities"][:5]
    assert "-75 %" in found(check(world, tmp_path), "row_count_changed").message("en")
    accepting = config(feed_options={"activities": {"accept_row_change": True}})
    assert check(world, tmp_path, accepting).is_accepted


def test_new_columns_and_dates_that_stand_still_are_said(tmp_path: Path) -> None:
    check(clean_world(), tmp_path)
    world = clean_world()
    for row in world["activities"]:
        row["Mood"] = "good"
    imported = check(world, tmp_path, today=TODAY + timedelta(days=1))
    assert "Mood" in found(imported, "new_columns").message("en")
    still = [f.table for f in imported.findings if f.code == "newest_unchanged"]
    assert "activities" in still


def test_a_second_check_on_the_same_day_says_nothing_of_standing_still(tmp_path: Path) -> None:
    check(clean_world(), tmp_path)
    again = check(clean_world(), tmp_path, config(lang="en"))
    assert "newest_unchanged" not in {f.code for f in again.findings}
    accepting = config(feed_options={"activities": {"accept_row_change": True}})
    again = check(clean_world(), tmp_path, accepting)
    assert "newest_unchanged" not in {f.code for f in again.findings}


def test_repeated_profiles_lower_the_effective_sample(tmp_path: Path) -> None:
    world = clean_world()
    columns: dict[str, object] = {
        "account_id": "Id",
        "number_of_employees": "Employees",
        "annual_revenue": "Revenue",
        "customer_health_score": "Score",
    }
    for i, row in enumerate(world["accounts"]):
        twin = world["accounts"][i % 5]
        row |= {k: twin[k] for k in ("Employees", "Revenue", "Score")}
    imported = check(world, tmp_path, config(small(account_view=columns)))
    assert found(imported, "repeated_profiles").params == {"effective": "5", "of": "20"}


def _rejected() -> dict[str, list[RejectedRow]]:
    return {"activities": [RejectedRow("activities.csv", 99, "ACT-99;;;;;", "too_many_cells")]}


def _mend(path: Path, **cells: str) -> None:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(lines[0]))
        writer.writeheader()
        writer.writerows({**line, **cells} for line in lines)


def test_replay_releases_rows_once_the_config_is_mended(tmp_path: Path) -> None:
    world = clean_world()
    world["contacts"][0]["Account"] = "OLD-1"
    check(world, tmp_path)
    store = ImportFolders(tmp_path / "imports")
    mended = config(aliases={"OLD-1": "ACC-0001"})
    replayed = replay_quarantine(mended, MemorySource(world), store, TODAY)
    assert (replayed.tried, replayed.released, replayed.remaining) == (1, 1, 0)


def test_quarantine_is_exported_mended_and_taken_back(tmp_path: Path) -> None:
    world = clean_world()
    world["opportunities"][0]["Amount"] = "-5"
    world["opportunities"][0]["Stage"] = "=HYPERLINK(1)"
    imported = check(world, tmp_path)
    (path,) = export_quarantine(imported.folder, tmp_path / "out")
    assert "'=HYPERLINK(1)" in path.read_text(encoding="utf-8-sig")
    _mend(path, Amount="5")

    store = ImportFolders(tmp_path / "imports")
    replayed = replay_quarantine(config(), MemorySource(world), store, TODAY, [path])

    assert (replayed.released, replayed.remaining) == (1, 0)
    row = rows(replayed.imported, "opportunities")[0]
    assert (row["amount"], row["stage"]) == (Decimal(5), "=HYPERLINK(1)")
    assert found(replayed.imported, "rows_corrected").count == 1
    assert forget_corrections(store) == 1
    assert found(check(world, tmp_path), "number_negative").count == 1


def test_a_correction_ends_when_the_source_row_changes(tmp_path: Path) -> None:
    world = clean_world()
    world["opportunities"][0]["Amount"] = "-5"
    (path,) = export_quarantine(check(world, tmp_path).folder, tmp_path / "out")
    _mend(path, Amount="5")
    store = ImportFolders(tmp_path / "imports")
    replay_quarantine(config(), MemorySource(world), store, TODAY, [path])
    world["opportunities"][0]["Amount"] = "-6"
    imported = check(world, tmp_path)
    assert found(imported, "number_negative").count == 1
    assert not [f for f in imported.findings if f.code == "rows_corrected"]


def test_rows_that_could_not_be_split_are_counted_and_kept(tmp_path: Path) -> None:
    rejected = _rejected()
    rejected["activities"][0] = RejectedRow("activities.csv", 99, "raw", "unescaped_quote")
    imported = check(clean_world(), tmp_path, rejected=rejected)
    count = imported.count("activities")
    assert count is not None
    assert (count.rows_in, count.quarantined) == (21, 1)
    (row,) = quarantined_rows(imported.folder)
    assert (row.row, row.raw, row.codes) == (99, '{"":"raw"}', ("unescaped_quote",))


def test_hostile_names_are_only_text(tmp_path: Path) -> None:
    world = clean_world()
    name = 'x"; DROP TABLE typed_accounts; --'
    world["accounts"] = [{**row, name: "'; SELECT 1; --"} for row in world["accounts"]]
    columns: dict[str, object] = {**FEEDS["accounts"], "region": name}
    imported = check(world, tmp_path, config({**FEEDS, "accounts": columns}))
    assert rows(imported, "accounts")[0]["region"] == "'; SELECT 1; --"


def test_counted_rows_of_a_cell_survive_their_type(tmp_path: Path) -> None:
    world = clean_world()
    cells: Cells = {**world["accounts"][0], "Employees": "9007199254740993"}
    world["accounts"][0] = cells
    assert rows(check(world, tmp_path), "accounts")[0]["number_of_employees"] == 9007199254740993
