"""Section 8: what to do per tier and size, each action with owner, cadence, KPI now and target."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keepwell.playbooks import (
    BY_POSITION,
    EMPTY_CELL,
    NO_PLAYBOOK,
    NOBODY_NOW,
    OTHER_SIZES,
    STRATEGY_LABELS,
    CellAction,
    Library,
    StrategyCell,
    card_lines,
    cell_queries,
    lift_scenario,
    strategy_cells,
    total_lift,
)
from keepwell.reports.desk import Desk
from keepwell.reports.numbers import amount_text
from keepwell.reports.page import Block, Heading, Paragraph, Table
from keepwell.reports.rules import may_advise
from keepwell.reports.sections.behaviour import NO_RESCUE, warned
from keepwell.reports.sections.lift import lift_line
from keepwell.reports.sections.reading import now_to_target
from keepwell.reports.sections.table_cells import pair_cell, slot_cell
from keepwell.reports.terms import size_word, tier_word
from keepwell.reports.text import EMPTY, DataPair, Join, Line, by_count, line, same, words
from keepwell.vocabulary import Bilingual

CANNOT_TELL = Bilingual(
    "（缺所需字段，暂不能判断谁符合）", " (the field is missing: who meets it cannot be told)"
)


@dataclass(frozen=True, slots=True)
class Strategy:
    """The cells with their live numbers, and the rows of the queries behind them."""

    library: Library
    cells: tuple[StrategyCell, ...]
    rows: Mapping[str, list[tuple[Any, ...]]]
    queries: Mapping[str, str]


def live_strategy(desk: Desk, library: Library) -> Strategy:
    """Return the library's cells filled with this portfolio's numbers."""
    queries = cell_queries(library, desk.subject.columns, card_lines(desk.subject.cards))
    rows = {name: desk.book.rows(sql) for name, sql in queries.items()}
    return Strategy(library, strategy_cells(library, rows), rows, queries)


def strategy(desk: Desk, live: Strategy) -> list[Block]:
    """Return the section: one table per cell with accounts, the empty cells named."""
    blocks: list[Block] = [
        Heading(words("八、策略矩阵", "8. Strategy matrix"), anchor="strategy"),
        *warned(desk, NO_RESCUE),
        Paragraph(_explained(live)),
    ]
    for cell in live.cells:
        if cell.is_empty:
            continue
        blocks.append(Paragraph(_cell_line(desk, cell)))
        if cell.playbook is not None and cell.actions:
            blocks.append(_actions_table(live, cell))
        elif cell.playbook is None:
            blocks.append(Paragraph(line("{x}。", "{x}.", x=NO_PLAYBOOK)))
    lift = total_lift(lift_scenario(live.rows))
    if lift is not None:
        blocks.append(Paragraph(lift_line(desk, lift, live.queries["lift"])))
    return blocks


def cell_word(cell: StrategyCell) -> Line:
    """Return `low x Large`."""
    return line("{a} × {b}", "{a} x {b}", a=tier_word(cell.tier), b=size_word(cell.size))


def _explained(live: Strategy) -> Line:
    empty = tuple(cell_word(c) for c in live.cells if c.is_empty)
    gone: Line | Join = EMPTY
    if empty:
        gone = line(
            "空格：{x}；{why}。", " Empty cells: {x}; {why}.", x=Join(empty), why=EMPTY_CELL
        )
    return line(
        "现值取自本快照；目标为建议值，90 天后复核。“无字段”表示数据里没有，第一步就是开始记录。{gone}",
        'Baselines are from this snapshot; targets are proposals, reviewed after 90 days. "No field" means that '
        "the data lack it; recording it is the first step.{gone}",
        gone=gone,
    )


def _cell_line(desk: Desk, cell: StrategyCell) -> Line:
    book = cell.playbook
    kind: Line | Join = EMPTY
    aim: Line | Join = EMPTY
    if book is not None:
        kind = line("（{x}）", " ({x})", x=STRATEGY_LABELS[book.strategy])
        aim = line("。{x}", ". {x}", x=DataPair(book.aim))
    return line(
        "**{cell}{kind}**：{n} 家{money}{lost}{odd}{small}{aim}。",
        "**{cell}{kind}**: {n} "
        + by_count(cell.accounts, "account", "accounts")
        + "{money}{lost}{odd}{small}{aim}.",
        cell=cell_word(cell),
        kind=kind,
        n=same(f"{cell.accounts:,}"),
        money=_money(desk, cell),
        lost=_lost(desk, cell),
        odd=_odd(cell),
        small=Bilingual("；样本小", "; small sample") if cell.is_small else EMPTY,
        aim=aim,
    )


def _money(desk: Desk, cell: StrategyCell) -> Line | Join:
    if cell.contribution_amount is None or not desk.has_money:
        return EMPTY
    amount = Bilingual(
        amount_text(cell.contribution_amount, "zh"), amount_text(cell.contribution_amount, "en")
    )
    if cell.at_risk_amount is not None:
        return line(
            "，{m} {x}，全部在险", ", {m} {x}, all of it at risk", m=desk.money_short, x=amount
        )
    return line("，{m} {x}", ", {m} {x}", m=desk.money_short, x=amount)


def _lost(desk: Desk, cell: StrategyCell) -> Line | Join:
    if not cell.drivers:
        return EMPTY
    items = tuple(
        line(
            "{name} {x}",
            "{name} {x}",
            name=desk.subject.label(d.measure),
            x=same(f"{d.mean_points:.1f}"),
        )
        for d in cell.drivers[:2]
    )
    return line("；平均失分：{x}", "; mean points lost: {x}", x=Join(items))


def _odd(cell: StrategyCell) -> Line | Join:
    parts = []
    if cell.near_line:
        parts.append(
            line(
                "离分段线不到 2 分 {x} 家",
                "{x} within two points of a line",
                x=same(str(cell.near_line)),
            )
        )
    if cell.contradicting:
        parts.append(
            line(
                "字段矛盾 {x} 家", "{x} with contradicting fields", x=same(str(cell.contradicting))
            )
        )
    if cell.is_by_position:
        parts.append(line("{x}", "{x}", x=BY_POSITION))
    if cell.other_sizes:
        sizes = tuple(
            line("{a} {n} 家", "{a} {n}", a=size_word(name), n=same(f"{n:,}"))
            for name, n in cell.other_sizes[:5]
        )
        parts.append(line("{x}：{y}", "{x}: {y}", x=OTHER_SIZES, y=Join(sizes)))
    if not parts:
        return EMPTY
    return line("；{x}", "; {x}", x=Join(tuple(parts)))


def _actions_table(live: Strategy, cell: StrategyCell) -> Table:
    roles = live.library.roles
    rows = tuple(
        (
            slot_cell(_what(a)),
            pair_cell(roles[a.action.owner]),
            pair_cell(a.action.cadence),
            slot_cell(now_to_target(a)),
        )
        for a in cell.actions
        if _is_complete(live, a, cell.accounts)
    )
    tier, size = tier_word(cell.tier), size_word(cell.size)
    title = Bilingual(
        f"{_plain(tier, 'zh')} × {_plain(size, 'zh')}",
        f"{_plain(tier, 'en')} x {_plain(size, 'en')}",
    )
    return Table(
        f"strategy_{cell.tier}_{cell.size}",
        title,
        (
            Bilingual("动作", "action"),
            Bilingual("负责", "owner"),
            Bilingual("节奏", "cadence"),
            Bilingual("KPI：现值 → 目标", "KPI: now to target"),
        ),
        rows,
        (False, False, False, False),
    )


def _plain(word: Any, lang: str) -> str:
    if isinstance(word, Bilingual):
        return word.zh if lang == "zh" else word.en
    return str(word.text)


def _what(a: CellAction) -> Line:
    return line(
        "**{title}**。{text} 触发：{entry}{matching}。",
        "**{title}**. {text} Entry: {entry}{matching}.",
        title=DataPair(a.action.title),
        text=DataPair(a.action.description),
        entry=DataPair(a.action.entry.text),
        matching=who_meets(a),
    )


def who_meets(a: CellAction) -> Line | Bilingual:
    """Return who meets the entry condition now; without the field it says that, never nobody."""
    if a.matching is None:
        return CANNOT_TELL
    if a.is_idle and a.undecided:
        return line(
            "（没有一家可确认符合：{n} 家缺所需数据）",
            " (nobody is known to meet it: {n} lack the data)",
            n=same(f"{a.undecided:,}"),
        )
    if a.is_idle:
        return line("（{x}）", " ({x})", x=NOBODY_NOW)
    unsure: Line | Join = EMPTY
    if a.undecided:
        unsure = line("，另 {n} 家缺数据", ", {n} more lack the data", n=same(f"{a.undecided:,}"))
    odd: Line | Join = EMPTY
    if a.held_back:
        odd = line(
            "，其中 {n} 家先核实", ", {n} of them to verify first", n=same(f"{a.held_back:,}")
        )
    return line(
        "，现有 {n} 家符合{odd}{unsure}",
        ", {n} now{odd}{unsure}",
        n=same(f"{a.matching:,}"),
        odd=odd,
        unsure=unsure,
    )


def _is_complete(live: Strategy, a: CellAction, accounts: int) -> bool:
    """Say whether the advice names accounts, owner, cadence, a baseline (or no field) and a target."""
    owner = live.library.roles.get(a.action.owner)
    return bool(
        may_advise(
            accounts=accounts,
            owner=owner.en if owner else "",
            cadence=a.action.cadence.en,
            baseline=a.reading.state,
            target=a.reading.basis,
        )
    )
