"""Seeded random account views with all that hurts, as rows, canonical tables and files."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pyarrow as pa

from keepwell.ports import Engine
from keepwell.vocabulary import SQL_TYPES, TABLES

AS_OF = date(2026, 6, 30)
ACCOUNTS = ("industry", "account_size_segment", "number_of_employees", "annual_revenue")
VIEW = (
    "days_since_last_activity",
    "total_activities_30d",
    "total_contacts",
    "contacts_with_email",
    "total_won_amount",
    "current_pipeline_amount",
    "won_amount_12m",
    "win_rate",
    "account_age_days",
)
HELD = {"accounts": ACCOUNTS, "account_view": VIEW}
MAPPED = frozenset(f"{name}.{c}" for name, held in HELD.items() for c in ("account_id", *held))
INDUSTRIES = ("Retail", "Energy", "医疗", 'He said "no", twice')
SIZES = ("Enterprise", "Large", "Mid-Market", "Small Business")
SIZES_AND_STRANGERS = (*SIZES, *SIZES, "Strategic", "企业")


def random_view(seed: int) -> pd.DataFrame:
    """Return 1 to 60 accounts; each column has a habit: full, with gaps, constant or empty."""
    rng = Random(seed)  # noqa: S311
    count = rng.choice([1, 2, 5, rng.randint(3, 60), rng.randint(10, 60)])
    columns: dict[str, list[Any]] = {"account_id": [f"a{i:03}" for i in range(count)]}
    for name in (*ACCOUNTS, *VIEW):
        habit = rng.choice(["full", "full", "full", "gaps", "gaps", "constant", "empty"])
        fixed = _value(rng, name)
        columns[name] = [_with_habit(rng, name, habit, fixed) for _ in range(count)]
    for i in range(count):
        total, mailed = columns["total_contacts"][i], columns["contacts_with_email"][i]
        if total is not None and mailed is not None:
            columns["contacts_with_email"][i] = min(total, mailed)
    frame = pd.DataFrame({n: pd.Series(v, dtype=object) for n, v in columns.items()})
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


def _with_habit(rng: Random, name: str, habit: str, fixed: Any) -> Any:
    if habit == "empty" or (habit == "gaps" and rng.random() < 0.3):
        return None
    return fixed if habit == "constant" else _value(rng, name)


def _value(rng: Random, name: str) -> Any:
    match name:
        case "industry":
            return rng.choice(INDUSTRIES)
        case "account_size_segment":
            return rng.choice(SIZES_AND_STRANGERS)
        case "total_contacts" | "contacts_with_email":
            return rng.choice([0, 0, rng.randint(1, 3), rng.randint(1, 40)])
        case "win_rate":
            return rng.choice([0.0, 1.0, 0.25, round(rng.random(), 3)])
        case "annual_revenue" | "total_won_amount" | "current_pipeline_amount" | "won_amount_12m":
            tied = rng.choice([0.0, 50_000.0, 1e11])
            return rng.choice([tied, round(rng.lognormvariate(11, 2), 2)])
    return rng.choice([0, 7, rng.randint(0, 90), rng.randint(0, 90), 100_000])


def canonical(engine: Engine, frame: pd.DataFrame, name: str) -> str:
    """Make the view readable by the engine; return the SELECT of its canonical table `name`."""
    engine.read_arrow("given", _arrow(frame))
    return f"SELECT {casts(name)} FROM given ORDER BY account_id"


def casts(name: str) -> str:
    """Return the canonical columns of a table, those that the view lacks as NULL."""
    held = ("account_id", *HELD[name]) if name in HELD else ()
    return ", ".join(
        f"CAST({c.name if c.name in held else 'NULL'} AS {SQL_TYPES[c.kind]}) AS {c.name}"
        for c in TABLES[name].columns
    )


def _arrow(frame: pd.DataFrame) -> pa.Table:
    text = {"account_id", "industry", "account_size_segment"}
    return pa.table(
        {
            str(n): pa.array(frame[n].tolist(), pa.string() if n in text else pa.float64())
            for n in frame.columns
        }
    )


def write_view(frame: pd.DataFrame, path: Path) -> None:
    """Write the view as the CSV file that a company would export."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(frame.columns)
        for row in frame.to_dict("records"):
            rows.writerow(["" if v is None else v for v in _in_order(row, list(frame.columns))])


def _in_order(row: Mapping[Any, Any], columns: list[str]) -> list[Any]:
    return [row[c] for c in columns]
