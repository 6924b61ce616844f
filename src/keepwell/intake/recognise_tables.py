"""Say from its name alone which canonical table a source table may fill."""

import re
import unicodedata

from keepwell.vocabulary import Bilingual

_DROPPED = dict.fromkeys(
    [
        "sf",
        "salesforce",
        "hubspot",
        "data",
        "export",
        "exports",
        "raw",
        "tbl",
        "dim",
        "fct",
        "fact",
        "stg",
        "crm",
        "view",
        "daily",
        "csv",
        "tsv",
        "xlsx",
        "parquet",
        "jsonl",
        "all",
        "list",
        "table",
        "records",
        "record",
        "report",
        "full",
        "sheet",
        "public",
        "main",
        "dbo",
    ]
)
_ENGLISH = {
    "accounts": "account company customer client organization organisation companie",
    "contacts": "contact people person",
    "activities": "activity activitie task engagement call meeting interaction touchpoint event "
    "email note",
    "opportunities": "opportunity opportunitie deal pipeline",
    "transactions": "order transaction purchase payment invoice retail sale",
    "subscriptions": "subscription contract licence license",
    "tickets": "ticket case issue support",
    "usage": "usage login session event feature",
    "surveys": "survey nps csat feedback response",
}
_CHINESE = (
    ("联系人", ("contacts",)),
    ("商机", ("opportunities",)),
    ("销售机会", ("opportunities",)),
    ("跟进", ("activities",)),
    ("拜访", ("activities",)),
    ("沟通", ("activities",)),
    ("互动", ("activities",)),
    ("活动", ("activities",)),
    ("工单", ("tickets",)),
    ("投诉", ("tickets",)),
    ("问卷", ("surveys",)),
    ("满意度", ("surveys",)),
    ("订阅", ("subscriptions",)),
    ("合同", ("subscriptions", "transactions")),
    ("续约", ("subscriptions",)),
    ("订单", ("transactions",)),
    ("回款", ("transactions",)),
    ("收款", ("transactions",)),
    ("交易", ("transactions",)),
    ("使用", ("usage",)),
    ("登录", ("usage",)),
    ("客户", ("accounts",)),
    ("公司", ("accounts",)),
    ("企业", ("accounts",)),
)
_UNUSED = {
    "user": Bilingual(zh="用户（销售人员）表，目前不使用", en="users of the CRM; not used"),
    "role": Bilingual(zh="角色表，目前不使用", en="roles; not used"),
    "lead": Bilingual(zh="线索还不是客户，不使用", en="leads are not accounts yet; not used"),
    "product": Bilingual(zh="产品表，目前不使用", en="products; not used"),
    "price": Bilingual(zh="价格表，目前不使用", en="prices; not used"),
    "item": Bilingual(
        zh="明细行，金额已在上级表中，不使用",
        en="line items; their amounts are in the parent table; not used",
    ),
    "method": Bilingual(zh="支付方式表，目前不使用", en="payment methods; not used"),
    "team": Bilingual(zh="团队表，目前不使用", en="teams; not used"),
    "churn": Bilingual(
        zh="流失记录：没有对应的标准表。accounts.churned_at 需要客户表自带流失日期列，"
        "或先把流失日期并入客户表",
        en="churn events have no canonical table; accounts.churned_at needs a date column in the "
        "accounts table itself, so join the churn date into it first",
    ),
}


_CHURN_RECORDS = frozenset({"event", "reason", "log", "case", "cancellation"})


def words_of(name: str) -> tuple[str, ...]:
    """Return the telling words of a table name, singular and in order.

    >>> words_of("sf_account_history_data.csv")
    ('account', 'history')
    """
    plain = unicodedata.normalize("NFKC", name).rsplit("/", 1)[-1]
    plain = re.sub(r"\.(csv|tsv|txt|xlsx|xls|parquet|jsonl|ndjson|gz)$", "", plain, flags=re.I)
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", plain).casefold()
    words = re.split(r"[^a-z\u4e00-\u9fff]+", plain)
    return tuple(_singular(w) for w in words if w and w not in _DROPPED)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "nps")) else word


def is_history(name: str, columns: tuple[str, ...]) -> bool:
    """Say whether a table holds earlier states of another table's rows."""
    has_period = {"_fivetran_start", "_fivetran_end"} <= set(columns)
    return has_period or "history" in words_of(name) or "历史" in name


def unused_reason(name: str) -> Bilingual | None:
    """Return why a table of that name is not needed, or None."""
    words = words_of(name)
    if "churn" in words and _CHURN_RECORDS & set(words):
        return _UNUSED["churn"]
    return _UNUSED.get(words[-1]) if words and words[-1] != "churn" else None


def hinted_tables(name: str) -> tuple[str, ...]:
    """Return the canonical tables that a name points to, surest first; empty when it says nothing.

    >>> hinted_tables("ravenstack_support_tickets.csv")
    ('tickets',)
    """
    for part, tables in _CHINESE:
        if part in name:
            return tables
    for word in reversed([w for w in words_of(name) if w != "history"]):
        found = tuple(t for t, line in _ENGLISH.items() if word in line.split())
        if found:
            return found
    return ()
