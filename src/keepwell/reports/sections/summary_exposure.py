"""Summary candidate on exposure: accounts that are large, silent and not in the low tier."""

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures import population
from keepwell.reports.figures.exposure import (
    Account,
    Exposure,
    account_count,
    account_days,
    exposure,
)
from keepwell.reports.rules import may_join
from keepwell.reports.sections.candidate import Candidate
from keepwell.reports.sections.given import exposed_clause
from keepwell.reports.sections.listing import and_more, listed
from keepwell.reports.terms import tier_word
from keepwell.reports.text import EMPTY, Data, Join, Line, by_count, line, same, words
from keepwell.vocabulary import Bilingual

DAYS_TO_VERIFY = 5
MANY_SCORES = 10


def exposed(desk: Desk) -> Candidate | None:
    """Return the largest exposure outside the low tier: named accounts, doubted where needed."""
    found = exposure(desk)
    if found is None or found.part.value is None:
        return None
    n = int(found.count.value or 0)
    text = line(
        "{head}{who}{more}。"
        + by_count(n, "", "合计")
        + "{money} {amount}，占全部的 {part}{multiple}{@n,amount,part}。点名事实，无抽样区间。{given}{doubt}",
        "{head} {who}{more}. "
        + by_count(n, "It holds", "Together")
        + " {amount} of the {money}, {part} of the total{multiple}{@n,amount,part}. "
        "Named facts, no sampling interval.{given} {doubt}",
        head=_outside(n, found.count),
        n=found.count,
        who=Join(tuple(_named(desk, found)), Bilingual("；", "; ")),
        more=and_more(n - len(found.named)),
        money=desk.money_short,
        amount=found.amount,
        part=found.part,
        multiple=_multiple(found),
        given=exposed_clause(desk),
        doubt=_doubt(desk, found),
    )
    return Candidate("exposure", 0.6 + found.part.value, text, _contact(desk, found, n))


def _outside(n: int, count: Fact) -> Line:
    if n == 1:
        return words(
            "**最该先看的一家不在低健康段。**",
            "**The account to look at first is not in the low tier.**",
        )
    return line(
        "**最该先看的 {n:acc}不在低健康段。**",
        "**The {n:acc} to look at first are not in the low tier.**",
        n=count,
        is_cited=False,
    )


def _contact(desk: Desk, found: Exposure, n: int) -> Line:
    """Return who gets in touch by when; the log is checked first only where fields contradict."""
    shorts = tuple(desk.short(a.account_id, a.name) for a in found.named)
    names = Join(shorts) if n > len(shorts) else listed(shorts)
    days, more = same(str(DAYS_TO_VERIFY)), and_more(n - len(found.named))
    odd = found.odd.value or 0 if found.odd else 0
    if odd == n:
        return line(
            "数据负责人与客户成功负责人在 {days} 个工作日内核实{names}{more}",
            "data owner and CS leader verify {names}{more} within {days} working days",
            days=days,
            names=names,
            more=more,
        )
    first: Line | Join = EMPTY
    if found.odd and odd:
        first = line(
            "；其中 {k} 家字段矛盾，先由数据负责人核对活动流水",
            ", after the data owner has checked the log of the {k} whose fields contradict",
            k=found.odd,
            is_cited=False,
        )
    return line(
        "客户成功负责人在 {days} 个工作日内联系{names}{more}{first}",
        "CS leader contacts {names}{more} within {days} working days{first}",
        days=days,
        names=names,
        more=more,
        first=first,
    )


def _named(desk: Desk, found: Exposure) -> list[Line]:
    lines = []
    for account in found.named:
        name = desk.name(account.account_id, account.name)
        if account.days is None:
            tier = tier_word(account.tier)
            lines.append(
                line("{n}（{t}）从未有活动", "{n} ({t}), no activity ever", n=name, t=tier)
            )
            continue
        days = account_days(desk, account)
        lines.append(
            line(
                "{name}（{tier}{best}）距上次活动 {days} 天{@days}",
                "{name} ({tier}{best}), last activity {days} days ago {@days}",
                name=name,
                tier=tier_word(account.tier),
                best=_best(desk, account),
                days=days,
            )
        )
    return lines


def _best(desk: Desk, account: Account) -> Line | Join:
    """Return that an account has the highest score of all, where it does."""
    best = population.score_statistic(desk, "max")
    if desk.n < MANY_SCORES or account.score_micro is None or account.score_micro != best.value:
        return EMPTY
    return line(
        "，全部客户中最高的 {best} 分{@best}",
        ", the highest score of all, {best} {@best}",
        best=best,
    )


def _multiple(found: Exposure) -> Line | Join:
    if found.multiple is None or (found.multiple.value or 0.0) < 1:
        return EMPTY
    if found.base_multiple is None:
        return line(
            "，是整个低健康段的 {m} 倍{@m}", ", {m} times the whole low tier {@m}", m=found.multiple
        )
    return line(
        "，是整个低健康段的 {m} 倍，去掉健康分再比是 {b} 倍{@m,b}",
        ", {m} times the whole low tier, {b} times with the score taken out {@m,b}",
        m=found.multiple,
        b=found.base_multiple,
    )


def _doubt(desk: Desk, found: Exposure) -> Line:
    """Return the doubt where the two activity fields exclude each other, else the next step."""
    odd = [a for a in found.named if a.is_contradicting and a.count is not None]
    if may_join(contradicting_accounts=len(odd)):
        return line("先联系，再看分数。", "Contact them before reading the score.")
    counts = tuple(account_count(desk, a) for a in odd)
    names: tuple[Data, ...] = tuple(desk.short(a.account_id, a.name) for a in odd)
    return line(
        "但 {names} 的 30 天活动数是 {counts}{@counts}，按字段定义与上述天数不能同时成立：先核实，再谈挽留。",
        "But the 30-day activity "
        + by_count(len(odd), "count of {names} is", "counts of {names} are")
        + " {counts} {@counts}, which by the fields' definitions "
        "cannot be true at the same time as those days: verify first, rescue second.",
        names=listed(names),
        counts=listed(counts),
    )
