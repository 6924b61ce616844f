"""A project from its exports to every result, as a person at the command line would go."""

import csv
import json
import re
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from e2e.company import (
    copy_of,
    declare_currency,
    done,
    edit,
    exported,
    keepwell,
    refused,
    scores_of,
)
from keepwell.vocabulary import SNAPSHOT_TABLES

ANSI = re.compile(r"\x1b\[")


def test_init_maps_every_export_and_names_the_one_line_to_fill(demo: Path, tmp_path: Path) -> None:
    shown = done("init", tmp_path / "mine", "--from", demo / "exports", "--scorecard", "classic")
    feeds = {f["table"]: f for f in shown["proposal"]["feeds"]}
    assert {"accounts", "contacts", "activities", "opportunities", "usage"} <= set(feeds)
    assert feeds["accounts"]["preset"] == "salesforce"
    assert "money.currency" in {f["key"] for f in shown["fills"]}
    assert shown["preview"] is None
    assert keepwell("check", "-C", tmp_path / "mine").code == 2
    declare_currency(tmp_path / "mine", "en")
    assert keepwell("check", "-C", tmp_path / "mine").code == 0
    assert "keepwell.yml" in " ".join(shown["written"])
    error = refused("init", tmp_path / "mine", "--from", demo / "exports")
    assert "keepwell.yml" in error["what"]


def test_check_accounts_for_every_row(demo: Path) -> None:
    shown = done("check", "-C", demo)
    assert shown["counts"]
    for c in shown["counts"]:
        assert c["rows_in"] == c["accepted"] + c["merged"] + c["quarantined"] + c["excluded"]
    for finding in shown["findings"]:
        assert finding["message"]["zh"]
        assert "{" not in finding["message"]["en"]


def test_a_second_identical_run_adds_nothing(demo: Path, tmp_path: Path) -> None:
    project = copy_of(demo, tmp_path / "acme")
    before = sorted(p for p in (project / ".keepwell" / "snapshots").rglob("*"))
    first = done("run", "-C", project)
    again = done("run", "-C", project)
    assert first["is_new"] is again["is_new"] is False
    assert first["run_id"] == again["run_id"]
    assert sorted(p for p in (project / ".keepwell" / "snapshots").rglob("*")) == before
    assert sum(again["tiers"].values()) == again["accounts"]


def test_every_table_exports_to_every_format_with_equal_rows(demo: Path, tmp_path: Path) -> None:
    snapshot = next((demo / ".keepwell" / "snapshots").glob("2026*"))
    stored = {p.stem for p in snapshot.glob("*.parquet")}
    assert stored == set(SNAPSHOT_TABLES)
    for table in sorted(stored):
        path = tmp_path / f"{table}.parquet"
        shown = done("export", table, "-o", path, "-C", demo)
        assert shown["rows"] == pq.read_metadata(path).num_rows
    for table in ("measures", "scores", "contributions", "risk_matrix", "profile", "forecast",
                  "priority", "findings"):  # fmt: skip
        rows = exported(demo, table, tmp_path)
        sheet = tmp_path / f"{table}.xlsx"
        shown = done("export", table, "-o", sheet, "-C", demo)
        book = openpyxl.load_workbook(sheet, read_only=True)
        assert sum(1 for _ in book.worksheets[0].iter_rows()) == len(rows) + 1 == shown["rows"] + 1
        book.close()


def test_facts_export_in_all_formats(demo: Path, tmp_path: Path) -> None:
    rows = exported(demo, "facts", tmp_path)
    assert rows[0]["fact"] == "F01"
    assert all(r["query"] for r in rows)
    for ending in ("parquet", "xlsx"):
        shown = done("export", "facts", "-o", tmp_path / f"f.{ending}", "-C", demo)
        assert shown["rows"] == len(rows)


def test_exported_scores_are_the_sums_of_their_contributions(demo: Path, tmp_path: Path) -> None:
    scores = scores_of(demo, tmp_path)
    assert list(next(iter(scores.values())))[:5] == [
        "account_id", "name", "health_score", "tier", "effective_tier"
    ]  # fmt: skip
    sums = dict.fromkeys(scores, 0)
    for row in exported(demo, "contributions", tmp_path):
        sums[row["account_id"]] += int(row["points_micro"])
    assert sums == {a: int(r["score_micro"]) for a, r in scores.items()}
    assert all(0 <= total <= 100_000_000 for total in sums.values())


def test_export_refuses_what_it_does_not_know(demo: Path, tmp_path: Path) -> None:
    assert "scores" in refused("export", "scoers", "-o", tmp_path / "x.csv", "-C", demo)["cure"]
    assert ".xlsx" in refused("export", "scores", "-o", tmp_path / "x.doc", "-C", demo)["cure"]
    assert ".xlsx" in refused("export", "facts", "-o", tmp_path / "x.doc", "-C", demo)["cure"]
    assert not list(tmp_path.iterdir())


def test_report_writes_one_format_in_the_other_language(demo: Path, tmp_path: Path) -> None:
    shown = done("report", "-C", demo, "--format", "md", "--lang", "zh", "-o", tmp_path)
    text = (tmp_path / "report.zh.md").read_text("utf-8")
    assert str(tmp_path / "report.zh.md") in shown["files"]
    assert shown["facts"] > 50
    assert shown["undrawable"] == []
    assert "Retail" in text
    assert not re.search(r"\b(nan|None|inf)\b", text)
    assert "md" in refused("report", "-C", demo, "--format", "word")["cure"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explain_parts_sum_to_the_score(demo: Path, tmp_path: Path, lang: str) -> None:
    project = copy_of(demo, tmp_path / "acme")
    done("run", "-C", project, "--refit")
    for account, row in list(scores_of(project, tmp_path).items())[:5]:
        shown = done("explain", account, "-C", project, "--lang", lang)
        assert shown["score_micro"] == int(row["score_micro"])
        assert shown["tier"] == row["tier"]
        assert shown["change"]["after_micro"] == shown["score_micro"]
        parts = ("data_micro", "config_micro", "customer_micro")
        assert [shown["change"][p] for p in parts] == [0, 0, 0]
        said = keepwell("explain", account, "-C", project, "--lang", lang)
        assert account in said.out
    error = refused("explain", "A00000XX", "-C", demo)
    assert error["details"]["account_id"] == "A00000XX"


def test_doctor_is_content_with_a_sound_project(demo: Path) -> None:
    shown = done("doctor", "-C", demo)
    assert {e["verdict"] for e in shown["examinations"]} <= {"good", "warn"}
    parts = {"triggers", "delivery", "team", "plans", "journeys"}
    assert parts | {"config", "scorecards", "source", "state", "import", "snapshot"} <= {
        e["name"] for e in shown["examinations"]
    }


def test_doctor_names_a_lost_export_and_an_unknown_scorecard(demo: Path, tmp_path: Path) -> None:
    project = copy_of(demo, tmp_path / "acme")
    edit(project / "keepwell.yml", "account_health_robust", "account_health_rubust")
    assert "account_health_rubust" in refused("run", "-C", project)["what"]
    (project / "exports" / "Task.csv").unlink()
    (project / "team.yml").write_text("people:\n  - {persn: U1}\n", encoding="utf-8")
    said = keepwell("doctor", "-C", project, "--json")
    assert said.code == 2
    seen = {e["name"]: e for e in said.json["examinations"]}
    assert "Task.csv" in seen["source"]["seen"]["en"]
    assert "account_health_rubust" in seen["scorecards"]["seen"]["en"]
    assert "persn" in seen["team"]["seen"]["en"]
    assert seen["triggers"]["verdict"] == seen["delivery"]["verdict"] == "good"


@pytest.mark.parametrize("words", [("check",), ("run",), ("doctor",)], ids=lambda w: w[0])
def test_output_for_people_is_whole_in_both_languages(demo: Path, words: tuple[str, ...]) -> None:
    texts = {lang: keepwell(*words, "-C", demo, "--lang", lang).out for lang in ("zh", "en")}
    assert texts["zh"]
    assert not ANSI.search(texts["zh"] + texts["en"])
    if words != ("doctor",):
        assert re.search(r"[\u4e00-\u9fff]", texts["zh"])
    assert "None" not in texts["en"]


def test_json_of_every_reading_command_is_one_object(demo: Path, tmp_path: Path) -> None:
    account = next(iter(scores_of(demo, tmp_path)))
    for words in (("check",), ("run",), ("doctor",), ("explain", account)):
        said = keepwell(*words, "-C", demo, "--json")
        assert said.out.count("\n") == 1
        assert json.loads(said.out) == said.json


def test_text_that_a_spreadsheet_would_run_is_inert(demo: Path, tmp_path: Path) -> None:
    project = copy_of(demo, tmp_path / "acme")
    path = project / "exports" / "Account.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][1] = '=HYPERLINK("http://x.example","y")'
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    done("run", "-C", project)
    named = [r["name"] for r in exported(project, "scores", tmp_path) if "HYPERLINK" in r["name"]]
    assert named
    assert not named[0].startswith("=")
