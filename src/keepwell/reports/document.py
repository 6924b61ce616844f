"""The whole report: head, sections in order, appendix. Facts in, bilingual document out."""

from collections.abc import Sequence

from keepwell.playbooks import Library, ValueStrategies
from keepwell.reports.desk import Desk, open_desk
from keepwell.reports.facts import Ask, FactBook
from keepwell.reports.figures import population
from keepwell.reports.page import Block, Document, Paragraph, Table, cited_facts
from keepwell.reports.sections.appendix import appendix
from keepwell.reports.sections.contribution import contribution
from keepwell.reports.sections.distribution import distribution
from keepwell.reports.sections.method import method
from keepwell.reports.sections.priority import priority
from keepwell.reports.sections.profile import profile
from keepwell.reports.sections.risk import risk
from keepwell.reports.sections.staffing import staffing
from keepwell.reports.sections.strategy import live_strategy, strategy
from keepwell.reports.sections.summary import summary
from keepwell.reports.subject import Subject
from keepwell.reports.terms import clean
from keepwell.reports.text import EMPTY, Data, Join, Line, line, same
from keepwell.reports.value.chapters import value_chapters, value_section
from keepwell.vocabulary import Bilingual

HEALTH = Bilingual("客户健康度报告", "Customer health report")
VALUE = Bilingual("客户价值与参与度报告", "Customer value and engagement report")


def write_value_document(
    subject: Subject,
    ask: Ask,
    library: Library | None = None,
    strategies: ValueStrategies | None = None,
) -> Document:
    """Return the report on value and engagement alone, in both languages."""
    desk = open_desk(subject, FactBook(ask))
    blocks: list[Block] = [*_head(desk)]
    if desk.n:
        blocks += value_chapters(desk, library, strategies)
    else:
        blocks.append(Paragraph(_nobody()))
    return _document(desk, blocks, VALUE)


def write_document(
    subject: Subject,
    ask: Ask,
    library: Library | None = None,
    strategies: ValueStrategies | None = None,
) -> Document:
    """Return the report on a portfolio, in both languages, with its facts numbered.

    `ask`:     runs a query on the tables of one snapshot and gives its rows.
    `strategies`: those by value; the value section closes the report where there is a model.
    Missing:   a section whose data are missing says so in words.
    """
    desk = open_desk(subject, FactBook(ask))
    blocks: list[Block] = [*_head(desk)]
    if not desk.n:
        blocks.append(Paragraph(_nobody()))
        return _document(desk, blocks, HEALTH)
    blocks += summary(desk)
    blocks += method(desk)
    blocks += distribution(desk)
    blocks += risk(desk)
    blocks += profile(desk)
    blocks += contribution(desk)
    blocks += priority(desk)
    if library is not None:
        live = live_strategy(desk, library)
        blocks += strategy(desk, live)
        blocks += staffing(desk, live)
    blocks += value_section(desk, library, strategies)
    return _document(desk, blocks, HEALTH)


def _document(desk: Desk, blocks: Sequence[Block], title: Bilingual) -> Document:
    facts = cited_facts(blocks)
    bare = Document(
        title,
        desk.subject.project,
        desk.subject.as_of,
        desk.subject.scorecard_text(),
        tuple(blocks),
        facts,
    )
    tables = [b for b in blocks if isinstance(b, Table)]
    whole = (*blocks, *appendix(facts, bare.numbers, tables))
    return Document(bare.title, bare.project, bare.as_of, bare.scorecard, whole, facts)


def _head(desk: Desk) -> list[Block]:
    subject = desk.subject
    currency: Bilingual | Data = (
        Data(subject.currency)
        if subject.currency
        else Bilingual("数据未声明", "not declared by the data")
    )
    example: Join | Bilingual = (
        Bilingual(" · 数据为合成样例", " · the data are a synthetic sample")
        if subject.is_example
        else EMPTY
    )
    first = line(
        "{project} · 快照 {day} · {n:acc}{@n} · 评分卡 {card} · 金额币种：{currency}{example}",
        "{project} · snapshot of {day} · {n:acc} {@n} · scorecard {card} · currency: {currency}{example}",
        project=clean(subject.project),
        day=same(subject.as_of.isoformat()),
        n=population.accounts(desk),
        card=Data(subject.scorecard_text()),
        currency=currency,
        example=example,
    )
    return [Paragraph(first), Paragraph(_how_to_read(desk))]


def _how_to_read(desk: Desk) -> Line:
    names: Line | Join = EMPTY
    if desk.repeated:
        names = line(
            "客户名有重复（{n} 家只有 {d} 个名字{@d}），重名者加编号末 {k} 位。",
            "Names repeat ({d} names for {n} accounts {@d}), so those that do carry the last {k} characters of their id. ",
            n=same(f"{desk.n:,}"),
            d=population.distinct_names(desk),
            k=same(str(desk.tail)),
        )
    return line(
        "读法：[Fxx] 对应附录的事实编号，可查数值、n、区间与查询。{names}“由定义造成”指比较的一边是用另一边算出来的，不能当证据。",
        'How to read: [Fxx] names a fact in the appendix, with value, n, interval and query. {names}"By '
        'construction" means that one side of a comparison is computed from the other; it is not evidence. '
        "k = thousand, M = million, B = thousand million.",
        names=names,
    )


def _nobody() -> Line:
    return line(
        "快照里没有客户，因此没有可报告的内容。",
        "The snapshot holds no account, so there is nothing to report.",
    )
