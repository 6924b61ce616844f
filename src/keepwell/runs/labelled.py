"""A labelled table without dates: features and who left, read for cross-validation alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from keepwell.proof.model import ChurnSample, FeatureSpec, FeatureTable, Risk
from keepwell.runs.feature_columns import numbers_of, texts_of
from keepwell.vocabulary import InputProblem

_NUMBERS = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sample with one row per account, and the features it offers."""

    sample: ChurnSample
    specs: tuple[FeatureSpec, ...]


def read_labelled(
    file: Path,
    label: str,
    means_left: Collection[str],
    *,
    leave_out: Collection[str] = (),
    risks: Mapping[str, Risk] | None = None,
) -> Labelled:
    """Return the rows of a CSV or Parquet file as a sample; every other column is a feature.

    `means_left`: values of the label, as text, of accounts that left. `leave_out`: keys, names.
    `risks`:      the expert's sign of a number; without one the data say it.
    Errors: InputProblem for a label that is not there or has one value only.
    """
    table = _read(file)
    if label not in table.column_names:
        raise InputProblem(
            f"{file.name} has no column `{label}`. Found: {', '.join(table.column_names)}.",
            cure="Name the column that says who left.",
        )
    left = np.isin(texts_of(table.column(label)), list(means_left))
    if left.all() or not left.any():
        raise InputProblem(
            f"`{label}` says that {'everybody' if left.all() else 'nobody'} of {len(left)} left.",
            cure=f"Name the values that mean `left`; this column holds {_some(table, label)}.",
        )
    names = [n for n in table.column_names if n != label and n not in leave_out]
    numbers = {n: numbers_of(table.column(n)) for n in names if _is_number(table.column(n))}
    categories = {n: texts_of(table.column(n)) for n in names if n not in numbers}
    specs = tuple(
        FeatureSpec(n, (risks or {}).get(n, "free"))
        if n in numbers
        else FeatureSpec(n, is_category=True)
        for n in names
    )
    sample = ChurnSample(FeatureTable(numbers, categories), left, np.arange(len(left)))
    return Labelled(sample, specs)


def _read(file: Path) -> pa.Table:
    if file.suffix == ".parquet":
        return pq.read_table(file)
    blank = pcsv.ConvertOptions(null_values=["", " "], strings_can_be_null=True)
    return pcsv.read_csv(file, convert_options=blank)


def _is_number(column: pa.ChunkedArray) -> bool:
    return any(test(column.type) for test in _NUMBERS)


def _some(table: pa.Table, label: str) -> str:
    return ", ".join(map(str, np.unique(texts_of(table.column(label)))[:6]))
