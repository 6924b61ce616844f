"""The scales of scales.py as portable SQL (design D2): clip by CASE, guarded domains."""

from collections.abc import Iterable
from itertools import pairwise
from typing import assert_never

from sqlglot import exp

from keepwell.measures import as_type, double
from keepwell.scoring.scales import (
    LOGISTIC_LIMIT,
    NEUTRAL,
    clip_ends,
    is_constant,
    is_fitted,
    transformed_bounds,
)
from keepwell.vocabulary import (
    IdentityScale,
    LinearScale,
    LogisticScale,
    MapScale,
    MinMaxScale,
    PercentileScale,
    Scale,
    StepsScale,
)


def whole(value: int) -> exp.Expr:
    """Return a BIGINT literal."""
    literal = exp.Literal.number(abs(value))
    return as_type(exp.Neg(this=literal) if value < 0 else literal, exp.DataType.Type.BIGINT)


def column(name: str) -> exp.Column:
    """Return a column reference, quoted where the name needs it."""
    return exp.Column(this=exp.to_identifier(name))


def case(branches: Iterable[tuple[exp.Expr, exp.Expr]], default: exp.Expr | None) -> exp.Case:
    """Return CASE WHEN .. THEN .. for each branch, ELSE `default`, without copying the parts."""
    ifs = [exp.If(this=condition, true=value) for condition, value in branches]
    return exp.Case(ifs=ifs, default=default)


def named(value: exp.Expr, name: str) -> exp.Alias:
    """Return the expression AS name, without copying it."""
    return exp.Alias(this=value, alias=exp.to_identifier(name))


def scale_expression(scale: Scale, name: str) -> exp.Expr:
    """Return the share 0-1 of the known values of a column; NULL while the scale has no bounds."""
    if not is_fitted(scale):
        return as_type(exp.null(), exp.DataType.Type.DOUBLE)
    return double(NEUTRAL) if is_constant(scale) else _spread(scale, column(name))


def _spread(scale: Scale, x: exp.Column) -> exp.Expr:
    match scale:
        case IdentityScale():
            return _directed(scale, _identity(x))
        case MinMaxScale():
            return _directed(scale, _minmax(scale, x))
        case PercentileScale():
            return _directed(scale, _between(scale.breakpoints, x))
        case LinearScale():
            return _linear(scale, x)
        case StepsScale():
            return _steps(scale, x)
        case MapScale():
            return _mapped(scale, x)
        case LogisticScale():
            return _directed(scale, _logistic(scale, x))
        case _:
            assert_never(scale)


def _directed(scale: Scale, share: exp.Expr) -> exp.Expr:
    if scale.direction == "lower_is_better":
        return exp.Sub(this=double(1.0), expression=exp.Paren(this=share))
    return share


def _identity(x: exp.Expr) -> exp.Expr:
    below = exp.LT(this=x.copy(), expression=double(0.0))
    above = exp.GT(this=x.copy(), expression=double(1.0))
    return case([(below, double(0.0)), (above, double(1.0))], x.copy())


def _steps(scale: StepsScale, x: exp.Expr) -> exp.Expr:
    branches = (
        (exp.GTE(this=x.copy(), expression=double(at)), double(share))
        for at, share in reversed(scale.steps)
    )
    return case(branches, double(scale.below))


def _mapped(scale: MapScale, x: exp.Expr) -> exp.Expr:
    branches = (
        (exp.EQ(this=x.copy(), expression=exp.Literal.string(category)), double(share))
        for category, share in scale.values.items()
    )
    return case(branches, None)


def _divide(upper: exp.Expr, lower: float) -> exp.Expr:
    safe = exp.Nullif(this=double(lower), expression=double(0.0))
    return exp.Div(this=exp.Paren(this=upper), expression=safe)


def _minmax(scale: MinMaxScale, x: exp.Expr) -> exp.Expr:
    low, high = transformed_bounds(scale)
    lowest, highest = clip_ends(scale)
    above_low = exp.Sub(this=_transformed(scale.kind, x.copy()), expression=double(low))
    at_low = exp.LTE(this=x.copy(), expression=double(lowest))
    at_high = exp.GTE(this=x.copy(), expression=double(highest))
    ends = [(at_low, double(0.0)), (at_high, double(1.0))]
    share: exp.Expr = _divide(above_low, high - low)
    if scale.kind == "sqrt_minmax":
        share = exp.Sqrt(this=share)
    return case(ends, share)


def _transformed(kind: str, x: exp.Expr) -> exp.Expr:
    if kind != "log_minmax":
        return x
    inner = exp.Ln(this=exp.Add(this=double(1.0), expression=x.copy()))
    positive = exp.GT(this=x.copy(), expression=double(0.0))
    return exp.Paren(this=case([(positive, inner)], double(0.0)))


def _between(points: tuple[tuple[float, float], ...], x: exp.Expr) -> exp.Expr:
    first_value, first_share = points[0]
    first = exp.LTE(this=x.copy(), expression=double(first_value))
    branches: list[tuple[exp.Expr, exp.Expr]] = [(first, double(first_share))]
    for (v0, s0), (v1, s1) in pairwise(points):
        part = _divide(exp.Sub(this=x.copy(), expression=double(v0)), v1 - v0)
        rise = exp.Mul(this=part, expression=double(s1 - s0))
        line = exp.Add(this=double(s0), expression=rise)
        branches.append((exp.LT(this=x.copy(), expression=double(v1)), line))
    return case(branches, double(points[-1][1]))


def _linear(scale: LinearScale, x: exp.Expr) -> exp.Expr:
    zero, full = scale.zero_at, scale.full_at
    outside, inside = (exp.LTE, exp.GTE) if full > zero else (exp.GTE, exp.LTE)
    at_zero = outside(this=x.copy(), expression=double(zero))
    at_full = inside(this=x.copy(), expression=double(full))
    line = _divide(exp.Sub(this=x.copy(), expression=double(zero)), full - zero)
    return case([(at_zero, double(0.0)), (at_full, double(1.0))], line)


def _logistic(scale: LogisticScale, x: exp.Expr) -> exp.Expr:
    from_middle = exp.Paren(this=exp.Sub(this=x.copy(), expression=double(scale.midpoint)))
    z = exp.Mul(this=double(scale.slope), expression=from_middle)
    odds = exp.Exp(this=exp.Neg(this=exp.Paren(this=z.copy())))
    below = exp.Nullif(
        this=exp.Paren(this=exp.Add(this=double(1.0), expression=odds)), expression=double(0.0)
    )
    far_above = exp.GT(this=z.copy(), expression=double(LOGISTIC_LIMIT))
    far_below = exp.LT(this=z.copy(), expression=double(-LOGISTIC_LIMIT))
    curve = exp.Div(this=double(1.0), expression=below)
    return case([(far_above, double(1.0)), (far_below, double(0.0))], curve)
