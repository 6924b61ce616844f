"""Seeded random companies as event tables, and their measures by the plain recomputation."""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

import pandas as pd

from keepwell.vocabulary import TABLES
from measures import oracle
from measures.random_tables import AS_OF_DATES, KEY_ROLES, Maker, Tables, merged

INDUSTRIES = ("Retail", "Energy", "医疗", 'He said "no", twice', None)
SIZES = ("Enterprise", "Large", "Mid-Market", "Small Business", "Strategic", None)
CUTS = (5000.0, 1000.0, 100.0)
OPEN = ("current_pipeline_amount", "open_pipeline_6m_amount", "pipeline_6m_amount", "win_rate")


@dataclass(frozen=True)
class Shape:
    """Which columns a company does not have, which measures it therefore lacks, and which it
    takes from its transactions instead.
    """

    columns: tuple[str, ...]
    lost: tuple[str, ...]
    booked: tuple[str, ...] = ()


SHAPES = {
    "whole": Shape((), ()),
    "no odds of deals": Shape(("opportunities.probability",), ("pipeline_6m_amount",)),
    "deals without dates": Shape(
        ("opportunities.close_date", "opportunities.probability"),
        ("open_pipeline_6m_amount", "pipeline_6m_amount", "average_sales_cycle_days"),
        ("won_amount_12m", "won_amount_6m"),
    ),
    "won deals alone": Shape(("opportunities.is_closed",), OPEN),
    "no deals": Shape(
        tuple(f"opportunities.{c.name}" for c in TABLES["opportunities"].columns),
        (*OPEN, "average_sales_cycle_days"),
        ("total_won_amount", "won_amount_12m", "won_amount_6m"),
    ),
}


@dataclass(frozen=True)
class Company:
    """Event tables, the columns that count as mapped, the date, and the measures recomputed."""

    tables: Tables
    mapped: frozenset[str]
    as_of: date
    frame: pd.DataFrame


def random_company(seed: int) -> Company:
    """Return 1 to about 60 accounts with deals, transactions, activities, contacts, usage."""
    rng = Random(seed)  # noqa: S311
    dates = len(AS_OF_DATES)
    count = rng.choice([1, 1, 3, 5, 8])
    tables = merged([Maker(seed + dates * 1000 * i) for i in range(count)])
    shape = SHAPES[rng.choice(list(SHAPES))]
    has_sizes, has_dates = rng.random() < 0.7, rng.random() < 0.7
    for row in tables["accounts"]:
        row["industry"] = rng.choice(INDUSTRIES)
        row["account_size_segment"] = rng.choice(SIZES) if has_sizes else None
    spread(rng, tables)
    gone = {*shape.columns, *(() if has_sizes else ("accounts.account_size_segment",))}
    gone |= set() if has_dates else {"accounts.customer_since", "accounts.created_at"}
    blank(tables, gone)
    mapped = {f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns} - gone
    mapped = {c for c in mapped if not c.startswith("account_view.")}
    as_of = AS_OF_DATES[seed % dates]
    frame = measured(tables, as_of, shape, has_sizes=has_sizes)
    return Company(tables, frozenset(mapped), as_of, frame)


def spread(rng: Random, tables: Tables) -> None:
    """Make a few amounts equal and a few gigantic; leave some companies without gaps."""
    is_full = rng.random() < 0.6
    for name in ("opportunities", "transactions"):
        for row in tables[name]:
            if row["amount"] is None:
                row["amount"] = 700 if is_full else None
            elif rng.random() < 0.1:
                row["amount"] = rng.choice([500, 500, 10**12])
            if is_full and name == "opportunities":
                row["is_won"] = bool(row["is_won"])
                row["is_closed"] = bool(row["is_closed"])


def blank(tables: Tables, columns: set[str]) -> None:
    """Empty the columns that the company does not have; a table without its key is gone."""
    for column in columns:
        table, name = column.split(".")
        for row in tables[table]:
            row[name] = None
    if "opportunities.opportunity_id" in columns:
        tables["opportunities"] = []


def measured(tables: Tables, as_of: date, shape: Shape, *, has_sizes: bool) -> pd.DataFrame:
    """Return one row per account: None unknown, 'never', or the value."""
    rows = []
    for account in tables["accounts"]:
        mine = {
            n: [r for r in t if r["account_id"] == account["account_id"]] for n, t in tables.items()
        }
        booked = oracle.transactions(mine["transactions"], as_of)
        cells = {
            **oracle.activity(mine["activities"], as_of),
            **oracle.channels(mine["activities"], as_of),
            **oracle.contacts(mine["contacts"], as_of, KEY_ROLES),
            **oracle.opportunities(mine["opportunities"], as_of),
            **{name: booked[name] for name in shape.booked},
            **oracle.subscriptions(mine["subscriptions"], as_of),
            **oracle.tickets(mine["tickets"], as_of),
            **oracle.usage(mine["usage"], as_of),
            **oracle.nps(mine["surveys"], as_of, ("nps", "NPS")),
            "annual_revenue": (account["annual_revenue"], False),
            "number_of_employees": (account["number_of_employees"], False),
            "csm_pulse": (account["csm_pulse"], False),
            "account_age_days": oracle.age(account, as_of),
            "account_size_segment": (account["account_size_segment"], False)
            if has_sizes
            else oracle.size(account["number_of_employees"], CUTS),
            **dict.fromkeys(shape.lost, oracle.UNKNOWN),
        }
        told: dict[str, Any] = {n: "never" if never else v for n, (v, never) in cells.items()}
        rows.append({"account_id": account["account_id"], "industry": account["industry"], **told})
    return pd.DataFrame({k: pd.Series([r[k] for r in rows], dtype=object) for k in rows[0]})
