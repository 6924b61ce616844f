"""The columns that the benchmark's tables fill, as an import would report them."""

MAPPED = frozenset(
    {
        *(
            f"accounts.{c}"
            for c in (
                "account_id",
                "name",
                "industry",
                "account_size_segment",
                "number_of_employees",
                "annual_revenue",
                "currency",
                "created_at",
            )
        ),
        *(
            f"contacts.{c}"
            for c in ("contact_id", "account_id", "email", "role", "is_active", "created_at")
        ),
        *(
            f"activities.{c}"
            for c in ("activity_id", "account_id", "type", "channel", "occurred_at")
        ),
        *(
            f"opportunities.{c}"
            for c in (
                "opportunity_id",
                "account_id",
                "stage",
                "amount",
                "currency",
                "probability",
                "created_at",
                "close_date",
                "is_won",
                "is_closed",
                "type",
            )
        ),
    }
)
