"""Facts on contribution, its concentration, and the money of the low tier."""

import numpy as np

from keepwell.outlook import (
    gini,
    is_by_construction,
    is_little_money,
    scored_measures,
    top_quarter_interval,
)
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.numbers import Form
from keepwell.vocabulary import Bilingual

AMOUNT = "contribution_amount"


def total(desk: Desk) -> Fact:
    """Return the total contribution."""
    name = desk.money
    label = Bilingual(f"{name.zh}合计", f"{name.en}, total")
    return desk.book.total("money:total", label, AMOUNT)


def low_total(desk: Desk) -> Fact:
    """Return the contribution of the low tier."""
    name = desk.money
    label = Bilingual(f"低健康的{name.zh}", f"{name.en} of the low tier")
    return desk.book.total("money:low", label, AMOUNT, desk.is_low)


def low_part(desk: Desk) -> Fact:
    """Return the low tier's share of the contribution; by construction if it holds the score."""
    name = desk.money
    label = Bilingual(f"低健康占{name.zh}", f"low tier's share of the {name.en}")
    return desk.book.part(
        "money:low_part", label, AMOUNT, desk.is_low, is_by_construction=desk.contains_score
    )


def is_little(desk: Desk) -> bool:
    """Say whether the low tier holds so little money that machines look after it."""
    if not desk.has_money or not low_total(desk).is_known:
        return False
    return is_little_money(low_total(desk).value or 0.0, total(desk).value)


def is_scored_too(desk: Desk) -> bool:
    """Say whether the amounts behind the pace enter the score as well."""
    amount = "current_arr_amount" if desk.subject.assumptions.is_recurring else "won_amount_12m"
    return is_by_construction(amount, scored_measures(desk.subject.cards))


def low_pipeline_part(desk: Desk) -> Fact | None:
    """Return the low tier's share of open pipeline, if the score does not hold pipeline."""
    column = "current_pipeline_amount"
    is_scored = any(m.measure == column for c in desk.subject.cards for m in c.measures)
    if not desk.has(column) or is_scored:
        return None
    label = Bilingual(
        "低健康占在手商机（商机不进健康分）", "low tier's share of open pipeline (not in the score)"
    )
    return desk.book.part("money:low_pipeline", label, column, desk.is_low)


def top_part(desk: Desk, count: int) -> Fact:
    """Return the share that the `count` largest accounts hold."""
    name = desk.money
    label = Bilingual(f"前 {count} 家占{name.zh}", f"top {count} share of the {name.en}")
    where = f"contribution_rank <= {count}"
    return desk.book.part(f"money:top{count}", label, AMOUNT, where)


def quarter_part(desk: Desk) -> Fact:
    """Return the share of the first contribution tier, with bootstrap interval."""
    key = "money:quarter"
    label = Bilingual("前四分之一占比", "share of the top quarter")
    fact = desk.book.part(key, label, AMOUNT, "contribution_tier = 1")
    if fact.interval is not None or fact.value is None:
        return fact
    found = top_quarter_interval(_amounts(desk), desk.chance())
    if found is None:
        return fact
    return desk.book.replace(key, interval=(found.low, found.high))


def quarter_count(desk: Desk) -> Fact:
    """Return the number of accounts in the first contribution tier."""
    label = Bilingual("前四分之一的户数", "accounts in the top quarter")
    return desk.book.count("money:quarter_n", label, "contribution_tier = 1", desk.n_money)


def unknown_count(desk: Desk) -> Fact:
    """Return the number of accounts whose contribution is unknown."""
    label = Bilingual("金额未知的客户", "accounts with unknown amounts")
    return desk.book.count("money:unknown", label, f"{AMOUNT} IS NULL", desk.n)


def gini_fact(desk: Desk) -> Fact:
    """Return the Gini coefficient of the contribution."""
    label = Bilingual("基尼系数", "Gini coefficient")
    value = gini(_amounts(desk))
    return desk.book.keep(
        Fact("money:gini", label, value, Form.RATIO, f"gini({AMOUNT})", desk.n_money, is_sql=False)
    )


def _amounts(desk: Desk) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    sql = f"SELECT {AMOUNT} FROM portfolio WHERE {AMOUNT} IS NOT NULL ORDER BY account_id"
    return desk.column(sql)
