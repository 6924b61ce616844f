"""Hold the sources that say who left against each other, and read labels without dates."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from keepwell.config import Config
from keepwell.intake import left_words
from keepwell.ports import Engine
from keepwell.proof import (
    DATED_BUT_STATUS_STAYS,
    LABEL_UNDATED,
    LEFT_BUT_ACTIVE,
    LEFT_BUT_TERM_RUNS,
    STATUS_LEFT_UNDATED,
    TERMS_OVER_UNDATED,
    Labels,
)
from keepwell.runs.backtest_history import EVENT_TABLES, NUMBERED, counts_as_row
from keepwell.runs.importing_record import Imported
from keepwell.runs.portfolio import ALL_ACCOUNTS
from keepwell.vocabulary import Example, Finding, FindingKind, LabelColumn

_SHOWN = 5
_WORDS = 8


def label_findings(
    engine: Engine, config: Config, imported: Imported, last: date
) -> tuple[Finding, ...]:
    """Return where the sources disagree on who left by the last day; they must be open."""
    found: list[Finding] = []
    if "accounts.churned_at" in imported.mapped:
        found += _dates_against_rows(engine, config, imported, last)
    found += _dates_against_status(engine, imported, last)
    return tuple(found)


def _dates_against_rows(
    engine: Engine, config: Config, imported: Imported, last: date
) -> Iterator[Finding]:
    grace = config.proof.grace_days
    day, words = f"DATE '{last.isoformat()}'", {"grace": str(grace)}
    late = f"date_diff('day', a.churned_at, {{moment}}) > {grace}"
    if "subscriptions.period_end" in imported.mapped:
        paid = (
            "FROM subscriptions AS s WHERE s.account_id = a.account_id "
            "AND NOT coalesce(s.is_trial, FALSE)"
        )
        end = f"least(coalesce(s.period_end, {day}), {day})"
        runs = f"EXISTS (SELECT 1 {paid} AND {late.format(moment=end)})"
        yield from _told(engine, LEFT_BUT_TERM_RUNS, f"a.churned_at <= {day} AND {runs}", words)
        over = (
            f"a.churned_at IS NULL AND EXISTS (SELECT 1 {paid}) AND NOT EXISTS (SELECT 1 {paid} "
            f"AND (s.period_end IS NULL OR date_diff('day', s.period_end, {day}) <= {grace}))"
        )
        yield from _told(engine, TERMS_OVER_UNDATED, over, words)
    for table in EVENT_TABLES:
        if f"{table}.occurred_at" in imported.mapped:
            rows = counts_as_row(table, config, last)
            after = (
                f"a.churned_at <= {day} AND EXISTS (SELECT 1 FROM {table} AS e WHERE "
                f"e.account_id = a.account_id AND {rows} AND "
                f"{late.format(moment='CAST(e.occurred_at AS DATE)')})"
            )
            yield from _told(engine, LEFT_BUT_ACTIVE, after, words | {"rows": table})


def _dates_against_status(engine: Engine, imported: Imported, last: date) -> Iterator[Finding]:
    left = ", ".join("'" + w.replace("'", "''") + "'" for w in left_words())
    day = f"DATE '{last.isoformat()}'"
    for column in ("status", "lifecycle_stage"):
        if f"accounts.{column}" not in imported.mapped:
            continue
        says = f"lower(trim(a.{column})) IN ({left})"
        undated = f"{says} AND a.churned_at IS NULL"
        yield from _told(engine, STATUS_LEFT_UNDATED, undated, {"source": column}, column)
        # A column in which nobody ever left, such as a stage, says nothing of leaving.
        knows = f"EXISTS (SELECT 1 FROM {ALL_ACCOUNTS} AS a WHERE {says})"
        gone = f"a.churned_at <= {day} AND a.{column} IS NOT NULL"
        stays = f"{gone} AND NOT ({says}) AND {knows}"
        yield from _told(engine, DATED_BUT_STATUS_STAYS, stays, {"source": column}, column)


def _told(
    engine: Engine, kind: FindingKind, where: str, words: dict[str, str], column: str = ""
) -> Iterator[Finding]:
    accounts = f"FROM {ALL_ACCOUNTS} AS a WHERE {where}"
    count = int(engine.rows(f"SELECT count(*) {accounts}")[0][0])
    if not count:
        return
    some = engine.rows(f"SELECT a.account_id {accounts} ORDER BY 1 LIMIT {_SHOWN}")
    if column:
        seen = engine.rows(f"SELECT DISTINCT a.{column} {accounts} ORDER BY 1 LIMIT {_WORDS}")
        words = words | {"words": ", ".join(str(w) for (w,) in seen)}
    examples = tuple(Example("accounts", value=str(a)) for (a,) in some)
    yield Finding(kind, "accounts", count, column, examples, words)


def read_labels(engine: Engine, label: LabelColumn, accounts: int) -> Labels:
    """Return who left by a column without dates."""
    table, _, column = label.column.partition(".")
    stored = ALL_ACCOUNTS if table == "accounts" else table
    says = f"lower(trim(CAST(t.{column} AS VARCHAR)))"
    found: Sequence[tuple[int, str]] = engine.rows(
        f"SELECT n.number, {says} FROM {stored} AS t "
        f"JOIN {NUMBERED} AS n ON n.account_id = t.account_id WHERE t.{column} IS NOT NULL"
    )
    left, known = np.zeros(accounts, np.bool_), np.zeros(accounts, np.bool_)
    words = {w.strip().casefold() for w in label.means_left}
    for number, word in found:
        known[number], left[number] = True, word in words
    return Labels(known, left)


def undated(label: LabelColumn, labels: Labels) -> Finding:
    """Return the warning that goes with every label without a date."""
    words = {"column": label.column}
    return Finding(LABEL_UNDATED, "accounts", int(labels.known.sum()), params=words)
