"""A labelled table without dates: features and who left, read for cross-validation alone."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.ports import ROW_COLUMN, RawTable
from keepwell.proof import Flags, Floats, Texts
from keepwell.proof.model import ChurnSample, FeatureSpec, FeatureTable, Risk
from keepwell.runs.churn_sample import SIGNS
from keepwell.runs.feature_columns import numbers_of, texts_of
from keepwell.vocabulary import InputProblem, LabelledTable

# A text of which no value comes so often names accounts and teaches nothing.
LEAST_ROWS = 30
# YAML reads a bare Yes or True as the same truth; so does a column of labels.
_TRUTHS = {"yes": {"yes", "true"}, "no": {"no", "false"}}
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sample with one row per account, and the features it offers.

    unread: texts of which no value repeats often enough to teach anything.
    keys:   whole numbers of which no value repeats: perhaps names of accounts.
    unlabelled: rows without a label, which take no part.
    """

    sample: ChurnSample
    specs: tuple[FeatureSpec, ...]
    unread: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    unlabelled: int = 0


def read_labelled(raw: RawTable, declared: LabelledTable) -> Labelled:
    """Return the rows of a source table as a sample; every column that is left in is a feature.

    A column whose filled cells are all numbers is a number, any other a category.
    Errors: InputProblem for a column that is not there, or a label of one kind only.
    """
    batches = list(raw.batches)
    if not batches:
        raise InputProblem(f"`{raw.name}` has no rows.", cure="Mend `proof.labelled.table`.")
    table = pa.Table.from_batches(batches).drop_columns([ROW_COLUMN])
    _require_columns(table, declared)
    label = texts_of(_trimmed(table.column(declared.label)))
    known = label != ""
    left = _is_left(label[known], declared)
    kept = table.filter(pa.array(known))
    names = [n for n in table.column_names if n not in {declared.label, *declared.leave_out}]
    numbers, categories, unread = _features(kept, names)
    if not numbers and not categories:
        raise InputProblem(
            f"No column of `{declared.table}` is left to learn from.",
            cure="Shorten `proof.labelled.leave_out`.",
        )
    specs = (
        *(FeatureSpec(n, _risk(declared, n)) for n in numbers),
        *(FeatureSpec(n, is_category=True) for n in categories),
    )
    sample = ChurnSample(FeatureTable(numbers, categories), left, np.arange(len(left)))
    keys = tuple(n for n, values in numbers.items() if _names_accounts(values))
    return Labelled(sample, specs, unread, keys, int((~known).sum()))


def _require_columns(table: pa.Table, declared: LabelledTable) -> None:
    asked = {
        "label": [declared.label],
        "leave_out": declared.leave_out,
        "directions": list(declared.directions),
    }
    for setting, names in asked.items():
        for name in names:
            if name not in table.column_names:
                raise InputProblem(
                    f"`{declared.table}` has no column `{name}`. "
                    f"Found: {', '.join(table.column_names)}.",
                    cure=f"Mend `proof.labelled.{setting}` in keepwell.yml.",
                )


def _is_left(label: Texts, declared: LabelledTable) -> Flags:
    words = {w.strip().casefold() for w in declared.means_left}
    words |= set().union(*(_TRUTHS[w] for w in words if w in _TRUTHS))
    values, codes = np.unique(label, return_inverse=True)
    left = np.array([v.casefold() in words for v in values.tolist()], np.bool_)[codes]
    if left.all() or not left.any():
        told = "everybody" if left.all() else "nobody"
        raise InputProblem(
            f"`{declared.label}` of `{declared.table}` says that {told} of {len(left)} left. "
            f"It holds: {', '.join(values[:_SHOWN].tolist())}.",
            cure="Name the values of those who left in `proof.labelled.means_left`.",
        )
    return left


def _features(
    table: pa.Table, names: list[str]
) -> tuple[dict[str, Floats], dict[str, Texts], tuple[str, ...]]:
    numbers, categories, unread = {}, {}, []
    for name in names:
        column = _trimmed(table.column(name))
        found = _numbers(column)
        if found is not None:
            numbers[name] = found
            continue
        texts = texts_of(column)
        filled = texts[texts != ""]
        if len(filled) and np.unique(filled, return_counts=True)[1].max() >= LEAST_ROWS:
            categories[name] = texts
        else:
            unread.append(name)
    return numbers, categories, tuple(unread)


def _trimmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    bare = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(bare, ""), pa.scalar(None, pa.string()), bare)


def _numbers(column: pa.ChunkedArray) -> Floats | None:
    """Return a column of texts as numbers; None where a filled cell is none, or none is filled."""
    if column.null_count == len(column):
        return None
    try:
        values = numbers_of(column)
    except pa.ArrowInvalid:
        return None
    return np.where(np.isfinite(values), values, np.nan)


def _risk(declared: LabelledTable, name: str) -> Risk:
    direction = declared.directions.get(name)
    return SIGNS[direction] if direction else "free"


def _names_accounts(values: Floats) -> bool:
    """Say whether a number could be a key: whole, filled, and never the same twice."""
    is_whole = bool((values == np.floor(values)).all())
    return is_whole and len(np.unique(values)) == len(values)
