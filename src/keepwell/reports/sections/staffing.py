"""Section 9: hours per cell in order of expected loss avoided, people needed, and what to cut."""

from collections.abc import Sequence
from math import ceil, floor

from keepwell.playbooks import (
    HOURS_PER_PERSON_MONTH,
    HOURS_TO_VERIFY,
    Cut,
    CutPlan,
    Staffing,
    StaffingRow,
    cut_to,
    rank_cells,
)
from keepwell.playbooks import staffing as staffing_of
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures.exposure import exposure
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Table
from keepwell.reports.patterns import Pattern
from keepwell.reports.sections.behaviour import PLAN_ONLY, warned
from keepwell.reports.sections.listing import listed
from keepwell.reports.sections.strategy import Strategy, cell_word
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell
from keepwell.reports.subject import limit_text
from keepwell.reports.text import EMPTY, DataPair, Join, Line, by_count, line, same, words
from keepwell.vocabulary import Bilingual

TINY = 0.1
UNDEFINED = Bilingual("未定义", "undefined")


def staffing(desk: Desk, live: Strategy) -> list[Block]:
    """Return the section; without a cell to staff it says so."""
    blocks: list[Block] = [Heading(words("九、人力", "9. Staffing"), anchor="staffing")]
    ranked = rank_cells(live.cells, desk.subject.assumptions.save_rate)
    plan = staffing_of(ranked)
    if not plan.rows:
        blocks.append(
            Paragraph(
                words(
                    "没有需要排人的格子。",
                    "There is no cell with accounts and a playbook to staff.",
                )
            )
        )
        return blocks
    blocks += warned(desk, PLAN_ONLY)
    blocks += [Paragraph(_explained(desk)), _table(desk, live, plan), Paragraph(_total(desk, plan))]
    return blocks


def _explained(desk: Desk) -> Line:
    rate = desk.subject.assumptions.save_rate
    saved = (
        Bilingual("挽回率未测，按 1 计", "the save rate is unmeasured and counts 1")
        if rate == 1
        else Bilingual(f"挽回率按声明的 {rate:g} 计", f"the save rate is declared as {rate:g}")
    )
    return _definition(desk, saved)


def _definition(desk: Desk, saved: Bilingual) -> Line:
    short = desk.money_short
    risk = Bilingual(f"在险{short.zh}", f"{short.en.capitalize()} at risk")
    return line(
        "每户工时为声明的假设，按 {h} 小时/人月折算。“{risk}”按统一定义：没有经验证的流失概率，取低健康段的{m}；{saved}。"
        "其余格子按{m}从大到小排在其后。",
        "Hours per account are declared assumptions; {h} hours make a person-month. {risk} follows the one "
        "definition of expected loss: without a validated probability of leaving it is the {m} of the low tier; "
        "{saved}. The other cells follow by {m}, largest first.",
        denies=(Pattern.PREDICT,),
        h=same(str(HOURS_PER_PERSON_MONTH)),
        risk=risk,
        m=short,
        saved=saved,
    )


def _table(desk: Desk, live: Strategy, plan: Staffing) -> Table:
    short = desk.money_short
    return Table(
        "staffing",
        Bilingual("人力", "Staffing"),
        (
            Bilingual("次序", "rank"),
            Bilingual("格子", "cell"),
            Bilingual("户数", "accounts"),
            Bilingual(f"在险{short.zh}", f"{short.en} at risk"),
            Bilingual(short.zh, short.en),
            Bilingual("小时/户·月", "hours per account and month"),
            Bilingual("小时/月", "hours a month"),
            Bilingual("由谁做", "who"),
        ),
        tuple(_row(live, row) for row in plan.rows),
        (True, False, True, True, True, True, True, False),
    )


def _row(live: Strategy, row: StaffingRow) -> tuple[Cell, ...]:
    roles = live.library.roles
    who = Join(tuple(DataPair(roles[r]) for r in row.playbook.who))
    at_risk = (
        slot_cell(UNDEFINED)
        if row.avoided_amount is None
        else number_cell(row.avoided_amount, Form.AMOUNT)
    )
    return (
        text_cell(str(row.rank), float(row.rank)),
        slot_cell(cell_word(row.cell)),
        text_cell(f"{row.cell.accounts:,}", float(row.cell.accounts)),
        at_risk,
        number_cell(row.cell.contribution_amount, Form.AMOUNT),
        text_cell(
            limit_text(row.playbook.hours_per_account_month), row.playbook.hours_per_account_month
        ),
        text_cell(_hours(row.hours), row.hours),
        slot_cell(who),
    )


def _hours(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _total(desk: Desk, plan: Staffing) -> Line:
    n = sum(r.cell.accounts for r in plan.rows)
    hours = desk.book.keep(
        Fact(
            "staffing:hours",
            Bilingual("人力需求，小时/月", "effort, hours a month"),
            plan.hours,
            Form.NUMBER,
            "sum(accounts x declared hours)",
            n,
            is_sql=False,
        )
    )
    people = desk.book.keep(
        Fact(
            "staffing:people",
            Bilingual(
                f"折合人数（{HOURS_PER_PERSON_MONTH} 小时/人月）",
                f"people at {HOURS_PER_PERSON_MONTH} hours a month",
            ),
            plan.people,
            Form.NUMBER,
            f"hours / {HOURS_PER_PERSON_MONTH}",
            n,
            is_sql=False,
        )
    )
    is_tiny = plan.people < TINY
    return line(
        "合计 {hours} 小时/月，{about} {people} 人{@hours,people}。{cut}{without}{verify}",
        "Total {hours} hours a month, {about} {people} "
        + ("of a person" if is_tiny else "people")
        + " {@hours,people}. {cut}{without}{verify}",
        about=Bilingual("折合", "that is") if is_tiny else Bilingual("约", "about"),
        hours=hours,
        people=people,
        cut=_cut(plan),
        without=_without(plan),
        verify=_verify(desk),
    )


def _verify(desk: Desk) -> Line | Join:
    """Return the hours that it takes once to verify the accounts to look at first."""
    found = exposure(desk)
    if found is None or found.odd is None or not found.odd.value:
        return EMPTY
    hours = desk.book.keep(
        Fact(
            "staffing:verify",
            Bilingual("核实矛盾字段，一次性小时", "verifying contradicting fields, hours once"),
            found.odd.value * HOURS_TO_VERIFY,
            Form.COUNT,
            f"accounts x {HOURS_TO_VERIFY} declared hours",
            int(found.odd.value),
            is_sql=False,
        )
    )
    odd = tuple(desk.short(a.account_id, a.name) for a in found.named if a.is_contradicting)
    who: Line | Join = listed(odd)
    if found.odd.value != len(odd):
        who = line(
            "最该先看而字段矛盾的 {n:acc}",
            "the {n:acc} to look at first whose fields contradict",
            n=found.odd,
            is_cited=False,
        )
    return line(
        "核实{who}另计 {hours} 小时（每家 {each} 小时，声明的假设），一次性，排在所有格子之前{@hours}。",
        " Verifying {who} takes {hours} hours once ({each} each, a declared assumption) and comes before every cell {@hours}.",
        who=who,
        hours=hours,
        each=same(str(HOURS_TO_VERIFY)),
    )


def _cut(plan: Staffing) -> Line | Join:
    """Return what to cut if one person fewer is there than the hours need."""
    fewer = ceil(plan.people) - 1
    if fewer < 1 or floor(plan.people) < 1:
        return EMPTY
    cuts: CutPlan = cut_to(plan, float(fewer))
    if not cuts.cuts:
        return EMPTY
    missing: Line | Join = EMPTY
    if cuts.missing_hours > 0:
        missing = line(
            "，仍缺 {x} 小时", ", still {x} hours short", x=same(_hours(cuts.missing_hours))
        )
    return line(
        "若只有 {p} 人（{h} 小时），需减 {cut} 小时，从次序最后起减，够了即止：{items}{missing}；最低分段的格子最后才减，贡献最大的格子和有优先名单 A、B 组客户的格子不减。",
        "With {p} people ({h} hours), cut {cut} hours from the bottom up and no more: {items}{missing}; cells of the "
        "lowest tier are cut last, the cell with the largest contribution and those with accounts of priority "
        "groups A or B never.",
        cut=same(_hours(cuts.cut_hours)),
        p=same(str(fewer)),
        h=same(_hours(cuts.hours_available)),
        items=Join(_items(cuts.cuts), Bilingual("，", ", ")),
        missing=missing,
    )


def _items(cuts: Sequence[Cut]) -> tuple[Line, ...]:
    """Return the cuts, those of under an hour together."""
    named = [c for c in cuts if c.hours_before - c.hours_after >= 1]
    items = [
        line(
            "{cell} {before} → {after} 小时",
            "{cell} from {before} to {after} hours",
            cell=cell_word(c.row.cell),
            before=same(_hours(c.hours_before)),
            after=same(_hours(c.hours_after)),
        )
        for c in named
    ]
    if rest := len(cuts) - len(named):
        items.append(
            line(
                "另 {n} 格各减不到 1 小时",
                by_count(rest, "{n} cell", "{n} cells") + " by less than an hour each",
                n=same(str(rest)),
            )
        )
    return tuple(items)


def _without(plan: Staffing) -> Line | Join:
    if not plan.without_playbook:
        return EMPTY
    total = sum(n for _, _, n in plan.without_playbook)
    return line(
        "另有 {n} 家所在的格子没有剧本，未计工时。",
        " {n} accounts stand in cells without a playbook and take no hours here.",
        n=same(f"{total:,}"),
    )
