"""The struggle signal: recently active, yet unhealthy, in trouble, or likely to leave."""

from collections.abc import Collection
from datetime import date, timedelta

from keepwell.value.engagement import EngagementBasis
from keepwell.value.purchases import spellings
from keepwell.value.settings import StruggleSettings

EVIDENCE = (
    "has_reopened_tickets",
    "has_failed_payments",
    "has_falling_use",
    "has_negative_survey",
)
FAILED_DAYS = 90
# Below this answer on the scale 0-10 a customer would not recommend us.
NEGATIVE_ANSWER = 7
FALLING_USE = "0.8"
RISING_CONTACT = "1"


def failed_payments_select(kinds: Collection[str], as_of: date) -> str:
    """Return SQL giving account_id and failed_payments of the last 90 days."""
    since = f"DATE '{(as_of - timedelta(days=FAILED_DAYS - 1)).isoformat()}'"
    after = f"DATE '{(as_of + timedelta(days=1)).isoformat()}'"
    return (
        "SELECT account_id, CAST(COUNT(*) AS DOUBLE) AS failed_payments_90d FROM transactions "
        f"WHERE kind IN ({spellings(kinds)}) AND occurred_at >= {since} AND occurred_at < {after} "
        "GROUP BY account_id"
    )


def _evidence(columns: Collection[str]) -> dict[str, str | None]:
    """Return each kind of evidence as a condition; None where the data cannot tell."""
    use = {"usage_trend", "activity_trend"} <= set(columns)
    falling = (
        f"usage_trend < CAST('{FALLING_USE}' AS DOUBLE) "
        f"AND activity_trend > CAST('{RISING_CONTACT}' AS DOUBLE)"
    )
    return {
        "has_reopened_tickets": (
            "reopened_tickets_90d > 0" if "reopened_tickets_90d" in columns else None
        ),
        "has_failed_payments": (
            "failed_payments_90d > 0" if "failed_payments_90d" in columns else None
        ),
        "has_falling_use": falling if use else None,
        "has_negative_survey": f"nps < {NEGATIVE_ANSWER}" if "nps" in columns else None,
    }


NEEDED = ("reopened_tickets_90d", "usage_trend", "activity_trend", "nps", "churn_probability")


def struggle_columns(
    settings: StruggleSettings, columns: Collection[str], basis: EngagementBasis
) -> str:
    """Return the SQL of the struggle signal over the columns of `value_basis`.

    `basis`: where a low tier or a low index says no more than that an account is small or new,
             nobody is unhealthy by them.
    Missing: evidence that the data cannot give is NULL, never false; and so is the signal where
             nothing at all can tell.
    """
    conditions = _evidence(columns)
    told = [
        f"CAST(NULL AS BOOLEAN) AS {name}" if test is None else f"coalesce({test}, FALSE) AS {name}"
        for name, test in conditions.items()
    ]
    count = " + ".join(
        f"CASE WHEN {test} THEN 1 ELSE 0 END" for test in conditions.values() if test is not None
    )
    active = f"coalesce(days_inactive <= {settings.active_within_days}, FALSE)"
    below = f"coalesce(composite_index < CAST('{float(settings.index_below)!r}' AS DOUBLE), FALSE)"
    tests = [below] if basis.index_tells else []
    tests += ["coalesce(effective_tier = 'low', FALSE)"] if basis.health_tells else []
    unhealthy = f"({' OR '.join(tests) or 'FALSE'})"
    likely = f"coalesce(churn_probability >= CAST('{settings.churn_prob_from!r}' AS DOUBLE), FALSE)"
    troubled = f"({count or '0'}) >= {settings.evidence_from}"
    signal = f"{active} AND ({unhealthy} OR {likely} OR {troubled})"
    if not tests and not count and "churn_probability" not in columns:
        signal = "CAST(NULL AS BOOLEAN)"
    told += [
        f"{count or '0'} AS evidence_count",
        f"{active} AS is_recently_active",
        f"{unhealthy} AS is_unhealthy",
        f"{likely} AS is_likely_to_leave",
        f"{signal} AS is_struggling",
    ]
    return ", ".join(told)
