"""The report on a labelled table without dates: cross-validated, read like the report card."""

from datetime import date

from keepwell.proof import LabelledCard, TooFewEvents
from keepwell.reports.facts import FactBook
from keepwell.reports.page import Block, Document, Heading, Paragraph, Table, cited_facts
from keepwell.reports.patterns import Pattern
from keepwell.reports.proof import figures
from keepwell.reports.proof.calibration import calibration
from keepwell.reports.proof.document import READING, TITLE
from keepwell.reports.proof.figures import Desk
from keepwell.reports.proof.labelled_columns import columns
from keepwell.reports.proof.labelled_limits import Aside, labelled_limits
from keepwell.reports.proof.ranking import ranking
from keepwell.reports.proof.terms import conclusion_word
from keepwell.reports.proof.tiers import lists_of
from keepwell.reports.proof.verdict import answer, is_refused
from keepwell.reports.rules import excludes_zero
from keepwell.reports.sections.appendix import appendix
from keepwell.reports.terms import clean
from keepwell.reports.text import Data, Line, line, same, words
from keepwell.vocabulary import Bilingual

NAME = Bilingual("流失评分卡（交叉验证）", "churn scorecard, cross-validated")


def write_labelled_document(
    found: LabelledCard | TooFewEvents, project: str, table: str, aside: Aside, on: date
) -> Document:
    """Return the report on a labelled table, in both languages; `on`: the day it is written."""
    if isinstance(found, TooFewEvents):
        return _refused(found, project, table, on)
    desk = Desk(found.card, FactBook(lambda _: []))
    blocks: list[Block] = [Paragraph(_head(desk, project, table)), *_verdict(desk, found)]
    if not is_refused(desk):
        blocks += [
            *ranking(desk, _trees(desk, found)),
            *calibration(desk),
            *lists_of(desk),
            *columns(found),
        ]
    blocks += labelled_limits(desk, found, aside, 3 if is_refused(desk) else 6)
    return _numbered(blocks, project, on)


def _numbered(blocks: list[Block], project: str, on: date) -> Document:
    facts = cited_facts(blocks)
    bare = Document(TITLE, project, on, "churn_scorecard", tuple(blocks), facts)
    tables = [b for b in blocks if isinstance(b, Table)]
    whole = (*blocks, *appendix(facts, bare.numbers, tables, READING)) if facts else tuple(blocks)
    return Document(TITLE, project, on, "churn_scorecard", whole, facts)


def _head(desk: Desk, project: str, table: str) -> Line:
    return line(
        "{p} · {c} · 表：{t} · {n:acc}{@n}",
        "{p} · {c} · table: {t} · {n:acc} {@n}",
        p=clean(project),
        c=NAME,
        t=Data(table),
        n=figures.accounts(desk),
    )


def _verdict(desk: Desk, found: LabelledCard) -> list[Block]:
    judgement = desk.card.judgement
    word = conclusion_word(judgement.conclusion, judgement.rule)
    told = Bilingual(word.zh, word.en.lower())
    return [
        Heading(
            line("结论：{w}", "Verdict: {w}", denies=(Pattern.COMPARE,), w=told), anchor="verdict"
        ),
        Paragraph(answer(desk)),
        Paragraph(_basis(desk, found)),
        Paragraph(
            words(
                "**它不说明能提前预警**：表里没有日期，各列与标签说的是同一时刻，可能有的列是客户离开之后才写成这样的。"
                "所以这个概率不用于排序；要用于排序，需要带日期的数据、回测和 `keepwell churn fit`。",
                "**It does not show that anything warns ahead**: the table has no dates, columns and label describe the "
                "same moment, and a column may have been written after the account had left. So this "
                "probability ranks nobody; that takes dated rows, a back-test and `keepwell churn fit`.",
            )
        ),
    ]


def _basis(desk: Desk, found: LabelledCard) -> Line:
    return line(
        "依据：{n} 家客户{@n}，其中 {e} 家标为离开{@e}，占 {m:delta}{@m}；分成 {f} 份，每家的概率都由没有见过它的那次拟合给出，"
        "分箱、正则与校准也在各份之内另选，近似重复的客户留在同一份。",
        "It rests on {n} accounts {@n}, of which {e} are marked as having left {@e}, {m:delta} {@m}. They were dealt "
        "into {f} parts; the probability of each account comes from a fit that had not seen it, with bins, ridge and "
        "calibration chosen anew, and near-duplicates kept in one part.",
        n=figures.accounts(desk),
        e=figures.events(desk),
        m=figures.mean_rate(desk),
        f=same(str(found.folds)),
    )


def _trees(desk: Desk, found: LabelledCard) -> Line | None:
    """Return what the readable form costs against boosted trees."""
    if not found.card.models:
        return None
    gap = figures.model_difference(desk, found.card.models[0])
    told = Bilingual("没有可见的差别", "no difference is visible")
    if excludes_zero(gap.interval):
        told = (
            Bilingual(
                "提升树用到了单列相加表达不了的组合，这就是可读形式的代价",
                "the trees use combinations that a sum of single columns cannot hold; that is the price of a form "
                "that can be read",
            )
            if (gap.value or 0) < 0
            else Bilingual("可读的形式没有代价", "the form that can be read costs nothing")
        )
    return line(
        "提升树可以用任意组合，谁也读不懂，只作参照：评分卡减提升树为 {x:delta}{@x}，{t}。{s}选出的最强单列：{c}。",
        "Boosted trees may use any combination and nobody can read them; they are for reference: scorecard minus trees "
        "is {x:delta} {@x}; {t}. {s} the strongest single column was {c}.",
        x=gap,
        t=told,
        s=Bilingual(f"{found.folds} 份中", f"In the {found.folds} parts"),
        c=_chosen(found),
    )


def _chosen(found: LabelledCard) -> Line:
    names = sorted(set(found.columns), key=lambda n: (-found.columns.count(n), n))
    first = line("{n}", "{n}", n=Data(names[0]))
    if len(names) == 1:
        return first
    rest = ", ".join(names[1:])
    return line("{n}（有时是 {r}）", "{n} (at times {r})", n=Data(names[0]), r=Data(rest))


def _refused(found: TooFewEvents, project: str, table: str, on: date) -> Document:
    told = Bilingual(found.text("zh"), found.text("en"))
    blocks: list[Block] = [
        Paragraph(
            line(
                "{p} · {c} · 表：{t}",
                "{p} · {c} · table: {t}",
                p=clean(project),
                c=NAME,
                t=Data(table),
            )
        ),
        Heading(words("结论：数据不足", "Verdict: not enough data"), anchor="verdict"),
        Paragraph(line("{t}", "{t}", t=told)),
    ]
    return _numbered(blocks, project, on)
