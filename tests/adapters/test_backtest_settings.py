"""What keepwell.yml declares of proof is checked with line and cure, and changes no run."""

from pathlib import Path

import pytest

from keepwell.adapters.configuration import load_config
from keepwell.config import WITHOUT_EFFECT
from keepwell.vocabulary import ConfigInvalid

PROJECT = """project: test
source: {kind: folder, path: .}
tables: {}
scorecards: [{scorecard: robust}]
proof:
"""


def test_each_wrong_setting_of_proof_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "keepwell.yml"
    file.write_text(
        PROJECT
        + "  outcome: chrun\n"
        + "  horizon_days: 45\n"
        + "  labels: {column: accounts.churn, means_left: [left]}\n"
        + "  grace: 3\n"
    )
    with pytest.raises(ConfigInvalid) as refused:
        load_config(file)
    lines = refused.value.what
    for part in (
        "6:12: `proof.outcome`",
        "did you mean `churn`?",
        "7:17: `proof.horizon_days`: expected 30, 60, 90 or 180; found `45`",
        "`accounts.churn` is no column of accounts or account_view",
        "unknown key `proof.grace`. Did you mean `grace_days`?",
    ):
        assert part in lines


def test_what_counts_as_bad_changes_no_run(tmp_path: Path) -> None:
    file = tmp_path / "keepwell.yml"
    file.write_text(PROJECT + "  outcome: inactivity\n  inactive_days: 45\n")
    proof = load_config(file).proof
    assert (proof.outcome, proof.inactive_days, proof.horizon_days) == ("inactivity", 45, 90)
    assert "proof" in WITHOUT_EFFECT
