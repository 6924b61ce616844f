"""What sizes show: by construction where the score counts size, and what is left without it."""

from keepwell.outlook import MatrixRow
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures import cells
from keepwell.reports.figures.cells import Matrix
from keepwell.reports.numbers import Form
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import MINIMUM_N, may_call_hot_spot
from keepwell.reports.terms import size_word
from keepwell.reports.text import Line, line, words
from keepwell.vocabulary import UNKNOWN_TIER, Bilingual


def size_effect(desk: Desk, found: Matrix) -> list[Line]:
    """Return the line on sizes: the two that differ most among those with ten accounts or more."""
    held = [r for r in found.sizes if r.scored >= MINIMUM_N and r.size != UNKNOWN_TIER]
    if len(held) < 2:
        return []
    high = max(held, key=lambda r: (r.low_share or 0.0, r.size))
    some = [r for r in held if r.low_count] if sum(1 for r in held if r.low_count) > 1 else held
    low = min(some, key=lambda r: (r.low_share or 0.0, r.size))
    if high.low_count == 0 or high.size == low.size:
        return []
    dimension = cells.size_dimension(desk)
    if dimension is None:
        return [_tested(desk, high, low)]
    return [_by_construction(desk, high, low, dimension)]


def _tested(desk: Desk, high: MatrixRow, low: MatrixRow) -> Line:
    one = cells.size_fact(desk, high.size, is_by_construction=False)
    other = cells.size_fact(desk, low.size, is_by_construction=False)
    stands = may_call_hot_spot(high.scored, high.holm_p)
    if stands:
        return line(
            "规模不进评分。{a}客户低健康 {one:full}，高于其余规模（校正后成立）；{b}客户 {other:full}{@one,other}。",
            "Size is not in the score. Low among {a}: {one:full}, higher than the other sizes after adjustment; "
            "among {b}: {other:full} {@one,other}.",
            claims=(Pattern.COMPARE,),
            a=size_word(high.size),
            b=size_word(low.size),
            one=one,
            other=other,
        )
    return line(
        "规模不进评分。{a}客户低健康 {one:full}，{b}客户 {other:full}{@one,other}：看不出差别。",
        "Size is not in the score. Low among {a}: {one:full}, among {b}: {other:full} {@one,other}: "
        "no difference visible.",
        a=size_word(high.size),
        b=size_word(low.size),
        one=one,
        other=other,
    )


def _by_construction(desk: Desk, high: MatrixRow, low: MatrixRow, dimension: str) -> Line:
    one = cells.size_fact(desk, high.size, is_by_construction=True)
    other = cells.size_fact(desk, low.size, is_by_construction=True)
    if not desk.has(f"score_without_{dimension}_micro"):
        return line(
            "{a}客户低健康 {one:full}，{b}客户 {other:full}{@one,other}；规模计入评分，这一差别部分由定义造成。",
            "Low among {a}: {one:full}, among {b}: {other:full} {@one,other}; size enters the score, so part of "
            "the gap is by construction.",
            a=size_word(high.size),
            b=size_word(low.size),
            one=one,
            other=other,
        )
    one_left = cells.size_without(desk, high.size, dimension)
    other_left = cells.size_without(desk, low.size, dimension)
    gap = round(((one.value or 0.0) - (other.value or 0.0)) * 100)
    gap_left = round(((one_left.value or 0.0) - (other_left.value or 0.0)) * 100)
    return line(
        "规模计入评分：{a}客户低健康 {one:full}，由定义造成；去掉该维度后是 {one_left:n}。{b}客户由 {other:n} 变为 "
        "{other_left:n}{@one,one_left,other,other_left}。两者相差由 {gap} 个百分点变为 {gap_left} 个{@gap,gap_left}。{close}",
        "The scorecard counts size: {a} {one:full} low, by construction; without that dimension {one_left:n}. "
        "{b} goes from {other:n} to {other_left:n} {@one,one_left,other,other_left}. The gap goes from {gap} "
        "points to {gap_left} {@gap,gap_left}. {close}",
        denies=(Pattern.COMPARE,),
        a=size_word(high.size),
        b=size_word(low.size),
        one=one,
        other=other,
        one_left=one_left,
        other_left=other_left,
        gap=_gap(desk, "size:gap", gap, one, other),
        gap_left=_gap(desk, "size:gap_left", gap_left, one_left, other_left),
        close=_close(gap, gap_left),
    )


def _gap(desk: Desk, key: str, points: int, one: Fact, other: Fact) -> Fact:
    """Return the difference of two shares in percentage points."""
    label = Bilingual(
        f"{one.label.zh}减{other.label.zh}（百分点）",
        f"{one.label.en} minus {other.label.en} (percentage points)",
    )
    query = f"100 * ({one.key} - {other.key})"
    n = one.n + other.n
    return desk.book.keep(
        Fact(key, label, points, Form.COUNT, query, n, is_by_construction=True, is_sql=False)
    )


def _close(gap: int, gap_left: int) -> Line:
    if abs(gap_left) * 2 <= abs(gap):
        return words(
            "**不能说某种规模的客户更不健康。**",
            "**It cannot be said that accounts of one size are less healthy.**",
        )
    return words(
        "去掉后差别仍在，但规模与其他计分指标相连，仍不能当作规模本身的结论。",
        "A gap remains, but size goes with other scored measures, so it is still no finding about size itself.",
    )
