"""Looking ahead: what an edited configuration, or one account with other values, would do."""

from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.runs.portfolio import compute_portfolio
from keepwell.runs.preview import PreviewReport, compare_with_snapshot
from keepwell.runs.preview_loop import Consequences, consequences
from keepwell.runs.run import require_accepted
from keepwell.runs.what_if import WhatIf, what_if
from keepwell.wiring.project import Project
from keepwell.wiring.watching import watch_of


@dataclass(frozen=True, slots=True)
class LookAhead:
    """Who changes tier under an edited configuration, and what that would set going."""

    tiers: PreviewReport
    loop: Consequences


def look_ahead(project: Project) -> LookAhead:
    """Compare the current snapshot with the same day under the present configuration.

    Nothing is stored. Errors: NotFound without a snapshot; ConfigInvalid for triggers.
    """
    now = project.current()
    imported = project.check()
    require_accepted(imported)
    watch = watch_of(project.layout, project.config, project.state, imported)
    with project.engine() as engine:
        portfolio = compute_portfolio(
            engine,
            project.config,
            project.uses(),
            imported,
            project.state,
            project.progress,
            project.trial(imported, now.as_of),
        )
        tiers = compare_with_snapshot(engine, project.snapshots, now.run_id, portfolio)
        findings = (*imported.findings, *portfolio.findings)
        runs = project.state.runs()
        loop = consequences(watch, engine, project.snapshots, runs, portfolio, findings)
    return LookAhead(tiers, loop)


def account_what_if(project: Project, account_id: str, changes: Sequence[str]) -> WhatIf:
    """Return one account with changed measures. Errors: NotFound, InputProblem."""
    with project.reader() as engine:
        return what_if(engine, project.state, project.snapshots, account_id, changes)
