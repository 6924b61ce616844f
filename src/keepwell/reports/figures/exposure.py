"""Facts on the largest exposure outside the low tier: top contribution, yet silent."""

from dataclasses import dataclass
from typing import Any

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact, named, quoted
from keepwell.reports.figures.activity import (
    COUNT,
    DAYS,
    contradictions,
    contradicts,
    has_days,
    is_silent,
)
from keepwell.reports.numbers import Form
from keepwell.vocabulary import Bilingual


@dataclass(frozen=True, slots=True)
class Account:
    """One account as the report names it; amounts and counts may be unknown."""

    account_id: str
    name: str | None
    tier: str
    industry: str | None
    size: str | None
    score_micro: int | None
    amount: float | None
    amount_rank: int | None
    amount_tier: int | None
    days: float | None
    count: float | None
    is_contradicting: bool


def account_rows(desk: Desk, where: str, order: str, limit: int) -> list[Account]:
    """Return accounts that meet a condition, in an order that ends in the account's id."""
    columns = [
        "account_id",
        "name",
        "effective_tier",
        "industry",
        "account_size_segment",
        "score_micro",
        "contribution_amount",
        "contribution_rank",
        "contribution_tier",
        DAYS,
        COUNT,
    ]
    picked = ", ".join(c if desk.has(c) else f"NULL AS {c}" for c in columns)
    is_odd = contradicts() if contradictions(desk) else "FALSE"
    sql = (
        f"SELECT {picked}, coalesce({is_odd}, FALSE) FROM portfolio WHERE {where} "
        f"ORDER BY {order}, account_id LIMIT {limit}"
    )
    return [_account(row) for row in desk.book.rows(sql)]


def _account(row: tuple[Any, ...]) -> Account:
    account_id, name, tier, industry, size, score, amount, rank, quarter, days, count, odd = row
    return Account(
        account_id=str(account_id),
        name=name,
        tier=tier or "unknown",
        industry=industry,
        size=size,
        score_micro=score,
        amount=None if amount is None else float(amount),
        amount_rank=rank,
        amount_tier=quarter,
        days=None if days is None else float(days),
        count=None if count is None else float(count),
        is_contradicting=bool(odd),
    )


def exposure_condition(desk: Desk) -> str:
    """Return the condition: in a known tier above low, top contribution tier, silent."""
    tiers = ", ".join(quoted(t) for t in desk.subject.tiers[:-1])
    return f"effective_tier IN ({tiers}) AND contribution_tier = 1 AND {is_silent(desk)}"


def exposure_rule(desk: Desk) -> Bilingual:
    """Return the condition in words."""
    return Bilingual(
        f"不低、{desk.money_short.zh}在前四分之一、≥ {desk.silence.days:g} 天无活动",
        f"not low, top quarter of the {desk.money_short.en}, silent {desk.silence.days:g}+ days",
    )


def exposed_count(desk: Desk) -> Fact:
    """Return how many accounts are exposed."""
    rule = exposure_rule(desk)
    label = Bilingual(f"{rule.zh}：户数", f"{rule.en}: accounts")
    return desk.book.count("exposure:n", label, exposure_condition(desk), desk.n)


@dataclass(frozen=True, slots=True)
class Exposure:
    """The exposed accounts (at most three named) and the facts on all of them.

    `odd`: how many of all of them have contradicting activity fields, None if it can't be told.
    `multiple`, `base_multiple`: of the low tier's money, with and without the score; None if
    the low tier holds none.
    """

    named: tuple[Account, ...]
    count: Fact
    odd: Fact | None
    amount: Fact
    part: Fact
    multiple: Fact | None
    base_multiple: Fact | None
    days: tuple[Fact, ...]


def exposure(desk: Desk) -> Exposure | None:
    """Return the exposure outside the low tier, None if there is none or money is unknown."""
    if not desk.has_money or not has_days(desk) or len(desk.subject.tiers) < 2:
        return None
    where = exposure_condition(desk)
    named = account_rows(desk, where, "contribution_amount DESC", 3)
    if not named:
        return None
    rule = exposure_rule(desk)
    amount, part = _amounts(desk, where, rule)
    return Exposure(
        named=tuple(named),
        count=exposed_count(desk),
        odd=_odd(desk, where, rule),
        amount=amount,
        part=part,
        multiple=_multiple(desk, where, "contribution_amount"),
        base_multiple=_multiple(desk, where, "base_amount") if desk.contains_score else None,
        days=tuple(account_days(desk, a) for a in named),
    )


def _odd(desk: Desk, where: str, rule: Bilingual) -> Fact | None:
    if not contradictions(desk):
        return None
    label = Bilingual(f"{rule.zh}：其中字段矛盾", f"{rule.en}: of these with contradicting fields")
    is_odd = f"{where} AND coalesce({contradicts()}, FALSE)"
    return desk.book.count("exposure:odd", label, is_odd, desk.n)


def _amounts(desk: Desk, where: str, rule: Bilingual) -> tuple[Fact, Fact]:
    name = desk.money_short
    amount = desk.book.total(
        "exposure:amount",
        Bilingual(f"{rule.zh}：{name.zh}", f"{rule.en}: {name.en}"),
        "contribution_amount",
        where,
    )
    part = desk.book.part(
        "exposure:part",
        Bilingual("其占全部", "their share of the total"),
        "contribution_amount",
        where,
    )
    return amount, part


def _multiple(desk: Desk, where: str, column: str) -> Fact | None:
    if not desk.has(column):
        return None
    sql = (
        f"SELECT sum({column}) FILTER (WHERE {where}) "
        f"/ nullif(sum({column}) FILTER (WHERE {desk.is_low}), 0) FROM portfolio"
    )
    zh = "是整个低健康段的倍数" if column != "base_amount" else "同一倍数，去掉健康分"
    en = "multiple of the whole low tier" if column != "base_amount" else "same, without the score"
    fact = desk.book.scalar(
        f"exposure:{column}", Bilingual(zh, en), Form.MULTIPLE, sql, desk.n_money
    )
    return fact if fact.is_known else None


def account_days(desk: Desk, account: Account) -> Fact:
    """Return the days since one account's last activity."""
    return account_fact(
        desk, account, DAYS, Form.DAYS, Bilingual("距上次活动（天）", "days since last activity")
    )


def account_count(desk: Desk, account: Account) -> Fact:
    """Return one account's activities in 30 days."""
    return account_fact(
        desk, account, COUNT, Form.COUNT, Bilingual("30 天活动数", "activities in 30 days")
    )


def account_fact(desk: Desk, account: Account, column: str, form: Form, label: Bilingual) -> Fact:
    """Return one value of one account as a fact."""
    who = desk.short(account.account_id, account.name).text
    sql = f"SELECT {named(column)} FROM portfolio WHERE account_id = {quoted(account.account_id)}"
    text = Bilingual(f"{who}：{label.zh}", f"{who}: {label.en}")
    return desk.book.scalar(f"account:{account.account_id}:{column}", text, form, sql, 1)
