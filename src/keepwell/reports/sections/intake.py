"""What came in: rows accepted and lost per table, and the grave findings of the check."""

from keepwell.reports.desk import Desk
from keepwell.reports.page import Block, Paragraph, Table
from keepwell.reports.sections.table_cells import data_cell, pair_cell, text_cell
from keepwell.reports.text import line, same
from keepwell.vocabulary import Bilingual


def intake(desk: Desk) -> list[Block]:
    """Return what was read, lost and found; nothing when no check is known."""
    counts = desk.subject.table_counts
    blocks: list[Block] = []
    lost = [c for c in counts if c.rows_in != c.accepted]
    if lost:
        rows = tuple(
            (
                data_cell(c.table),
                *(
                    text_cell(f"{v:,}", float(v))
                    for v in (c.rows_in, c.accepted, c.merged, c.quarantined, c.excluded)
                ),
            )
            for c in counts
        )
        blocks.append(
            Table(
                "intake",
                Bilingual("读入的行", "Rows read"),
                (
                    Bilingual("表", "table"),
                    Bilingual("读入", "rows in"),
                    Bilingual("接受", "accepted"),
                    Bilingual("合并", "merged"),
                    Bilingual("隔离", "quarantined"),
                    Bilingual("排除", "excluded"),
                ),
                rows,
                (False, True, True, True, True, True),
            )
        )
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
    grave = [f for f in desk.subject.findings if f.severity in ("error", "warning")]
    if grave:
        rows = tuple(
            (
                data_cell(f.table),
                text_cell(f"{f.count:,}", float(f.count)),
                pair_cell(f.message),
                pair_cell(f.cure),
            )
            for f in sorted(grave, key=lambda f: (f.severity, -f.count, f.code))[:12]
        )
        blocks.append(
            Table(
                "findings_shown",
                Bilingual("检查发现", "Findings of the check"),
                (
                    Bilingual("表", "table"),
                    Bilingual("数量", "count"),
                    Bilingual("发现", "what was seen"),
                    Bilingual("处理办法", "cure"),
                ),
                rows,
                (False, True, False, False),
            )
        )
        if len(grave) > 12:
            more = same(f"{len(grave) - 12:,}")
            blocks.append(
                Paragraph(
                    line(
                        "另有 {more} 项，见 findings 表。",
                        "{more} more are in the table `findings`.",
                        more=more,
                    )
                )
            )
    return blocks
