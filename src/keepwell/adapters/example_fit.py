"""Statistics of the example company, for showing a shipped scorecard without a project."""

import json
from datetime import date
from importlib.resources import files
from typing import Any

from keepwell.definitions import ExampleFit
from keepwell.scoring import Statistic

FILE = "example_fit.json"


def load_example_fit() -> ExampleFit:
    """Return the statistics that ship with the scorecards; a test recomputes them."""
    place = files("keepwell.adapters") / "scorecards" / FILE
    given: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return ExampleFit(
        note=given["note"],
        as_of=date.fromisoformat(given["as_of"]),
        statistics=tuple(
            Statistic(name, s["low"], s["high"], tuple(s["quantiles"]))
            for name, s in given["measures"].items()
        ),
        mean_win_rate=given["mean_win_rate"],
    )
