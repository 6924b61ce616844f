"""The contradiction: one verdict by the stated test, what would refute it, picture and ratios."""

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures.population import has_sizes
from keepwell.reports.numbers import Form, interval_text
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Table
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import excludes_zero, may_compare
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell, words_cell
from keepwell.reports.text import EMPTY, Join, Line, Slot, line, same, words
from keepwell.reports.value import figures
from keepwell.reports.value.amount_words import counts_purchases, has_groups
from keepwell.reports.value.leaving import measure_word
from keepwell.reports.value.picture import value_picture
from keepwell.reports.value.terms import MEASURES
from keepwell.vocabulary import Bilingual

BY_CONSTRUCTION = Bilingual("由定义造成", "by construction")
SMALL = Bilingual("样本小，不下结论", "too small to conclude from")
MEASURE_FORMS = {
    **dict.fromkeys(("days_inactive", "age_days", "composite_index"), Form.NUMBER),
    "score": Form.SCORE,
}
PLAIN = Bilingual("—", "—")
WHY_NOT = {
    "nobody_selected": Bilingual(
        "至少一组没有选中任何客户", "at least one group's rule selects nobody"
    ),
    "too_few_accounts": Bilingual(
        "至少一组不足 10 家有参与度", "fewer than 10 accounts of a group have a known engagement"
    ),
    "no_engagement": Bilingual(
        "没有不含金额的参与度可比", "there is no engagement without money to compare"
    ),
    "shared_history": Bilingual(
        "价值金额与 R、F 出自同一批购买，两组参与度之差由定义造成；要检验，需要活动记录，或把 keepwell.yml 的 value.amount 设为 purchases_to_date",
        "the value amount and R and F come from the same purchases, so a difference in engagement between the groups "
        "is by construction; a test needs activities, or value.amount set to purchases_to_date in keepwell.yml",
    ),
    "interval_too_wide": Bilingual(
        "区间太宽：既不能排除没有差距，也不能排除值得在意的差距",
        "the interval is too wide to rule out either no difference or one that matters",
    ),
}


def verdict_row(desk: Desk) -> tuple[str, str, str, float]:
    """Return answer, reason, what engagement rests on, and the smallest effect that matters."""
    row = desk.book.rows("SELECT answer, reason, basis, smallest_effect FROM value_verdict")[0]
    return str(row[0]), str(row[1]), str(row[2]), float(row[3])


def contradiction(desk: Desk, heading: Line, level: int) -> list[Block]:
    """Return the section."""
    blocks: list[Block] = [Heading(heading, level, "contradiction"), Paragraph(answer_line(desk))]
    blocks.append(Paragraph(_test(desk)))
    refuted = _refutation(desk)
    if refuted is not None:
        blocks.append(Paragraph(refuted))
    picture = value_picture(desk)
    if picture is None:
        blocks.append(
            Paragraph(
                words(
                    "没有金额，画不出分群与分组的价值分布。",
                    "Without amounts there is no distribution of value to draw.",
                )
            )
        )
    else:
        blocks.append(picture)
    if has_groups(desk):
        blocks.append(_ratios(desk))
    return blocks


def answer_line(desk: Desk) -> Line:
    """Return the verdict as one sentence, licensed by its own test."""
    answer, reason, _, _ = verdict_row(desk)
    ratio = figures.ratio(desk)
    if answer == "not_enough_data" or not ratio.is_known or ratio.interval is None:
        return _not_enough(ratio, reason)
    high, mass = (figures.mean_of(desk, g) for g in ("high_value", "mass_value"))
    difference = (ratio.interval[0] - 1, ratio.interval[1] - 1)
    passed = may_compare(high.n, mass.n, difference, is_by_construction=False)
    if answer == "confirmed" and passed:
        return line(
            "**已确认**：高价值客户的参与度低于大众价值客户。均值 {a} 对 {b}{@a}{@b}（n = {na} 对 {nb}），"
            "比值 {r:delta}{@r}。",
            "**Confirmed**: high-value accounts are less engaged than mass-value accounts. Mean {a} against {b} "
            "{@a} {@b} (n = {na} against {nb}), ratio {r:delta} {@r}.",
            claims=(Pattern.COMPARE,),
            a=high,
            b=mass,
            na=same(f"{high.n:,}"),
            nb=same(f"{mass.n:,}"),
            r=ratio,
        )
    return _not_confirmed(high, mass, ratio, is_higher=bool(passed) and difference[0] > 0)


def _not_enough(ratio: Fact, reason: str) -> Line:
    why = WHY_NOT.get(reason, WHY_NOT["no_engagement"])
    if ratio.is_known:
        return line(
            "**数据不足**：{why}。比值 {r:delta}{@r}，不能据此下结论。",
            "**Not enough data**: {why}. The ratio is {r:delta} {@r}; nothing can be concluded from it.",
            why=why,
            r=ratio,
        )
    return line(
        "**数据不足**：{why}，因此不下结论。",
        "**Not enough data**: {why}, so nothing is concluded.",
        why=why,
    )


def _not_confirmed(high: Fact, mass: Fact, ratio: Fact, *, is_higher: bool) -> Line:
    more: Line | Join = EMPTY
    if is_higher:
        more = line(
            "；方向相反，高价值客户的参与度高于大众价值客户",
            "; the other way round, high-value accounts are more engaged",
            claims=(Pattern.COMPARE,),
        )
    return line(
        "**未确认**：高价值客户的参与度并不低。均值 {a} 对 {b}{@a}{@b}（n = {na} 对 {nb}），比值 {r:delta}{@r}{more}。",
        "**Not confirmed**: high-value accounts are not less engaged. Mean {a} against {b} {@a} {@b} (n = {na} "
        "against {nb}), ratio {r:delta} {@r}{more}.",
        a=high,
        b=mass,
        na=same(f"{high.n:,}"),
        nb=same(f"{mass.n:,}"),
        r=ratio,
        more=more,
    )


def _test(desk: Desk) -> Line:
    _, _, basis, effect = verdict_row(desk)
    measured = (
        Bilingual("各环节有活动的时段占比", "the share of stage-periods with activity")
        if basis == "stages"
        else _stand_in(desk)
    )
    return line(
        "判定规则：比较两组参与度均值之比（{m}，不含金额），95 % 区间用自助法。区间整体低于 1 为“已确认”；触及 1 且能排除 {e} 的差距为“未确认”；"
        "其余为“数据不足”。",
        "The test: the ratio of the groups' mean engagement ({m}, no amount in it), 95 % interval by bootstrap. "
        'Wholly below 1 is "confirmed"; reaching 1 with a difference of {e} ruled out is "not confirmed"; '
        'anything else is "not enough data".',
        m=measured,
        e=same(f"{effect * 100:g} %"),
    )


def _stand_in(desk: Desk) -> Bilingual:
    """Return what of R and F stands in for engagement here."""
    if counts_purchases(desk):
        return Bilingual(
            "只取 R，因为 F 计入价值金额；代理", "R alone, since F feeds the value; a stand-in"
        )
    if not desk.has("is_f_stand_in"):
        return Bilingual("R 与 F，代理", "R and F, a stand-in")
    replaced = desk.book.rows("SELECT count(*) FILTER (WHERE is_f_stand_in) FROM portfolio")
    if int(replaced[0][0]):
        return Bilingual(
            "R 与 F（F 由 M 代替的客户只取 R），代理",
            "R and F (R alone where M stands in for F), a stand-in",
        )
    return Bilingual("R 与 F，代理", "R and F, a stand-in")


def _refutation(desk: Desk) -> Line | None:
    answer, _, _, _ = verdict_row(desk)
    if answer == "not_enough_data":
        return None
    within = figures.within_size(desk)
    inside: Line | Join = EMPTY
    if within.is_known and within.interval is not None and has_sizes(desk):
        holds = excludes_zero(within.interval)
        word_of = (
            Bilingual("区间不含 0", "the interval leaves out 0")
            if holds
            else Bilingual(
                "区间含 0，差距可能只是规模构成",
                "the interval holds 0, so company size may be all there is",
            )
        )
        inside = line(
            "。同规模内比较：{d:delta}{@d}，{w}",
            " Within company size: {d:delta} {@d}; {w}.",
            d=within,
            w=word_of,
        )
    if answer == "confirmed":
        return line(
            "**什么会推翻它**：下一快照的区间触及 1；同规模内差距消失；或换一种参与度后方向相反（见下表与稳健性表）{inside}。",
            "**What would refute it**: an interval that reaches 1 in the next snapshot; no difference within company "
            "size; or the opposite direction under another measure (tables below).{inside}",
            inside=inside,
        )
    return line(
        "**什么会改变它**：某一快照的区间整体低于 1{inside}。",
        "**What would change it**: an interval that lies wholly below 1.{inside}",
        inside=inside,
    )


def _ratios(desk: Desk) -> Table:
    sql = (
        "SELECT measure, n_high, mean_high, n_mass, mean_mass, ratio, low, high, delta, "
        "is_by_construction, is_small FROM value_ratios WHERE scope = 'all'"
    )
    rows = {str(r[0]): r for r in desk.book.rows(sql)}
    return Table(
        "value_ratios",
        Bilingual("高价值与大众价值：均值之比", "High value over mass value: ratios of means"),
        (
            Bilingual("指标", "measure"),
            Bilingual("高价值 n", "n high"),
            Bilingual("高价值均值", "mean high"),
            Bilingual("大众 n", "n mass"),
            Bilingual("大众均值", "mean mass"),
            Bilingual("比值", "ratio"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("Cliff δ", "Cliff's δ"),
            Bilingual("说明", "note"),
        ),
        tuple(
            ratio_cells(measure_word(desk, m), rows[m][1:], MEASURE_FORMS.get(m, Form.RATIO))
            for m in measures_shown(desk)
            if m in rows and (rows[m][1] or rows[m][3])
        ),
        (False, True, True, True, True, True, True, True, False),
        sql,
    )


def measures_shown(desk: Desk) -> tuple[str, ...]:
    """Return the measures in order; consistency across stages is engagement itself, told once."""
    is_same = verdict_row(desk)[2] == "stages"
    return tuple(m for m in MEASURES if not (is_same and m == "engagement_consistency"))


def ratio_cells(name: Slot, row: tuple[object, ...], form: Form = Form.RATIO) -> tuple[Cell, ...]:
    """Return the cells of one comparison after its name."""
    n_high, mean_high, n_mass, mean_mass, ratio, low, high, delta, constructed, small = row
    span = None if low is None or high is None else (float(str(low)), float(str(high)))
    texts = (interval_text(span, Form.RATIO, "zh"), interval_text(span, Form.RATIO, "en"))
    note = SMALL if small else BY_CONSTRUCTION if constructed else PLAIN
    return (
        slot_cell(name),
        text_cell(f"{int(str(n_high)):,}", float(str(n_high))),
        number_cell(_number(mean_high), form),
        text_cell(f"{int(str(n_mass)):,}", float(str(n_mass))),
        number_cell(_number(mean_mass), form),
        number_cell(_number(ratio), Form.RATIO),
        words_cell(Bilingual(*texts)),
        number_cell(_number(delta), Form.SIGNED),
        words_cell(note),
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
