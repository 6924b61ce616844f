"""Section 1: the five facts that change a decision here, and up to three decisions this week."""

from collections.abc import Callable

from keepwell.reports.desk import Desk
from keepwell.reports.page import Block, Heading, Items, Paragraph
from keepwell.reports.sections import (
    deals,
    given,
    summary_doubt,
    summary_exposure,
    summary_money,
    summary_tiers,
)
from keepwell.reports.sections.candidate import Candidate
from keepwell.reports.text import Join, Line, line, same, words
from keepwell.vocabulary import Bilingual

MOST = 5
CANDIDATES: tuple[Callable[[Desk], Candidate | None], ...] = (
    summary_doubt.nobody_scored,
    summary_doubt.stale,
    summary_exposure.exposed,
    given.flagged_above_low,
    summary_doubt.contradiction,
    summary_doubt.unknown_tier,
    summary_doubt.thin_coverage,
    summary_doubt.losses,
    summary_doubt.proxies,
    summary_doubt.no_behaviour,
    deals.bare_deals,
    summary_doubt.old_data,
    summary_doubt.one_tier,
    summary_money.accounts_against_money,
    summary_tiers.brittle_line,
    summary_tiers.low_without_money,
    summary_tiers.firm_list,
    summary_tiers.what_spreads,
    summary_tiers.one_entry,
    summary_tiers.where_to_send_people,
    summary_money.concentration,
)


def chosen(desk: Desk) -> list[Candidate]:
    """Return at most five candidates, the most relevant first, one per topic."""
    found = [c for make in CANDIDATES if (c := make(desk)) is not None]
    by_topic: dict[str, Candidate] = {}
    for candidate in found:
        held = by_topic.get(candidate.topic)
        if held is None or candidate.weight > held.weight:
            by_topic[candidate.topic] = candidate
    return sorted(by_topic.values(), key=lambda c: -c.weight)[:MOST]


def summary(desk: Desk) -> list[Block]:
    """Return the summary; with nothing to say it says that."""
    candidates = chosen(desk)
    blocks: list[Block] = [Heading(words("一、摘要", "1. Summary"), anchor="summary")]
    if not candidates:
        blocks.append(Paragraph(_nothing(desk)))
        return blocks
    blocks.append(Items(tuple(c.text for c in candidates), is_numbered=True))
    decisions = [c.decision for c in candidates if c.decision is not None][:3]
    if decisions:
        blocks.append(Paragraph(_decisions(decisions)))
    return blocks


def _decisions(decisions: list[Line]) -> Line:
    if len(decisions) == 1:
        return line(
            "**本周要定的一件事**：{item}。",
            "**One decision this week**: {item}.",
            item=decisions[0],
        )
    marks = (Bilingual("①", "(a)"), Bilingual("②", "(b)"), Bilingual("③", "(c)"))
    items = tuple(
        line("{mark} {text}", "{mark} {text}", mark=mark, text=text)
        for mark, text in zip(marks, decisions, strict=False)
    )
    return line(
        "**本周要定的{count}件事**：{items}。",
        "**{count} this week**: {items}.",
        count=_count(len(decisions)),
        items=Join(items, Bilingual("；", "; ")),
    )


def _count(n: int) -> Bilingual:
    zh = {2: "两", 3: "三"}[n]
    en = {2: "Two decisions", 3: "Three decisions"}[n]
    return Bilingual(zh, en)


def _nothing(desk: Desk) -> Line:
    return line(
        "{n} 家客户，摘要的各项检查都没有触发；明细见以下各节。",
        "{n} accounts; none of the tests behind this summary fired. The sections below give the detail.",
        n=same(f"{desk.n:,}"),
    )
