"""Placeholders of the materials: what may stand in braces, what fills it, and what a blank is."""

import re
from collections.abc import Mapping

from keepwell.vocabulary import Bilingual, Lang

PLACEHOLDERS: dict[str, Bilingual] = {
    "account_name": Bilingual("客户名称", "account name"),
    "contact_name": Bilingual("客户联系人", "customer contact"),
    "customer_executive": Bilingual("客户方高管", "customer executive"),
    "our_company": Bilingual("我方公司名称", "our company"),
    "product_name": Bilingual("产品名称", "product name"),
    "csm_name": Bilingual("客户成功经理", "customer success manager"),
    "csm_phone": Bilingual("客户成功经理电话", "phone of the customer success manager"),
    "manager_name": Bilingual("客户成功主管", "customer success lead"),
    "expert_name": Bilingual("资深专家", "senior expert"),
    "executive_name": Bilingual("我方高管", "our executive"),
    "sales_name": Bilingual("客户销售", "account executive"),
    "product_lead_name": Bilingual("产品负责人", "head of product"),
    "score": Bilingual("健康分", "health score"),
    "previous_score": Bilingual("上次健康分", "previous health score"),
    "top_driver": Bilingual("失分最多的指标", "measure that loses most points"),
    "second_driver": Bilingual("失分第二的指标", "measure that loses second most points"),
    "days_since_last_activity": Bilingual("距上次活动天数", "days since last activity"),
    "total_activities_30d": Bilingual("30 天活动数", "activities in 30 days"),
    "total_contacts": Bilingual("联系人数", "number of contacts"),
    "pipeline_amount": Bilingual("在手商机金额", "open pipeline"),
    "contribution_amount": Bilingual("未来 6 个月贡献", "contribution in the next 6 months"),
    "as_of": Bilingual("数据截止日", "date of the data"),
    "meeting_date": Bilingual("会议日期", "meeting date"),
    "due_date": Bilingual("截止日期", "due date"),
    "customer_goal": Bilingual("客户的业务目标", "the customer's business goal"),
    "pain_point": Bilingual("客户的痛点", "the customer's pain"),
    "result_so_far": Bilingual("已取得的结果", "result so far"),
    "peer_example": Bilingual("已获授权的同行例子", "a peer's example, used with permission"),
    "topic": Bilingual("主题", "topic"),
    "link": Bilingual("链接", "link"),
}

# Numbers about the customer that the customer must not read in a mail.
INTERNAL_ONLY = frozenset(
    {
        "score",
        "previous_score",
        "top_driver",
        "second_driver",
        "days_since_last_activity",
        "total_activities_30d",
        "pipeline_amount",
        "contribution_amount",
    }
)

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z0-9%]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def placeholders_in(text: str) -> frozenset[str]:
    """Return the names in braces, known or not."""
    return frozenset(_PLACEHOLDER.findall(text))


def check_placeholders(text: str) -> None:
    """Refuse a text with an unknown name in braces or a brace that stands alone.

    Errors:  ValueError with the name and the known ones.
    """
    unknown = sorted(placeholders_in(text) - set(PLACEHOLDERS))
    if unknown:
        known = ", ".join(sorted(PLACEHOLDERS))
        raise ValueError(f"unknown placeholder {{{unknown[0]}}}; known are: {known}")
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        raise ValueError(f"a brace stands alone in: {text[:60]!r}")


def blank(name: str, lang: Lang) -> str:
    """Return the visible blank that a person fills in.

    >>> blank("account_name", "en")
    '[fill in: account name]'
    """
    label = PLACEHOLDERS[name].text(lang)
    return f"【请填写：{label}】" if lang == "zh" else f"[fill in: {label}]"


def fill(text: str, values: Mapping[str, str | None], lang: Lang) -> str:
    """Return `text` with its placeholders filled; a missing or blank value is a visible blank.

    Values are put in literally (braces in them are not resolved) and on one line, so that a name
    with a line break cannot start a new mail header or list item.
    Errors:  ValueError for an unknown placeholder.
    """
    check_placeholders(text)

    def value_of(match: re.Match[str]) -> str:
        name = match.group(1)
        value = _CONTROL.sub(" ", values.get(name) or "").strip()
        if not value:
            return blank(name, lang)
        around = text[: match.start()][-1:], text[match.end() :][:1]
        return _spaced(value, *around) if lang == "zh" else value

    return _PLACEHOLDER.sub(value_of, text)


def _spaced(value: str, before: str, after: str) -> str:
    """Set a blank between Chinese and a value that begins or ends in Latin letters or digits."""
    left = " " if _CJK.match(before) and _LATIN.match(value[0]) else ""
    right = " " if _CJK.match(after) and _LATIN.match(value[-1]) else ""
    return f"{left}{value}{right}"
