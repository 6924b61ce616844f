"""What the value model of a run says of an account, as columns that a condition may read."""

from collections.abc import Mapping

VALUE, VALUE_BEFORE = "watch_value", "watch_value_before"
# What the value model says of an account; NULL where it says nothing.
VALUE_COLUMNS: Mapping[str, str] = {
    "segment": "VARCHAR",
    "value_tier": "VARCHAR",
    "is_struggling": "BOOLEAN",
    "is_upgrade_candidate": "BOOLEAN",
    "is_expansion_candidate": "BOOLEAN",
}


def value_watch_select(*, has_value: bool, has_candidates: bool) -> str:
    """Return SQL for what a run's value tables say: account_id and VALUE_COLUMNS.

    Missing: a segment or tier that is `unknown` is NULL. No rows without the table `value`.
    """
    if not has_value:
        typed = ", ".join(f"CAST(NULL AS {kind}) AS {n}" for n, kind in VALUE_COLUMNS.items())
        return f"SELECT CAST(NULL AS VARCHAR) AS account_id, {typed} WHERE FALSE"
    known = [f"nullif(v.{c}, 'unknown') AS {c}" for c in ("segment", "value_tier")]
    known.append("v.is_struggling")
    if not has_candidates:
        known += [f"CAST(NULL AS BOOLEAN) AS {c}" for c in tuple(VALUE_COLUMNS)[3:]]
        return f"SELECT v.account_id, {', '.join(known)} FROM value AS v"
    known += ["k.upgrades IS NOT NULL AND k.upgrades > 0 AS is_upgrade_candidate"]
    known += ["k.expansions IS NOT NULL AND k.expansions > 0 AS is_expansion_candidate"]
    kinds = (
        "SELECT account_id, count(*) FILTER (WHERE kind = 'upgrade') AS upgrades, "
        "count(*) FILTER (WHERE kind <> 'upgrade') AS expansions FROM candidates "
        "GROUP BY account_id"
    )
    return (
        f"SELECT v.account_id, {', '.join(known)} FROM value AS v "
        f"LEFT JOIN ({kinds}) AS k ON k.account_id = v.account_id"
    )
