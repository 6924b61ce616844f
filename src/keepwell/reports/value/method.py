"""What each part of the value model rests on, what stood in, and what that costs in certainty."""

from keepwell.reports.desk import Desk
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Table
from keepwell.reports.sections.table_cells import slot_cell, text_cell, words_cell
from keepwell.reports.terms import table_word
from keepwell.reports.text import EMPTY, Data, Join, Line, line
from keepwell.reports.value import figures
from keepwell.reports.value.amount_words import amount_word, is_fitted
from keepwell.reports.value.terms import AMOUNTS, BASES, COSTS, GROUPS, ITEMS, REASONS, TIERS
from keepwell.vocabulary import Bilingual

COUNTED = {
    "bought": Bilingual(
        "同一天的多次购买算一个购买日，首次购买计入；单位为天。",
        "Several purchases of one day are one purchase day, the first counts; the unit is days.",
    ),
    "activity": Bilingual(
        "R 为距上次活动的天数，F 为近期活动次数。",
        "R counts the days since the last activity, F the recent activities.",
    ),
}
PROXY = Bilingual("是，代理", "yes, a stand-in")
NO = Bilingual("否", "no")
NOTHING = Bilingual("—", "—")


def value_method(desk: Desk, heading: Line, level: int) -> list[Block]:
    """Return the section: sources, stand-ins, empty tables, groups."""
    blocks: list[Block] = [Heading(heading, level, "value_method"), Paragraph(_definitions(desk))]
    blocks.append(_table(desk))
    gaps = _empty_tables(desk)
    if gaps is not None:
        blocks.append(Paragraph(gaps))
    blocks.append(Paragraph(_groups(desk)))
    return blocks


def _definitions(desk: Desk) -> Line:
    value = desk.subject.value
    frozen = value is not None and value.is_frozen
    cuts = (
        Bilingual("分界冻结在首次运行", "the cuts are frozen since their first run")
        if frozen
        else Bilingual(
            "分界取自本次客户的五分位", "the cuts are the quintiles of this run's accounts"
        )
    )
    rows = desk.book.rows("SELECT basis FROM value_sources WHERE item = 'rfm'")
    basis = str(rows[0][0]) if rows else "activity"
    if basis == "given":
        return line(
            "R、F、M 各 1 至 5 分，5 最好，照来源给出的用。参与度按 0 至 1 计；综合指数 100 为健康。",
            "R, F and M score 1 to 5, 5 is best, taken as the source states them. Engagement runs from 0 to 1; the "
            "composite index has 100 for healthy.",
        )
    counted = COUNTED["activity" if basis.startswith("activity") else "bought"]
    return line(
        "R、F、M 各 1 至 5 分，5 最好；{cuts}，同值必同分。{counted}参与度按 0 至 1 计；综合指数 100 为健康。",
        "R, F and M score 1 to 5, 5 is best; {cuts}, and equal values share a score. {counted} Engagement runs from "
        "0 to 1; the composite index has 100 for healthy.",
        cuts=cuts,
        counted=counted,
    )


def _table(desk: Desk) -> Table:
    sql = "SELECT item, basis, is_proxy, known, accounts, reason FROM value_sources"
    rows = {str(r[0]): r for r in desk.book.rows(sql)}
    return Table(
        "value_sources",
        Bilingual("各部分依据什么", "What each part rests on"),
        (
            Bilingual("部分", "part"),
            Bilingual("依据", "rests on"),
            Bilingual("代理", "stand-in"),
            Bilingual("有值/全部", "known / all"),
            Bilingual("对确定性的影响", "what it costs in certainty"),
            Bilingual("为何未用更好的", "why nothing better"),
        ),
        tuple(_row(desk, *rows[item]) for item in ITEMS if item in rows),
        (False, False, False, True, False, False),
        sql,
    )


def _row(
    desk: Desk, item: str, basis: str, is_proxy: bool, known: int, accounts: int, reason: str
) -> tuple[Cell, ...]:
    rests: Bilingual | Data
    names = AMOUNTS if item in ("amount", "money") else {}
    rests = names.get(basis) or BASES.get(basis) or Bilingual(basis, basis)
    cost = COSTS.get((item, basis)) or (COSTS.get((item, "*")) if is_proxy else None)
    if item == "amount" and is_fitted(basis):
        rests, cost = amount_word(desk), COSTS["amount", "fitted"]
    if basis == "activity" and not is_proxy:
        cost = None
    cost = _proxied(desk, item, basis) or cost
    return (
        words_cell(ITEMS[item]),
        words_cell(rests),
        words_cell(PROXY if is_proxy else NO),
        text_cell(f"{known:,}/{accounts:,}", float(known)),
        words_cell(cost or NOTHING),
        slot_cell(_reasons(reason) or NOTHING),
    )


def _proxied(desk: Desk, item: str, basis: str) -> Bilingual | None:
    """Return what stands in for the measure behind a part; None where nothing does."""
    gap = "days_since_last_activity"
    measure = {"rfm": gap, "inactivity": gap}.get(item, basis)
    if item in ("rfm", "inactivity") and basis != "activity_stand_in":
        return None
    source = desk.subject.sources.get(measure)
    return source.note if source is not None and source.kind == "proxy" else None


def _reasons(text: str) -> Join | None:
    """Return the sources that were passed over; that no scores are given is no gap."""
    items = []
    if "billing" in text:
        items.append(line("{w}", "{w}", w=REASONS["billing"]))
    for part in text.split():
        source, _, why = part.partition(":")
        if source == "given" or why == "billing" or why not in REASONS:
            continue
        items.append(line("{s}：{w}", "{s}: {w}", s=BASES[source], w=REASONS[why]))
    return Join(tuple(items), Bilingual("；", "; ")) if items else None


def _empty_tables(desk: Desk) -> Line | None:
    """Return which tables came without a row: what they would have told is unknown."""
    held = {c.table: c.accepted for c in desk.subject.table_counts}
    empty = [t for t, n in held.items() if n == 0]
    if not empty:
        return None
    return line(
        "**空表**：{tables}。它们本可说明的事，这里一律按未知处理，不当作零。",
        "**Empty tables**: {tables}. What they could have told is taken as unknown here, never as zero.",
        tables=Join(tuple(table_word(t) for t in empty)),
    )


def _groups(desk: Desk) -> Line:
    row = desk.book.rows(
        "SELECT rule_high, rule_mass, accounts_overlap, accounts_rest FROM value_verdict"
    )[0]
    high, mass, overlap, rest = str(row[0]), str(row[1]), int(row[2]), int(row[3])
    others: Line | Join = EMPTY
    if overlap or rest:
        others = line(
            "；{b} {o}{@o}，{c} {r}{@r}，都不参加比较",
            "; {b} {o} {@o}, {c} {r} {@r}, left out of the comparison",
            b=GROUPS["overlap"],
            c=GROUPS["rest"],
            o=figures.compared_count(desk, "overlap"),
            r=figures.compared_count(desk, "rest"),
        )
    return line(
        "**分组**：高价值 = {rh}，{nh:full}{@nh}；大众价值 = {rm}，{nm:full}{@nm}{others}。"
        "SMB 指公司规模“小型”，与大众价值不是一回事。",
        "**Groups**: high value = {rh}, {nh:full} {@nh}; mass value = {rm}, {nm:full} {@nm}{others}. "
        "SMB means the company size Small Business and is not the same as mass value.",
        rh=rule_word(high),
        rm=rule_word(mass),
        nh=figures.group_share(desk, "high_value"),
        nm=figures.group_share(desk, "mass_value"),
        others=others,
    )


def rule_word(text: str) -> Bilingual:
    """Return a group rule in words."""
    zh, en = text, text
    for code, word in TIERS.items():
        zh, en = zh.replace(code, word.zh), en.replace(code, word.en)
    pairs = (
        ("portfolio_share > ", "占价值金额超过 ", "share of value over "),
        ("top ", "价值排序前 ", "first share of the value order "),
        ("bottom ", "价值排序后 ", "last share of the value order "),
    )
    for code, in_zh, in_en in pairs:
        zh, en = zh.replace(code, in_zh), en.replace(code, in_en)
    return Bilingual(zh, en)
