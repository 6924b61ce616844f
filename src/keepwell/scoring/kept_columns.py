"""Which columns of scores and contributions are stored, and the views that add the others.

Micro-points follow from share and weight, and much is the same for all accounts; stored for
millions of accounts, such columns would take most of the memory of a run.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlglot import exp

from keepwell.measures import as_type, parse_portable, render
from keepwell.scoring.scale_sql import case, column, named, whole
from keepwell.scoring.sql import Layout
from keepwell.scoring.stages import measure_micro, total, weight_rows
from keepwell.vocabulary import Scorecard

_OF_OVERRIDES = ("effective_tier", "has_override")


@dataclass(frozen=True, slots=True)
class KeptColumns:
    """The columns that are stored of a portfolio's scores and contributions.

    `fixed`:      what is the same for every account, and `weights` for every one with a score.
    `dimensions`: the measures of each dimension that is not stored.
    """

    layout: Layout
    fixed: Mapping[str, exp.Expr] = field(default_factory=lambda: MappingProxyType({}))
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    weights: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    has_overrides: bool = True

    @property
    def stored(self) -> tuple[str, ...]:
        """Return the columns to store, in order."""
        left_out = {*self.fixed, *(() if self.has_overrides else _OF_OVERRIDES)}
        scores = tuple(c for c in self.layout.score_columns if c not in left_out)
        shares = (f"{m}__scaled" for m in self.layout.measures)
        weights = (f"{m}__weight" for m in self.layout.measures if m not in self.weights)
        sums = (f"{d}__micro" for d in self.layout.dimensions if d not in self.dimensions)
        return (*scores, *shares, *weights, *sums)

    def scores(self, table: str) -> str:
        """Return SQL with the columns of `scores`, in order."""
        return _over(table, [self._score(c) for c in self.layout.score_columns])

    def contributions(self, table: str) -> str:
        """Return SQL with the columns of `contributions`, in order."""
        return _over(table, [column("account_id"), *self._parts()])

    def _score(self, name: str) -> exp.Expr:
        if name in self.fixed:
            return named(self.fixed[name].copy(), name)
        if not self.has_overrides and name in _OF_OVERRIDES:
            return named(exp.false() if name == "has_override" else column("tier"), name)
        return column(name)

    def _parts(self) -> Iterator[exp.Expr]:
        for measure in self.layout.measures:
            yield column(f"{measure}__scaled")
            yield named(self._weight(measure), f"{measure}__weight")
            yield named(self._micro(measure), f"{measure}__micro")
        for dimension in self.layout.dimensions:
            name = f"{dimension}__micro"
            parts = [self._micro(m) for m in self.dimensions.get(dimension, ())]
            yield named(total(parts), name) if parts else column(name)

    def _weight(self, measure: str) -> exp.Expr:
        if measure not in self.weights:
            return column(f"{measure}__weight")
        unscored = exp.Is(this=column("score_micro"), expression=exp.null())
        return case([(unscored, whole(0))], whole(self.weights[measure]))

    def _micro(self, measure: str) -> exp.Expr:
        weight = self._weight(measure)
        if measure in self.weights:
            # A measure without a share has no micro-points, whatever its weight.
            weight = whole(self.weights[measure])
        return measure_micro(column(f"{measure}__scaled"), weight)


def kept_columns(
    cards: Sequence[Scorecard],
    layout: Layout,
    patterns: Sequence[Sequence[int]],
    *,
    covers_all: bool,
    has_overrides: bool,
) -> KeptColumns:
    """Return what to store of accounts that are scored with `cards`.

    `patterns`:   for each card what pattern_select found.
    `covers_all`: every account has one of the cards.
    """
    if len(cards) != 1 or not covers_all:
        return KeptColumns(layout, has_overrides=has_overrides)
    (card,), (found_patterns,) = cards, patterns
    dimensions = {d.dimension: tuple(m.measure for m in d.measures) for d in card.dimensions}
    fixed = {
        "scorecard": as_type(exp.Literal.string(card.scorecard), exp.DataType.Type.VARCHAR),
        "scorecard_version": whole(card.version),
    }
    rows = weight_rows(card, found_patterns)
    every = list(rows.values())
    weights = {
        m: weight
        for m, weight in (every[0] if every else {}).items()
        if all(row[m] == weight for row in every)
    }
    return KeptColumns(layout, fixed, dimensions, weights, has_overrides)


def _over(table: str, columns: Sequence[exp.Expr]) -> str:
    select = exp.Select(expressions=list(columns)).from_(exp.to_table(table), copy=False)
    return render(parse_portable(select, for_score=True), "duckdb", is_last_use=True)
