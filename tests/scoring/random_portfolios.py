"""Seeded random scorecards and tables with all that hurts: ties, nulls, outliers, strangers."""

from random import Random
from typing import Any

SIZES = {"Enterprise": 1.0, "Large": 0.8, "Mid-Market": 0.6, "Small Business": 0.4}
KINDS = (
    "identity",
    "minmax",
    "log_minmax",
    "sqrt_minmax",
    "linear",
    "percentile",
    "steps",
    "map",
    "logistic",
)


def generator(seed: int) -> Random:
    """A generator of the same numbers for the same seed."""
    return Random(seed)  # noqa: S311


def random_scale(rng: Random, kind: str) -> dict[str, Any]:
    """One scale of a kind, with given bounds now and then."""
    scale: dict[str, Any] = {"kind": kind}
    if kind == "map":
        return {**scale, "values": {k: rng.choice([v, rng.random()]) for k, v in SIZES.items()}}
    if kind == "steps":
        at = sorted(rng.sample(range(-5, 60), rng.randint(1, 4)))
        steps = [(float(a), round(rng.random(), 3)) for a in at]
        return {**scale, "below": round(rng.random(), 3), "steps": steps}
    if kind == "linear":
        zero, full = rng.sample(range(-20, 90), 2)
        return {**scale, "zero_at": float(zero), "full_at": float(full)}
    scale["direction"] = rng.choice(["higher_is_better", "lower_is_better"])
    if kind == "logistic":
        return {**scale, "midpoint": rng.uniform(-5, 40), "slope": rng.choice([0.01, 0.3, 50.0])}
    if kind.endswith("minmax") and rng.random() < 0.3:
        bound = rng.choice(["min", "max"])
        scale[bound] = rng.uniform(-3, 60)
    return scale


def random_card(rng: Random) -> dict[str, Any]:
    """A scorecard of two to four dimensions that uses each kind of scale at most twice."""
    kinds = rng.sample(KINDS, rng.randint(4, len(KINDS)))
    kinds += [k for k in rng.sample(KINDS, 2) if k != "map"]
    cuts = sorted(rng.sample(range(5, 95), 2), reverse=True)
    dimensions: list[dict[str, Any]] = []
    while kinds:
        taken = [kinds.pop() for _ in range(min(len(kinds), rng.randint(1, 4)))]
        measures = [
            {
                "measure": f"m{len(dimensions)}_{i}_{kind}",
                "weight": rng.choice([100, 50, 33.3, round(rng.uniform(0.1, 99), 2)]),
                "scale": random_scale(rng, kind),
                "never": rng.choice(["worst", "neutral", 0.25]),
                "unknown": rng.choice(["share", "share", "neutral", "worst"]),
            }
            for i, kind in enumerate(taken)
        ]
        weight = rng.choice([40, 30, 7.7, round(rng.uniform(1, 100), 1)])
        name = f"d{len(dimensions)}"
        dimensions.append({"dimension": name, "weight": weight, "measures": measures})
    return {
        "scorecard": "random",
        "tiers": [
            {"tier": "high", "min": cuts[0] + rng.choice([0, 0.5])},
            {"tier": "medium", "min": cuts[1]},
            {"tier": "low", "min": 0},
        ],
        "min_coverage": rng.choice([0, 0.3, 0.5, 0.75, 1.0]),
        "dimensions": dimensions,
    }


def random_value(rng: Random, kind: str) -> float | str:
    """One value: few distinct ones for ties, giants, negatives, categories nobody listed."""
    if kind == "map":
        return rng.choice([*SIZES, "enterprise ", "企业"])
    if kind == "identity":
        return rng.choice([0.0, 1.0, round(rng.random(), 2), rng.random(), 1.2, -0.1])
    return rng.choice(
        [
            0.0,
            float(rng.randint(-3, 60)),
            rng.uniform(-10, 80),
            rng.expovariate(0.02),
            rng.choice([7.0, 7.0, 1e9, 1e15]),
        ]
    )


def random_table(rng: Random, card: dict[str, Any]) -> list[dict[str, Any]]:
    """Accounts with the card's measures; some measures constant, some all unknown."""
    measures = [m for d in card["dimensions"] for m in d["measures"]]
    habits = {
        m["measure"]: rng.choice(["full", "gaps", "gaps", "constant", "empty"]) for m in measures
    }
    rows = []
    for number in range(rng.choice([1, 2, 19, 45])):
        row: dict[str, Any] = {"account_id": f"a{number:03}"}
        is_blank = rng.random() < 0.05
        for m in measures:
            name, kind = m["measure"], m["scale"]["kind"]
            habit = habits[name]
            is_missing = is_blank or habit == "empty" or (habit == "gaps" and rng.random() < 0.3)
            value = random_value(rng, kind)
            if habit == "constant":
                value = "Large" if kind == "map" else 3.0
            row[name] = None if is_missing else value
            row[f"{name}__never"] = is_missing and not is_blank and rng.random() < 0.4
        rows.append(row)
    return rows
