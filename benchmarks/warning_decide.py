"""Decide what a day means for a prepared world, and store it; prints the parts as JSON."""

import json
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks.mapped import MAPPED
from benchmarks.plain import without_pandas
from benchmarks.warning_world import TODAY, World, decided, scored_cards, state_of
from keepwell.measures import plan_measures


def measure(root: Path, url: str | None = None) -> dict[str, object]:
    """Return seconds of deciding and of storing, and what was decided."""
    world = World(root)
    with world.engine() as engine, state_of(world, url) as state:
        for table in ("measures", "scores"):
            engine.read_parquet(table, root / f"{table}.parquet")
        began = time.perf_counter()
        warning = decided(world, engine, state, scored_cards(state), plan_measures(MAPPED), TODAY)
        between = time.perf_counter()
        state.publish(world.record(TODAY), (), warning)
        ended = time.perf_counter()
    kinds = Counter(t.kind for t in warning.transitions)
    return {
        "decide_s": round(between - began, 2),
        "store_s": round(ended - between, 2),
        "gate": str(warning.gate.kind),
        "changed": warning.gate.changed,
        "compared": warning.gate.compared,
        "transitions": dict(kinds),
        "alerts": len(warning.decisions.alerts),
        "endings": len(warning.decisions.endings),
        "alarms": len(warning.decisions.alarms),
        "ctas": 0 if warning.actions is None else len(warning.actions.openings.opened),
    }


if __name__ == "__main__":
    without_pandas()
    print(json.dumps(measure(Path(sys.argv[1]), *sys.argv[2:])))
