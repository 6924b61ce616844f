"""What a check can say about tables, columns and their distributions."""

from keepwell.intake.kind_rows import excludes, fixes, rejects, warns

SCHEMA_KINDS = (
    rejects(
        "source_rejected",
        "表 {table} 的来源“{source}”无法读入：{what}",
        "Source `{source}` of table {table} could not be read: {what}",
        "{how}",
        "{how}",
    ),
    warns(
        "table_missing",
        "表 {table} 的来源“{source}”不存在，依赖它的指标按未知处理或改用代理指标。",
        "Source `{source}` of table {table} does not exist; its measures are unknown or proxied.",
        "补上该文件，或从 keepwell.yml 删去 tables.{table}，再运行 keepwell check。",
        "Add the file, or remove tables.{table} from keepwell.yml, then run keepwell check.",
    ),
    rejects(
        "accounts_missing",
        "没有客户表：{what}",
        "There is no accounts table: {what}",
        "在 keepwell.yml 的 tables.accounts 中写明来源和 account_id 对应的列。",
        "Name its source and the column of account_id under tables.accounts in keepwell.yml.",
    ),
    rejects(
        "accounts_empty",
        "客户表没有可用的行（读入 {count} 行）。",
        "The accounts table has no usable row ({count} read).",
        "检查导出文件和筛选条件；上一份有效快照保持不变。",
        "Check the export and the filters; the last good snapshot stays.",
    ),
    warns(
        "table_empty",
        "表 {table} 没有任何行，依赖它的指标按未知处理或改用代理指标。",
        "Table {table} has no row; its measures are unknown or proxied.",
        "检查导出文件和筛选条件。",
        "Check the export and the filters.",
    ),
    warns(
        "table_quarantined",
        "表 {table} 没有一行可用：{count} 行全部被隔离；依赖它的指标按未知处理或改用代理指标，"
        "不按“从未”：{measures}。",
        "Table {table} has no usable row: its {count} rows were set aside; what rests on it is "
        "unknown or proxied, not never: {measures}.",
        "看该表其他问题的原因和改法，改好后运行 keepwell check --replay。",
        "See the table's other findings for the reason, mend it, then run keepwell check --replay.",
    ),
    rejects(
        "column_missing",
        "表 {table} 缺少必填列 {column}（来源列“{wanted}”）。现有列：{found}。最接近：{nearest}。",
        "Table {table} lacks required column {column} (source column `{wanted}`). "
        "Found: {found}. Nearest: {nearest}.",
        "在 keepwell.yml 中写 tables.{table}.columns.{column}: {nearest_one}，"
        "再运行 keepwell check。",
        "Write tables.{table}.columns.{column}: {nearest_one} in keepwell.yml, "
        "then keepwell check.",
    ),
    warns(
        "column_gone",
        "表 {table} 映射的列“{wanted}”（{column}）不在来源中，按未知处理。最接近：{nearest}。",
        "Column `{wanted}` mapped to {table}.{column} is not in the source; it counts as unknown. "
        "Nearest: {nearest}.",
        "在 keepwell.yml 中修改或删去 tables.{table}.columns.{column}。",
        "Change or remove tables.{table}.columns.{column} in keepwell.yml.",
    ),
    rejects(
        "unknown_table",
        "keepwell.yml 中的表 {table} 不存在。最接近：{nearest}。",
        "keepwell.yml names a table {table} that does not exist. Nearest: {nearest}.",
        "改用标准表名：{found}。",
        "Use one of the canonical tables: {found}.",
    ),
    rejects(
        "unknown_column",
        "keepwell.yml 映射了表 {table} 中不存在的列 {column}。最接近：{nearest}。",
        "keepwell.yml maps {table}.{column}, which does not exist. Nearest: {nearest}.",
        "改用标准列名：{found}。",
        "Use one of the canonical columns: {found}.",
    ),
    rejects(
        "filter_column_missing",
        "表 {table} 的筛选条件用到的列“{wanted}”不在来源中。最接近：{nearest}。",
        "The filter of table {table} uses column `{wanted}`, which the source lacks. "
        "Nearest: {nearest}.",
        "修改 keepwell.yml 中 tables.{table} 的 keep_when 或 drop_when。",
        "Change keep_when or drop_when of tables.{table} in keepwell.yml.",
    ),
    warns(
        "new_columns",
        "表 {table} 比上次导入多了 {count} 个未映射的列：{found}。",
        "Table {table} has {count} unmapped columns that the last import lacked: {found}.",
        "需要时在 keepwell.yml 的 tables.{table}.columns 中映射。",
        "Map them under tables.{table}.columns in keepwell.yml if they matter.",
    ),
    rejects(
        "type_changed",
        "{table}.{column} 的 {of} 个值中有 {count} 个读不成{expected_zh}，列的内容可能变了。",
        "{count} of {of} values of {table}.{column} do not read as {expected}; "
        "the column seems to hold something else now.",
        "核对来源列“{source_column}”，必要时修改 tables.{table}.columns.{column}。",
        "Check source column `{source_column}`, and change tables.{table}.columns.{column} "
        "if needed.",
    ),
    rejects(
        "row_count_changed",
        "表 {table} 有 {count} 行，上次导入为 {before} 行（{change}）。",
        "Table {table} has {count} rows; the last import had {before} ({change}).",
        "确认导出完整；若变化属实，在该来源下写 accept_row_change: true。",
        "Make sure the export is complete; if it is, set accept_row_change: true for the feed.",
    ),
    rejects(
        "rows_gone",
        "表 {table} 的来源“{source}”现在没有任何行（文件缺失或为空），而上次导入读到 {before} 行。"
        "上一份有效快照保持不变。",
        "Source `{source}` of table {table} has no rows now (the file is missing or empty); the "
        "last import read {before}. The last good snapshot stays.",
        "补上完整的导出文件，再运行 keepwell check；若确实已无数据，"
        "在该来源下写 accept_row_change: true，或从 keepwell.yml 删去该来源。",
        "Put the full export back, then run keepwell check; if there are truly no rows any more, "
        "set accept_row_change: true for the feed, or remove the feed from keepwell.yml.",
    ),
    warns(
        "newest_unchanged",
        "表 {table} 最新日期仍是 {newest}，与上次导入相同，已过去 {count} 天。",
        "The newest date in table {table} is still {newest}, {count} days ago, "
        "as in the last import.",
        "检查来源是否停止更新。",
        "Check whether the source has stopped updating.",
    ),
    excludes(
        "rows_filtered",
        "表 {table} 有 {count} 行按 keep_when / drop_when 排除。",
        "{count} rows of table {table} were left out by keep_when / drop_when.",
        "若不应排除，修改 keepwell.yml 中 tables.{table} 的筛选条件。",
        "Change the filters of tables.{table} in keepwell.yml if they should stay.",
    ),
    fixes(
        "rows_corrected",
        "表 {table} 有 {count} 行采用了隔离区里改好的内容。",
        "{count} rows of table {table} were taken from corrections of the quarantine.",
        "来源改正后，用 keepwell check --forget-corrections 取消这些更正。",
        "Run keepwell check --forget-corrections once the source itself is mended.",
    ),
    warns(
        "too_many_categories",
        "{table}.{column} 有 {count} 个不同取值，不像类别列；报告只列出最常见的若干个。",
        "{table}.{column} has {count} distinct values, too many for a category; "
        "reports show only the most frequent.",
        "换一列映射，或用 categories 归并取值。",
        "Map another column, or group the values with categories.",
    ),
    warns(
        "similar_categories",
        "{table}.{column} 的“{value}”（{count} 行）与“{other}”很像，可能是同一类别。",
        "`{value}` in {table}.{column} ({count} rows) looks like `{other}`; "
        "they may be one category.",
        "确认后写 tables.{table}.columns.{column}.categories: {{{value}: {other}}}。",
        "If so, write tables.{table}.columns.{column}.categories: {{{value}: {other}}}.",
    ),
    warns(
        "column_constant",
        "{table}.{column} 的全部 {count} 个值都是“{value}”，在评分中不起区分作用。",
        "All {count} values of {table}.{column} are `{value}`; its weight tells no accounts apart.",
        "核对映射，或把该指标移出评分卡。",
        "Check the mapping, or take the measure out of the scorecard.",
    ),
    warns(
        "column_empty",
        "{table}.{column} 全部 {count} 行为空，按未知处理，其权重由其他指标分担。",
        "{table}.{column} is empty in all {count} rows; it is unknown and its weight is shared.",
        "核对映射，或删去 tables.{table}.columns.{column}。",
        "Check the mapping, or remove tables.{table}.columns.{column}.",
    ),
    warns(
        "giant_outlier",
        "{table}.{column} 的最大值 {value} 是其余值（{other}）的 {times} 倍；"
        "用极差缩放时，其余客户都会被压到 0–{squeeze} 之间。",
        "The largest {table}.{column}, {value}, is {times} times the rest ({other}); under min-max "
        "scaling all others are squeezed into 0-{squeeze}.",
        "核对该值；或改用 robust 评分卡，或为该指标设定 max。",
        "Check the value, use the robust scorecard, or give the scale a max.",
    ),
)
