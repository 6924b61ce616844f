"""`python -m benchmarks [--large] [--rounds 3]`: runs everything, writes docs/benchmarks.md."""

import argparse
import os
import shutil
import sys
from pathlib import Path

from benchmarks.compare import compare
from benchmarks.data import AS_OF, make, make_csv
from benchmarks.harness import Usage, machine, median_of, once, python_module, round_robin

CACHE = Path(".cache/bench")
PAGE = Path("docs/benchmarks.md")
MEMORY_MB = 2048
SIZES = {"100k": (100_000, 2_000_000), "2m": (2_000_000, 40_000_000)}
HEAD = """# Benchmarks

Written by `python -m benchmarks{words}` on {machine}. Each figure is the median of {rounds}
processes, contenders in turn; CPU and peak memory (RSS) are what the operating system says of the
whole process, start-up included. Bytecode is cached, as after an installation. As-of date of the
data: {as_of}. Every number that the contenders wrote was compared: micro-points exactly, measures
to 1e-12. Peak memory below that of the measuring process itself (about 130 MB) is not visible.
"""


def _line(name: str, used: Usage) -> str:
    return f"| {name} | {used.cpu:.2f} | {used.wall:.2f} | {used.rss:,.0f} |"


def _table(title: str, rows: list[str], first: str = "command") -> str:
    head = [f"| {first} | CPU s | wall s | RSS MB |", "|---|---:|---:|---:|"]
    return "\n".join(["", f"## {title}", "", *head, *rows, ""])


def compute(size: str, rounds: int, log: Path) -> str:
    """Return the table of the full compute at one size, with ratios; outputs are compared."""
    accounts, activities = SIZES[size]
    folder = make(CACHE / size, accounts, activities)
    outs = {name: CACHE / f"out_{size}_{name}" for name in ("keepwell", "by_hand", "pandas")}
    limit: dict[str, list[str]] = {"pandas": []}
    commands = {
        name: python_module(
            f"benchmarks.compute_{name}", str(folder), str(out), *limit.get(name, [str(MEMORY_MB)])
        )
        for name, out in outs.items()
    }
    used = round_robin(commands, rounds, log)
    columns = [compare(outs["keepwell"], outs[other]) for other in ("by_hand", "pandas")]
    ours = used["keepwell"]
    text = _table(
        f"Full compute, {accounts:,} accounts and {activities:,} activities",
        [_line(name.replace("_", " "), u) for name, u in used.items()],
        "contender",
    )
    ratios = "; ".join(
        f"keepwell / {name.replace('_', ' ')}: CPU {ours.cpu / used[name].cpu:.2f}, "
        f"RSS {ours.rss / used[name].rss:.2f}"
        for name in ("by_hand", "pandas")
    )
    return f"{text}\n{ratios}. Compared columns: {columns[0]} and {columns[1]}.\n"


def _keepwell(*words: str) -> list[str]:
    return python_module("keepwell", *words)


def commands(rounds: int, log: Path) -> str:
    """Return the table of whole commands: check, demo, report, start-up."""
    work = CACHE / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    source, project = make_csv(CACHE / "csv", 1_000_000), str(work / "wide")
    once(_keepwell("init", project, "--from", str(source), "--lang", "en"), log)
    big = str(work / "big")
    once(_keepwell("demo", big, "--accounts", "10000", "--lang", "en"), log)
    checks = []
    for _ in range(rounds):
        # An import of the same bytes is reused, so each round starts without one.
        shutil.rmtree(Path(project) / ".keepwell", ignore_errors=True)
        checks.append(once(_keepwell("check", "--project", project), log))
    measured = {
        "demo, 2,000 accounts": _keepwell("demo", str(work / "demo"), "--force", "--lang", "en"),
        "report, 10,000 accounts": _keepwell("report", "--project", big),
        "--help": _keepwell("--help"),
        "--version": _keepwell("--version"),
    }
    used = {"check of a CSV, 1,000,000 x 30": median_of(checks)}
    used |= round_robin(measured, rounds, log)
    return _table("Commands", [_line(f"`{name}`", u) for name, u in used.items()])


def main() -> None:
    """Measure and write the page; an unequal output or a failed command ends it with an error."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--large", action="store_true", help="also 2M accounts, 40M activities")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    os.environ["PYTHONPYCACHEPREFIX"] = str((CACHE / "bytecode").resolve())
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    log = CACHE / "log.txt"
    for words in (["--help"], ["doctor", "--help"]):
        once(_keepwell(*words), log)
    sizes = ["100k", *(["2m"] if asked.large else [])]
    flags = f"{' --large' if asked.large else ''} --rounds {asked.rounds}"
    parts = [
        HEAD.format(words=flags, machine=machine(), rounds=asked.rounds, as_of=AS_OF),
        *(compute(size, asked.rounds, log) for size in sizes),
        commands(asked.rounds, log),
    ]
    PAGE.write_text("".join(parts), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
