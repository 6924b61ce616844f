"""Common names of any other layout that stand for canonical columns; order is preference."""

from keepwell.intake.presets_names import Names

_ACCOUNT_ID = (
    "account_id customer_id client_id company_id accountid customerid organization_id org_id "
    "account_number customer_number account_key account_code customer_code"
)
_ACCOUNT_REF = f"{_ACCOUNT_ID} account customer client company account_name customer_name"
_CURRENCY = "currency currency_code currency_iso_code iso_currency"
_CREATED = "created_at created_date create_date created_on date_created creation_date created"

GENERIC: Names = {
    "accounts": {
        "account_id": f"{_ACCOUNT_ID} id account customer client company account_name "
        "customer_name company_name",
        "name": "account_name customer_name company_name client_name organization_name name "
        "account customer company client",
        "industry": "industry sector vertical industry_normalized industry_name",
        "account_size_segment": "size_segment company_size size account_size customer_segment "
        "company_size_category size_category segment",
        "number_of_employees": "employees employee_count num_employees headcount "
        "employees_count no_of_employees staff_count",
        "annual_revenue": "revenue yearly_revenue company_revenue annual_turnover turnover",
        "currency": _CURRENCY,
        "region": "region geographic_region territory country office_location geography "
        "billing_country location state",
        "owner_id": "owner_id account_owner_id owner account_owner account_manager sales_rep "
        "sales_agent",
        "csm_id": "csm_id csm customer_success_manager",
        "created_at": f"{_CREATED} account_created_date account_created_at",
        "customer_since": "customer_since signup_date signup_at sign_up_date customer_start_date "
        "onboarded_at activation_date start_date first_order_date",
        "lifecycle_stage": "lifecycle_stage lifecycle customer_lifecycle_stage",
        "status": "status account_status customer_status",
        "churned_at": "churned_at churn_date churned_on cancelled_at canceled_at",
        "parent_account_id": "parent_account_id parent_id parent_account parent subsidiary_of "
        "parent_company",
        "csm_pulse": "csm_pulse pulse csm_sentiment",
        "is_test": "is_test test_account is_test_account",
    },
    "contacts": {
        "contact_id": "contact_id person_id id",
        "account_id": _ACCOUNT_REF,
        "name": "contact_name full_name name",
        "email": "email email_address e_mail mail work_email",
        "title": "title job_title position",
        "role": "role contact_role buying_role",
        "is_active": "is_active active",
        "created_at": _CREATED,
    },
    "activities": {
        "activity_id": "activity_id engagement_id interaction_id event_id task_id id",
        "account_id": _ACCOUNT_REF,
        "contact_id": "contact_id who_id person_id",
        "type": "activity_type type event_type interaction_type engagement_type kind",
        "channel": "channel team",
        "occurred_at": "occurred_at activity_date activity_datetime activity_at event_date "
        f"event_time timestamp happened_at date start_time {_CREATED}",
        "outcome": "outcome result status",
    },
    "opportunities": {
        "opportunity_id": "opportunity_id deal_id opp_id id",
        "account_id": _ACCOUNT_REF,
        "stage": "stage stage_name deal_stage opportunity_stage pipeline_stage",
        "amount": "amount deal_amount close_value deal_value value opportunity_amount tcv acv",
        "currency": _CURRENCY,
        "probability": "probability win_probability close_probability",
        "created_at": f"{_CREATED} engage_date open_date opened_at",
        "close_date": "close_date closed_date closed_at expected_close_date close_at",
        "is_won": "is_won won closed_won",
        "is_closed": "is_closed closed",
        "type": "opportunity_type deal_type type",
    },
    "transactions": {
        "transaction_id": "transaction_id payment_id order_id",
        "account_id": _ACCOUNT_REF,
        "occurred_at": "occurred_at transaction_date order_date invoice_date purchase_date "
        f"payment_date paid_at ordered_at date {_CREATED}",
        "amount": "amount total_amount order_total total revenue order_amount net_amount "
        "sales_amount grand_total",
        "currency": _CURRENCY,
        "kind": "kind transaction_type order_type",
    },
    "subscriptions": {
        "subscription_id": "subscription_id contract_id id",
        "account_id": _ACCOUNT_REF,
        "period_start": "period_start start_date started_at subscription_start contract_start "
        "current_period_start effective_date",
        "period_end": "period_end end_date ended_at subscription_end contract_end expiry_date "
        "current_period_end renewal_date",
        "amount": "mrr mrr_amount monthly_amount monthly_recurring_revenue monthly_fee amount "
        "arr arr_amount annual_amount",
        "currency": _CURRENCY,
        "kind": "plan plan_tier plan_name product subscription_type kind",
        "seats": "seats licenses license_count seat_count",
        "is_trial": "is_trial trial",
    },
    "tickets": {
        "ticket_id": "ticket_id case_id issue_id id",
        "account_id": _ACCOUNT_REF,
        "occurred_at": f"occurred_at submitted_at opened_at open_date {_CREATED}",
        "closed_at": "closed_at resolved_at solved_at closed_date resolution_date",
        "reopened_at": "reopened_at reopen_date",
        "kind": "kind ticket_type category issue_type type",
        "priority": "priority severity urgency",
    },
    "usage": {
        "usage_id": "usage_id event_id id",
        "account_id": _ACCOUNT_REF,
        "occurred_at": "occurred_at usage_date event_date event_time timestamp login_at "
        "login_time activity_date date day",
        "kind": "kind feature_name feature event_type event_name event action",
        "value": "value usage_count n_events event_count count events sessions quantity",
    },
    "surveys": {
        "survey_id": "survey_id response_id id",
        "account_id": _ACCOUNT_REF,
        "occurred_at": f"occurred_at responded_at response_date survey_date submitted_at date "
        f"{_CREATED}",
        "kind": "kind survey_type type",
        "value": "value score nps nps_score rating satisfaction_score csat",
    },
    "account_view": {
        "account_id": _ACCOUNT_REF,
        "days_since_last_activity": "days_inactive days_since_activity inactive_days",
        "total_activities_30d": "activities_30d activities_last_30d activities_last_30_days "
        "activity_count_30d",
        "total_activities_90d": "activities_90d activities_last_90d activities_last_90_days "
        "activity_count_90d",
        "total_contacts": "contacts contact_count number_of_contacts num_contacts",
        "contacts_with_email": "emailable_contacts email_contacts contacts_email",
        "total_won_amount": "won_amount closed_won_amount total_closed_won total_won",
        "current_pipeline_amount": "pipeline_amount open_pipeline open_pipeline_amount pipeline",
        "win_rate": "win_rate_percentage win_rate_pct win_percentage",
        "average_sales_cycle_days": "sales_cycle_days avg_sales_cycle",
        "account_age_days": "account_age customer_age_days age_days",
        "last_activity_at": "last_activity_date last_activity last_active_at last_active_date "
        "last_contacted_at",
        "days_since_last_login": "days_since_login",
        "nps": "nps_score",
        "customer_health_score": "health_score",
        "churn_risk_level": "churn_risk risk_level",
        "churn_probability": "churn_prob",
        "currency": _CURRENCY,
    },
}
