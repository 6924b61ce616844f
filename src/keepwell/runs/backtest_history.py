"""Read what happened to accounts, once, from the canonical tables of an import."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from keepwell.config import Config
from keepwell.ports import Engine
from keepwell.proof import (
    NO_DAY,
    Departures,
    History,
    Ints,
    Offered,
    Outcome,
    levels,
    silence,
    terms,
)
from keepwell.runs.importing_record import Imported
from keepwell.runs.portfolio import ALL_ACCOUNTS

NUMBERED = "backtest_accounts"
EVENT_TABLES = ("transactions", "activities", "usage")
_EPOCH = "DATE '1970-01-01'"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Every account of the import, by number: its id and its groups as they stand today."""

    ids: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ids)


def number_accounts(engine: Engine, mapped: frozenset[str]) -> Accounts:
    """Number the accounts in the table NUMBERED, by id, and return their ids and groups."""
    engine.create_table(
        NUMBERED,
        "SELECT account_id, CAST(row_number() OVER (ORDER BY account_id) - 1 AS BIGINT) "
        f"AS number FROM {ALL_ACCOUNTS}",
    )
    wanted = {"industry": "industry", "region": "region", "csm": _csm(mapped)}
    there = {n: c for n, c in wanted.items() if f"accounts.{c}" in mapped}
    columns = "".join(f", coalesce(a.{c}, '') AS {n}" for n, c in there.items())
    found = engine.arrow(
        f"SELECT n.account_id{columns} FROM {NUMBERED} AS n "
        f"JOIN {ALL_ACCOUNTS} AS a ON a.account_id = n.account_id ORDER BY n.number"
    )
    return Accounts(
        tuple(found.column(0).to_pylist()),
        {n: tuple(found.column(n).to_pylist()) for n in there},
    )


def _csm(mapped: frozenset[str]) -> str:
    return "csm_id" if "accounts.csm_id" in mapped else "owner_id"


def offered(engine: Engine, config: Config, imported: Imported, last: date) -> Offered:
    """Return what the data hold of outcomes up to their last day."""
    mapped, day = imported.mapped, f"DATE '{last.isoformat()}'"
    departures = _count(engine, ALL_ACCOUNTS, f"churned_at <= {day}")
    term = f"period_start <= {day} AND NOT coalesce(is_trial, FALSE)"
    ended = f"{term} AND period_end IS NOT NULL"
    return Offered(
        departures=departures if "accounts.churned_at" in mapped else 0,
        ends=_count(engine, "subscriptions", ended),
        amounts=_count(engine, "subscriptions", f"{term} AND amount IS NOT NULL"),
        seats=_count(engine, "subscriptions", f"{term} AND seats IS NOT NULL"),
        rows={t: _count(engine, t, counts_as_row(t, config, last)) for t in EVENT_TABLES},
        has_labels=config.proof.labels is not None and config.proof.labels.column in mapped,
    )


def _count(engine: Engine, table: str, where: str) -> int:
    return int(engine.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])


def counts_as_row(table: str, config: Config, last: date) -> str:
    """Return the condition of rows that are a sign of life: no refund, no failed payment."""
    by_end = f"CAST(occurred_at AS DATE) <= DATE '{last.isoformat()}'"
    if table == "transactions":
        failed = ", ".join("'" + k.replace("'", "''") + "'" for k in config.value.rfm.failed_kinds)
        kinds = f" AND (kind IS NULL OR kind NOT IN ({failed}))" if failed else ""
        return f"{by_end} AND (amount IS NULL OR amount > 0){kinds}"
    return f"{by_end} AND (value IS NULL OR value <> 0)" if table == "usage" else by_end


def read_history(
    engine: Engine, config: Config, outcome: Outcome, accounts: int, last: date
) -> History:
    """Return the history of an outcome, from rows dated up to the last day of the data."""
    proof = config.proof
    match outcome.kind:
        case "churn":
            number, day = _whole(engine, _departures(last), 2)
            days = np.full(accounts, NO_DAY)
            days[number] = day
            return Departures(days)
        case "inactivity":
            rows = counts_as_row(outcome.on, config, last)
            number, day = _whole(engine, _active_days(outcome.on, rows), 2)
            return silence(
                accounts, number, day, days=proof.inactive_days, lapsed_days=proof.lapsed_days
            )
        case "non_renewal":
            number, first, end = _whole(engine, _terms("CAST(0 AS DOUBLE)", last), 3)
            return terms(accounts, number, first, end, proof.grace_days)
    column = "amount" if outcome.kind == "contraction" else "seats"
    select = _terms(f"CAST(s.{column} AS DOUBLE)", last)
    number, first, end = _whole(engine, select, 3)
    amount = np.nan_to_num(np.asarray(engine.arrow(select).column(3).to_numpy(), np.float64))
    fall = proof.fall_share if outcome.kind == "contraction" else 1e-9
    return levels(
        accounts, number, first, end, amount, fall_share=fall, grace_days=proof.grace_days
    )


def _whole(engine: Engine, select: str, columns: int) -> Sequence[Ints]:
    found = engine.arrow(select)
    return [np.asarray(found.column(i).to_numpy(), np.int64) for i in range(columns)]


def _departures(last: date) -> str:
    return (
        f"SELECT n.number, CAST(date_diff('day', {_EPOCH}, a.churned_at) AS BIGINT) "
        f"FROM {ALL_ACCOUNTS} AS a JOIN {NUMBERED} AS n ON n.account_id = a.account_id "
        f"WHERE a.churned_at IS NOT NULL AND a.churned_at <= DATE '{last.isoformat()}'"
    )


def _active_days(table: str, where: str) -> str:
    return (
        "SELECT n.number, CAST(date_diff('day', "
        f"{_EPOCH}, d.day) AS BIGINT) FROM (SELECT account_id, CAST(occurred_at AS DATE) AS day "
        f"FROM {table} WHERE {where} GROUP BY account_id, CAST(occurred_at AS DATE)) AS d "
        f"JOIN {NUMBERED} AS n ON n.account_id = d.account_id"
    )


def _terms(amount: str, last: date) -> str:
    return (
        f"SELECT n.number, CAST(date_diff('day', {_EPOCH}, s.period_start) AS BIGINT), "
        f"coalesce(CAST(date_diff('day', {_EPOCH}, s.period_end) AS BIGINT), {NO_DAY}), {amount} "
        f"FROM subscriptions AS s JOIN {NUMBERED} AS n ON n.account_id = s.account_id "
        f"WHERE s.period_start <= DATE '{last.isoformat()}' AND NOT coalesce(s.is_trial, FALSE) "
        "ORDER BY n.number, s.period_start, s.period_end, s.subscription_id"
    )


# A term is a whole number of months, give or take this; others were cut when somebody left.
_TERM_SLACK_DAYS = 3
_CUT_SHARE = 0.01


def ends_are_rewritten(engine: Engine) -> bool:
    """Say whether ends of terms were written when customers left, so that they tell the future.

    They were where more than one in a hundred ended terms is no whole number of months.
    """
    length = "date_diff('day', period_start, period_end) + 1"
    months = f"floor(CAST({length} AS DOUBLE) / 30.4375 + 0.5)"
    near = f"abs({length} - {months} * 30.4375) <= {_TERM_SLACK_DAYS} AND {months} >= 1"
    ended, cut = engine.rows(
        f"SELECT count(period_end), count(period_end) FILTER (WHERE NOT ({near})) "
        "FROM subscriptions WHERE NOT coalesce(is_trial, FALSE)"
    )[0]
    return int(cut) > _CUT_SHARE * int(ended)


def first_day(engine: Engine, imported: Imported) -> date | None:
    """Return the first day with a row of events or terms, else the first account's beginning."""
    dated = [(t, "occurred_at") for t in EVENT_TABLES if f"{t}.occurred_at" in imported.mapped]
    if "subscriptions.period_start" in imported.mapped:
        dated.append(("subscriptions", "period_start"))
    if not dated:
        dated = [(ALL_ACCOUNTS, "coalesce(customer_since, created_at)")]
    found = [
        engine.rows(f"SELECT CAST(min({column}) AS DATE) FROM {table}")[0][0]
        for table, column in dated
    ]
    # Windows are whole once the youngest of the sources has begun.
    return max((d for d in found if d is not None), default=None)
