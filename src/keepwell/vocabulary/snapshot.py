"""The tables of a snapshot and their columns: the contract between computing and telling."""

from dataclasses import dataclass

SNAPSHOT_TABLES = (
    "accounts",
    "measures",
    "scores",
    "contributions",
    "forecast",
    "stability",
    "risk_matrix",
    "matrix_margins",
    "profile",
    "drivers",
    "sensitivity",
    "tier_moves",
    "scenario_sizes",
    "contradictions",
    "low_groups",
    "low_losses",
    "use_patterns",
    "tier_cross",
    "lorenz",
    "figures",
    "forecast_assumptions",
    "forecast_record",
    "forecast_summary",
    "forecast_intervals",
    "renewal_outlook",
    "priority",
    "value",
    "value_sources",
    "value_cells",
    "value_lifecycle",
    "value_ratios",
    "value_correlations",
    "value_verdict",
    "struggle",
    "candidates",
    "lifetime",
    "lifetime_models",
    "lifetime_parameters",
    "lifetime_survival",
    "lifetime_tracking",
    "lifetime_given",
    "findings",
)

UNKNOWN_TIER = "unknown"


@dataclass(frozen=True, slots=True)
class ColumnWord:
    """Name and meaning of one snapshot column."""

    name: str
    sql_type: str
    meaning: str


SCORE_COLUMNS = (
    ColumnWord("account_id", "VARCHAR", "key, as in the source"),
    ColumnWord("scorecard", "VARCHAR", "scorecard that applied to the account"),
    ColumnWord("scorecard_version", "BIGINT", "its fitted version"),
    ColumnWord("score_micro", "BIGINT", "health score in micro-points; NULL when nothing is known"),
    ColumnWord("coverage", "DOUBLE", "share 0-1 of the design weight that rests on known measures"),
    ColumnWord("tier", "VARCHAR", "high, medium, low or unknown, from the score alone"),
    ColumnWord("effective_tier", "VARCHAR", "tier after a person's override that is in force"),
    ColumnWord("has_override", "BOOLEAN", "an override is in force"),
)

FORECAST_COLUMNS = (
    ColumnWord("account_id", "VARCHAR", "key"),
    ColumnWord("base_amount", "DOUBLE", "0.4 won + 0.6 pipeline, without the score"),
    ColumnWord("weighted_amount", "DOUBLE", "contribution index: base x score / 100"),
    ColumnWord("run_rate_amount", "DOUBLE", "six months at the won pace plus expected pipeline"),
    ColumnWord("naive_amount", "DOUBLE", "same as the last six months"),
    ColumnWord("contribution_amount", "DOUBLE", "the headline method's amount"),
    ColumnWord("contribution_rank", "BIGINT", "1 = largest; ties by account_id; NULL unknown"),
    ColumnWord("contribution_tier", "BIGINT", "1-4 by quartile of rank; NULL unknown"),
    ColumnWord("pace_amount", "DOUBLE", "the run rate's part from won amounts"),
    ColumnWord("due_pipeline_amount", "DOUBLE", "the run rate's part from open pipeline"),
    ColumnWord("expected_loss_amount", "DOUBLE", "contribution of a low account, else 0 (D15)"),
)
