"""Summary candidates that doubt the input: contradictions, stale data, unknown tiers, losses."""

from keepwell.reports.desk import Desk
from keepwell.reports.figures import activity, population
from keepwell.reports.sections.behaviour import behaviourless
from keepwell.reports.sections.candidate import Candidate
from keepwell.reports.subject import limit_text
from keepwell.reports.text import EMPTY, Join, by_count, line, same

STALE_DAYS = 30
FEW = 0.05


def contradiction(desk: Desk) -> Candidate | None:
    """Return the share of accounts whose activity fields exclude each other."""
    share = activity.contradictions(desk)
    if share is None or not share.k or share.value is None or share.value < 0.02:
        return None
    low = activity.low_contradictions(desk)
    points = limit_text(round(activity.activity_points(desk), 1))
    among_low = (
        line("；低健康段是 {low:full}{@low}", "; in the low tier {low:full} {@low}", low=low)
        if low.n
        else EMPTY
    )
    limit = int(share.n * FEW)
    text = line(
        "**活跃数据自相矛盾。**{share:full}的“距上次活动”与“30 天活动数”对不上{@share}{low}。"
        "这两项占评分的 {points} 分。修好之前，不宜开启自动预警。",
        '**The activity data contradict themselves.** In {share:full} "days since last activity" and '
        '"activities in 30 days" exclude each other {@share}{low}. These two carry {points} of the 100 '
        "points. No automatic alerts until this is repaired.",
        share=share,
        low=among_low,
        points=same(points),
    )
    decision = line(
        "修复活跃字段，矛盾户数从 {k} 降到 {limit} 以内后再开自动预警",
        "repair the activity fields; open automatic alerts once contradictions fall from {k} to {limit} or fewer",
        k=same(str(share.k)),
        limit=same(str(limit)),
    )
    return Candidate("contradiction", 0.5 + share.value, text, decision, is_doubt=True)


def stale(desk: Desk) -> Candidate | None:
    """Return that the whole activity feed stopped: nobody has an activity in the last 30 days."""
    if not activity.has_days(desk) or desk.n < 2:
        return None
    days = activity.stale_days(desk)
    if days.value is None or days.value < STALE_DAYS:
        return None
    text = line(
        "**活动数据很可能已停更。**全体客户中最近一次活动也在 {days} 天前{@days}。这更像数据没有进来，"
        "而不是所有客户同时沉默。",
        "**The activity feed has most likely stopped.** The latest activity of any account is {days} days old "
        "{@days}. That looks like data that did not arrive, not like every account going silent at once.",
        days=days,
    )
    decision = line(
        "数据负责人 2 个工作日内查明活动数据为何停更；恢复前不按分数派人",
        "data owner finds out within 2 working days why the activity feed stopped; "
        "no people are sent by score until then",
    )
    return Candidate("stale", 1.2, text, decision, is_doubt=True)


def unknown_tier(desk: Desk) -> Candidate | None:
    """Return the share of accounts that have no tier because too little is known."""
    share = population.unknown_share(desk)
    if not share.k or share.value is None or share.value < FEW:
        return None
    floor = round(desk.subject.cards[0].min_coverage * 100)
    text = line(
        "**{k} 家没有健康分段。**{share:full}的已知指标不到评分权重的 {floor} %{@share}。他们不是健康，也不是不健康："
        "以下占比都不含他们。",
        "**"
        + by_count(share.k, "{k} account has", "{k} accounts have")
        + " no tier.** For {share:full} known "
        "measures cover less than {floor} % of the score's weight {@share}. They are neither healthy nor "
        "unhealthy, and the shares of a group below leave them out.",
        k=same(f"{share.k:,}"),
        share=share,
        floor=same(str(floor)),
    )
    decision = line(
        "为 {k} 家未知客户补齐指标来源，未知占比降到 {few} % 以内",
        "find the missing sources of the {k} unknown; target: at most {few} % unknown",
        k=same(f"{share.k:,}"),
        few=same(str(round(FEW * 100))),
    )
    return Candidate("unknown", 0.5 + share.value, text, decision, is_doubt=True)


def thin_coverage(desk: Desk) -> Candidate | None:
    """Return that scores rest on part of their weight only."""
    if not desk.has("coverage"):
        return None
    coverage = population.mean_coverage(desk)
    if coverage.value is None or coverage.value >= 0.8:
        return None
    if population.unknown_share(desk).value == 1:
        return None
    text = line(
        "**分数只建立在部分数据上。**平均覆盖率 {coverage}{@coverage}：其余权重没有数据，由已知指标分摊。",
        "**The scores rest on part of the data.** Mean coverage is {coverage} {@coverage}: the rest of the "
        "weight has no data and is shared among the known measures.",
        coverage=coverage,
    )
    return Candidate("coverage", 1.2 - coverage.value, text, is_doubt=True)


def losses(desk: Desk) -> Candidate | None:
    """Return the rows that were quarantined, if they are two per cent or more of what came in."""
    counts = desk.subject.table_counts
    rows_in = sum(c.rows_in for c in counts)
    lost = sum(c.quarantined for c in counts)
    if not rows_in or lost / rows_in < 0.02:
        return None
    share = lost / rows_in
    text = line(
        "**有数据没有进来。**{lost} / {all} 行被隔离（{share}），未计入任何结果；原因见第二节。",
        "**Some data did not get in.** {lost} of {all} rows were quarantined ({share}) and count in no "
        "result; section 2 says why.",
        lost=same(f"{lost:,}"),
        all=same(f"{rows_in:,}"),
        share=same(f"{share * 100:.1f} %"),
    )
    decision = line(
        "数据负责人 10 个工作日内查清这 {lost} 行的去处，补回后隔离占比降到 2 % 以内",
        "data owner finds out within 10 working days what became of these {lost} rows; target: at most 2 % quarantined",
        lost=same(f"{lost:,}"),
    )
    return Candidate("losses", 0.3 + share, text, decision, is_doubt=True)


def one_tier(desk: Desk) -> Candidate | None:
    """Return that the score does not tell accounts apart: all scored ones are in one tier."""
    if desk.n < 2:
        return None
    for tier in desk.subject.tiers:
        share = population.tier_share(desk, tier)
        scored = desk.n - int(population.unknown_share(desk).k or 0)
        if scored >= 2 and share.k == scored:
            return _all_in(desk, tier)
    return None


def _all_in(desk: Desk, tier: str) -> Candidate:
    share = population.tier_share(desk, tier)
    text = line(
        "**分段没有区分度。**有分段的客户全部在同一段：{share:n}{@share}。按分段派人等于不分先后；"
        "请先看分数排序与评分卡刻度。",
        "**The tiers do not tell accounts apart.** All accounts that have a tier are in the same one: "
        "{share:n} {@share}. Working by tier would set no order; look at the ranking and the scales first.",
        share=share,
    )
    return Candidate("one_tier", 0.9, text, is_doubt=True)


def nobody_scored(desk: Desk) -> Candidate | None:
    """Return that no account has a tier at all."""
    share = population.unknown_share(desk)
    if not desk.n or share.value != 1:
        return None
    text = line(
        "**没有一家客户得到健康分段**：{share:n}{@share}。本报告只能说明数据缺什么，不能说明客户怎么样。",
        "**No account has a health tier**: {share:n} {@share}. This report can say what the data lack, "
        "not how the accounts are doing.",
        share=share,
    )
    decision = line(
        "先按第二节补齐指标来源，再谈客户",
        "supply the missing sources named in section 2 before any talk about accounts",
    )
    return Candidate("unknown", 2.0, text, decision, is_doubt=True)


def proxies(desk: Desk) -> Candidate | None:
    """Return how many of the 100 points rest on proxies, if it is a fifth or more."""
    card = desk.subject.cards[0]
    weights = card.micro_weights()
    used = [
        m.measure
        for m in card.measures
        if (source := desk.subject.sources.get(m.measure)) and source.kind == "proxy"
    ]
    points = sum(weights[m] for m in used) / 1_000_000
    if points < 20:
        return None
    text = line(
        "**{points} 分建立在代理指标上。**{names}没有直接记录，由声明的代理指标顶替；低分可能是代理不合适，而不是客户不好。",
        "**{points} of the 100 points rest on proxies.** {names} "
        + by_count(len(used), "is", "are")
        + " not recorded "
        "and a declared proxy takes the place; a low score may mean that the proxy fits badly, not that the account is unwell.",
        points=same(limit_text(round(points, 1))),
        names=Join(tuple(desk.subject.label(m) for m in used)),
    )
    decision = line(
        "数据负责人 10 个工作日内确认代理是否合适，或接入直接记录",
        "data owner confirms the proxies or connects the direct record within 10 working days",
    )
    return Candidate("proxies", 0.3 + points / 200, text, decision, is_doubt=True)


def no_behaviour(desk: Desk) -> Candidate | None:
    """Return that the score holds no measure of what the customer does, only size and money."""
    names = behaviourless(desk)
    if names is None:
        return None
    text = line(
        "**分数里没有客户行为。**100 分全部来自{names}，没有活动、使用或联系人数据：低分表示小，不表示不健康。",
        "**The score holds no behaviour.** All 100 points come from {names}; no activity, use or contact data "
        "enter it. A low score means small, not unwell.",
        names=names,
    )
    decision = line(
        "数据负责人 10 个工作日内接入活动或使用记录；此前不按分数派人",
        "data owner connects activity or use records within 10 working days; no people are sent by score until then",
    )
    return Candidate("behaviour", 1.1, text, decision, is_doubt=True)


def old_data(desk: Desk) -> Candidate | None:
    """Return that the newest data are a month old or older, as the run found."""
    found = next((f for f in desk.subject.findings if f.code == "data_old"), None)
    if found is None or found.count < STALE_DAYS:
        return None
    text = line(
        "**数据是旧的。**最新数据到 {day}，运行时已过去 {days} 天；以下说的都是那一天。",
        "**The data are old.** The newest are of {day}, {days} days before the run; everything below describes that day.",
        day=same(desk.subject.as_of.isoformat()),
        days=same(f"{found.count:,}"),
    )
    return Candidate("old", 0.45, text, is_doubt=True)
