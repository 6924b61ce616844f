"""The concentration curve with the exposed accounts marked on it."""

from keepwell.reports.charts import Caption, Mark, concentration_chart, in_both, in_narrow
from keepwell.reports.charts.frame import Spec
from keepwell.reports.desk import Desk
from keepwell.reports.figures import money
from keepwell.reports.figures.activity import has_days
from keepwell.reports.figures.exposure import (
    Account,
    account_rows,
    exposed_count,
    exposure_condition,
)
from keepwell.reports.numbers import amount_text, count_text, share_text
from keepwell.reports.page import Picture
from keepwell.reports.palette import Palette
from keepwell.reports.patterns import Pattern
from keepwell.reports.terms import tier_word
from keepwell.reports.text import EMPTY, Join, Line, line, same
from keepwell.vocabulary import Bilingual, Lang

MOST_POINTS = 400
MOST_NAMED = 3


def concentration_picture(desk: Desk) -> Picture:
    """Return the picture; silent accounts outside the low tier are triangles."""
    curve = _curve(desk)
    exposed = _exposed(desk)
    title, note = _title(desk, curve, exposed), _note(desk, exposed)

    def draw(lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
        axis = (
            (f"客户（按{desk.money.zh}从大到小）", "累计占比")
            if lang == "zh"
            else (f"Accounts ranked by {desk.money.en}", "Cumulative share")
        )
        return concentration_chart(
            Caption(title.plain(lang), note.plain(lang)),
            _thinned(curve),
            [*_tops(curve, lang), *_warnings(desk, curve, exposed, lang)],
            axis,
            "若各家相等" if lang == "zh" else "if all were equal",
            max(len(curve) - 1, 1),
            palette,
            is_narrow=is_narrow,
        )

    return Picture("concentration", title, in_both(draw), in_narrow(draw))


def _curve(desk: Desk) -> list[tuple[float, float]]:
    sql = (
        "SELECT contribution_amount FROM portfolio WHERE contribution_amount IS NOT NULL "
        "ORDER BY contribution_rank"
    )
    amounts = [max(0.0, float(r[0])) for r in desk.book.rows(sql)]
    whole = sum(amounts)
    curve, held = [(0.0, 0.0)], 0.0
    for rank, amount in enumerate(amounts, 1):
        held += amount
        curve.append((float(rank), min(1.0, held / whole) if whole else 0.0))
    return curve


def _thinned(curve: list[tuple[float, float]]) -> list[tuple[float, float]]:
    step = max(1, len(curve) // MOST_POINTS)
    head = curve[:50]
    return [*head, *curve[50::step], curve[-1]] if len(curve) > 50 else curve


def _exposed(desk: Desk) -> list[Account]:
    if not has_days(desk) or len(desk.subject.tiers) < 2:
        return []
    where = f"{exposure_condition(desk)} AND contribution_amount IS NOT NULL"
    return account_rows(desk, where, "contribution_amount DESC", MOST_NAMED)


def _title(desk: Desk, curve: list[tuple[float, float]], exposed: list[Account]) -> Line:
    name = Bilingual(desk.money_short.zh, desk.money_short.en)
    if len(curve) < 9:
        return line("{name}的累计占比", "Cumulative share of the {name}", name=name)
    quarter = money.quarter_part(desk)
    warned: Line | Join = EMPTY
    if exposed:
        warned = line(
            "，其中 {n} 家久未活动却不低",
            "; {n} of them silent yet not low",
            n=exposed_count(desk),
            is_cited=False,
        )
    return line(
        "前四分之一的客户占{name}的 {x}{warned}",
        "The top quarter of accounts holds {x} of the {name}{warned}",
        name=name,
        x=quarter,
        warned=warned,
        is_cited=False,
    )


def _note(desk: Desk, exposed: list[Account]) -> Line:
    a = desk.subject.assumptions
    mark: Line | Join = EMPTY
    if exposed:
        mark = line(
            "▼：不在低健康段，却 ≥ {days} 天无活动（最多标 {most} 家）。",
            " ▼: not in the low tier, yet silent for {days}+ days (at most {most} marked).",
            days=same(f"{desk.silence.days:g}"),
            most=same(str(MOST_NAMED)),
        )
    currency = desk.subject.currency
    unit = (
        Bilingual(f"单位 {currency}", f"in {currency}")
        if currency
        else Bilingual("币种未声明", "currency not declared")
    )
    if desk.contains_score:
        return line(
            "指数 =（{won} × 累计成交 + {pipe} × 在手商机）× 健康分/100，{unit}，n = {n}。含健康分，不是收入预测。{mark}",
            "Index = ({won} x won to date + {pipe} x open pipeline) x score/100, {unit}, n = {n}. It contains the "
            "score; it is not a revenue forecast.{mark}",
            denies=(Pattern.FORECAST,),
            won=same(f"{a.won_weight:g}"),
            pipe=same(f"{a.pipeline_weight:g}"),
            unit=unit,
            n=same(f"{desk.n_money:,}"),
            mark=mark,
        )
    return line(
        "六个月贡献（run-rate 口径），{unit}，n = {n}。按声明的假设推算，不称收入预测。{mark}",
        "Six-month contribution (run rate), {unit}, n = {n}. Extrapolated under the stated assumptions, not called a forecast.{mark}",
        denies=(Pattern.FORECAST,),
        unit=unit,
        n=same(f"{desk.n_money:,}"),
        mark=mark,
    )


def _tops(curve: list[tuple[float, float]], lang: Lang) -> list[Mark]:
    last = len(curve) - 1
    places = [p for p in (3, 10, -(-last // 4)) if 0 < p <= last and last >= 8]
    marks = []
    for place in dict.fromkeys(places):
        share = share_text(curve[place][1], 1)
        text = f"前 {place} 家：{share}" if lang == "zh" else f"top {place}: {share}"
        marks.append(Mark(place, curve[place][1], text, "plain"))
    return marks


def _warnings(
    desk: Desk, curve: list[tuple[float, float]], exposed: list[Account], lang: Lang
) -> list[Mark]:
    marks = []
    for a in exposed:
        if a.amount_rank is None or a.days is None or a.amount is None:
            continue
        word = tier_word(a.tier)
        tier = word.text(lang) if isinstance(word, Bilingual) else word.text
        name = desk.short(a.account_id, a.name).text
        days, amount = count_text(a.days), amount_text(a.amount, lang)
        text = (
            f"第 {a.amount_rank} 名 {name}：{tier}，{days} 天无活动，{amount}"
            if lang == "zh"
            else f"no. {a.amount_rank} {name}: {tier} tier, last activity {days} days ago, {amount}"
        )
        marks.append(Mark(int(a.amount_rank), curve[int(a.amount_rank)][1], text, "warning"))
    return marks
