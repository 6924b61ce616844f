"""Problems to state first: contradicting fields with both results, squeezed scales, duplicates."""

from collections.abc import Mapping

from keepwell.outlook import CONTRADICTIONS, checkable
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures import activity, choices, population
from keepwell.reports.sections.listing import listed
from keepwell.reports.sections.method_choice import depends_problem
from keepwell.reports.text import EMPTY, Join, Line, by_count, line, same
from keepwell.vocabulary import Bilingual

FEW_MOVE, MUCH_MONEY = 0.1, 0.25


def problems(desk: Desk) -> list[Line]:
    """Return the problems of this portfolio, gravest first."""
    return [
        *_contradicting_activity(desk),
        *_other_contradictions(desk),
        *_squeezed_scales(desk),
        *depends_problem(desk),
        *_brittle_choices(desk),
    ]


def _contradicting_activity(desk: Desk) -> list[Line]:
    share = activity.contradictions(desk)
    if share is None or not share.k:
        return []
    gap, recent = activity.contradiction_kinds(desk)
    return [
        line(
            "**字段矛盾**：{gap:acc} 30 天以上没有活动却记有 30 天内活动，{recent:acc} 30 天内有活动却记 0 次{@gap,recent}"
            "（30 天窗口含当日{strict}；前提是两字段统计同一类活动）。{both}",
            "**Contradicting fields**: {gap:acc} with no activity for 30 days or more, yet activities in 30 days; "
            "{recent:acc} with recent activity, yet a count of 0 {@gap,recent} (window includes the snapshot day"
            "{strict}; assuming both fields count the same activities). {both}",
            gap=gap,
            recent=recent,
            strict=_strict(desk, gap),
            both=_both_results(desk),
        )
    ]


def _strict(desk: Desk, gap: Fact) -> Line | Join:
    """Return how many of the silent are so by more than the edge of the window."""
    strict = activity.strictly_silent(desk)
    if not gap.value or strict.value is None:
        return EMPTY
    if strict.value == gap.value:
        return line(
            "，全都严格超过 30 天{@strict}",
            "; all of these are strictly above 30 days {@strict}",
            strict=strict,
        )
    return line(
        "，{gap} 家里 {strict} 家严格超过 30 天{@gap,strict}",
        "; {strict} of the {gap} are strictly above 30 days {@gap,strict}",
        gap=gap,
        strict=strict,
    )


def _both_results(desk: Desk) -> Line | Join:
    """Return what the low tier would be if either field were right."""
    found = choices.either_field(desk)
    if found is None:
        return EMPTY
    left, right, both = found
    return line(
        "若天数对，低健康 {left} 家；若次数对，{right} 家；两种情形都低 {both} 家{@left,right,both}。{days}{counts}",
        "If recency is right, {left:acc} are low; if the count is right, {right}; in both cases {both} "
        "{@left,right,both}. {days}{counts}",
        left=left,
        right=right,
        both=both,
        days=_leaves(desk, choices.LEFT, LEFT_IS_RIGHT, left),
        counts=_leaves(desk, choices.RIGHT, RIGHT_IS_RIGHT, right),
    )


LEFT_IS_RIGHT = (
    Bilingual("若天数对", "If recency is right"),
    Bilingual("若以天数为准，离开低健康的客户", "leave low if recency is right"),
)
RIGHT_IS_RIGHT = (
    Bilingual("若次数对", "If the count is right"),
    Bilingual("若以次数为准，离开低健康的客户", "leave low if the count is right"),
)


def _leaves(
    desk: Desk, scenario: str, says: tuple[Bilingual, Bilingual], then_low: Fact
) -> Line | Join:
    """Return who leaves the low tier with how much money if that field is right."""
    found = choices.leaving(desk, scenario, says[1])
    if found is None:
        return EMPTY
    names = tuple(desk.short(a.account_id, a.name) for a in found.named)
    is_all = found.count.value == len(names)
    leave = by_count(found.count.value, "leaves", "leave")
    return line(
        "{if_so}，{n} 家离开低健康段，带走{money} {amount}，占该段的 {part}：{names}{others}{largest}{@n,amount,part}。{moves}",
        "{if_so}, {n:acc} "
        + leave
        + " the low tier with {amount} of the {money}, {part} of that tier's: {names}{others}{largest} "
        "{@n,amount,part}. {moves}",
        if_so=says[0],
        n=found.count,
        money=desk.money_short,
        amount=found.amount,
        part=found.part,
        names=listed(names) if is_all else Join(names),
        others=EMPTY if is_all else Bilingual(" 等", " and others"),
        largest=_largest(found, is_all=is_all),
        moves=_moves(desk, found, then_low),
    )


def _largest(found: choices.Leaving, *, is_all: bool) -> Line | Bilingual | Join:
    if not found.are_largest or not is_all:
        return EMPTY
    if found.count.value == 1:
        return Bilingual("，正是该段金额最大的一家", ", its largest")
    return line("，正是该段金额最大的 {n} 家", ", its {n} largest", n=found.count, is_cited=False)


def _moves(desk: Desk, found: choices.Leaving, then_low: Fact) -> Bilingual | Join:
    """Return that the money moves more than the number of accounts, where it does."""
    now = population.low_share(desk).k or 0
    is_few = abs((then_low.value or 0.0) - now) <= FEW_MOVE * now
    if not is_few or (found.part.value or 0.0) < MUCH_MONEY:
        return EMPTY
    return Bilingual("户数变化不大，金额变化大。", "The number hardly moves, the money does. ")


PAIRS: Mapping[str, Bilingual] = {
    "activity_90d": Bilingual(
        "距上次活动与 90 天活动数对不上", "recency and activities in 90 days exclude each other"
    ),
    "month_above_quarter": Bilingual(
        "30 天活动数大于 90 天活动数", "more activities in 30 days than in 90"
    ),
    "weeks_above_activities": Bilingual("活跃周数大于活动数", "more active weeks than activities"),
    "emails_above_contacts": Bilingual(
        "有邮箱的联系人多于联系人", "more contacts with e-mail than contacts"
    ),
    "silence_above_age": Bilingual(
        "沉默天数大于客户年龄", "silent for longer than the account exists"
    ),
    "recent_won_above_total": Bilingual(
        "近 12 月成交大于累计成交", "won in 12 months above won to date"
    ),
    "won_without_wins": Bilingual(
        "有成交金额，赢单率却为 0", "an amount was won, yet the win rate is 0"
    ),
}


def _other_contradictions(desk: Desk) -> list[Line]:
    rules = checkable(desk.subject.columns)
    found: list[Line] = []
    for pair in dict.fromkeys(r.pair for r in CONTRADICTIONS if r.pair != activity.PAIR):
        conditions = [r.condition for r in rules if r.pair == pair]
        if not conditions or pair not in PAIRS:
            continue
        fact = desk.book.count(
            f"pair:{pair}", PAIRS[pair], " OR ".join(f"({c})" for c in conditions), desk.n
        )
        if fact.value:
            found.append(
                line(
                    "**{what}**：{count:acc}{@count}。两个字段至少有一个错，先查来源。",
                    "**{what}**: {count:acc} {@count}. At least one of the two fields is wrong; check the source first.",
                    what=PAIRS[pair],
                    count=fact,
                )
            )
    return found


def _squeezed_scales(desk: Desk) -> list[Line]:
    squeezed = activity.squeezed(desk)
    if not squeezed:
        return []
    measure, share, largest, median = squeezed[0]
    others = tuple(desk.subject.label(m) for m, *_ in squeezed[1:4])
    also = (
        line("{names}也是如此。", "The same holds for {names}. ", names=Join(others))
        if others
        else EMPTY
    )
    return [
        line(
            "**刻度被少数大值压扁**：{name}最大 {largest}、中位 {median}{@largest,median}，"
            "于是 {share:n} 家在这项拿不到满分的 5 %{@share}。{also}{trial}分段随刻度而变，排序比分段可靠。",
            "**A scale squeezed by large values**: {name} has maximum {largest} and median {median} {@largest,median}, "
            "so {share:n} accounts earn less than 5 % of the marks on it {@share}. {also}{trial}"
            "Tiers depend on the scale; the order is safer than the tier.",
            name=desk.subject.label(measure),
            largest=largest,
            median=median,
            share=share,
            also=also,
            trial=_trial(desk),
        )
    ]


def _trial(desk: Desk) -> Line | Join:
    """Return how the low tier would change on the other scales, as a trial."""
    low = population.low_share(desk)
    other = choices.other_scales(desk)
    if low.k is None or not other:
        return EMPTY
    return line(
        "换成{word}试算，低健康从 {low:k} 家变为 {trial} 家，其中 {stay} 家原本就低{@low,trial,stay}。",
        "On {word} (a trial) {low:k} low accounts become {trial}, of which {stay} were low before {@low,trial,stay}. ",
        word=other[0].word,
        low=low,
        trial=other[0].low,
        stay=other[0].stay,
    )


def _brittle_choices(desk: Desk) -> list[Line]:
    """Return how many low accounts one logged activity lifts over the line."""
    fact = population.touched(desk)
    if fact is None or not fact.k:
        return []
    return [
        line(
            "**一次记录就能过线**：低健康客户里 {fact:full}只要今天记下一次活动就回到 {line} 分以上{@fact}（试算）。"
            "不能以“分数过线”作为救援成效。",
            "**One log entry crosses the line**: {fact:full} of the low accounts are back over {line} after one "
            "activity logged today {@fact} (a trial). Crossing the line is no proof of rescue.",
            fact=fact,
            line=same(f"{desk.subject.low_line:g}"),
        )
    ]
