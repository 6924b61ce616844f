"""Section 4: the risk matrix: picture, largest cells, and what may be said about rows and columns."""

from keepwell.outlook import MATRIX_SELECT, MatrixRow
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures import cells, shrinkage
from keepwell.reports.figures.cells import Matrix
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Cell, Heading, Items, Paragraph, Table, fact_cell
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import MINIMUM_N, may_grade
from keepwell.reports.sections.industries import industries
from keepwell.reports.sections.risk_picture import risk_picture
from keepwell.reports.sections.size_effect import size_effect
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell, words_cell
from keepwell.reports.subject import limit_text
from keepwell.reports.text import EMPTY, Join, Line, by_count, line, same, words
from keepwell.vocabulary import Bilingual

SHOWN = 6
MOST_WORTH = 1000
GRADES = {
    "critical": Bilingual("严重", "Critical"),
    "elevated": Bilingual("偏高", "Elevated"),
    "watch": Bilingual("关注", "Watch"),
    "stable": Bilingual("平稳", "Stable"),
}
NO_GRADE = Bilingual("样本小，不定级", "too small, no grade")


def risk(desk: Desk) -> list[Block]:
    """Return the section; without groups or tiers it says what is missing."""
    blocks: list[Block] = [Heading(words("四、风险矩阵", "4. Risk matrix"), anchor="risk")]
    found = cells.matrix(desk)
    if found is None:
        blocks.append(
            Paragraph(
                words(
                    "没有行业与规模，或没有一家客户有健康分段：风险矩阵无从谈起。",
                    "Industry and size are not known, or no account has a tier: there is no risk matrix.",
                )
            )
        )
        return blocks
    blocks += [risk_picture(desk, found), _table(desk, found), Paragraph(_explained(desk, found))]
    items = [
        *_leads(desk, found),
        *_cells_that_stand(desk, found),
        *industries(desk, found),
        *size_effect(desk, found),
    ]
    if items:
        blocks.append(Items(tuple(items)))
    return blocks


def grade_word(desk: Desk, row: MatrixRow) -> Bilingual:
    """Return the grade's word, or that the cell is too small for one."""
    if not may_grade(row.scored, desk.subject.grades.minimum_accounts):
        return NO_GRADE
    return GRADES.get(row.grade, NO_GRADE)


def _table(desk: Desk, found: Matrix) -> Table:
    shown = [c for c in found.cells if c.scored][:SHOWN]
    rows = [_row(desk, cell) for cell in shown]
    rest = [c for c in found.cells if c not in shown]
    if rest:
        rows.append(_rest_row(desk, rest))
    money = desk.money_short
    return Table(
        "risk_matrix",
        Bilingual("风险矩阵", "Risk matrix"),
        (
            Bilingual("格子（按在险金额排）", "cell (largest by money at risk)"),
            Bilingual("低/有分段", "low/with tier"),
            Bilingual("占比", "share"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("收缩后", "shrunken"),
            Bilingual(f"在险{money.zh}", f"{money.en} at risk"),
            Bilingual("等级", "grade"),
        ),
        tuple(rows),
        (False, True, True, True, True, True, False),
        query=" ".join(MATRIX_SELECT.split()),
    )


def _row(desk: Desk, cell: MatrixRow) -> tuple[Cell, ...]:
    fact = cells.cell_fact(desk, cell)
    name = slot_cell(cells.cell_name(cell))
    return (
        name,
        Cell(line("{x:n}{@x}", "{x:n} {@x}", x=fact)),
        fact_cell(fact),
        fact_cell(fact, "ci"),
        number_cell(cell.shrunken_share, Form.SHARE),
        number_cell(cell.at_risk_amount if desk.has_money else None, Form.AMOUNT),
        words_cell(grade_word(desk, cell)),
    )


def _rest_row(desk: Desk, rest: list[MatrixRow]) -> tuple[Cell, ...]:
    low, scored = sum(c.low_count for c in rest), sum(c.scored for c in rest)
    amounts = [c.at_risk_amount for c in rest if c.at_risk_amount is not None]
    amount = sum(amounts) if amounts and desk.has_money else None
    graded = sum(1 for c in rest if may_grade(c.scored, desk.subject.grades.minimum_accounts))
    note = (
        line("其中 {n} 格满足定级户数", "{n} of them large enough for a grade", n=same(str(graded)))
        if graded
        else words("均不足定级户数", "all too small, no grade")
    )
    name = line("其余 {n} 格", "the other {n} cells", n=same(str(len(rest))))
    if len(rest) == 1:
        name = words("其余 1 格", "the other cell")
    return (
        slot_cell(name),
        text_cell(f"{low:,}/{scored:,}"),
        *(text_cell("") for _ in range(3)),
        number_cell(amount, Form.AMOUNT),
        slot_cell(note),
    )


def _explained(desk: Desk, found: Matrix) -> Line:
    grades = desk.subject.grades
    shrink: Line | Join = EMPTY
    facts = shrinkage.prior_facts(desk, found)
    if facts is not None:
        mean, worth = facts
        shrink = line(
            "收缩：按 beta-二项先验（均值 {mean}，{size}{@mean,worth}）向全体靠拢。",
            " Shrinkage: beta-binomial prior (mean {mean}, {size} {@mean,worth}).",
            mean=mean,
            worth=worth,
            size=_worth(worth),
        )
    return line(
        "等级：{critical} % 起严重，{elevated} % 起偏高，{watch} % 起关注，其下平稳；不足 {n} 家不定级、不上色。"
        "在险{money} = 该格低健康客户的{money}。{shrink}{alone}",
        "Grades: Critical from {critical} %, Elevated from {elevated} %, Watch from {watch} %, Stable below; "
        "under {n} accounts no grade and no colour. {money} at risk = that of the cell's low accounts.{shrink}{alone}",
        critical=same(limit_text(grades.critical * 100)),
        elevated=same(limit_text(grades.elevated * 100)),
        watch=same(limit_text(grades.watch * 100)),
        n=same(str(max(grades.minimum_accounts, MINIMUM_N))),
        money=_capital(desk),
        shrink=shrink,
        alone=_alone(found),
    )


def _alone(found: Matrix) -> Bilingual | Join:
    """Return that one side of the matrix is missing, so that nobody looks for it."""
    if not found.sizes:
        return Bilingual(
            "没有一家客户的规模已知，因此只按行业分格。",
            " No account has a known size, so cells are by industry alone.",
        )
    if not found.industries:
        return Bilingual(
            "没有一家客户的行业已知，因此只按规模分格。",
            " No account has a known industry, so cells are by size alone.",
        )
    return EMPTY


def _worth(worth: Fact) -> Line | Bilingual:
    if (worth.value or 0.0) > MOST_WORTH:
        return Bilingual("各格几乎一样", "cells hardly differ")
    return line("相当于 {w} 家", "worth {w} accounts", w=worth, is_cited=False)


def _capital(desk: Desk) -> Bilingual:
    short = desk.money_short
    return Bilingual(short.zh, short.en.capitalize())


def _leads(desk: Desk, found: Matrix) -> list[Line]:
    """Return the cells with the highest shares that are too small, as leads."""
    if found.prior is None:
        return []
    ranked = sorted(
        [c for c in found.cells if c.low_count],
        key=lambda c: (-(c.low_share or 0.0), -c.scored, c.industry, c.size),
    )[:3]
    small = [c for c in ranked if not may_grade(c.scored, desk.subject.grades.minimum_accounts)]
    if not small:
        return []
    items = tuple(
        line(
            "{name}（{share:n}，收缩后 {pulled}）{@share,pulled}",
            "{name} ({share:n}, shrunken {pulled}) {@share,pulled}",
            name=cells.cell_name(c),
            share=cells.cell_fact(desk, c),
            pulled=shrinkage.shrunken_fact(desk, c),
        )
        for c in small
    )
    return [
        line(
            "占比最高的几格里，{items}不足 {n} 家，只可列为线索，不是结论。",
            "Among the highest shares, {items} "
            + by_count(len(small), "is", "are")
            + " below {n} accounts: "
            + by_count(len(small), "a lead, not a finding.", "leads, not findings."),
            items=Join(items),
            n=same(str(max(desk.subject.grades.minimum_accounts, MINIMUM_N))),
        )
    ]


def _cells_that_stand(desk: Desk, found: Matrix) -> list[Line]:
    p = cells.cell_p_fact(desk, found)
    if p is None:
        return []
    standing = cells.standing_cells(desk, found)
    high, low = (tuple(_standing(desk, c) for c in side) for side in standing)
    against = cells.against_words(desk)
    lines = []
    if high:
        lines.append(
            line(
                "**低健康集中在**{items}：逐格{against}，校正后仍成立。",
                "**Low health is concentrated in** {items}: each {against}, standing after adjustment.",
                claims=(Pattern.HOT_SPOT,),
                against=against,
                items=Join(high, Bilingual("；", "; ")),
            )
        )
    if low:
        lines.append(
            line(
                "低健康明显偏少的格子：{items}（{against}，校正后仍成立）。",
                "Cells with fewer low accounts, each {against}, standing after adjustment: {items}.",
                claims=(Pattern.COMPARE,),
                against=against,
                items=Join(low, Bilingual("；", "; ")),
            )
        )
    if not lines:
        lines.append(
            line(
                "逐格{against}，校正后最小 p {p:eq}{@p}：**没有一格站得住**，不能说哪一格是重灾区。",
                "Each cell {against}, smallest adjusted p {p:eq} {@p}: **no cell stands**, none may be called a hot spot.",
                denies=(Pattern.HOT_SPOT,),
                against=against,
                p=p,
            )
        )
    return lines


def _standing(desk: Desk, cell: MatrixRow) -> Line:
    return line(
        "{name} {share:full}{@share}",
        "{name} {share:full} {@share}",
        name=cells.cell_name(cell),
        share=cells.cell_fact(desk, cell),
    )
