"""Three strategies by value: resource plan, steps, and KPIs with their current values."""

from keepwell.playbooks import (
    HOURS_PER_PERSON_MONTH,
    QBR_HOURS,
    KpiNow,
    StrategyNow,
    ValueKpi,
    ValueStrategies,
    strategy_now,
)
from keepwell.reports.desk import Desk
from keepwell.reports.numbers import Form, number_text
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Table
from keepwell.reports.sections.table_cells import number_cell, pair_cell, slot_cell, text_cell
from keepwell.reports.text import DataPair, Line, line, same
from keepwell.reports.value import figures
from keepwell.reports.value.stand_ins import marked
from keepwell.vocabulary import Bilingual, Unit

LIGHTS = {
    "green": Bilingual("绿：已达目标", "green: at target"),
    "watch": Bilingual("接近目标", "near the target"),
    "amber": Bilingual("黄", "amber"),
    "red": Bilingual("红", "red"),
    "unknown": Bilingual("无字段：开始记录是第一步", "no field: recording it is the first step"),
}
FORMS = {
    Unit.SHARE: Form.SHARE,
    Unit.RATIO: Form.RATIO,
    Unit.COUNT: Form.NUMBER,
    Unit.DAYS: Form.DAYS,
}


def live_strategies(desk: Desk, given: ValueStrategies) -> tuple[StrategyNow, ...]:
    """Return each strategy with its accounts and the current values of its KPIs."""
    coverage = desk.subject.value.coverage if desk.subject.value else {}
    found = []
    for s in given.strategies:
        n = int(desk.book.rows(f"SELECT count(*) FROM portfolio WHERE {s.condition}")[0][0])
        values = [_current(desk, k, s.condition) for k in s.kpis]
        found.append(strategy_now(s, n, coverage.get(s.coverage, 100), values))
    return tuple(found)


def _current(desk: Desk, kpi: ValueKpi, where: str) -> tuple[float | None, int]:
    if not kpi.is_computable(desk.subject.columns):
        return None, 0
    value, n = desk.book.rows(kpi.query(where))[0]
    return (None if value is None else float(value)), int(n)


def strategies(
    desk: Desk, given: ValueStrategies, roles: dict[str, Bilingual], heading: Line, level: int
) -> list[Block]:
    """Return the section: one resource plan for all, then steps and KPIs of each strategy."""
    live = live_strategies(desk, given)
    blocks: list[Block] = [
        Heading(heading, level, "value_strategies"),
        Paragraph(_explained()),
        _plan(desk, live),
    ]
    for now in live:
        title = line("{x}", "{x}", x=now.strategy.title)
        blocks.append(Heading(title, level + 1, f"strategy_{now.strategy.strategy}"))
        blocks.append(Paragraph(_aim(desk, now)))
        if now.accounts:
            blocks += [_steps(now, roles), _kpis(desk, now)]
    return blocks


def _explained() -> Line:
    return line(
        "目标、黄线、红线为建议值，90 天后复核；现值取自本快照。工时为声明的假设：各 KPI 每户每月分钟数，加每次业务回顾 {q} 小时，"
        "按 {h} 小时/人月折算。",
        "Targets, amber and red lines are proposals, reviewed after 90 days; current values are from this snapshot. "
        "Hours are declared assumptions: minutes per account and month of each KPI plus {q} hours for a business "
        "review; {h} hours make a person-month.",
        q=same(str(QBR_HOURS)),
        h=same(str(HOURS_PER_PERSON_MONTH)),
    )


def _plan(desk: Desk, live: tuple[StrategyNow, ...]) -> Table:
    pairs = tuple((now, _held(desk, now)) for now in live)
    return Table(
        "value_plan",
        Bilingual("资源计划", "Resource plan"),
        (
            Bilingual("策略", "strategy"),
            Bilingual("对象", "for whom"),
            Bilingual("户数", "accounts"),
            Bilingual("价值金额", "value amount"),
            Bilingual("覆盖比", "coverage"),
            Bilingual("按覆盖比需人", "people by coverage"),
            Bilingual("小时/月", "hours a month"),
            Bilingual("按工时需人", "people by hours"),
            Bilingual("业务回顾", "business reviews"),
            Bilingual("自动化", "automated"),
            Bilingual("自助", "self-service"),
        ),
        (*(_plan_row(now, held) for now, held in pairs), _sum_row(pairs)),
        (False, False, True, True, True, True, True, True, False, True, True),
    )


def _held(desk: Desk, now: StrategyNow) -> float | None:
    """Return the value amount of a strategy's accounts, to be held against its effort."""
    sql = f"SELECT sum(value_amount) FROM portfolio WHERE {now.strategy.condition}"
    held = desk.book.rows(sql)[0][0]
    return None if held is None else float(held)


def _sum_row(pairs: tuple[tuple[StrategyNow, float | None], ...]) -> tuple[Cell, ...]:
    """Return the whole team's effort; an account belongs to one strategy at most."""
    live = [now for now, _ in pairs]
    known = [held for _, held in pairs if held is not None]
    accounts = sum(now.accounts for now in live)
    people = sum(now.people_by_coverage for now in live)
    return (
        pair_cell(Bilingual("合计", "all")),
        pair_cell(Bilingual("—", "—")),
        text_cell(f"{accounts:,}", float(accounts)),
        number_cell(sum(known) if known else None, Form.AMOUNT),
        text_cell("—"),
        text_cell(f"{people:,}", float(people)),
        number_cell(sum(now.hours for now in live), Form.NUMBER),
        number_cell(sum(now.people_by_hours for now in live), Form.NUMBER),
        *(text_cell("—") for _ in range(3)),
    )


def _plan_row(now: StrategyNow, held: float | None) -> tuple[Cell, ...]:
    s = now.strategy
    reviews = (
        Bilingual("无", "none")
        if not s.qbr_per_year
        else Bilingual(
            f"每年 {s.qbr_per_year} 次，{s.qbr_share * 100:g} % 的客户",
            f"{s.qbr_per_year} a year for {s.qbr_share * 100:g} % of accounts",
        )
    )
    return (
        pair_cell(s.title),
        pair_cell(s.who),
        text_cell(f"{now.accounts:,}", float(now.accounts)),
        number_cell(held, Form.AMOUNT),
        text_cell(f"1:{now.per_person}"),
        text_cell(f"{now.people_by_coverage:,}", float(now.people_by_coverage)),
        number_cell(now.hours, Form.NUMBER),
        number_cell(now.people_by_hours, Form.NUMBER),
        slot_cell(reviews),
        number_cell(s.automation_share, Form.SHARE),
        number_cell(s.self_service_share, Form.SHARE),
    )


def _aim(desk: Desk, now: StrategyNow) -> Line:
    s = now.strategy
    count = figures.strategy_count(desk, s.title, s.strategy, s.condition)
    if not now.accounts:
        return line(
            "{aim}。眼下没有客户属于它。",
            "{aim}. No account belongs to it now.",
            aim=DataPair(s.aim),
        )
    return line(
        "{aim}。{n:acc}{@n}；自助渠道：{means}。",
        "{aim}. {n:acc} {@n}; self-service: {means}.",
        aim=DataPair(s.aim),
        n=count,
        means=DataPair(s.self_service_means),
    )


def _steps(now: StrategyNow, roles: dict[str, Bilingual]) -> Table:
    return Table(
        f"steps_{now.strategy.strategy}",
        Bilingual(f"{now.strategy.title.zh}：步骤", f"{now.strategy.title.en}: steps"),
        (
            Bilingual("步骤", "step"),
            Bilingual("做什么", "what"),
            Bilingual("负责人", "owner"),
            Bilingual("节奏", "cadence"),
        ),
        tuple(
            (
                pair_cell(step.title),
                pair_cell(step.detail),
                pair_cell(roles.get(step.owner, Bilingual(step.owner, step.owner))),
                pair_cell(step.cadence),
            )
            for step in now.strategy.steps
        ),
        (False, False, False, False),
    )


def _kpis(desk: Desk, now: StrategyNow) -> Table:
    return Table(
        f"kpis_{now.strategy.strategy}",
        Bilingual(f"{now.strategy.title.zh}：KPI", f"{now.strategy.title.en}: KPIs"),
        (
            Bilingual("KPI", "KPI"),
            Bilingual("现值", "now"),
            Bilingual("n", "n"),
            Bilingual("状态", "state"),
            Bilingual("目标", "target"),
            Bilingual("黄", "amber"),
            Bilingual("红", "red"),
            Bilingual("小时/月", "hours a month"),
        ),
        tuple(_kpi_row(desk, k) for k in now.kpis),
        (False, True, True, False, True, True, True, True),
    )


def _kpi_row(desk: Desk, now: KpiNow) -> tuple[Cell, ...]:
    kpi, form = now.kpi, FORMS.get(now.kpi.unit, Form.NUMBER)
    sign = ("≥ ", "< ") if kpi.better == "higher" else ("≤ ", "> ")
    limits = [
        Bilingual(*(f"{mark}{number_text(limit, form, lang)}" for lang in ("zh", "en")))
        for mark, limit in (
            (sign[0], kpi.target),
            (sign[1], kpi.amber),
            (sign[1], kpi.red),
        )
    ]
    label = kpi.label if now.value is None else marked(desk, kpi.label, *kpi.reads)
    return (
        pair_cell(label),
        number_cell(now.value, form),
        text_cell(f"{now.n:,}", float(now.n)),
        slot_cell(LIGHTS[now.light]),
        *(slot_cell(limit) for limit in limits),
        number_cell(now.hours, Form.NUMBER),
    )
