"""What the tables of a run hold beside what these data can tell: the same for all accounts.

Contenders write whole tables, so that all have the same outputs.
"""

# Measures that nothing in these data can tell.
UNTOLD_TEXTS = ("churn_risk_level",)
UNTOLD_NUMBERS = (
    "key_role_coverage",
    "current_mrr_amount",
    "current_arr_amount",
    "seats",
    "days_to_renewal",
    "days_since_last_login",
    "feature_adoption_depth",
    "usage_trend",
    "open_tickets",
    "reopened_tickets_90d",
    "total_tickets_90d",
    "nps",
    "csm_pulse",
    "estimated_customer_ltv",
    "churn_probability",
    "customer_health_score",
)
# No account is "never" in them: without rows a count or a sum is zero.
NEVER_NEVER = (
    "total_activities_30d",
    "total_activities_90d",
    "active_channels",
    "active_weeks_90d",
    "total_contacts",
    "contacts_with_email",
    "annual_revenue",
    "total_won_amount",
    "won_amount_12m",
    "won_amount_6m",
    "current_pipeline_amount",
    "open_pipeline_6m_amount",
    "pipeline_6m_amount",
    "number_of_employees",
    "account_size_segment",
    "account_age_days",
    *UNTOLD_NUMBERS,
    *UNTOLD_TEXTS,
)
WEIGHTS = {
    "days_since_last_activity": 20_000_000,
    "total_activities_30d": 20_000_000,
    "contact_email_coverage": 30_000_000,
    "annual_revenue": 10_000_000,
    "total_won_amount": 10_000_000,
    "account_size_segment": 7_000_000,
    "number_of_employees": 3_000_000,
}
DIMENSIONS = {
    "activity": ("days_since_last_activity", "total_activities_30d"),
    "contact_quality": ("contact_email_coverage",),
    "business_value": ("annual_revenue", "total_won_amount"),
    "company_scale": ("account_size_segment", "number_of_employees"),
}
SCORECARD = "account_health"
