"""The optional canonical columns worth asking for when no source column was found for them."""

from collections.abc import Mapping

WANTED: Mapping[str, tuple[str, ...]] = {
    "accounts": ("name", "industry", "account_size_segment", "number_of_employees", "created_at"),
    "contacts": ("contact_id", "email"),
    "activities": ("type",),
    "opportunities": ("stage", "amount", "created_at", "close_date", "is_won", "is_closed"),
    "transactions": ("amount",),
    "subscriptions": ("period_end", "amount"),
    "tickets": ("closed_at",),
    "usage": ("kind", "value"),
    "surveys": ("kind",),
    "account_view": (),
}

# One of these must be there before a table is taken without a telling name.
CORE: Mapping[str, tuple[str, ...]] = {
    "accounts": ("name", "industry", "account_size_segment", "annual_revenue"),
    "contacts": ("email", "title", "role"),
    "activities": ("type", "contact_id"),
    "opportunities": ("stage", "is_won", "close_date"),
    "transactions": ("amount",),
    "subscriptions": ("period_end", "amount"),
    "tickets": ("priority", "closed_at"),
    "usage": ("value",),
    "surveys": ("value",),
}

# What makes a wanted column of the same table needless.
ENOUGH: Mapping[tuple[str, str], str] = {("accounts", "created_at"): "customer_since"}
