"""High-value accounts that have gone quiet: how many, worth what, and the largest by name."""

from dataclasses import replace
from typing import Any

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Table
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell, words_cell
from keepwell.reports.text import EMPTY, Join, Line, line, words
from keepwell.reports.value import figures
from keepwell.reports.value.picture import segments_of
from keepwell.reports.value.stand_ins import mark_of, marked
from keepwell.reports.value.terms import GROUPS, TIERS, UNKNOWN_SEGMENT
from keepwell.vocabulary import Bilingual

SHOWN = 10
QUIET = "r_score <= 2"


def quiet_share(desk: Desk, group: str) -> Fact:
    """Return the share of a group whose recency R is 1 or 2."""
    name = GROUPS[group]
    label = Bilingual(
        f"{name.zh}组中近度 R 为 1 或 2", f"recency R of 1 or 2, of the {name.en} group"
    )
    where = f"{figures.in_group(group)} AND r_score IS NOT NULL"
    fact = desk.book.share(f"value:quiet:{group}", label, QUIET, where)
    if not _is_constructed(desk):
        return fact
    return replace(fact, interval=None, is_by_construction=True)


def _is_constructed(desk: Desk) -> bool:
    """Say whether recency went into the value that makes the groups."""
    asked = (
        "SELECT is_by_construction FROM value_ratios WHERE measure = 'r_score' AND scope = 'all'"
    )
    rows = desk.book.rows(asked)
    return bool(rows and rows[0][0])


def quiet_value(desk: Desk) -> Fact:
    """Return the value of the high-value accounts that have gone quiet."""
    label = Bilingual(
        "沉寂的高价值客户的价值金额", "value amount of high-value accounts gone quiet"
    )
    where = f"{QUIET} AND {figures.in_group('high_value')}"
    fact = desk.book.total("value:quiet:amount", label, figures.AMOUNT, where)
    return replace(fact, interval=None)


def quiet_line(desk: Desk) -> Line | None:
    """Return the sentence of the summary; nothing where nobody of the group is quiet."""
    found = quiet_share(desk, "high_value")
    if not found.k:
        return None
    return line(
        "**高价值而沉寂**：高价值组中 {n:full}的近度 R 只有 1 或 2{proxy}{@n}，价值 {x}{@x}；"
        "名单见挣扎客户一节之后。",
        "**Valuable and quiet**: {n:full} of the high-value group have a recency R of only 1 or 2{proxy} {@n}, "
        "worth {x} {@x}; the list follows the struggling accounts.",
        n=found,
        x=quiet_value(desk),
        proxy=mark_of(desk, "r_score"),
    )


def quiet_accounts(desk: Desk, heading: Line, level: int) -> list[Block]:
    """Return the section: the share beside that of the mass group, then the largest by value."""
    found = quiet_share(desk, "high_value")
    if not found.n:
        return []
    blocks: list[Block] = [Heading(heading, level, "quiet"), Paragraph(_explained(desk, found))]
    if _is_constructed(desk):
        blocks.append(Paragraph(_constructed()))
    return [*blocks, _table(desk)] if found.k else blocks


def _explained(desk: Desk, found: Fact) -> Line:
    return line(
        "近度 R 为 1 或 2{proxy}的，是五档里最久没有动静的两档；分界取五分位时总有客户落在这里，要紧的是有没有高价值的、是谁。"
        "高价值组有 {h:full}{@h}{others}。按价值金额从大到小排；没有经验证的离开概率，不乘概率。",
        "A recency R of 1 or 2{proxy} marks the two bands of five that have been quiet the longest; where the cuts are "
        "quintiles some accounts always stand there, and what matters is whether valuable ones do, and which. Of the high-value group {h:full} {@h}{others}. "
        "Ordered by value; without a validated probability nothing is multiplied by one.",
        h=found,
        others=_others(desk),
        proxy=mark_of(desk, "r_score"),
    )


def _constructed() -> Line:
    return words(
        "价值由同一批购买拟合，近度已算在内：两组之间的差别由定义造成。",
        "The value is fitted to the same purchases, recency included: the difference between the groups is by construction.",
    )


def _others(desk: Desk) -> Line | Join:
    mass = quiet_share(desk, "mass_value")
    if not mass.n:
        return EMPTY
    return line("，大众价值组有 {m:full}{@m}", ", of the mass-value group {m:full} {@m}", m=mass)


def _table(desk: Desk) -> Table:
    sql = (
        "SELECT account_id, name, value_amount, value_tier, segment, r_score, days_inactive "
        f"FROM portfolio WHERE {QUIET} AND {figures.in_group('high_value')} "
        f"ORDER BY value_amount DESC, account_id LIMIT {SHOWN}"
    )
    return Table(
        "quiet",
        Bilingual(
            f"沉寂的高价值客户（前 {SHOWN} 家）", f"High-value accounts gone quiet (first {SHOWN})"
        ),
        (
            Bilingual("客户", "account"),
            Bilingual("价值金额", "value amount"),
            Bilingual("价值层级", "value tier"),
            Bilingual("分群", "segment"),
            marked(desk, Bilingual("R", "R"), "r_score"),
            marked(desk, Bilingual("未活动天数", "days inactive"), "days_inactive"),
        ),
        tuple(_row(desk, row) for row in desk.book.rows(sql)),
        (False, True, False, False, True, True),
        sql,
    )


def _row(desk: Desk, row: Any) -> tuple[Cell, ...]:
    return (
        slot_cell(desk.name(str(row[0]), row[1]), str(row[0])),
        number_cell(None if row[2] is None else float(row[2]), Form.AMOUNT),
        words_cell(TIERS[str(row[3])]),
        words_cell(segments_of(desk).get(str(row[4]), UNKNOWN_SEGMENT)),
        text_cell(str(row[5]), float(row[5])),
        number_cell(None if row[6] is None else float(row[6]), Form.DAYS),
    )
