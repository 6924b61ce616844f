"""The appendix: every fact with value, n, interval and query, and the queries behind tables."""

from collections.abc import Sequence

from keepwell.reports.facts import Fact
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Table
from keepwell.reports.sections.table_cells import code_cell, slot_cell, text_cell
from keepwell.reports.text import DataPair, Line, line, words
from keepwell.vocabulary import Bilingual

READING = words(
    "查询对象 `portfolio`：每户一行，各列见快照；`score_micro` 为百万分之一分。区间：比例用 Wilson 95 %，其余用自助法；"
    "“由定义造成”指比较的一边是用另一边算出来的。不是 SQL 的统计写明函数与参数。",
    "Queries run on `portfolio`, one row per account, columns as in the snapshot; `score_micro` is in "
    'millionths of a point. Intervals: Wilson 95 % for shares, bootstrap otherwise; "by construction" '
    "means that one side of a comparison is computed from the other. Statistics that are not SQL name "
    "their function and its arguments.",
)


def appendix(
    facts: Sequence[Fact],
    numbers: dict[str, str],
    tables: Sequence[Table],
    reading: Line = READING,
) -> list[Block]:
    """Return the appendix over the numbered facts, under how it is read."""
    blocks: list[Block] = [
        Heading(words("附录：事实表", "Appendix: facts"), anchor="facts"),
        Paragraph(reading),
        _fact_table(facts, numbers),
    ]
    queried = [t for t in tables if t.query]
    if queried:
        blocks.append(Heading(words("表格背后的查询", "Queries behind the tables"), level=3))
        blocks.append(_query_table(queried))
    return blocks


def _fact_table(facts: Sequence[Fact], numbers: dict[str, str]) -> Table:
    rows = tuple(
        (
            text_cell(numbers[f.key], numbers[f.key]),
            Cell(_label(f)),
            Cell(line("{x}", "{x}", x=f, is_cited=False), _raw(f)),
            text_cell(f.counted(), f.counted()),
            slot_cell(Bilingual(f.range_text("zh"), f.range_text("en"))),
            code_cell(f.query),
        )
        for f in facts
    )
    return Table(
        "facts",
        Bilingual("事实表", "Facts"),
        (
            Bilingual("编号", "id"),
            Bilingual("事实", "fact"),
            Bilingual("值", "value"),
            Bilingual("n", "n"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("查询", "query"),
        ),
        rows,
        (False, False, True, True, True, False),
    )


def _raw(fact: Fact) -> float | None:
    if fact.value is None or not fact.is_known:
        return None
    return fact.value / 1_000_000 if fact.form == "points" else fact.value


def _label(fact: Fact) -> Line:
    if not fact.is_by_construction:
        return line("{x}", "{x}", x=DataPair(fact.label))
    return line("{x}（由定义造成）", "{x} (by construction)", x=DataPair(fact.label))


def _query_table(tables: Sequence[Table]) -> Table:
    rows = tuple((slot_cell(DataPair(t.title)), code_cell(t.query)) for t in tables)
    return Table(
        "queries",
        Bilingual("表格背后的查询", "Queries behind the tables"),
        (Bilingual("表", "table"), Bilingual("查询", "query")),
        rows,
        (False, False),
    )
