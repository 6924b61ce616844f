"""What an edit in a studio would set going: alerts, CTAs, load, and how a back-test sees it."""

from dataclasses import dataclass

from keepwell.adapters.snapshot_columns import read_columns
from keepwell.adapters.state import SqlWarningStore
from keepwell.ports.pages import Scope
from keepwell.ports.studio import text_hash
from keepwell.runs.preview_backtest import BacktestDifference
from keepwell.runs.trial_loop import Pair, TrialWork, trial_scores, trial_work, usual_alarms
from keepwell.runs.warn import Watch
from keepwell.vocabulary import SCORE_COLUMNS
from keepwell.warning import Trigger
from keepwell.wiring.acting import acting_of
from keepwell.wiring.previewing import backtest_differences, edited_uses
from keepwell.wiring.project import Project
from keepwell.wiring.studio_cards import CardStudio
from keepwell.wiring.studio_desk import StudioDesk


@dataclass(frozen=True, slots=True)
class CardWork:
    """The work that a draft would bring, and how it ranks the rows of the newest back-test."""

    work: TrialWork
    backtests: tuple[BacktestDifference, ...]


def card_work(
    studio: StudioDesk, cards: CardStudio, name: str, text: str, scope: Scope
) -> CardWork:
    """Return what a draft would set going. Errors: as `CardStudio.preview`."""
    project = studio.desk.project
    card, fitted = cards.fitted(name, text, scope)
    bench = cards.bench(name, scope)
    folder = project.snapshots.path(bench.run_id)
    scores = read_columns(folder, "scores", [c.name for c in SCORE_COLUMNS])
    watch = watch_with(studio, studio.files.triggers())
    runs = project.state.runs()
    with project.reader() as engine:
        tried = trial_scores(scores, bench, fitted)
        work = trial_work(
            watch, engine, project.snapshots, runs, tried, bench.known, usual_of(studio)
        )
    uses = edited_uses(project.uses(), [card])
    return CardWork(work, tuple(backtest_differences(project, uses)))


def watch_with(studio: StudioDesk, triggers: tuple[Trigger, ...]) -> Watch:
    """Return what the loop works with, under other triggers. Errors: ConfigInvalid."""
    project: Project = studio.desk.project
    return Watch(
        SqlWarningStore(project.state),
        triggers,
        project.config.warning,
        frozenset(p.play for p in studio.files.library().plays),
        None,
        acting_of(project.layout, project.config, project.state),
    )


def usual_of(studio: StudioDesk) -> frozenset[Pair]:
    """Return the alarms that are on as everything is defined now, asked once for each run."""
    project, triggers = studio.desk.project, studio.files.triggers()

    def ask() -> frozenset[Pair]:
        with project.reader() as engine:
            watch = watch_with(studio, triggers)
            return usual_alarms(watch, engine, project.snapshots, project.state.runs())

    defined = text_hash("".join(t.model_dump_json() for t in triggers))
    return studio.desk.kept(f"studio:usual:{defined}", ask)
