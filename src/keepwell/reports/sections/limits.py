"""What can be said on these data and what can't, as a table of two columns."""

from keepwell.reports.desk import Desk
from keepwell.reports.dimensions import dimension_word
from keepwell.reports.figures import population
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Cell, Table
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import may_forecast, may_predict, may_say_trend
from keepwell.reports.sections.given import given_rows
from keepwell.reports.sections.track_record import has_record
from keepwell.reports.text import EMPTY, Join, Line, by_count, line, same, words
from keepwell.vocabulary import Bilingual, Unit

LITTLE_SPREAD = 0.02
HIGH_LEAST = 0.5


def limits(desk: Desk) -> list[Block]:
    """Return the table of what is known against what cannot be concluded from it."""
    rows: list[tuple[Line, Line]] = [
        _snapshots(desk),
        _intervals(desk),
        *_outcome(desk),
        *given_rows(desk),
        *_money(desk),
        *_flat_dimensions(desk),
        *_missing(desk),
    ]
    return [
        Table(
            "limits",
            Bilingual("能说与不能说", "What can and cannot be concluded"),
            (Bilingual("已知", "known"), Bilingual("不能下的结论", "cannot be concluded")),
            tuple((Cell(a), Cell(b)) for a, b in rows),
            (False, False),
        )
    ]


def _snapshots(desk: Desk) -> tuple[Line, Line]:
    before = desk.subject.as_of_before
    count = population.accounts(desk)
    known = line(
        "{count:acc}在 {day} 的快照{@count}",
        "{count:acc} at the snapshot of {day} {@count}",
        count=count,
        day=same(desk.subject.as_of.isoformat()),
    )
    if before is not None and may_say_trend(2):
        return known, line(
            "与 {before} 的快照可比；本报告不作跨快照比较，逐户变化见 `keepwell explain`",
            "comparable with the snapshot of {before}; nothing here compares the two, `keepwell explain` shows each account's change",
            before=same(before.isoformat()),
        )
    return known, line(
        "**没有第二个快照**，不谈升降",
        "**No second snapshot**, so no trend",
        denies=(Pattern.TREND,),
    )


def _intervals(desk: Desk) -> tuple[Line, Line]:
    return (
        words("区间的含义", "meaning of intervals"),
        line(
            "把 {n} 家看作同类客户的一个样本；只论这 {n} 家时，数值就是全量",
            "they treat the {n} as a sample of similar accounts; for "
            + by_count(desk.n, "this one", "these {n}")
            + " alone the figures are complete",
            n=same(f"{desk.n:,}"),
        ),
    )


def _outcome(desk: Desk) -> list[tuple[Line, Line]]:
    subject = desk.subject
    if may_predict(has_outcome=subject.has_outcome, backtest_passed=subject.has_passed_backtest):
        return []
    if subject.has_outcome:
        return [
            (
                words("流失记录", "churn records"),
                line(
                    "{left}**没有通过回测**，所以不称“预测流失”；低健康只表示分数低",
                    "{left}**No back-test has been passed**, so nothing here predicts churn; low means a low score",
                    denies=(Pattern.PREDICT,),
                    left=_left_before(subject.left_before),
                ),
            )
        ]
    return [
        (
            words("健康分", "the health score"),
            line(
                "**没有流失结果可用**，所以不称“预测流失”；低健康只表示分数低。来源若有流失日期，映射到 accounts.churned_at",
                "**No churn outcome at hand**, so nothing here predicts churn; low means a low score. If the source has a date "
                "of leaving, map it to accounts.churned_at",
                denies=(Pattern.PREDICT,),
            ),
        )
    ]


def _left_before(count: int) -> Line | Join:
    if not count:
        return EMPTY
    return line(
        "{n} 家有离开日期（不计分），但",
        "{n} accounts have a date of leaving (they are not scored). ",
        n=same(f"{count:,}"),
    )


def _money(desk: Desk) -> list[tuple[Line, Line]]:
    if not desk.has_money:
        return [
            (
                words("金额", "money"),
                words(
                    "没有任何客户的成交、商机或经常性金额：不谈金额、集中度与在险金额",
                    "no account has won, pipeline or recurring amounts: nothing is said on money, concentration or money at risk",
                ),
            )
        ]
    verdict = may_forecast(
        is_dated=desk.subject.method == "run_rate",
        has_past_error=has_record(desk),
        contains_score=desk.contains_score,
    )
    if verdict:
        return []
    if desk.contains_score:
        return [
            (
                words("累计成交、在手商机", "won to date, open pipeline"),
                line(
                    "没有日期：无法给出收入预测及其区间，也无法说商机半年内能落地多少；只用作排序的指数",
                    "no dates: no revenue forecast and no interval for one, no share that closes in six months; "
                    "the amounts serve as an index for ranking only",
                    denies=(Pattern.FORECAST,),
                ),
            )
        ]
    return [
        (
            _pace(desk),
            line(
                "以往误差未知：六个月贡献是按声明的假设推算的量，不是带误差的收入预测",
                "no past error is known: the six-month contribution is an extrapolation under the stated "
                "assumptions, not a revenue forecast with an error",
                denies=(Pattern.FORECAST,),
            ),
        )
    ]


def _pace(desk: Desk) -> Line:
    if desk.subject.assumptions.is_recurring:
        return words("当前经常性收入", "current recurring revenue")
    return words("成交节奏、在手商机", "won pace, open pipeline")


def _flat_dimensions(desk: Desk) -> list[tuple[Line, Line]]:
    rows = []
    for dimension in population.dimension_names(desk):
        fact = population.variance_share(desk, dimension, dimension_word(dimension))
        if fact.value is None or abs(fact.value) >= LITTLE_SPREAD or fact.n < 10:
            continue
        weights = {d.dimension: d.weight for d in desk.subject.cards[0].dimensions}
        whole = sum(weights.values())
        points = round(100 * weights.get(dimension, 0) / whole)
        rows.append(
            (
                line("{name}", "{name}", name=dimension_word(dimension)),
                line(
                    "{points} 分的维度对分数方差的贡献是 {share}{@share}，几乎不区分客户{least}",
                    "{points} points of weight give {share} of the score's variance {@share}; it hardly tells accounts "
                    "apart{least}",
                    points=same(str(points)),
                    share=fact,
                    least=_least(desk, dimension),
                ),
            )
        )
    return rows


def _least(desk: Desk, dimension: str) -> Line | Join:
    """Return the lowest value of a dimension's only measure where even that is high."""
    card = desk.subject.cards[0]
    held = [m.measure for d in card.dimensions if d.dimension == dimension for m in d.measures]
    known = desk.subject.measures.get(held[0]) if len(held) == 1 else None
    if known is None or known.unit is not Unit.SHARE or not desk.has(known.name):
        return EMPTY
    fact = desk.book.scalar(
        f"least:{known.name}",
        Bilingual(f"{known.label.zh}：最低值", f"{known.label.en}: lowest value"),
        Form.PART,
        f"SELECT min({known.name}) FROM portfolio",
        desk.n,
    )
    if fact.value is None or fact.value < HIGH_LEAST:
        return EMPTY
    return line("：最低也有 {x}{@x}", ": the lowest is {x} {@x}", x=fact)


def _missing(desk: Desk) -> list[tuple[Line, Line]]:
    scored = {m.measure for c in desk.subject.cards for m in c.measures}
    absent = [
        desk.subject.label(name)
        for name, source in desk.subject.sources.items()
        if source.kind == "missing" and name in scored
    ]
    if not absent:
        return []
    return [
        (
            line("没有数据：{names}", "no data: {names}", names=Join(tuple(absent))),
            words(
                "这些指标的权重由其余指标分摊；对它们不作任何判断",
                "their weight is shared among the others; nothing is concluded about them",
            ),
        )
    ]
