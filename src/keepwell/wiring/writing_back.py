"""Write results back, by hand or after a run."""

from dataclasses import dataclass
from datetime import date

from keepwell.adapters.targets import open_target
from keepwell.config import WriteBack
from keepwell.runs.run import RunReport
from keepwell.runs.write_back import WrittenBack, wanted_target, write_back
from keepwell.vocabulary import KeepwellProblem, OutsideProblem
from keepwell.wiring.project import Project


@dataclass(frozen=True, slots=True)
class RunAndDelivery:
    """A run and, where keepwell.yml wants it, where its results were written."""

    run: RunReport
    written_back: WrittenBack | None


def write_results_back(project: Project, given: WriteBack | None = None) -> WrittenBack:
    """Write the current run's results to the target given, else to that of keepwell.yml.

    Errors: InputProblem without a target or for one that is not ours; SourceUnavailable.
    """
    settings = given or wanted_target(project.config)
    record = project.current()
    target = open_target(settings, project.layout.root)
    project.progress.step("publish", project.config.lang)
    with project.reader() as engine:
        return write_back(
            project.config, settings, record, project.snapshots, engine, target, project.now
        )


def run_and_deliver(
    project: Project, as_of: date | None = None, *, refit: bool = False, full: bool = False
) -> RunAndDelivery:
    """Run, then write back where `writeback: {with_run: true}` says so.

    Errors: those of a run; when only the writing failed, the message says that the run stands.
    """
    report = project.run(as_of, refit=refit, full=full)
    wanted = project.config.writeback
    if wanted is None or not wanted.with_run:
        return RunAndDelivery(report, None)
    try:
        return RunAndDelivery(report, write_results_back(project))
    except KeepwellProblem as problem:
        raise OutsideProblem(
            f"Snapshot {report.run_id} was published, but its results were not written back: "
            f"{problem.what}",
            cure=f"{problem.cure} Then run `keepwell writeback`.",
            run_id=report.run_id,
            **problem.details,
        ) from problem
