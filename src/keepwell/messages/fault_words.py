"""How a source fault is said to people: the code and table of a finding, in words."""

from collections.abc import Mapping

from keepwell.vocabulary import Bilingual, Lang

_TABLES: Mapping[str, Bilingual] = {
    "accounts": Bilingual("客户", "accounts"),
    "account_view": Bilingual("客户视图", "account view"),
    "contacts": Bilingual("联系人", "contacts"),
    "activities": Bilingual("活动记录", "activities"),
    "opportunities": Bilingual("商机", "opportunities"),
    "subscriptions": Bilingual("订阅", "subscriptions"),
    "transactions": Bilingual("交易", "transactions"),
    "usage": Bilingual("产品使用", "product usage"),
    "tickets": Bilingual("工单", "tickets"),
    "surveys": Bilingual("调查", "surveys"),
}
_FAULTS: Mapping[str, Bilingual] = {
    "table_missing": Bilingual("“{0}”没有送到", "no `{0}` arrived"),
    "rows_gone": Bilingual("“{0}”的文件缺失或为空", "the file of `{0}` is missing or empty"),
    "table_empty": Bilingual("“{0}”没有任何行", "`{0}` has no row"),
    "accounts_empty": Bilingual("“{0}”没有任何行", "`{0}` has no row"),
    "table_quarantined": Bilingual("“{0}”没有一行可用", "no row of `{0}` is usable"),
    "column_gone": Bilingual("“{0}”少了一列", "`{0}` lacks a column that it had"),
    "column_missing": Bilingual("“{0}”缺少必填列", "`{0}` lacks a required column"),
    "type_changed": Bilingual("“{0}”有一列的内容变了", "a column of `{0}` holds other things now"),
    "row_count_changed": Bilingual(
        "“{0}”的行数骤变", "the number of rows of `{0}` changed abruptly"
    ),
    "newest_unchanged": Bilingual("“{0}”不再更新", "`{0}` is updated no longer"),
    "quiet_before": Bilingual("“{0}”很久没有新行", "`{0}` has had no new row for long"),
    "rows_late": Bilingual("“{0}”的新行没有按时到", "new rows of `{0}` are late"),
    "data_old": Bilingual("数据已过期", "the data are old"),
    "accounts_vanished": Bilingual(
        "大批客户从数据中消失", "many accounts have vanished from the data"
    ),
    "coverage_fell": Bilingual(
        "许多客户的已知数据突然变少", "much less is known of many accounts than before"
    ),
    "source_unavailable": Bilingual("数据源连不上", "the source cannot be reached"),
    "outside_problem": Bilingual("数据源连不上", "the source cannot be reached"),
    "webhook_off": Bilingual(
        "Webhook {0} 已停用（对方回答 410，或多日送不到）",
        "webhook {0} is switched off: it answered 410, or took nothing for days",
    ),
}
_OTHER = Bilingual("“{0}”未通过检查（{1}）", "`{0}` was not accepted ({1})")


def fault_text(fault: str, lang: Lang) -> str:
    """Return what is wrong with a source, from `code:table`; an unknown code is shown as it is.

    >>> fault_text("rows_late:activities", "en")
    'new rows of `activities` are late'
    """
    code, _, table = fault.partition(":")
    name = _TABLES[table].text(lang) if table in _TABLES else table
    known = _FAULTS.get(code)
    return known.text(lang).format(name) if known else _OTHER.text(lang).format(name, code)
