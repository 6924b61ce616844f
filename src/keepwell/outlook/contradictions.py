"""Rules that two measures of one account can't both break, and how either repair would go.

A pair of measures has one scenario a side: `<pair>_left` takes the left measure for right in every
account where a rule of the pair fires and changes the right one by the least that fits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

Side = Literal["left", "right"]
UNKNOWN_VALUE = "CAST(NULL AS DOUBLE)"


@dataclass(frozen=True, slots=True)
class Repair:
    """The value (SQL) that a measure takes where a rule fires; it is then known, or unknown."""

    measure: str
    value: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two measures, the SQL condition under which one of them must be wrong, and both repairs."""

    code: str
    pair: str
    left: str
    right: str
    condition: str
    if_left: tuple[Repair, ...]
    if_right: tuple[Repair, ...]

    def repairs(self, side: Side) -> tuple[Repair, ...]:
        """Return what changes when the measure on that side is right."""
        return self.if_left if side == "left" else self.if_right


_GAP, _MONTH, _QUARTER = "days_since_last_activity", "total_activities_30d", "total_activities_90d"
_EMAIL, _CONTACTS, _COVERAGE = "contacts_with_email", "total_contacts", "contact_email_coverage"
_WON, _WON_12M, _ODDS, _AGE = "total_won_amount", "won_amount_12m", "win_rate", "account_age_days"
_WEEKS = "active_weeks_90d"


def _value(number: int) -> str:
    return f"CAST({number} AS DOUBLE)"


def _windowed(count: str, days: int, pair: str) -> tuple[Contradiction, ...]:
    """Return the rules between recency and a count over `days` days that ends on `as_of`."""
    shown = f"{days}d"
    none, one = (Repair(count, _value(0)),), (Repair(count, _value(1)),)
    inside, outside = (Repair(_GAP, _value(days - 1)),), (Repair(_GAP, _value(days)),)
    never = f"{_GAP} IS NULL AND {_GAP}__never AND {count} > 0"
    return (
        Contradiction(
            f"silent_yet_counted_{shown}", pair, _GAP, count,
            f"{_GAP} >= {days} AND {count} > 0", none, inside,
        ),
        Contradiction(
            f"recent_yet_uncounted_{shown}", pair, _GAP, count,
            f"{_GAP} < {days} AND {count} = 0", one, outside,
        ),
        Contradiction(f"never_yet_counted_{shown}", pair, _GAP, count, never, none, inside),
    )  # fmt: skip


def _larger(code: str, left: str, right: str) -> Contradiction:
    """Return the rule that `left`, a part of `right`, is larger than it."""
    repairs = (Repair(right, left),), (Repair(left, right),)
    return Contradiction(code, code, left, right, f"{left} > {right}", *repairs)


_FULL = Repair(_COVERAGE, _value(1))

CONTRADICTIONS: tuple[Contradiction, ...] = (
    *_windowed(_MONTH, 30, "activity_30d"),
    *_windowed(_QUARTER, 90, "activity_90d"),
    _larger("month_above_quarter", _MONTH, _QUARTER),
    _larger("weeks_above_activities", _WEEKS, _QUARTER),
    Contradiction(
        "emails_above_contacts", "emails_above_contacts", _EMAIL, _CONTACTS,
        f"{_EMAIL} > {_CONTACTS}",
        (Repair(_CONTACTS, _EMAIL), _FULL), (Repair(_EMAIL, _CONTACTS), _FULL),
    ),
    _larger("silence_above_age", _GAP, _AGE),
    _larger("recent_won_above_total", _WON_12M, _WON),
    Contradiction(
        "won_without_wins", "won_without_wins", _WON, _ODDS,
        f"{_WON} > 0 AND {_ODDS} = 0",
        (Repair(_ODDS, UNKNOWN_VALUE),), (Repair(_WON, _value(0)),),
    ),
)  # fmt: skip


def checkable(
    columns: Collection[str], rules: Sequence[Contradiction] = CONTRADICTIONS
) -> tuple[Contradiction, ...]:
    """Return the rules whose two measures exist in the table."""
    return tuple(r for r in rules if r.left in columns and r.right in columns)


def flag(rule: Contradiction) -> str:
    """Return SQL that is TRUE where the rule fires, else FALSE; never NULL."""
    return f"CASE WHEN {rule.condition} THEN TRUE ELSE FALSE END"


def any_flag(rules: Sequence[Contradiction]) -> str:
    """Return SQL that is TRUE where any rule fires, else FALSE."""
    if not rules:
        return "FALSE"
    fires = " OR ".join(f"({r.condition})" for r in rules)
    return f"CASE WHEN {fires} THEN TRUE ELSE FALSE END"


def counts_select(rules: Sequence[Contradiction]) -> str:
    """Return SQL for one row: per rule the accounts in which it fires."""
    counts = ", ".join(f"count(*) FILTER (WHERE {r.condition})" for r in rules)
    return f"SELECT {counts} FROM measures"


def examples_select(rule: Contradiction, limit: int = 5) -> str:
    """Return SQL for the first accounts in which the rule fires, with both values."""
    return (
        f"SELECT account_id, {rule.left}, {rule.right} FROM measures "
        f"WHERE {rule.condition} ORDER BY account_id LIMIT {limit}"
    )


def repaired(rules: Sequence[Contradiction], side: Side) -> dict[str, str]:
    """Return SQL per changed column (values and never flags) of a pair's repair."""
    cases: dict[str, list[str]] = {}
    for rule in rules:
        for repair in rule.repairs(side):
            case = f"WHEN {rule.condition} THEN {repair.value}"
            cases.setdefault(repair.measure, []).append(case)
            cases.setdefault(f"{repair.measure}__never", []).append(
                f"WHEN {rule.condition} THEN FALSE"
            )
    return {name: f"CASE {' '.join(c)} ELSE {name} END" for name, c in cases.items()}
