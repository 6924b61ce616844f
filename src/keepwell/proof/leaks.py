"""Features that know what they cannot know: statistical signs of a leak in a table of features."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepwell.proof.frame import Days, Flags, Floats, Ints, Texts
from keepwell.vocabulary import InternalProblem

Column = NDArray[Any]


class Leak(StrEnum):
    """A sign by which a feature gives away that it knows the label."""

    TELLS_LABEL = "tells_label"
    VALUE_TELLS_LABEL = "value_tells_label"
    FILLED_FOR_ONE_SIDE = "filled_for_one_side"
    SAME_VALUE_AFTER_LEAVING = "same_value_after_leaving"
    DATED_AFTER_ORIGIN = "dated_after_origin"
    CHANGES_ONLY_WITH_EVENT = "changes_only_with_event"
    FROZEN_AFTER_EVENT = "frozen_after_event"
    KNOWS_THE_FUTURE = "knows_the_future"
    ENCODES_THE_LABEL = "encodes_the_label"
    ROW_ORDER = "row_order"


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Features by name beside label and times; every array has the same length.

    account: who; day: as of when the features are meant to be known, `datetime64[D]`.
    label:   the outcome followed; event_day: its day, NaT = none in sight.
    features: numbers (NaN = empty), texts ("" = empty) or days (NaT = empty), in row order of
    the file. Rows on or after the event are used by the signs that need them, and only by those.
    Errors: InternalProblem where lengths differ.
    """

    account: Texts
    day: Days
    label: Flags
    event_day: Days
    features: Mapping[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse columns of different lengths."""
        own = {"day": self.day, "label": self.label, "event_day": self.event_day}
        for name, column in {**own, **self.features}.items():
            if len(column) != len(self.account):
                raise InternalProblem(
                    f"Feature table: {name} has {len(column)} rows, account {len(self.account)}."
                )

    @property
    def before(self) -> Flags:
        """Return which rows lie before the event of their account."""
        return np.asarray(np.isnat(self.event_day) | (self.day < self.event_day), np.bool_)


@dataclass(frozen=True, slots=True)
class LeakFound:
    """One sign in one feature (`""`: the order of the rows), with its strength and its limit.

    strength: what the sign measured, over `limit`; rows: how many it rests on.
    """

    feature: str
    leak: Leak
    strength: float
    limit: float
    rows: int


def as_numbers(column: Column) -> Floats:
    """Return a column as numbers: days as numbers of days, texts as codes; NaN = empty.

    >>> as_numbers(np.array(["b", "", "a", "b"]))
    array([ 1., nan,  0.,  1.])
    """
    if np.issubdtype(column.dtype, np.datetime64):
        days = column.astype("datetime64[D]")
        return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(np.float64))
    if np.issubdtype(column.dtype, np.number) or column.dtype == np.bool_:
        return np.asarray(column, dtype=np.float64)
    text = column.astype(np.str_)
    names = np.unique(text[text != ""])
    return np.where(text == "", np.nan, np.searchsorted(names, text).astype(np.float64))


def is_text(column: Column) -> bool:
    """Say whether a column holds words rather than quantities."""
    return column.dtype.kind in "USO"


def one_row_each(table: FeatureTable, among: Flags) -> Ints:
    """Return one row per account: the last one under `among`, so that nobody counts twice."""
    rows = np.flatnonzero(among)
    order = rows[np.lexsort((table.day[rows], table.account[rows]))]
    account = table.account[order]
    last = np.append(account[1:] != account[:-1], True)[: len(order)]
    return np.sort(order[last])
