"""The fields that a template may name: nothing else can be put into a text for a customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from keepwell.vocabulary import Bilingual

FieldKind = Literal["text", "number", "link"]
# Where a value comes from: the account's row, the contact (at sending only), the settings,
# or the content item that was chosen for the account.
Origin = Literal["account", "contact", "settings", "content"]


@dataclass(frozen=True, slots=True)
class TemplateField:
    """One field: what it holds, how it is written, and where it comes from."""

    label: Bilingual
    kind: FieldKind
    origin: Origin
    column: str = ""


FIELDS: Mapping[str, TemplateField] = {
    "account_name": TemplateField(
        Bilingual("客户公司名称", "name of the customer company"), "text", "account", "name"
    ),
    "contact_name": TemplateField(
        Bilingual("收件人姓名", "name of the recipient"), "text", "contact"
    ),
    "our_company": TemplateField(Bilingual("我方公司名称", "our company"), "text", "settings"),
    "product_name": TemplateField(Bilingual("产品名称", "product name"), "text", "settings"),
    "sender_name": TemplateField(Bilingual("署名", "who signs the mails"), "text", "settings"),
    "product_link": TemplateField(
        Bilingual("产品登录地址", "address of the product's sign-in page"), "link", "settings"
    ),
    "help_link": TemplateField(
        Bilingual("帮助中心地址", "address of the help centre"), "link", "settings"
    ),
    "booking_link": TemplateField(
        Bilingual("预约通话的地址", "address where a call is booked"), "link", "settings"
    ),
    "content_title": TemplateField(
        Bilingual("所选内容的标题", "title of the chosen content"), "text", "content"
    ),
    "content_summary": TemplateField(
        Bilingual("所选内容的摘要", "summary of the chosen content"), "text", "content"
    ),
    "content_link": TemplateField(
        Bilingual("所选内容的地址", "address of the chosen content"), "link", "content"
    ),
    "days_since_last_login": TemplateField(
        Bilingual("距上次登录天数", "days since the last login"),
        "number",
        "account",
        "days_since_last_login",
    ),
    "days_to_renewal": TemplateField(
        Bilingual("距续约天数", "days to the renewal"), "number", "account", "days_to_renewal"
    ),
    "feature_adoption_depth": TemplateField(
        Bilingual("已使用的功能数", "number of features in use"),
        "number",
        "account",
        "feature_adoption_depth",
    ),
    "seats": TemplateField(Bilingual("席位数", "number of seats"), "number", "account", "seats"),
}
SETTING_FIELDS = frozenset(n for n, f in FIELDS.items() if f.origin == "settings")
ACCOUNT_FIELDS = frozenset(n for n, f in FIELDS.items() if f.origin == "account")
CONTACT_FIELDS = frozenset(n for n, f in FIELDS.items() if f.origin == "contact")
CONTENT_FIELDS = frozenset(n for n, f in FIELDS.items() if f.origin == "content")
LINK_FIELDS = frozenset(n for n, f in FIELDS.items() if f.kind == "link")
