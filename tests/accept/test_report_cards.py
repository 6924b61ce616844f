"""A report card for every set of outside data with dates, written in both languages and judged."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from accept.backtest_projects import data, project_of
from e2e.company import done

pytestmark = pytest.mark.accept
LARGEST_ECE = 0.03
LARGE = 5_000
USEFUL, NO_BETTER, NO_SKILL, TOO_LITTLE = (
    "useful",
    "no_better_than_recency",
    "no_skill",
    "not_enough_data",
)


@dataclass(frozen=True)
class Proof:
    """What the commands said of one set: its short card, its page in English, its churn fit."""

    card: dict[str, Any]
    page: str
    rows: int
    fit: dict[str, Any]


@dataclass(frozen=True)
class ScoreLevel:
    """Rows on which the score's own probability was judged, its ECE, and the interval's low end."""

    rows: int
    ece: float
    low: float


def level_of_the_score(page: str) -> ScoreLevel | None:
    """Return what the page says of it; None where too little came out to give one."""
    rows = re.search(r"lower probability\)[^.]*judged on ([\d,]+) rows", page)
    ece = re.search(r"the mean distance \(ECE\) is (\d\.\d+) \((\d\.\d+) to", page)
    if rows is None or ece is None:
        assert "There is none yet" in page
        return None
    return ScoreLevel(int(rows[1].replace(",", "")), float(ece[1]), float(ece[2]))


def ravenstack_with_days(folder: Path) -> Path:
    """Return a project over RavenStack whose accounts carry the day of their first churn event."""
    source = folder / "source"
    source.mkdir(parents=True)
    there = data("ravenstack")
    for file in there.glob("*.csv"):
        if "churn_events" not in file.name:
            (source / file.name).write_bytes(file.read_bytes())
    events = there / "ravenstack_churn_events.csv"
    duckdb.execute(
        f"COPY (SELECT a.*, (SELECT min(churn_date) FROM '{events}' AS e "
        "WHERE e.account_id = a.account_id) AS churned_at "
        f"FROM '{there}/ravenstack_accounts.csv' AS a ORDER BY account_id) "
        f"TO '{source}/ravenstack_accounts.csv' (HEADER)"
    )
    project = folder / "project"
    done("init", project, "--from", source, "--lang", "en")
    return project


def proof_of(name: str, folder: Path) -> Proof:
    """Set a set up as a new user would, and return what its proof says."""
    is_joined = name == "ravenstack_with_days"
    project = ravenstack_with_days(folder) if is_joined else project_of(name, folder)
    replayed = done("backtest", "-C", project)
    for lang in ("zh", "en"):
        (said,) = done("proof", "-C", project, "--lang", lang, "-o", folder / "out")["cards"]
    written = {p.name for p in (folder / "out").iterdir()}
    kinds = ("md", "html", "pdf", "xlsx")
    assert {f"proof.{lang}.{kind}" for lang in ("zh", "en") for kind in kinds} <= written
    rows = sum(f["rows"] for f in replayed["frames"])
    page = (folder / "out" / "proof.en.md").read_text("utf-8")
    fit = done("churn", "fit", "-C", project) if said["card"]["event_accounts"] >= 40 else {}
    return Proof(said["card"], page, rows, fit)


def check_contracts(name: str, fit: dict[str, Any]) -> None:
    """Survival along the contract stands beside scorecard and trees, is refused, or is no topic."""
    found = fit["contracts"]
    if name in ("cdnow", "uci_online_retail"):
        assert found is None
        return
    if name == "churnsim_crm5":
        refused = found["refused"]
        assert 0 < refused["left"] < refused["needed"]
        assert f"{refused['left']} accounts left" in found["what"]
        return
    for gap in (found["minus_scorecard"], found["minus_trees"]):
        assert -0.1 < gap["low"] < gap["value"] < gap["high"] < 0.15
    (place,) = (f for f in found["features"] if f["shape"]["feature"] == "contract_place")
    assert sum(place["reference"]) > LARGE
    assert 0 < found["predicted"] < 1
    assert 0 < found["observed"] < 1
    # Four ends of month are too few to try it on later ones; twenty are not.
    assert ("not_by_time" in found["doubts"]) == (name == "churnsim_socialnet7")


@pytest.mark.parametrize(
    ("name", "conclusions"),
    [
        ("cdnow", {NO_BETTER}),
        ("uci_online_retail", {USEFUL, NO_BETTER, TOO_LITTLE}),
        ("churnsim_crm5", {TOO_LITTLE, NO_SKILL}),
        ("churnsim_socialnet7", {USEFUL, NO_BETTER}),
        ("ravenstack_with_days", {NO_SKILL}),
    ],
)
def test_every_set_gets_its_verdict_its_gap_and_a_level(
    name: str, conclusions: set[str], tmp_path: Path
) -> None:
    proof = proof_of(name, tmp_path)
    card = proof.card
    assert card["conclusion"] in conclusions
    assert card["auc_low"] < card["auc"] < card["auc_high"]
    assert "knowing the future" in proof.page
    assert "show a sign of knowing the future" not in proof.page
    gap = proof.fit["gap"]
    assert gap["low"] < gap["value"] < gap["high"]
    assert gap["low"] > -0.06
    check_contracts(name, proof.fit)
    own = level_of_the_score(proof.page)
    assert (own is None) == (name == "uci_online_retail")
    if own is not None and own.rows >= LARGE:
        # CDNOW stands at 0.031: not shown to be above the bound, and on average right.
        assert own.low <= LARGEST_ECE
        assert "on the whole the level holds" in proof.page
    level = proof.fit["published"]
    if proof.rows >= LARGE:
        assert level["ece"] <= LARGEST_ECE
    if card["conclusion"] == NO_SKILL:
        assert level["doubts"]
        assert "order no list by it" in proof.page


def test_one_departure_in_two_years_is_refused_with_its_number(tmp_path: Path) -> None:
    proof = proof_of("ravenstack", tmp_path)
    assert proof.card["conclusion"] == TOO_LITTLE
    assert proof.card["reason"] == "too_few_events"
    assert proof.card["event_accounts"] < 20
    assert "needs at least 20" in proof.page
    assert "more than ten years: declare another outcome" in proof.page
    assert "## 2. Against naive rules" not in proof.page


def test_the_example_company_is_judged_as_its_generator_made_it(tmp_path: Path) -> None:
    project = tmp_path / "example"
    done("demo", project, "--accounts", 1500, "--lang", "en")
    done("backtest", "-C", project)
    (said,) = done("proof", "-C", project, "--format", "md", "-o", tmp_path / "out")["cards"]
    card = said["card"]
    own = level_of_the_score((tmp_path / "out" / "proof.en.md").read_text("utf-8"))
    assert own is not None
    assert own.rows >= LARGE
    assert own.ece <= LARGEST_ECE
    # Health drives activity in the generator, so the score tells; counting activities is as good.
    assert card["auc_low"] > 0.58
    assert card["conclusion"] in {USEFUL, NO_BETTER}
    assert 30 <= card["lead_days"] <= 120
    with (project / "truth.csv").open(encoding="utf-8") as file:
        accounts = sum(1 for _ in csv.DictReader(file))
    assert card["event_accounts"] <= card["accounts"] <= accounts
    fit = done("churn", "fit", "-C", project)
    assert fit["published"]["doubts"] == []
    assert fit["published"]["ece"] <= LARGEST_ECE
    assert fit["gap"]["low"] > -0.02
