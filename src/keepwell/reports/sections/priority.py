"""Section 7: the accounts to look at first, why each is here, and the first step."""

from dataclasses import dataclass
from typing import Any

from keepwell.outlook import PER_GROUP
from keepwell.reports.desk import Desk
from keepwell.reports.numbers import Form, amount_text, count_text, points_text, points_up
from keepwell.reports.page import Block, Cell, Heading, Items, Paragraph, Table
from keepwell.reports.rules import may_join
from keepwell.reports.sections.priority_words import (
    GROUPS,
    REASON_WORDS,
    STEP_WORDS,
    WITHOUT_MONEY,
)
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell
from keepwell.reports.sections.waterfall import waterfall_picture
from keepwell.reports.terms import industry_word, size_word
from keepwell.reports.text import EMPTY, Join, Line, line, same, words
from keepwell.vocabulary import Bilingual

MOST = {"A": 5, "B": 5, "C": 5, "D": 3}
WANTED = (
    "account_id",
    "name",
    "industry",
    "account_size_segment",
    "score_micro",
    "effective_tier",
    "contribution_amount",
    "contribution_rank",
    "days_since_last_activity",
    "total_activities_30d",
    "contact_email_coverage",
    "total_won_amount",
    "current_pipeline_amount",
    "win_rate",
    "points_to_next_tier",
    "points_above_line",
    "has_contradiction",
    "priority_group",
    "group_rank",
    "reason",
    "first_step",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the priority list: its values by column name; absent columns are None."""

    place: int
    values: dict[str, Any]

    def number(self, column: str) -> float | None:
        """Return a number, None when it is unknown."""
        value = self.values[column]
        return None if value is None else float(value)

    @property
    def group(self) -> str:
        """Return the group's letter."""
        return str(self.values["priority_group"])


def listed(desk: Desk) -> list[Listed]:
    """Return the shown rows: at most five each of A, B, C and three of D."""
    if "priority" not in desk.subject.tables:
        return []
    held = desk.subject.tables["priority"]
    picked = ", ".join(c if c in held else f"NULL AS {c}" for c in WANTED)
    limits = " OR ".join(f"(priority_group = '{g}' AND group_rank <= {n})" for g, n in MOST.items())
    sql = f"SELECT {picked} FROM priority WHERE {limits} ORDER BY priority_rank"
    return [
        Listed(place, dict(zip(WANTED, row, strict=True)))
        for place, row in enumerate(desk.book.rows(sql), 1)
    ]


def priority(desk: Desk) -> list[Block]:
    """Return the section; without anybody to list it says so."""
    blocks: list[Block] = [Heading(words("七、优先名单", "7. Priority list"), anchor="priority")]
    rows = listed(desk)
    if not rows:
        blocks.append(
            Paragraph(
                words(
                    "没有客户符合优先名单的条件：没有低健康客户，没有不低却沉默的大客户，也没有刚过线的客户。",
                    "No account meets the conditions of this list: none is low, none is large and silent outside the low tier, none stands just above the line.",
                )
            )
        )
        return blocks
    blocks.append(_table(desk, rows))
    blocks.append(Paragraph(_marks(desk)))
    blocks.append(Items(tuple(_groups(desk, rows))))
    picture = waterfall_picture(desk, rows)
    if picture is not None:
        blocks.append(picture)
    return blocks


def _marks(desk: Desk) -> Line:
    order = (
        Bilingual("每组按金额从大到小。", "Within a group, largest amount first.")
        if desk.has_money
        else Bilingual("没有金额，每组按编号排。", "Without amounts, each group is in order of id.")
    )
    return line(
        "＊ 两个活跃字段矛盾。分数截断到两位。{order}",
        "＊ the two activity fields contradict. Scores are truncated. {order}",
        order=order,
    )


def _table(desk: Desk, rows: list[Listed]) -> Table:
    short = desk.money_short
    return Table(
        "priority",
        Bilingual("优先名单", "Priority list"),
        (
            Bilingual("序", "no."),
            Bilingual("客户", "account"),
            Bilingual("行业 · 规模", "industry, size"),
            Bilingual("分", "score"),
            Bilingual(short.zh, short.en),
            Bilingual("天数 / 30 天次数", "days / count in 30 days"),
            Bilingual("为什么排在这里，第一步做什么", "why here, first step"),
        ),
        tuple(_row(desk, row) for row in rows),
        (False, False, False, True, True, True, False),
        query="SELECT * FROM priority ORDER BY priority_rank",
    )


def _row(desk: Desk, row: Listed) -> tuple[Cell, ...]:
    v = row.values
    days, count = row.number("days_since_last_activity"), row.number("total_activities_30d")
    mark = "＊" if is_odd(days, count) else ""
    both = " / ".join("—" if x is None else count_text(x) for x in (days, count)) + mark
    place = line(
        "{a} · {b}",
        "{a}, {b}",
        a=industry_word(v["industry"]),
        b=size_word(v["account_size_segment"]),
    )
    micro = row.number("score_micro")
    return (
        text_cell(f"{row.group}{row.place}"),
        slot_cell(desk.name(str(v["account_id"]), v["name"])),
        slot_cell(place),
        number_cell(micro, Form.POINTS),
        number_cell(row.number("contribution_amount"), Form.AMOUNT),
        text_cell(both),
        slot_cell(_why(desk, row)),
    )


def is_odd(days: float | None, count: float | None) -> bool:
    """Say whether recency and the 30-day count exclude each other."""
    if days is None or count is None:
        return False
    return (days >= 30 and count > 0) or (days < 30 and count == 0)


def _why(desk: Desk, row: Listed) -> Line:
    reason = REASON_WORDS.get(str(row.values["reason"]), GROUPS[row.group])
    step = STEP_WORDS.get(str(row.values["first_step"]), STEP_WORDS["diagnostic_call"])
    return line(
        "{reason}；{evidence}。第一步：{step}",
        "{reason}; {evidence}. First: {step}",
        reason=reason,
        evidence=Join(tuple(_evidence(desk, row)), Bilingual("，", ", ")),
        step=step,
    )


def _evidence(desk: Desk, row: Listed) -> list[Line]:
    """Return what this account's own numbers say, at most four pieces."""
    found: list[Line] = []
    days, count = row.number("days_since_last_activity"), row.number("total_activities_30d")
    rank = row.values["contribution_rank"]
    if rank is not None:
        short = desk.money_short
        found.append(line("{m}第 {r}", "{m} no. {r}", m=short, r=same(f"{int(rank):,}")))
    if row.group == "A" and days is not None and count is not None:
        if may_join(contradicting_accounts=int(is_odd(days, count))):
            found.append(line("{d} 天无活动", "silent for {d} days", d=same(count_text(days))))
        else:
            found.append(
                line(
                    "{d} 天与 {c} 次矛盾",
                    "{d} days against {c} activities",
                    d=same(count_text(days)),
                    c=same(count_text(count)),
                )
            )
    short_by, above = row.number("points_to_next_tier"), row.number("points_above_line")
    if row.group in ("B", "C") and short_by is not None and short_by > 0:
        found.append(line("差 {p} 分", "{p} short of the line", p=same(points_up(short_by * 1e6))))
    if row.group == "D" and above is not None:
        found.append(line("只高出 {p} 分", "{p} above the line", p=same(points_text(above * 1e6))))
    found += _amounts(row)
    return found[:4]


def _amounts(row: Listed) -> list[Line]:
    found = []
    pipeline, won = row.number("current_pipeline_amount"), row.number("total_won_amount")
    if pipeline:
        found.append(line("商机 {x}", "pipeline {x}", x=_money(pipeline)))
    if won:
        found.append(line("累计成交 {x}", "won to date {x}", x=_money(won)))
    coverage = row.number("contact_email_coverage")
    if coverage is not None and coverage < 0.9:
        found.append(line("邮箱覆盖 {x}", "e-mail coverage {x}", x=same(f"{coverage * 100:.1f} %")))
    return found


def _money(value: float) -> Bilingual:
    return Bilingual(amount_text(value, "zh"), amount_text(value, "en"))


def _left_out(group: str, total: int) -> tuple[Line | Join, Line | Join]:
    """Return what is said of a full group and of accounts that the table does not show."""
    kept: Line | Join = EMPTY
    if total == PER_GROUP:
        kept = line("（最多留 {k} 家）", " (at most {k} are kept)", k=same(str(PER_GROUP)))
    more: Line | Join = EMPTY
    if total > MOST[group]:
        more = line("，表中列前 {m} 家", ", the first {m} shown", m=same(str(MOST[group])))
    return kept, more


def _groups(desk: Desk, rows: list[Listed]) -> list[Line]:
    """Return one line per group that occurs: what it is, how many, how many are not shown."""
    counted = {
        str(g): int(n)
        for g, n in desk.book.rows("SELECT priority_group, count(*) FROM priority GROUP BY 1")
    }
    lines = []
    for group in sorted({r.group for r in rows}):
        total = counted[group]
        fact = desk.book.scalar(
            f"priority:{group}",
            Bilingual(
                f"优先名单 {group} 组户数", f"accounts in group {group} of the priority list"
            ),
            Form.COUNT,
            f"SELECT count(*) FROM priority WHERE priority_group = '{group}'",
            desk.n,
        )
        kept, more = _left_out(group, total)
        money_line = _group_money(desk, group)
        lines.append(
            line(
                "**{g}**：{what}；{n:acc}{@n}{kept}{more}{money}。",
                "**{g}**: {what}; {n:acc} {@n}{kept}{more}{money}.",
                g=same(group),
                what=GROUPS[group] if desk.has_money else WITHOUT_MONEY.get(group, GROUPS[group]),
                n=fact,
                kept=kept,
                more=more,
                money=money_line,
            )
        )
    return lines


def _group_money(desk: Desk, group: str) -> Line | Join:
    if not desk.has_money:
        return EMPTY
    sql = f"SELECT sum(contribution_amount) FROM priority WHERE priority_group = '{group}'"
    n = int(
        desk.book.rows(
            f"SELECT count(contribution_amount) FROM priority WHERE priority_group = '{group}'"
        )[0][0]
    )
    short = desk.money_short
    fact = desk.book.scalar(
        f"priority:{group}:money",
        Bilingual(f"{group} 组{short.zh}", f"{short.en} of group {group}"),
        Form.AMOUNT,
        sql,
        n,
    )
    if not fact.is_known:
        return EMPTY
    return line("，{m}合计 {x}{@x}", ", {m} {x} in all {@x}", m=short, x=fact)
