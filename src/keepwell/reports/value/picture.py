"""The contradiction in a picture: value by segment and group, empty groups visible as empty."""

from typing import Any

from keepwell.reports.charts import Caption, ValueBox, in_both, in_narrow, value_boxes_chart
from keepwell.reports.charts.frame import Spec
from keepwell.reports.desk import Desk
from keepwell.reports.page import Picture
from keepwell.reports.palette import Palette
from keepwell.reports.text import Line, line, same
from keepwell.reports.value import figures
from keepwell.reports.value.amount_words import amount_word
from keepwell.reports.value.terms import GROUPS
from keepwell.vocabulary import Bilingual, Lang

COMPARED = ("high_value", "mass_value")


def value_picture(desk: Desk) -> Picture | None:
    """Return the picture; None when no account has an amount over zero."""
    sql = (
        "SELECT segment, value_group, value_accounts, value_low, value_p25, value_p50, value_p75, "
        "value_high FROM value_cells"
    )
    cells = {(str(r[0]), str(r[1])): r[2:] for r in desk.book.rows(sql)}
    if not any(c[0] and c[5] and float(c[5]) > 0 for c in cells.values()):
        return None
    title, note = _title(desk), _note(desk)

    def draw(lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
        boxes = _boxes(desk, cells, lang)
        empty = "没有客户" if lang == "zh" else "no account"
        axis = "价值金额（对数轴）" if lang == "zh" else "value amount (log axis)"
        caption = Caption(title.plain(lang), note.plain(lang))
        return value_boxes_chart(caption, boxes, empty, axis, lang, palette, is_narrow=is_narrow)

    return Picture("value_by_segment", title, in_both(draw), in_narrow(draw))


def segments_of(desk: Desk) -> dict[str, Bilingual]:
    """Return the segments in the map's order, and unknown where an account is in none."""
    value = desk.subject.value
    named = dict(value.segments) if value else {}
    rows = desk.book.rows("SELECT count(*) FROM value_cells WHERE segment = 'unknown'")
    if rows and int(rows[0][0]):
        named["unknown"] = Bilingual("分群未知", "unknown segment")
    return named


def _boxes(desk: Desk, cells: dict[tuple[str, str], Any], lang: Lang) -> list[ValueBox]:
    boxes = []
    for segment, label in segments_of(desk).items():
        for group in COMPARED:
            row = cells.get((segment, group))
            n = int(row[0]) if row else 0
            shown = f"{label.text(lang)} · {GROUPS[group].text(lang)} (n = {n:,})"
            is_high = group == COMPARED[0]
            values = [None if v is None else float(v) for v in row[1:]] if row and n else [None] * 5
            boxes.append(ValueBox(shown, is_high, is_high, n, *values))
    return boxes


def _title(desk: Desk) -> Line:
    part = figures.group_part(desk, "high_value")
    share = figures.group_share(desk, "high_value")
    if not part.is_known or not share.k:
        return line("价值在各分群中的分布", "How value spreads over the segments")
    return line(
        "高价值组占客户的 {s}，占价值金额的 {p}",
        "The high-value group is {s} of accounts and holds {p} of the value",
        s=share,
        p=part,
        is_cited=False,
    )


def _note(desk: Desk) -> Line:
    amount = amount_word(desk)
    currency = desk.subject.currency
    unit = (
        Bilingual(f"单位 {currency}", f"in {currency}")
        if currency
        else Bilingual("币种未声明", "currency not declared")
    )
    return line(
        "价值 = {amount}，{unit}，n = {n}。盒：中间一半的客户，盒内短线为中位数，细线到最小与最大；不足 5 家画点。"
        "零、负或小得画不下的金额画在轴的左端。两组按金额分开，金额之差由定义造成，要看的是各分群里各有多少客户。",
        "Value = {amount}, {unit}, n = {n}. Box: the middle half of the accounts, the mark in it the median, the thin line to "
        "least and most; a dot: fewer than 5. Amounts of zero, less, or too small for the axis stand at the left end. The groups are "
        "cut by amount, so the gap in amounts is by construction; look at how many accounts stand in each segment.",
        amount=amount,
        unit=unit,
        n=same(f"{desk.n:,}"),
    )
