"""Run the full counts of the seeded tests and write docs/proof.md: `make soak`."""

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from keepwell.adapters.clock import SystemClock

ROOT = Path(__file__).parents[1]
PROOF = ROOT / "docs" / "proof.md"
SUMMARY = re.compile(r"(\d+) (passed|failed|error|errors|skipped)")


@dataclass(frozen=True, slots=True)
class Proof:
    """One claim, the tests that hold it up, and how much of it the soak runs.

    `is_alone`: one process; all others run on two, for the full counts to end in good time.
    `environment`: variables that differ from those of the soak.
    """

    claim: str
    counts: str
    tests: tuple[str, ...]
    pick: str = ""
    is_alone: bool = False
    environment: tuple[tuple[str, str], ...] = ()


PROOFS = (
    Proof(
        "Scores of both shipped cards, contributions, tiers, matrix, profile, forecasts, "
        "concentration and priority list equal an independent recomputation in pandas",
        "400 random account views and 400 random companies of event tables (seeds 0-399 each), "
        "50 views with all scenarios, 5 views through CSV files with each card",
        ("tests/reference",),
    ),
    Proof(
        "Scoring SQL equals a second recomputation on random scorecards",
        "2,000 random scorecards and tables",
        ("tests/scoring/test_against_oracle.py",),
    ),
    Proof(
        "Measures equal a recomputation; later rows and row order change nothing",
        "120 random companies at six as-of dates in three mappings; 60 companies for later rows, "
        "row order and accounts by themselves",
        ("tests/measures",),
    ),
    Proof(
        "Reports of random portfolios hold no broken text, no unlicensed claim, no sentence "
        "against its table",
        "500 random portfolios, zh and en",
        ("tests/reports/test_every_report.py",),
    ),
    Proof(
        "Whole random portfolios give no NaN, no score outside 0-100, whole texts",
        "500 random account views from measures to report (seeds 5000-5499), zh and en",
        ("tests/e2e/test_portfolios.py",),
    ),
    Proof(
        "The purchase fit ends on a summit of its likelihood, or rightly says that there is none",
        "200 simulated sets in eight worlds, 25 with hardly any repeats",
        ("tests/outlook/lifetime/test_convergence.py",),
    ),
    Proof(
        "Re-runs from nothing give identical micro-points",
        "10 re-runs on two threads",
        ("tests/e2e/test_change.py",),
        "reruns",
        is_alone=True,
    ),
    Proof(
        "A planted paradox of engagement is confirmed, a company without one is not, few accounts "
        "give no answer",
        "1,000 simulated companies each way, 100 against 400 accounts, 98 % power",
        ("tests/value/test_paradox.py",),
    ),
    Proof(
        "Effects of plays: estimates from a lot and from matched accounts cover the truth at the "
        "nominal rate, before and after alone does not; 20 looks find an effect of nothing in at "
        "most 5 %",
        "1,000 simulated plays each of no, small and large effect, enrolled by their low scores, "
        "with late enrolment and drop-out",
        ("tests/proof/test_effects.py",),
    ),
    Proof(
        "Intervals of the six-month amounts hold what comes at the nominal rate",
        "200 simulated portfolios of 800 accounts over 40 months, 40 example companies of 800 "
        "accounts at 18 past origins",
        ("tests/proof/test_forecast_record.py", "tests/proof/test_forecast_of_example.py"),
    ),
    Proof(
        "A killed run leaves the last good snapshot, and the next run works",
        "50 runs killed (SIGKILL) at seeded random moments",
        ("tests/e2e/test_change.py",),
        "killed",
        is_alone=True,
    ),
    Proof(
        "A kill at any point of publishing, delivering and journeys loses no alert, CTA or step "
        "and tells none twice; a message that was accepted and not yet marked may come again, "
        "under the same key; all matched alerts are accounted for by SQL",
        "20 kills (SIGKILL) at each of 36 named points, on SQLite and on PostgreSQL: 1,440",
        ("tests/adapters/test_kills.py", "tests/journeys/test_kills_of_journeys.py"),
    ),
    Proof(
        "The state of an alert equals a machine of its own kind; a year of swings inside the band "
        "makes one alert",
        "10,000 random series of scores with gaps and random rules, 365 swings",
        ("tests/warning/test_hysteresis.py",),
        is_alone=True,
    ),
    Proof(
        "No limit of a channel is broken: one digest for each person, channel and run, immediate "
        "alerts apart, the overflow a count and a link; every kind of answer is told apart",
        "10,000 alerts of two runs to 40 people over six HTTP channels and mail, on local servers "
        "that keep the vendors' limits; 30 answers a server may give",
        ("tests/adapters/test_channels.py",),
        is_alone=True,
    ),
    Proof(
        "A score without skill of its own is called useful in at most 5 % of companies, a real one "
        "in at least 90 %; intervals hold the truth as often as they say",
        "3 x 1,000 null companies (no skill; none beside a good rule; recency with noise), 1,000 "
        "with an AUC of 0.72 against 0.58 for recency, 600 accounts of which 115 leave; several "
        "origins per account, a tenth near-duplicates",
        ("tests/proof/test_verdicts.py",),
        is_alone=True,
    ),
    Proof(
        "Where the level of leaving moves, the churn scorecard says that of later days better than "
        "the misses of shorter pasts do, and no worse where it stands",
        "19 kinds of invented portfolios over 27 months, six of each, tried in time",
        ("tests/proof/test_churn_trial.py",),
    ),
    Proof(
        "Ten kinds of planted leaks are found; clean features raise less than one false question "
        "in a hundred",
        "10 kinds of leaks in 3 companies each; 200 clean companies of 8 features; 4 companies "
        "of buyers who fall silent and come back",
        ("tests/proof/test_leaks.py", "tests/proof/test_leaks_of_states.py"),
        is_alone=True,
    ),
    Proof(
        "PostgreSQL and Spark compute DuckDB's snapshot, on every trap of the portable SQL and on "
        "random tables; compiled scripts give its scores",
        "600 random sets of tables on PostgreSQL, 112 on Spark, as whole runs; the scripts for "
        "PostgreSQL and Spark and the dbt project of the example company",
        ("tests/parity", "tests/e2e/test_compile.py"),
    ),
    Proof(
        "A Spark cluster that loses a worker in mid-run gives DuckDB's snapshot or none",
        "4 runs on one master and two workers, a worker ended at seeded moments; one run that "
        "loses both",
        ("tests/e2e/test_spark_cluster.py",),
        is_alone=True,
    ),
    Proof(
        "No input makes a call of the API answer other than described, a page break, run a "
        "string or lead elsewhere; strangers and other CSMs get nothing",
        "200 seeded requests for each call of the OpenAPI; every attacking string in every "
        "parameter, path and form",
        ("tests/web/test_hostile_input.py",),
    ),
    Proof(
        "Rows that a program sends are merged or set aside, none is lost, in memory that does not "
        "follow their number",
        "1 batch of 1,000,000 rows beside one of 50,000; 12 kinds of bad rows",
        ("tests/web/test_imports.py",),
        is_alone=True,
    ),
    Proof(
        "Projects that keep their state on PostgreSQL do all that projects with a file do",
        "the whole suite with its everyday counts, every project on a database of its own; "
        "left out are tests of the file itself",
        ("tests",),
        environment=(("KEEPWELL_TEST_STATE", "postgres"), ("KEEPWELL_SOAK", "")),
    ),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What pytest said of one proof, and the CPU-independent time it took."""

    proof: Proof
    passed: int
    failed: int
    skipped: int
    seconds: float
    is_sound: bool


def run(proof: Proof) -> Outcome:
    """Run the tests of one proof in a process of their own."""
    words = [sys.executable, "-m", "pytest", "-q", "-m", "not accept", *proof.tests]
    words += ["-k", proof.pick] if proof.pick else []
    words += [] if proof.is_alone else ["-n", "2"]
    started = time.monotonic()
    ended = subprocess.run(
        words,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **dict(proof.environment)},
    )
    told = {word: int(count) for count, word in SUMMARY.findall(ended.stdout[-400:])}
    if ended.returncode:
        print(ended.stdout[-4000:])
    failed = told.get("failed", 0) + told.get("error", 0) + told.get("errors", 0)
    return Outcome(
        proof,
        told.get("passed", 0),
        failed,
        told.get("skipped", 0),
        time.monotonic() - started,
        ended.returncode == 0,
    )


def row(outcome: Outcome, when: str) -> str:
    """Return the line of the page for one proof."""
    o = outcome
    result = "holds" if o.is_sound else "**does not hold**"
    return (
        f"| {o.proof.claim} | {o.proof.counts} | {o.passed} | {o.failed} | {o.skipped} "
        f"| {o.seconds / 60:.1f} | {result} | {when} |"
    )


def kept_rows(page: str) -> dict[str, str]:
    """Return the lines of an earlier page by their claim."""
    known = {p.claim for p in PROOFS}
    lines = (line for line in page.splitlines() if line.startswith("| "))
    return {claim: line for line in lines if (claim := line.split(" | ")[0][2:]) in known}


def written(rows: dict[str, str]) -> str:
    """Return the page that tells what was run when and what came out."""
    missing = "| {claim} | {counts} | | | | | not run yet | |"
    lines = [
        "# Proof",
        "",
        "Written by `make soak`. The seeds are fixed; each line says when it was run last, and",
        "with which counts: `full` as named, `few` those of `make test`.",
        "",
        "| claim | cases of a full run | passed | failed | skipped | minutes | result | run |",
        "|---|---|---:|---:|---:|---:|---|---|",
        *(rows.get(p.claim) or missing.format(claim=p.claim, counts=p.counts) for p in PROOFS),
    ]
    return "\n".join([*lines, ""])


def _commit() -> str:
    """Return the commit that is checked out, marked `+` where files differ from it."""
    words = ["git", "describe", "--always", "--abbrev=7", "--exclude=*", "--dirty=+"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "no repository"


def main() -> int:
    """Run all proofs, or those named; write their lines; return 1 if one does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="run the proofs whose tests or pick contain this word")
    asked = parser.parse_args().only
    chosen = [p for p in PROOFS if not asked or asked in f"{p.tests} {p.pick}"]
    today, commit = SystemClock().today("UTC"), _commit()
    mode = "full" if os.environ.get("KEEPWELL_SOAK") else "few"
    rows = kept_rows(PROOF.read_text("utf-8")) if PROOF.exists() else {}
    outcomes = []
    for proof in chosen:
        outcome = run(proof)
        print(f"{'ok  ' if outcome.is_sound else 'FAIL'} {outcome.seconds:7.0f} s  {proof.claim}")
        outcomes.append(outcome)
        rows[proof.claim] = row(outcome, f"{today}, {mode}, at {commit}")
        PROOF.write_text(written(rows), encoding="utf-8")
    print(f"wrote {PROOF.relative_to(ROOT)}")
    return 0 if outcomes and all(o.is_sound for o in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
