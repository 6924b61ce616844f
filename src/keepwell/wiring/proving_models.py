"""Report cards of the models that were fitted on a back-test, as subjects of their own."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from keepwell.adapters.writers import ReportFiles, VegaPictures
from keepwell.ports import KeptCard
from keepwell.proof import ReportCard, whole_frame
from keepwell.runs.backtest_run import KeptBacktest
from keepwell.runs.backtest_store import FEATURES
from keepwell.runs.model_beside import model_file, predictions_beside
from keepwell.runs.model_card import JUDGED, ModelRows, model_rows, model_subject, tiers_of
from keepwell.runs.proof_report import (
    CAPACITIES,
    Proved,
    judge_frame,
    keep_card,
    write_proof,
)
from keepwell.runs.proof_whole import whole_card
from keepwell.runs.report import WrittenReport, asked_formats
from keepwell.vocabulary import Lang, NotFound
from keepwell.wiring.backtesting import kept_backtest
from keepwell.wiring.project import TRUTH, Project
from keepwell.wiring.proof_cards import project_cards
from keepwell.wiring.proving import ProofDone, card_folder


def prove_models(
    project: Project,
    lang: Lang,
    *,
    horizon_days: int | None = None,
    backtest_id: str | None = None,
    formats: str = "all",
    folder: Path | None = None,
    capacities: Sequence[float] = (),
) -> ProofDone:
    """Judge the models fitted on a kept back-test, each on rows that it had not seen.

    Folder: by default reports/proof/<back-test>/<model>-<days>; in a given one each has a folder
    of its own, where there are several.
    Errors: NotFound without a back-test, or where no model was fitted on it.
    """
    asked, kept = asked_formats(formats), kept_backtest(project, backtest_id)
    project.progress.step("report", lang)
    done, tried = [], list(_tried(project, kept, horizon_days))
    for model, rows in tried:
        days = rows.frame.horizon_days
        subject = model_subject(kept.manifest, model, days, is_by_time=rows.is_by_time)
        sizes = tuple(capacities) or CAPACITIES
        features = kept.folder / FEATURES
        card = judge_frame(rows.frame, subject, sizes, features, rows.beside, rows.prob)
        target = card_folder(project, kept, folder, f"{model}-{days}", len(tried))
        values = whole_card(card, target, project.layout.root)
        short = keep_card(project_cards(project), card, kept.backtest_id, project.now, values)
        done.append(Proved(card, short, _written(project, card, short, lang, asked, target)))
    if not done:
        raise NotFound(
            f"No model was fitted on back-test {kept.backtest_id}"
            f"{f' over {horizon_days} days' if horizon_days else ''}.",
            cure="`keepwell churn fit`, then `keepwell proof --model`.",
        )
    return ProofDone(tuple(done), ())


def _tried(
    project: Project, kept: KeptBacktest, horizon_days: int | None
) -> Iterator[tuple[str, ModelRows]]:
    """Give each model of each horizon with the rows that it had not seen."""
    for days in sorted({h for _, h in kept.frames if horizon_days in (None, h)}):
        frames = [f for (_, h), f in sorted(kept.frames.items()) if h == days and len(f)]
        if not frames:
            continue
        whole = whole_frame(frames)
        file = model_file(project.layout.proof_cards, kept.backtest_id, days)
        probs = predictions_beside(whole, file)
        for model in (m for m in JUDGED if m in probs):
            yield model, model_rows(whole, probs, model, tiers_of(kept.manifest))


def _written(
    project: Project,
    card: ReportCard,
    short: KeptCard,
    lang: Lang,
    formats: Sequence[str],
    folder: Path,
) -> WrittenReport:
    return write_proof(
        card,
        project.config.project,
        short.backtest_id,
        lang,
        formats,
        folder,
        VegaPictures(),
        ReportFiles(),
        is_example=(project.layout.root / TRUTH).is_file(),
    )
