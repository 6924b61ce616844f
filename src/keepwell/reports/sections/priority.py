"""Section 7: the accounts to look at first, why each is here, and the first step."""

from keepwell.reports.desk import Desk
from keepwell.reports.numbers import Form, count_text
from keepwell.reports.page import Block, Cell, Heading, Items, Paragraph, Table
from keepwell.reports.sections.priority_evidence import why
from keepwell.reports.sections.priority_groups import group_lines
from keepwell.reports.sections.priority_rows import DAYS, WANTED, Listed, Notable, find_notable
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell
from keepwell.reports.sections.waterfall import waterfall_picture
from keepwell.reports.terms import industry_word, size_word
from keepwell.reports.text import EMPTY, Join, Line, line, words
from keepwell.vocabulary import Bilingual

# Just above the line and in the lower half by money: counted, not listed.
WORTH_A_ROW = "(priority_group <> 'D' OR contribution_tier IS NULL OR contribution_tier <= 2)"
MOST = {"A": 5, "B": 5, "C": 5, "D": 3}
COUNT = "total_activities_30d"


def listed(desk: Desk) -> list[Listed]:
    """Return the shown rows: at most five each of A, B, C and three of D."""
    if "priority" not in desk.subject.tables:
        return []
    held = desk.subject.tables["priority"]
    picked = ", ".join(c if c in held else f"NULL AS {c}" for c in WANTED)
    limits = " OR ".join(f"(priority_group = '{g}' AND group_rank <= {n})" for g, n in MOST.items())
    if desk.has_money and "contribution_tier" in held:
        limits = f"({limits}) AND {WORTH_A_ROW}"
    sql = f"SELECT {picked} FROM priority WHERE {limits} ORDER BY priority_rank"
    return [
        Listed(place, dict(zip(WANTED, row, strict=True)))
        for place, row in enumerate(desk.book.rows(sql), 1)
    ]


def priority(desk: Desk) -> list[Block]:
    """Return the section; without anybody to list it says so."""
    blocks: list[Block] = [Heading(words("七、优先名单", "7. Priority list"), anchor="priority")]
    rows = listed(desk)
    groups = group_lines(desk, rows) if "priority" in desk.subject.tables else []
    if not rows and not groups:
        blocks.append(
            Paragraph(
                words(
                    "没有客户符合优先名单的条件：没有低健康客户，没有不低却沉默的大客户，也没有刚过线的客户。",
                    "No account meets the conditions of this list: none is low, none is large and silent outside the low tier, none stands just above the line.",
                )
            )
        )
        return blocks
    if rows:
        blocks += [_table(desk, rows), Paragraph(_marks(desk, rows))]
    blocks.append(Items(tuple(groups)))
    picture = waterfall_picture(desk, rows)
    return [*blocks, picture] if picture is not None else blocks


def _marks(desk: Desk, rows: list[Listed]) -> Line:
    order = (
        Bilingual(
            "每组按可能损失（流失概率×贡献）从大到小。",
            "Within a group, largest likely loss (churn probability x contribution) first.",
        )
        if desk.has("likely_loss_amount")
        else Bilingual("每组按金额从大到小。", "Within a group, largest amount first.")
        if desk.has_money
        else Bilingual(
            "没有金额：每组先列怎么算都低的，再按分数从低到高。",
            "Without amounts: within a group those first that are low under every tried choice, then the "
            "lowest score.",
        )
    )
    odd: Bilingual | Join = EMPTY
    if any(r.is_odd for r in rows):
        odd = Bilingual("＊ 两个活跃字段矛盾。", "＊ the two activity fields contradict. ")
    return line(
        "{odd}分数截断到两位。{order}",
        "{odd}Scores are truncated. {order}",
        odd=odd,
        order=order,
    )


def _table(desk: Desk, rows: list[Listed]) -> Table:
    """Return the list; columns that hold nothing here are left out."""
    notable = find_notable(desk)
    has_days = any(r.number(c) is not None for r in rows for c in (DAYS, COUNT))
    columns = [
        (Bilingual("序", "no."), False, True),
        (Bilingual("客户", "account"), False, True),
        (Bilingual("行业 · 规模", "industry, size"), False, True),
        (Bilingual("分", "score"), True, True),
        (desk.money_short, True, desk.has_money),
        (Bilingual("天数 / 30 天次数", "days / count in 30 days"), True, has_days),
        (Bilingual("为什么排在这里，第一步做什么", "why here, first step"), False, True),
    ]
    kept = [is_kept for _, _, is_kept in columns]
    cells = (_row(desk, row, notable) for row in rows)
    return Table(
        "priority",
        Bilingual("优先名单", "Priority list"),
        tuple(head for head, _, is_kept in columns if is_kept),
        tuple(tuple(c for c, k in zip(row, kept, strict=True) if k) for row in cells),
        tuple(is_numeric for _, is_numeric, is_kept in columns if is_kept),
        query="SELECT * FROM priority ORDER BY priority_rank",
    )


def _row(desk: Desk, row: Listed, notable: Notable) -> tuple[Cell, ...]:
    v = row.values
    both = " / ".join(
        "—" if x is None else count_text(x) for x in (row.number(DAYS), row.number(COUNT))
    )
    place = line(
        "{a} · {b}",
        "{a}, {b}",
        a=industry_word(v["industry"]),
        b=size_word(v["account_size_segment"]),
    )
    return (
        text_cell(f"{row.group}{row.place}"),
        slot_cell(desk.name(str(v["account_id"]), v["name"])),
        slot_cell(place),
        number_cell(row.number("score_micro"), Form.POINTS),
        number_cell(row.number("contribution_amount"), Form.AMOUNT),
        text_cell(both + ("＊" if row.is_odd else "")),
        slot_cell(why(desk, row, notable)),
    )
