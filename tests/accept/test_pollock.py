"""The Pollock benchmark: polluted CSV files and what a reader should get from them."""

import csv
import os
import sys
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from keepwell.adapters.sources import FolderSource
from keepwell.intake.file_findings import FILE_FINDINGS
from keepwell.vocabulary import SourceRejected

pytestmark = pytest.mark.accept


@pytest.fixture(scope="module")
def pollock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the unpacked benchmark: folders `polluted` and `clean`."""
    given = os.environ.get("KEEPWELL_ACCEPT_DATA")
    if not given:
        pytest.skip("KEEPWELL_ACCEPT_DATA names no folder of outside data")
    packed = Path(given) / "pollock" / "polluted_and_clean.tar.gz"
    folder = tmp_path_factory.mktemp("pollock")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _clean_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def _judge(source: FolderSource, name: str, clean: Path) -> str:
    """Return what became of one polluted file: same, set aside, a code of rejection, or WRONG."""
    expected = _clean_rows(clean)
    try:
        raw = source.open(name)
        rows = [list(row.values())[:-1] for batch in raw.batches for row in batch.to_pylist()]
    except SourceRejected as problem:
        code = str(problem.details["code"])
        return f"rejected: {code}" if code in FILE_FINDINGS and problem.cure else "WRONG"
    assert all(row.reason in FILE_FINDINGS for row in raw.rejected)
    names_fit = list(raw.columns) == expected[0]
    wanted = Counter(map(tuple, expected[1:]))
    if names_fit and not raw.rejected and rows == expected[1:]:
        return "same"
    is_subset = not Counter(map(tuple, rows)) - wanted
    missing = len(expected) - 1 - len(rows)
    if is_subset and raw.rejected and missing <= len(raw.rejected):
        return "set aside: " + ", ".join(sorted({row.reason for row in raw.rejected}))
    return "WRONG"


def test_polluted_files_are_read_right_or_set_aside_or_rejected(
    pollock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = FolderSource(pollock / "polluted")
    names = [table.name for table in source.tables()]
    results = {name: _judge(source, name, pollock / "clean" / name) for name in names}
    tally = Counter(results.values()).most_common()
    with capsys.disabled():
        sys.stdout.write("".join(f"\n{count:6} {result}" for result, count in tally))
    assert len(names) >= 1000
    assert [name for name, result in results.items() if result == "WRONG"] == []
