"""The search for leaks: every sign over every feature."""

import numpy as np

from keepwell.proof.frame import Flags
from keepwell.proof.leak_signs import (
    FEWEST,
    encodes_the_label,
    filled_for_one_side,
    row_order,
    same_value_after_leaving,
    tells_label,
    value_tells_label,
)
from keepwell.proof.leak_times import around_the_event, dated_after_origin, knows_the_future
from keepwell.proof.leaks import FeatureTable, LeakFound, as_numbers, is_text, one_row_each

# Beyond this share of accounts that come back, the label is a state, not an end.
MOST_RETURNS = 0.1
_OF_LABEL = (tells_label, filled_for_one_side, same_value_after_leaving, value_tells_label)


def find_leaks(table: FeatureTable, horizon_days: int = 90) -> tuple[LeakFound, ...]:
    """Return the signs of leaks, by feature; a sign is a question to ask, not yet a proof.

    Rows:   one per account for signs of feature and label (its last before the event, where it
            has one; all of one day for a label that comes and goes), all rows for signs of time.
    Missing: a sign that needs more accounts, days or rows after the event than there are is
            not looked for.
    """
    rows = one_row_each(table, _comparable(table))
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


def _comparable(table: FeatureTable) -> Flags:
    """Return the rows that signs of feature and label compare, one of each account.

    Who leaves and comes back, as silence does, would be compared at its lowest with the few who
    never left; there, all rows are of one day, the last that holds enough of both.
    """
    before = table.before
    if _returns(table) > MOST_RETURNS:
        for day in np.unique(table.day)[::-1]:
            here = before & (table.day == day)
            if min((here & table.label).sum(), (here & ~table.label).sum()) >= FEWEST:
                return np.asarray(here, np.bool_)
    of_label = before & (table.label | ~_ever(table))
    return of_label if of_label.any() else before


def _returns(table: FeatureTable) -> float:
    """Return the share of accounts with the label that have a later row without it."""
    names, code = np.unique(table.account, return_inverse=True)
    day = table.day.astype("datetime64[D]").astype(np.int64)
    none = np.iinfo(np.int64).max
    first = np.full(len(names), none)
    np.minimum.at(first, code[table.label], day[table.label])
    again = np.unique(code[~table.label & (day > first[code])])
    left = int((first < none).sum())
    return len(again) / left if left else 0.0


def _ever(table: FeatureTable) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which rows belong to an account that has the label at some row."""
    _, code = np.unique(table.account, return_inverse=True)
    return np.asarray(np.bincount(code, weights=table.label)[code] > 0, dtype=np.bool_)
