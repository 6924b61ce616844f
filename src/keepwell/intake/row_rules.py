"""Rules over a whole typed row: required values, order of dates, dates in the future."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from keepwell.intake.cleaning import word_list
from keepwell.vocabulary import Table

_EVENTS = ("activities", "tickets", "usage", "surveys", "transactions", "opportunities")
_SPANS = {
    "subscriptions": (("period_start", "period_end"),),
    "tickets": (("occurred_at", "closed_at"), ("occurred_at", "reopened_at")),
    "opportunities": (("created_at", "close_date"),),
}
_EXPLAINED = ("null_word", "date_sentinel", "category_unlisted")


@dataclass(frozen=True, slots=True)
class RowRule:
    """A condition on typed rows; rows that meet it get `code`, shown under `column`."""

    code: str
    column: str
    condition: str


def quarantine_rules(table: Table, mapped: Iterable[str], today: date) -> tuple[RowRule, ...]:
    """Return the rules whose rows are set aside, for the columns that are mapped."""
    has = frozenset(mapped)
    rules = []
    for column in table.columns:
        is_key = column.name == table.key
        if column.name in has and (is_key or column.is_required):
            empty = (
                f'"{column.name}" IS NULL AND (s_{column.name} IS NULL '
                f"OR s_{column.name} IN ({word_list(_EXPLAINED)}))"
            )
            code = "key_missing" if is_key else "required_missing"
            rules.append(RowRule(code, column.name, empty))
    if table.name in _EVENTS and table.dated_by in has:
        late = f"CAST(\"{table.dated_by}\" AS DATE) > DATE '{today}'"
        rules.append(RowRule("dated_after_load", table.dated_by, late))
    if table.name == "surveys" and {"kind", "value"} <= has:
        outside = "regexp_matches(lower(kind), '(^|[^a-z])nps') AND value NOT BETWEEN 0 AND 10"
        rules.append(RowRule("out_of_scale", "value", outside))
    for start, end in _SPANS.get(table.name, ()):
        if {start, end} <= has:
            before = f'CAST("{end}" AS DATE) < CAST("{start}" AS DATE)'
            rules.append(RowRule("end_before_start", end, before))
    return tuple(rules)


def warning_rules(
    table: Table, mapped: Iterable[str], as_of: date | None, today: date
) -> tuple[RowRule, ...]:
    """Return the rules whose rows are kept but counted."""
    has = frozenset(mapped)
    rules = []
    if as_of is not None and table.dated_by in has:
        late = f"CAST(\"{table.dated_by}\" AS DATE) > DATE '{as_of}'"
        rules.append(RowRule("dated_after_as_of", table.dated_by, late))
    if {"contacts_with_email", "total_contacts"} <= has:
        more = "contacts_with_email > total_contacts"
        rules.append(RowRule("more_emails_than_contacts", "contacts_with_email", more))
    if {"is_won", "is_closed"} <= has:
        rules.append(RowRule("won_not_closed", "is_won", "is_won AND NOT is_closed"))
    if table.name == "accounts" and "churned_at" in has:
        late = f"churned_at > DATE '{today}'"
        rules.append(RowRule("churn_in_future", "churned_at", late))
        since = [c for c in ("customer_since", "created_at") if c in has]
        if since:
            start = f"coalesce({', '.join(since)}, churned_at)"
            rules.append(RowRule("churn_before_start", "churned_at", f"churned_at < {start}"))
    return tuple(rules)
