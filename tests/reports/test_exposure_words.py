"""Large accounts outside the low tier, and what either of two contradicting fields would change."""

from reports.altered import CALM, facts_of, report_on, summary_of, texts_of

LOW = "tier = 'low'"
# Four accounts are silent for 30 or 60 days, and count activities all the same.
FIELDS = {
    "days_since_last_activity": "CASE WHEN account_id <= 'A000001' THEN 30 WHEN account_id <= "
    "'A000003' THEN 60 ELSE 5 END",
    "total_activities_30d": "CAST(7 AS DOUBLE)",
}


def repaired(left: str, right: str) -> dict[str, str]:
    """Return scores of both repairs: 90 points for the accounts that a condition names, else 10."""
    return {
        f"score_activity_30d_{side}_micro": f"CASE WHEN {lifted} THEN 90000000 ELSE 10000000 END"
        for side, lifted in (("left", left), ("right", right))
    }


def contradiction(columns: dict[str, str]) -> str:
    said = [t for t in texts_of(report_on(columns)) if t.startswith("Contradicting fields")]
    assert len(said) == 1
    return said[0]


def test_those_above_the_edge_of_the_window_are_counted() -> None:
    assert "; 2 of the 4 are strictly above 30 days" in contradiction(FIELDS)
    days = "CASE WHEN account_id <= 'A000003' THEN 60 ELSE 5 END"
    said = contradiction({**FIELDS, "days_since_last_activity": days})
    assert "; all of these are strictly above 30 days" in said


def test_those_who_leave_the_low_tier_are_named_with_their_money() -> None:
    low = facts_of(report_on(FIELDS))["tier:low"].k
    assert low is not None
    assert low > 6
    two = contradiction({**FIELDS, **repaired("FALSE", f"{LOW} AND account_id IN ({largest(2)})")})
    assert "If the count is right, 2 accounts leave the low tier" in two
    assert ", its 2 largest" in two
    assert two.count("leave the low tier") == 1
    others = f"{LOW} AND account_id NOT IN ({largest(2)})"
    rest = contradiction({**FIELDS, **repaired(others, "FALSE")})
    assert f"If recency is right, {low - 2} accounts leave the low tier" in rest
    assert "and others" in rest
    assert "largest" not in rest


def largest(count: int) -> str:
    """Return the ids of the low accounts with the largest amounts, as SQL."""
    return (
        f"SELECT account_id FROM portfolio WHERE {LOW} "
        f"ORDER BY contribution_amount DESC, account_id LIMIT {count}"
    )


def test_nobody_is_called_largest_where_an_amount_of_the_tier_is_unknown() -> None:
    gone = f"{LOW} AND account_id IN ({largest(2)})"
    last = f"SELECT max(account_id) FROM portfolio WHERE {LOW} AND account_id NOT IN ({largest(2)})"
    amount = f"CASE WHEN account_id = ({last}) THEN NULL ELSE contribution_amount END"
    said = contradiction(
        {**FIELDS, **repaired("FALSE", gone), "contribution_amount": amount},
    )
    assert "If the count is right, 2 accounts leave the low tier" in said
    assert "largest" not in said


def test_verifying_the_first_accounts_takes_hours_once_before_every_cell() -> None:
    columns = {
        "days_since_last_activity": "CASE WHEN contribution_rank = 1 THEN 200 ELSE 5 END",
        "total_activities_30d": "CAST(7 AS DOUBLE)",
        "tier": "CASE WHEN contribution_rank = 1 THEN 'high' ELSE tier END",
        "effective_tier": "CASE WHEN contribution_rank = 1 THEN 'high' ELSE tier END",
        "score_micro": "CASE WHEN contribution_rank = 1 THEN 100000000 ELSE score_micro END",
    }
    document = report_on(columns, CALM, has_library=True)
    fact = facts_of(document)["staffing:verify"]
    assert (fact.value, fact.n) == (8, 1)
    total = next(t for t in texts_of(document) if "hours a month" in t and t.startswith("Total"))
    assert total.endswith(
        "takes 8 hours once (8 each, a declared assumption) and comes before every cell ."
    )
    first = next(t for t in summary_of(document) if "to look at first" in t)
    assert "(high, the highest score of all, 100.00 )" in first
    calm = report_on({**columns, "total_activities_30d": "CAST(NULL AS DOUBLE)"}, has_library=True)
    assert "staffing:verify" not in facts_of(calm)


def test_a_single_account_to_verify_beyond_those_named_is_one_account() -> None:
    lifted = "CASE WHEN contribution_rank <= 4 THEN 'high' ELSE tier END"
    columns = {
        "days_since_last_activity": "CASE WHEN contribution_rank <= 4 THEN 200 ELSE 5 END",
        "total_activities_30d": "CASE WHEN contribution_rank = 4 THEN CAST(7 AS DOUBLE) END",
        "tier": lifted,
        "effective_tier": lifted,
    }
    document = report_on(columns, CALM, has_library=True)
    assert facts_of(document)["staffing:verify"].value == 8
    assert any("the 1 account to look at first whose" in t for t in texts_of(document))
