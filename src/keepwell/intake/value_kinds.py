"""What a check can say about numbers, money, flags and words."""

from keepwell.intake.kind_rows import fixes, quarantines, rejects, warns

_REPLAY_ZH = "改正后运行 keepwell check --replay。"
_REPLAY_EN = "Mend the value, then run keepwell check --replay."
_NONE_ZH = "无需处理。"
_NONE_EN = "Nothing to do."

VALUE_KINDS = (
    fixes(
        "null_word",
        "{table}.{column} 有 {count} 个值是“无”“N/A”一类的占位词，按空值处理：{words}。",
        "{count} values of {table}.{column} are words for nothing and count as empty: {words}.",
        _NONE_ZH,
        _NONE_EN,
    ),
    quarantines(
        "not_finite",
        "{table}.{column} 有 {count} 个值是 NaN 或无穷大。",
        "{count} values of {table}.{column} are NaN or infinite.",
        _REPLAY_ZH,
        _REPLAY_EN,
    ),
    quarantines(
        "number_overflow",
        "{table}.{column} 有 {count} 个值超出可表示的范围。",
        "{count} values of {table}.{column} are larger than any real amount or count.",
        _REPLAY_ZH,
        _REPLAY_EN,
    ),
    quarantines(
        "number_unreadable",
        "{table}.{column} 有 {count} 个值读不成数字。",
        "{count} values of {table}.{column} do not read as numbers.",
        _REPLAY_ZH,
        _REPLAY_EN,
    ),
    quarantines(
        "number_ambiguous",
        "{table}.{column} 混用两种小数写法，{count} 个值（如 1,234）无法判断。",
        "{table}.{column} mixes two ways to write decimals; {count} values such as 1,234 "
        "can be read either way.",
        '在该来源下写 decimal: "." 或 decimal: ","。',
        'Set decimal: "." or decimal: "," for the feed.',
    ),
    quarantines(
        "number_negative",
        "{table}.{column} 有 {count} 个负值，该列不应为负。",
        "{count} values of {table}.{column} are negative, which the column does not allow.",
        "退款请放入 transactions；其他" + _REPLAY_ZH,
        "Put refunds into transactions; otherwise mend the value and run keepwell check --replay.",
    ),
    fixes(
        "number_read",
        "{table}.{column} 有 {count} 个值带千分位、货币符号、万/亿、括号或百分号，已换算。",
        "{count} values of {table}.{column} carried separators, currency signs, magnitudes, "
        "brackets or percent signs and were read.",
        _NONE_ZH,
        _NONE_EN,
    ),
    fixes(
        "count_fraction",
        "{table}.{column} 有 {count} 个计数带小数，已向下取整。",
        "{count} counts in {table}.{column} had a fraction; the whole part was kept.",
        _NONE_ZH,
        _NONE_EN,
    ),
    warns(
        "integer_imprecise",
        "{table}.{column} 有 {count} 个整数超过 2^53，末位可能不准。",
        "{count} integers in {table}.{column} exceed 2^53; their last digits may be inexact.",
        "若是编号，请映射到编号列。",
        "Map it to an id column if it is an id.",
    ),
    fixes(
        "percent_by_evidence",
        "{table}.{column} 有 {count} 个值大于 1，整列按百分数（0–100）读入。",
        "{count} values of {table}.{column} exceed 1; the column was read as percent (0-100).",
        "如有误，写明 unit: share；如无误，写明 unit: percent。",
        "Declare unit: percent to confirm, or unit: share if that is wrong.",
    ),
    warns(
        "percent_unit_unknown",
        "{table}.{column} 的 {count} 个值都不足以判断是比例还是百分数，按比例（0–1）读入。",
        "{count} values of {table}.{column} do not tell a share from a percentage; "
        "it was read as a share (0-1).",
        "写明 tables.{table}.columns.{column}.unit: share 或 percent。",
        "Declare tables.{table}.columns.{column}.unit: share or percent.",
    ),
    quarantines(
        "out_of_scale",
        "{table}.{column} 有 {count} 个值超出该列的取值范围 {scale}。",
        "{count} values of {table}.{column} lie outside its scale {scale}.",
        _REPLAY_ZH,
        _REPLAY_EN,
    ),
    fixes(
        "currency_from_symbol",
        "{table}.{column} 的 {count} 个金额按货币符号认定币种：{found}。",
        "{count} amounts in {table}.{column} took their currency from its sign: {found}.",
        "如有误，请映射 currency 列。",
        "Map a currency column if that is wrong.",
    ),
    rejects(
        "currency_mixed",
        "{table}.{column} 混有多种货币（{found}），{reason}",
        "{table}.{column} mixes currencies ({found}); {reason_en}",
        "映射 currency 列，并在 keepwell.yml 的 money 中写明 currency 和 rates。",
        "Map a currency column, and declare money.currency and money.rates in keepwell.yml.",
    ),
    warns(
        "currency_undeclared",
        "表 {table} 的 {count} 个金额没有写明币种，按“币种未声明”展示。",
        "{count} amounts in table {table} carry no currency; they are shown as undeclared.",
        "在 keepwell.yml 写 money: {{currency: CNY, undeclared_means: CNY}}（换成你的币种）。",
        "Write money: {{currency: USD, undeclared_means: USD}} in keepwell.yml (your currency).",
    ),
    warns(
        "rate_missing",
        "{table}.{column} 有 {count} 个金额缺少汇率（{found}），按未知处理。",
        "{count} amounts in {table}.{column} have no rate ({found}) and count as unknown.",
        "在 keepwell.yml 的 money.rates 中补上这些币种的汇率和起始日期。",
        "Add rates with their first day for these currencies under money.rates in keepwell.yml.",
    ),
    fixes(
        "flag_read",
        "{table}.{column} 有 {count} 个是/否值写成 Y、是、1、✓ 等，已统一。",
        "{count} flags in {table}.{column} were written as Y, 是, 1, ✓ and the like and were read.",
        _NONE_ZH,
        _NONE_EN,
    ),
    quarantines(
        "flag_unreadable",
        "{table}.{column} 有 {count} 个值读不成是/否。",
        "{count} values of {table}.{column} do not read as yes or no.",
        "用 categories 把取值映射为 true 或 false。",
        "Map the values to true or false with categories.",
    ),
    warns(
        "category_unlisted",
        "{table}.{column} 有 {count} 个值不在 categories 中，按未知处理。",
        "{count} values of {table}.{column} are not listed in categories and count as unknown.",
        "在 tables.{table}.columns.{column}.categories 中补上。",
        "Add them to tables.{table}.columns.{column}.categories.",
    ),
    warns(
        "email_malformed",
        "{table}.{column} 有 {count} 个值不像邮箱地址，仍予保留。",
        "{count} values of {table}.{column} do not look like e-mail addresses; they were kept.",
        "若是脱敏数据可忽略，否则请在来源中改正。",
        "Ignore if they are masked, else mend them in the source.",
    ),
    fixes(
        "flags_derived",
        "表 {table} 的 {column} 未映射，{count} 行按阶段名称推断（如“Closed Won”“赢单”）。",
        "{table}.{column} is not mapped; {count} rows took it from the words of the stage "
        "(such as Closed Won).",
        "如有误，请映射 is_won 和 is_closed。",
        "Map is_won and is_closed if that is wrong.",
    ),
    fixes(
        "channels_derived",
        "表 {table} 的 channel 未映射，{count} 行按活动类型推断。",
        "{table}.channel is not mapped; {count} rows took it from the type of activity.",
        "如有误，请映射 channel。",
        "Map channel if that is wrong.",
    ),
    warns(
        "more_emails_than_contacts",
        "表 {table} 有 {count} 行的有邮箱联系人数大于联系人总数。",
        "{count} rows of {table} have more contacts with e-mail than contacts.",
        "核对这两列的口径。",
        "Check how the two columns are counted.",
    ),
    warns(
        "won_not_closed",
        "表 {table} 有 {count} 行标为赢单却未关闭。",
        "{count} rows of {table} are won but not closed.",
        "核对 is_won 与 is_closed 的映射。",
        "Check the mapping of is_won and is_closed.",
    ),
)
