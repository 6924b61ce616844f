"""The back-test: 24 ends of month of 100,000 accounts with 5,000,000 activities."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.harness import CACHE, Usage, median_of, once, python_module, told
from benchmarks.page import Section, table
from benchmarks.parts import Asked

ACCOUNTS, ACTIVITIES = 100_000, 5_000_000
# Beside the engine stands the frame itself, about 2.4 million rows.
MEMORY_MB = "1024"


def backtest(asked: Asked) -> Iterator[Section]:
    """Measure a back-test with nothing folded before, and one after that."""
    folder, out = CACHE / "backtest", CACHE / "out_backtest"
    told(python_module("benchmarks.backtest_data", str(folder), str(ACCOUNTS), str(ACTIVITIES)))
    command = python_module("benchmarks.backtest_replay", str(folder), str(out), MEMORY_MB)
    runs: dict[str, list[Usage]] = {"first back-test": [], "with folds kept": []}
    for _ in range(asked.rounds):
        runs["first back-test"].append(once(command, asked.log))
        runs["with folds kept"].append(once([*command, "--keeps-folds"], asked.log))
    found = _last_line(asked.log)
    text = (
        f"{table([(n, median_of(u)) for n, u in runs.items()], 'run')}\n\n"
        f"{found['origins']} ends of month, {found['rows']:,} rows of account and origin, "
        f"{found['outcomes']:,} of them with churn within 90 days; frames and the measures of "
        "every origin are written. Events are folded by month once for all origins; the second "
        "run finds the folds. Reading sources (`check`) is in neither. The engine may hold 1 GiB."
    )
    size = f"{ACCOUNTS:,} accounts and {ACTIVITIES:,} activities"
    yield Section("backtest", size, text)


def _last_line(log: Path) -> dict[str, Any]:
    lines = [x for x in log.read_text(encoding="utf-8").splitlines() if x.startswith('{"origins"')]
    found: dict[str, Any] = json.loads(lines[-1])
    return found
