"""Accounts that a status or stage calls gone, or no customers yet, and that still count."""

from datetime import date

from keepwell.intake import (
    STATE_COLUMNS,
    MoneyRules,
    lead_words,
    left_words,
    state_condition,
    typed_select,
)
from keepwell.ports import ImportWork
from keepwell.runs.importing_feeds import TableWork
from keepwell.runs.importing_rows import RowChecks


def warn_of_states(table: TableWork, work: ImportWork, rows: RowChecks) -> None:
    """Report accepted accounts that have left without a date, and those that are leads."""
    for column in STATE_COLUMNS:
        if column in table.mapped:
            left = f"{state_condition(column, left_words())} AND churned_at IS NULL"
            _warn(table, work, rows, "left_undated", column, left)
            lead = state_condition(column, lead_words(column))
            _warn(table, work, rows, "not_yet_customers", column, lead)


def exclude_filtered(table: TableWork, work: ImportWork, rules: MoneyRules, today: date) -> None:
    """Let accounts that drop_when leaves out take their rows along, like excluded ones."""
    for feed in table.feeds:
        if feed.where == "true" or "account_id" not in feed.readings:
            continue
        place = (feed.number, feed.staged.name, f"NOT ({feed.where})")
        left_out = typed_select(table.table, place, feed.cells, feed.readings, rules, today)
        work.run(
            f"INSERT INTO account_fate SELECT DISTINCT account_id, 'excluded' FROM ({left_out}) "
            "WHERE account_id IS NOT NULL "
            "AND account_id NOT IN (SELECT account_id FROM account_fate)"
        )


def _warn(
    table: TableWork, work: ImportWork, rows: RowChecks, code: str, column: str, condition: str
) -> None:
    chosen = f"FROM accepted_{table.name} WHERE {condition}"
    words = [w for (w,) in work.rows(f'SELECT DISTINCT "{column}" {chosen} ORDER BY 1 LIMIT 10')]
    sources = [c.source_column for f in table.feeds for c in f.cells if c.name == column]
    params = {"words": ", ".join(words), "source": sources[0] if sources else column}
    rows.note(table, code, f"SELECT _id {chosen}", column, **params)
