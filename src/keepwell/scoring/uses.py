"""Which scorecard applies to which account: the first whose condition holds, as SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from keepwell.measures import parse_expression, parse_portable, render
from keepwell.scoring.scale_sql import column, whole
from keepwell.vocabulary import Scorecard

USE_COLUMN = "scorecard_use"


@dataclass(frozen=True, slots=True)
class CardUse:
    """A scorecard and the condition, one scalar SQL expression, of the accounts it is for."""

    card: Scorecard
    when: str | None = None


def use_condition(number: int) -> str:
    """Return the SQL condition of the accounts of the use with this 1-based number; 0 = none."""
    equal = exp.EQ(this=column(USE_COLUMN), expression=whole(number))
    return equal.sql("duckdb")


def use_select(
    uses: Sequence[CardUse],
    measure_columns: Mapping[str, str],
    account_columns: Mapping[str, str],
    *,
    measures_table: str = "measures",
    accounts_table: str = "accounts",
) -> str:
    """Return SQL for the measures with `scorecard_use`: the 1-based number of the use, 0 for none.

    `account_columns` may serve in conditions too; a measure of the same name goes first.
    Errors: SqlNotAllowed for a condition that is not one portable scalar expression.
    """
    extra = {n: t for n, t in account_columns.items() if n not in measure_columns}
    types = {**extra, **measure_columns}
    case = exp.Case()
    for number, use in enumerate(uses, start=1):
        holds = parse_expression(use.when, types) if use.when is not None else exp.true()
        case = case.when(holds, whole(number))
    chosen = [column(n) for n in measure_columns]
    marked = exp.select(*chosen, exp.alias_(case.else_(whole(0)), USE_COLUMN))
    joined = exp.select(
        *(exp.column(n, table="m") for n in measure_columns),
        *(exp.column(n, table="a") for n in extra),
    ).from_(exp.alias_(exp.to_table(measures_table), "m", table=True))
    if extra:
        same = exp.EQ(
            this=exp.column("account_id", table="a"),
            expression=exp.column("account_id", table="m"),
        )
        accounts = exp.alias_(exp.to_table(accounts_table), "a", table=True)
        joined = joined.join(accounts, on=same, join_type="left")
    marked = marked.from_("described").with_("described", as_=joined)
    return render(parse_portable(marked, types=types), "duckdb")
