"""What single deals say of the contribution: amounts that are missing, months that wins cover."""

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures import deals
from keepwell.reports.page import Block, Paragraph
from keepwell.reports.sections.candidate import Candidate
from keepwell.reports.text import EMPTY, Join, Line, line, same
from keepwell.vocabulary import Bilingual

MANY_BARE = 0.2
LEFT_OUT = Bilingual(
    "在手商机因此整体不计入贡献", "so open pipeline is left out of the contribution altogether"
)
UNKNOWN = Bilingual(
    "这些客户的商机金额因此按未知处理，不当作 0",
    "so the pipeline of these accounts counts as unknown, not as 0",
)


def deal_notes(desk: Desk) -> list[Block]:
    """Return the paragraphs under the contribution's definition; none where all is in order."""
    found = [_bare(desk), _cover(desk)]
    return [Paragraph(text) for text in found if text is not None]


def _bare(desk: Desk) -> Line | None:
    bare = deals.bare_share(desk)
    if bare is None:
        return None
    return line(
        "**没有金额的商机**：未结商机里 {bare:n} 笔没有金额，涉及 {accounts:acc}{@bare,accounts}；{then}。",
        "**Deals without an amount**: {bare:n} open deals carry none, at {accounts:acc} {@bare,accounts}; {then}.",
        bare=bare,
        accounts=deals.bare_accounts(desk),
        then=UNKNOWN if desk.subject.assumptions.has_pipeline else LEFT_OUT,
    )


def _cover(desk: Desk) -> Line | None:
    days = deals.days_covered(desk)
    if days is None or desk.subject.assumptions.is_recurring:
        return None
    pace = deals.pace_total(desk)
    if not pace.value:
        return None
    return line(
        "**成交记录不满十二个月**：记录里的成交只覆盖到快照为止的 {days} 天{@days}，月均却按十二个月平分。"
        "此前若确实没有成交，存量 {pace}成立{@pace}{scaled}。{naive}",
        "**Wins cover less than twelve months**: those on record cover the {days} days up to the snapshot {@days}, "
        "while the monthly amount divides by twelve months. If nothing was won before, the pace of {pace} stands "
        "{@pace}{scaled}.{naive}",
        days=days,
        pace=pace,
        scaled=_scaled(deals.pace_over_cover(desk, days)),
        naive=_naive(desk),
    )


def _scaled(fact: Fact | None) -> Line | Join:
    if fact is None:
        return EMPTY
    return line(
        "；若只是记录从那时才开始，按覆盖的天数折算是 {fact}{@fact}",
        "; if the records only begin then, it is {fact} over the days covered {@fact}",
        fact=fact,
    )


def _naive(desk: Desk) -> Line | Join:
    fact = deals.naive_total(desk)
    if fact is None:
        return EMPTY
    return line(
        "对照：最近六个月实际成交 {fact}{@fact}。",
        " For comparison, the last six months brought {fact} {@fact}.",
        fact=fact,
    )


def bare_deals(desk: Desk) -> Candidate | None:
    """Return that many open deals carry no amount, for the summary."""
    bare = deals.bare_share(desk)
    if bare is None or bare.value is None or bare.value < MANY_BARE or bare.is_small:
        return None
    text = line(
        "**商机没有金额。**未结商机里 {bare:n} 笔没有金额（{bare}），涉及 {accounts:acc}{@bare,accounts}；{then}。",
        "**Open deals carry no amount.** {bare:n} open deals ({bare}) have none, at {accounts:acc} "
        "{@bare,accounts}; {then}.",
        bare=bare,
        accounts=deals.bare_accounts(desk),
        then=UNKNOWN if desk.subject.assumptions.has_pipeline else LEFT_OUT,
    )
    decision = line(
        "销售运营 20 个工作日内为 {k} 笔未结商机补上金额",
        "sales operations fill in the amounts of the {k} open deals within 20 working days",
        k=same(f"{bare.k or 0:,}"),
    )
    return Candidate("deals", 0.25 + bare.value / 4, text, decision, is_doubt=True)
