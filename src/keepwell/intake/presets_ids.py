"""Names of id columns made of a word for the thing and a word for its number."""

_ENGLISH = "id no nr num number code key ref"
_CHINESE = "编号 编码 代码 号 号码 代号 ID 序号"
_THINGS = {
    "account_id": "account customer client company organization organisation firm kunde kunden "
    "mandant 客户 公司 企业 单位",
    "contact_id": "contact person contactperson ansprechpartner 联系人",
    "activity_id": "activity call engagement interaction task event visit meeting touch "
    "活动 跟进 拜访 记录",
    "opportunity_id": "opportunity deal opp 商机 机会 销售机会",
    "transaction_id": "transaction order invoice payment receipt 订单 交易 发票 回款 合同",
    "subscription_id": "subscription contract agreement licence license 订阅 合同 协议",
    "ticket_id": "ticket case issue incident request 工单 服务单 投诉",
    "survey_id": "survey response 问卷 调查",
    "usage_id": "usage session 使用",
}


def id_names(column: str) -> list[str]:
    """Return the made-up names of an id column, preferred first; none for other columns.

    >>> id_names("opportunity_id")[:3]
    ['opportunityid', 'opportunityno', 'opportunitynr']
    """
    things = _THINGS.get(column, "").split()
    return [
        f"{thing}{ending}"
        for thing in things
        for ending in (_ENGLISH if thing.isascii() else _CHINESE).split()
    ]
