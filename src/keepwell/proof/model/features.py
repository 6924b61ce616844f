"""What a churn model is fitted on: features of accounts on past days, and who left after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from keepwell.proof.frame import Days, Flags, Floats, Ints, Texts
from keepwell.vocabulary import InternalProblem

# What a larger value does to the risk, by the expert's word; `free`: nobody says.
Risk = Literal["falls", "rises", "free"]


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """One feature: its name, and whether the risk may only fall or only rise with its value.

    `is_category`: its values are names; `risk` then says nothing.
    """

    name: str
    risk: Risk = "free"
    is_category: bool = False


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Columns of equal length: numbers with NaN for unknown, categories with "" for unknown."""

    numbers: Mapping[str, Floats]
    categories: Mapping[str, Texts]

    def __post_init__(self) -> None:
        """Refuse columns of different lengths."""
        if len({len(c) for c in (*self.numbers.values(), *self.categories.values())}) > 1:
            raise InternalProblem("Feature table: columns of different lengths.")

    def __len__(self) -> int:
        """Return the number of rows."""
        columns = (*self.numbers.values(), *self.categories.values())
        return len(columns[0]) if columns else 0

    def rows(self, wanted: Flags | Ints) -> "FeatureTable":
        """Return some rows, by flags or positions."""
        return FeatureTable(
            {n: c[wanted] for n, c in self.numbers.items()},
            {n: c[wanted] for n, c in self.categories.items()},
        )


@dataclass(frozen=True, slots=True)
class ChurnSample:
    """Features with what came after. One row per account and origin, or per account.

    left:         the outcome happened within the horizon.
    cluster:      unit that is kept together in splits and intervals.
    origin:       day of the features, `datetime64[D]`; None for a table without dates.
    horizon_days: days after the origin in which the outcome counts; 0 without dates.
    """

    features: FeatureTable
    left: Flags
    cluster: Ints
    origin: Days | None = None
    horizon_days: int = 0

    def __post_init__(self) -> None:
        """Refuse columns of different lengths."""
        lengths = {len(self.features), len(self.left), len(self.cluster)}
        if self.origin is not None:
            lengths.add(len(self.origin))
        if len(lengths) > 1:
            raise InternalProblem(f"Churn sample: columns of {sorted(lengths)} rows.")

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.left)

    @property
    def events(self) -> int:
        """Return the number of clusters with at least one outcome."""
        return len(np.unique(self.cluster[self.left]))

    @property
    def spared(self) -> int:
        """Return the number of clusters with at least one row without outcome."""
        return len(np.unique(self.cluster[~self.left]))

    def rows(self, wanted: Flags | Ints) -> "ChurnSample":
        """Return some rows, by flags or positions."""
        return ChurnSample(
            self.features.rows(wanted),
            self.left[wanted],
            self.cluster[wanted],
            None if self.origin is None else self.origin[wanted],
            self.horizon_days,
        )
