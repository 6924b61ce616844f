"""Measures of engagement: activities and contacts."""

from keepwell.measures.providers import (
    NEVER_WITHOUT_ROWS,
    USAGE_STANDS_IN,
    ZERO_WITHOUT_ROWS,
    direct,
    direct_through,
    events,
    proxy,
)
from keepwell.vocabulary import Bilingual, Measure, Unit

_NO_CONTACT = Bilingual(
    "没有任何联系人：从未；没有数据源：未知。",
    "Never when the account has no contact; unknown without the source.",
)
_NO_TREND = Bilingual(
    "近 90 天没有记录：从未；没有数据源：未知。",
    "Never when nothing was recorded in 90 days; unknown without the source.",
)
_NO_CHANNEL = Bilingual(
    "近 90 天没有活动：从未；有活动但渠道全部缺失，或没有数据源：未知。",
    "Never when nothing happened in 90 days; unknown when no activity names a channel, or "
    "without the source.",
)
_BLANK_DATE = Bilingual(
    "由最近活跃日期折算；日期为空视为从未活跃。",
    "Days from the date of last activity; a blank date means never.",
)

ENGAGEMENT = (
    Measure(
        "days_since_last_activity",
        Bilingual("距上次活动天数", "Days since last activity"),
        Unit.DAYS,
        "lower_is_better",
        Bilingual(
            "截至基准日，距最近一次活动的天数；当天有活动为 0。",
            "Days from the latest activity to the as-of date; 0 when it was that day.",
        ),
        NEVER_WITHOUT_ROWS,
        "as_of - date(max(activities.occurred_at))",
        (
            direct("days_since_last_activity"),
            direct_through("last_activity", "account_view.last_activity_at", note=_BLANK_DATE),
            events("activity", "activities.occurred_at", no_rows="never"),
            proxy("usage_as_activity", "usage.occurred_at", no_rows="never", note=USAGE_STANDS_IN),
        ),
    ),
    Measure(
        "total_activities_30d",
        Bilingual("近 30 天活动次数", "Activities in 30 days"),
        Unit.COUNT,
        "higher_is_better",
        Bilingual(
            "截至基准日的 30 天内（含当天）的活动次数。",
            "Number of activities in the 30 days that end on the as-of date.",
        ),
        ZERO_WITHOUT_ROWS,
        "count(activities) with as_of-29 <= date(occurred_at) <= as_of",
        (
            direct("total_activities_30d"),
            events("activity", "activities.occurred_at", no_rows="zero"),
            proxy("usage_as_activity", "usage.occurred_at", no_rows="zero", note=USAGE_STANDS_IN),
        ),
    ),
    Measure(
        "total_activities_90d",
        Bilingual("近 90 天活动次数", "Activities in 90 days"),
        Unit.COUNT,
        "higher_is_better",
        Bilingual(
            "截至基准日的 90 天内（含当天）的活动次数。",
            "Number of activities in the 90 days that end on the as-of date.",
        ),
        ZERO_WITHOUT_ROWS,
        "count(activities) with as_of-89 <= date(occurred_at) <= as_of",
        (
            direct("total_activities_90d"),
            events("activity", "activities.occurred_at", no_rows="zero"),
            proxy("usage_as_activity", "usage.occurred_at", no_rows="zero", note=USAGE_STANDS_IN),
        ),
    ),
    Measure(
        "activity_trend",
        Bilingual("活动趋势", "Activity trend"),
        Unit.RATIO,
        "higher_is_better",
        Bilingual(
            "近 30 天的日均活动与近 90 天的日均活动之比；1 为持平，3 为全部集中在近 30 天。",
            "Daily rate of the last 30 days over that of the last 90: 1 is steady, 3 all recent.",
        ),
        _NO_TREND,
        "3 x total_activities_30d / total_activities_90d",
        (
            direct("activity_trend"),
            events("activity", "activities.occurred_at", no_rows="never", null_value="never"),
            proxy(
                "usage_as_activity",
                "usage.occurred_at",
                no_rows="never",
                null_value="never",
                note=USAGE_STANDS_IN,
            ),
        ),
    ),
    Measure(
        "active_channels",
        Bilingual("活跃渠道数", "Active channels"),
        Unit.COUNT,
        "higher_is_better",
        Bilingual(
            "近 90 天有活动的不同渠道数量。",
            "Number of different channels with activity in the last 90 days.",
        ),
        Bilingual(
            "近 90 天没有活动时为 0；有活动但渠道全部缺失时未知。",
            "Zero without activity in 90 days; unknown when no activity names a channel.",
        ),
        "count(distinct activities.channel), last 90 days",
        (
            direct("active_channels"),
            events("activity", "activities.occurred_at", "activities.channel", no_rows="zero"),
        ),
    ),
    Measure(
        "active_weeks_90d",
        Bilingual("近 90 天活跃周数", "Active weeks in 90 days"),
        Unit.COUNT,
        "higher_is_better",
        Bilingual(
            "近 90 天内有活动的周数（从基准日向前每 7 天为一周，0 到 13），"
            "用于区分持续使用与零星爆发。",
            "Weeks with activity in 90 days, counted back from the as-of date in sevens (0 to 13); "
            "tells lasting use from sporadic bursts.",
        ),
        ZERO_WITHOUT_ROWS,
        "count(distinct floor((as_of - date(occurred_at)) / 7)), last 90 days",
        (
            direct("active_weeks_90d"),
            events("activity", "activities.occurred_at", no_rows="zero"),
            proxy("usage_as_activity", "usage.occurred_at", no_rows="zero", note=USAGE_STANDS_IN),
        ),
    ),
    Measure(
        "longest_gap_days",
        Bilingual("最长沉默天数", "Longest gap in days"),
        Unit.DAYS,
        "lower_is_better",
        Bilingual(
            "延伸到近 90 天内的最长活动间隔，包含最近一次活动至基准日的间隔。",
            "Longest stretch between neighbouring days of activity that reaches into the last "
            "90 days; the open one up to the as-of date counts.",
        ),
        NEVER_WITHOUT_ROWS,
        "max over activity days d in the last 90 days of d - previous activity day, "
        "and as_of - last activity day",
        (
            direct("longest_gap_days"),
            events("activity", "activities.occurred_at", no_rows="never"),
            proxy("usage_as_activity", "usage.occurred_at", no_rows="never", note=USAGE_STANDS_IN),
        ),
    ),
    Measure(
        "self_service_share",
        Bilingual("自助活动占比", "Self-service share"),
        Unit.SHARE,
        "higher_is_better",
        Bilingual(
            "近 90 天注明渠道的活动中，客户在产品内自助完成（product 或 self_service）的占比。",
            "Share of the activities of the last 90 days with a known channel that the customer "
            "did alone (channel product or self_service).",
        ),
        _NO_CHANNEL,
        "count(channel in (product, self_service)) / count(channel), last 90 days",
        (
            direct("self_service_share"),
            events(
                "activity",
                "activities.occurred_at",
                "activities.channel",
                no_rows="never",
            ),
        ),
    ),
    Measure(
        "total_contacts",
        Bilingual("联系人数", "Contacts"),
        Unit.COUNT,
        "higher_is_better",
        Bilingual(
            "截至基准日已建立的联系人数量；没有建立日期的联系人计入。",
            "Contacts created up to the as-of date; those without a date of creation count.",
        ),
        ZERO_WITHOUT_ROWS,
        "count(contacts)",
        (
            direct("total_contacts"),
            events("contacts", "contacts.account_id", no_rows="zero"),
        ),
    ),
    Measure(
        "contacts_with_email",
        Bilingual("有邮箱的联系人数", "Contacts with e-mail"),
        Unit.COUNT,
        "higher_is_better",
        Bilingual(
            "联系人中有有效邮箱的数量。",
            "Number of contacts with a valid e-mail address.",
        ),
        ZERO_WITHOUT_ROWS,
        "count(contacts.email)",
        (
            direct("contacts_with_email"),
            events("contacts", "contacts.email", no_rows="zero"),
        ),
        is_current_only=True,
    ),
    Measure(
        "contact_email_coverage",
        Bilingual("联系人邮箱覆盖率", "Contact e-mail coverage"),
        Unit.SHARE,
        "higher_is_better",
        Bilingual(
            "有邮箱的联系人占全部联系人的比例。",
            "Share of contacts that have an e-mail address.",
        ),
        _NO_CONTACT,
        "contacts_with_email / total_contacts",
        (
            direct("contact_email_coverage"),
            events(
                "view_contacts",
                "account_view.contacts_with_email",
                "account_view.total_contacts",
            ),
            events("contacts", "contacts.email", no_rows="never"),
        ),
        is_current_only=True,
    ),
    Measure(
        "key_role_coverage",
        Bilingual("关键角色覆盖率", "Key-role coverage"),
        Unit.SHARE,
        "higher_is_better",
        Bilingual(
            "配置的关键角色（key_roles）中，至少有一位在职联系人担任的比例。",
            "Share of the configured key roles (key_roles) that at least one contact holds who "
            "is not marked inactive.",
        ),
        _NO_CONTACT,
        "count(key roles held) / count(key roles)",
        (
            direct("key_role_coverage"),
            events("contact_roles", "contacts.role", no_rows="never"),
        ),
        is_current_only=True,
    ),
)
