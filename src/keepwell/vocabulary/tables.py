"""The canonical tables: what every source is mapped onto (design 6)."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What a canonical column holds and how text is turned into it."""

    ID = "id"
    TEXT = "text"
    CATEGORY = "category"
    EMAIL = "email"
    NUMBER = "number"
    COUNT = "count"
    PERCENT = "percent"
    MONEY = "money"
    CURRENCY = "currency"
    FLAG = "flag"
    DATE = "date"
    TIMESTAMP = "timestamp"


SQL_TYPES: dict[Kind, str] = {
    Kind.ID: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.CATEGORY: "VARCHAR",
    Kind.EMAIL: "VARCHAR",
    Kind.NUMBER: "DOUBLE",
    Kind.COUNT: "BIGINT",
    Kind.PERCENT: "DOUBLE",
    Kind.MONEY: "DECIMAL(24, 6)",
    Kind.CURRENCY: "VARCHAR",
    Kind.FLAG: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.TIMESTAMP: "TIMESTAMP",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column. `is_current_only`: overwritten in place, so unknown for past dates."""

    name: str
    kind: Kind
    is_required: bool = False
    is_current_only: bool = False
    may_be_negative: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table: its columns, key and the column that dates its rows.

    `dated_by`:      rows dated after `as_of` are excluded and counted.
    `belongs_to`:    the account reference that must exist, else the row is an orphan.
    """

    name: str
    columns: tuple[Column, ...]
    key: str = ""
    dated_by: str = ""
    belongs_to: str = "account_id"

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((c for c in self.columns if c.name == name), None)


def _cols(kind: Kind, *names: str, current: bool = False) -> tuple[Column, ...]:
    return tuple(Column(n, kind, is_current_only=current) for n in names)


def _need(column: Column) -> Column:
    return replace(column, is_required=True)


_ACCOUNT_REF = _need(Column("account_id", Kind.ID))

ACCOUNTS = Table(
    "accounts",
    (
        _need(Column("account_id", Kind.ID)),
        Column("name", Kind.TEXT),
        *_cols(Kind.CATEGORY, "industry", "account_size_segment", current=True),
        *_cols(Kind.COUNT, "number_of_employees", current=True),
        *_cols(Kind.MONEY, "annual_revenue", current=True),
        Column("currency", Kind.CURRENCY),
        *_cols(Kind.CATEGORY, "region", current=True),
        *_cols(Kind.ID, "owner_id", "csm_id", current=True),
        *_cols(Kind.DATE, "created_at", "customer_since"),
        *_cols(Kind.CATEGORY, "lifecycle_stage", "status", current=True),
        *_cols(Kind.DATE, "churned_at"),
        *_cols(Kind.ID, "parent_account_id", current=True),
        *_cols(Kind.NUMBER, "csm_pulse", current=True),
        *_cols(Kind.FLAG, "is_test"),
    ),
    key="account_id",
    belongs_to="",
)

CONTACTS = Table(
    "contacts",
    (
        Column("contact_id", Kind.ID),
        _ACCOUNT_REF,
        Column("name", Kind.TEXT),
        *_cols(Kind.EMAIL, "email", current=True),
        *_cols(Kind.TEXT, "title", current=True),
        *_cols(Kind.CATEGORY, "role", current=True),
        *_cols(Kind.FLAG, "is_active", current=True),
        *_cols(Kind.TIMESTAMP, "created_at"),
    ),
    key="contact_id",
    dated_by="created_at",
)

ACTIVITIES = Table(
    "activities",
    (
        Column("activity_id", Kind.ID),
        _ACCOUNT_REF,
        *_cols(Kind.ID, "contact_id"),
        *_cols(Kind.CATEGORY, "type", "channel"),
        _need(Column("occurred_at", Kind.TIMESTAMP)),
        *_cols(Kind.CATEGORY, "outcome"),
    ),
    key="activity_id",
    dated_by="occurred_at",
)

OPPORTUNITIES = Table(
    "opportunities",
    (
        Column("opportunity_id", Kind.ID),
        _ACCOUNT_REF,
        *_cols(Kind.CATEGORY, "stage", current=True),
        *_cols(Kind.MONEY, "amount"),
        *_cols(Kind.CURRENCY, "currency"),
        *_cols(Kind.PERCENT, "probability", current=True),
        *_cols(Kind.TIMESTAMP, "created_at", "close_date"),
        *_cols(Kind.FLAG, "is_won", "is_closed", current=True),
        *_cols(Kind.CATEGORY, "type"),
    ),
    key="opportunity_id",
    dated_by="created_at",
)

TRANSACTIONS = Table(
    "transactions",
    (
        Column("transaction_id", Kind.ID),
        _ACCOUNT_REF,
        _need(Column("occurred_at", Kind.TIMESTAMP)),
        Column("amount", Kind.MONEY, may_be_negative=True),
        *_cols(Kind.CURRENCY, "currency"),
        *_cols(Kind.CATEGORY, "kind"),
    ),
    key="transaction_id",
    dated_by="occurred_at",
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    (
        Column("subscription_id", Kind.ID),
        _ACCOUNT_REF,
        _need(Column("period_start", Kind.DATE)),
        Column("period_end", Kind.DATE),
        *_cols(Kind.MONEY, "amount"),
        *_cols(Kind.CURRENCY, "currency"),
        *_cols(Kind.CATEGORY, "kind"),
        *_cols(Kind.COUNT, "seats"),
        *_cols(Kind.FLAG, "is_trial"),
    ),
    key="subscription_id",
    dated_by="period_start",
)

TICKETS = Table(
    "tickets",
    (
        Column("ticket_id", Kind.ID),
        _ACCOUNT_REF,
        _need(Column("occurred_at", Kind.TIMESTAMP)),
        *_cols(Kind.TIMESTAMP, "closed_at"),
        *_cols(Kind.TIMESTAMP, "reopened_at"),
        *_cols(Kind.CATEGORY, "kind", "priority"),
        *_cols(Kind.NUMBER, "value"),
    ),
    key="ticket_id",
    dated_by="occurred_at",
)

USAGE = Table(
    "usage",
    (
        Column("usage_id", Kind.ID),
        _ACCOUNT_REF,
        _need(Column("occurred_at", Kind.TIMESTAMP)),
        *_cols(Kind.CATEGORY, "kind"),
        *_cols(Kind.NUMBER, "value"),
    ),
    key="usage_id",
    dated_by="occurred_at",
)

SURVEYS = Table(
    "surveys",
    (
        Column("survey_id", Kind.ID),
        _ACCOUNT_REF,
        _need(Column("occurred_at", Kind.TIMESTAMP)),
        *_cols(Kind.CATEGORY, "kind"),
        _need(Column("value", Kind.NUMBER, may_be_negative=True)),
    ),
    key="survey_id",
    dated_by="occurred_at",
)

_VIEW_COUNTS = (
    "days_since_last_activity",
    "total_activities_30d",
    "total_activities_90d",
    "active_channels",
    "total_contacts",
    "contacts_with_email",
    "number_of_employees",
    "account_age_days",
    "active_weeks_90d",
    "longest_gap_days",
    "days_since_last_login",
    "feature_adoption_depth",
    "open_tickets",
    "reopened_tickets_90d",
    "days_to_renewal",
)
_VIEW_AMOUNTS = (
    "annual_revenue",
    "total_won_amount",
    "won_amount_12m",
    "current_pipeline_amount",
    "estimated_customer_ltv",
)
_VIEW_NUMBERS = (
    "average_sales_cycle_days",
    "activity_trend",
    "usage_trend",
    "nps",
    "csm_pulse",
    "customer_health_score",
    "recency_score",
    "frequency_score",
    "monetary_score",
)
_VIEW_SHARES = (
    "contact_email_coverage",
    "key_role_coverage",
    "win_rate",
    "self_service_share",
    "churn_probability",
)
_VIEW_CATEGORIES = ("account_size_segment", "churn_risk_level", "value_tier", "value_segment")

ACCOUNT_VIEW = Table(
    "account_view",
    (
        _ACCOUNT_REF,
        *_cols(Kind.COUNT, *_VIEW_COUNTS, current=True),
        *_cols(Kind.MONEY, *_VIEW_AMOUNTS, current=True),
        *(
            Column(n, Kind.NUMBER, is_current_only=True, may_be_negative=True)
            for n in _VIEW_NUMBERS
        ),
        *_cols(Kind.PERCENT, *_VIEW_SHARES, current=True),
        *_cols(Kind.CATEGORY, *_VIEW_CATEGORIES, current=True),
        *_cols(Kind.CURRENCY, "currency"),
        *_cols(Kind.DATE, "last_activity_at", current=True),
    ),
    key="account_id",
)

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        ACCOUNTS,
        CONTACTS,
        ACTIVITIES,
        OPPORTUNITIES,
        TRANSACTIONS,
        SUBSCRIPTIONS,
        TICKETS,
        USAGE,
        SURVEYS,
        ACCOUNT_VIEW,
    )
}
