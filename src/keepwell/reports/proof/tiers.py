"""What came of each tier, and what a list of the worst scores would have held."""

from dataclasses import replace

from keepwell.proof import ListLine, TierLine
from keepwell.reports.charts.frame import Caption, Spec, in_both, in_narrow
from keepwell.reports.charts.proof_intervals import IntervalRow, intervals_chart
from keepwell.reports.facts import Fact
from keepwell.reports.numbers import Form, number_text
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Picture, Table
from keepwell.reports.palette import Palette
from keepwell.reports.proof import figures
from keepwell.reports.proof.figures import Desk
from keepwell.reports.proof.follows import low_tier_line
from keepwell.reports.proof.ranking import ends_cell
from keepwell.reports.proof.terms import tier_name
from keepwell.reports.rules import MINIMUM_N
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell, words_cell
from keepwell.reports.terms import tier_word
from keepwell.reports.text import Line, Slot, line, words
from keepwell.vocabulary import Bilingual, Lang

APART = Bilingual("区间不重叠；", "the intervals do not overlap. ")
TOGETHER = Bilingual(
    "区间重叠，分段没有可见的差别；",
    "the intervals overlap, so no difference between the tiers is visible. ",
)
ABOVE_THE_MEAN = Bilingual(
    "两段的区间重叠，但低分一段高于平均；",
    "the intervals of both overlap, but the lower tier lies above the mean. ",
)
REVERSED = Bilingual(
    "区间不重叠，但方向相反，健康的分段结果更多；",
    "the intervals do not overlap, but the healthier tier has more. ",
)
SMALL = Bilingual("样本小，不评价", "too small to judge")
NOTHING = Bilingual("—", "—")
# Columns of the table of tiers that say how well they order accounts.
RANKING = frozenset({6, 7})


def tiers(desk: Desk) -> list[Block]:
    """Return the section."""
    low = low_tier_line(desk)
    return [
        Heading(words("四、分段是否分得开", "4. Do the tiers differ"), anchor="tiers"),
        Paragraph(_sentence(desk)),
        *([Paragraph(low)] if low else []),
        _picture(desk),
        _table(desk),
        Paragraph(_list_sentence(desk, desk.card.lists[0])),
        _lists(desk),
    ]


def lists_of(desk: Desk) -> list[Block]:
    """Return what lists of the lowest scores hold, as a section of its own."""
    return [
        Heading(words("四、名单能找到多少", "4. What a list would find"), anchor="lists"),
        Paragraph(_list_sentence(desk, desk.card.lists[0])),
        _lists(desk),
    ]


def tier_counts(desk: Desk) -> list[Block]:
    """Return the bare table, for a back-test that is too small to say more."""
    title = words("二、各分段的数", "2. The counts by tier")
    whole = _table(desk)
    # Multiples and shares of a few outcomes would be a ranking all the same.
    kept = tuple(n for n in range(len(whole.columns)) if n not in RANKING)
    return [Heading(title, anchor="tiers"), _columns(whole, kept)]


def _columns(table: Table, kept: tuple[int, ...]) -> Table:
    return replace(
        table,
        columns=tuple(table.columns[n] for n in kept),
        rows=tuple(tuple(row[n] for n in kept) for row in table.rows),
        is_numeric=tuple(table.is_numeric[n] for n in kept),
    )


def rate_fact(desk: Desk, tier: TierLine) -> Fact:
    """Return the rate of the outcome in a tier."""
    word = tier_name(tier.tier)
    label = Bilingual(f"{word.zh}段出现结果的占比", f"rate of the outcome in {word.en}")
    of_tier = replace(tier.rate, n=tier.rows)
    return desk.estimate(f"rate:{tier.tier}", label, of_tier, Form.PART, tier.events)


def _lift_fact(desk: Desk, worst: TierLine) -> Fact:
    word = tier_name(worst.tier)
    label = Bilingual(f"{word.zh}段相对平均的倍数", f"rate of {word.en} over the mean")
    return desk.estimate(f"lift:{worst.tier}", label, worst.lift, Form.RATIO)


def _known(desk: Desk) -> list[TierLine]:
    return [t for t in desk.card.tiers if t.tier != "unknown" and t.accounts >= MINIMUM_N]


def _sentence(desk: Desk) -> Line:
    known = _known(desk)
    mean = figures.mean_rate(desk)
    if len(known) < 2 or not known[0].lift.has_interval:
        return line(
            "平均每次起点{d}有 {m:delta}{@m} 出现结果；没有两个客户数够的分段可比。",
            "On average {m:delta} {@m} of accounts met the outcome{d}; no two tiers hold enough accounts to "
            "compare.",
            d=desk.within("后 {d} 天内", " within {d} days"),
            m=mean,
        )
    worst, best = known[0], known[-1]
    lift = _lift_fact(desk, worst)
    opening = desk.within("{d} 天内出现", "Within {d} days the")
    slots: dict[str, Slot] = {
        "w": tier_word(worst.tier),
        "b": tier_word(best.tier),
        "x": rate_fact(desk, worst),
        "y": rate_fact(desk, best),
        "m": mean,
        "l": lift,
        "d": opening if desk.is_dated else Bilingual("出现", "The"),
    }
    same_part = Bilingual(
        "{d}结果的占比：{w}段 {x:delta}{@x}，{b}段 {y:delta}{@y}，",
        "{d} outcome came to {x:delta} {@x} of the tier {w} and {y:delta} {@y} of {b}; ",
    )
    told = _apart(worst, best)
    mean_part = Bilingual(
        "平均 {m}{@m}，{w}段为平均的 {l:delta}倍{@l}。",
        "The mean is {m} {@m}, and {w} has {l:delta} times as many {@l}.",
    )
    template = Bilingual(
        same_part.zh + told.zh + mean_part.zh, same_part.en + told.en + mean_part.en
    )
    return Line(template, slots)


def _apart(worst: TierLine, best: TierLine) -> Bilingual:
    if worst.rate.low > best.rate.high:
        return APART
    if best.rate.low > worst.rate.high:
        return REVERSED
    return ABOVE_THE_MEAN if worst.lift.low > 1.0 else TOGETHER


def _table(desk: Desk) -> Table:
    return Table(
        "proof_tiers",
        Bilingual("各分段的结果", "Outcome by tier"),
        (
            Bilingual("分段", "tier"),
            Bilingual("客户", "accounts"),
            Bilingual("行数", "rows"),
            Bilingual("其中出现结果的行", "rows with the outcome"),
            Bilingual("占比", "rate"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("相对平均（倍）", "over the mean (times)"),
            Bilingual("占全部结果", "share of all outcomes"),
            Bilingual("说明", "note"),
        ),
        tuple(_row(t) for t in desk.card.tiers),
        (False, True, True, True, True, True, True, True, False),
    )


def _row(tier: TierLine) -> tuple[Cell, ...]:
    small = tier.accounts < MINIMUM_N
    return (
        slot_cell(tier_word(tier.tier)),
        text_cell(f"{tier.accounts:,}", tier.accounts),
        text_cell(f"{tier.rows:,}", tier.rows),
        text_cell(f"{tier.events:,}", tier.events),
        number_cell(tier.rate.value, Form.PART),
        ends_cell(tier.rate.low, tier.rate.high, Form.PART),
        number_cell(None if small else tier.lift.value, Form.RATIO),
        number_cell(tier.recall.value, Form.SHARE),
        words_cell(SMALL if small else NOTHING),
    )


def _picture(desk: Desk) -> Picture:
    title = line(
        "{d}出现结果的占比，按分段",
        "Share with the outcome{d}, by tier",
        d=desk.within("{d} 天内", " within {d} days"),
    )
    note = line(
        "条为占比，黑线为 95 % 区间（按客户聚类），虚线为平均。",
        "Bars are shares, black lines 95 % intervals clustered by account, the dashed line is the mean.",
    )

    def draw(lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
        rows = [
            IntervalRow(
                slot_cell(tier_word(t.tier)).text.plain(lang),
                t.rate.value,
                t.rate.low if t.rate.has_interval else None,
                t.rate.high if t.rate.has_interval else None,
                number_text(t.rate.value, Form.PART, lang),
                t.tier,
            )
            for t in desk.card.tiers
            if t.rate.is_known
        ]
        mean = desk.card.base_rate.value
        axis = ("", ".0%")
        caption = Caption(title.plain(lang), note.plain(lang))
        return intervals_chart(
            caption, rows, (mean, ""), axis, palette, is_bar=True, is_narrow=is_narrow
        )

    return Picture("proof_tiers", title, in_both(draw), in_narrow(draw))


def _size(desk: Desk, found: ListLine) -> Bilingual:
    """Return the size of a list in words; without dates there is one list."""
    is_share = found.capacity < 1
    size = f"{found.capacity * 100:g} %" if is_share else f"{found.capacity:g}"
    zh, en = ("每个起点", " of each origin") if desk.is_dated else ("", "")
    return Bilingual(f"{zh}分数最低的 {size}{'' if is_share else ' 家'}", f"lowest {size}{en}")


def _list_sentence(desk: Desk, found: ListLine) -> Line:
    key = f"list:{found.capacity:g}"
    size = _size(desk, found)
    if not found.recall.is_known:
        return words("没有结果出现，名单无从评价。", "Without an outcome no list can be judged.")
    precision = desk.estimate(
        f"{key}:precision",
        Bilingual(
            f"名单（{size.zh}）中出现结果的占比", f"rate of the outcome on the list ({size.en})"
        ),
        replace(found.precision, n=round(found.a_day * desk.card.extent.origins)),
        Form.PART,
    )
    recall = desk.estimate(
        f"{key}:recall",
        Bilingual(f"名单（{size.zh}）占全部结果", f"share of outcomes on the list ({size.en})"),
        found.recall,
        Form.SHARE,
    )
    return line(
        "若只看{s}：名单上 {p:delta}{@p} 出现结果，占全部结果的 {r:delta}{@r}；同分者均分最后的位置。",
        "Looking only at the {s}: {p:delta} {@p} of the list met the outcome, which is {r:delta} {@r} of all outcomes; equal "
        "scores share the last places.",
        s=size,
        p=precision,
        r=recall,
    )


def _lists(desk: Desk) -> Table:
    return Table(
        "proof_lists",
        Bilingual("按人手能看的数量", "By what people can look at"),
        (
            Bilingual("名单", "list"),
            Bilingual("每个起点家数", "accounts per origin")
            if desk.is_dated
            else Bilingual("家数", "accounts"),
            Bilingual("出现结果占比", "rate of the outcome"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("占全部结果", "share of all outcomes"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("相对平均（倍）", "over the mean (times)"),
            Bilingual("95 % 区间", "95 % interval"),
        ),
        tuple(
            (
                words_cell(_size(desk, found)),
                number_cell(found.a_day, Form.NUMBER),
                number_cell(found.precision.value, Form.PART),
                ends_cell(found.precision.low, found.precision.high, Form.PART),
                number_cell(found.recall.value, Form.SHARE),
                ends_cell(found.recall.low, found.recall.high, Form.SHARE),
                number_cell(found.lift.value, Form.RATIO),
                ends_cell(found.lift.low, found.lift.high, Form.RATIO),
            )
            for found in desk.card.lists
        ),
        (False, *(True,) * 7),
    )
