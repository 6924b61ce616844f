"""What is measured: the full compute, the value tables, the day after, and whole commands.

Data are made and compared in processes of their own: a child's peak memory begins at that of the
process that starts it, so the measuring process stays small.
"""

import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness import CACHE, Usage, median_of, once, python_module, round_robin, told
from benchmarks.page import Section, ratios, table
from keepwell.vocabulary import EMBEDDED_MB

# The limit of memory that a project has by itself; what is measured against the same limit is fair.
DEFAULT_MB = str(EMBEDDED_MB)
# The value tables are larger than that; what goes to disk is not what is compared.
VALUE_MB = "2048"
# What 10M accounts may take: the whole process stays within 4 GB. pandas cannot hold them.
LARGER_MB = {"10m": "3072"}
NOT_MEASURED = {"10m": ("pandas",)}
# The day after the as-of date of the data, as benchmarks.daily makes it.
DAY_AFTER = "2026-11-01"
SIZES = {
    "10k": (10_000, 200_000),
    "100k": (100_000, 2_000_000),
    "2m": (2_000_000, 40_000_000),
    "10m": (10_000_000, 200_000_000),
}
# They take no limit of memory.
UNLIMITED = ("polars", "pandas")
COMPUTES = ("keepwell", "by hand", "polars", "pandas", "mere scan")
_STATISTICS = (
    "Statistics are the ratios with their bootstrap intervals, the correlations and the verdict; "
    "nobody writes those in SQL."
)
_MODULES = {"by hand": "by_hand", "mere scan": "scan"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Sizes, rounds, and where the output of the contenders goes."""

    sizes: tuple[str, ...]
    rounds: int
    log: Path

    @property
    def middle_sizes(self) -> tuple[str, ...]:
        """Return the sizes of parts that are measured on neither the least nor the most rows."""
        return tuple(s for s in self.sizes if s in ("100k", "2m"))


def described(size: str, events: str) -> str:
    """Return the numbers of accounts and events of a size, in words."""
    accounts, rows = SIZES[size]
    return f"{accounts:,} accounts and {rows:,} {events}"


def made(module: str, folder: Path, size: str) -> Path:
    """Return the folder that a module of the benchmark fills with tables of a size."""
    told(python_module(f"benchmarks.{module}", str(folder), *map(str, SIZES[size])))
    return folder


def compared_columns(ours: Path, theirs: Path, kind: str = "compute") -> int:
    """Return how many columns two contenders wrote alike. Errors: RuntimeError for a difference."""
    return int(told(python_module("benchmarks.compare", str(ours), str(theirs), kind)))


def contender(module: str, folder: Path, out: Path, *words: str) -> list[str]:
    """Return the command of a contender that reads one folder and writes another."""
    return python_module(f"benchmarks.{module}", str(folder), str(out), *words)


def compute(asked: Asked) -> Iterator[Section]:
    """Measure the full compute at each size; outputs are compared."""
    before: tuple[str, Usage] | None = None
    for size in asked.sizes:
        folder = made("data", CACHE / size, size)
        outs = _outs(size)
        limit = LARGER_MB.get(size, DEFAULT_MB)
        commands = {name: _compute_command(name, folder, out, limit) for name, out in outs.items()}
        used = round_robin(commands, asked.rounds, asked.log)
        others = [n for n in outs if n not in (COMPUTES[0], COMPUTES[-1])]
        compared = {n: compared_columns(outs["keepwell"], outs[n]) for n in others}
        lines = [ratios(used["keepwell"], list(used.items())[1:]), _compared(compared)]
        lines.append(f"DuckDB may hold {limit} MB, for keepwell as by hand and for the scan.")
        if before is not None:
            lines.append(_exponent(before, (size, used["keepwell"])))
        before = size, used["keepwell"]
        text = f"{table(list(used.items()))}\n\n{' '.join(lines)}"
        yield Section("compute", described(size, "activities"), text)


def _outs(size: str) -> dict[str, Path]:
    """Return where each contender of a size writes to."""
    names = (name for name in COMPUTES if name not in NOT_MEASURED.get(size, ()))
    return {name: CACHE / f"out_{size}_{name.replace(' ', '_')}" for name in names}


def _compute_command(name: str, folder: Path, out: Path, limit: str) -> list[str]:
    words = [] if name in UNLIMITED else [limit]
    return contender(f"compute_{_MODULES.get(name, name)}", folder, out, *words)


def _compared(columns: Mapping[str, int]) -> str:
    counts = ", ".join(f"{count} columns with {name}" for name, count in columns.items())
    return f"Compared and equal: {counts}."


def _exponent(smaller: tuple[str, Usage], larger: tuple[str, Usage]) -> str:
    accounts = [SIZES[size][0] for size, _ in (smaller, larger)]
    cost = math.log(larger[1].cpu / smaller[1].cpu) / math.log(accounts[1] / accounts[0])
    return (
        f"Exponent of keepwell's CPU over size, from {accounts[0]:,} accounts: {cost:.2f} "
        "(start-up is in both)."
    )


def value(asked: Asked) -> Iterator[Section]:
    """Measure the value tables at each size; outputs are compared."""
    for size in asked.middle_sizes:
        folder = made("value_data", CACHE / f"value_{size}", size)
        outs = {n: CACHE / f"out_value_{size}_{n}" for n in ("keepwell", "by_hand", "statistics")}
        commands = {
            "keepwell": contender("value_keepwell", folder, outs["keepwell"], VALUE_MB),
            "by hand": contender("value_by_hand", folder, outs["by_hand"], VALUE_MB),
            "keepwell with statistics": contender(
                "value_keepwell", folder, outs["statistics"], VALUE_MB, "--statistics"
            ),
        }
        used = round_robin(commands, asked.rounds, asked.log)
        columns = compared_columns(outs["keepwell"], outs["by_hand"], "value")
        lines = [
            ratios(used["keepwell"], [("by hand", used["by hand"])]),
            _compared({"by hand": columns}),
            f"DuckDB may hold {VALUE_MB} MB in each. {_STATISTICS}",
        ]
        text = f"{table(list(used.items()))}\n\n{' '.join(lines)}"
        yield Section("value", described(size, "transactions"), text)


def daily(asked: Asked) -> Iterator[Section]:
    """Measure a run after one day of new activities against a full run of the same day."""
    for size in asked.middle_sizes:
        folder = made("data", CACHE / size, size)
        made("daily", folder, size)
        yesterday, today = folder / "yesterday", folder / "today"
        outs = {n: CACHE / f"out_{size}_{n}" for n in ("yesterday", "full", "daily")}
        kept, used_folds = CACHE / f"folds_{size}", CACHE / f"folds_{size}_used"
        shutil.rmtree(kept, ignore_errors=True)
        keeping = ["--folds", str(kept)]
        once(_keepwell_compute(yesterday, outs["yesterday"], *keeping), asked.log)
        runs: dict[str, list[Usage]] = {"full run": [], "daily run": []}
        day = ["--as-of", DAY_AFTER]
        for _ in range(asked.rounds):
            # A daily run keeps what it folded, so each round starts from yesterday's folds.
            shutil.rmtree(used_folds, ignore_errors=True)
            shutil.copytree(kept, used_folds)
            full = _keepwell_compute(today, outs["full"], *day)
            runs["full run"].append(once(full, asked.log))
            after = _keepwell_compute(today, outs["daily"], *day, "--folds", str(used_folds))
            runs["daily run"].append(once(after, asked.log))
        used = {name: median_of(seen) for name, seen in runs.items()}
        share = used["daily run"].cpu / used["full run"].cpu
        columns = compared_columns(outs["full"], outs["daily"])
        text = (
            f"{table(list(used.items()), 'run')}\n\nThe daily run takes {share:.2f} of the full "
            f"run's CPU. Compared and equal: {columns} columns. Reading sources (`check`) is in "
            "neither."
        )
        yield Section("daily", described(size, "activities"), text)


def _keepwell_compute(folder: Path, out: Path, *words: str) -> list[str]:
    return contender("compute_keepwell", folder, out, DEFAULT_MB, *words)


def _keepwell(*words: str) -> list[str]:
    return python_module("keepwell", *words)


def commands(asked: Asked) -> Iterator[Section]:
    """Measure whole commands: check, demo, report, start-up."""
    work = CACHE / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    source, project = CACHE / "csv", str(work / "wide")
    told(python_module("benchmarks.data", str(source), "1000000"))
    once(_keepwell("init", project, "--from", str(source), "--lang", "en"), asked.log)
    big = str(work / "big")
    once(_keepwell("demo", big, "--accounts", "10000", "--lang", "en"), asked.log)
    checks = _checks(project, asked)
    measured: dict[str, Sequence[str]] = {
        "demo, 2,000 accounts": _keepwell("demo", str(work / "demo"), "--force", "--lang", "en"),
        "report, 10,000 accounts": _keepwell("report", "--project", big),
        "--help": _keepwell("--help"),
        "--version": _keepwell("--version"),
    }
    used = {"check of a CSV, 1,000,000 x 30": median_of(checks)}
    used |= round_robin(measured, asked.rounds, asked.log)
    rows = [(f"`{name}`", u) for name, u in used.items()]
    yield Section("commands", "", table(rows, "command"))


def _checks(project: str, asked: Asked) -> list[Usage]:
    """Run `check` once a round; an import of the same bytes is reused, so none is left before."""
    found = []
    for _ in range(asked.rounds):
        shutil.rmtree(Path(project) / ".keepwell", ignore_errors=True)
        found.append(once(_keepwell("check", "--project", project), asked.log))
    return found


MEASURED = {"compute": compute, "value": value, "daily": daily, "commands": commands}
