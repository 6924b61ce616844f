"""Facts on silence, contradicting activity fields, squeezed scales and stale data."""

from keepwell.outlook import CONTRADICTIONS, Contradiction
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact, named
from keepwell.reports.numbers import Form
from keepwell.vocabulary import Bilingual

DAYS = "days_since_last_activity"
COUNT = "total_activities_30d"
WINDOW_DAYS = 30
PAIR = "activity_30d"


def is_silent(desk: Desk) -> str:
    """Return the SQL condition of silence: from the cut on, or never active."""
    return f"({DAYS} >= {desk.silence.days:g} OR {DAYS}__never)"


def has_days(desk: Desk) -> bool:
    """Say whether recency is known for at least one account."""
    if not desk.has(DAYS):
        return False
    return bool(desk.book.rows(f"SELECT count({DAYS}) > 0 FROM portfolio")[0][0])


def _pair_rules() -> tuple[Contradiction, ...]:
    return tuple(r for r in CONTRADICTIONS if r.pair == PAIR)


def contradicts() -> str:
    """Return the SQL condition under which recency and the 30-day count exclude each other."""
    return " OR ".join(f"({r.condition})" for r in _pair_rules())


def contradictions(desk: Desk) -> Fact | None:
    """Return the share of accounts whose two activity fields exclude each other."""
    if not desk.has(DAYS, COUNT, f"{DAYS}__never"):
        return None
    label = Bilingual("两个活跃字段互相矛盾", "activity fields contradict")
    return desk.book.share("contra", label, contradicts(), f"{COUNT} IS NOT NULL")


def low_contradictions(desk: Desk) -> Fact:
    """Return the same share within the low tier."""
    label = Bilingual("低健康中字段矛盾", "contradiction among low accounts")
    return desk.book.share(
        "contra:low", label, contradicts(), f"{desk.is_low} AND {COUNT} IS NOT NULL"
    )


def contradiction_kinds(desk: Desk) -> tuple[Fact, Fact]:
    """Return how many are silent with a count, and how many are recent without one."""
    days = WINDOW_DAYS
    gap = desk.book.count(
        "contra:gap",
        Bilingual(
            f"其中：≥ {days} 天无活动，{days} 天活动数却 > 0",
            f"of these: last activity >= {days} days ago, yet activities in {days} days > 0",
        ),
        f"({DAYS} >= {days} OR {DAYS}__never) AND {COUNT} > 0",
        desk.n,
    )
    recent = desk.book.count(
        "contra:recent",
        Bilingual(
            f"其中：{days} 天内有活动，{days} 天活动数却 = 0",
            f"of these: last activity < {days} days ago, yet 0 activities in {days} days",
        ),
        f"{DAYS} < {days} AND {COUNT} = 0",
        desk.n,
    )
    return gap, recent


def strictly_silent(desk: Desk) -> Fact:
    """Return how many of the silent with a count are so for more than the window's days."""
    label = Bilingual(
        f"其中天数严格大于 {WINDOW_DAYS} 的（或从未活动）",
        f"of these strictly above {WINDOW_DAYS} days (or never active)",
    )
    where = f"({DAYS} > {WINDOW_DAYS} OR {DAYS}__never) AND {COUNT} > 0"
    return desk.book.count("contra:strict", label, where, desk.n)


def activity_points(desk: Desk) -> float:
    """Return the points, 0-100, that the two fields carry in the first scorecard."""
    card = desk.subject.cards[0]
    weights = card.micro_weights(frozenset(m.measure for m in card.measures))
    return sum(weights.get(name, 0) for name in (DAYS, COUNT)) / 1_000_000


def scenario_low(desk: Desk, scenario: str, label: Bilingual) -> Fact | None:
    """Return how many accounts would be low under a stored scenario."""
    column = f"score_{scenario}_micro"
    if not desk.has(column):
        return None
    line = desk.subject.low_line_micro
    return desk.book.count(f"scenario:{scenario}", label, f"{column} < {line}", desk.n)


def stale_days(desk: Desk) -> Fact:
    """Return the days since the most recent activity of any account."""
    label = Bilingual(
        "全体客户中最近一次活动距今天数", "days since the latest activity of any account"
    )
    n = int(desk.book.rows(f"SELECT count({DAYS}) FROM portfolio")[0][0])
    return desk.book.scalar("stale", label, Form.DAYS, f"SELECT min({DAYS}) FROM portfolio", n)


def low_silent(desk: Desk) -> Fact:
    """Return the share of the low tier that has been silent for 45 days or more."""
    label = Bilingual(
        f"低健康中，距上次活动 ≥ {desk.silence.days:g} 天",
        f"low accounts with last activity {desk.silence.days:g}+ days ago",
    )
    return desk.book.share(
        "low_silent",
        label,
        is_silent(desk),
        f"{desk.is_low} AND ({DAYS} IS NOT NULL OR {DAYS}__never)",
    )


def low_silent_part(desk: Desk) -> Fact:
    """Return the share of the low tier's money that the silent accounts hold."""
    label = Bilingual("其占低健康贡献", "their share of the low tier's contribution")
    return desk.book.part(
        "low_silent:part", label, "contribution_amount", is_silent(desk), desk.is_low
    )


def squeezed(desk: Desk) -> list[tuple[str, Fact, Fact, Fact]]:
    """Return measures on which over half of the accounts earn under 5 % of the marks.

    Shape: (measure, share below, maximum, median), by design weight, largest first.
    """
    found = []
    card = desk.subject.cards[0]
    weights = card.micro_weights(frozenset(m.measure for m in card.measures))
    for item in sorted(card.measures, key=lambda m: (-weights[m.measure], m.measure)):
        if item.scale.kind not in ("minmax", "log_minmax", "sqrt_minmax"):
            continue
        if item.scale.direction == "lower_is_better":
            continue
        scaled = f"{item.measure}__scaled"
        if not desk.has(scaled, item.measure):
            continue
        found.extend(_squeeze(desk, item.measure, scaled))
    return found


def _squeeze(desk: Desk, measure: str, scaled: str) -> list[tuple[str, Fact, Fact, Fact]]:
    word = desk.subject.label(measure)
    share = desk.book.share(
        f"squeeze:{measure}",
        Bilingual(f"“{word.zh}”得分不足满分的 5 %", f"under 5 % of the marks on {word.en}"),
        f"{named(scaled)} < 0.05",
        f"{named(scaled)} IS NOT NULL",
    )
    if share.value is None or share.value < 0.5 or share.is_small:
        return []
    form = Form.AMOUNT if measure.endswith(("_amount", "_revenue")) else Form.COUNT
    facts = [
        desk.book.scalar(
            f"{which}:{measure}",
            Bilingual(f"{word.zh}：{zh}", f"{word.en}: {en}"),
            form,
            f"SELECT {which}({named(measure)}) FROM portfolio",
            share.n,
        )
        for which, zh, en in (("max", "最大值", "maximum"), ("median", "中位数", "median"))
    ]
    return [(measure, share, facts[0], facts[1])]
