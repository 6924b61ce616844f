"""The low tier's two groups: silent accounts, and accounts that lose their points elsewhere."""

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact, quoted
from keepwell.reports.figures import activity
from keepwell.reports.numbers import Form
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import may_join, may_use_cut
from keepwell.reports.subject import limit_text
from keepwell.reports.text import EMPTY, Join, Line, by_count, line, same
from keepwell.vocabulary import Bilingual

MOST_LOSSES = 4


def low_groups(desk: Desk) -> list[Line]:
    """Return what the groups show; nothing when the low tier does not split."""
    if not {"low_groups", "low_losses"} <= set(desk.subject.tables):
        return []
    groups = {
        str(r[0]): (int(r[1]), float(r[2]), float(r[3] or 0.0), bool(r[4]))
        for r in desk.book.rows(
            "SELECT low_group, accounts, cut_days, below_days, is_after_looking FROM low_groups"
        )
    }
    if not {"silent", "other"} <= set(groups) or not activity.has_days(desk):
        return []
    silent = activity.low_silent(desk)
    lines = [_split(desk, silent, groups["silent"], groups["other"][0])]
    odd = _contradicting(desk, silent)
    if odd is not None:
        lines.append(odd)
    pattern = _use_patterns(desk)
    if pattern is not None:
        lines.append(pattern)
    return lines


def _split(desk: Desk, silent: Fact, cut: tuple[int, float, float, bool], others: int) -> Line:
    part: Line | Join = EMPTY
    if desk.has_money:
        held = activity.low_silent_part(desk)
        if held.is_known:
            part = line("，占该段金额的 {x}{@x}", ", holding {x} of its money {@x}", x=held)
    return line(
        "低健康其实是两群人。**久未活动的 {k} 家**（≥ {days} 天或从未，{silent:full}{@silent}{part}）；"
        "**另外 {others} 家**失分在{losses}。{cut}",
        "The low tier is two groups. **{k} silent** (last activity {days}+ days ago or never: {silent:full} "
        "{@silent}{part}). **The other {others}** "
        + by_count(others, "loses", "lose")
        + " points on {losses}.{cut}",
        k=same(f"{silent.k or 0:,}"),
        days=same(limit_text(cut[1])),
        silent=silent,
        part=part,
        others=same(f"{others:,}"),
        losses=_losses(desk),
        cut=_cut_note(desk, cut, others),
    )


def _cut_note(desk: Desk, cut: tuple[int, float, float, bool], others: int) -> Line | Join:
    _, days, _, after_looking = cut
    if not after_looking:
        return EMPTY
    note = line(
        "{days} 天这条线是看过数据后取的（{below} 与 {days} 天之间没有低健康客户{@below}），只用于分流。",
        " The {days}-day cut was chosen after looking (no low account lies between {below} and {days} days "
        "{@below}) and only routes work.",
        claims=(Pattern.CUT_AFTER_LOOKING,),
        days=same(limit_text(days)),
        below=desk.book.scalar(
            "low_silent:below",
            Bilingual(
                "其余低健康客户距上次活动的最大天数",
                "largest recency among the other low accounts, days",
            ),
            Form.DAYS,
            "SELECT below_days FROM low_groups WHERE below_days IS NOT NULL LIMIT 1",
            others,
        ),
    )
    return note if may_use_cut(chosen_after_looking=True, says_so=True) else EMPTY


def _losses(desk: Desk) -> Join:
    """Return the measures on which the other low accounts lose most, mean points of full marks."""
    rows = desk.book.rows(
        "SELECT name, accounts, mean_weight, mean_lost FROM low_losses "
        "WHERE low_group = 'other' AND level = 'measure' AND mean_weight > 0 "
        "ORDER BY mean_lost DESC, name"
    )
    items = []
    for name, accounts, weight, lost in rows[:MOST_LOSSES]:
        if lost < 0.5:
            continue
        word = desk.subject.label(str(name))
        fact = desk.book.keep(
            Fact(
                f"lost:{name}",
                Bilingual(
                    f"另一群平均失分：{word.zh}（满分 {limit_text(round(weight, 1))}）",
                    f"the other group, mean points lost: {word.en} (of {limit_text(round(weight, 1))})",
                ),
                float(lost),
                Form.NUMBER,
                "SELECT mean_lost FROM low_losses WHERE low_group = 'other' AND level = 'measure' "
                f"AND name = {quoted(str(name))}",
                int(accounts),
                is_by_construction=True,
            )
        )
        items.append(
            line(
                "{name}（平均 {x}/{w}）{@x}",
                "{name} (mean {x} of {w}) {@x}",
                name=word,
                x=fact,
                w=same(limit_text(round(weight, 1))),
            )
        )
    if not items:
        return Join((Bilingual("各项都不多", "no measure by much"),))
    return Join(tuple(items))


def _contradicting(desk: Desk, silent: Fact) -> Line | None:
    if activity.contradictions(desk) is None or not silent.k:
        return None
    fact = desk.book.share(
        "low_silent:contra",
        Bilingual("久未活动的低健康客户中字段矛盾", "contradiction among the silent low accounts"),
        activity.contradicts(),
        f"{desk.is_low} AND {activity.is_silent(desk)} AND {activity.COUNT} IS NOT NULL",
    )
    if may_join(contradicting_accounts=fact.k or 0):
        return None
    return line(
        "久未活动的低健康客户里 {fact:full}字段矛盾{@fact}。所以不能由“天数长、次数却不少”推出“使用零散”：那是两个字段打架，不是客户行为。",
        'In {fact:full} of the silent low accounts the fields contradict each other {@fact}. So "long gap, yet many '
        'activities" does not show sporadic use; it shows two fields at odds.',
        fact=fact,
    )


PATTERNS = {
    "idle": Bilingual("90 天无活动", "idle for 90 days"),
    "sporadic": Bilingual("零散", "sporadic"),
    "mixed": Bilingual("介于两者", "in between"),
    "lasting": Bilingual("持续", "lasting"),
}


def _use_patterns(desk: Desk) -> Line | None:
    """Return how low accounts' activity is spread over 90 days, where weeks are known."""
    if (
        not desk.has("active_weeks_90d", "longest_gap_days")
        or "use_patterns" not in desk.subject.tables
    ):
        return None
    sql = f"SELECT pattern, accounts FROM use_patterns WHERE tier = {quoted(desk.subject.low)}"
    counts = {str(p): int(n) for p, n in desk.book.rows(sql) if p in PATTERNS}
    total = sum(counts.values())
    if not total:
        return None
    items = []
    for name, word in PATTERNS.items():
        if counts.get(name):
            fact = desk.book.keep(
                Fact(
                    f"use:{name}",
                    Bilingual(f"低健康中活动{word.zh}", f"low accounts, activity {word.en}"),
                    float(counts[name]),
                    Form.COUNT,
                    f"SELECT accounts FROM use_patterns WHERE tier = {quoted(desk.subject.low)} "
                    f"AND pattern = '{name}'",
                    total,
                )
            )
            items.append(line("{w} {x}{@x}", "{w} {x} {@x}", w=word, x=fact))
    return line(
        "按 90 天里活跃的周数与最长间隔看，低健康客户的活动：{items}（共 {n} 家；零散：13 周里至多 4 周活跃或间隔 45 天以上；持续：至少 8 周且无 30 天间隔）。",
        "By active weeks and longest gap in 90 days, the activity of low accounts is: {items} (of {n}; sporadic: at "
        "most 4 active weeks of 13 or a gap of 45 days; lasting: at least 8 weeks and no gap of 30 days).",
        items=Join(tuple(items)),
        n=same(f"{total:,}"),
    )
