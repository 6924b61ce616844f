"""Who is a customer on a day, as SQL conditions over `accounts`; `{as_of}` stands for the day."""

LEFT_SQL = "churned_at IS NOT NULL AND churned_at <= {as_of}"
LATER_SQL = (
    "(churned_at IS NULL OR churned_at > {as_of}) "
    "AND coalesce(customer_since, created_at) IS NOT NULL "
    "AND coalesce(customer_since, created_at) > {as_of}"
)
