"""Struggling accounts by value at stake, and whom to sell to, each with its reasons."""

from typing import Any

from keepwell.reports.desk import Desk
from keepwell.reports.figures.population import has_sizes
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Table
from keepwell.reports.patterns import Pattern
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell, words_cell
from keepwell.reports.terms import size_word
from keepwell.reports.text import EMPTY, Join, Line, line, same, words
from keepwell.reports.value import figures
from keepwell.reports.value.amount_words import amount_short, has_signal
from keepwell.reports.value.leaving import likely, likely_rule
from keepwell.reports.value.picture import segments_of
from keepwell.reports.value.stand_ins import marked
from keepwell.reports.value.terms import (
    EVIDENCE,
    ITEMS,
    KINDS,
    TIERS,
    UNKNOWN_SEGMENT,
    WHY_SELL,
    word,
)
from keepwell.vocabulary import Bilingual

SHOWN = 15
SHOWN_PER_KIND = 8
SIZE_WORD = Bilingual("公司规模", "company size")
UNHEALTHY = Bilingual("不健康", "unhealthy")


def struggle(desk: Desk, heading: Line, level: int) -> list[Block]:
    """Return the section: what the signal is, which evidence the data can give, the list."""
    blocks: list[Block] = [Heading(heading, level, "struggle"), Paragraph(_explained(desk))]
    if not figures.struggling(desk).k:
        return [*blocks, Paragraph(_none() if has_signal(desk) else _untold())]
    return [*blocks, Paragraph(_sum(desk)), _struggle_table(desk)]


def _none() -> Line:
    return words("眼下没有这样的客户。", "There is no such account now.")


def _untold() -> Line:
    return words(
        "看不出谁在挣扎：没有含行为的健康分，没有各环节的活动，没有工单、付款、使用与调研。接入其中任何一种，名单就有依据。",
        "Nobody can be told to struggle: there is no health score with behaviour in it, no activity by stage, no "
        "tickets, payments, use or surveys. Any one of them gives the list a basis.",
    )


def _explained(desk: Desk) -> Line:
    value = desk.subject.value
    days = value.active_within_days if value else 30
    index = value.index_below if value else 50.0
    kinds = value.evidence_from if value else 2
    counts = ", ".join(f"count({name})" for name in EVIDENCE)
    row = desk.book.rows(f"SELECT {counts} FROM portfolio")[0]
    missing = tuple(w for (_, w), n in zip(EVIDENCE.items(), row, strict=True) if not int(n))
    gap: Line | Join = EMPTY
    if missing:
        gap = line("数据给不出的证据：{x}。", " The data cannot give: {x}.", x=Join(missing))
    bad, leaving = _unhealthy(desk, index), _likely(desk)
    return line(
        "挣扎 = {d} 天内有活动，而{bad}{likely}{either}至少有 {e} 种麻烦的证据。按价值金额（{a}）从大到小排；"
        "没有经验证的离开概率，不乘概率。{gap}{blind}",
        "Struggling = active within {d} days, yet {bad}{likely}{either}with at least {e} kinds of "
        "trouble. Ordered by value at stake ({a}); without a validated probability nothing is multiplied by one.{gap}{blind}",
        denies=(Pattern.PREDICT,),
        d=same(str(days)),
        bad=bad,
        likely=leaving,
        either=words("或", "or ") if bad is not EMPTY or leaving is not EMPTY else EMPTY,
        e=same(str(kinds)),
        a=amount_short(desk),
        gap=gap,
        blind=_blind(desk),
    )


def _unhealthy(desk: Desk, index: float) -> Line | Join:
    """Return what counts as unhealthy here; nothing where neither score nor index can tell."""
    value = desk.subject.value
    low = words("健康分段为低、", "in a low health tier, ")
    if value is None or (value.health_tells and value.index_tells):
        return line(
            "综合指数低于 {i}、{l}",
            "with a composite index below {i}, {l}",
            i=same(f"{index:g}"),
            l=low,
        )
    if value.index_tells:
        return line(
            "综合指数低于 {i}、", "with a composite index below {i}, ", i=same(f"{index:g}")
        )
    return EMPTY


def _likely(desk: Desk) -> Line | Join:
    """Return a high probability of leaving as a sign; nothing where none is known."""
    if not desk.has("churn_probability"):
        return EMPTY
    given = desk.book.rows("SELECT count(churn_probability) FROM portfolio")
    return line("{x}", "{x}", x=likely_rule(desk)) if int(given[0][0]) else EMPTY


def _blind(desk: Desk) -> Line | Join:
    """Say where the health score tells nothing of health: nobody is called unhealthy by it."""
    value = desk.subject.value
    if value is None or value.health_tells:
        return EMPTY
    return words(
        "健康分不含行为数据（只有金额与规模，或没有分数），因此不据此称任何客户不健康。",
        " The health score holds no behaviour (amounts and size alone, or no score), so nobody is called unhealthy by it.",
    )


def _sum(desk: Desk) -> Line:
    found, stake = figures.struggling(desk), figures.at_stake(desk)
    high = figures.struggling_in(desk, "high_value")
    money: Line | Join = EMPTY
    if stake.is_known:
        money = line("，价值 {x}{@x}", ", with a value of {x} {@x}", x=stake)
    among: Line | Join = EMPTY
    if high.n:
        among = line(
            "；其中高价值组 {h:full}{@h}", "; of the high-value group {h:full} {@h}", h=high
        )
    return line(
        "全部客户中有 {n:full}在挣扎{@n}{money}{among}。",
        "Of all accounts {n:full} struggle {@n}{money}{among}.",
        n=found,
        money=money,
        among=among,
    )


def _struggle_table(desk: Desk) -> Table:
    sql = (
        "SELECT s.struggle_rank, s.account_id, p.name, s.value_at_stake_amount, s.value_tier, "
        f"s.segment, s.composite_index, s.days_inactive, s.is_unhealthy, s.is_likely_to_leave, "
        f"{', '.join(f's.{e}' for e in EVIDENCE)} FROM struggle AS s "
        "JOIN portfolio AS p ON p.account_id = s.account_id "
        f"WHERE s.struggle_rank <= {SHOWN} ORDER BY s.struggle_rank"
    )
    return Table(
        "struggle",
        Bilingual(f"挣扎客户（前 {SHOWN} 家）", f"Struggling accounts (first {SHOWN})"),
        (
            Bilingual("次序", "rank"),
            Bilingual("客户", "account"),
            Bilingual("在险价值", "value at stake"),
            Bilingual("价值层级", "value tier"),
            Bilingual("分群", "segment"),
            Bilingual("综合指数", "index"),
            marked(desk, Bilingual("未活动天数", "days inactive"), "days_inactive"),
            Bilingual("证据", "evidence"),
        ),
        tuple(_struggle_row(desk, r) for r in desk.book.rows(sql)),
        (True, False, True, False, False, True, True, False),
        sql,
    )


def _struggle_row(desk: Desk, row: Any) -> tuple[Cell, ...]:
    seen = [w for w, flag in zip(EVIDENCE.values(), row[10:], strict=True) if flag]
    why = [*([UNHEALTHY] if row[8] else []), *([likely(desk)] if row[9] else []), *seen]
    segments = segments_of(desk)
    return (
        text_cell(str(row[0]), float(row[0])),
        slot_cell(desk.name(str(row[1]), row[2]), str(row[1])),
        number_cell(_number(row[3]), Form.AMOUNT),
        words_cell(TIERS[str(row[4])]),
        words_cell(segments.get(str(row[5]), UNKNOWN_SEGMENT)),
        number_cell(_number(row[6]), Form.NUMBER),
        number_cell(_number(row[7]), Form.DAYS),
        slot_cell(Join(tuple(why))),
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def selling(desk: Desk, heading: Line, level: int) -> list[Block]:
    """Return the section on upgrade and expansion candidates."""
    blocks: list[Block] = [Heading(heading, level, "candidates"), Paragraph(_rules())]
    counts = {kind: figures.candidates(desk, kind) for kind in KINDS}
    if not any(c.value for c in counts.values()):
        return [*blocks, Paragraph(_nobody(desk))]
    blocks.append(
        Paragraph(
            line(
                "升级 {u:acc}{@u}，增购 {s:acc}{@s}，交叉销售 {c:acc}{@c}。",
                "Upgrade: {u:acc} {@u}; upsell: {s:acc} {@s}; cross-sell: {c:acc} {@c}.",
                u=counts["upgrade"],
                s=counts["upsell"],
                c=counts["cross_sell"],
            )
        )
    )
    return [*blocks, _candidates_table(desk)]


def _nobody(desk: Desk) -> Line:
    """Say why there is no candidate: what is unknown, else that nobody meets the rules."""
    rows = desk.book.rows("SELECT item FROM value_sources WHERE basis = 'missing'")
    held = {str(r[0]) for r in rows}
    missing = tuple(ITEMS[i] for i in ("growth", "breadth") if i in held)
    unknown = (*([SIZE_WORD] if not has_sizes(desk) else []), *missing)
    if not unknown:
        return words("眼下没有客户符合这些规则。", "No account meets these rules now.")
    if has_sizes(desk) and len(missing) == 1:
        # Growth alone tells upsells, breadth alone cross-sells, either with value upgrades.
        return line(
            "在还能检验的规则里没有客户符合；{x}未知。",
            "No account meets the rules that can still be tested; unknown: {x}.",
            x=Join(unknown),
        )
    return line("看不出候选：{x}未知。", "No candidate can be told; unknown: {x}.", x=Join(unknown))


def _rules() -> Line:
    return words(
        "**升级候选**：规模为小型，且使用增长、广度、价值三项里至少两项在同规模里突出。**扩展候选**：中型及以上的冠军与忠诚客户，"
        "使用增长者增购，广度不到同规模中位数者交叉销售。挣扎或健康分段为低的客户不列入。增长：近 30 天超过 90 天均速的 1.2 倍。",
        "**Upgrade**: Small Business accounts that stand out among their size in at least two of growing use, breadth "
        "and value. **Expansion**: Champions and Loyal Customers of Mid-Market and up, upsell where use grows, "
        "cross-sell where breadth is below the median of their size. Struggling accounts and low health tiers are left "
        "out. Growth: the last 30 days over 1.2 times the 90-day pace.",
    )


def _candidates_table(desk: Desk) -> Table:
    flags = tuple(WHY_SELL)
    sql = (
        "SELECT c.kind, c.kind_rank, c.account_id, p.name, c.size, c.segment, c.value_amount, "
        f"{', '.join(f'c.{f}' for f in flags)} FROM candidates AS c "
        "JOIN portfolio AS p ON p.account_id = c.account_id "
        f"WHERE c.kind_rank <= {SHOWN_PER_KIND} ORDER BY c.kind_rank"
    )
    rows = desk.book.rows(sql)
    order = list(KINDS)
    rows.sort(key=lambda r: (order.index(str(r[0])), int(r[1])))
    return Table(
        "candidates",
        Bilingual(
            f"候选（各前 {SHOWN_PER_KIND} 家）", f"Candidates (first {SHOWN_PER_KIND} of each)"
        ),
        (
            Bilingual("名单", "list"),
            Bilingual("次序", "rank"),
            Bilingual("客户", "account"),
            Bilingual("规模", "size"),
            Bilingual("分群", "segment"),
            Bilingual("价值金额", "value"),
            Bilingual("理由", "reasons"),
        ),
        tuple(_candidate_row(desk, r) for r in rows),
        (False, True, False, False, False, True, False),
        sql,
    )


def _candidate_row(desk: Desk, row: Any) -> tuple[Cell, ...]:
    kind = str(row[0])
    hidden = "is_narrow" if kind != "cross_sell" else ""
    why = tuple(
        w for (f, w), flag in zip(WHY_SELL.items(), row[7:], strict=True) if flag and f != hidden
    )
    return (
        slot_cell(word(KINDS, kind)),
        text_cell(str(row[1]), float(row[1])),
        slot_cell(desk.name(str(row[2]), row[3]), str(row[2])),
        slot_cell(size_word(row[4])),
        words_cell(segments_of(desk).get(str(row[5]), UNKNOWN_SEGMENT)),
        number_cell(_number(row[6]), Form.AMOUNT),
        slot_cell(Join(why)),
    )
