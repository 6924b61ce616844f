"""Lifetime: purchase and contract histories become probability alive, value and survival.

Fits by maximum likelihood and refuses, as a value with its reason, what the data do not identify.
Gives SQL text and pure statistics; reads nothing, ranks nobody.
"""

from keepwell.outlook.lifetime.contracts import (
    ContractModel,
    Renewals,
    contract_survival,
    contract_survival_interval,
    fit_contracts,
    renewal_prob,
    renewals_of_cohort,
    residual_periods,
    residual_periods_within,
    staying_prob,
    staying_prob_interval,
)
from keepwell.outlook.lifetime.expectations import (
    alive_prob,
    discounted_purchases,
    expected_purchases,
    expected_purchases_of_a_new_customer,
    purchases_interval,
    total_purchases_interval,
)
from keepwell.outlook.lifetime.given import GivenComparison, Origin, compare_given
from keepwell.outlook.lifetime.histories import Histories, grouped, histories
from keepwell.outlook.lifetime.histories_sql import (
    HISTORY_COLUMNS,
    first_days_select,
    grouped_histories_select,
    grouped_spend_select,
    histories_select,
    holdout_select,
    purchase_days_select,
    repeat_days_select,
)
from keepwell.outlook.lifetime.purchases import PurchaseModel
from keepwell.outlook.lifetime.purchases_fit import fit_purchases
from keepwell.outlook.lifetime.refusals import Reason, Refusal
from keepwell.outlook.lifetime.settings import LifetimeSettings
from keepwell.outlook.lifetime.simulate import (
    PurchaseTruth,
    draw_histories,
    draw_lost_periods,
    draw_mean_spend,
)
from keepwell.outlook.lifetime.spend import (
    Independence,
    SpendModel,
    expected_spend_amount,
    fit_spend,
    independence,
)
from keepwell.outlook.lifetime.survival import (
    SurvivalCurve,
    staying_share,
    survival_by_cohort,
    survival_curve,
)
from keepwell.outlook.lifetime.tenures_sql import (
    TENURE_COLUMNS,
    account_tenures_select,
    cohort_case,
    subscription_tenures_select,
)
from keepwell.outlook.lifetime.tracking import Tracking, track
from keepwell.outlook.lifetime.units import DAYS_PER_YEAR, Horizon, TimeUnit
from keepwell.outlook.lifetime.value import (
    LifetimeValues,
    Spending,
    lifetime_values,
    total_value,
    value_intervals,
)

__all__ = [
    "DAYS_PER_YEAR",
    "HISTORY_COLUMNS",
    "TENURE_COLUMNS",
    "ContractModel",
    "GivenComparison",
    "Histories",
    "Horizon",
    "Independence",
    "LifetimeSettings",
    "LifetimeValues",
    "Origin",
    "PurchaseModel",
    "PurchaseTruth",
    "Reason",
    "Refusal",
    "Renewals",
    "SpendModel",
    "Spending",
    "SurvivalCurve",
    "TimeUnit",
    "Tracking",
    "account_tenures_select",
    "alive_prob",
    "cohort_case",
    "compare_given",
    "contract_survival",
    "contract_survival_interval",
    "discounted_purchases",
    "draw_histories",
    "draw_lost_periods",
    "draw_mean_spend",
    "expected_purchases",
    "expected_purchases_of_a_new_customer",
    "expected_spend_amount",
    "first_days_select",
    "fit_contracts",
    "fit_purchases",
    "fit_spend",
    "grouped",
    "grouped_histories_select",
    "grouped_spend_select",
    "histories",
    "histories_select",
    "holdout_select",
    "independence",
    "lifetime_values",
    "purchase_days_select",
    "purchases_interval",
    "renewal_prob",
    "renewals_of_cohort",
    "repeat_days_select",
    "residual_periods",
    "residual_periods_within",
    "staying_prob",
    "staying_prob_interval",
    "staying_share",
    "subscription_tenures_select",
    "survival_by_cohort",
    "survival_curve",
    "total_purchases_interval",
    "total_value",
    "track",
    "value_intervals",
]
