"""Labelled tables as a source gives them: numbers, categories, labels, what takes no part."""

from pathlib import Path

import numpy as np
import pytest

from keepwell.adapters.sources import open_source
from keepwell.config import Source
from keepwell.runs.labelled import Labelled, read_labelled
from keepwell.vocabulary import InputProblem, LabelledTable

HEADER = "id,name,tenure,charges,plan,note,left"


def read(folder: Path, **words: object) -> Labelled:
    rows = [HEADER]
    for i in range(80):
        blank = " " if i % 10 == 0 else f"{i * 1.5}"
        label = "" if i == 79 else "Yes" if i % 4 == 0 else "No"
        rows.append(f"{i},Company {i},{i % 7},{blank},{'pro' if i % 2 else 'basic'},,{label}")
    (folder / "table.csv").write_text("\n".join(rows), "utf-8")
    declared = {"table": "table.csv", "label": "left", "means_left": ["Yes"]} | words
    raw = open_source(Source(kind="folder", path=str(folder)), folder).open("table.csv")
    return read_labelled(raw, LabelledTable.model_validate(declared))


def test_cells_become_numbers_or_categories_and_blanks_are_unknown(tmp_path: Path) -> None:
    found = read(tmp_path, leave_out=["id"], directions={"tenure": "higher_is_better"})
    assert set(found.sample.features.numbers) == {"tenure", "charges"}
    assert set(found.sample.features.categories) == {"plan"}
    assert int(np.isnan(found.sample.features.numbers["charges"]).sum()) == 8
    assert {s.name: s.risk for s in found.specs if not s.is_category} == {
        "tenure": "falls",
        "charges": "free",
    }
    assert int(found.sample.left.sum()) == 20


def test_names_keys_and_rows_without_a_label_are_told(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found.unread == ("name", "note")
    assert "id" in found.keys
    assert "tenure" not in found.keys
    assert (found.unlabelled, len(found.sample)) == (1, 79)


@pytest.mark.parametrize("word", ["yes", " YES ", True])
def test_a_label_is_met_whatever_its_case_or_as_yaml_reads_it(tmp_path: Path, word: object) -> None:
    assert int(read(tmp_path, means_left=[word]).sample.left.sum()) == 20


@pytest.mark.parametrize(
    ("words", "told", "cure"),
    [
        ({"label": "churned"}, "no column `churned`", "proof.labelled.label"),
        ({"leave_out": ["key"]}, "no column `key`", "proof.labelled.leave_out"),
        ({"means_left": ["gone"]}, "nobody of 79 left. It holds: No, Yes", "means_left"),
        (
            {"leave_out": ["id", "tenure", "charges", "plan"]},
            "No column of `table.csv` is left",
            "leave_out",
        ),
    ],
)
def test_a_declaration_that_does_not_fit_is_refused_with_its_cure(
    tmp_path: Path, words: dict[str, object], told: str, cure: str
) -> None:
    with pytest.raises(InputProblem) as refused:
        read(tmp_path, **words)
    assert told in str(refused.value)
    assert cure in refused.value.cure
