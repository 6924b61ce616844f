"""The effect of plays as blocks of a report: a sentence, its doubts, and one table."""

from collections.abc import Sequence

from keepwell.outlook import Interval
from keepwell.proof import Difference, Effect, HoldoutEffect
from keepwell.reports.facts import Fact
from keepwell.reports.numbers import Form, number_text
from keepwell.reports.page import Block, Heading, Items, Paragraph, Table, fact_cell
from keepwell.reports.proof.effect_words import (
    DESIGNS,
    FORMS,
    MEASURES,
    REASONS,
    SIZES,
    VERDICTS,
    reasons_word,
    subject_word,
)
from keepwell.reports.rules import MINIMUM_N
from keepwell.reports.sections.table_cells import number_cell, words_cell
from keepwell.reports.text import EMPTY, Join, Line, by_count, line, same, words
from keepwell.vocabulary import Bilingual

_FUNCTION = "keepwell.proof: holdout_effect, matched_effect"
_SEVERAL = Bilingual("（一项比较可有几个）", ", at times for several reasons")


def effect_blocks(effects: Sequence[Effect]) -> list[Block]:
    """Return heading, a list of sentences and a table; one sentence where nothing was measured."""
    title = words("执行、旅程与计划的效果", "The effect of plays, journeys and plans")
    blocks: list[Block] = [Heading(title, anchor="effects")]
    if not effects:
        none = words(
            "还没有哪项执行、旅程或计划有可以比较的客户：要么还没有开始，要么观察期未满。",
            "No play, journey or plan has accounts to compare yet: none began, or the horizon is not "
            "over.",
        )
        return [*blocks, Paragraph(none)]
    told = tuple(effect_line(e) for e in effects if e.verdict != "cannot_tell")
    blocks.append(Paragraph(_summary(effects)))
    return [*blocks, *([Items(told)] if told else []), _table(effects), _notes()]


def _summary(effects: Sequence[Effect]) -> Line:
    """Return how many comparisons came to which verdict, and why the others came to none."""
    counts = [(VERDICTS[v], sum(e.verdict == v for e in effects)) for v in VERDICTS]
    said = [Bilingual(f"{w.zh} {n} 项", f"{n} {w.en}") for w, n in counts if n]
    open_ones = [e for e in effects if e.verdict == "cannot_tell"]
    why: Line | Join = EMPTY
    if open_ones:
        codes = sorted({r for e in open_ones for r in e.reasons})
        often = [(REASONS[c], sum(c in e.reasons for e in open_ones)) for c in codes]
        often.sort(key=lambda pair: -pair[1])
        why = line(
            "无法判断的原因{m}：{r}。表中都有它们的数，只是撑不起结论。",
            " Why it cannot be told{m}: {r}. "
            "Their numbers stand in the table, and bear no conclusion.",
            m=_SEVERAL if any(len(e.reasons) > 1 for e in open_ones) else EMPTY,
            r=Join(
                tuple(Bilingual(f"{w.zh}（{n} 项）", f"{w.en} ({n})") for w, n in often),
                Bilingual("；", "; "),
            ),
        )
    return line(
        "比较了 {n} {c}（每个对象至多三项指标）：{s}。{why}",
        "{n} {c} made, of up to three measures for each subject: {s}.{why}",
        n=same(str(len(effects))),
        c=Bilingual("项", by_count(len(effects), "comparison was", "comparisons were")),
        s=Join(tuple(said), Bilingual("、", ", ")),
        why=why,
    )


def estimate_fact(effect: Effect) -> Fact:
    """Return the estimate with the interval that holds at every look."""
    return _fact(effect, "effect", "效果", "effect", effect.estimate, effect.always)


def effect_line(effect: Effect) -> Line:
    """Return what one effect comes to, with what would mislead beside it."""
    return line(
        "{subject}，{measure}：**{verdict}**。{days} 天后，与{design}相比为 {x:delta}{@x}"
        "（{treated} 家，对照 {controls} 家）。{why}{naive}{more}{caveat}",
        "{subject}, {measure}: **{verdict}**. After {days} days, {x:delta} {@x} against "
        "{design} ({treated} accounts, {controls} beside). {why}{naive}{more}{caveat}",
        subject=subject_word(effect.subject, effect.title),
        measure=MEASURES[effect.measure],
        verdict=VERDICTS[effect.verdict],
        days=same(str(effect.horizon_days)),
        design=_beside(effect),
        x=estimate_fact(effect),
        treated=same(str(effect.estimate.treated)),
        controls=same(str(effect.estimate.controls)),
        why=_why(effect),
        naive=_naive(effect),
        more=_more(effect),
        caveat=_caveat(effect),
    )


def _fact(effect: Effect, name: str, zh: str, en: str, found: Difference, span: Interval) -> Fact:
    measure = MEASURES[effect.measure]
    return Fact(
        f"{name}_{effect.subject}_{effect.measure}",
        Bilingual(f"{zh}：{measure.zh}", f"{en}: {measure.en}"),
        found.value,
        FORMS[effect.measure],
        _FUNCTION,
        found.treated,
        interval=(span.low, span.high),
        is_sql=False,
    )


def _beside(effect: Effect) -> Bilingual:
    if effect.design == "holdout":
        return Bilingual("随机留出的客户", "accounts held out by lot")
    return Bilingual("当天与之相像的客户", "accounts that looked like them on the day")


def _why(effect: Effect) -> Line | Join:
    if not effect.reasons:
        return EMPTY
    # A number below what was there already would deny the reason that it follows.
    is_more = effect.needed is not None and effect.needed > effect.estimate.treated
    needed = _needed(effect) if is_more else EMPTY
    return line(
        "原因：{why}{needed}。", "Why: {why}{needed}. ", why=reasons_word(effect), needed=needed
    )


def _needed(effect: Effect) -> Line:
    return line(
        "；要看出 {matters} 的效果约需 {n} 家执行的客户",
        "; to see an effect of {matters} takes about {n} treated accounts",
        matters=_size(effect, effect.matters),
        n=same(f"{effect.needed:,}"),
    )


def _naive(effect: Effect) -> Line:
    return line(
        "只看前后是 {x}，**这会误导**：同处低位而没有执行的客户自己也变动了 {y}。",
        "Before and after alone says {x}, **which misleads**: accounts at an equal level without it "
        "moved by {y} by themselves. ",
        x=_number(effect, effect.naive.change.value),
        y=_number(effect, effect.naive.regression.value),
    )


def _more(effect: Effect) -> Line | Join:
    if not isinstance(effect.found, HoldoutEffect):
        return EMPTY
    return line(
        "抽中的有 {reached} 真正执行，留出的有 {crossed} 仍被执行；按抽签分组计。",
        "Of those drawn {reached} got it, of those held out {crossed} did; groups count as drawn. ",
        reached=_text(effect.found.reached, Form.SHARE),
        crossed=_text(effect.found.crossed, Form.SHARE),
    )


def _caveat(effect: Effect) -> Line | Join:
    if isinstance(effect.found, HoldoutEffect):
        return EMPTY
    return line(
        "这不是抽签：没有记录下来的差别（例如客户经理知道谁救得回来）也会造成这个数。"
        "对照中有 {crossed} 后来也执行了。",
        "This is no lot: what nobody recorded, such as a CSM who knows whom one can save, may be "
        "behind it. Of the controls {crossed} got it later. ",
        crossed=_text(effect.found.crossed, Form.SHARE),
    )


def _table(effects: Sequence[Effect]) -> Table:
    rows = []
    for effect in effects:
        form, estimate = FORMS[effect.measure], effect.estimate
        outlay = effect.outlay
        # Of a handful of accounts no number is worth reading.
        is_few = min(estimate.treated, estimate.controls) < MINIMUM_N
        rows.append(
            (
                words_cell(subject_word(effect.subject, effect.title)),
                words_cell(MEASURES[effect.measure]),
                words_cell(VERDICTS[effect.verdict]),
                words_cell(DESIGNS[effect.design]),
                number_cell(None, form) if is_few else fact_cell(estimate_fact(effect)),
                number_cell(None if is_few else effect.always.low, form),
                number_cell(None if is_few else effect.always.high, form),
                number_cell(None if is_few else effect.naive.change.value, form),
                number_cell(None if is_few else effect.naive.regression.value, form),
                number_cell(None if is_few else estimate.detectable(), SIZES[effect.measure]),
                number_cell(estimate.treated, Form.COUNT),
                number_cell(estimate.controls, Form.COUNT),
                number_cell(outlay.hours if outlay else None, Form.NUMBER),
                number_cell(outlay.cost if outlay else None, Form.AMOUNT),
                number_cell(outlay.net if outlay else None, Form.AMOUNT),
            )
        )
    return Table(
        "effects",
        Bilingual("效果一览", "Effects"),
        _HEADS,
        tuple(rows),
        (False,) * 4 + (True,) * 11,
    )


_HEADS = (
    Bilingual("对象", "what"),
    Bilingual("指标", "measure"),
    Bilingual("结论", "verdict"),
    Bilingual("对照", "compared with"),
    Bilingual("效果", "effect"),
    Bilingual("区间下限", "from"),
    Bilingual("区间上限", "to"),
    Bilingual("前后对比（误导）", "before/after (misleads)"),
    Bilingual("自行变动", "by itself"),
    Bilingual("可查出的效果", "detectable"),
    Bilingual("执行", "treated"),
    Bilingual("对照数", "controls"),
    Bilingual("小时", "hours"),
    Bilingual("成本", "cost"),
    Bilingual("净值", "net"),
)


def _notes() -> Paragraph:
    return Paragraph(
        words(
            "“前后对比”会误导：执行往往始于低谷，同处低位而没有执行的客户也会自行变动，见“自行变动”一列。匹配不是抽签：没有记录下来的差别"
            "也会造成这个数。区间为 95 %，无论何时、看多少次都成立，因此比只看一次的区间宽。小时与成本按剧本或 "
            "team.yml 的声明；金额的效果只在有结论时计入净值。",
            "Before and after misleads: plays begin at a low, and accounts at an equal level without one move by themselves, too. "
            "Matching is no lot: what nobody recorded may be behind the number. Intervals are of 95 % and hold whenever and however often one looks, so they are wider "
            "than those of a single look. Hours and cost are as declared by playbooks or team.yml; "
            "an effect on money enters the net only where there is a verdict.",
        )
    )


def _size(effect: Effect, value: float) -> Bilingual:
    """Return a size without a sign."""
    text = _number(effect, value)
    return Bilingual(text.zh.lstrip("+"), text.en.lstrip("+"))


def _number(effect: Effect, value: float) -> Bilingual:
    return _text(value, FORMS[effect.measure])


def _text(value: float, form: Form) -> Bilingual:
    return Bilingual(number_text(value, form, "zh"), number_text(value, form, "en"))
