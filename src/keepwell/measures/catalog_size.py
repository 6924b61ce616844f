"""Measures of the account itself: its size and age."""

from keepwell.measures.providers import UNKNOWN_ONLY, direct, events
from keepwell.vocabulary import Bilingual, Measure, Provider, Unit

_FROM_HEADCOUNT = Bilingual(
    "来源没有给出规模，由员工人数按配置的界限划分。",
    "The source gives no size; it is derived from the headcount by the configured limits.",
)
_FROM_REVENUE = Bilingual(
    "来源没有给出规模，由年营收按配置的界限划分。",
    "The source gives no size; it is derived from yearly revenue by the configured limits.",
)
_SINCE_CREATED = Bilingual(
    "没有成为客户的日期，以客户建档日期计算。",
    "No date of becoming a customer; counted from the account's creation.",
)


def _size(family: str, column: str, note: Bilingual) -> tuple[Provider, Provider]:
    return (
        events(f"view_{family}", f"account_view.{column}", note=note),
        events(family, f"accounts.{column}", note=note),
    )


SIZE = (
    Measure(
        "number_of_employees",
        Bilingual("员工人数", "Employees"),
        Unit.COUNT,
        "higher_is_better",
        Bilingual("客户公司的员工人数。", "Headcount of the customer company."),
        UNKNOWN_ONLY,
        "account_view.number_of_employees or accounts.number_of_employees",
        (direct("number_of_employees"), direct("number_of_employees", "accounts")),
        is_current_only=True,
    ),
    Measure(
        "account_size_segment",
        Bilingual("客户规模", "Account size"),
        Unit.CATEGORY,
        "none",
        Bilingual(
            "客户规模：来源给出，或按 sizing 设置由员工人数或年营收划分。",
            "Size of the account: as given, else from headcount or yearly revenue by `sizing`.",
        ),
        UNKNOWN_ONLY,
        "as given, else by the limits enterprise, large, mid_market of `sizing`",
        (
            direct("account_size_segment"),
            direct("account_size_segment", "accounts"),
            *_size("size_by_employees", "number_of_employees", _FROM_HEADCOUNT),
            *_size("size_by_revenue", "annual_revenue", _FROM_REVENUE),
        ),
        is_current_only=True,
    ),
    Measure(
        "account_age_days",
        Bilingual("客户关系天数", "Account age"),
        Unit.DAYS,
        "higher_is_better",
        Bilingual(
            "从成为客户（否则从建档）到基准日的天数。",
            "Days from becoming a customer (else from creation) to the as-of date.",
        ),
        UNKNOWN_ONLY,
        "as_of - coalesce(accounts.customer_since, accounts.created_at)",
        (
            direct("account_age_days"),
            events("account_age", "accounts.customer_since"),
            events("account_age", "accounts.created_at", note=_SINCE_CREATED),
        ),
    ),
)
