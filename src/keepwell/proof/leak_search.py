"""The search for leaks: every sign over every feature."""

import numpy as np

from keepwell.proof.leak_signs import (
    encodes_the_label,
    filled_for_one_side,
    row_order,
    same_value_after_leaving,
    tells_label,
    value_tells_label,
)
from keepwell.proof.leak_times import around_the_event, dated_after_origin, knows_the_future
from keepwell.proof.leaks import FeatureTable, LeakFound, as_numbers, is_text, one_row_each

_OF_LABEL = (tells_label, filled_for_one_side, same_value_after_leaving, value_tells_label)


def find_leaks(table: FeatureTable, horizon_days: int = 90) -> tuple[LeakFound, ...]:
    """Return the signs of leaks, by feature; a sign is a question to ask, not yet a proof.

    Rows:   one per account for signs of feature and label (its last before the event, where it
            has one), all rows for signs of time.
    Missing: a sign that needs more accounts, days or rows after the event than there are is
            not looked for.
    """
    before = table.before
    of_label = before & (table.label | ~_ever(table))
    rows = one_row_each(table, of_label if of_label.any() else before)
    label = table.label[rows]
    found: list[LeakFound | None] = [row_order(label)]
    for name, column in table.features.items():
        values = as_numbers(column)
        found += [sign(name, values[rows], label) for sign in _OF_LABEL]
        if not is_text(column):
            found.append(encodes_the_label(name, values[rows], label))
        found.append(dated_after_origin(table, name, column))
        found += around_the_event(table, name, values)
    found += knows_the_future(table, horizon_days)
    return tuple(sorted((f for f in found if f), key=lambda f: (f.feature, f.leak)))


def _ever(table: FeatureTable) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which rows belong to an account that has the label at some row."""
    _, code = np.unique(table.account, return_inverse=True)
    return np.asarray(np.bincount(code, weights=table.label)[code] > 0, dtype=np.bool_)
