"""What a check can say about keys, references and duplicates."""

from keepwell.intake.kind_rows import excludes, fixes, merges, quarantines, rejects, warns

KEY_KINDS = (
    fixes(
        "id_cleaned",
        "{table}.{column} 有 {count} 个编号含空格、不可见字符或全角字符，已清理。",
        "{count} ids in {table}.{column} carried blanks, invisible or full-width characters; "
        "they were cleaned.",
        "无需处理；最好在来源系统中改正。",
        "Nothing to do; better mended in the source system.",
    ),
    fixes(
        "text_cleaned",
        "{table}.{column} 有 {count} 个文本含不可见字符或控制字符，已去除。",
        "{count} values in {table}.{column} carried invisible or control characters; they were "
        "cleaned.",
        "无需处理；最好在来源系统中改正。",
        "Nothing to do; better mended in the source system.",
    ),
    rejects(
        "ids_scientific",
        "{table}.{column} 有 {count} 个编号变成了科学计数法，原编号已丢失。",
        "{count} ids in {table}.{column} were turned into scientific notation; "
        "the true ids are lost.",
        "重新导出，并把编号列设为文本格式。",
        "Export again with the id column formatted as text.",
    ),
    rejects(
        "ids_lost_zeros",
        "{table}.{column} 有 {count} 个编号与另一处只差前导零，说明前导零已丢失。",
        "{count} ids in {table}.{column} match others but for leading zeros; the zeros were lost.",
        "重新导出，并把编号列设为文本格式。",
        "Export again with the id column formatted as text.",
    ),
    fixes(
        "id_extended",
        "{table}.{column} 有 {count} 个 15 位 Salesforce 编号，已按校验规则补成 18 位。",
        "{count} Salesforce ids of 15 characters in {table}.{column} were extended to 18.",
        "无需处理；最好统一导出 18 位编号。",
        "Nothing to do; better export the 18-character id everywhere.",
    ),
    quarantines(
        "key_missing",
        "表 {table} 有 {count} 行缺少编号 {column}。",
        "{count} rows of table {table} have no {column}.",
        "补上编号后运行 keepwell check --replay。",
        "Fill in the id, then run keepwell check --replay.",
    ),
    quarantines(
        "required_missing",
        "表 {table} 有 {count} 行缺少必填值 {column}。",
        "{count} rows of table {table} lack the required {column}.",
        "补上该值后运行 keepwell check --replay。",
        "Fill in the value, then run keepwell check --replay.",
    ),
    merges(
        "duplicates_merged",
        "表 {table} 有 {count} 行与同一编号（或完全相同）的另一行一致，已合并。",
        "{count} rows of table {table} repeat another row of the same id (or entirely); "
        "they were merged.",
        "无需处理。",
        "Nothing to do.",
    ),
    quarantines(
        "duplicates_conflicting",
        "表 {table} 中 {ids} 个编号各有多行且内容冲突，{count} 行已隔离；{kept}",
        "Ids in table {table} whose rows contradict each other: {ids}; rows set aside: {count}. "
        "{kept_en}",
        "在来源中保留正确的一行，再运行 keepwell check。",
        "Keep the right row in the source, then run keepwell check.",
    ),
    quarantines(
        "orphan",
        "表 {table} 有 {count} 行指向不存在的客户。",
        "{count} rows of table {table} point to accounts that do not exist.",
        "补上客户，或在 aliases 中写明旧编号对应的新编号，再运行 keepwell check --replay。",
        "Add the accounts, or map old ids to new ones under aliases, then keepwell check --replay.",
    ),
    quarantines(
        "account_quarantined",
        "表 {table} 有 {count} 行所属的客户本身被隔离，随之隔离。",
        "{count} rows of table {table} belong to accounts that are in quarantine themselves.",
        "先修好客户行，再运行 keepwell check --replay，这些行会一并恢复。",
        "Mend the account rows, then keepwell check --replay brings these back as well.",
    ),
    excludes(
        "account_excluded",
        "表 {table} 有 {count} 行属于被排除的客户，一并排除。",
        "{count} rows of table {table} belong to excluded accounts and were left out with them.",
        "如需保留，修改 keepwell.yml 的 exclude。",
        "Change exclude in keepwell.yml to keep them.",
    ),
    quarantines(
        "lookup_failed",
        "表 {table} 有 {count} 行的“{source_column}”在 {via} 中找不到。",
        "{count} rows of table {table} have a `{source_column}` that {via} does not know.",
        "补上被引用的表的行，再运行 keepwell check --replay。",
        "Add the missing rows to the table that is looked up, then keepwell check --replay.",
    ),
    merges(
        "alias_merged",
        "表 {table} 有 {count} 行客户已并入 aliases 指明的客户。",
        "{count} rows of table {table} were merged into the account that aliases names.",
        "无需处理。",
        "Nothing to do.",
    ),
    fixes(
        "alias_applied",
        "{table}.{column} 有 {count} 个编号按 aliases 换成了现编号。",
        "{count} ids in {table}.{column} were replaced as aliases says.",
        "无需处理。",
        "Nothing to do.",
    ),
    warns(
        "test_accounts",
        "{count} 个客户像是测试或内部账户，仍计入结果。",
        "{count} accounts look like test or internal ones and still count.",
        "如需排除，在 keepwell.yml 写 exclude: {{test_accounts: true}}。",
        "Set exclude: {{test_accounts: true}} in keepwell.yml to leave them out.",
    ),
    excludes(
        "accounts_excluded",
        "按 exclude 排除了 {count} 个客户。",
        "{count} accounts were left out by exclude.",
        "如需保留，修改 keepwell.yml 的 exclude。",
        "Change exclude in keepwell.yml to keep them.",
    ),
    warns(
        "left_undated",
        "按 {column}（{words}）有 {count} 个客户已经离开，却没有流失日期，仍计入结果。",
        "{count} accounts have left by their {column} ({words}) but carry no churned_at; "
        "they still count.",
        "映射 churned_at；或在 tables.accounts 的该来源下写 drop_when: {{{source}: [{words}]}}。",
        "Map churned_at, or write drop_when: {{{source}: [{words}]}} for the feed under "
        "tables.accounts.",
    ),
    warns(
        "not_yet_customers",
        "按 {column}（{words}）有 {count} 个客户还只是线索或潜在客户，仍计入结果。",
        "{count} accounts are leads or prospects by their {column} ({words}), and still count.",
        "若不应评分，在 tables.accounts 的该来源下写 drop_when: {{{source}: [{words}]}}。",
        "Unless they should be scored, write drop_when: {{{source}: [{words}]}} for the feed "
        "under tables.accounts.",
    ),
    warns(
        "repeated_profiles",
        "表 {table} 有 {count} 个客户除编号和名称外完全相同；有效样本是 {effective}，不是 {of}。",
        "{count} accounts in {table} repeat another's profile but for id and name; "
        "the effective sample is {effective}, not {of}.",
        "核对是否重复录入；统计检验已按有效样本说明。",
        "Check for double entry; statistics speak of the effective sample.",
    ),
    warns(
        "names_repeated",
        "{count} 个客户与别的客户同名（{of} 个客户只有 {names} 个名称）。",
        "{count} accounts share their name with another ({of} accounts, {names} names).",
        "按编号区分，或合并真正重复的客户（aliases）。",
        "Tell them apart by id, or merge true duplicates with aliases.",
    ),
    warns(
        "shared_email",
        "{count} 个联系人与别的联系人共用邮箱。",
        "{count} contacts share their e-mail address with another contact.",
        "核对是否重复录入。",
        "Check for double entry.",
    ),
)
