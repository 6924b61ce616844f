"""How it is judged, what was left out, and what a back-test cannot say."""

from keepwell.proof import VerdictReason
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Heading, Items, Paragraph
from keepwell.reports.patterns import Pattern
from keepwell.reports.proof.figures import Desk
from keepwell.reports.proof.terms import SIGNS, measure_word
from keepwell.reports.proof.verdict import is_refused
from keepwell.reports.text import Join, Line, line, same, words
from keepwell.vocabulary import Bilingual


def limits(desk: Desk, number: int) -> list[Block]:
    """Return the section under its number; without enough data no ranking is told."""
    more = () if is_refused(desk) else (_average(desk),)
    return [
        Heading(
            line(
                "{z}、怎么判定，不能说什么",
                "{z}. How it is judged, and what it cannot say",
                z=Bilingual("三" if number == 3 else "七", str(number)),
            ),
            anchor="limits",
        ),
        Paragraph(order_of_test()),
        Items((*leak_lines(desk), repeats_line(desk), *_unknown(desk), *more, _later(), _acted())),
    ]


def order_of_test() -> Line:
    """Return the steps of the test in words."""
    return line(
        "判定依次进行：出现结果或没有出现结果的独立客户不到 20 家，或一半以上分数未知，为“数据不足”；AUC 的 95 % 区间整体在 0.60 以下为“没有区分力”，触及 0.5 为“数据不足”；"
        "与每条简单规则成对之差的 95 % 区间都整体大于 0 为“有用”（上期分数就是它自己，不必胜过）；对某条规则能排除 0.05 的差距，为“不比简单规则强”；其余为“数据不足”。",
        "In this order: fewer than 20 independent accounts with or without the outcome, or more than half of the scores "
        'unknown, is "not enough data"; a 95 % interval of the AUC wholly under 0.60 is "no skill", one that reaches 0.5 '
        'is "not enough data"; paired differences to every naive rule whose 95 % intervals lie wholly above 0 are "useful" '
        "(the score one origin ago is the score itself and need not be beaten); a rule over which a gain of 0.05 is "
        'ruled out is "no better than a naive rule"; all else is "not enough data".',
        denies=(Pattern.COMPARE,),
    )


def leak_lines(desk: Desk) -> tuple[Line, ...]:
    """Return what the search for leaks found; nothing where there was none."""
    card = desk.card
    # Among a handful of outcomes no sign can show, so finding none says nothing.
    is_blind = card.judgement.reason in (
        VerdictReason.TOO_FEW_EVENTS,
        VerdictReason.TOO_FEW_OTHERS,
    )
    if not card.searched or (is_blind and not card.leaks):
        return ()
    names = sorted({found.feature for found in card.leaks} - {""})
    label = Bilingual("有迹象知道未来的指标", "measures with a sign of knowing the future")
    found = desk.number("leaks", label, len(names), Form.COUNT, card.searched)
    if not names:
        return (
            line(
                "{n} 个指标里没有找到知道未来的迹象{@x}。",
                "Of {n} measures none shows a sign of knowing the future {@x}.",
                n=same(str(card.searched)),
                x=found,
            ),
        )
    return (
        line(
            "**先查这些**：{n} 个指标中有 {x} 个{@x}有知道未来的迹象（{names}）；查清之前，上面的结论可能偏好。",
            "**Look at these first**: {x} {@x} of {n} measures show a sign of knowing the future ({names}); until that is "
            "cleared up, the verdict above may flatter.",
            n=same(str(card.searched)),
            x=found,
            names=Join(tuple(_signs(desk, name) for name in names), Bilingual("；", "; ")),
        ),
    )


def _signs(desk: Desk, name: str) -> Line:
    """Return a measure with the signs that were seen in it."""
    seen = tuple(SIGNS[found.leak] for found in desk.card.leaks if found.feature == name)
    return line("{n}：{s}", "{n}: {s}", n=measure_word(name), s=Join(seen, Bilingual("、", ", ")))


def repeats_line(desk: Desk) -> Line:
    """Return how many units the intervals rest on."""
    extent = desk.card.extent
    label = Bilingual("合并近似重复之后的独立客户", "independent accounts, near-duplicates joined")
    return line(
        "近似重复的客户合并为一个单位：区间按 {c} 个单位{@c}计算，而不是按行数。",
        "Accounts that nearly repeat each other count as one unit: intervals rest on {c} units {@c}, not on rows.",
        c=desk.number("clusters", label, extent.clusters, Form.COUNT, extent.accounts),
    )


def _unknown(desk: Desk) -> tuple[Line, ...]:
    """Return what becomes of rows without a score; nothing where every row has one."""
    extent = desk.card.extent
    if not extent.unknown:
        return ()
    label = Bilingual("分数未知而出现结果的行", "rows without a score that met the outcome")
    told = line(
        "分数未知的行留在分母里：其中 {u} 行{@u}出现结果；它们在名单上排最后，在 AUC 里每对算一半。",
        "Rows without a score stay in: {u} {@u} of them met the outcome; they come last on lists and count as half a pair "
        "in the AUC.",
        u=desk.number("unknown_events", label, extent.unknown_events, Form.COUNT, extent.unknown),
    )
    return (told,)


def _average(desk: Desk) -> Line:
    card = desk.card
    harrell = desk.number(
        "concordance",
        Bilingual("首个分数的一致性指数（Harrell C）", "concordance of first scores (Harrell's C)"),
        card.concordance,
        Form.RATIO3,
        card.extent.accounts,
    )
    precision = desk.estimate(
        "average_precision",
        Bilingual("平均精度（PR-AUC）", "average precision (PR-AUC)"),
        card.average_precision,
        Form.RATIO3,
    )
    if not harrell.is_known or not precision.is_known:
        return words(
            "结果只有一种，平均精度与一致性指数无从计算。",
            "With one kind of end only, average precision and concordance do not exist.",
        )
    return line(
        "另外两个常用的数：平均精度（PR-AUC）{p:delta}{@p}；首个分数与出现结果先后的一致性（Harrell C）{h}{@h}。",
        "Two more usual numbers: average precision (PR-AUC) {p:delta} {@p}; concordance of first scores with how soon the "
        "outcome came (Harrell's C) {h} {@h}.",
        p=precision,
        h=harrell,
    )


def _later() -> Line:
    return words(
        "回测说的是过去这些起点；市场、产品或录入方式变了，要重新回测。",
        "A back-test speaks of these past origins; when market, product or data entry change, it has to be run again.",
    )


def _acted() -> Line:
    return words(
        "它不说明处理有没有用：分数低的客户可能被人照看过而留下，这会让评分看起来偏弱。要知道处理的效果，需要对照组。",
        "It does not say whether acting helped: accounts with low scores may have been looked after and stayed, which makes "
        "the score look weaker. The effect of acting takes a holdout.",
    )
