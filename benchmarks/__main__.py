"""`python -m benchmarks [--large] [--only value,daily] [--rounds 3]`: writes docs/benchmarks.md."""

import argparse
import os
import sys
from pathlib import Path

from benchmarks import page
from benchmarks.backtest import backtest
from benchmarks.harness import CACHE, machine, once, python_module
from benchmarks.parts import MEASURED as PARTS
from benchmarks.parts import SIZES, Asked
from benchmarks.spark import spark
from benchmarks.warning import warning
from benchmarks.web import web
from keepwell.adapters.clock import SystemClock

PAGE = Path("docs/benchmarks.md")
QUIET_LOAD = 1.0
USUAL = {**PARTS, "warning": warning, "backtest": backtest, "web": web}
# What takes long and needs Java is measured only where it is named.
MEASURED = {**USUAL, "spark": spark}


def _parts(text: str) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in text.split(","))
    unknown = [part for part in wanted if part not in MEASURED]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown} is none of {', '.join(MEASURED)}")
    return wanted


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--large", action="store_true", help="also 2M accounts, 40M rows")
    parser.add_argument("--huge", action="store_true", help="also 10M accounts, 200M rows")
    parser.add_argument(
        "--only", type=_parts, default=tuple(USUAL), help=f"some of {','.join(MEASURED)}"
    )
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def main() -> None:
    """Measure and write the page; an unequal output or a failed command ends it with an error."""
    asked = _asked()
    CACHE.mkdir(parents=True, exist_ok=True)
    os.environ["PYTHONPYCACHEPREFIX"] = str((CACHE / "bytecode").resolve())
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    log = CACHE / "log.txt"
    once(python_module("benchmarks.state"), log)
    for words in (["--help"], ["doctor", "--help"]):
        once(python_module("keepwell", *words), log)
    left_out = {"2m": not asked.large, "10m": not asked.huge}
    sizes = tuple(size for size in SIZES if not left_out.get(size))
    today = SystemClock().now().date().isoformat()
    how = f"Measured on {today} with `{' '.join(sys.argv[1:]) or 'no flags'}`, on {machine()}: "
    how += f"median of {asked.rounds}." if asked.rounds > 1 else "one round."
    if (load := os.getloadavg()[0]) > QUIET_LOAD:
        how += f" Other work ran beside it (load {load:.1f} at the start): walls say little."
    for part in asked.only:
        # Section by section, so that a run that is stopped keeps what it has measured.
        for section in MEASURED[part](Asked(sizes, asked.rounds, log)):
            page.write(PAGE, [section], how)
            sys.stdout.write(f"{section.title}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
