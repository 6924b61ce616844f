"""Measures of product use, support and the customer's voice."""

from keepwell.measures.providers import (
    NEVER_WITHOUT_ROWS,
    UNKNOWN_ONLY,
    ZERO_WITHOUT_ROWS,
    direct,
    events,
    proxy,
)
from keepwell.vocabulary import Bilingual, Measure, Unit

_ANY_SURVEY = Bilingual(
    "调查未注明类型，全部视为 NPS 打分。",
    "Surveys carry no kind; every answer is taken as an NPS answer.",
)

PRODUCT = (
    Measure(
        "days_since_last_login",
        Bilingual("距上次登录天数", "Days since last login"),
        Unit.DAYS,
        "lower_is_better",
        Bilingual(
            "距最近一次产品使用的天数；任何使用都意味着登录，用量为 0 的记录不算使用。",
            "Days since the product was last used: any use implies a login, a row whose value is "
            "0 is no use.",
        ),
        NEVER_WITHOUT_ROWS,
        "as_of - date(max(usage.occurred_at)) over rows whose value is not 0",
        (
            direct("days_since_last_login"),
            events("usage", "usage.occurred_at", no_rows="never", null_value="never"),
        ),
    ),
    Measure(
        "feature_adoption_depth",
        Bilingual("功能使用深度", "Feature adoption depth"),
        Unit.COUNT,
        "higher_is_better",
        Bilingual(
            "近 90 天使用过的不同功能（使用类型）数量。",
            "Number of different kinds of use (features) in the last 90 days.",
        ),
        ZERO_WITHOUT_ROWS,
        "count(distinct usage.kind), last 90 days",
        (
            direct("feature_adoption_depth"),
            events("usage", "usage.occurred_at", "usage.kind", no_rows="zero"),
        ),
    ),
    Measure(
        "usage_trend",
        Bilingual("使用趋势", "Usage trend"),
        Unit.RATIO,
        "higher_is_better",
        Bilingual(
            "近 30 天的日均用量与近 90 天的日均用量之比；没有用量值的记录按 1 计，"
            "单笔用量超过 1 万亿按 1 万亿计。",
            "Daily volume of the last 30 days over that of the last 90; a row without a value "
            "counts one, a value above 1e12 counts as 1e12.",
        ),
        Bilingual(
            "近 90 天没有使用：从未；没有数据源：未知。",
            "Never when nothing was used in 90 days; unknown without the source.",
        ),
        "3 x sum(usage.value, 30 days) / sum(usage.value, 90 days)",
        (
            direct("usage_trend"),
            events("usage", "usage.occurred_at", no_rows="never", null_value="never"),
        ),
    ),
    Measure(
        "open_tickets",
        Bilingual("未关闭工单数", "Open tickets"),
        Unit.COUNT,
        "lower_is_better",
        Bilingual(
            "截至基准日尚未关闭的工单数量。",
            "Tickets opened up to the as-of date and not closed by then.",
        ),
        ZERO_WITHOUT_ROWS,
        "count(tickets) with occurred_at <= as_of and not closed_at <= as_of",
        (
            direct("open_tickets"),
            events("tickets", "tickets.occurred_at", "tickets.closed_at", no_rows="zero"),
        ),
    ),
    Measure(
        "reopened_tickets_90d",
        Bilingual("近 90 天重开工单数", "Tickets reopened in 90 days"),
        Unit.COUNT,
        "lower_is_better",
        Bilingual(
            "近 90 天内被重新打开的工单数量。",
            "Tickets that were reopened in the last 90 days.",
        ),
        ZERO_WITHOUT_ROWS,
        "count(tickets) with as_of-89 <= date(reopened_at) <= as_of",
        (
            direct("reopened_tickets_90d"),
            events("tickets", "tickets.occurred_at", "tickets.reopened_at", no_rows="zero"),
        ),
    ),
    Measure(
        "total_tickets_90d",
        Bilingual("近 90 天工单数", "Tickets in 90 days"),
        Unit.COUNT,
        "none",
        Bilingual(
            "近 90 天内新建的工单数量；多少本身不代表好坏。",
            "Tickets opened in the last 90 days; the number alone is neither good nor bad.",
        ),
        ZERO_WITHOUT_ROWS,
        "count(tickets) with as_of-89 <= date(occurred_at) <= as_of",
        (events("tickets", "tickets.occurred_at", no_rows="zero"),),
    ),
    Measure(
        "nps",
        Bilingual("NPS 平均打分", "Mean NPS answer"),
        Unit.POINTS,
        "higher_is_better",
        Bilingual(
            "近 365 天 NPS 调查（kind 为 nps）打分的平均值（0 到 10）；直接字段沿用来源的尺度。",
            "Mean answer (0 to 10) to surveys of kind nps in the last 365 days; a direct column "
            "keeps the scale of its source.",
        ),
        Bilingual(
            "从未回答过：从未；只有一年以前的回答，或没有数据源：未知。",
            "Never when no survey was ever answered; unknown when all answers are older than a "
            "year, or without the source.",
        ),
        "avg(surveys.value) where kind = nps, last 365 days",
        (
            direct("nps"),
            events("nps", "surveys.value", "surveys.kind", no_rows="never"),
            proxy("surveys", "surveys.value", no_rows="never", note=_ANY_SURVEY),
        ),
    ),
    Measure(
        "csm_pulse",
        Bilingual("CSM 主观评分", "CSM pulse"),
        Unit.POINTS,
        "higher_is_better",
        Bilingual(
            "客户成功经理对客户的主观评分，尺度由来源决定。",
            "The CSM's own rating of the account, on the scale of the source.",
        ),
        UNKNOWN_ONLY,
        "account_view.csm_pulse or accounts.csm_pulse",
        (direct("csm_pulse"), direct("csm_pulse", "accounts")),
        is_current_only=True,
    ),
)
