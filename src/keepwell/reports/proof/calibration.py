"""How true the probabilities are: curve, ECE, Brier; or why there is none."""

from dataclasses import replace

from keepwell.proof import Calibration
from keepwell.reports.charts.frame import Caption, Spec, in_both, in_narrow
from keepwell.reports.charts.proof_calibration import SaidAndCome, calibration_chart
from keepwell.reports.facts import Fact
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Heading, Paragraph, Picture, Table
from keepwell.reports.palette import Palette
from keepwell.reports.proof.figures import Desk
from keepwell.reports.proof.ranking import ends_cell
from keepwell.reports.rules import excludes_zero
from keepwell.reports.sections.table_cells import number_cell, text_cell, words_cell
from keepwell.reports.text import Line, line, same, words
from keepwell.vocabulary import Bilingual, Lang

YES, NO = Bilingual("包含", "holds it"), Bilingual("不包含", "does not")


def calibration(desk: Desk) -> list[Block]:
    """Return the section."""
    heading = Heading(
        words("三、说得准不准", "3. How true its probabilities are"), anchor="calibration"
    )
    found = desk.card.calibration
    if found is None:
        return [heading, Paragraph(_none())]
    return [
        heading,
        Paragraph(_source(desk, found)),
        Paragraph(_result(desk, found)),
        Paragraph(_level(desk, found)),
        _picture(desk, found),
        _table(found),
    ]


def _none() -> Line:
    return words(
        "还没有：要把分数换成概率，起点之前至少要有 200 行已见分晓的结果，其中 20 行出现结果。",
        "There is none yet: turning the score into a probability takes at least 200 rows whose horizon had passed before "
        "an origin, 20 of them with the outcome.",
    )


def _source(desk: Desk, found: Calibration) -> Line:
    rows = desk.number(
        "calibrated_rows",
        Bilingual("有概率可评的行", "rows with a probability"),
        found.rows,
        Form.COUNT,
    )
    if found.is_own:
        return line(
            "概率是模型自己的，评 {r} 行{@r}。",
            "The probability is the model's own, judged on {r} rows {@r}.",
            r=rows,
        )
    return line(
        "分数换成概率时，每个起点只用那时已见分晓的结果（分数越低概率不会越小），整体水平由已见分晓的各起点推算，"
        "评 {r} 行{@r}；最早的起点只用来学。",
        "At each origin, scores become probabilities by what was already known to have come of such scores (a lower score "
        "never has the lower probability), at the level to be expected from those past days, judged on {r} rows {@r}; "
        "the first origins only teach.",
        r=rows,
    )


def _result(desk: Desk, found: Calibration) -> Line:
    right = sum(b.is_right for b in found.bins)
    held = desk.number(
        "bins_right",
        Bilingual("区间包含预测值的组数", "bins whose interval holds what was said"),
        right,
        Form.COUNT,
        len(found.bins),
    )
    return line(
        "{n} 组中有 {k}{@k} 组的区间包含所说的概率；平均偏差（ECE）{e:delta}{@e}{h}，Brier {b:delta}{@b}{t}。",
        "In {k} {@k} of {n} bins the interval holds the probability that was said; the mean distance (ECE) is {e:delta} "
        "{@e}{h}, Brier {b:delta} {@b}{t}.",
        n=same(str(len(found.bins))),
        k=held,
        e=desk.estimate(
            "ece",
            Bilingual("平均偏差 ECE", "expected calibration error"),
            found.ece,
            Form.RATIO3,
        ),
        b=desk.estimate("brier", Bilingual("Brier 分", "Brier score"), found.brier, Form.RATIO3),
        t=_against_the_rate(desk, found),
        h=_by_chance(desk, found),
    )


def _by_chance(desk: Desk, found: Calibration) -> Line:
    """Return what the mean distance of true probabilities would be on these rows."""
    if not found.ece_by_chance.is_known:
        return words("", "")
    label = Bilingual("全对的概率仅凭偶然的 ECE", "ECE of true probabilities by chance")
    return line(
        "（概率全对时，这些行上仅凭偶然也会有 {c:delta}{@c}）",
        " (true probabilities would show {c:delta} {@c} on these rows by chance)",
        c=desk.estimate("ece_by_chance", label, found.ece_by_chance, Form.RATIO3),
    )


def _level(desk: Desk, found: Calibration) -> Line:
    """Return whether the probabilities hold on average, and what it means where they do not."""
    said = desk.number(
        "mean_predicted",
        Bilingual("所说概率的平均", "mean of the probabilities said"),
        found.mean_predicted,
        Form.PART,
        found.rows,
    )
    label = Bilingual("这些行中出现结果的占比", "share of these rows with the outcome")
    came = desk.estimate("mean_observed", label, found.mean_observed, Form.PART, found.events)
    told = Bilingual(
        "，整体水平相符（相差两个百分点以内，或在区间之内）",
        "; on the whole the level holds (to two points or its interval)",
    )
    if found.is_level_off and found.is_own:
        told = Bilingual("，整体水平不符", "; the level is off")
    elif found.is_level_off:
        told = Bilingual(
            "，整体水平不符：学到它的起点之后，水平的变化与推算不同；排序不受影响",
            "; the level is off: since the origins that taught it, it has moved otherwise than was expected. The order of the accounts "
            "is not touched",
        )
    return line(
        "平均说 {s}{@s}，实际 {c:delta}{@c}{t}。",
        "On average {s} {@s} were said and {c:delta} {@c} came{t}.",
        s=said,
        c=came,
        t=told,
    )


def _against_the_rate(desk: Desk, found: Calibration) -> Line:
    """Return whether the probabilities err less than one rate for everybody."""
    gain = _gain(desk, found)
    if excludes_zero(gain.interval) and (gain.value or 0) > 0:
        return line(
            "；均方误差比对谁都说过往比例时小 {g:delta}{@g}",
            ", and its squared error is smaller by {g:delta} {@g} than saying the past rate to everybody",
            g=gain,
        )
    if excludes_zero(gain.interval):
        return line(
            "；但均方误差比对谁都说过往比例时大 {g:delta}{@g}",
            ", but its squared error is larger by {g:delta} {@g} than saying the past rate to everybody",
            g=_loss(desk, found),
        )
    return line(
        "；均方误差与对谁都说过往比例没有可见的差别，差为 {g:delta}{@g}",
        ", and its squared error shows no difference to saying the past rate to everybody, {g:delta} {@g}",
        g=gain,
    )


def _gain(desk: Desk, found: Calibration) -> Fact:
    label = Bilingual("Brier 比过往比例小多少", "by how much Brier is below the past rate's")
    return desk.estimate("brier_gain", label, found.brier_gain, Form.PART)


def _loss(desk: Desk, found: Calibration) -> Fact:
    label = Bilingual("Brier 比过往比例大多少", "by how much Brier is above the past rate's")
    gain = found.brier_gain
    more = replace(gain, value=-gain.value, low=-gain.high, high=-gain.low)
    return desk.estimate("brier_loss", label, more, Form.PART)


def _picture(desk: Desk, found: Calibration) -> Picture:
    title = words("所说的概率与实际的占比", "Probability said and share that came")
    note = line(
        "每点约十分之一的行，竖线为 95 % 区间；落在虚线上就是说多少来多少。",
        "Each dot is about a tenth of the rows, its line the 95 % interval; on the dashed line, as many came as were said.",
    )

    def draw(lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
        bins = [
            SaidAndCome(
                b.predicted,
                b.observed.value,
                b.observed.low if b.observed.has_interval else None,
                b.observed.high if b.observed.has_interval else None,
            )
            for b in found.bins
        ]
        came = desk.within("{d} 天内", " in {d} days")
        span = came.text(lang) if isinstance(came, Bilingual) else ""
        titles = (
            ("所说的概率", f"{span}实际占比", "说多少来多少")
            if lang == "zh"
            else ("probability said", f"share that came{span}", "said = came")
        )
        caption = Caption(title.plain(lang), note.plain(lang))
        return calibration_chart(caption, bins, titles, palette, is_narrow=is_narrow)

    return Picture("proof_calibration", title, in_both(draw), in_narrow(draw))


def _table(found: Calibration) -> Table:
    return Table(
        "proof_calibration",
        Bilingual("校准", "Calibration"),
        (
            Bilingual("行数", "rows"),
            Bilingual("所说的概率", "probability said"),
            Bilingual("实际占比", "share that came"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("区间与所说", "interval and said"),
        ),
        tuple(
            (
                text_cell(f"{b.rows:,}", b.rows),
                number_cell(b.predicted, Form.PART),
                number_cell(b.observed.value, Form.PART),
                ends_cell(b.observed.low, b.observed.high, Form.PART),
                words_cell(YES if b.is_right else NO),
            )
            for b in found.bins
        ),
        (True, True, True, True, False),
    )
