"""The fast tables of the example company: one row per thing that happened."""

from datetime import date

import numpy as np

from keepwell.example_company import commerce, plan
from keepwell.example_company.activity import Rows
from keepwell.example_company.latent import Floats, Ints, Latent
from keepwell.example_company.texts import ExportTable, days_text, keyed, times_text

TYPES_ZH = ("电话", "邮件", "会议", "线上研讨会", "服务工单")
CHANNELS_ZH = ("销售", "市场", "客户成功", "市场", "服务")
STAGES_ZH = {
    "Closed Won": "赢单",
    "Closed Lost": "输单",
    "Qualification": "需求确认",
    "Proposal": "方案报价",
    "Negotiation": "商务谈判",
}
KINDS = ("New Business", "Renewal", "Expansion")
KINDS_ZH = ("新签", "续约", "增购")


def _refs(account: Ints) -> list[str]:
    return [f"A{i + 1:07d}" for i in account.tolist()]


def activities_table(rows: Rows, as_of: date, lang: str) -> ExportTable:
    """Return the activities in order of time."""
    order = np.argsort(rows["day"], kind="stable")
    types = TYPES_ZH if lang == "zh" else plan.ACTIVITY_TYPES
    channels = CHANNELS_ZH if lang == "zh" else plan.ACTIVITY_CHANNELS
    kind = rows["type"][order].tolist()
    table = ExportTable.of(
        "activities",
        id=keyed("T", len(kind)),
        account=_refs(rows["account"][order]),
        type=[types[k] for k in kind],
        channel=[channels[k] for k in kind],
        at=times_text(as_of, rows["day"][order]),
    )
    if lang == "zh":
        names = ("跟进编号", "客户编号", "跟进方式", "渠道", "跟进时间")
        return table.renamed("跟进记录", dict(zip(table.columns, names, strict=True)))
    names = ("Id", "AccountId", "Type", "Channel__c", "ActivityDate")
    return table.renamed("Task", dict(zip(table.columns, names, strict=True)))


def opportunities_table(
    deals: commerce.Deals, as_of: date, lang: str, rng: np.random.Generator
) -> ExportTable:
    """Return the opportunities with their stage as of the export."""
    count = len(deals.account)
    stage = [
        "Closed Won" if w else "Closed Lost" if c else commerce.OPEN_STAGES[i]
        for w, c, i in zip(deals.is_won, deals.is_closed, rng.integers(0, 3, count), strict=True)
    ]
    zh = lang == "zh"
    table = ExportTable.of(
        "opportunities",
        id=keyed("O", count),
        account=_refs(deals.account),
        stage=[STAGES_ZH[s] if zh else s for s in stage],
        amount=[f"{a:.2f}" for a in deals.amount],
        currency=["CNY" if zh else "USD"] * count,
        probability=[str(p) for p in deals.probability],
        created=days_text(as_of, deals.created),
        close=days_text(as_of, deals.close),
        won=["true" if w else "false" for w in deals.is_won],
        closed=["true" if c else "false" for c in deals.is_closed],
        type=[(KINDS_ZH if zh else KINDS)[k] for k in deals.kind],
    )
    en = (
        "Id AccountId StageName Amount CurrencyIsoCode Probability CreatedDate CloseDate "
        "IsWon IsClosed Type"
    )
    cn = (
        "商机编号 客户编号 商机阶段 商机金额 币种 赢单概率 创建日期 预计成交日期 "
        "是否赢单 是否关闭 商机类型"
    )
    names = (cn if zh else en).split()
    return table.renamed(
        "商机" if zh else "Opportunity", dict(zip(table.columns, names, strict=True))
    )


def subscriptions_table(latent: Latent, monthly: Floats, as_of: date) -> ExportTable:
    """Return yearly subscription terms; a term ends early when the account leaves."""
    account, first, last = commerce.terms(latent)
    return ExportTable.of(
        "subscriptions",
        subscription_id=keyed("S", len(account)),
        account_id=_refs(account),
        period_start=days_text(as_of, first),
        period_end=days_text(as_of, last),
        monthly_amount=[f"{m:.2f}" for m in monthly[account]],
        kind=["annual"] * len(account),
        seats=[str(int(m // 30) + 1) for m in monthly[account]],
    )


def transactions_table(
    latent: Latent, monthly: Floats, as_of: date, rng: np.random.Generator
) -> ExportTable:
    """Return quarterly invoices; some payments fail where health is poor."""
    account, first, last = commerce.terms(latent)
    quarter = np.tile(np.arange(4) * 91, len(account))
    who, day = np.repeat(account, 4), np.repeat(first, 4) + quarter
    keep = (day <= 0) & (day <= np.repeat(last, 4))
    who, day = who[keep], day[keep]
    failing = 0.04 / (1 + np.exp(commerce.health_on(latent, who, day)))
    failing += 0.25 * latent.is_valued_struggle[who]
    failed = rng.random(len(who)) < failing
    return ExportTable.of(
        "transactions",
        transaction_id=keyed("P", len(who)),
        account_id=_refs(who),
        occurred_at=days_text(as_of, day),
        amount=[f"{3 * m:.2f}" for m in monthly[who]],
        kind=["failed_payment" if f else "invoice" for f in failed],
    )


def usage_table(rows: Rows, as_of: date) -> ExportTable:
    """Return product usage, one row per account, day and feature event."""
    return ExportTable.of(
        "usage",
        usage_id=keyed("V", len(rows["account"])),
        account_id=_refs(rows["account"]),
        occurred_at=days_text(as_of, rows["day"]),
        kind=[plan.FEATURES[f] for f in rows["feature"].tolist()],
        value=[str(v) for v in rows["value"].tolist()],
    )


def tickets_table(rows: Rows, as_of: date, rng: np.random.Generator) -> ExportTable:
    """Return support tickets; an open one has no closing date."""
    day, after = rows["day"], rows["close_after"]
    closed = days_text(as_of, np.minimum(day + after, 0))
    again = days_text(as_of, np.minimum(day + after + 2, 0))
    return ExportTable.of(
        "tickets",
        ticket_id=keyed("K", len(day)),
        account_id=_refs(rows["account"]),
        occurred_at=times_text(as_of, day),
        closed_at=["" if a < 0 else t for a, t in zip(after.tolist(), closed, strict=True)],
        reopened_at=[t if r else "" for r, t in zip(rows["reopened"], again, strict=True)],
        kind=[("bug", "question", "request")[i] for i in rng.integers(0, 3, len(day))],
        priority=[("low", "normal", "high")[i] for i in rng.integers(0, 3, len(day))],
    )


def surveys_table(rows: Rows, as_of: date) -> ExportTable:
    """Return answers to the recommendation question, 0 to 10."""
    return ExportTable.of(
        "surveys",
        survey_id=keyed("N", len(rows["day"])),
        account_id=_refs(rows["account"]),
        occurred_at=days_text(as_of, rows["day"]),
        kind=["nps"] * len(rows["day"]),
        value=[str(v) for v in rows["value"].tolist()],
    )
