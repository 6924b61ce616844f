"""Against the naive rules: the same rows ranked by each, with paired differences."""

import math

from keepwell.proof import RankedLine, RuleCompared
from keepwell.reports.charts.frame import Caption, Spec, in_both, in_narrow
from keepwell.reports.charts.proof_intervals import IntervalRow, intervals_chart
from keepwell.reports.numbers import Form, interval_text, number_text
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Picture, Table
from keepwell.reports.palette import Palette
from keepwell.reports.proof import figures
from keepwell.reports.proof.figures import Desk
from keepwell.reports.proof.terms import MODELS, rule_word, subject_word
from keepwell.reports.sections.table_cells import number_cell, slot_cell, words_cell
from keepwell.reports.text import EMPTY, Join, Line, Slot, line, same, words
from keepwell.vocabulary import Bilingual, Lang

NOTHING = Bilingual("—", "—")


def ranking(desk: Desk, beside: Line | None = None) -> list[Block]:
    """Return the section; `beside`: what to say of the fitted model in place of the usual words."""
    blocks: list[Block] = [
        Heading(words("二、和简单规则比", "2. Against naive rules"), anchor="rules"),
        Paragraph(_reading(desk)),
        _picture(desk),
        _table(desk),
    ]
    if desk.card.models:
        blocks.append(Paragraph(beside or _models(desk)))
    return blocks


def _reading(desk: Desk) -> Line:
    one_day = Bilingual(
        "AUC 只比较同一天的客户，所以季节与行情不算本领。",
        "The AUC compares accounts of one day only, so seasons and markets are no skill. ",
    )
    return line(
        "{day}区间按客户（近似重复者合并）聚类；“{own}减规则”用同样的行成对比较。{u}",
        "{day}Intervals are clustered by "
        'account, near-duplicates joined; "{own} minus rule" is paired on the same rows.{u}',
        own=desk.own,
        day=one_day if desk.is_dated else EMPTY,
        u=_unknown(desk),
    )


def _unknown(desk: Desk) -> Line | Join:
    """Return what an unknown score counts as; nothing where every score is known."""
    if not desk.card.extent.unknown:
        return EMPTY
    label = Bilingual("分数未知的行", "rows without a score")
    return line(
        "未知的分数（{u} 行{@u}）每对算一半。",
        " An unknown score ({u} rows {@u}) counts as half a pair.",
        u=desk.number("unknown", label, desk.card.extent.unknown, Form.COUNT),
    )


def _name(desk: Desk, ranked: RankedLine) -> Slot:
    if ranked.name == desk.card.subject.scorecard:
        return subject_word(desk.card.subject)
    return rule_word(ranked.name)


def _table(desk: Desk) -> Table:
    compared = {r.rule: r for r in (*desk.card.judgement.rules, *desk.card.models)}
    rows = tuple(_row(desk, r, compared.get(r.name)) for r in desk.card.ranked)
    # Without dates no list warns ahead, so that there is no lead to show.
    shown = 8 if desk.is_dated else 7
    return Table(
        "proof_rules",
        Bilingual("各种排序的比较", "Ways to rank, compared"),
        (
            Bilingual("方法", "method"),
            Bilingual("AUC", "AUC"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual(f"{desk.own.zh}减规则", f"{desk.own.en} minus rule"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("最低 10 % 的提升（倍）", "lift of the lowest 10 % (times)"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("名单提前期中位数（天）", "median lead of that list (days)"),
        )[:shown],
        tuple(row[:shown] for row in rows),
        (False, *(True,) * 7)[:shown],
    )


def _row(desk: Desk, ranked: RankedLine, compared: RuleCompared | None) -> tuple[Cell, ...]:
    gap = compared.difference if compared else None
    return (
        slot_cell(_name(desk, ranked)),
        number_cell(ranked.auc.value, Form.RATIO3),
        ends_cell(ranked.auc.low, ranked.auc.high, Form.RATIO3),
        number_cell(gap.value if gap else None, Form.SIGNED3),
        ends_cell(gap.low, gap.high, Form.SIGNED3) if gap else words_cell(NOTHING),
        number_cell(ranked.lift.value, Form.RATIO),
        ends_cell(ranked.lift.low, ranked.lift.high, Form.RATIO),
        number_cell(ranked.lead_days.value, Form.DAYS),
    )


def ends_cell(low: float, high: float, form: Form) -> Cell:
    """Return a cell of an interval; a dash where an end is unknown."""
    if form is Form.PART and math.isfinite(low) and math.isfinite(high):
        return words_cell(same(f"{low * 100:.1f}–{high * 100:.1f} %"))
    texts = (interval_text((low, high), form, "zh"), interval_text((low, high), form, "en"))
    return words_cell(Bilingual(*texts))


def _picture(desk: Desk) -> Picture:
    title = line(
        "AUC 与 95 % 区间：{own}与简单规则",
        "AUC with 95 % interval: {own} and naive rules",
        own=desk.own,
    )
    note = line(
        "{d}结果{o}；虚线 0.5 为抛硬币。点在右边更会排序；要下结论看成对之差，不看区间是否重叠。",
        "Outcome{d}{o}; the dashed line at 0.5 is a coin. Further right ranks more pairs "
        "rightly; conclude from the paired difference, not from whether intervals overlap.",
        d=desk.within("{d} 天内的", " within {d} days"),
        o=Bilingual("，同日比较", ", pairs of one day") if desk.is_dated else EMPTY,
    )

    def draw(lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
        rows = [
            IntervalRow(
                slot_cell(_name(desk, r)).text.plain(lang),
                r.auc.value,
                r.auc.low if r.auc.has_interval else None,
                r.auc.high if r.auc.has_interval else None,
                number_text(r.auc.value, Form.RATIO3, lang),
                "own" if r.name == desk.card.subject.scorecard else "",
            )
            for r in desk.card.ranked
            if r.auc.is_known
        ]
        caption = Caption(title.plain(lang), note.plain(lang))
        axis = ("AUC", ".2f")
        return intervals_chart(caption, rows, (0.5, ""), axis, palette, is_narrow=is_narrow)

    return Picture("proof_rules", title, in_both(draw), in_narrow(draw))


def _models(desk: Desk) -> Line:
    """Return how far the score is from each fitted model on rows that this one had not seen."""
    gaps = tuple(
        line(
            "{r} {x:delta}{@x}",
            "{r} {x:delta} {@x}",
            r=MODELS.get(model.rule) or rule_word(model.rule),
            x=figures.model_difference(desk, model),
        )
        for model in desk.card.models
    )
    if desk.card.subject.tried is not None:
        return line(
            "同样的行上，模型的 AUC 减去别的排法的 AUC：{g}。它们不参与判定。",
            "On the same rows, the AUC of the model less that of other rankings: {g}. These take no part in the verdict.",
            g=Join(gaps, Bilingual("；", "; ")),
        )
    return line(
        "在模型没有见过的行上，评分的 AUC 减去模型的 AUC：{g}。标“参照”的各行只算模型没有见过的行，与首行的 AUC 不能直接相减。模型不参与判定，只说明数据里还有多少可用；能否用于排序，见 `keepwell churn show`。",
        "On rows that the models had not seen, the AUC of the score less that of a model: {g}. The rows "
        "marked for reference are of those alone, so their AUC is not to be taken from that of the first row. Models take no part in "
        "the verdict, they show how much more there is in the data; `keepwell churn show` tells whether runs may rank by them.",
        g=Join(gaps, Bilingual("；", "; ")),
    )
