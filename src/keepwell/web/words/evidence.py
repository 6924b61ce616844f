"""Words of the rows behind a measure."""

from keepwell.vocabulary import Bilingual as Both

EVIDENCE = {
    "evidence.rows": Both("显示 {shown} 行，共 {total} 行", "{shown} of {total} rows"),
    "evidence.none": Both("截至快照日没有任何行。", "There is no row up to the day of the snapshot."),
    "table.accounts": Both("客户", "Accounts"),
    "table.contacts": Both("联系人", "Contacts"),
    "table.activities": Both("活动", "Activities"),
    "table.opportunities": Both("商机", "Opportunities"),
    "table.transactions": Both("交易", "Transactions"),
    "table.subscriptions": Both("订阅", "Subscriptions"),
    "table.tickets": Both("工单", "Tickets"),
    "table.usage": Both("使用", "Usage"),
    "table.surveys": Both("调查", "Surveys"),
}  # fmt: skip
