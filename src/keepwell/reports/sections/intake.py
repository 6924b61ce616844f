"""What came in: rows accepted and lost per table, and the grave findings of the check."""

from keepwell.reports.desk import Desk
from keepwell.reports.page import Block, Paragraph, Table
from keepwell.reports.sections.table_cells import pair_cell, text_cell, words_cell
from keepwell.reports.subject import FindingLine
from keepwell.reports.terms import table_word
from keepwell.reports.text import Line, line, same
from keepwell.vocabulary import Bilingual

MOST_FINDINGS = 12
COLUMNS = ("rows_in", "accepted", "merged", "quarantined", "excluded")


def intake(desk: Desk) -> list[Block]:
    """Return what was read, lost and found; nothing when no check is known."""
    counts = desk.subject.table_counts
    blocks: list[Block] = []
    if any(c.rows_in != c.accepted for c in counts):
        blocks.append(_rows_table(desk))
    elif counts:
        total = sum(c.rows_in for c in counts)
        blocks.append(
            Paragraph(
                line(
                    "**读入**：{n} 行全部接受，没有隔离、合并或排除。",
                    "**Intake**: all {n} rows were accepted; none quarantined, merged or excluded.",
                    n=same(f"{total:,}"),
                )
            )
        )
    if desk.subject.left_before:
        blocks.append(Paragraph(_left(desk)))
    grave = [
        f
        for f in desk.subject.findings
        if f.severity in ("error", "warning") and not f.code.startswith("contradiction_")
    ]
    if grave:
        grave.sort(key=lambda f: (f.severity, -f.count, f.code))
        blocks.append(_findings_table(grave[:MOST_FINDINGS]))
    if len(grave) > MOST_FINDINGS:
        more = line(
            "另有 {more} 项，见 findings 表。",
            "{more} more are in the table `findings`.",
            more=same(f"{len(grave) - MOST_FINDINGS:,}"),
        )
        blocks.append(Paragraph(more))
    return blocks


def _left(desk: Desk) -> Line:
    return line(
        "接受的客户里，{n} 家在 {day} 或之前已经离开：不计分，也不在以下任何数字里。",
        "Of the accepted accounts {n} had left by {day}: they are not scored and in none of the figures below.",
        n=same(f"{desk.subject.left_before:,}"),
        day=same(desk.subject.as_of.isoformat()),
    )


def _rows_table(desk: Desk) -> Table:
    rows = tuple(
        (
            words_cell(table_word(c.table)),
            *(text_cell(f"{getattr(c, n):,}", float(getattr(c, n))) for n in COLUMNS),
        )
        for c in desk.subject.table_counts
    )
    heads = (
        Bilingual("表", "table"),
        Bilingual("读入", "rows in"),
        Bilingual("接受", "accepted"),
        Bilingual("合并", "merged"),
        Bilingual("隔离", "quarantined"),
        Bilingual("排除", "excluded"),
    )
    is_numeric = (False, *(True for _ in COLUMNS))
    return Table("intake", Bilingual("读入的行", "Rows read"), heads, rows, is_numeric)


def _findings_table(findings: list[FindingLine]) -> Table:
    rows = tuple(
        (
            words_cell(table_word(f.table)),
            text_cell(f"{f.count:,}", float(f.count)),
            pair_cell(f.message),
            pair_cell(f.cure),
        )
        for f in findings
    )
    heads = (
        Bilingual("表", "table"),
        Bilingual("数量", "count"),
        Bilingual("发现", "what was seen"),
        Bilingual("处理办法", "cure"),
    )
    title = Bilingual("检查发现", "Findings of the check")
    return Table("findings_shown", title, heads, rows, (False, True, False, False))
