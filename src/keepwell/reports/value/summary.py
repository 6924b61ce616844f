"""The summary of the value report: verdict, where value sits, struggle, whom to sell to, gaps."""

from keepwell.reports.desk import Desk
from keepwell.reports.page import Block, Heading, Items, Paragraph
from keepwell.reports.text import Join, Line, by_count, line, same
from keepwell.reports.value import figures
from keepwell.reports.value.amount_words import amount_word
from keepwell.reports.value.quiet import quiet_line
from keepwell.reports.value.terms import ITEMS, KINDS
from keepwell.reports.value.verdict import answer_line
from keepwell.vocabulary import Bilingual

TOP = 3
CONCENTRATED = 0.3


def value_summary(desk: Desk, heading: Line, level: int) -> list[Block]:
    """Return the summary, then at most two decisions."""
    items = [answer_line(desk)]
    more = (_concentration(desk), _struggle(desk), quiet_line(desk), _selling(desk), _gaps(desk))
    items += [made for made in more if made is not None]
    blocks: list[Block] = [
        Heading(heading, level, "value_summary"),
        Items(tuple(items), is_numbered=True),
    ]
    decision = _decision(desk)
    if decision is not None:
        blocks.append(Paragraph(decision))
    return blocks


def _concentration(desk: Desk) -> Line | None:
    part, share = figures.group_part(desk, "high_value"), figures.group_share(desk, "high_value")
    if not part.is_known:
        return line(
            "**没有金额**，因此没有价值层级，也无从比较两组；见方法一节。",
            "**There are no amounts**, so there are no value tiers and no groups to compare; see the method.",
        )
    top = figures.largest_part(desk, TOP)
    warned: Bilingual | Join = Join(())
    if top.value is not None and top.value >= CONCENTRATED and desk.n > 2 * TOP:
        warned = Bilingual("，**高度集中**", ", **highly concentrated**")
    return line(
        "**价值在哪里**（价值 = {a}）：高价值组 {s:full}{@s}，持有价值金额的 {p}{@p}；前 {k} 家占 {t}{@t}{warn}。",
        "**Where the value is** (value = {a}): the high-value group is {s:full} {@s} and holds {p} of the value {@p}; "
        "the top {k} hold {t} {@t}{warn}.",
        a=amount_word(desk),
        s=share,
        p=part,
        k=same(str(TOP)),
        t=top,
        warn=warned,
    )


def _struggle(desk: Desk) -> Line | None:
    found, stake = figures.struggling(desk), figures.at_stake(desk)
    if not found.k:
        return None
    money = line("，价值 {x}{@x}", ", worth {x} {@x}", x=stake) if stake.is_known else Join(())
    return line(
        "**挣扎客户**：{n:full}{@n}近期活跃，却不健康或麻烦不断{money}；名单按在险价值排序。",
        "**Struggling**: {n:full} are recently active, yet unhealthy or in trouble {@n}{money}; the list goes by value at stake.",
        n=found,
        money=money,
    )


def _selling(desk: Desk) -> Line | None:
    counts = {kind: figures.candidates(desk, kind) for kind in KINDS}
    if not any(c.value for c in counts.values()):
        return None
    return line(
        "**可谈的生意**：升级候选 {u:acc}{@u}，增购 {s:acc}{@s}，交叉销售 {c:acc}{@c}，各附理由。",
        "**Business to talk about**: {u:acc} to upgrade {@u}, {s:acc} for upsell {@s}, {c:acc} for cross-sell {@c}, "
        "each with reasons.",
        u=counts["upgrade"],
        s=counts["upsell"],
        c=counts["cross_sell"],
    )


def _gaps(desk: Desk) -> Line | None:
    rows = desk.book.rows(
        "SELECT item, is_proxy, basis FROM value_sources WHERE is_proxy OR basis = 'missing'"
    )
    found = {str(r[0]): bool(r[1]) for r in rows}
    if not found:
        return line(
            "**数据**：各部分都有原始依据，没有用代理指标。",
            "**Data**: every part rests on its own data; nothing stood in.",
        )
    proxies = tuple(w for item, w in ITEMS.items() if found.get(item) is True)
    missing = tuple(w for item, w in ITEMS.items() if found.get(item) is False)
    parts = []
    if proxies:
        parts.append(line("代理指标用于{x}", "stand-ins serve {x}", x=Join(proxies)))
    if missing:
        parts.append(line("无数据的有{x}", "no data for {x}", x=Join(missing)))
    return line(
        "**数据缺口**：{x}；影响见方法一节。",
        "**Data gaps**: {x}; the method says what that costs.",
        x=Join(tuple(parts), Bilingual("；", "; ")),
    )


def _decision(desk: Desk) -> Line | None:
    found = figures.struggling_in(desk, "high_value")
    if not found.k:
        return None
    return line(
        "**本周要定的一件事**：谁在两周内访谈高价值组里的 {n:k} 家挣扎客户{@n}。",
        "**One decision this week**: who interviews the {n:k} struggling "
        + by_count(found.k, "account", "accounts")
        + " of the high-value group within two weeks {@n}.",
        n=found,
    )
