"""The verdict first: one word, the numbers that decided it, and what would refute it."""

import math

from keepwell.proof import Conclusion, VerdictReason
from keepwell.reports.facts import Fact
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Heading, Paragraph
from keepwell.reports.patterns import Pattern
from keepwell.reports.proof import figures
from keepwell.reports.proof.figures import Desk
from keepwell.reports.proof.follows import (
    early,
    follows,
    independent,
    telling_rule,
    trial_line,
    usual_line,
)
from keepwell.reports.proof.terms import (
    WHY_NOT,
    conclusion_word,
    measure_word,
    origins_word,
    outcome_word,
    rule_word,
)
from keepwell.reports.rules import may_compare
from keepwell.reports.text import EMPTY, Join, Line, line, same, words
from keepwell.vocabulary import Bilingual

REFUSED = (
    VerdictReason.TOO_FEW_EVENTS,
    VerdictReason.TOO_FEW_OTHERS,
    VerdictReason.SCORE_MOSTLY_UNKNOWN,
)

MAY_BE_CHANCE = (VerdictReason.SKILL_RULED_OUT, VerdictReason.CHANCE_NOT_EXCLUDED)

# Beyond this, waiting for enough outcomes is no plan.
LONGEST_WAIT_MONTHS = 120

KNOWN_THEN = Bilingual(
    "每个起点只用当时已知的数据。", "every origin uses only what was known then."
)
UNDATED = Bilingual(
    "但标签没有日期，分数与标签说的是同一天，分不出先后：这里的一切都不说明评分能提前预警。",
    "but the label carries no date: score and label describe the same day, so that nothing says which came first, and "
    "nothing here shows that the score warns ahead.",
)


def verdict(desk: Desk) -> list[Block]:
    """Return the opening: verdict in large, its numbers, what it rests on, what would refute it."""
    judgement = desk.card.judgement
    word = conclusion_word(judgement.conclusion, judgement.rule)
    told = Bilingual(word.zh, word.en.lower())
    heading = line("结论：{w}", "Verdict: {w}", denies=(Pattern.COMPARE,), w=told)
    # Of a score that may be chance, anybody picked at random would have been warned of as early.
    is_chance = judgement.reason in (*REFUSED, *MAY_BE_CHANCE)
    warned = None if is_chance else early(desk)
    usual = None if is_refused(desk) else usual_line(desk)
    lines = [
        answer(desk),
        _basis(desk),
        trial_line(desk),
        usual,
        warned,
        follows(desk),
        telling_rule(desk),
        _refutation(desk),
    ]
    return [
        Heading(heading, anchor="verdict"),
        *(Paragraph(text) for text in lines if text is not None),
    ]


def is_refused(desk: Desk) -> bool:
    """Say whether there is too little to show any ranking at all."""
    return desk.card.judgement.reason in REFUSED


def answer(desk: Desk) -> Line:
    """Return the verdict as a sentence with the numbers that decided it."""
    judgement = desk.card.judgement
    if judgement.conclusion is Conclusion.NOT_ENOUGH_DATA:
        return _not_enough(desk)
    auc = figures.auc(desk)
    if judgement.conclusion is Conclusion.NO_SKILL:
        return line(
            "{it}分不开谁会{o}：{d}{o}的客户与{day}留下的客户相比，分数较低的只占 {a:delta}{@a}；0.5 就是抛硬币，值得在意的 0.60 已被排除。",
            "The {it} does not tell who {o}: of pairs of one account that did{d} and one that did not{day}, "
            "it put the former lower in {a:delta} {@a}; 0.5 is a coin, and 0.60, from which it would matter, is ruled "
            "out.",
            it=desk.ranking,
            o=outcome_word(desk.card.subject.outcome),
            d=desk.within("{d} 天内", " within {d} days"),
            day=_same_day(desk),
            a=auc,
        )
    if judgement.conclusion is Conclusion.USEFUL:
        return _useful(desk, auc)
    return _as_good(desk, auc)


def _as_good(desk: Desk, auc: Fact) -> Line:
    judgement = desk.card.judgement
    gap = figures.rule_difference(desk, judgement.rule)
    licence = may_compare(
        judgement.units, judgement.other_units, gap.interval, is_by_construction=False
    )
    if licence and (gap.value or 0) < 0:
        return line(
            "“{r}”这条简单规则比{it}更会排序：{it}的 AUC 为 {a:delta}{@a}，与规则之差为 {x:delta}{@x}。",
            'The naive rule "{r}" ranks better than the {it}: the {it} has an AUC of {a:delta} {@a}, its difference to the '
            "rule is {x:delta} {@x}.",
            claims=(Pattern.COMPARE,),
            it=desk.ranking,
            r=rule_word(judgement.rule),
            a=auc,
            x=gap,
        )
    return line(
        "{it}能区分，但与“{r}”这条简单规则一样：AUC {a:delta}{@a}，两者相差 {x:delta}{@x}，值得在意的差距 0.05 已被排除。",
        'The {it} does tell, but so does the naive rule "{r}": AUC {a:delta} {@a}, the two differ by {x:delta} {@x}, and '
        "a gain of 0.05, from which it would matter, is ruled out.",
        it=desk.ranking,
        r=rule_word(judgement.rule),
        a=auc,
        x=gap,
    )


def _same_day(desk: Desk) -> Bilingual | Join:
    return Bilingual("同一天", ", on the same day") if desk.is_dated else EMPTY


def _useful(desk: Desk, auc: Fact) -> Line:
    nearest = nearest_rule(desk)
    start = line(
        "{d}{o}的客户与{day}留下的客户相比，{it}给出较低分数的占 {a:delta}{@a}；0.5 就是抛硬币",
        "Of pairs of one account that {o}{d} and one that did not{day}, the {it} put the "
        "former lower in {a:delta} {@a}; 0.5 is a coin",
        it=desk.ranking,
        d=desk.within("{d} 天内", " within {d} days"),
        o=outcome_word(desk.card.subject.outcome),
        day=_same_day(desk),
        a=auc,
    )
    if nearest is None:
        return line(
            "{s}。没有可比的简单规则。",
            "{s}. There was no naive rule to compare with.",
            s=start,
            is_cited=False,
        )
    gap = figures.rule_difference(desk, nearest)
    licence = may_compare(
        desk.card.judgement.units,
        desk.card.judgement.other_units,
        gap.interval,
        is_by_construction=False,
    )
    if not licence:
        return start
    return line(
        "{s}。它比每条简单规则都更会排序；最接近的是“{r}”，相差 {x:delta}{@x}。",
        '{s}. It ranks better than every naive rule; the nearest is "{r}", {x:delta} behind {@x}.',
        claims=(Pattern.COMPARE,),
        s=start,
        r=rule_word(nearest),
        x=gap,
        is_cited=False,
    )


def nearest_rule(desk: Desk) -> str | None:
    """Return the rule with the smallest difference that the verdict had to beat."""
    rules = [r for r in desk.card.judgement.rules if r.rule != "last_score"]
    known = [r for r in rules if r.difference.is_known]
    return min(known, key=lambda r: r.difference.value).rule if known else None


def _not_enough(desk: Desk) -> Line:
    judgement = desk.card.judgement
    why = WHY_NOT[judgement.reason]
    if judgement.reason in (VerdictReason.CHANCE_NOT_EXCLUDED, VerdictReason.RULE_NOT_EXCLUDED):
        return _too_wide(desk, why)
    if judgement.reason is VerdictReason.TOO_FEW_EVENTS:
        return line(
            "{w}：只有 {u}{@u} 家，下结论至少要 {m} 家{t}。因此不给出排名好坏的说法。",
            "{w}: {u} {@u}, and a verdict needs at least {m}{t}. So nothing is said about how well it ranks.",
            w=_opening(why),
            u=figures.units(desk),
            m=same(str(judgement.needed)),
            t=_until(desk),
        )
    return line(
        "{w}，因此不给出排名好坏的说法。",
        "{w}, so nothing is said about how well it ranks.",
        w=_opening(why),
    )


def _until(desk: Desk) -> Line | Join:
    """Return how long it takes until there are enough, at the pace so far."""
    extent, judgement = desk.card.extent, desk.card.judgement
    months = ((extent.last - extent.first).days + desk.card.horizon_days) / 30.4375
    if not judgement.units or months < 1:
        return EMPTY
    lacking = math.ceil((judgement.needed - judgement.units) / (judgement.units / months))
    if lacking > LONGEST_WAIT_MONTHS:
        return words(
            "；按目前的速度还要十年以上：请声明另一种更常出现的结果（`proof.outcome`）",
            "; at the pace so far that takes more than ten years: declare another outcome that is met more often "
            "(`proof.outcome`)",
        )
    label = Bilingual("按目前速度还要的月数", "months still needed at the pace so far")
    wait = desk.number("months_needed", label, lacking, Form.COUNT)
    return line(
        "；按目前的速度还要约 {x} 个月{@x}",
        "; at the pace so far that takes about {x} more months {@x}",
        x=wait,
    )


def _too_wide(desk: Desk, why: Bilingual) -> Line:
    judgement = desk.card.judgement
    rule = judgement.rule
    shown = figures.rule_difference(desk, rule) if rule else figures.auc(desk)
    what = (
        line("与“{r}”之差", 'the difference to "{r}"', r=rule_word(rule))
        if rule
        else words("AUC", "the AUC")
    )
    return line(
        "{w}：{x} {a:delta}{@a}，来自 {u}{@u} 家出现结果的独立客户。因此不下结论。",
        "{w}: {x} is {a:delta} {@a}, from {u} {@u} independent accounts that met the outcome. So nothing is concluded.",
        w=_opening(why),
        x=what,
        a=shown,
        u=figures.units(desk),
    )


def _opening(text: Bilingual) -> Bilingual:
    return Bilingual(text.zh, text.en[:1].upper() + text.en[1:])


def _basis(desk: Desk) -> Line:
    extent = desk.card.extent
    return line(
        "依据：{o} {s}（{f} 至 {l}），{n} 家客户{@n}，其中 {e} 家{w}{@e}{units}；{known}{left}",
        "It rests on {o} {s} ({f} to {l}), {n} accounts {@n}, of which {e} {w} {@e}{units}; {known}{left}",
        known=KNOWN_THEN if desk.is_dated else UNDATED,
        o=same(str(extent.origins)),
        s=origins_word(extent.origins),
        f=same(extent.first.isoformat()),
        l=same(extent.last.isoformat()),
        n=figures.accounts(desk),
        e=figures.events(desk),
        w=outcome_word(desk.card.subject.outcome),
        units=independent(desk),
        left=_left_out(desk),
    )


def _left_out(desk: Desk) -> Line | Join:
    names = desk.card.subject.left_out
    if not names:
        return EMPTY
    return line(
        "只有现值、因而没有参与的：{x}。",
        " Left out, since only their present value is known: {x}.",
        x=Join(tuple(measure_word(name) for name in names), Bilingual("、", ", ")),
    )


def _refutation(desk: Desk) -> Line:
    conclusion = desk.card.judgement.conclusion
    if conclusion is Conclusion.USEFUL:
        return words(
            "**什么会推翻它**：以后的起点上，AUC 的区间触及 0.5，或与某条简单规则之差的区间触及 0；或查出某个指标知道未来。",
            "**What would refute it**: at later origins, an interval of the AUC that reaches 0.5, or of the difference to a "
            "naive rule that reaches 0; or a measure found to know the future.",
        )
    if conclusion is Conclusion.NOT_ENOUGH_DATA:
        return words(
            "**什么会改变它**：更长的历史或更多独立客户，使区间足够窄；规则写在下面的“怎么判定”。",
            "**What would change it**: a longer history or more independent accounts, until the interval is narrow enough; "
            'the rule stands under "How it is judged" below.',
        )
    return words(
        "**什么会改变它**：新的版本在以后的起点上，AUC 与每条简单规则之差的区间都整体大于 0。",
        "**What would change it**: a new version whose difference to every naive rule lies wholly above 0 at later origins.",
    )
