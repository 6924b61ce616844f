"""What the source's own score and level say beside ours: given, not validated, no confirmation."""

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures import given
from keepwell.reports.figures.activity import DAYS
from keepwell.reports.figures.exposure import exposed_count, exposure_condition
from keepwell.reports.sections.candidate import Candidate
from keepwell.reports.sections.listing import and_more, listed
from keepwell.reports.terms import clean
from keepwell.reports.text import EMPTY, Data, Join, Line, by_count, line, same, words
from keepwell.vocabulary import Bilingual

RESTATED = 0.8
MUCH_MONEY = 0.02
MANY_FLAGGED = 0.2
LABEL = Bilingual(
    "来源给出、未经验证：是另一套分数，不是结果，也不能互相印证",
    "Given, not validated: another score, not an outcome, and no confirmation",
)


def given_rows(desk: Desk) -> list[tuple[Line, Line]]:
    """Return the row of the limits table on the source's own score and level; none without."""
    agreement = _agreement(desk)
    found = given.flagged(desk)
    flags = _flags(desk, found) if found else EMPTY
    if agreement is EMPTY and flags is EMPTY:
        return []
    return [
        (
            words("来源系统自带的健康分与等级", "the source's own score and level"),
            line("{a}{f}{label}", "{a}{f}{label}", a=agreement, f=flags, label=LABEL),
        )
    ]


def _agreement(desk: Desk) -> Line | Join:
    ours, recency = given.score_agreement(desk), given.recency_agreement(desk)
    if ours is None:
        return EMPTY
    return line(
        "来源健康分与本评分的排序一致程度 {ours}（n = {n}）{@ours}{recency}。",
        "Rank agreement of its score with ours {ours} (n = {n}) {@ours}{recency}. ",
        ours=ours,
        n=same(f"{ours.n:,}"),
        recency=_recency(recency),
    )


def _recency(fact: Fact | None) -> Line | Join:
    if fact is None:
        return EMPTY
    restated: Bilingual | Join = EMPTY
    if abs(fact.value or 0.0) >= RESTATED:
        restated = Bilingual(
            "：它的次序几乎就是距上次活动天数的次序",
            ": its order is nearly that of the days since the last activity",
        )
    return line(
        "，与“距上次活动” {fact}（n = {n}）{@fact}{restated}",
        ", with days since last activity {fact} (n = {n}) {@fact}{restated}",
        fact=fact,
        n=same(f"{fact.n:,}"),
        restated=restated,
    )


def level_words(found: given.Flagged) -> Join:
    """Return the source's own words for worry, as it spells them."""
    return Join(tuple(clean(level) for level in found.levels), Bilingual("/", "/"))


def _flags(desk: Desk, found: given.Flagged) -> Line | Join:
    if not found.share.k:
        return EMPTY
    return line(
        "它标为 {levels} 的有 {share:n} 家{@share}{outside}{missed}{unread}。",
        "It marks {share:n} accounts {levels} {@share}{outside}{missed}{unread}. ",
        levels=level_words(found),
        share=found.share,
        outside=_outside(desk, found),
        missed=_missed(found),
        unread=_unread(found.unread),
    )


def _outside(desk: Desk, found: given.Flagged) -> Line | Join:
    count = int(found.outside.value or 0)
    if not count:
        return line(
            "，没有一家在低健康段以上{@n}",
            ", none of them above our low tier {@n}",
            n=found.outside,
        )
    return line(
        "，其中 {n} 家不在低健康段{@n}：{who}{more}",
        ", {n} of them above our low tier {@n}: {who}{more}",
        n=found.outside,
        who=_who(desk, found),
        more=and_more(count - len(found.named)),
    )


def _who(desk: Desk, found: given.Flagged) -> Join:
    names: tuple[Data, ...] = tuple(desk.short(a.account_id, a.name) for a in found.named)
    return listed(names) if int(found.outside.value or 0) == len(names) else Join(names)


def _missed(found: given.Flagged) -> Line | Join:
    if not found.missed.n or not found.missed.k:
        return EMPTY
    return line(
        "；我们的低健康里它没有标的是 {missed:n}{@missed}",
        "; of our low accounts it leaves {missed:n} unmarked {@missed}",
        missed=found.missed,
    )


def _unread(fact: Fact) -> Line | Join:
    if not fact.value:
        return EMPTY
    return line(
        "；另有 {n:acc}的等级用词不认识，没有计入{@n}",
        "; the levels of {n:acc} are in words not known here and not counted {@n}",
        n=fact,
    )


def exposed_clause(desk: Desk) -> Line | Join:
    """Return how many of the accounts to look at first the source flags too, if any."""
    found = given.flagged(desk)
    if found is None or not found.share.k:
        return EMPTY
    both = given.flagged_where(desk, found, exposure_condition(desk))
    if not both.value:
        return EMPTY
    if both.value == exposed_count(desk).value:
        return line(
            "来源自己的等级也把"
            + by_count(both.value, "它", "这 {n} 家")
            + "标为 {levels}（来源给出、未经验证）{@n}。",
            " The source's own level marks "
            + by_count(both.value, "it", "these {n}")
            + " too, as {levels} (given, not validated) {@n}.",
            n=both,
            levels=level_words(found),
        )
    return line(
        "来源自己的等级把其中 {n} 家标为 {levels}（来源给出、未经验证）{@n}。",
        " The source's own level marks {n} of them {levels} (given, not validated) {@n}.",
        n=both,
        levels=level_words(found),
    )


def flagged_above_low(desk: Desk) -> Candidate | None:
    """Return the accounts that the source flags and our tiers do not, where it matters.

    Where all of them are already those to look at first, that sentence says it.
    """
    found = given.flagged(desk)
    if found is None or not found.outside.value or _all_told(desk, found):
        return None
    part = given.outside_part(desk, found)
    share = (found.outside.value or 0.0) / (found.share.k or 1)
    matters = share >= MANY_FLAGGED if part is None else (part.value or 0.0) >= MUCH_MONEY
    if not matters:
        return None
    count = int(found.outside.value)
    text = line(
        "**来源标出、这里却不低的有 {n:acc}。**来源标为 {levels} 的 {share:n} 家里，{who}{more}不在低健康段"
        "{money}{@n,share}。{label}：两边各看一眼再定。",
        "**The source flags {n:acc} that "
        + by_count(count, "is", "are")
        + " not low here.** Of the {share:n} that it marks {levels}, {who}{more} "
        + by_count(count, "stands", "stand")
        + " above our low tier{money} {@n,share}. {label}: look at both sides before ruling either out.",
        n=found.outside,
        share=found.share,
        levels=level_words(found),
        who=_who(desk, found),
        more=and_more(count - len(found.named)),
        money=_money(desk, part),
        label=LABEL,
    )
    decision = line(
        "客户成功经理 10 个工作日内逐户看完来源标出而这里不低的 {n:acc}",
        "CSM goes through the {n:acc} that the source flags and that are not low here within 10 working days",
        n=found.outside,
        is_cited=False,
    )
    weight = 0.2 + (share / 2 if part is None else part.value or 0.0)
    return Candidate("given", weight, text, decision, is_doubt=True)


def _all_told(desk: Desk, found: given.Flagged) -> bool:
    """Say whether the flagged accounts above low are all among those to look at first."""
    if not desk.has_money or not desk.has(DAYS, f"{DAYS}__never"):
        return False
    both = given.flagged_where(desk, found, exposure_condition(desk))
    return both.value == found.outside.value


def _money(desk: Desk, part: Fact | None) -> Line | Join:
    if part is None or not part.value:
        return EMPTY
    return line(
        "，占{money}的 {part}{@part}",
        ", with {part} of the {money} {@part}",
        money=desk.money_short,
        part=part,
    )
