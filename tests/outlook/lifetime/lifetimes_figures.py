"""Makes figures.json: what the package lifetimes 0.11.3 finds on simulated customers.

lifetimes is no longer maintained and needs older libraries, so its figures are stored. To make
them again, in an environment of its own (Python 3.11):

    pip install "numpy<1.25" "scipy<1.11" "pandas<2.1" "autograd<1.6" dill lifetimes==0.11.3
    python tests/outlook/lifetime/lifetimes_figures.py write

`time` instead of `write` prints the CPU seconds of one fit. The customers come from Python's own
generator, whose streams do not change between versions.
"""

import hashlib
import json
import math
import random
import sys
import time
from pathlib import Path
from typing import Any

STORED = Path(__file__).with_name("figures.json")
CUSTOMERS = 2_000
WEEKS = 39
SHOWN_EVERY = 20
ANNUAL_RATE = 0.10


def simulated(customers: int = CUSTOMERS, seed: int = 20_050_101) -> list[list[float]]:
    """Return (repeats, days to the last purchase, days observed, mean repeat spend) of each."""
    draw = random.Random(seed)  # noqa: S311 - reproducible customers, no secret
    found = []
    for _ in range(customers):
        rate = draw.gammavariate(0.3, 1 / 30)
        leaves = draw.betavariate(0.8, 2.5)
        level = 15 / draw.gammavariate(4.0, 1)
        observed = draw.randrange(27 * 7, 39 * 7)
        moment = 0.0
        days: list[int] = []
        amounts: list[float] = []
        while True:
            moment += draw.expovariate(rate) if rate > 1e-12 else 1e12
            day = int(moment) + 1
            if day > observed:
                break
            if not days or day > days[-1]:
                days.append(day)
                amounts.append(max(0.01, round(draw.gammavariate(6.0, level), 2)))
            if draw.random() < leaves:
                break
        mean = sum(amounts) / len(amounts) if amounts else 0.0
        found.append([len(days), days[-1] if days else 0, observed, mean])
    return found


def digest(rows: list[list[float]]) -> str:
    """Return a hash of the customers, so that figures and data cannot part."""
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _log_likelihood(fitter: Any, data: Any) -> float:
    """Return the fit's own log-likelihood on the unscaled times."""
    logs = [math.log(fitter.params_[name]) for name in ("r", "alpha", "a", "b")]
    weights = 0 * data["x"] + 1
    columns = (data["x"], data["t_x"], data["T"], weights)
    return -float(fitter._negative_log_likelihood(logs, *columns, 0.0)) * len(data)


def main() -> None:
    """Fit lifetimes to the customers; store the figures or print the time."""
    import pandas as pd
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    rows = simulated()
    data = pd.DataFrame(rows, columns=["x", "t_x", "T", "spend"])
    data[["t_x", "T"]] /= 7
    if sys.argv[1:] == ["time"]:
        started = time.process_time()
        for _ in range(5):
            BetaGeoFitter(penalizer_coef=0.0).fit(data["x"], data["t_x"], data["T"])
        sys.stdout.write(f"{(time.process_time() - started) / 5}\n")
        return
    bought = BetaGeoFitter(penalizer_coef=0.0).fit(data["x"], data["t_x"], data["T"])
    again = data[data["x"] > 0]
    spent = GammaGammaFitter(penalizer_coef=0.0).fit(again["x"], again["spend"])
    shown = data[::SHOWN_EVERY]
    expected = bought.conditional_expected_number_of_purchases_up_to_time(
        WEEKS, shown["x"], shown["t_x"], shown["T"]
    )
    alive = bought.conditional_probability_alive(shown["x"], shown["t_x"], shown["T"])
    spend = spent.conditional_expected_average_profit(shown["x"], shown["spend"])
    figures = {
        "lifetimes": "0.11.3",
        "customers": len(rows),
        "sha256": digest(rows),
        "weeks": WEEKS,
        "shown_every": SHOWN_EVERY,
        "purchases": {k: float(v) for k, v in bought.params_.items()},
        "log_likelihood": _log_likelihood(bought, data),
        "spend": {k: float(v) for k, v in spent.params_.items()},
        "expected_purchases": [round(float(v), 9) for v in expected],
        "alive_prob": [round(float(v), 9) for v in alive],
        "expected_spend": [round(float(v), 9) for v in spend],
    }
    STORED.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
