"""When it warned: days of lead, and warnings that nothing followed."""

import numpy as np

from keepwell.proof import Conclusion
from keepwell.reports.charts.frame import Caption, Spec, in_both, in_narrow
from keepwell.reports.charts.proof_lead import lead_chart
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Heading, Paragraph, Picture
from keepwell.reports.palette import Palette
from keepwell.reports.proof import figures
from keepwell.reports.proof.figures import Desk
from keepwell.reports.proof.follows import early
from keepwell.reports.text import EMPTY, Join, Line, line, same, words
from keepwell.vocabulary import Bilingual, Lang


def lead_time(desk: Desk) -> list[Block]:
    """Return the section; an outcome without a day has neither lead time nor false alarms."""
    heading = Heading(words("五、提前多久预警", "5. How early it warns"), anchor="lead")
    if not desk.is_dated:
        return [heading, Paragraph(_undated())]
    blocks: list[Block] = [heading, Paragraph(early(desk) or _nobody())]
    if len(desk.card.lead.days):
        blocks += [_picture(desk), Paragraph(_since_first(desk))]
    blocks.append(Paragraph(_false(desk)))
    if desk.card.judgement.conclusion is Conclusion.NO_SKILL and len(desk.card.lead.days):
        blocks.append(Paragraph(_by_chance()))
    return blocks


def _by_chance() -> Line:
    return words(
        "评分没有区分力：随便点同样多的客户，也会有这样的提前期，不能算作预警的本领。",
        "The score has no skill: as many accounts picked at random would have been named as early, so this is no merit of "
        "the score.",
    )


def _undated() -> Line:
    return words(
        "标签没有日期，无从说起：既没有提前期，也分不出哪些预警落空。",
        "The label carries no date, so nothing can be said: there is no lead time, and no telling which warnings were "
        "false.",
    )


def _nobody() -> Line:
    return words(
        "没有客户在出现结果之前落入低分段，因此没有提前期。",
        "No account entered the low tier before the outcome, so there is no lead time.",
    )


def _since_first(desk: Desk) -> Line:
    label = Bilingual("从第一个起点起就在低分段的", "already in the low tier at their first origin")
    found = desk.number(
        "lead_at_least", label, desk.card.lead.at_least, Form.COUNT, len(desk.card.lead.days)
    )
    return line(
        "其中 {x} 家{@x}从各自第一个起点起就在低分段，提前期至少如此。",
        "Of these, {x} {@x} stood in the low tier from their first origin on: their lead is at least so long.",
        x=found,
    )


def _picture(desk: Desk) -> Picture:
    lead = desk.card.lead
    title = line("从落入低分段到出现结果的天数", "Days from entering the low tier to the outcome")
    note = line(
        "被预警的 {n} 家；时间向右走到结果当天。",
        "The {n} accounts that were warned of; time runs to the right, to the day of the outcome.",
        n=same(f"{len(lead.days):,}"),
    )
    median = figures.lead(desk)

    def draw(lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
        days = [float(d) for d in np.maximum(lead.days, 0)]
        told = (
            f"中位数 {median.text(lang)} 天" if lang == "zh" else f"median {median.text(lang)} days"
        )
        titles = (
            ("结果前的天数", "客户") if lang == "zh" else ("days before the outcome", "accounts")
        )
        caption = Caption(title.plain(lang), note.plain(lang))
        at = (float(lead.median.value), told)
        return lead_chart(caption, days, at, titles, palette, is_narrow=is_narrow)

    return Picture("proof_lead", title, in_both(draw), in_narrow(draw))


def _false(desk: Desk) -> Line:
    found = desk.card.false_alarms
    false = desk.number(
        "false_alarms",
        Bilingual("之后没有结果的预警", "warnings that no outcome followed"),
        found.false,
        Form.COUNT,
        found.warnings,
    )
    per: Line | Join = EMPTY
    if found.csms and found.months:
        one = desk.number(
            "false_alarms_per_csm",
            Bilingual("每位 CSM 每月的误报", "false alarms per CSM and month"),
            found.per_csm_and_month,
            Form.NUMBER,
            found.csms,
        )
        per = line(
            "，合每位客户成功经理每月 {x} 次{@x}（{c} 位）",
            ", {x} {@x} per CSM and month ({c} of them)",
            x=one,
            c=same(f"{found.csms:,}"),
        )
    return line(
        "新落入低分段共 {w} 次，其中 {f} 次{@f}在 {d} 天内没有结果{p}。有人处理过的客户可能正因此留下，也算在里面。",
        "Accounts entered the low tier {w} times; {f} {@f} of these had no outcome within {d} days{p}. Accounts that somebody "
        "looked after may have stayed for that reason, and count among them.",
        w=same(f"{found.warnings:,}"),
        f=false,
        d=same(desk.days),
        p=per,
    )
