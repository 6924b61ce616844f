"""The watch table (today's portfolio beside earlier snapshots) and its conditions, as SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from keepwell.measures import parse_expression, parse_portable, render
from keepwell.warning.triggers import Trigger
from keepwell.warning.value_columns import VALUE, VALUE_BEFORE, VALUE_COLUMNS

LOOK_BACK_DAYS = 30
# An older snapshot than this says nothing of the last month.
LOOK_BACK_AT_MOST_DAYS = 60
BEFORE, MONTH_AGO, ALARMS = "watch_before", "watch_month_ago", "watch_alarms"
LAST = "watch_last"
HAS_ALARM = "has_alarm"
POINT = "CAST('1000000' AS DOUBLE)"

# Columns that the watch table has beside those of the portfolio.
ADDED_COLUMNS: Mapping[str, str] = {
    **VALUE_COLUMNS,
    "before_segment": "VARCHAR",
    "before_value_tier": "VARCHAR",
    "before_tier": "VARCHAR",
    "before_effective_tier": "VARCHAR",
    "before_score": "DOUBLE",
    "score_change": "DOUBLE",
    "score_change_30d": "DOUBLE",
    "is_high_value": "BOOLEAN",
    HAS_ALARM: "BOOLEAN",
}
# What is kept of an account beside the conditions: who it is and why the alert matters.
EVIDENCE_COLUMNS = (
    "account_id",
    "name",
    "csm_id",
    "owner_id",
    "account_size_segment",
    "score_micro",
    "effective_tier",
    "before_effective_tier",
    "before_score",
    "score_change_30d",
    "contribution_amount",
    "expected_loss_amount",
    "days_to_renewal",
    "days_since_last_activity",
    "segment",
    "value_tier",
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The earlier runs that a run is compared with: the last one, and one about a month before."""

    before: str | None
    month_ago: str | None


def earlier_runs(as_of: date, published: Sequence[tuple[str, date]]) -> Earlier:
    """Return the runs to compare with; `published` holds run and day, newest publication first.

    A day that was run twice counts by its last publication; the described day itself never does.
    """
    by_day: dict[date, str] = {}
    for run_id, day in published:
        by_day.setdefault(day, run_id)
    days = sorted((d for d in by_day if d < as_of), reverse=True)
    ages = [d for d in days if LOOK_BACK_DAYS <= (as_of - d).days <= LOOK_BACK_AT_MOST_DAYS]
    return Earlier(
        by_day[days[0]] if days else None,
        by_day[ages[0]] if ages else None,
    )


def watch_columns(portfolio: Mapping[str, str]) -> dict[str, str]:
    """Return names and SQL types of the columns that a condition may read."""
    return {**portfolio, **ADDED_COLUMNS}


def watch_select(portfolio: Mapping[str, str]) -> str:
    """Return SQL for one row per account of today.

    Needs:   `portfolio`; BEFORE and MONTH_AGO with the columns of `scores`; VALUE and VALUE_BEFORE
             as `value_watch_select` makes them; ALARMS with the distinct account_id of stored
             alarms. All but the portfolio may be empty.
    Missing: an account without an earlier row has NULL there, which no condition meets.
    """
    kept = ", ".join(f"p.{c}" for c in portfolio if c not in ADDED_COLUMNS)
    before, month = (f"CAST({t}.score_micro AS DOUBLE) / {POINT}" for t in ("b", "h"))
    high = "p.contribution_tier = 1 OR v.value_tier IN ('platinum', 'gold')"
    valued = ", ".join(f"v.{c}" for c in VALUE_COLUMNS)
    return (
        f"SELECT {kept}, {valued}, u.segment AS before_segment, "
        f"u.value_tier AS before_value_tier, b.tier AS before_tier, "
        f"b.effective_tier AS before_effective_tier, "
        f"{before} AS before_score, p.score - {before} AS score_change, "
        f"p.score - {month} AS score_change_30d, coalesce({high}, FALSE) AS is_high_value, "
        f"k.account_id IS NOT NULL AS {HAS_ALARM} "
        f"FROM portfolio AS p LEFT JOIN {BEFORE} AS b ON b.account_id = p.account_id "
        f"LEFT JOIN {MONTH_AGO} AS h ON h.account_id = p.account_id "
        f"LEFT JOIN {VALUE} AS v ON v.account_id = p.account_id "
        f"LEFT JOIN {VALUE_BEFORE} AS u ON u.account_id = p.account_id "
        f"LEFT JOIN {ALARMS} AS k ON k.account_id = p.account_id"
    )


def conditions_select(triggers: Sequence[Trigger], columns: Mapping[str, str]) -> str:
    """Return SQL for every account: account_id, then `enters_n` and `leaves_n` from 1.

    Needs: table `watch`, as `watch_select` makes it.
    Errors: SqlNotAllowed for a condition that is not portable.
    """
    shown = ", ".join(("account_id", *_named(_conditions(triggers, columns))))
    return render(parse_portable(f"SELECT {shown} FROM watch", types=columns), "duckdb")


def readings_select(triggers: Sequence[Trigger], columns: Mapping[str, str]) -> str:
    """Return SQL for the accounts of interest: some condition holds, or an alarm is stored.

    Columns: EVIDENCE_COLUMNS, then for the n-th trigger (from 1) `enters_n` and `leaves_n`.
    Needs: table `watch`, as `watch_select` makes it.
    Errors: SqlNotAllowed for a condition that is not portable.
    """
    conditions = _conditions(triggers, columns)
    shown = ", ".join((*EVIDENCE_COLUMNS, *_named(conditions)))
    some = " OR ".join((HAS_ALARM, *(enter for enter, _ in conditions)))
    text = f"SELECT {shown} FROM watch WHERE {some}"
    return render(parse_portable(text, types=columns), "duckdb")


def _conditions(triggers: Sequence[Trigger], columns: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return SQL of when the alert of each trigger starts and ends."""

    def sql(text: str) -> str:
        return f"({render(parse_expression(text, columns), 'duckdb')})"

    return [(sql(t.enter), sql(t.leave)) for t in triggers]


def _named(conditions: Sequence[tuple[str, str]]) -> list[str]:
    return [
        f"{enter} AS enters_{n}, {leave} AS leaves_{n}"
        for n, (enter, leave) in enumerate(conditions, start=1)
    ]
