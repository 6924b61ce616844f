"""Proof of a project: judge its back-tests, write the report, keep the short cards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from keepwell.adapters.writers import ReportFiles, VegaPictures
from keepwell.ports import KeptTrigger
from keepwell.proof import Effect, ReportCard
from keepwell.reports import RECORD_TABLES, Block, effect_values, forecast_blocks
from keepwell.runs.backtest_run import KeptBacktest
from keepwell.runs.backtest_store import FEATURES
from keepwell.runs.effect import EffectWish
from keepwell.runs.export import open_snapshot
from keepwell.runs.model_beside import model_file, predictions_beside
from keepwell.runs.proof_report import (
    CAPACITIES,
    Proved,
    judge_frame,
    keep_card,
    subject_of,
    write_proof,
)
from keepwell.runs.proof_whole import trigger_cards, whole_card
from keepwell.runs.report import asked_formats
from keepwell.vocabulary import Lang, NotFound
from keepwell.wiring.backtesting import kept_backtest
from keepwell.wiring.effect_desk import effects_of
from keepwell.wiring.project import TRUTH, Project
from keepwell.wiring.proof_cards import project_cards


@dataclass(frozen=True, slots=True)
class ProofDone:
    """The cards of scorecards and those of triggers that a back-test came to."""

    cards: tuple[Proved, ...]
    triggers: tuple[KeptTrigger, ...]


def project_effects(project: Project) -> tuple[Effect, ...] | None:
    """Return the effects of all that ever ran, on every measure; None before the first run."""
    try:
        found = effects_of(project, None, EffectWish())
    except NotFound:
        return None
    return tuple(effect for subject in found for effect in subject.effects)


def project_forecast(project: Project) -> list[Block]:
    """Return the chapter on the forecast's track record; nothing where no run tells of one."""
    newest = next(iter(project.state.runs()), None)
    if newest is None:
        return []
    with project.reader() as engine:
        tables = open_snapshot(engine, project.snapshots, newest.run_id)
        if not set(tables) >= RECORD_TABLES:
            return []
        return forecast_blocks(engine.rows, newest.as_of, newest.accounts)


NOTHING_REPLAYED = ProofDone((), ())


def prove_project(
    project: Project,
    lang: Lang,
    *,
    scorecard: str | None = None,
    horizon_days: int | None = None,
    backtest_id: str | None = None,
    formats: str = "all",
    folder: Path | None = None,
    capacities: Sequence[float] = (),
) -> ProofDone:
    """Judge a kept back-test, by default the newest, and write a report for each of its cards.

    The triggers that it replayed get a card each.

    Folder: by default reports/proof/<back-test>/<scorecard>-<days>; in a given one each has a
    folder of its own, where there are several.
    Errors: NotFound without a back-test, or for a scorecard or horizon that it does not hold.
    """
    asked = asked_formats(formats)
    kept = kept_backtest(project, backtest_id)
    keys = [
        key for key in kept.frames if scorecard in (None, key[0]) and horizon_days in (None, key[1])
    ]
    if not keys:
        held = ", ".join(f"{name} {days} d" for name, days in kept.frames)
        raise NotFound(
            f"Back-test {kept.backtest_id} holds no "
            f"{f'scorecard `{scorecard}`' if scorecard else 'scorecard'}"
            f"{f' over {horizon_days} days' if horizon_days else ''}. It holds: {held}.",
            cure="Run `keepwell backtest --scorecard ... --horizon ...` first.",
        )
    project.progress.step("report", lang)
    cards = project_cards(project)
    effects = project_effects(project)
    cards.keep_effects([effect_values(e) for e in effects or ()])
    forecast = project_forecast(project)
    done = []
    for name, days in keys:
        card = _judged(project, kept, name, days, tuple(capacities) or CAPACITIES)
        target = card_folder(project, kept, folder, f"{name}-{days}", len(keys))
        whole = whole_card(card, target, project.layout.root)
        short = keep_card(cards, card, kept.backtest_id, project.now, whole)
        written = write_proof(
            card,
            project.config.project,
            kept.backtest_id,
            lang,
            asked,
            target,
            VegaPictures(),
            ReportFiles(),
            is_example=(project.layout.root / TRUTH).is_file(),
            effects=effects,
            forecast=forecast,
        )
        done.append(Proved(card, short, written))
    return ProofDone(tuple(done), _triggers(project, kept, {days for _, days in keys}))


def card_folder(
    project: Project, kept: KeptBacktest, folder: Path | None, name: str, cards: int
) -> Path:
    """Return where a card's report goes, so that none of several is written over another."""
    whole = folder or project.layout.reports / "proof" / kept.backtest_id
    return folder if folder and cards == 1 else whole / name


def _judged(
    project: Project, kept: KeptBacktest, name: str, days: int, sizes: Sequence[float]
) -> ReportCard:
    frame, subject = kept.frames[name, days], subject_of(kept.manifest, name, days)
    file = model_file(project.layout.proof_cards, kept.backtest_id, days)
    models = {n: 1.0 - prob for n, prob in predictions_beside(frame, file).items()}
    return judge_frame(frame, subject, sizes, kept.folder / FEATURES, models)


def _triggers(
    project: Project, kept: KeptBacktest, horizons: Collection[int]
) -> tuple[KeptTrigger, ...]:
    cards = project_cards(project)
    warned = [t for days in sorted(horizons) for t in trigger_cards(kept, days, project.now)]
    for trigger in warned:
        cards.keep_trigger(trigger)
    return tuple(warned)
