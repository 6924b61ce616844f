"""Measures of business value: opportunities, transactions and subscriptions."""

from keepwell.measures.providers import (
    AMOUNT_UNKNOWN,
    TRANSACTIONS_STAND_IN,
    UNKNOWN_ONLY,
    ZERO_WITHOUT_ROWS,
    direct,
    events,
    proxy,
)
from keepwell.vocabulary import Bilingual, Measure, Unit

_WON = ("opportunities.amount", "opportunities.is_won")
_DATED_WON = (*_WON, "opportunities.close_date")
_OPEN = ("opportunities.amount", "opportunities.is_closed")
_PLANNED = (*_OPEN, "opportunities.close_date")
_BOOKED = ("transactions.occurred_at", "transactions.amount")

VALUE = (
    Measure(
        "annual_revenue",
        Bilingual("客户年营收", "Annual revenue"),
        Unit.AMOUNT,
        "higher_is_better",
        Bilingual(
            "客户公司自身的年营收，不是我方从客户获得的收入（后者见 ARR），两者不互相替代。",
            "The customer's own yearly revenue. It is not what they pay us (see ARR), and "
            "neither stands in for the other.",
        ),
        UNKNOWN_ONLY,
        "account_view.annual_revenue or accounts.annual_revenue",
        (direct("annual_revenue"), direct("annual_revenue", "accounts")),
        is_current_only=True,
    ),
    Measure(
        "total_won_amount",
        Bilingual("累计赢单金额", "Total won amount"),
        Unit.AMOUNT,
        "higher_is_better",
        Bilingual(
            "关闭日期不晚于基准日的赢单金额合计；没有关闭日期的赢单计入。",
            "Sum of won opportunities closed up to the as-of date; won ones without a close "
            "date count.",
        ),
        AMOUNT_UNKNOWN,
        "sum(opportunities.amount) where is_won and close_date <= as_of",
        (
            direct("total_won_amount"),
            events("opportunities", *_WON, no_rows="zero"),
            proxy("transactions", *_BOOKED, no_rows="zero", note=TRANSACTIONS_STAND_IN),
        ),
    ),
    Measure(
        "won_amount_12m",
        Bilingual("近 12 个月赢单金额", "Won amount in 12 months"),
        Unit.AMOUNT,
        "higher_is_better",
        Bilingual(
            "近 12 个月关闭的赢单金额合计；有赢单缺少关闭日期时未知。",
            "Sum of opportunities won in the last 12 months; unknown when a won one has no "
            "close date.",
        ),
        AMOUNT_UNKNOWN,
        "sum(opportunities.amount) where is_won and as_of - 12 months < close_date <= as_of",
        (
            direct("won_amount_12m"),
            events("opportunities", *_DATED_WON, no_rows="zero"),
            proxy("transactions", *_BOOKED, no_rows="zero", note=TRANSACTIONS_STAND_IN),
        ),
    ),
    Measure(
        "won_amount_6m",
        Bilingual("近 6 个月赢单金额", "Won amount in 6 months"),
        Unit.AMOUNT,
        "higher_is_better",
        Bilingual(
            "近 6 个月关闭的赢单金额合计；有赢单缺少关闭日期时未知。",
            "Sum of opportunities won in the last 6 months; unknown when a won one has no "
            "close date.",
        ),
        AMOUNT_UNKNOWN,
        "sum(opportunities.amount) where is_won and as_of - 6 months < close_date <= as_of",
        (
            events("opportunities", *_DATED_WON, no_rows="zero"),
            proxy("transactions", *_BOOKED, no_rows="zero", note=TRANSACTIONS_STAND_IN),
        ),
    ),
    Measure(
        "current_pipeline_amount",
        Bilingual("当前商机金额", "Current pipeline amount"),
        Unit.AMOUNT,
        "higher_is_better",
        Bilingual(
            "基准日仍未关闭的商机金额合计：已创建，且未关闭或在基准日之后才关闭。",
            "Sum of opportunities open on the as-of date: created by then, and not closed or "
            "closed later.",
        ),
        AMOUNT_UNKNOWN,
        "sum(opportunities.amount) where created_at <= as_of "
        "and (not is_closed or close_date > as_of)",
        (
            direct("current_pipeline_amount"),
            events("opportunities", *_OPEN, no_rows="zero"),
        ),
    ),
    Measure(
        "open_pipeline_6m_amount",
        Bilingual("6 个月内预计关闭的商机金额", "Pipeline due in 6 months"),
        Unit.AMOUNT,
        "higher_is_better",
        Bilingual(
            "预计在基准日后 6 个月内关闭的未关闭商机金额；已逾期的不计入。",
            "Open opportunities due in the 6 months after the as-of date; overdue ones are "
            "left out.",
        ),
        AMOUNT_UNKNOWN,
        "sum(opportunities.amount) where open and as_of < close_date <= as_of + 6 months",
        (events("opportunities", *_PLANNED, no_rows="zero"),),
        is_current_only=True,
    ),
    Measure(
        "pipeline_6m_amount",
        Bilingual("6 个月内期望商机金额", "Expected pipeline in 6 months"),
        Unit.AMOUNT,
        "higher_is_better",
        Bilingual(
            "预计在基准日后 6 个月内关闭的未关闭商机，金额乘以赢率后合计（精确到分）；"
            "已逾期的不计入。",
            "Open opportunities due in the 6 months after the as-of date, each amount times its "
            "probability, to the cent; overdue ones are left out.",
        ),
        AMOUNT_UNKNOWN,
        "sum(amount x probability) where open and as_of < close_date <= as_of + 6 months",
        (events("opportunities", *_PLANNED, "opportunities.probability", no_rows="zero"),),
        is_current_only=True,
    ),
    Measure(
        "win_rate",
        Bilingual("赢单率", "Win rate"),
        Unit.SHARE,
        "higher_is_better",
        Bilingual(
            "截至基准日已关闭的商机中赢单的比例。",
            "Share of the opportunities closed up to the as-of date that were won.",
        ),
        Bilingual(
            "没有关闭过商机：从未；有已关闭商机不知输赢，或没有数据源：未知。",
            "Never when none was closed; unknown when a closed one does not say whether it was "
            "won, or without the source.",
        ),
        "count(won) / count(closed)",
        (
            direct("win_rate"),
            events(
                "opportunities",
                "opportunities.is_won",
                "opportunities.is_closed",
                no_rows="never",
            ),
        ),
    ),
    Measure(
        "average_sales_cycle_days",
        Bilingual("平均销售周期天数", "Average sales cycle"),
        Unit.DAYS,
        "lower_is_better",
        Bilingual(
            "赢单从创建到关闭的平均天数；缺少日期或关闭早于创建的赢单不计入。",
            "Mean days from creation to close of won opportunities; those without both dates or "
            "closed before they were created are left out.",
        ),
        Bilingual(
            "从未赢单：从未；赢单都缺少可用日期，或没有数据源：未知。",
            "Never when nothing was won; unknown when no won one has usable dates, or without "
            "the source.",
        ),
        "avg(date(close_date) - date(created_at)) where won",
        (
            direct("average_sales_cycle_days"),
            events(
                "opportunities",
                "opportunities.is_won",
                "opportunities.created_at",
                "opportunities.close_date",
                no_rows="never",
            ),
        ),
    ),
    Measure(
        "current_mrr_amount",
        Bilingual("当前 MRR", "Current MRR"),
        Unit.AMOUNT,
        "higher_is_better",
        Bilingual(
            "基准日生效的订阅的月度经常性金额合计（subscriptions.amount 为每月金额）；试用不计入。",
            "Monthly recurring amount of the subscriptions in force on the as-of date "
            "(subscriptions.amount is per month); trials are left out.",
        ),
        AMOUNT_UNKNOWN,
        "sum(subscriptions.amount) where period_start <= as_of <= period_end",
        (events("subscriptions", "subscriptions.amount", no_rows="zero"),),
    ),
    Measure(
        "current_arr_amount",
        Bilingual("当前 ARR", "Current ARR"),
        Unit.AMOUNT,
        "higher_is_better",
        Bilingual(
            "当前 MRR 乘以 12。",
            "Twelve times the current MRR.",
        ),
        AMOUNT_UNKNOWN,
        "12 x current_mrr_amount",
        (events("subscriptions", "subscriptions.amount", no_rows="zero"),),
    ),
    Measure(
        "seats",
        Bilingual("席位数", "Seats"),
        Unit.COUNT,
        "higher_is_better",
        Bilingual(
            "基准日生效的订阅的席位合计；试用不计入。",
            "Seats of the subscriptions in force on the as-of date; trials are left out.",
        ),
        ZERO_WITHOUT_ROWS,
        "sum(subscriptions.seats) where period_start <= as_of <= period_end",
        (events("subscriptions", "subscriptions.seats", no_rows="zero"),),
    ),
    Measure(
        "days_to_renewal",
        Bilingual("距续约天数", "Days to renewal"),
        Unit.DAYS,
        "none",
        Bilingual(
            "生效订阅中最早到期的一份距基准日的天数；只看 180 天及以上的订阅期，更短的随时续期；"
            "试用不计入。",
            "Days to the earliest end of a subscription in force; only terms of 180 days and more, "
            "since shorter ones renew all the time; trials are left out.",
        ),
        Bilingual(
            "未知：没有到期日，或没有 180 天及以上的生效订阅。",
            "Unknown: no end date, or no term of 180 days or more in force.",
        ),
        "min(subscriptions.period_end) - as_of, terms in force of 180 days and more",
        (
            direct("days_to_renewal"),
            events("subscriptions", "subscriptions.period_end"),
        ),
    ),
)
