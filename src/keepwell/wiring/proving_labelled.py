"""Proof of a labelled table without dates: read it, cross-validate, write the report."""

from collections.abc import Sequence
from pathlib import Path

from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.writers import ReportFiles, VegaPictures
from keepwell.config import Feed
from keepwell.runs.backtest_run import newest_backtest
from keepwell.runs.labelled_proof import LabelledProved, judge_labelled, write_labelled
from keepwell.runs.proof_report import CAPACITIES
from keepwell.runs.report import asked_formats
from keepwell.vocabulary import Lang
from keepwell.wiring.project import Project
from keepwell.wiring.sources import project_source


def prove_labelled(
    project: Project,
    lang: Lang,
    *,
    formats: str = "all",
    folder: Path | None = None,
    capacities: Sequence[float] = (),
) -> LabelledProved | None:
    """Cross-validate the table of `proof.labelled` and write its report; None where none is named.

    `folder`: of all reports on proof; this one lies below it, in `labelled`.
    Errors: NotFound for a table that is not at the source; InputProblem for its columns.
    """
    declared = project.config.proof.labelled
    if declared is None:
        return None
    asked = asked_formats(formats)
    project.progress.step("cross_validate", lang)
    raw = project_source(project.config, project.layout).open(declared.table, _feed(project))
    judged = judge_labelled(raw, declared, tuple(capacities) or CAPACITIES)
    project.progress.step("report", lang)
    return write_labelled(
        judged,
        project.config.project,
        declared,
        project.today,
        lang,
        asked,
        (folder or project.layout.reports / "proof") / "labelled",
        VegaPictures(),
        ReportFiles(),
    )


def newest_id(project: Project) -> str | None:
    """Return the id of the back-test that `keepwell proof` judges by itself; None without any."""
    return newest_backtest(SnapshotFolders(project.layout.backtests))


def _feed(project: Project) -> Feed | None:
    """Return what keepwell.yml declares of the table's file, such as its delimiter."""
    declared = project.config.proof.labelled
    feeds = (f for found in project.config.tables.values() for f in found)
    return next((f for f in feeds if declared and f.source == declared.table), None)
