"""What a check can say about dates and time zones."""

from keepwell.intake.kind_rows import fixes, quarantines, rejects, warns

_REPLAY_ZH = "改正后运行 keepwell check --replay。"
_REPLAY_EN = "Mend the value, then run keepwell check --replay."
_NONE_ZH = "无需处理。"
_NONE_EN = "Nothing to do."

DATE_KINDS = (
    rejects(
        "date_order_unknown",
        "{table}.{column} 有 {count} 个日期（如 03/04/2025）分不清日在前还是月在前。",
        "{count} dates in {table}.{column}, such as 03/04/2025, do not tell the day "
        "from the month.",
        "写明 tables.{table}.columns.{column}.date_order: dmy 或 mdy。",
        "Declare tables.{table}.columns.{column}.date_order: dmy or mdy.",
    ),
    quarantines(
        "date_ambiguous",
        "{table}.{column} 混用日/月与月/日两种次序，{count} 个日期无法判断。",
        "{table}.{column} mixes day-first and month-first dates; {count} can be read either way.",
        "写明 tables.{table}.columns.{column}.date_order，或统一导出为 YYYY-MM-DD。",
        "Declare tables.{table}.columns.{column}.date_order, or export as YYYY-MM-DD.",
    ),
    fixes(
        "date_read",
        "{table}.{column} 有 {count} 个日期不是 YYYY-MM-DD 写法，已换算。",
        "{count} dates in {table}.{column} were not written as YYYY-MM-DD and were read.",
        _NONE_ZH,
        _NONE_EN,
    ),
    fixes(
        "date_epoch",
        "{table}.{column} 有 {count} 个值是 Unix 时间，单位按位数或声明判断。",
        "{count} values of {table}.{column} are Unix times; the unit was declared or told "
        "by magnitude.",
        "如有误，写明 unit: s、ms、us 或 ns。",
        "Declare unit: s, ms, us or ns if that is wrong.",
    ),
    fixes(
        "date_two_digit_year",
        "{table}.{column} 有 {count} 个日期的年份只有两位，已补上世纪。",
        "{count} dates in {table}.{column} have two-digit years; the century was added.",
        "如有误，请导出四位年份。",
        "Export four-digit years if that is wrong.",
    ),
    quarantines(
        "date_unreadable",
        "{table}.{column} 有 {count} 个值不是存在的日期。",
        "{count} values of {table}.{column} are no dates that exist.",
        _REPLAY_ZH,
        _REPLAY_EN,
    ),
    fixes(
        "date_sentinel",
        "{table}.{column} 有 {count} 个占位日期（如 1900-01-01、9999-12-31），按空值处理。",
        "{count} dates in {table}.{column} are placeholders such as 1900-01-01 or 9999-12-31 "
        "and count as empty.",
        _NONE_ZH,
        _NONE_EN,
    ),
    quarantines(
        "date_implausible",
        "{table}.{column} 有 {count} 个日期的年份不合理（可能世纪有误）。",
        "{count} dates in {table}.{column} lie in an implausible year (the wrong century?).",
        _REPLAY_ZH,
        _REPLAY_EN,
    ),
    quarantines(
        "dated_after_load",
        "表 {table} 有 {count} 行的 {column} 晚于导入当天（{today}）。",
        "In {count} rows of table {table}, {column} lies after the day of loading ({today}).",
        _REPLAY_ZH,
        _REPLAY_EN,
    ),
    quarantines(
        "date_in_future",
        "{table}.{column} 有 {count} 个日期晚于导入当天（{today}）。",
        "Dates in {table}.{column} after the day of loading ({today}): {count}.",
        _REPLAY_ZH,
        _REPLAY_EN,
    ),
    warns(
        "churn_in_future",
        "有 {count} 个客户的流失日期晚于导入当天（{today}），在那之前仍按在约客户计算。",
        "Accounts whose churned_at lies after the day of loading ({today}): {count}. "
        "They count as customers until then.",
        "若不是已知的终止日期，请在来源中改正 churned_at。",
        "Mend churned_at in the source unless it is the agreed last day.",
    ),
    warns(
        "dated_after_as_of",
        "表 {table} 有 {count} 行晚于评分日 {as_of}，不计入结果。",
        "{count} rows of table {table} are dated after as_of {as_of} and do not count.",
        "如需计入，调整 as_of。",
        "Move as_of if they should count.",
    ),
    quarantines(
        "end_before_start",
        "表 {table} 有 {count} 行的 {column} 早于开始日期。",
        "{count} rows of table {table} end ({column}) before they start.",
        _REPLAY_ZH,
        _REPLAY_EN,
    ),
    warns(
        "churn_before_start",
        "{count} 个客户的流失日期早于成为客户的日期。",
        "{count} accounts churned before they became customers.",
        "核对 customer_since、created_at 与 churned_at。",
        "Check customer_since, created_at and churned_at.",
    ),
    fixes(
        "time_zone_converted",
        "{table}.{column} 有 {count} 个时间已换算到项目时区 {zone}。",
        "{count} times in {table}.{column} were converted to the project's time zone {zone}.",
        _NONE_ZH,
        _NONE_EN,
    ),
    fixes(
        "time_zone_assumed",
        "{table}.{column} 混有带时区和不带时区的时间，{count} 个不带时区的按 {zone} 理解。",
        "{table}.{column} mixes times with and without a zone; without one, they were "
        "taken as {zone} ({count}).",
        "在该来源下写明 time_zone。",
        "Declare time_zone for the feed.",
    ),
    fixes(
        "dst_gap",
        "{table}.{column} 有 {count} 个时间落在夏令时跳过的一小时内，已顺延。",
        "{count} times in {table}.{column} fall into the hour that daylight saving skips; "
        "they were moved on.",
        _NONE_ZH,
        _NONE_EN,
    ),
    fixes(
        "dst_overlap",
        "{table}.{column} 有 {count} 个时间落在夏令时重复的一小时内，取其中一次。",
        "{count} times in {table}.{column} fall into the hour that daylight saving repeats; "
        "one of the two was taken.",
        "如需准确，请导出带时区的时间。",
        "Export times with their offset to be exact.",
    ),
)
