"""The brief of a business review: facts of one account in, a bilingual document out.

No sentence stands without a computed fact: a line whose fact is unknown is left out.
"""

from collections.abc import Iterator, Mapping

from keepwell.actions.briefs_facts import BriefFacts, Said
from keepwell.actions.briefs_lines import goal_lines, risk_lines, use_lines, worth_lines
from keepwell.actions.briefs_score import (
    costly,
    costly_lines,
    good_lines,
    question_lines,
    roadmap_lines,
    standing_lines,
)
from keepwell.actions.briefs_subject import BriefSubject
from keepwell.actions.plans_book import PlanBook
from keepwell.reports import (
    Block,
    Cell,
    Data,
    DataPair,
    Document,
    Fact,
    Heading,
    Items,
    Paragraph,
    Table,
    cited_facts,
    line,
    words,
)
from keepwell.vocabulary import Bilingual


def write_brief(subject: BriefSubject, book: PlanBook) -> Document:
    """Return the brief of one account in both languages."""
    facts = BriefFacts(subject.account_id)
    blocks = (*_head(subject), *_sections(subject, book, facts))
    used = cited_facts(blocks)
    title = Bilingual(
        f"业务回顾简报：{subject.name}（{subject.account_id}）",
        f"Business review brief: {subject.name} ({subject.account_id})",
    )
    card = f"{subject.explanation.scorecard} v{subject.explanation.scorecard_version}"
    bare = Document(title, subject.project, subject.as_of, card, blocks, used)
    whole = (*blocks, *_appendix(used, bare.numbers))
    return Document(title, subject.project, subject.as_of, card, whole, used)


def _head(subject: BriefSubject) -> Iterator[Block]:
    yield Paragraph(
        line(
            "数据截至 {day}；评分卡 {card}。方括号里的编号见文末事实表。内部材料。",
            "Data as of {day}; scorecard {card}. Numbers in brackets lead to the facts at the end. "
            "Internal.",
            day=Data(subject.as_of.isoformat()),
            card=Data(f"{subject.explanation.scorecard} v{subject.explanation.scorecard_version}"),
        )
    )


def _sections(subject: BriefSubject, book: PlanBook, facts: BriefFacts) -> Iterator[Block]:
    top = costly(subject.explanation)
    for heading, said in (
        (words("现状", "Where the account stands"), standing_lines(subject, facts)),
        (words("失分最多的指标", "What costs most points"), costly_lines(top, facts)),
        (words("得分充足的指标", "What is in good order"), good_lines(subject.explanation, facts)),
        (words("目标与计划", "Goals and plans"), goal_lines(subject, facts)),
        (words("已入账的价值", "Value on record"), worth_lines(subject, facts)),
        (words("使用与往来", "Use and contact"), use_lines(subject, facts)),
        (words("未了的风险", "Open risks"), risk_lines(subject, facts)),
        (words("路线图", "Roadmap"), roadmap_lines(top, book.roadmap, facts)),
        (words("可以问客户的问题", "Questions to ask"), question_lines(top, book.questions, facts)),
    ):
        lines = _said(said)
        if lines:
            yield Heading(heading)
            yield Items(lines)


def _said(said: Iterator[Said]) -> tuple[Said, ...]:
    return tuple(one for one in said if one.facts and all(f.is_known for f in one.facts))


def _appendix(facts: tuple[Fact, ...], numbers: Mapping[str, str]) -> Iterator[Block]:
    rows = tuple(
        (
            _text(numbers[f.key]),
            Cell(line("{x}", "{x}", x=DataPair(f.label))),
            Cell(line("{x}", "{x}", x=f, is_cited=False), f.value),
            _text(f.counted()),
            Cell(line("{x}", "{x}", x=Data(f.query, is_code=True))),
        )
        for f in facts
    )
    heads = (("编号", "id"), ("事实", "fact"), ("值", "value"), ("n", "n"), ("出处", "source"))
    yield Heading(words("事实表", "Facts"), anchor="facts")
    yield Table(
        "facts",
        Bilingual("事实表", "Facts"),
        tuple(Bilingual(zh, en) for zh, en in heads),
        rows,
        (False, False, True, True, False),
    )


def _text(text: str) -> Cell:
    return Cell(line("{x}", "{x}", x=Data(text)), text)
