"""The proof report: verdict first, then why, in both languages."""

from collections.abc import Sequence

from keepwell.proof import Effect, ReportCard
from keepwell.reports.facts import FactBook
from keepwell.reports.page import Block, Document, Paragraph, Table, cited_facts
from keepwell.reports.proof import figures
from keepwell.reports.proof.calibration import calibration
from keepwell.reports.proof.effects import effect_blocks
from keepwell.reports.proof.figures import Desk
from keepwell.reports.proof.groups import groups
from keepwell.reports.proof.lead import lead_time
from keepwell.reports.proof.limits import limits
from keepwell.reports.proof.ranking import ranking
from keepwell.reports.proof.terms import outcome_word, subject_word
from keepwell.reports.proof.tiers import tier_counts, tiers
from keepwell.reports.proof.verdict import is_refused, verdict
from keepwell.reports.sections.appendix import appendix
from keepwell.reports.terms import clean
from keepwell.reports.text import EMPTY, Line, line, words
from keepwell.vocabulary import Bilingual

READING = words(
    "每个数都出自成绩单；一行是一家客户在一个起点。区间按客户（近似重复者合并）聚类：AUC 用 DeLong，比例与倍数用 sandwich，其余用自助法，"
    "函数与参数见“查询”一列。",
    "Every number comes from the report card; a row is one account at one origin. Intervals are clustered by account, "
    "near-duplicates joined: DeLong for the AUC, sandwich for rates and multiples, bootstrap otherwise; the query column "
    "names function and argument.",
)
TITLE = Bilingual("评分卡成绩单", "Report card of a score")
MODEL_TITLE = Bilingual("流失模型成绩单", "Report card of a churn model")


def write_proof_document(
    card: ReportCard,
    project: str,
    *,
    is_example: bool = False,
    effects: Sequence[Effect] | None = None,
    forecast: Sequence[Block] = (),
) -> Document:
    """Return the report on one score's back-test, in both languages, with its facts numbered.

    `effects`: what plays did, a chapter of its own; None leaves the chapter away.
    `forecast`: the chapter on the forecast's track record, as `forecast_blocks` gives it.
    """
    desk = Desk(card, FactBook(lambda _: []), is_example)
    blocks: list[Block] = [Paragraph(_head(desk, project)), *verdict(desk)]
    blocks += tier_counts(desk) if is_refused(desk) else _chapters(desk)
    blocks += limits(desk, 3 if is_refused(desk) else 7)
    blocks += forecast
    blocks += [] if effects is None else effect_blocks(effects)
    facts = cited_facts(blocks)
    name, title = f"{card.subject.scorecard} v{card.subject.version}", TITLE
    if card.subject.tried is not None:
        name, title = card.subject.scorecard, MODEL_TITLE
    bare = Document(title, project, card.extent.last, name, tuple(blocks), facts)
    tables = [b for b in blocks if isinstance(b, Table)]
    whole = (*blocks, *appendix(facts, bare.numbers, tables, READING))
    return Document(title, project, card.extent.last, name, whole, facts)


def _chapters(desk: Desk) -> list[Block]:
    return [
        *ranking(desk),
        *calibration(desk),
        *tiers(desk),
        *lead_time(desk),
        *groups(desk),
    ]


def _head(desk: Desk, project: str) -> Line:
    subject = desk.card.subject
    return line(
        "{p} · {own}{c} · 结果：{d}{o} · {n:acc}{@n}{x}",
        "{p} · {own}{c} · outcome: {o}{d} · {n:acc} {@n}{x}",
        p=clean(project),
        own=EMPTY if subject.tried else Bilingual("评分卡 ", "scorecard "),
        c=subject_word(subject),
        d=desk.within("{d} 天内", " within {d} days"),
        o=outcome_word(subject.outcome),
        n=figures.accounts(desk),
        x=Bilingual(" · 数据为合成样例", " · the data are a synthetic sample")
        if desk.is_example
        else EMPTY,
    )
