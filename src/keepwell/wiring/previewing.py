"""Looking ahead: what an edited configuration, or one account with other values, would do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keepwell.runs.preview import PreviewReport, compare_with_snapshot
from keepwell.runs.preview_backtest import BacktestDifference, backtest_difference
from keepwell.runs.preview_loop import Consequences, consequences
from keepwell.runs.run import require_accepted
from keepwell.runs.what_if import WhatIf, what_if
from keepwell.vocabulary import NotFound
from keepwell.wiring.backtesting import kept_backtest
from keepwell.wiring.learning import rows_of
from keepwell.wiring.project import Project
from keepwell.wiring.watching import watch_of


@dataclass(frozen=True, slots=True)
class LookAhead:
    """Who changes tier under an edited configuration, and what that would set going.

    `backtests`: how cards that were edited since the newest back-test rank its rows.
    """

    tiers: PreviewReport
    loop: Consequences
    backtests: tuple[BacktestDifference, ...]


def look_ahead(project: Project) -> LookAhead:
    """Compare the current snapshot with the same day under the present configuration.

    Nothing is stored. Errors: NotFound without a snapshot; ConfigInvalid for triggers.
    """
    now = project.current()
    imported = project.check()
    require_accepted(imported)
    watch = watch_of(project.layout, project.config, project.state, imported)
    with project.engine() as engine:
        portfolio = project.trial_portfolio(engine, imported, now.as_of)
        tiers = compare_with_snapshot(engine, project.snapshots, now.run_id, portfolio)
        findings = (*imported.findings, *portfolio.findings)
        runs = project.state.runs()
        loop = consequences(watch, engine, project.snapshots, runs, portfolio, findings)
    return LookAhead(tiers, loop, tuple(_backtests(project)))


def _backtests(project: Project) -> Iterator[BacktestDifference]:
    try:
        kept = kept_backtest(project)
    except NotFound:
        return
    replayed = {c["scorecard"]: c for c in kept.manifest["scorecards"]}
    held = {name for (name, _), frame in kept.frames.items() if len(frame)}
    for use in project.uses():
        card = use.card
        before = replayed.get(card.scorecard)
        if card.scorecard not in held or card.model_dump(mode="json") == before:
            continue
        rows = rows_of(kept, None, [card], card.scorecard)
        if (found := backtest_difference(card, rows, kept.backtest_id)) is not None:
            yield found


def account_what_if(project: Project, account_id: str, changes: Sequence[str]) -> WhatIf:
    """Return one account with changed measures. Errors: NotFound, InputProblem."""
    with project.reader() as engine:
        return what_if(engine, project.state, project.snapshots, account_id, changes)
