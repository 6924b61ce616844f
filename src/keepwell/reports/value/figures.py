"""Facts of the value chapters, each asked once and kept by key."""

from dataclasses import replace

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact, quoted
from keepwell.reports.numbers import Form
from keepwell.reports.value.terms import GROUPS, KINDS, MEASURES
from keepwell.vocabulary import Bilingual

AMOUNT = "value_amount"
STRUGGLES = "is_struggling"


def has_value(desk: Desk) -> bool:
    """Say whether the snapshot holds the value model."""
    needed = {"value", "value_sources", "value_cells", "value_ratios", "value_verdict"}
    return desk.subject.value is not None and needed <= set(desk.subject.tables)


def in_group(group: str) -> str:
    """Return the SQL condition of a group."""
    return f"value_group = {quoted(group)}"


def group_share(desk: Desk, group: str) -> Fact:
    """Return the share of the accounts that belong to a group."""
    name = GROUPS[group]
    label = Bilingual(f"{name.zh}组占全部客户", f"{name.en} group, share of all accounts")
    fact = desk.book.share(f"value:group:{group}", label, in_group(group))
    # A rule on the order of value makes this share; chance has no part in it.
    return replace(fact, interval=None, is_by_construction=True)


def group_part(desk: Desk, group: str) -> Fact:
    """Return the share of the whole value that a group holds; by construction of the groups."""
    name = GROUPS[group]
    label = Bilingual(f"{name.zh}组占价值金额", f"{name.en} group, share of the value amount")
    return desk.book.part(
        f"value:part:{group}", label, AMOUNT, in_group(group), is_by_construction=True
    )


def total(desk: Desk) -> Fact:
    """Return the value of all accounts."""
    return desk.book.total("value:total", Bilingual("价值金额合计", "value amount, total"), AMOUNT)


def largest_part(desk: Desk, count: int) -> Fact:
    """Return the share of the whole value that the largest accounts hold."""
    label = Bilingual(f"前 {count} 家占价值金额", f"top {count}, share of the value amount")
    return desk.book.part(f"value:top{count}", label, AMOUNT, f"value_rank <= {count}")


def struggling(desk: Desk) -> Fact:
    """Return the share of struggling accounts."""
    label = Bilingual(
        "挣扎客户（近期活跃却不健康或有麻烦）", "struggling (active, yet unhealthy or in trouble)"
    )
    return desk.book.share("value:struggling", label, STRUGGLES)


def struggling_in(desk: Desk, group: str) -> Fact:
    """Return the share of struggling accounts in a group."""
    name = GROUPS[group]
    label = Bilingual(f"{name.zh}组中的挣扎客户", f"struggling, of the {name.en} group")
    return desk.book.share(f"value:struggling:{group}", label, STRUGGLES, in_group(group))


def at_stake(desk: Desk) -> Fact:
    """Return the value of the struggling accounts."""
    label = Bilingual("挣扎客户的价值金额", "value amount of struggling accounts")
    return desk.book.total("value:at_stake", label, AMOUNT, STRUGGLES)


def candidates(desk: Desk, kind: str) -> Fact:
    """Return how many accounts one sales list holds."""
    name = KINDS[kind]
    label = Bilingual(f"{name.zh}名单", f"{name.en} list")
    sql = f"SELECT count(*) FROM candidates WHERE kind = {quoted(kind)}"
    return desk.book.scalar(f"value:list:{kind}", label, Form.COUNT, sql, desk.n)


def ratio(desk: Desk, measure: str = "engagement") -> Fact:
    """Return the ratio of the means, high value over mass value, with its interval."""
    name = MEASURES[measure]
    where = f"measure = {quoted(measure)} AND scope = 'all'"
    key = f"value:ratio:{measure}"
    rows = desk.book.rows(
        f"SELECT ratio, low, high, n_high, n_mass, is_by_construction FROM value_ratios WHERE {where}"
    )
    value, low, high, n_high, n_mass, constructed = rows[0]
    return desk.book.keep(
        Fact(
            key,
            Bilingual(
                f"{name.zh}：高价值均值 / 大众价值均值",
                f"{name.en}: mean of high value / mass value",
            ),
            None if value is None else float(value),
            Form.RATIO,
            f"SELECT ratio FROM value_ratios WHERE {where}",
            int(n_high) + int(n_mass),
            None,
            None if low is None else (float(low), float(high)),
            bool(constructed),
        )
    )


def mean_of(desk: Desk, group: str, measure: str = "engagement") -> Fact:
    """Return a group's mean of a measure, with its n."""
    side = "high" if group == "high_value" else "mass"
    where = f"measure = {quoted(measure)} AND scope = 'all'"
    rows = desk.book.rows(f"SELECT mean_{side}, n_{side} FROM value_ratios WHERE {where}")
    name, words = GROUPS[group], MEASURES[measure]
    value, n = rows[0]
    return desk.book.keep(
        Fact(
            f"value:mean:{measure}:{group}",
            Bilingual(f"{words.zh}：{name.zh}组均值", f"{words.en}: mean of {name.en}"),
            None if value is None else float(value),
            Form.RATIO,
            f"SELECT mean_{side} FROM value_ratios WHERE {where}",
            int(n),
        )
    )


def within_size(desk: Desk) -> Fact:
    """Return Cliff's delta of engagement between the groups inside each company size."""
    row = desk.book.rows(
        "SELECT within_size_delta, within_size_low, within_size_high, n_high, n_mass "
        "FROM value_verdict"
    )[0]
    value, low, high, n_high, n_mass = row
    return desk.book.keep(
        Fact(
            "value:within_size",
            Bilingual(
                "同规模内的参与度之差（Cliff's delta）",
                "difference in engagement within size (Cliff's delta)",
            ),
            None if value is None else float(value),
            Form.SIGNED,
            "SELECT within_size_delta FROM value_verdict",
            int(n_high) + int(n_mass),
            None,
            None if low is None else (float(low), float(high)),
        )
    )


def known(desk: Desk, item: str) -> Fact:
    """Return for how many accounts a part of the model is known."""
    where = f"item = {quoted(item)}"
    return desk.book.scalar(
        f"value:known:{item}",
        Bilingual(f"有值的客户：{item}", f"accounts with a value: {item}"),
        Form.COUNT,
        f"SELECT known FROM value_sources WHERE {where}",
        desk.n,
    )


def compared_count(desk: Desk, group: str) -> Fact:
    """Return how many accounts stand in both groups (`overlap`) or in neither (`rest`)."""
    name = GROUPS[group]
    label = Bilingual(f"{name.zh}的客户", f"accounts {name.en}")
    sql = f"SELECT accounts_{group} FROM value_verdict"
    return desk.book.scalar(f"value:count:{group}", label, Form.COUNT, sql, desk.n)


def strategy_count(desk: Desk, title: Bilingual, key: str, condition: str) -> Fact:
    """Return how many accounts a strategy is for."""
    label = Bilingual(f"{title.zh}的对象", f"accounts of {title.en}")
    return desk.book.count(f"value:strategy:{key}", label, condition, desk.n)
