"""The portable vocabulary as lists: allowed nodes with their parts, and cures for what is not."""

from sqlglot import exp

_BINARY = frozenset({"this", "expression"})
_ONE = frozenset({"this"})

# Node -> the parts it may have. A node that is not listed, or another part, is refused.
ALLOWED: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset(
        {"expressions", "from_", "joins", "where", "group", "having", "order", "limit", "with_"}
        | {"distinct"}
    ),
    exp.Union: frozenset({"this", "expression", "distinct", "with_", "order", "limit"}),
    exp.Subquery: frozenset({"this", "alias"}),
    exp.With: frozenset({"expressions"}),
    exp.CTE: frozenset({"this", "alias"}),
    exp.From: _ONE,
    exp.Join: frozenset({"this", "side", "kind", "on", "using"}),
    exp.Table: frozenset({"this", "alias"}),
    exp.TableAlias: frozenset({"this", "columns"}),
    exp.Where: _ONE,
    exp.Group: frozenset({"expressions", "all"}),
    exp.Having: _ONE,
    exp.Order: frozenset({"expressions"}),
    exp.Ordered: frozenset({"this", "desc", "nulls_first"}),
    exp.Limit: frozenset({"expression"}),
    exp.Alias: frozenset({"this", "alias"}),
    exp.Column: frozenset({"this", "table"}),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Star: frozenset(),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: _ONE,
    exp.Null: frozenset(),
    exp.Var: _ONE,
    exp.Paren: _ONE,
    exp.Not: _ONE,
    exp.Neg: _ONE,
    exp.And: _BINARY,
    exp.Or: _BINARY,
    exp.EQ: _BINARY,
    exp.NEQ: _BINARY,
    exp.GT: _BINARY,
    exp.GTE: _BINARY,
    exp.LT: _BINARY,
    exp.LTE: _BINARY,
    exp.Is: _BINARY,
    exp.In: frozenset({"this", "expressions"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.Add: _BINARY,
    exp.Sub: _BINARY,
    exp.Mul: _BINARY,
    exp.Div: frozenset({"this", "expression", "typed", "safe"}),
    exp.Case: frozenset({"this", "ifs", "default"}),
    exp.If: frozenset({"this", "true"}),
    exp.Coalesce: frozenset({"this", "expressions"}),
    exp.Nullif: _BINARY,
    exp.Cast: frozenset({"this", "to", "_type"}),
    exp.DataType: frozenset({"this", "expressions", "nested"}),
    exp.DataTypeParam: _ONE,
    exp.Floor: _ONE,
    exp.Abs: _ONE,
    exp.Ln: _ONE,
    exp.Exp: _ONE,
    exp.Sqrt: _ONE,
    exp.DateDiff: frozenset({"this", "expression", "unit", "date_part_boundary"}),
    exp.Sum: _ONE,
    exp.Count: frozenset({"this", "big_int"}),
    exp.Min: _ONE,
    exp.Max: _ONE,
    exp.Avg: _ONE,
    exp.StddevSamp: _ONE,
    exp.Distinct: frozenset({"expressions"}),
    exp.Filter: _BINARY,
    exp.RowNumber: frozenset(),
    exp.Lag: _ONE,
    exp.Window: frozenset({"this", "partition_by", "order", "spec", "over"}),
    exp.WindowSpec: frozenset({"kind", "start", "start_side", "end", "end_side"}),
}

# One scalar expression of a user: no query, no aggregate, no window.
SCALAR: frozenset[type[exp.Expr]] = frozenset(
    {exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Var, exp.Paren, exp.Not}
    | {exp.Neg, exp.And, exp.Or, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is}
    | {exp.In, exp.Between, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Case, exp.If, exp.Coalesce}
    | {exp.Nullif, exp.Cast, exp.DataType, exp.DataTypeParam, exp.Floor, exp.Abs, exp.Ln}
    | {exp.Exp, exp.Sqrt, exp.DateDiff}
)

_CLIP = "Clip with CASE: it says what a NULL becomes."
_CLOCK = "Pass the date in: write the as-of date as a literal, DATE '2026-01-31'."
_QUANTILE = "Exact quantiles are an engine primitive: call Engine.quantiles."
_FLOOR = "Use floor(x): every engine rounds it the same way."
_DAY = "Use date_diff('day', CAST(a AS DATE), CAST(b AS DATE))."

CURES: dict[type[exp.Expr], tuple[str, str]] = {
    exp.Greatest: ("greatest()", _CLIP),
    exp.Least: ("least()", _CLIP),
    exp.Round: ("round()", "Use floor(x * 10 + CAST('0.5' AS DOUBLE)), or round when showing."),
    exp.Ceil: ("ceil()", "Use -floor(-x)."),
    exp.Log: ("log()", "Use ln(x): the base of log() differs between engines."),
    exp.TryCast: ("try_cast", "Types are settled at import; cast a clean column with CAST."),
    exp.CurrentDate: ("current_date", _CLOCK),
    exp.CurrentTimestamp: ("current_timestamp", _CLOCK),
    exp.CurrentTime: ("current_time", _CLOCK),
    exp.Median: ("median()", _QUANTILE),
    exp.PercentileCont: ("quantile_cont()", _QUANTILE),
    exp.PercentileDisc: ("quantile_disc()", _QUANTILE),
    exp.Quantile: ("quantile()", _QUANTILE),
    exp.ApproxQuantile: ("approx_quantile()", _QUANTILE),
    exp.ApproxDistinct: ("approx_count_distinct()", "Use COUNT(DISTINCT x)."),
    exp.PercentRank: ("percent_rank()", _QUANTILE),
    exp.Mode: ("mode()", "Count by value and take the first by row_number()."),
    exp.ReadCSV: ("read_csv()", "Name a table of the catalogue."),
    exp.ReadParquet: ("read_parquet()", "Name a table of the catalogue."),
    exp.Ntile: ("ntile()", "Use row_number() over a unique key and divide."),
    exp.Rank: ("rank()", "Use row_number() with a unique order key."),
    exp.DenseRank: ("dense_rank()", "Use row_number() with a unique order key."),
    exp.CountIf: ("count_if()", "Use COUNT(*) FILTER (WHERE ...)."),
    exp.LogicalOr: ("bool_or()", "Use COUNT(*) FILTER (WHERE ...) > 0."),
    exp.LogicalAnd: ("bool_and()", "Use COUNT(*) FILTER (WHERE NOT ...) = 0."),
    exp.IntDiv: ("integer division //", _FLOOR),
    exp.Mod: ("%", "Its sign differs between engines; use x - floor(x / n) * n."),
    exp.Pow: ("power", "Multiply, or use exp(n * ln(x)) inside a CASE that guards the domain."),
    exp.Stddev: ("stddev()", "Say which one: stddev_samp()."),
    exp.TimestampTrunc: ("date_trunc()", _DAY),
    exp.DateTrunc: ("date_trunc()", _DAY),
    exp.Extract: ("extract()", _DAY),
    exp.TimeToUnix: ("epoch()", _DAY),
    exp.Interval: ("interval", "Pass the other end of the window in as a literal."),
    exp.Like: ("LIKE", "Compare with = or IN: case and escapes differ between engines."),
    exp.ILike: ("ILIKE", "Compare with = or IN."),
    exp.DPipe: ("||", "Text is composed outside SQL."),
    exp.Qualify: ("QUALIFY", "Filter the window in an outer SELECT."),
    exp.Exists: ("EXISTS", "Use a join."),
    exp.NullSafeEQ: ("IS NOT DISTINCT FROM", "Compare with = and test IS NULL apart."),
    exp.Rand: ("random()", "Results must not change from run to run."),
    exp.Placeholder: ("a placeholder", "Put the value in as a literal first."),
    exp.Except: ("EXCEPT", "Use a LEFT JOIN and IS NULL."),
    exp.Intersect: ("INTERSECT", "Use a join."),
    exp.Bracket: ("a list or subscript", "Use separate columns."),
    exp.First: ("first()", "Use MIN or MAX, or row_number() with a unique order key."),
    exp.AnyValue: ("any_value()", "Use MIN or MAX, or row_number() with a unique order key."),
}
CLOCK_FUNCTIONS = frozenset({"now", "today", "getdate", "sysdate", "transaction_timestamp"})
CLOCK_CURE = _CLOCK
QUANTILE_FUNCTIONS = frozenset({"approx_top_k", "reservoir_quantile", "mad"})
QUANTILE_CURE = _QUANTILE
DAY_CURE = _DAY
FLOOR_CURE = _FLOOR
