"""The stages of scoring SQL: scaled -> pattern (what is left out) -> weights -> micro -> totals."""

from collections.abc import Sequence
from functools import reduce

from sqlglot import exp

from keepwell.measures import double
from keepwell.scoring.scale_sql import column, scale_expression, whole
from keepwell.scoring.scales import is_fitted, policy_share
from keepwell.vocabulary import MapScale, Scorecard, ScorecardMeasure

# The pattern of an account of which nothing is known: no weights, no score.
NOTHING_KNOWN = -1
PARTS = ("scaled", "weight", "micro")


def known_condition(measure: ScorecardMeasure) -> exp.Expr:
    """Return the SQL condition under which the measure's value is known; never NULL when true."""
    x = column(measure.measure)
    if isinstance(measure.scale, MapScale):
        return exp.In(this=x, expressions=[exp.Literal.string(c) for c in measure.scale.values])
    if not is_fitted(measure.scale):
        return exp.false()
    return exp.Not(this=exp.Is(this=x, expression=exp.null()))


def never_condition(measure: ScorecardMeasure) -> exp.Expr:
    """Return the SQL condition under which the measure never happened."""
    is_null = exp.Is(this=column(measure.measure), expression=exp.null())
    return exp.and_(is_null, column(f"{measure.measure}__never"))


def with_stages(
    select: exp.Select,
    card: Scorecard,
    measures_table: str,
    where: str | None,
    *,
    patterns: Sequence[int] | None,
) -> exp.Select:
    scaled = exp.select(column("account_id"), *_scaled_columns(card)).from_(measures_table)
    if where is not None:
        scaled = scaled.where(where, dialect="duckdb")
    names = [column(n) for n in ("account_id", "coverage_micro")]
    shares = [column(f"{m.measure}__scaled") for m in card.measures]
    patterned = exp.select(*names, *shares, exp.alias_(_pattern(card), "pattern")).from_("scaled")
    staged = select.with_("scaled", as_=scaled).with_("patterned", as_=patterned)
    if patterns is None:
        return staged
    weighted = exp.select(*names, *_weight_columns(card, patterns)).from_("patterned")
    micro = exp.select(
        *names, *(column(f"{m.measure}__{p}") for m in card.measures for p in PARTS[:2])
    )
    micro = micro.select(*(_micro(m.measure) for m in card.measures)).from_("weighted")
    totals = exp.select(
        *names, *(column(f"{m.measure}__{p}") for m in card.measures for p in PARTS)
    )
    totals = totals.select(*_total_columns(card)).from_("micro")
    staged = staged.with_("weighted", as_=weighted)
    return staged.with_("micro", as_=micro).with_("totals", as_=totals)


def _scaled_columns(card: Scorecard) -> list[exp.Expr]:
    columns: list[exp.Expr] = []
    covered: list[exp.Expr] = []
    design = card.micro_weights()
    for m in card.measures:
        case = exp.Case().when(known_condition(m), scale_expression(m.scale, m.measure))
        case = case.when(never_condition(m), _share(policy_share(m, m.never)))
        case = case.else_(_share(policy_share(m, m.unknown)))
        columns.append(exp.alias_(case, f"{m.measure}__scaled"))
        weight = whole(design[m.measure])
        counted = exp.Case().when(known_condition(m), weight)
        counted = counted.when(never_condition(m), weight.copy())
        covered.append(counted.else_(whole(0)))
    return [*columns, exp.alias_(_sum(covered), "coverage_micro")]


def _pattern(card: Scorecard) -> exp.Expr:
    bits: list[exp.Expr] = [
        exp.Case().when(_is_null(f"{m.measure}__scaled"), whole(2**bit)).else_(whole(0))
        for bit, m in enumerate(_shared(card))
    ]
    nothing = exp.EQ(this=column("coverage_micro"), expression=whole(0))
    case = exp.Case().when(nothing, whole(NOTHING_KNOWN))
    return case.else_(_sum(bits) if bits else whole(0))


def _weight_columns(card: Scorecard, patterns: Sequence[int]) -> list[exp.Expr]:
    shared = [m.measure for m in _shared(card)]
    every = frozenset(m.measure for m in card.measures)
    weights = {
        p: card.micro_weights(every - {n for bit, n in enumerate(shared) if p >> bit & 1})
        for p in sorted(set(patterns))
    }
    is_nothing = exp.EQ(this=column("pattern"), expression=whole(NOTHING_KNOWN))
    columns: list[exp.Expr] = []
    for m in card.measures:
        by_weight: dict[int, list[int]] = {}
        for p, apportioned in weights.items():
            by_weight.setdefault(apportioned.get(m.measure, 0), []).append(p)
        case = exp.Case().when(is_nothing.copy(), whole(0))
        for weight, same in by_weight.items():
            here = exp.In(this=column("pattern"), expressions=[whole(p) for p in same])
            case = case.when(here, whole(weight))
        scaled = column(f"{m.measure}__scaled")
        kept = exp.Case().when(is_nothing.copy(), exp.cast(exp.null(), "DOUBLE")).else_(scaled)
        columns.append(exp.alias_(kept, f"{m.measure}__scaled"))
        columns.append(exp.alias_(case, f"{m.measure}__weight"))
    return columns


def _micro(measure: str) -> exp.Expr:
    weight = exp.cast(column(f"{measure}__weight"), "DOUBLE")
    product = exp.Mul(this=column(f"{measure}__scaled"), expression=weight)
    rounded = exp.Floor(this=exp.Add(this=product, expression=double(0.5)))
    case = exp.Case().when(_is_null(f"{measure}__scaled"), whole(0))
    return exp.alias_(case.else_(exp.cast(rounded, "BIGINT")), f"{measure}__micro")


def _total_columns(card: Scorecard) -> list[exp.Expr]:
    sums: list[exp.Expr] = [
        exp.alias_(
            _sum([column(f"{m.measure}__micro") for m in d.measures]), f"{d.dimension}__micro"
        )
        for d in card.dimensions
    ]
    whole_sum = _sum([column(f"{m.measure}__micro") for m in card.measures])
    nothing = exp.EQ(this=column("coverage_micro"), expression=whole(0))
    score = exp.Case().when(nothing, exp.cast(exp.null(), "BIGINT")).else_(whole_sum)
    return [*sums, exp.alias_(score, "score_micro")]


def _shared(card: Scorecard) -> tuple[ScorecardMeasure, ...]:
    return tuple(m for m in card.measures if m.unknown == "share")


def _share(value: float | None) -> exp.Expr:
    return exp.cast(exp.null(), "DOUBLE") if value is None else double(value)


def _is_null(name: str) -> exp.Expr:
    return exp.Is(this=column(name), expression=exp.null())


def _sum(terms: Sequence[exp.Expr]) -> exp.Expr:
    return reduce(lambda a, b: exp.Add(this=a, expression=b), terms)
