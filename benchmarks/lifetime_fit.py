"""`python -m benchmarks.lifetime_fit [--lifetimes-python PATH]`: speed and sureness of the fits.

Writes docs/benchmarks_lifetime.md. PATH is an interpreter that can import lifetimes 0.11.3, in an
environment of its own (tests/outlook/lifetime/lifetimes_figures.py says how to make one); without
it only keepwell is measured.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.harness import machine
from keepwell.adapters.engines import DuckDbEngine
from keepwell.outlook.lifetime import (
    Histories,
    Horizon,
    PurchaseModel,
    TimeUnit,
    expected_purchases,
    fit_purchases,
    grouped_histories_select,
    histories,
    histories_select,
)

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks_lifetime.md"
FIGURES = ROOT / "tests" / "outlook" / "lifetime" / "lifetimes_figures.py"
AS_OF = "2026-10-31"
# One process of the other interpreter: fits every stored set, prints seconds, fits and failures.
THEIRS = """
import sys, time, warnings
import numpy as np
from lifetimes import BetaGeoFitter
warnings.simplefilter("ignore")
sets = np.load(sys.argv[1])
failed, begin = 0, time.process_time()
for name in sets.files:
    x, t_x, T, _ = sets[name]
    try:
        BetaGeoFitter(penalizer_coef=0.0).fit(x, t_x, T)
    except Exception:
        failed += 1
print(time.process_time() - begin, failed)
"""


@dataclass(frozen=True, slots=True)
class Told:
    """CPU seconds over several sets, and how many were not fitted."""

    seconds: float
    failed: int
    sets: int


def cpu(work: Callable[[], object], times: int = 1) -> float:
    """Return the median CPU seconds of `times` calls, all threads together."""
    used = []
    for _ in range(times):
        begin = time.process_time()
        work()
        used.append(time.process_time() - begin)
    return float(np.median(used))


def ours(sets: dict[str, Histories]) -> Told:
    """Return what keepwell needs for all sets, one after the other."""
    begin = time.process_time()
    found = [fit_purchases(given, TimeUnit.DAY) for given in sets.values()]
    failed = sum(1 for f in found if not isinstance(f, PurchaseModel))
    return Told(time.process_time() - begin, failed, len(sets))


def theirs(sets: dict[str, Histories], python: str) -> Told:
    """Return what lifetimes needs for the same sets, import and reading left out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sets.npz"
        columns = {
            name: np.vstack([h.repeats, h.last_days, h.observed_days, h.customers])
            for name, h in sets.items()
        }
        np.savez(path, allow_pickle=False, **columns)
        done = subprocess.run(
            [python, "-c", THEIRS, str(path)], capture_output=True, text=True, check=True
        )
    seconds, failed = done.stdout.splitlines()[-1].split()
    return Told(float(seconds), int(failed), len(sets))


def awkward_sets() -> tuple[dict[str, Histories], dict[str, Histories]]:
    """Return the 200 sets of the convergence test, and 25 that often have no maximum at all."""
    sys.path.insert(0, str(ROOT / "tests"))
    from outlook.lifetime.worlds import HARDLY_ANY, WORLDS

    sets = {f"{w.name} {seed}": w.draw(seed) for w in WORLDS for seed in range(25)}
    return sets, {f"hardly {seed}": HARDLY_ANY.draw(seed) for seed in range(25)}


def one_set() -> dict[str, Histories]:
    """Return the 2,000 customers of the stored figures."""
    sys.path.insert(0, str(ROOT / "tests"))
    from outlook.lifetime.lifetimes_figures import simulated

    rows = np.array(simulated())
    return {"simulated": histories(rows[:, 0], rows[:, 1], rows[:, 2])}


def purchase_log(customers: int) -> pa.Table:
    """Return a log of purchases of customers who came in the last two years."""
    rng = np.random.default_rng(20_261_031)
    observed = rng.integers(30, 731, customers).astype(np.float64)
    rate, leave = rng.gamma(0.5, 30, customers) / 900, rng.beta(0.8, 2.5, customers)
    account, day, now = [np.arange(customers)], [np.zeros(customers)], np.zeros(customers)
    going = np.arange(customers)
    while len(going):
        now[going] += rng.exponential(1, len(going)) / np.maximum(rate[going], 1e-12)
        going = going[now[going] <= observed[going]]
        account.append(going)
        day.append(np.ceil(now[going]))
        going = going[rng.random(len(going)) >= leave[going]]
    who, when = np.concatenate(account), np.concatenate(day)
    order = rng.permutation(len(who))
    who, when = who[order], when[order]
    moment = np.datetime64(AS_OF) - (observed[who] - when).astype("timedelta64[D]")
    cents = rng.integers(500, 20_000, len(who))
    return pa.table(
        {
            "account_id": pa.array(who).cast(pa.string()),
            "occurred_at": pa.array(moment.astype("datetime64[us]")),
            "cents": pa.array(cents),
        }
    )


def million(customers: int) -> list[tuple[str, float]]:
    """Return CPU seconds of every stage from the log of purchases to the expectations."""
    as_of = date.fromisoformat(AS_OF)
    with DuckDbEngine(memory_limit_mb=4096, threads=2) as engine:
        engine.read_arrow("log", purchase_log(customers))
        engine.create_table(
            "transactions",
            "SELECT account_id, occurred_at, CAST(cents AS DECIMAL(24, 6)) AS amount FROM log",
        )
        rows = int(engine.rows("SELECT count(*) FROM transactions")[0][0])
        summed = cpu(lambda: engine.create_table("histories", histories_select(as_of)))
        begin = time.process_time()
        columns = engine.arrow(grouped_histories_select("histories")).columns
        given = histories(*(c.to_numpy().astype(np.float64) for c in columns))
        grouping = time.process_time() - begin
    model = fit_purchases(given, TimeUnit.WEEK)
    assert isinstance(model, PurchaseModel)
    found = [
        (f"histories from {rows:,} transactions (SQL)", summed),
        (f"grouping to {len(given.repeats):,} distinct histories (SQL)", grouping),
        ("fit", cpu(lambda: fit_purchases(given, TimeUnit.WEEK), 3)),
    ]
    horizon = Horizon(12, TimeUnit.MONTH)
    ahead = cpu(lambda: expected_purchases(model, given, horizon), 3)
    return [*found, ("expected purchases of 12 months", ahead)]


def written(python: str | None, customers: int) -> str:
    """Return the page."""
    single, (sets, hardly) = one_set(), awkward_sets()
    fit = cpu(lambda: ours(single), 21)
    lines = [
        "# Benchmarks of the lifetime models",
        "",
        f"Written by `python -m benchmarks.lifetime_fit --lifetimes-python PATH` on {machine()}.",
        "CPU seconds of all threads; reading and imports left out.",
        "",
        "## Fit against lifetimes 0.11.3",
        "",
        "| data | keepwell CPU s | lifetimes CPU s | ratio | not fitted: keepwell | lifetimes |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    both = [("2,000 simulated customers, one fit", Told(fit, ours(single).failed, 1), single)]
    both += [("200 simulated sets, the awkward ones included", ours(sets), sets)]
    both += [("25 sets with hardly any repeats, many without a maximum", ours(hardly), hardly)]
    for name, told, given in both:
        other = theirs(given, python) if python else None
        cells = (
            f"{other.seconds:.3f} | {other.seconds / told.seconds:.1f} | {told.failed} "
            f"| {other.failed}"
            if other
            else f"not measured | | {told.failed} | "
        )
        lines.append(f"| {name} | {told.seconds:.4f} | {cells} |")
    lines += [
        "",
        "On the last row it is right not to fit a set whose likelihood grows towards a boundary.",
    ]
    stages = million(customers)
    lines += ["", f"## {customers:,} customers", "", "| stage | CPU s |", "|---|---:|"]
    lines += [f"| {name} | {seconds:.2f} |" for name, seconds in stages]
    lines += [f"| all | {sum(s for _, s in stages):.2f} |", ""]
    return "\n".join(lines)


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="benchmarks.lifetime_fit")
    parser.add_argument("--lifetimes-python", help="an interpreter that can import lifetimes")
    parser.add_argument("--customers", type=int, default=1_000_000)
    asked = parser.parse_args()
    page = written(asked.lifetimes_python, asked.customers)
    PAGE.write_text(page, encoding="utf-8")
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
