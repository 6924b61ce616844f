"""Store how the six-month forecast did on past days, and what the best method says now."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from keepwell.measures import MeasurePlan, months_from
from keepwell.ports import Engine
from keepwell.proof.forecast_cases import HISTORY, HORIZON, WonMonths
from keepwell.proof.forecast_record import (
    LEVEL,
    MOST_ORIGINS,
    NEEDED_MONTHS,
    ForecastRecord,
    RecordRow,
    forecast_record,
)
from keepwell.runs.outlook_tables import store_rows

RECORD, SUMMARY, INTERVALS = "forecast_record", "forecast_summary", "forecast_intervals"
MONTHS = 2 * HORIZON + MOST_ORIGINS + HISTORY
# Above this, every n-th account stands for all of them in the record.
MOST_ACCOUNTS = 500_000
SEED = 53
NO_DATED_WINS = "no_dated_wins"
_WINS = {
    "opportunities": ("close_date", "coalesce(d.is_won, FALSE)"),
    "transactions": ("occurred_at", "TRUE"),
}


@dataclass(frozen=True, slots=True)
class ForecastSummary:
    """What the record comes to. `sampled`: one account in so many was looked at, 1 = all."""

    verdict: str
    months: int
    needed_months: int
    buyers: int
    origins: int
    chosen: str
    skill: float | None
    skill_low: float | None
    skill_high: float | None
    better_origins: int
    level: float
    total_amount: float | None
    total_low: float | None
    total_high: float | None
    held_totals: int
    sampled: int


@dataclass(frozen=True, slots=True)
class AccountInterval:
    """The chosen method's six months of one account, with its interval; they sum to the total."""

    account_id: str
    amount: float
    low: float | None
    high: float | None


def record_forecast(engine: Engine, plan: MeasurePlan, as_of: date, retention: float) -> str:
    """Store RECORD, SUMMARY and INTERVALS; return the verdict.

    Needs: tables accounts_imported, accounts, and the deals that won amounts are computed from.
    """
    provider = plan.provider("won_amount_6m")
    deals = provider.family if provider is not None else ""
    if deals not in _WINS:
        store_rows(engine, RECORD, [], RecordRow)
        store_rows(engine, INTERVALS, [], AccountInterval)
        store_rows(engine, SUMMARY, [_nothing()], ForecastSummary)
        return NO_DATED_WINS
    every = int(engine.rows("SELECT count(*) FROM accounts_imported")[0][0])
    sampled = -(-every // MOST_ACCOUNTS) or 1
    names, won = _won_months(engine, deals, as_of, retention, sampled)
    record = forecast_record(won, SEED)
    store_rows(engine, RECORD, record.rows, RecordRow)
    store_rows(engine, SUMMARY, [_summary(record, sampled)], ForecastSummary)
    now = np.flatnonzero(won.is_customer[:, 0]) if sampled == 1 else np.zeros(0, dtype=np.int64)
    store_rows(
        engine, INTERVALS, [_interval(names[n], record, int(n)) for n in now], AccountInterval
    )
    return record.verdict


def won_months_select(deals: str, as_of: date, sampled: int = 1) -> str:
    """Return SQL giving, per imported account, the days it was a customer and wins by month."""
    day, is_won = _WINS[deals]
    sums = ", ".join(
        f"coalesce(CAST(sum(d.amount) FILTER (WHERE {is_won} AND d.{day} >= {_after(as_of, m + 1)} "
        f"AND d.{day} < {_after(as_of, m)}) AS DOUBLE), CAST(0 AS DOUBLE)) AS month_{m}"
        for m in range(MONTHS)
    )
    return (
        f"SELECT a.account_id, a.began, a.ended, {sums} FROM ("  # noqa: S608
        "SELECT account_id, CAST(coalesce(customer_since, created_at) AS DATE) AS began, "
        "CAST(churned_at AS DATE) AS ended, row_number() OVER (ORDER BY account_id) AS place "
        f"FROM accounts_imported) AS a LEFT JOIN {deals} AS d ON d.account_id = a.account_id "
        f"WHERE a.place % {sampled} = 0 "
        "GROUP BY a.account_id, a.began, a.ended ORDER BY a.account_id"
    )


def _after(as_of: date, months_back: int) -> str:
    edge = months_from(as_of, -months_back) + timedelta(days=1)
    return f"CAST('{edge.isoformat()}' AS TIMESTAMP)"


def _won_months(
    engine: Engine, deals: str, as_of: date, retention: float, sampled: int
) -> tuple[list[str], WonMonths]:
    table = engine.arrow(won_months_select(deals, as_of, sampled))
    names = [str(a) for a in table.column(0).to_pylist()]
    began = np.array(table.column(1).to_pylist(), dtype="datetime64[D]")
    ended = np.array(table.column(2).to_pylist(), dtype="datetime64[D]")
    amounts = [table.column(n).to_numpy() for n in range(3, table.num_columns)]
    days = [np.datetime64(months_from(as_of, -m)) for m in range(MONTHS + 1)]
    # Who has no beginning on record counts as a customer all along, as for scoring.
    is_customer = [~(began > day) & ~(ended <= day) for day in days]
    return names, WonMonths(np.column_stack(amounts), np.column_stack(is_customer), retention)


def _summary(record: ForecastRecord, sampled: int) -> ForecastSummary:
    skill, total = record.skill_interval, record.total_interval
    is_whole = sampled == 1
    return ForecastSummary(
        verdict=record.verdict,
        months=record.months,
        needed_months=NEEDED_MONTHS,
        buyers=record.buyers,
        origins=record.origins,
        chosen=record.chosen,
        skill=record.skill,
        skill_low=skill.low if skill else None,
        skill_high=skill.high if skill else None,
        better_origins=record.better_origins,
        level=LEVEL,
        total_amount=record.total if is_whole else None,
        total_low=total.low if total and is_whole else None,
        total_high=total.high if total and is_whole else None,
        held_totals=record.held_totals,
        sampled=sampled,
    )


def _nothing() -> ForecastSummary:
    return ForecastSummary(
        verdict=NO_DATED_WINS,
        months=0,
        needed_months=NEEDED_MONTHS,
        buyers=0,
        origins=0,
        chosen="",
        skill=None,
        skill_low=None,
        skill_high=None,
        better_origins=0,
        level=LEVEL,
        total_amount=None,
        total_low=None,
        total_high=None,
        held_totals=0,
        sampled=1,
    )


def _interval(name: str, record: ForecastRecord, row: int) -> AccountInterval:
    low, high = float(record.lows[row]), float(record.highs[row])
    is_known = not np.isnan(low)
    return AccountInterval(
        name, float(record.amounts[row]), low if is_known else None, high if is_known else None
    )
