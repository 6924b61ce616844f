"""Each fault of the contract gets its action, code and count; clean tables give none."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from keepwell.adapters.imports import ImportFolders
from keepwell.runs.importing_replay import export_quarantine, quarantined_rows, replay_quarantine
from keepwell.vocabulary import Action
from runs.check_world import (
    FEEDS,
    SOURCES,
    TODAY,
    MemorySource,
    World,
    check,
    clean_world,
    config,
    found,
    rows,
)


def put(table: str, column: str, *values: str | None) -> Callable[[World], None]:
    """Return a fault that overwrites the first cells of a column."""

    def spoil(world: World) -> None:
        for row, value in zip(world[table], values, strict=False):
            row[column] = value

    return spoil


def every(table: str, column: str, change: Callable[[int], str]) -> Callable[[World], None]:
    """Return a fault that changes a whole column."""

    def spoil(world: World) -> None:
        for i, row in enumerate(world[table]):
            row[column] = change(i)

    return spoil


def twice(table: str, copies: int = 1, **changes: str) -> Callable[[World], None]:
    """Return a fault that repeats the first row, changed."""

    def spoil(world: World) -> None:
        world[table] += [{**world[table][0], **changes} for _ in range(copies)]

    return spoil


def drop(table: str, column: str) -> Callable[[World], None]:
    """Return a fault that takes a column away."""

    def spoil(world: World) -> None:
        world[table] = [{k: v for k, v in r.items() if k != column} for r in world[table]]

    return spoil


def gone(table: str) -> Callable[[World], None]:
    """Return a fault that takes a table away."""

    def spoil(world: World) -> None:
        del world[table]

    return spoil


class Case(NamedTuple):
    """A fault and what must come of it."""

    spoil: Callable[[World], None]
    code: str
    action: Action
    rows: int
    table: str = ""


Q, F, R, W, M = (
    Action.QUARANTINED,
    Action.FIXED,
    Action.REJECTED,
    Action.WARNED,
    Action.MERGED,
)
OPP, ACC, ACT, CON = "opportunities", "accounts", "activities", "contacts"

CASES = {
    # schema
    "required column missing": Case(drop(OPP, "Account"), "column_missing", R, 1),
    "optional column gone": Case(drop(OPP, "Amount"), "column_gone", W, 1),
    "type changed": Case(every(OPP, "Amount", lambda i: f"text{i}"), "type_changed", R, 20),
    "accounts empty": Case(lambda w: w[ACC].clear(), "accounts_empty", R, 0),
    "accounts missing": Case(gone(ACC), "accounts_missing", R, 1),
    "table missing": Case(gone(CON), "table_missing", W, 1),
    "category slip": Case(put(ACC, "Industry", "technolgy"), "similar_categories", W, 1),
    # keys
    "same row twice": Case(twice(ACT, 3), "duplicates_merged", M, 3),
    "24 equal contacts": Case(twice(CON, 23), "duplicates_merged", M, 23),
    "conflicting rows": Case(twice(OPP, 1, Amount="9"), "duplicates_conflicting", Q, 2),
    "conflicting accounts": Case(twice(ACC, 1, Name="B", Since="2020-01-01"),
                                 "duplicates_conflicting", Q, 1, ACC),
    "null key": Case(put(OPP, "Id", None, ""), "key_missing", Q, 2),
    "null reference": Case(put(ACT, "Account", None), "required_missing", Q, 1),
    "scientific ids": Case(put(ACT, "Account", "1.23E+15"), "ids_scientific", R, 1),
    "id with blanks": Case(put(ACT, "Account", "ACC-0001 ", "\u200bACC-0002", "ACC-0003\u00a0"),
                           "id_cleaned", F, 3),
    "full-width id": Case(put(ACT, "Account", "ＡＣＣ－０００１"), "id_cleaned", F, 1),
    "orphans": Case(put(CON, "Account", "ACC-9999", "nobody"), "orphan", Q, 2),
    "test account": Case(put(ACC, "Test", "true"), "test_accounts", W, 1),
    "test name": Case(put(ACC, "Name", "内部测试账户"), "test_accounts", W, 1),
    "shared mail": Case(put(CON, "Email", "a@b.cn", "a@b.cn"), "shared_email", W, 2),
    "shared name": Case(put(ACC, "Name", "Same", "Same"), "names_repeated", W, 2),
    # numbers
    "nan": Case(put(OPP, "Amount", "NaN"), "not_finite", Q, 1),
    "infinite": Case(put(OPP, "Amount", "inf", "-Infinity"), "not_finite", Q, 2),
    "1e308": Case(put(OPP, "Amount", "1e308"), "number_overflow", Q, 1),
    "20 digits": Case(put(OPP, "Amount", "12345678901234567890"), "number_overflow", Q, 1),
    "negative money": Case(put(OPP, "Amount", "-5", "(500)"), "number_negative", Q, 2),
    "word for a number": Case(put(OPP, "Amount", "lots"), "number_unreadable", Q, 1),
    "thousands": Case(put(OPP, "Amount", "1,234.56", "12,34,567"), "number_read", F, 2),
    "comma decimals": Case(every(OPP, "Amount", lambda i: f"1.{i:03d},50"), "number_read",
                           F, 20),
    "spaced thousands": Case(put(OPP, "Amount", "1 234.56"), "number_read", F, 1),
    "ambiguous": Case(put(OPP, "Amount", "1.234,56", "1,234.56", "1,234"), "number_ambiguous",
                      Q, 1),
    "wan and yi": Case(put(OPP, "Amount", "1.2万", "3亿", "1.2M"), "number_read", F, 3),
    "dollar sign": Case(put(OPP, "Amount", "$1.2M"), "currency_from_symbol", F, 1),
    "full-width number": Case(put(OPP, "Amount", "１，２３４．５"), "number_read", F, 1),
    "mixed signs": Case(put(OPP, "Amount", "$5", "€7"), "currency_mixed", R, 2),
    "percent signs": Case(put(OPP, "Probability", "12%"), "number_read", F, 1),
    "percents": Case(every(OPP, "Probability", lambda i: str(20 + i)), "percent_by_evidence",
                     F, 20),
    "share unit unknown": Case(every(OPP, "Probability", lambda i: str(i % 2)),
                               "percent_unit_unknown", W, 20),
    "share above one": Case(put(OPP, "Probability", "7"), "out_of_scale", Q, 1),
    "score of 140": Case(put(ACC, "Score", "140"), "out_of_scale", Q, 1),
    "null words": Case(put(OPP, "Amount", "N/A", "-", "#REF!", "NULL", "无", "待定"), "null_word",
                       F, 6),
    "constant": Case(every(ACC, "Employees", lambda _: "7"), "column_constant", W, 20),
    "all empty": Case(every(ACC, "Employees", lambda _: ""), "column_empty", W, 20),
    "giant": Case(put(ACC, "Revenue", "9000000000"), "giant_outlier", W, 1),
    "flags": Case(put(ACC, "Test", "N", "否", "0", "FALSE"), "flag_read", F, 3),
    "no flag": Case(put(ACC, "Test", "maybe"), "flag_unreadable", Q, 1),
    "fraction of a count": Case(put(ACC, "Employees", "12.5"), "count_fraction", F, 1),
    "no mail address": Case(put(CON, "Email", "somebody"), "email_malformed", W, 1),
    # dates
    "unclear order": Case(put(OPP, "Closes", "03/11/2025"), "date_order_unknown", R, 1),
    "proved order": Case(put(OPP, "Closes", "03/11/2025", "28/11/2025"), "date_read", F, 2),
    "both orders": Case(put(OPP, "Closes", "28/11/2025", "11/28/2025", "03/11/2025"),
                        "date_ambiguous", Q, 1),
    "chinese dates": Case(put(OPP, "Closes", "2025年11月5日", "20251105"), "date_read", F, 2),
    "unix times": Case(put(OPP, "Closes", "1762300800", "1762300800000", "1762300800000000",
                           "1762300800000000000"), "date_epoch", F, 4),
    "two-digit years": Case(put(OPP, "Closes", "28-11-25"), "date_two_digit_year", F, 1),
    "placeholders": Case(put(OPP, "Closes", "1900-01-01", "9999-12-31", "1970-01-01"),
                         "date_sentinel", F, 3),
    "february 30": Case(put(OPP, "Closes", "2025-02-30"), "date_unreadable", Q, 1),
    "wrong century": Case(put(ACT, "At", "1925-01-05", "2225-01-05"), "date_implausible", Q, 2),
    "after the load": Case(put(ACT, "At", "2026-03-05 10:00:00"), "dated_after_load", Q, 1),
    "end before start": Case(put("subscriptions", "To", "2020-01-01"), "end_before_start", Q, 1),
    "zoned": Case(put(ACT, "At", "2026-01-05T10:00:00+08:00"), "time_zone_converted", F, 1),
    "won but open": Case(put(OPP, "Closed", "false"), "won_not_closed", W, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_fault_gets_its_action_code_and_count(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    world = clean_world()
    case.spoil(world)
    clean = clean_world()
    touched = {t for t in clean if world.get(t) != clean[t]} | {"accounts"}
    feeds = {t: f for t, f in FEEDS.items() if SOURCES.get(t, t) in touched}

    imported = check(world, tmp_path, config(feeds))

    matches = [f for f in imported.findings if f.code == case.code]
    if case.table:
        matches = [f for f in matches if f.table == case.table]
    shown = [(f.code, f.table, f.column, f.count) for f in imported.findings]
    assert [(f.kind.action, f.count) for f in matches] == [(case.action, case.rows)], shown
    assert imported.is_accepted is (case.action is not Action.REJECTED), shown
    for lang in ("zh", "en"):
        assert matches[0].message(lang)
        assert matches[0].cure(lang)


def test_clean_tables_give_no_finding(tmp_path: Path) -> None:
    imported = check(clean_world(), tmp_path)
    assert [f.message("en") for f in imported.findings] == []
    assert {c.table: c.accepted for c in imported.counts} == dict.fromkeys(FEEDS, 20)


def test_faults_of_all_tables_are_reported_in_one_pass(tmp_path: Path) -> None:
    world = clean_world()
    for case in ("required column missing", "nan", "scientific ids", "24 equal contacts"):
        if case != "nan":
            CASES[case].spoil(world)
    put(ACC, "Revenue", "NaN")(world)
    codes = {f.code for f in check(world, tmp_path).findings}
    assert {"column_missing", "ids_scientific", "duplicates_merged", "not_finite"} <= codes


def test_a_missing_column_names_the_nearest_and_the_line_to_write(tmp_path: Path) -> None:
    world = clean_world()
    world[OPP] = [
        {("Acount" if k == "Account" else k): v for k, v in r.items()} for r in world[OPP]
    ]
    finding = found(check(world, tmp_path), "column_missing")
    assert "Acount" in finding.message("en")
    assert "tables.opportunities.columns.account_id: Acount" in finding.cure("en")


def test_examples_show_file_row_and_raw_value(tmp_path: Path) -> None:
    world = clean_world()
    put(OPP, "Amount", "12", "NaN")(world)
    finding = found(check(world, tmp_path), "not_finite")
    assert [e.text() for e in finding.examples] == ["opportunities.csv:3 (NaN)"]


BAD_CELLS = {
    "Revenue": ("NaN", "not_finite", "annual_revenue"),
    "Employees": ("-5", "number_negative", "number_of_employees"),
    "Since": ("2031-01-01", "date_in_future", "customer_since"),
    "Test": ("perhaps", "flag_unreadable", "is_test"),
}


@pytest.mark.parametrize("source_column", BAD_CELLS)
def test_a_bad_cell_of_an_account_is_unknown_and_the_row_stays(
    source_column: str, tmp_path: Path
) -> None:
    value, code, column = BAD_CELLS[source_column]
    world = clean_world()
    put(ACC, source_column, value)(world)
    imported = check(world, tmp_path)
    finding = found(imported, code)
    assert (finding.count, finding.kind.action) == (1, Q)
    assert "their rows stay" in finding.message("en")
    assert "所在行保留" in finding.message("zh")
    assert rows(imported, ACC)[0][column] is None
    assert {c.table: (c.accepted, c.quarantined) for c in imported.counts} == dict.fromkeys(
        FEEDS, (20, 0)
    )
    (aside,) = quarantined_rows(imported.folder)
    assert (aside.canonical_table, aside.codes, value in aside.raw) == (ACC, (code,), True)


def test_a_cell_that_is_mended_is_known_again(tmp_path: Path) -> None:
    world = clean_world()
    put(ACC, "Employees", "many")(world)
    (path,) = export_quarantine(check(world, tmp_path).folder, tmp_path / "out")
    text = path.read_text(encoding="utf-8-sig")
    head, _, line = text.rpartition("many")
    path.write_text(f"{head}88{line}", encoding="utf-8-sig")
    store = ImportFolders(tmp_path / "imports")
    replayed = replay_quarantine(config(), MemorySource(world), store, TODAY, [path])
    assert (replayed.released, replayed.remaining) == (1, 0)
    assert rows(replayed.imported, ACC)[0]["number_of_employees"] == 88


def test_an_account_that_is_to_leave_later_is_said_and_stays(tmp_path: Path) -> None:
    world = clean_world()
    every(ACC, "Left", lambda i: "2026-06-30" if i == 0 else "")(world)
    feeds = {ACC: {**FEEDS[ACC], "churned_at": "Left"}}
    imported = check(world, tmp_path, config(feeds))
    assert found(imported, "churn_in_future").count == 1
    assert str(rows(imported, ACC)[0]["churned_at"]) == "2026-06-30"


def test_excluded_accounts_take_their_rows_with_them(tmp_path: Path) -> None:
    world = clean_world()
    put(ACC, "Name", "Test GmbH")(world)
    imported = check(world, tmp_path, config(exclude={"test_accounts": True}))
    count = imported.count(ACC)
    assert count is not None
    assert (count.accepted, count.excluded) == (19, 1)
    excluded = {f.table for f in imported.findings if f.code == "account_excluded"}
    assert excluded == {"account_view", OPP, ACT, CON, "subscriptions"}
