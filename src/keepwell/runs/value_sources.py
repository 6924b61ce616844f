"""Say for each part of the value model what it rests on and for how many accounts it is known."""

from keepwell.ports import Engine
from keepwell.runs.value_given import GivenLabels
from keepwell.value import Amount, EngagementBasis, FittedValue, RfmBasis, ValueSource

STAND_IN = "activity_stand_in"
_GAP = "days_since_last_activity"
_COUNTED = {
    "rfm": "r_score",
    "money": "CASE WHEN NOT is_m_stand_in THEN m_score END",
    "amount": "value_amount",
    "tier": "CASE WHEN value_tier <> 'unknown' THEN 1 END",
    "segment": "CASE WHEN segment <> 'unknown' THEN 1 END",
    "consistency": "engagement_consistency",
    "inactivity": "inactivity_ratio",
    "index": "composite_index",
}


def describe_sources(
    engine: Engine,
    basis: RfmBasis,
    money: str,
    amount: Amount | None,
    engagement: EngagementBasis,
    given: GivenLabels,
    fitted: FittedValue,
    proxied: frozenset[str],
) -> list[ValueSource]:
    """Return one row per part of the model, in the order of the reader's questions.

    `proxied`: measures for which another table stands in.
    """
    times = ("marketing_to_sales_days", "sales_to_support_days")
    pace = "value_velocity_amount"
    time = pace if engagement.time == "value_velocity" else f"coalesce({', '.join(times)})"
    selects = [f"count({sql})" for sql in (*_COUNTED.values(), time)]
    accounts, *counts = (
        int(n) for n in engine.rows(f"SELECT count(*), {', '.join(selects)} FROM value")[0]
    )
    known = dict(zip((*_COUNTED, "time"), counts, strict=True))
    passed = [f"{p.source}:{p.reason}" for p in basis.passed_over]
    if int(engine.rows("SELECT count(*) FROM value WHERE is_f_stand_in")[0][0]):
        passed.append("frequency:from_money")
    known_gap = f"SELECT count({_GAP}) FROM value_basis"
    has_gap = int(engine.rows(known_gap)[0][0]) > 0
    # Beside subscriptions nothing else than R and F from activities and money from deals is meant.
    is_contract = basis.source == "activity" and not basis.is_proxy
    is_other = _GAP in proxied
    rfm = STAND_IN if basis.source == "activity" and is_other else basis.source
    gap = (STAND_IN if is_other else "activities") if has_gap else "purchases"
    stands_in = not is_contract and money not in ("purchases", "given", "missing")
    rows = (
        ("rfm", rfm, basis.is_proxy or rfm == STAND_IN, " ".join(passed)),
        ("money", money, stands_in or money in proxied, ""),
        ("amount", amount.name if amount else "missing", False, _passed(fitted, amount)),
        ("tier", "given" if given.has_tier else "rank", False, ""),
        ("segment", "given" if given.has_segment else "map", False, ""),
        ("consistency", engagement.consistency, engagement.consistency != "stages", ""),
        ("time", engagement.time, engagement.time != "stages", ""),
        ("inactivity", gap, gap != "activities", ""),
        ("index", "weights" if engagement.health_tells else "weights_without_health", False, ""),
    )
    return [
        ValueSource(item, name, is_proxy and name != "missing", known[item], accounts, reason)
        for item, name, is_proxy, reason in rows
    ]


def _passed(fitted: FittedValue, amount: Amount | None) -> str:
    """Return why a fitted lifetime value does not rank, where one was tried."""
    is_used = amount is not None and (amount.is_fitted or amount.is_given)
    return "" if is_used or fitted.state in ("none", "accepted") else f"fitted:{fitted.state}"
