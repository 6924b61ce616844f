"""Findings that stop a file or table before its rows are read: words and cures."""

from keepwell.vocabulary import Action, Bilingual, FindingKind, Severity

_FEED_ZH = "在 keepwell.yml 中 `source: {table}` 那一行下面"
_FEED_EN = "in keepwell.yml under the feed with `source: {table}`"


def _reject(code: str, zh: str, en: str, cure_zh: str, cure_en: str) -> FindingKind:
    return FindingKind(
        code, Severity.ERROR, Action.REJECTED, Bilingual(zh, en), Bilingual(cure_zh, cure_en)
    )


REJECTIONS: tuple[FindingKind, ...] = (
    _reject(
        "empty_file",
        "文件 `{table}` 为空（0 字节或只有空白）。",
        "File `{table}` is empty (no bytes, or blanks only).",
        "请重新导出该文件，然后运行 `keepwell check`。",
        "Export the file again, then run `keepwell check`.",
    ),
    _reject(
        "header_only",
        "`{table}` 只有表头（{found}），没有数据行。",
        "`{table}` has a header ({found}) and no rows.",
        "请检查导出时的筛选条件，重新导出后运行 `keepwell check`。",
        "Check the filter of the export, export again, then run `keepwell check`.",
    ),
    _reject(
        "no_header",
        "`{table}` 似乎没有表头：第 {line} 行看起来是数据（{found}）。",
        "`{table}` seems to have no header: line {line} looks like data ({found}).",
        f"{_FEED_ZH}写 `header: false`（列名为 column_1、column_2……）；如果该行确实是表头，"
        "写 `header: true`。",
        f"Set `header: false` {_FEED_EN} (columns are then column_1, column_2 ...); if the line "
        "is a header after all, set `header: true` there.",
    ),
    _reject(
        "header_width",
        "`{table}` 的表头有 {found} 列，而多数数据行有 {expected} 列，列名与数据无法对应。",
        "`{table}` has {found} columns in its header, but most rows have {expected}; names and "
        "values cannot be matched.",
        f"请修正第 {{line}} 行的表头；如果表头在别处，{_FEED_ZH}写 `skip_rows: N`"
        "（表头之前的行数）。",
        f"Mend the header in line {{line}}; if the header is elsewhere, set `skip_rows: N` "
        f"{_FEED_EN} to the number of lines above it.",
    ),
    _reject(
        "header_unreadable",
        "`{table}` 第 {line} 行应是表头，但无法拆分为列名。",
        "Line {line} of `{table}` should be the header, but cannot be split into names.",
        "请修正该行的引号或字符，然后运行 `keepwell check`。",
        "Mend the quotes or characters of that line, then run `keepwell check`.",
    ),
    _reject(
        "two_tables",
        "`{table}` 从第 {line} 行起是另一张表（{found}）。",
        "`{table}` holds a second table from line {line} on ({found}).",
        "请把两张表分别存为两个文件，然后运行 `keepwell check`。",
        "Save the two tables as two files, then run `keepwell check`.",
    ),
    _reject(
        "unterminated_quote",
        "`{table}` 第 {line} 行的引号没有闭合，其后的 {count} 行全部被吞入同一个单元格。",
        "`{table}` opens a quote in line {line} that never closes; it swallows the {count} lines "
        "that follow.",
        "请在第 {line} 行补上或删除引号，或用标准 CSV 格式重新导出。",
        "Close or remove the quote in line {line}, or export again as standard CSV.",
    ),
    _reject(
        "cell_too_large",
        "`{table}` 第 {line} 行有单元格超过上限 {limit} 字节。",
        "`{table}` has a cell over the limit of {limit} bytes in line {line}.",
        "请缩短该单元格，或检查该行之前是否有未闭合的引号。",
        "Shorten the cell, or look for an unclosed quote at that line.",
    ),
    _reject(
        "record_too_large",
        "`{table}` 第 {line} 行超过上限 {limit} 字节。",
        "`{table}` has a line over the limit of {limit} bytes: line {line}.",
        "请检查该文件是否为按行分隔的文本表格，然后重新导出。",
        "Check that the file is a table with one row per line, and export it again.",
    ),
    _reject(
        "too_many_columns",
        "`{table}` 有 {found} 列，超过上限 {limit} 列。",
        "`{table}` has {found} columns, over the limit of {limit}.",
        f"请只导出需要的列；如果分隔符识别有误，{_FEED_ZH}写 `delimiter:`。",
        f"Export only the columns you need; if the delimiter is wrong, set `delimiter:` "
        f"{_FEED_EN} to the right one.",
    ),
    _reject(
        "duplicate_columns",
        "`{table}` 有重名的列：{found}。",
        "`{table}` has columns of the same name: {found}.",
        "请在源文件中给这些列起不同的名字（大小写与首尾空格不算区别），然后运行 `keepwell check`。",
        "Give them different names in the source (case and outer blanks do not count), then run "
        "`keepwell check`.",
    ),
    _reject(
        "ambiguous_delimiter",
        "`{table}` 的分隔符不明确：{found} 都说得通。",
        "The delimiter of `{table}` is not clear: {found} fit equally well.",
        f'{_FEED_ZH}写 `delimiter: ";"`（换成实际的分隔符）。',
        f'Set `delimiter: ";"` (the one that is right) {_FEED_EN}, then run `keepwell check`.',
    ),
    _reject(
        "delimiter_invalid",
        "`{table}` 声明的分隔符 {found} 不是单个字符。",
        "The delimiter {found} declared for `{table}` is not a single character.",
        f'{_FEED_ZH}写单个字符，例如 `delimiter: ";"` 或 `delimiter: "\\t"`。',
        f'Give one character {_FEED_EN}, such as `delimiter: ";"` or `delimiter: "\\t"`.',
    ),
    _reject(
        "ambiguous_encoding",
        "`{table}` 的编码不明确（第 {line} 行起有非 UTF-8 字节；候选：{found}），不予猜测。",
        "The encoding of `{table}` is not clear (bytes that are not UTF-8 from line {line} on; "
        "candidates: {found}), and keepwell does not guess.",
        f"{_FEED_ZH}写 `encoding: gb18030`（或 big5、shift_jis、euc_kr、cp1252 等）。",
        f"Set `encoding: gb18030` (or big5, shift_jis, euc_kr, cp1252 ...) {_FEED_EN}, "
        "then run `keepwell check`.",
    ),
    _reject(
        "encoding_invalid",
        "`{table}` 声明的编码 {found} 未知。",
        "The encoding {found} declared for `{table}` is not known.",
        f"{_FEED_ZH}写已知的编码名，例如 utf-8、gb18030、big5、cp1252。",
        f"Give a known name {_FEED_EN}, such as utf-8, gb18030, big5 or cp1252.",
    ),
    _reject(
        "binary_file",
        "`{table}` 不是文本表格（{found}）。",
        "`{table}` is not a table of text ({found}).",
        "请导出为 CSV、xlsx、Parquet 或 JSON Lines。",
        "Export it as CSV, xlsx, Parquet or JSON Lines.",
    ),
    _reject(
        "other_format",
        "`{table}` 的内容是 {found}，不是表格数据。",
        "`{table}` contains {found}, not a table.",
        "如果这是登录页或报错页，请重新下载；否则请导出为 CSV、xlsx、Parquet 或 JSON Lines。",
        "If it is a login or error page, download again; else export as CSV, xlsx, Parquet or "
        "JSON Lines.",
    ),
    _reject(
        "unpacks_too_large",
        "`{table}` 解压后超过上限（{found}），疑似压缩炸弹。",
        "`{table}` unpacks beyond the limit ({found}); it may be a zip bomb.",
        "请先自行确认并解压，再放入数据文件夹。",
        "Unpack it yourself after checking where it came from.",
    ),
    _reject(
        "unsafe_path",
        "`{table}`：路径 `{found}` 指向数据文件夹之外，拒绝读取。",
        "`{table}`: the path `{found}` leads outside the source folder and is not read.",
        "请把文件放进数据文件夹，并使用相对于该文件夹的名称。",
        "Put the file into the source folder and name it relative to that folder.",
    ),
    _reject(
        "archive_members",
        "压缩包 `{table}` 含有 {count} 个文件（{found}），应只含一个表格。",
        "The archive `{table}` holds {count} files ({found}); it may hold one table.",
        "请解压到数据文件夹，然后运行 `keepwell check`。",
        "Unpack it into the source folder, then run `keepwell check`.",
    ),
    _reject(
        "corrupt_file",
        "`{table}` 已损坏或不完整：{found}。",
        "`{table}` is damaged or incomplete: {found}.",
        "请重新导出或重新下载该文件，然后运行 `keepwell check`。",
        "Export or download it again, then run `keepwell check`.",
    ),
    _reject(
        "encrypted_file",
        "`{table}` 有密码保护，无法读取。",
        "`{table}` is protected by a password and cannot be read.",
        "请另存为不带密码的文件，然后运行 `keepwell check`。",
        "Save a copy without a password, then run `keepwell check`.",
    ),
    _reject(
        "file_changed",
        "读取 `{table}` 期间文件发生了变化（{found}），可能仍在写入或上传。",
        "`{table}` changed while it was read ({found}); it may still be written or uploaded.",
        "请等写入完成后再次运行 `keepwell check`。",
        "Wait until it is complete, then run `keepwell check` again.",
    ),
    _reject(
        "mostly_unreadable",
        "`{table}` 的 {expected} 行中有 {count} 行无法拆分为单元格（最常见原因：{found}）。",
        "{count} of the {expected} rows of `{table}` cannot be split into cells (most often: "
        "{found}).",
        f"请检查文件；如果分隔符或编码识别有误，{_FEED_ZH}写 `delimiter:` 或 `encoding:`。",
        f"Check the file; if the delimiter or encoding is wrong, set `delimiter:` or `encoding:` "
        f"{_FEED_EN}, then run `keepwell check`.",
    ),
    _reject(
        "view_unreadable",
        "数据库中的 `{table}` 无法读取：{found}。",
        "`{table}` in the database cannot be read: {found}.",
        "请修复该表或视图，或在 keepwell.yml 中改用另一张表。",
        "Mend the table or view, or name another one in keepwell.yml.",
    ),
)
