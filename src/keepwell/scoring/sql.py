"""A fitted scorecard as portable SQL: one row per account with score, coverage, tier and parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp

from keepwell.measures import as_type, double, parse_portable, render
from keepwell.scoring.fit import StatisticRequest
from keepwell.scoring.row import coverage_floor, tier_cuts
from keepwell.scoring.scale_sql import case, column, named, whole
from keepwell.scoring.stages import NOTHING_KNOWN, PARTS, with_stages
from keepwell.vocabulary import MAX_MICRO, SCORE_COLUMNS, UNKNOWN_TIER, Scorecard

# Making and checking the text of one card takes longer than scoring a thousand accounts with it;
# a process that runs day after day asks for the same texts again.
_TEXTS_KEPT = 64


@dataclass(frozen=True, slots=True)
class _Equal:
    """A card that equals another when all of it is the same."""

    card: Scorecard = field(compare=False)
    text: str

    @classmethod
    def of(cls, card: Scorecard) -> "_Equal":
        return cls(card, card.model_dump_json())


@dataclass(frozen=True, slots=True)
class Layout:
    """The contribution columns of a run: every measure and dimension of all its scorecards."""

    measures: tuple[str, ...]
    dimensions: tuple[str, ...]

    @property
    def contribution_columns(self) -> tuple[str, ...]:
        """Return the columns of `contributions`, in order."""
        parts = ("scaled", "weight", "micro")
        per_measure = tuple(f"{m}__{part}" for m in self.measures for part in parts)
        return ("account_id", *per_measure, *(f"{d}__micro" for d in self.dimensions))

    @property
    def score_columns(self) -> tuple[str, ...]:
        """Return the columns of `scores`, in order."""
        return tuple(c.name for c in SCORE_COLUMNS)


def layout_of(cards: Sequence[Scorecard]) -> Layout:
    """Return the layout that holds all cards, in the order in which names first appear."""
    measures = dict.fromkeys(m.measure for c in cards for m in c.measures)
    dimensions = dict.fromkeys(d.dimension for c in cards for d in c.dimensions)
    return Layout(tuple(measures), tuple(dimensions))


def range_select(
    requests: Sequence[StatisticRequest],
    *,
    measures_table: str = "measures",
    where: str | None = None,
) -> str:
    """Return SQL for one row: the accounts, then lowest and highest value of each request."""
    chosen: list[exp.Expr] = [named(exp.Count(this=column("account_id")), "accounts")]
    for r in requests:
        value = as_type(column(r.measure), exp.DataType.Type.DOUBLE)
        chosen.append(named(exp.Min(this=value), f"{r.measure}__low"))
        chosen.append(named(exp.Max(this=value.copy()), f"{r.measure}__high"))
    select = exp.Select(expressions=chosen).from_(measures_table)
    if where is not None:
        select = select.where(where, dialect="duckdb")
    return _checked(select)


def pattern_select(
    card: Scorecard, *, measures_table: str = "measures", where: str | None = None
) -> str:
    """Return SQL for the distinct bit masks of left-out measures among the accounts."""
    return _pattern_text(_Equal.of(card), measures_table, where)


@lru_cache(maxsize=_TEXTS_KEPT)
def _pattern_text(of: _Equal, measures_table: str, where: str | None) -> str:
    patterned = exp.select(column("pattern")).distinct().from_("patterned")
    patterned = patterned.where(exp.NEQ(this=column("pattern"), expression=whole(NOTHING_KNOWN)))
    return _checked(with_stages(patterned, of.card, measures_table, where, patterns=None))


def score_select(
    card: Scorecard,
    patterns: Sequence[int],
    *,
    measures_table: str = "measures",
    where: str | None = None,
    overrides_table: str | None = None,
    layout: Layout | None = None,
    weights_table: str | None = None,
) -> str:
    """Return SQL giving one row per account: SCORE_COLUMNS, then the contribution columns.

    `patterns`:        what pattern_select found; an account outside them would get no weights.
    `where`:           checked portable condition on the measures table: who the card applies to.
    `overrides_table`: account_id and tier of the overrides in force.
    `layout`:          columns of all cards of the run; the card's own by default.
    `weights_table`:   holds `weight_rows` of the patterns, in place of weights in the text.
    """
    tables = (measures_table, overrides_table, weights_table)
    layout = layout or layout_of([card])
    return _score_text(_Equal.of(card), tuple(patterns), tables, where, layout)


@lru_cache(maxsize=_TEXTS_KEPT)
def _score_text(
    of: _Equal,
    patterns: tuple[int, ...],
    tables: tuple[str, str | None, str | None],
    where: str | None,
    layout: Layout,
) -> str:
    card, (measures_table, overrides_table, weights_table) = of.card, tables
    own = layout_of([card])
    chosen = [
        *_score_columns(card, has_overrides=overrides_table is not None),
        *(_measure_column(m, part, own) for m in layout.measures for part in PARTS),
        *(_dimension_column(d, own) for d in layout.dimensions),
    ]
    select = exp.Select(expressions=chosen).from_(exp.to_table("totals"))
    if overrides_table is not None:
        select = _overridden(select, overrides_table, "totals")
    staged = with_stages(
        select, card, measures_table, where, patterns=patterns, weights_table=weights_table
    )
    return _checked(staged)


def unmatched_select(
    layout: Layout, overrides_table: str, *, measures_table: str, where: str
) -> str:
    """Return SQL giving the accounts to which no scorecard applies: no score, tier unknown."""
    unscored = exp.select(column("account_id")).from_(measures_table).where(where, dialect="duckdb")
    unknown = exp.Literal.string(UNKNOWN_TIER)
    override = _of("overridden", "tier")
    values: dict[str, exp.Expr] = {
        "account_id": _of("unscored", "account_id"),
        "coverage": double(0.0),
        "tier": unknown,
        "effective_tier": exp.Coalesce(this=override, expressions=[unknown.copy()]),
        "has_override": exp.Not(this=exp.Is(this=override.copy(), expression=exp.null())),
    }
    chosen: list[exp.Expr] = [
        named(values.get(w.name) or exp.cast(exp.null(), w.sql_type), w.name) for w in SCORE_COLUMNS
    ]
    chosen.extend(_absent(m, part) for m in layout.measures for part in PARTS)
    chosen.extend(named(whole(0), f"{d}__micro") for d in layout.dimensions)
    select = exp.Select(expressions=chosen).from_("unscored").with_("unscored", as_=unscored)
    return _checked(_overridden(select, overrides_table, "unscored"))


def union_select(selects: Sequence[str], columns: Sequence[str]) -> str:
    """Return SQL with all rows of checked selects that share a layout, projected to `columns`."""
    chosen = ", ".join(column(c).sql("duckdb") for c in columns)
    # Each part was checked when it was made; parsing the whole again would double the time.
    parts = [
        f"SELECT {chosen} FROM (\n{select}\n) AS part_{number}"  # noqa: S608
        for number, select in enumerate(selects)
    ]
    return "\nUNION ALL\n".join(parts)


def _score_columns(card: Scorecard, *, has_overrides: bool) -> list[exp.Expr]:
    every = exp.Nullif(this=double(MAX_MICRO), expression=double(0.0))
    coverage = exp.Div(
        this=as_type(_of("totals", "coverage_micro"), exp.DataType.Type.DOUBLE), expression=every
    )
    tier = _tier(card)
    override = _of("overridden", "tier")
    effective = exp.Coalesce(this=override, expressions=[tier.copy()]) if has_overrides else tier
    is_overridden: exp.Expr = exp.false()
    if has_overrides:
        is_overridden = exp.Not(this=exp.Is(this=override.copy(), expression=exp.null()))
    return [
        named(_of("totals", "account_id"), "account_id"),
        named(exp.Literal.string(card.scorecard), "scorecard"),
        named(whole(card.version), "scorecard_version"),
        named(_of("totals", "score_micro"), "score_micro"),
        named(coverage, "coverage"),
        named(tier.copy(), "tier"),
        named(effective.copy(), "effective_tier"),
        named(is_overridden, "has_override"),
    ]


def _overridden(select: exp.Select, overrides_table: str, scored: str) -> exp.Select:
    table = exp.alias_(exp.to_table(overrides_table), "overridden", table=True)
    same = exp.EQ(this=_of("overridden", "account_id"), expression=_of(scored, "account_id"))
    return select.join(table, on=same, join_type="left")


def _tier(card: Scorecard) -> exp.Expr:
    unknown = exp.Literal.string(UNKNOWN_TIER)
    too_low = exp.LT(this=_of("totals", "coverage_micro"), expression=whole(coverage_floor(card)))
    score = _of("totals", "score_micro")
    branches: list[tuple[exp.Expr, exp.Expr]] = [
        (exp.Is(this=score, expression=exp.null()), unknown),
        (too_low, unknown.copy()),
    ]
    for tier, cut in tier_cuts(card):
        reached = exp.GTE(this=score.copy(), expression=whole(cut))
        branches.append((reached, exp.Literal.string(tier)))
    return case(branches, None)


def _measure_column(measure: str, part: str, own: Layout) -> exp.Expr:
    name = f"{measure}__{part}"
    return _of("totals", name) if measure in own.measures else _absent(measure, part)


def _absent(measure: str, part: str) -> exp.Expr:
    value = as_type(exp.null(), exp.DataType.Type.DOUBLE) if part == "scaled" else whole(0)
    return named(value, f"{measure}__{part}")


def _dimension_column(dimension: str, own: Layout) -> exp.Expr:
    name = f"{dimension}__micro"
    return _of("totals", name) if dimension in own.dimensions else named(whole(0), name)


def _of(table: str, name: str) -> exp.Column:
    return exp.Column(this=exp.to_identifier(name), table=exp.to_identifier(table))


def _checked(select: exp.Select) -> str:
    return render(parse_portable(select, for_score=True), "duckdb", is_last_use=True)
