"""What the facts of a report must be, counted from the rows of its portfolio in plain Python.

A fact's own query cannot show that it asks for the wrong thing; this can.
"""

from collections.abc import Callable, Iterable
from math import fsum
from statistics import covariance, fmean, median, variance
from typing import Any

import pytest

from keepwell.reports import Document
from keepwell.reports.facts import Ask
from reference.priority_oracle import silence

Row = dict[str, Any]
Meets = Callable[[Row], bool]
POINT = 1_000_000
LINE, NEAR = 50 * POINT, 2 * POINT
DAYS, COUNT = "days_since_last_activity", "total_activities_30d"
DIMENSIONS = ("activity", "contact_quality", "business_value", "company_scale")
TIERS = ("high", "medium", "low", "unknown")
DECLARED_CUT = 45.0


def rows_of(ask: Ask) -> list[Row]:
    """Return the portfolio as dictionaries."""
    names = [str(r[0]) for r in ask("SELECT column_name FROM (DESCRIBE portfolio)")]
    return [dict(zip(names, row, strict=True)) for row in ask("SELECT * FROM portfolio")]


def is_low(row: Row) -> bool:
    return bool(row["tier"] == "low")


def is_placed(row: Row) -> bool:
    return bool(row["tier"] != "unknown")


def is_odd(row: Row) -> bool:
    """Whether recency and the count of 30 days exclude each other."""
    days, count = row[DAYS], row[COUNT]
    if count is None or (days is None and not row[f"{DAYS}__never"]):
        return False
    return bool((days is None or days >= 30) == (count > 0)) and not (days is None and count == 0)


def total(rows: Iterable[Row], column: str = "contribution_amount") -> float | None:
    """Return the sum of what is known, None without anything known."""
    known = [row[column] for row in rows if row[column] is not None]
    return fsum(known) if known else None


def part(rows: list[Row], meets: Meets, column: str = "contribution_amount") -> float | None:
    whole = total(rows, column)
    return (total(filter(meets, rows), column) or 0.0) / whole if whole else None


def share(rows: Iterable[Row], meets: Meets) -> float | None:
    told = [meets(row) for row in rows]
    return sum(told) / len(told) if told else None


def exposed(rows: list[Row]) -> list[Row]:
    """Return the silent accounts above low in the top quarter by money, largest first."""
    cut = silence([r[DAYS] for r in rows if is_low(r) and r[DAYS] is not None]) or DECLARED_CUT
    found = [
        r
        for r in rows
        if r["effective_tier"] in ("high", "medium")
        and r["contribution_tier"] == 1
        and (r[f"{DAYS}__never"] or (r[DAYS] is not None and r[DAYS] >= cut))
    ]
    return sorted(found, key=lambda r: (-r["contribution_amount"], r["account_id"]))


def of_scores(rows: list[Row]) -> dict[str, float | None]:
    """Return the facts on tiers and scores."""
    scored = [r for r in rows if r["score_micro"] is not None]
    micro = [r["score_micro"] for r in scored]
    told: dict[str, float | None] = {
        **{f"tier:{t}": sum(r["tier"] == t for r in rows) / len(rows) for t in TIERS},
        "accounts": len(rows),
        "distinct_names": len({r["name"] for r in rows}),
        "coverage": fmean(r["coverage"] for r in rows),
        "full_coverage": share(rows, lambda r: r["coverage"] > 0.9999),
        "near_low_line": share(scored, lambda r: LINE - NEAR <= r["score_micro"] < LINE + NEAR),
        "just_above": sum(LINE <= m < LINE + NEAR for m in micro),
        "firm_low": share(filter(is_low, rows), lambda r: r["is_firm_low"]),
        "touch": share(filter(is_low, rows), lambda r: r["score_touch_micro"] >= LINE),
        "contra": share((r for r in rows if r[COUNT] is not None), is_odd),
        "contra:low": share((r for r in rows if r[COUNT] is not None and is_low(r)), is_odd),
    }
    if micro:
        told |= {"score:min": min(micro), "score:max": max(micro)}
        told |= {"score:avg": fmean(micro), "score:median": median(micro)}
    if len(micro) > 1 and min(micro) < max(micro):
        for name in DIMENSIONS:
            spread = covariance([r[f"{name}__micro"] for r in scored], micro)
            told[f"variance:{name}"] = spread / variance(micro)
    return told


def of_money(rows: list[Row]) -> dict[str, float | None]:
    """Return the facts on contribution."""
    known = [r for r in rows if r["contribution_amount"] is not None]
    told = {
        "money:total": total(rows),
        "money:low": total(filter(is_low, rows)),
        "money:low_part": part(rows, is_low),
        "money:low_pipeline": part(rows, is_low, "current_pipeline_amount"),
        "money:quarter": part(rows, lambda r: r["contribution_tier"] == 1),
        "money:quarter_n": sum(r["contribution_tier"] == 1 for r in known),
        "money:unknown": len(rows) - len(known),
        "exposure:n": len(exposed(rows)),
        "exposure:amount": total(exposed(rows)),
    }
    largest = sorted((r["contribution_amount"] for r in known), reverse=True)
    for count in (3, 10):
        told[f"money:top{count}"] = fsum(largest[:count]) / fsum(largest) if largest else None
    return told


def of_groups(rows: list[Row]) -> dict[str, float | None]:
    """Return the share of low accounts in every cell, industry and size."""
    cells: dict[str, list[Row]] = {}
    for row in filter(is_placed, rows):
        industry, size = (row[c] or "unknown" for c in ("industry", "account_size_segment"))
        for key in (f"cell:{industry}|{size}", f"industry:{industry}", f"size:{size}"):
            cells.setdefault(key, []).append(row)
    told = {key: share(held, is_low) for key, held in cells.items()}
    for key in [k for k in cells if k.startswith("size:")]:
        left = share(cells[key], lambda r: r["score_without_company_scale_micro"] < LINE)
        told[key.replace("size:", "size_without:")] = left
    return told


def check_facts_are_true(document: Document, ask: Ask) -> None:
    """Every fact that can be counted from the rows is what they give."""
    rows = rows_of(ask)
    told = {**of_scores(rows), **of_money(rows), **of_groups(rows)}
    for fact in document.facts:
        if fact.key in told:
            value, wanted = fact.value, told[fact.key]
            if value is None or wanted is None:
                assert value is wanted, fact.key
            else:
                assert value == pytest.approx(wanted, rel=1e-9, abs=1e-9), fact.key
