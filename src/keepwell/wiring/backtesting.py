"""Back-tests of a project: run one, or read the newest that is kept."""

from collections.abc import Sequence
from datetime import date

from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.trigger_library import load_triggers
from keepwell.runs.backtest import BacktestInputs
from keepwell.runs.backtest_run import KeptBacktest, load_backtest, newest_backtest, run_backtest
from keepwell.runs.backtest_uses import chosen_uses
from keepwell.runs.day import resolve_as_of
from keepwell.runs.run import require_accepted
from keepwell.vocabulary import NotFound, OutcomeKind
from keepwell.wiring.project import Project

FOLDS = ".folds"


def backtest_project(
    project: Project,
    *,
    scorecard: str | None = None,
    origins: int | None = None,
    horizons: Sequence[int] = (),
    outcome: OutcomeKind | None = None,
    as_of: date | None = None,
) -> KeptBacktest:
    """Replay the scorecards and triggers of a project at past days, and keep the frames.

    What is not given is taken from `proof:` of keepwell.yml. The embedded engine computes.
    Errors: InputProblem where the data hold no such outcome; NotFound for a scorecard.
    """
    imported = project.check()
    require_accepted(imported)
    proof = project.config.proof
    if outcome is not None:
        proof = proof.model_copy(update={"outcome": outcome})
    inputs = BacktestInputs(
        project.config.model_copy(update={"proof": proof}),
        chosen_uses(project.uses(), scorecard),
        imported,
        resolve_as_of(project.config, imported, as_of, project.today),
        tuple(horizons) or (proof.horizon_days,),
        origins or proof.origins,
        load_triggers(project.layout.triggers),
    )
    with project.reader() as engine:
        return run_backtest(
            inputs,
            engine,
            project.state,
            SnapshotFolders(project.layout.backtests),
            project.progress,
            at=project.now,
            # A run sweeps folds of its own; these stay with the back-tests.
            folds=project.layout.backtests / FOLDS,
        )


def kept_backtest(project: Project, backtest_id: str | None = None) -> KeptBacktest:
    """Return a kept back-test, by default the newest. Errors: NotFound."""
    store = SnapshotFolders(project.layout.backtests)
    wanted = backtest_id or newest_backtest(store)
    if wanted is None:
        raise NotFound("No back-test was run yet.", cure="Run `keepwell backtest`.")
    if wanted not in (held := store.run_ids()):
        raise NotFound(
            f"No back-test `{wanted}`. Found: {', '.join(held[-5:])}.",
            cure="Leave `--backtest` away for the newest, or run `keepwell backtest`.",
        )
    return load_backtest(store, wanted)
