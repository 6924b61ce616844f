"""Problems to state first: contradicting fields with both results, squeezed scales, duplicates."""

from collections.abc import Mapping

from keepwell.outlook import CONTRADICTIONS, checkable
from keepwell.reports.desk import Desk
from keepwell.reports.figures import activity, choices, population
from keepwell.reports.figures.exposure import account_rows
from keepwell.reports.sections.method_choice import depends_problem
from keepwell.reports.text import EMPTY, Join, Line, line, same
from keepwell.vocabulary import Bilingual


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
            "（30 天窗口含当日；前提是两字段统计同一类活动）。{both}",
            "**Contradicting fields**: {gap:acc} with no activity for 30 days or more, yet activities in 30 days; "
            "{recent:acc} with recent activity, yet a count of 0 {@gap,recent} (window includes the snapshot day; "
            "assuming both fields count the same activities). {both}",
            gap=gap,
            recent=recent,
            both=_both_results(desk),
        )
    ]


def _both_results(desk: Desk) -> Line | Join:
    """Return what the low tier would be if either field were right."""
    found = choices.either_field(desk)
    if found is None:
        return EMPTY
    left, right, both = found
    return line(
        "若天数对，低健康 {left} 家；若次数对，{right} 家；两种情形都低 {both} 家{@left,right,both}。{money}",
        "If recency is right, {left:acc} are low; if the count is right, {right}; in both cases {both} "
        "{@left,right,both}. {money}",
        left=left,
        right=right,
        both=both,
        money=_money_that_leaves(desk),
    )


def _money_that_leaves(desk: Desk) -> Line | Join:
    where = f"{desk.is_low} AND score_activity_30d_right_micro >= {choices.low_line_micro(desk)}"
    if not desk.has_money:
        return EMPTY
    amount = desk.book.total(
        "scenario:leaves",
        Bilingual(
            f"若以活动数为准，离开低健康的客户之{desk.money_short.zh}",
            f"{desk.money_short.en} of accounts that leave low if the count is right",
        ),
        "contribution_amount",
        where,
    )
    names = account_rows(desk, where, "contribution_amount DESC", 3)
    if not amount.value or not names:
        return EMPTY
    return line(
        "次数对时离开低健康的客户有 {names}{more}，{money}合计 {amount}{@amount}。",
        "If the count is right, the accounts that leave the low tier include {names}{more}, {money} {amount} "
        "in all {@amount}.",
        names=Join(tuple(desk.short(a.account_id, a.name) for a in names)),
        more=EMPTY if amount.n <= 3 else Bilingual(" 等", " and others"),
        money=desk.money_short,
        amount=amount,
    )


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
