"""Bins: from the values of a feature to a small number of groups that a person can read."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from keepwell.proof.frame import Floats, Ints, Texts
from keepwell.proof.model.features import FeatureSpec, FeatureTable, Risk

MISSING = "missing"
OTHER = "other"
# Edges near the ends, where a few accounts may behave unlike all others.
TAILS = (0.02, 0.98)


@dataclass(frozen=True, slots=True)
class NumberBins:
    """Bins of a number: below the first edge, from edge to edge, from the last; then missing."""

    feature: str
    edges: tuple[float, ...]
    risk: Risk

    @property
    def names(self) -> tuple[str, ...]:
        """Return the bins in words, lowest values first, the missing value last.

        >>> NumberBins("tenure", (3.0, 12.0), "falls").names
        ('< 3', '3 .. < 12', '>= 12', 'missing')
        """
        if not self.edges:
            return ("any", MISSING)
        between = (f"{a:g} .. < {b:g}" for a, b in pairwise(self.edges))
        return (f"< {self.edges[0]:g}", *between, f">= {self.edges[-1]:g}", MISSING)

    def codes(self, table: FeatureTable) -> Ints:
        """Return each row's bin."""
        values = table.numbers[self.feature]
        found = np.searchsorted(np.array(self.edges), values, side="right").astype(np.int64)
        return np.where(np.isnan(values), len(self.edges) + 1, found)


@dataclass(frozen=True, slots=True)
class CategoryBins:
    """Bins of a category: each listed one, then all others, then missing."""

    feature: str
    categories: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the categories, `other` and `missing`."""
        return (*self.categories, OTHER, MISSING)

    def codes(self, table: FeatureTable) -> Ints:
        """Return each row's bin."""
        values = table.categories[self.feature]
        found = np.full(len(values), len(self.categories), dtype=np.int64)
        for code, category in enumerate(self.categories):
            found[values == category] = code
        found[values == ""] = len(self.categories) + 1
        return found


@dataclass(frozen=True, slots=True)
class PairBins:
    """Bins of two features together: every bin of the first with every bin of the second."""

    first: NumberBins | CategoryBins
    second: NumberBins | CategoryBins

    @property
    def feature(self) -> str:
        """Return the name of the pair."""
        return f"{self.first.feature} x {self.second.feature}"

    @property
    def names(self) -> tuple[str, ...]:
        """Return all combinations, the second feature's bins running fastest."""
        return tuple(f"{a} & {b}" for a in self.first.names for b in self.second.names)

    def codes(self, table: FeatureTable) -> Ints:
        """Return each row's bin."""
        return self.first.codes(table) * len(self.second.names) + self.second.codes(table)


Bins = NumberBins | CategoryBins | PairBins


def cut_bins(
    table: FeatureTable, specs: Sequence[FeatureSpec], *, most: int, least: int
) -> tuple[NumberBins | CategoryBins, ...]:
    """Return the bins of all features: about `most` of a number, each with `least` rows or more.

    Edges are observed values, so that whole numbers stay whole.
    """
    return tuple(
        CategoryBins(s.name, _categories(table.categories[s.name], least))
        if s.is_category
        else NumberBins(s.name, _edges(table.numbers[s.name], most, least), s.risk)
        for s in specs
    )


def _categories(values: Texts, least: int) -> tuple[str, ...]:
    found, counts = np.unique(values, return_counts=True)
    return tuple(str(v) for v, n in zip(found, counts, strict=True) if v != "" and int(n) >= least)


def _edges(values: Floats, most: int, least: int) -> tuple[float, ...]:
    known = np.sort(values[~np.isnan(values)])
    if len(known) < 2 * least:
        return ()
    wanted = np.unique(known)
    if len(wanted) > most:
        shares = [*TAILS, *(np.arange(1, most) / most)]
        wanted = np.unique(np.quantile(known, shares, method="higher"))
    edges: list[float] = []
    start = 0
    for edge in wanted:
        place = int(np.searchsorted(known, edge, side="left"))
        if place - start >= least and len(known) - place >= least:
            edges.append(float(edge))
            start = place
    return tuple(edges)


def cut_codes(bins: Sequence[Bins], table: FeatureTable) -> tuple[NDArray[np.int32], ...]:
    """Return, for each feature, each row's bin."""
    return tuple(b.codes(table).astype(np.int32) for b in bins)
