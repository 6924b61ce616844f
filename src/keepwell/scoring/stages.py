"""The stages of scoring SQL: scaled -> pattern (what is left out) -> weights -> micro -> totals."""

from collections.abc import Sequence
from functools import reduce

from sqlglot import exp

from keepwell.measures import as_type, double
from keepwell.scoring.scale_sql import case, column, named, scale_expression, whole
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
    weights_table: str | None = None,
) -> exp.Select:
    """Return the select with the stages as its CTEs; without weights only the first two.

    Weights stand in the text for the `patterns`, or in a table of `weight_rows`.
    """
    names = ("account_id", "coverage_micro")
    columns = {part: [f"{m.measure}__{part}" for m in card.measures] for part in PARTS}
    scaled = _from(measures_table, [column("account_id"), *_scaled_columns(card)])
    if where is not None:
        scaled = scaled.where(where, dialect="duckdb", copy=False)
    stages = {"scaled": scaled}
    kept = [column(n) for n in (*names, *columns["scaled"])]
    stages["patterned"] = _from("scaled", [*kept, named(_pattern(card), "pattern")])
    if patterns is not None or weights_table is not None:
        kept = [column(n) for n in names]
        if weights_table is None:
            weighted = _from("patterned", [*kept, *_weight_columns(card, patterns or ())])
        else:
            weighted = _looked_up(card, weights_table, kept)
        stages["weighted"] = weighted
        kept = [column(n) for n in (*names, *columns["scaled"], *columns["weight"])]
        micro = [_micro(m.measure) for m in card.measures]
        stages["micro"] = _from("weighted", [*kept, *micro])
        kept = [column(n) for n in (*names, *(c for part in PARTS for c in columns[part]))]
        stages["totals"] = _from("micro", [*kept, *_total_columns(card)])
    for name, stage in stages.items():
        select = select.with_(name, as_=stage, copy=False)
    return select


def _from(table: str, columns: Sequence[exp.Expr]) -> exp.Select:
    return exp.Select(expressions=list(columns)).from_(table, copy=False)


def _scaled_columns(card: Scorecard) -> list[exp.Expr]:
    columns: list[exp.Expr] = []
    covered: list[exp.Expr] = []
    design = card.micro_weights()
    for m in card.measures:
        weight = design[m.measure]
        branches = [
            (known_condition(m), scale_expression(m.scale, m.measure)),
            (never_condition(m), _share(policy_share(m, m.never))),
        ]
        share = case(branches, _share(policy_share(m, m.unknown)))
        columns.append(named(share, f"{m.measure}__scaled"))
        counted = [(known_condition(m), whole(weight)), (never_condition(m), whole(weight))]
        covered.append(case(counted, whole(0)))
    return [*columns, named(total(covered), "coverage_micro")]


def _pattern(card: Scorecard) -> exp.Expr:
    bits: list[exp.Expr] = [
        case([(_is_null(f"{m.measure}__scaled"), whole(2**bit))], whole(0))
        for bit, m in enumerate(_shared(card))
    ]
    mask = total(bits) if bits else whole(0)
    return case([(_is_nothing("coverage_micro", 0), whole(NOTHING_KNOWN))], mask)


def shared_measures(card: Scorecard) -> tuple[str, ...]:
    """Return the measures whose weight is shared when they are missing, by bit of the pattern."""
    return tuple(m.measure for m in _shared(card))


def weight_rows(card: Scorecard, patterns: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return, for each pattern in order, the micro-points of every measure; 0 when left out."""
    shared = shared_measures(card)
    names = [m.measure for m in card.measures]
    rows = {}
    for p in sorted(set(patterns)):
        left_out = {n for bit, n in enumerate(shared) if p >> bit & 1}
        apportioned = card.micro_weights(frozenset(names) - left_out)
        rows[p] = {n: apportioned.get(n, 0) for n in names}
    return rows


def _looked_up(card: Scorecard, weights_table: str, kept: Sequence[exp.Expr]) -> exp.Select:
    """Return the weights by a join; a pattern without a row has weight NULL, and so its score."""
    columns: list[exp.Expr] = []
    for m in card.measures:
        scaled, weight = f"{m.measure}__scaled", f"{m.measure}__weight"
        unscored = (_is_unscored(), as_type(exp.null(), exp.DataType.Type.DOUBLE))
        columns.append(named(case([unscored], column(scaled)), scaled))
        found = as_type(exp.column(weight, table="weights"), exp.DataType.Type.BIGINT)
        columns.append(named(case([(_is_unscored(), whole(0))], found), weight))
    table = exp.alias_(exp.to_table(weights_table), "weights", table=True)
    pattern = [exp.column("pattern", table=t) for t in ("weights", "patterned")]
    same = exp.EQ(this=pattern[0], expression=pattern[1])
    return _from("patterned", [*kept, *columns]).join(table, on=same, join_type="left", copy=False)


def _is_unscored() -> exp.Expr:
    unscored = exp.column("pattern", table="patterned")
    return exp.EQ(this=unscored, expression=whole(NOTHING_KNOWN))


def _weight_columns(card: Scorecard, patterns: Sequence[int]) -> list[exp.Expr]:
    weights = weight_rows(card, patterns)
    columns: list[exp.Expr] = []
    for m in card.measures:
        by_weight: dict[int, list[int]] = {}
        for p, apportioned in weights.items():
            by_weight.setdefault(apportioned[m.measure], []).append(p)
        branches: list[tuple[exp.Expr, exp.Expr]] = [
            (_is_nothing("pattern", NOTHING_KNOWN), whole(0))
        ]
        for weight, same in by_weight.items():
            here = exp.In(this=column("pattern"), expressions=[whole(p) for p in same])
            branches.append((here, whole(weight)))
        unscored = (
            _is_nothing("pattern", NOTHING_KNOWN),
            as_type(exp.null(), exp.DataType.Type.DOUBLE),
        )
        kept = case([unscored], column(f"{m.measure}__scaled"))
        columns.append(named(kept, f"{m.measure}__scaled"))
        columns.append(named(case(branches, None), f"{m.measure}__weight"))
    return columns


def measure_micro(share: exp.Expr, weight: exp.Expr) -> exp.Expr:
    """Return the whole micro-points of a share 0-1 under a weight; 0 without a share."""
    product = exp.Mul(this=share, expression=as_type(weight, exp.DataType.Type.DOUBLE))
    rounded = exp.Floor(this=exp.Add(this=product, expression=double(0.5)))
    left_out = (exp.Is(this=share.copy(), expression=exp.null()), whole(0))
    return case([left_out], as_type(rounded, exp.DataType.Type.BIGINT))


def total(terms: Sequence[exp.Expr]) -> exp.Expr:
    """Return the sum of terms, of which there is one at least."""
    return reduce(lambda a, b: exp.Add(this=a, expression=b), terms)


def _micro(measure: str) -> exp.Expr:
    made = measure_micro(column(f"{measure}__scaled"), column(f"{measure}__weight"))
    return named(made, f"{measure}__micro")


def _total_columns(card: Scorecard) -> list[exp.Expr]:
    sums: list[exp.Expr] = []
    for d in card.dimensions:
        parts = [column(f"{m.measure}__micro") for m in d.measures]
        sums.append(named(total(parts), f"{d.dimension}__micro"))
    whole_sum = total([column(f"{m.measure}__micro") for m in card.measures])
    nothing = (_is_nothing("coverage_micro", 0), as_type(exp.null(), exp.DataType.Type.BIGINT))
    return [*sums, named(case([nothing], whole_sum), "score_micro")]


def _is_nothing(name: str, value: int) -> exp.Expr:
    return exp.EQ(this=column(name), expression=whole(value))


def _shared(card: Scorecard) -> tuple[ScorecardMeasure, ...]:
    return tuple(m for m in card.measures if m.unknown == "share")


def _share(value: float | None) -> exp.Expr:
    return as_type(exp.null(), exp.DataType.Type.DOUBLE) if value is None else double(value)


def _is_null(name: str) -> exp.Expr:
    return exp.Is(this=column(name), expression=exp.null())
