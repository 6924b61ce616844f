"""Contender: keepwell's path to measures, scores and contributions on Spark of this machine."""

import sys
from datetime import date
from pathlib import Path

from benchmarks.compute_keepwell import computed
from benchmarks.data import AS_OF
from keepwell.adapters.engines import SparkDriverSettings, SparkEngine


def main() -> None:
    """Compute from the folder named first into the one named second, in a heap of so many MB."""
    folder, out, memory_mb = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    settings = SparkDriverSettings(out / "spill", memory_limit_mb=memory_mb)
    with SparkEngine(settings) as engine:
        computed(engine, folder, out, date.fromisoformat(AS_OF))


if __name__ == "__main__":
    main()
