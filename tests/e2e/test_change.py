"""What changes between runs: data, scorecards, overrides, rejected sources, killed runs."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from e2e.company import copy_of, done, edit, exported, keepwell, refused, scores_of
from e2e.company import shell_environment as environment
from keepwell.adapters.clock import SystemClock
from keepwell.adapters.configuration import load_scorecard
from keepwell.cli.console import as_plain
from keepwell.wiring import Project
from keepwell.wiring.previewing import Edit, look_ahead

IS_SOAK = bool(os.environ.get("KEEPWELL_SOAK"))
KILLS = 50 if IS_SOAK else 2
RERUNS = 10 if IS_SOAK else 2


def forget_state(project: Path) -> None:
    """Delete the state database with its log."""
    for file in (project / ".keepwell").glob("state.db*"):
        file.unlink()


def change_rows(path: Path, change: Callable[[list[dict[str, str]]], None]) -> None:
    """Apply a change to the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    heads = list(rows[0])
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def scorecard_of(project: Path) -> Path:
    (found,) = (project / "scorecards").glob("*.yml")
    return found


@pytest.mark.slow
def test_an_edited_scorecard_is_previewed_run_explained_and_taken_back(
    demo: Path, tmp_path: Path
) -> None:
    project = copy_of(demo, tmp_path / "acme")
    first = done("run", "-C", project)
    before = scores_of(project, tmp_path)
    same = done("preview", "-C", project)
    assert (same["changed_scores"], same["changed_tiers"]) == (0, 0)
    assert same["consequences"]["alerts"] == {}
    card = scorecard_of(project)
    kept = card.read_text("utf-8")
    edit(card, "weight: 40", "weight: 10")
    shown = done("preview", "-C", project)
    assert shown["changed_tiers"] > 0
    assert scores_of(project, tmp_path) == before
    loop = shown["consequences"]
    assert sum(loop["alerts"].values()) == sum(p["alerts"] for p in loop["people"]) > 0
    assert loop["new_ctas"] == sum(p["new_ctas"] for p in loop["people"]) > 0
    assert sum(loop["ctas"].values()) == loop["new_ctas"] >= len(loop["first_ctas"]) > 0
    assert_money_and_reasons(shown)
    # What the studio tries before anything is written says the same as the file.
    tried = load_scorecard(card)
    card.write_text(kept, "utf-8")
    in_words = as_plain(look_ahead(Project(project), Edit(cards=(tried,))))
    assert in_words["tiers"] == {n: shown[n] for n in in_words["tiers"]}
    assert in_words["loop"] == loop
    card.write_text(kept.replace("weight: 40", "weight: 10"), "utf-8")
    second = done("run", "-C", project)
    assert second["is_new"]
    after = scores_of(project, tmp_path)
    moved = [a for a in before if before[a]["effective_tier"] != after[a]["effective_tier"]]
    assert shown["changed_tiers"] == len(moved) == sum(m["accounts"] for m in shown["moves"])
    for account in moved[:3]:
        change = done("explain", account, "-C", project)["change"]
        assert change_total(change) == micro(after, account) - micro(before, account)
        assert change["data_micro"] == change["customer_micro"] == 0
    card.write_text(kept, "utf-8")
    back = done("run", "-C", project)
    assert back["run_id"] not in {first["run_id"], second["run_id"]}
    assert micros(scores_of(project, tmp_path)) == micros(before)


def assert_money_and_reasons(shown: dict[str, Any]) -> None:
    """Check that tiers and money balance, and that each mover's reason points its way."""
    assert sum(m["accounts"] for m in shown["flow"]) == shown["accounts"]
    assert shown["moved_amount"] == pytest.approx(sum(m["amount"] for m in shown["moves"]))
    into = sum(m["amount"] for m in shown["moves"] if m["tier_after"] == "low")
    out = sum(m["amount"] for m in shown["moves"] if m["tier_before"] == "low")
    assert shown["low_amount"] == pytest.approx(into - out)
    for mover in shown["movers"]:
        moved = mover["micro_after"] - mover["micro_before"]
        assert mover["reason"] is not None
        assert mover["reason_micro"] * moved > 0


def micro(scores: dict[str, dict[str, str]], account: str) -> int:
    return int(scores[account]["score_micro"])


def micros(scores: dict[str, dict[str, str]]) -> dict[str, int]:
    return {account: micro(scores, account) for account in scores}


def change_total(change: dict[str, int]) -> int:
    return change["data_micro"] + change["config_micro"] + change["customer_micro"]


@pytest.mark.slow
def test_change_parts_sum_exactly_after_new_data_and_a_new_scorecard(
    demo: Path, tmp_path: Path
) -> None:
    project = copy_of(demo, tmp_path / "acme")
    done("run", "-C", project, "--as-of", "2026-09-30")
    before = scores_of(project, tmp_path)

    def forget_and_add(rows: list[dict[str, str]]) -> None:
        recent = [i for i, row in enumerate(rows) if row["ActivityDate"].startswith("2026-09")]
        for i in reversed(recent[::2]):
            del rows[i]
        for i, row in enumerate(rows[:200]):
            rows.append({**row, "Id": f"N{i:06d}", "ActivityDate": "2026-10-20 09:00:00"})

    change_rows(project / "exports" / "Task.csv", forget_and_add)
    edit(scorecard_of(project), "weight: 40", "weight: 25")
    done("run", "-C", project, "--as-of", "2026-10-31")
    after = scores_of(project, tmp_path)
    parts = {"data_micro": 0, "config_micro": 0, "customer_micro": 0}
    shared = sorted(set(before) & set(after))
    for account in shared[::12]:
        change = done("explain", account, "-C", project)["change"]
        assert change_total(change) == micro(after, account) - micro(before, account)
        for name in parts:
            parts[name] += change[name] != 0
    assert all(parts.values()), parts


@pytest.mark.slow
def test_an_override_changes_the_tier_never_the_score_until_it_expires(
    demo: Path, tmp_path: Path
) -> None:
    project = copy_of(demo, tmp_path / "acme")
    done("run", "-C", project)
    before = scores_of(project, tmp_path)
    account = next(a for a, r in before.items() if r["tier"] == "high")
    words = ("override", account, "-C", project, "--reason", "sponsor left", "--author", "Ann")
    today = SystemClock().today("UTC")
    until = today + timedelta(days=2)
    assert "low" in refused(*words, "--tier", "lwo", "--until", until)["cure"]
    refused(*words, "--tier", "low", "--until", "soon")
    refused(*words, "--tier", "low", "--until", today - timedelta(days=3))
    done(*words, "--tier", "low", "--until", until)
    assert done("run", "-C", project)["is_new"]
    row = scores_of(project, tmp_path)[account]
    assert (row["tier"], row["effective_tier"], row["has_override"]) == ("high", "low", "true")
    assert micros(scores_of(project, tmp_path)) == micros(before)
    later = Project(project)
    later.clock = Later(days=4)
    expired = later.run()
    assert expired.is_new
    assert scores_of(project, tmp_path)[account]["effective_tier"] == "high"
    error = refused("override", "nobody", "--end", "-C", project)
    assert error["details"]["account_id"] == "nobody"


class Later:
    """A clock that is some days ahead."""

    def __init__(self, days: int) -> None:
        self.ahead = timedelta(days=days)

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead

    def today(self, time_zone: str) -> date:
        return SystemClock().today(time_zone) + self.ahead


def test_a_rejected_source_leaves_the_last_good_snapshot(demo: Path, tmp_path: Path) -> None:
    project = copy_of(demo, tmp_path / "acme")
    before = scores_of(project, tmp_path)
    change_rows(project / "exports" / "Account.csv", lambda rows: rows.__delitem__(slice(90, None)))
    error = refused("run", "-C", project)
    assert error["code"] == "source_rejected"
    assert "last good snapshot stays" in error["what"]
    assert error["details"]["codes"]
    said = keepwell("check", "-C", project, "--json")
    assert said.code == 2
    assert any(f["severity"] == "error" for f in said.json["findings"])
    assert scores_of(project, tmp_path) == before
    (project / "exports" / "Account.csv").unlink()
    assert keepwell("run", "-C", project, "--json").code in {2, 75}
    assert scores_of(project, tmp_path) == before


@pytest.mark.slow
def test_reruns_from_nothing_give_identical_scores(demo: Path, tmp_path: Path) -> None:
    project = copy_of(demo, tmp_path / "acme")
    assert "threads: 1" not in (project / "keepwell.yml").read_text("utf-8")
    before = exported(project, "contributions", tmp_path)
    for _ in range(RERUNS):
        forget_state(project)
        shutil.rmtree(project / ".keepwell" / "snapshots")
        assert done("run", "-C", project)["is_new"]
        assert exported(project, "contributions", tmp_path) == before


@pytest.mark.slow
def test_killed_runs_leave_the_last_snapshot_and_the_next_run_works(
    demo: Path, tmp_path: Path
) -> None:
    project = copy_of(demo, tmp_path / "acme")
    rng, env = Random(7), environment()  # noqa: S311
    command = [sys.executable, "-m", "keepwell", "run", "-C", str(project)]
    started = time.monotonic()
    subprocess.run([*command, "--as-of", "2026-10-30"], env=env, check=True, capture_output=True)
    longest = time.monotonic() - started
    kept = scores_of(project, tmp_path)
    for kill in range(KILLS):
        day = date(2026, 10, 29) - timedelta(days=kill)
        run = subprocess.Popen(
            [*command, "--as-of", day.isoformat()],
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(longest * rng.uniform(0.1, 0.9))
        run.send_signal(signal.SIGKILL)
        ended = run.wait()
        assert ended in {0, -signal.SIGKILL}
        if ended == 0:
            kept = scores_of(project, tmp_path)
        assert scores_of(project, tmp_path) == kept or newest_day(project) == day
        kept = scores_of(project, tmp_path)
    last = done("run", "-C", project, "--as-of", "2026-10-31")
    assert last["is_new"]
    assert len(scores_of(project, tmp_path)) == last["accounts"]
    assert not list((project / ".keepwell" / "snapshots").glob(".staging-*"))


def newest_day(project: Path) -> date:
    return Project(project).current().as_of


def test_a_run_that_died_between_folder_and_publishing_can_run_again(
    demo: Path, tmp_path: Path
) -> None:
    project = copy_of(demo, tmp_path / "acme")
    first = done("run", "-C", project)
    # The folder is there whole, the state database never heard of it.
    forget_state(project)
    again = done("run", "-C", project)
    assert again["is_new"]
    assert again["run_id"] == f"{first['run_id']}.2"
    assert done("run", "-C", project)["is_new"] is False
