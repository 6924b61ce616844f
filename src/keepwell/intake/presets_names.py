"""Source names that stand for canonical columns, by preset; order within a line is preference.

Names are compared by `presets.name_key`: case, blanks, hyphens and underscores do not count.
"""

from typing import TypeAlias

Names: TypeAlias = dict[str, dict[str, str]]

SALESFORCE: Names = {
    "accounts": {
        "account_id": "Id",
        "name": "Name",
        "industry": "Industry",
        "number_of_employees": "NumberOfEmployees",
        "annual_revenue": "AnnualRevenue",
        "currency": "CurrencyIsoCode",
        "region": "BillingCountry BillingCountryCode ShippingCountry",
        "owner_id": "OwnerId",
        "created_at": "CreatedDate",
        "parent_account_id": "ParentId",
    },
    "contacts": {
        "contact_id": "Id",
        "account_id": "AccountId",
        "name": "Name",
        "email": "Email",
        "title": "Title",
        "created_at": "CreatedDate",
    },
    "activities": {
        "activity_id": "Id",
        "account_id": "AccountId",
        "contact_id": "WhoId",
        "type": "Type TaskSubtype EventSubtype",
        "occurred_at": "ActivityDate ActivityDateTime StartDateTime CompletedDateTime CreatedDate",
        "outcome": "Status",
    },
    "opportunities": {
        "opportunity_id": "Id",
        "account_id": "AccountId",
        "stage": "StageName",
        "amount": "Amount",
        "currency": "CurrencyIsoCode",
        "probability": "Probability",
        "created_at": "CreatedDate",
        "close_date": "CloseDate",
        "is_won": "IsWon",
        "is_closed": "IsClosed",
        "type": "Type",
    },
    "transactions": {
        "transaction_id": "Id",
        "account_id": "AccountId",
        "occurred_at": "EffectiveDate ActivatedDate CreatedDate",
        "amount": "TotalAmount",
        "currency": "CurrencyIsoCode",
        "kind": "Type",
    },
    "subscriptions": {
        "subscription_id": "Id",
        "account_id": "AccountId",
        "period_start": "StartDate",
        "period_end": "EndDate",
        "kind": "Status",
    },
    "tickets": {
        "ticket_id": "Id",
        "account_id": "AccountId",
        "occurred_at": "CreatedDate",
        "closed_at": "ClosedDate",
        "kind": "Type Reason",
        "priority": "Priority",
    },
    "account_view": {"last_activity_at": "LastActivityDate"},
}

HUBSPOT: Names = {
    "accounts": {
        "account_id": "Record_ID hs_object_id Company_ID id",
        "name": "Company_name name",
        "industry": "Industry",
        "number_of_employees": "Number_of_Employees",
        "annual_revenue": "Annual_Revenue",
        "currency": "hs_currency Currency",
        "region": "Country/Region Country",
        "owner_id": "hubspot_owner_id Company_owner",
        "created_at": "Create_Date createdate",
        "lifecycle_stage": "Lifecycle_Stage",
        "parent_account_id": "hs_parent_company_id Parent_Company Parent_Company_ID",
    },
    "contacts": {
        "contact_id": "Record_ID hs_object_id Contact_ID id",
        "account_id": (
            "Primary_Associated_Company_ID Associated_Company_ID associatedcompanyid "
            "Associated_Company_IDs"
        ),
        "name": "Name Full_Name",
        "email": "Email",
        "title": "Job_Title",
        "role": "hs_buying_role Buying_Role",
        "created_at": "Create_Date createdate",
    },
    "activities": {
        "activity_id": "Record_ID hs_object_id Engagement_ID id",
        "account_id": (
            "Primary_Associated_Company_ID Associated_Company_ID associatedcompanyid "
            "Associated_Company_IDs company_id"
        ),
        "contact_id": "Associated_Contact_ID Associated_Contact_IDs contact_id",
        "type": "Activity_type Engagement_Type hs_engagement_type type",
        "occurred_at": "hs_timestamp Activity_date Timestamp hs_createdate Create_date createdAt",
        "outcome": "Outcome hs_meeting_outcome hs_call_disposition Call_outcome Meeting_outcome",
    },
    "opportunities": {
        "opportunity_id": "Record_ID hs_object_id Deal_ID id",
        "account_id": (
            "Primary_Associated_Company_ID Associated_Company_ID associatedcompanyid "
            "Associated_Company_IDs company_id"
        ),
        "stage": "dealstage Deal_Stage",
        "amount": "amount_in_home_currency Amount_in_company_currency amount",
        "currency": "deal_currency_code Currency",
        "probability": "hs_deal_stage_probability Deal_probability",
        "created_at": "createdate Create_Date",
        "close_date": "closedate Close_Date",
        "is_won": "hs_is_closed_won Is_Closed_Won",
        "is_closed": "hs_is_closed Is_Closed Is_deal_closed?",
        "type": "dealtype Deal_Type",
    },
    "tickets": {
        "ticket_id": "Record_ID hs_object_id Ticket_ID id",
        "account_id": (
            "Primary_Associated_Company_ID Associated_Company_ID associatedcompanyid "
            "Associated_Company_IDs company_id"
        ),
        "occurred_at": "createdate Create_date",
        "closed_at": "closed_date Close_date",
        "kind": "hs_ticket_category Category",
        "priority": "hs_ticket_priority Priority",
    },
    "account_view": {
        "last_activity_at": "notes_last_updated Last_Activity_Date notes_last_contacted",
        "total_contacts": "num_associated_contacts Number_of_Associated_Contacts",
        "total_won_amount": "total_revenue Total_Revenue",
    },
}

VIEW: Names = {
    "accounts": {
        "account_id": "account_id",
        "name": "account_name",
        "industry": "industry_normalized industry",
        "account_size_segment": "account_size_segment company_size_category",
        "number_of_employees": "number_of_employees",
        "annual_revenue": "annual_revenue",
        "region": "geographic_region billing_country",
        "owner_id": "owner_id",
        "created_at": "account_created_date",
        "lifecycle_stage": "customer_lifecycle_stage",
    },
    "account_view": {
        "account_id": "account_id",
        "win_rate": "win_rate_percentage win_rate_pct win_rate",
        "average_sales_cycle_days": "avg_sales_cycle_days average_sales_cycle_days",
        "churn_probability": "churn_probability churn_prob probability_of_churn",
        "customer_health_score": "customer_health_score health_score",
        "estimated_customer_ltv": "estimated_customer_ltv estimated_ltv customer_ltv",
        "nps": "nps nps_score net_promoter_score",
        "contact_email_coverage": "contact_email_coverage email_coverage",
        "last_activity_at": "last_activity_at last_activity_date last_activity",
    },
}
