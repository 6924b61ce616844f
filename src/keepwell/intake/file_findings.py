"""Findings about files before their meaning is known: encoding, container, dialect, header.

Turns a code into words and a cure in zh and en. Reads no file and decides nothing.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from keepwell.intake.file_rejections import REJECTIONS
from keepwell.intake.finding_kinds import worded
from keepwell.vocabulary import Action, Bilingual, Example, Finding, FindingKind, Severity

EXAMPLES_SHOWN = 5
_VALUE_SHOWN = 80
_REPLAY_ZH = "请在源文件中修正这些行，然后运行 `keepwell check`；其余行已照常读入。"
_REPLAY_EN = "Mend these lines in the source, then run `keepwell check`; all other rows were read."
_NONE_ZH = "无需处理。"
_NONE_EN = "Nothing to do."


def _row(code: str, zh: str, en: str) -> FindingKind:
    return FindingKind(
        code,
        Severity.WARNING,
        Action.QUARANTINED,
        Bilingual(zh, en),
        Bilingual(_REPLAY_ZH, _REPLAY_EN),
    )


def _fixed(
    code: str, zh: str, en: str, cure_zh: str = _NONE_ZH, cure_en: str = _NONE_EN
) -> FindingKind:
    return FindingKind(
        code, Severity.INFO, Action.FIXED, Bilingual(zh, en), Bilingual(cure_zh, cure_en)
    )


def _warn(code: str, zh: str, en: str, cure_zh: str, cure_en: str) -> FindingKind:
    return FindingKind(
        code, Severity.WARNING, Action.WARNED, Bilingual(zh, en), Bilingual(cure_zh, cure_en)
    )


QUARANTINES: tuple[FindingKind, ...] = (
    _row(
        "nul_byte",
        "`{table}` 有 {count} 行含 NUL 字节，已隔离。",
        "{count} rows of `{table}` contain NUL bytes and were set aside.",
    ),
    _row(
        "invalid_bytes",
        "`{table}` 有 {count} 行含无法解码的字节，已隔离。",
        "{count} rows of `{table}` contain bytes that cannot be decoded and were set aside.",
    ),
    _row(
        "unescaped_quote",
        "`{table}` 有 {count} 行的引号未按规则转义，已隔离。",
        "{count} rows of `{table}` contain a quote that is not escaped and were set aside.",
    ),
    _row(
        "short_row",
        "`{table}` 有 {count} 行的单元格少于表头，已隔离。",
        "{count} rows of `{table}` have fewer cells than the header and were set aside.",
    ),
    _row(
        "long_row",
        "`{table}` 有 {count} 行的单元格多于表头，已隔离。",
        "{count} rows of `{table}` have more cells than the header and were set aside.",
    ),
    _row(
        "footer_row",
        "`{table}` 末尾有 {count} 行合计，不是数据，已隔离。",
        "{count} rows at the end of `{table}` are totals, not data, and were set aside.",
    ),
    _row(
        "repeated_header",
        "`{table}` 的表头在数据中重复出现 {count} 次，已隔离。",
        "The header of `{table}` is repeated {count} times among its rows; these lines were set "
        "aside.",
    ),
    _row(
        "blob_cell",
        "`{table}` 有 {count} 行含二进制内容，已隔离。",
        "{count} rows of `{table}` contain binary content and were set aside.",
    ),
    _row(
        "invalid_json",
        "`{table}` 有 {count} 行不是有效的 JSON 对象，已隔离。",
        "{count} lines of `{table}` are not a valid JSON object and were set aside.",
    ),
)

REPAIRS: tuple[FindingKind, ...] = (
    _fixed(
        "bom_removed",
        "`{table}` 开头的字节顺序标记（BOM）已去除。",
        "The byte-order mark at the start of `{table}` was removed.",
    ),
    _fixed(
        "encoding_converted",
        "`{table}` 的编码为 {found}，已转换为 UTF-8。",
        "`{table}` is encoded as {found} and was converted to UTF-8.",
        "如果文字显示不对，请在 keepwell.yml 中 `source: {table}` 下写 `encoding:`。",
        "If text looks wrong, set `encoding:` in keepwell.yml under `source: {table}`.",
    ),
    _fixed(
        "encoding_assumed",
        "`{table}` 不是 UTF-8，按西欧编码 {found} 读取（{count} 个非 ASCII 字节）。",
        "`{table}` is not UTF-8 and was read as Western European {found} ({count} bytes outside "
        "ASCII).",
        "如果重音字母显示不对，请在 keepwell.yml 中 `source: {table}` 下写 `encoding:`。",
        "If accented letters look wrong, set `encoding:` in keepwell.yml under `source: {table}`.",
    ),
    _fixed(
        "delimiter_detected",
        "`{table}` 的分隔符识别为 {found}。",
        "The delimiter of `{table}` was found to be {found}.",
    ),
    _fixed(
        "quote_detected",
        "`{table}` 的引用规则识别为：{found}。",
        "The quoting of `{table}` was found to be: {found}.",
    ),
    _fixed(
        "line_ends_unusual",
        "`{table}` 的换行方式为 {found}，已统一。",
        "`{table}` has {found} line ends; they were read as one kind.",
    ),
    _fixed(
        "preamble_skipped",
        "`{table}` 表头之前有 {count} 行标题或说明，已跳过。",
        "{count} title or note lines above the header of `{table}` were skipped.",
        "如果跳过有误，请在 keepwell.yml 中 `source: {table}` 下写 `skip_rows:`。",
        "If that is wrong, set `skip_rows:` in keepwell.yml under `source: {table}`.",
    ),
    _fixed(
        "blank_lines",
        "`{table}` 有 {count} 个空行，已跳过。",
        "{count} blank lines of `{table}` were skipped.",
    ),
    _fixed(
        "trailing_delimiter",
        "`{table}` 每行末尾都多一个分隔符，由此产生的 {count} 个无名空列已去除。",
        "Every line of `{table}` ends with a delimiter; the {count} nameless, empty columns that "
        "it makes were dropped.",
    ),
    _fixed(
        "column_names_cleaned",
        "`{table}` 有 {count} 个列名含多余空格或不可见字符，已清理：{found}。",
        "{count} column names of `{table}` had stray blanks or invisible characters and were "
        "cleaned: {found}.",
    ),
    _fixed(
        "columns_named",
        "`{table}` 有 {count} 个列没有名称或名称被保留，已命名为：{found}。",
        "{count} columns of `{table}` had no name, or a reserved one, and are now called: {found}.",
    ),
    _fixed(
        "same_file_twice",
        "`{table}` 与 `{found}` 内容完全相同，只需读取一次。",
        "`{table}` has the same content as `{found}`; one of them is enough.",
        "请删除其中一个文件，或只在 keepwell.yml 中引用一个。",
        "Remove one of the files, or name only one of them in keepwell.yml.",
    ),
    _fixed(
        "container_other",
        "`{table}` 的扩展名与内容不符：实际是 {found}，已按实际格式读取。",
        "`{table}` is not what its name says: it is {found}, and was read as that.",
    ),
)

WARNINGS: tuple[FindingKind, ...] = (
    _warn(
        "formula_without_value",
        "`{table}` 有 {count} 个公式没有保存计算结果，按空白读取。",
        "{count} formulas of `{table}` carry no stored result and were read as blank.",
        "请用 Excel 打开并保存该文件，然后运行 `keepwell check`。",
        "Open and save the file in Excel, then run `keepwell check`.",
    ),
    _warn(
        "error_cells",
        "`{table}` 有 {count} 个单元格是错误值（如 #REF!、#N/A），按空白读取。",
        "{count} cells of `{table}` hold an error (such as #REF! or #N/A) and were read as blank.",
        "请在表格中修正公式，然后运行 `keepwell check`。",
        "Mend the formulas in the workbook, then run `keepwell check`.",
    ),
    _warn(
        "merged_cells",
        "`{table}` 的数据区有 {count} 处合并单元格，只有左上角有值。",
        "{count} merged areas lie among the rows of `{table}`; only their first cell has a value.",
        "请取消合并并填满各单元格，然后运行 `keepwell check`。",
        "Unmerge them and fill every cell, then run `keepwell check`.",
    ),
    _warn(
        "hidden_sheets",
        "工作簿 `{table}` 有 {count} 个隐藏的工作表：{found}。",
        "The workbook of `{table}` has {count} hidden sheets: {found}.",
        "请确认是否需要它们；如需要，请取消隐藏并在 keepwell.yml 中引用。",
        "Check whether they are needed; if so, unhide them and name them in keepwell.yml.",
    ),
    _warn(
        "long_numbers",
        "`{table}` 有 {count} 个数字达到或超过 16 位，Excel 只保留 15 位有效数字，编号可能已失真。",
        "{count} numbers of `{table}` have 16 digits or more; Excel keeps 15, so ids may be "
        "damaged.",
        "请把这些列设为文本格式后重新导出，或导出为 CSV。",
        "Format these columns as text and export again, or export as CSV.",
    ),
    _warn(
        "nested_values",
        "`{table}` 的列 {found} 含嵌套结构，已写成 JSON 文本。",
        "Columns of `{table}` hold nested values and were written as JSON text: {found}.",
        "如需其中的字段，请在导出时展开为独立的列。",
        "If you need fields inside them, export these as columns of their own.",
    ),
)

FILE_FINDINGS: dict[str, FindingKind] = {
    kind.code: kind for kind in (*REJECTIONS, *QUARANTINES, *REPAIRS, *WARNINGS)
}


class SetAsideRow(Protocol):
    """A row that could not be split into cells, with the code of the reason."""

    @property
    def file(self) -> str:
        """Return the file it came from."""
        ...

    @property
    def row(self) -> int:
        """Return its 1-based line."""
        ...

    @property
    def raw(self) -> str:
        """Return its text."""
        ...

    @property
    def reason(self) -> str:
        """Return the code of a finding kind."""
        ...


def quarantine_findings(table: str, rows: Iterable[SetAsideRow]) -> tuple[Finding, ...]:
    """Return one finding per reason, the most frequent first, with up to five examples each."""
    counts: Counter[str] = Counter()
    examples: dict[str, list[Example]] = {}
    for row in rows:
        counts[row.reason] += 1
        shown = examples.setdefault(row.reason, [])
        if len(shown) < EXAMPLES_SHOWN:
            shown.append(Example(row.file, row.row, row.raw[:_VALUE_SHOWN]))
    return tuple(
        Finding(
            worded(FILE_FINDINGS[code], count, {}), table, count, examples=tuple(examples[code])
        )
        for code, count in counts.most_common()
    )
