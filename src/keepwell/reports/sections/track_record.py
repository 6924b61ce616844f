"""How far the six-month amount was off on past days: one sentence and a table."""

from typing import Any

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact, FactBook
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Cell, Paragraph, Table
from keepwell.reports.patterns import Pattern
from keepwell.reports.sections.table_cells import number_cell, words_cell
from keepwell.reports.text import EMPTY, Join, Line, line, same, words
from keepwell.vocabulary import Bilingual

TABLES = frozenset({"forecast_record", "forecast_summary"})
METHODS = {
    "chosen": Bilingual("按更早的误差选出", "chosen by earlier errors"),
    "pace": Bilingual("月均成交 × 6（成交部分）", "pace: monthly won amount x 6"),
    "scaled_pace": Bilingual("月均成交 × 6，按过去的偏差校正", "pace, scaled by its past bias"),
    "keep_last": Bilingual("与过去六个月相同", "keep-last: same as the last six months"),
    "seasonal": Bilingual("与去年同期相同", "same months of the year before"),
}
_SQL = (
    "SELECT method, tier, cases, wape, bias, coverage FROM forecast_record "
    "WHERE tier = 0 OR method = 'chosen'"
)
# Shown as -100 %: nothing, or next to nothing, was said where something came.
_MISSED = "bias < -0.995"


def track_record(desk: Desk) -> list[Block]:
    """Return sentence and table; nothing for snapshots without a record."""
    found = _summary(desk)
    if found is None or found["verdict"] == "no_dated_wins":
        return []
    return _blocks(desk.book, desk.n, found)


def record_alone(book: FactBook, accounts: int) -> list[Block]:
    """Return sentence and table for a page that tells of nothing else of a snapshot.

    Needs: tables forecast_record and forecast_summary. `accounts`: of the snapshot.
    """
    found = _read(book)
    if found is None or found["verdict"] == "no_dated_wins":
        return [Paragraph(_UNDATED)]
    return _blocks(book, accounts, found)


_UNDATED = line(
    "没有带日期的成交记录，所以六个月金额的以往误差无从得知，**不称收入预测**。",
    "There are no dated wins, so no past error of the six-month amount is known, and it is **not "
    "called a forecast**.",
    denies=(Pattern.FORECAST,),
)


def _blocks(book: FactBook, accounts: int, found: dict[str, Any]) -> list[Block]:
    if found["verdict"] == "too_short":
        return [Paragraph(_short(found))]
    return [Paragraph(_told(book, accounts, found)), _table(book), *_missed_whole(book)]


def has_record(desk: Desk) -> bool:
    """Say whether past errors are known."""
    found = _summary(desk)
    return found is not None and found["verdict"] not in ("no_dated_wins", "too_short")


def _summary(desk: Desk) -> dict[str, Any] | None:
    if not set(desk.subject.tables) >= TABLES:
        return None
    return _read(desk.book)


def _read(book: FactBook) -> dict[str, Any] | None:
    columns = (
        "verdict", "months", "needed_months", "buyers", "origins", "chosen", "better_origins",
        "held_totals", "skill_low", "skill_high", "total_low", "total_high", "level",
    )  # fmt: skip
    rows = book.rows(f"SELECT {', '.join(columns)} FROM forecast_summary")
    return dict(zip(columns, rows[0], strict=True)) if rows else None


def _short(found: dict[str, Any]) -> Line:
    return line(
        "**以往误差：记录太短，无法判断**（成交记录 {months} 个月，需要 {needed} 个月；有成交的客户 "
        "{buyers} 家，需要 30 家）。",
        "**Track record: too short to tell** ({months} months of wins, {needed} needed; {buyers} "
        "accounts with wins, 30 needed).",
        months=same(str(found["months"])),
        needed=same(str(found["needed_months"])),
        buyers=same(f"{found['buyers']:,}"),
    )


def _told(book: FactBook, accounts: int, found: dict[str, Any]) -> Line:
    return line(
        "**以往误差**：过去 {origins} 个起点上，每次用更早的误差选方法，金额误差（WAPE）{wape}、偏差 {bias}"
        "{@wape,bias}；{verdict}（少错 {skill:delta}{@skill}，{better} 个起点更近）。"
        "九成区间含住实际值的占 {coverage}{@coverage}，合计的区间在 {origins} 个起点中的 {held} 个含住。"
        "现选“{method}”{total}。商机部分不在其内：它的金额与日期会被改写。",
        "**Track record**: at {origins} past days, each choosing by earlier errors only, the amounts "
        "were off by {wape} (WAPE) with a bias of {bias} {@wape,bias}; this {verdict} (error "
        "avoided {skill:delta} {@skill}; nearer at {better} of them). Intervals of 90 % held {coverage} "
        "of what came {@coverage}, those of the total on {held} of {origins} days. Chosen now: {method}{total}. "
        "Pipeline is outside the record, as its amounts and dates are overwritten.",
        denies=(Pattern.FORECAST,),
        origins=same(str(found["origins"])),
        wape=_fact(book, "wape", "以往金额误差（WAPE）", "past error (WAPE)", "wape"),
        bias=_fact(book, "bias", "以往偏差", "past bias", "bias"),
        coverage=_fact(book, "coverage", "区间覆盖率", "coverage of intervals", "coverage"),
        verdict=_verdict(found),
        skill=_skill(book, found),
        better=same(str(found["better_origins"])),
        held=same(str(found["held_totals"])),
        method=METHODS[found["chosen"]],
        total=_total(book, accounts, found),
    )


def _verdict(found: dict[str, Any]) -> Bilingual:
    if found["verdict"] == "beats_keep_last":
        return Bilingual("胜过“与过去六个月相同”", "beats keep-last")
    return Bilingual("没有胜过“与过去六个月相同”", "does not beat keep-last")


def _fact(book: FactBook, key: str, zh: str, en: str, column: str) -> Fact:
    where = "FROM forecast_record WHERE method = 'chosen' AND tier = 0"
    cases = int(book.rows(f"SELECT cases {where}")[0][0])
    sql = f"SELECT {column} {where}"
    return book.scalar(f"record:{key}", Bilingual(zh, en), Form.PART, sql, cases)


def _skill(book: FactBook, found: dict[str, Any]) -> Fact:
    label = Bilingual("比“与过去六个月相同”少错", "error avoided against keep-last")
    sql = "SELECT skill FROM forecast_summary"
    fact = book.scalar("record:skill", label, Form.PART, sql, int(found["buyers"]))
    if found["skill_low"] is None:
        return fact
    span = (float(found["skill_low"]), float(found["skill_high"]))
    return book.replace(fact.key, interval=span)


def _total(book: FactBook, accounts: int, found: dict[str, Any]) -> Line | Join:
    label = Bilingual("所选方法的六个月合计", "six months by the chosen method")
    sql = "SELECT total_amount FROM forecast_summary"
    fact = book.scalar("record:total", label, Form.AMOUNT, sql, accounts)
    if not fact.is_known or found["total_low"] is None:
        return EMPTY
    span = (float(found["total_low"]), float(found["total_high"]))
    return line(
        "，六个月合计 {x:delta}{@x}",
        ", six months in total {x:delta} {@x}",
        x=book.replace(fact.key, interval=span),
    )


def _table(book: FactBook) -> Table:
    found = {(r[0], int(r[1])): r[2:] for r in book.rows(_SQL)}
    wanted = [(name, 0) for name in METHODS] + [("chosen", tier) for tier in range(1, 5)]
    rows = [_row(key, found[key]) for key in wanted if key in found]
    return Table(
        "forecast_record",
        Bilingual("六个月金额的以往误差", "Past errors of the six-month amount"),
        (
            Bilingual("方法或层级", "method or tier"),
            Bilingual("例数", "cases"),
            Bilingual("误差（WAPE）", "error (WAPE)"),
            Bilingual("偏差", "bias"),
            Bilingual("区间覆盖", "interval held"),
        ),
        tuple(rows),
        (False, True, True, True, True),
        query=_SQL,
    )


def _row(key: tuple[str, int], cells: tuple[Any, ...]) -> tuple[Cell, ...]:
    method, tier = key
    name = METHODS[method]
    if tier:
        name = Bilingual(f"其中贡献层级 {tier}", f"of which contribution tier {tier}")
    cases, *shares = cells
    return (
        words_cell(name),
        number_cell(float(cases), Form.COUNT),
        *(number_cell(None if x is None else float(x), Form.PART) for x in shares),
    )


def _missed_whole(book: FactBook) -> list[Block]:
    """Return why a tier has a bias of -100 %, and how much of what came it is; else nothing."""
    where = f"FROM forecast_record WHERE method = 'chosen' AND {_MISSED}"
    tiers = [
        (int(tier), float(bias), int(cases))
        for tier, bias, cases in book.rows(f"SELECT tier, bias, cases {where} ORDER BY tier")
    ]
    if not tiers or tiers[0][0] == 0:
        return []
    label = Bilingual("这些层级占实际金额的比例", "their share of what came")
    sql = (
        f"SELECT (SELECT sum(actual_amount) {where}) / actual_amount FROM forecast_record "
        "WHERE method = 'chosen' AND tier = 0"
    )
    share = book.scalar("record:missed", label, Form.PART, sql, sum(n for _, _, n in tiers))
    is_none = all(bias <= -1.0 + 1e-9 for _, bias, _ in tiers)
    had = (
        Bilingual("没有成交", "nothing")
        if is_none
        else Bilingual("几乎没有成交", "next to nothing")
    )
    said = Bilingual("为 0", "0") if is_none else Bilingual("接近 0", "close to 0")
    names = [str(tier) for tier, _, _ in tiers]
    many = "tier" if len(names) == 1 else "tiers"
    told = line(
        "贡献层级 {tiers} 的偏差是 {all}：那里的客户在方法所看的月份里{had}，所以给出的金额{said}；"
        "这些客户后来的成交（占实际金额的 {share}{@share}）没有料到。",
        "The bias of {all} in contribution {tiers}: accounts there had won {had} in the months that "
        "the method looks at, so the amount said for them was {said}. What they won after that, {share} {@share} of all "
        "that came, was not seen coming.",
        all=same("\u2212100 %"),
        tiers=Bilingual("、".join(names), f"{many} {' and '.join(names)}"),
        had=had,
        said=said,
        share=share,
    )
    return [Paragraph(told)]


def past_error(desk: Desk) -> Line:
    """Return what the definition of the amount says of its error."""
    if has_record(desk):
        return words(
            "以往误差见下文，**不称收入预测**",
            "its past error stands below; it is **not called a forecast**",
        )
    return words(
        "以往误差未知，**不称收入预测**",
        "no past error is known, so it is **not called a forecast**",
    )
