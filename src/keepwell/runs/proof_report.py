"""Judge a back-test: report card, the short card beside the scorecard, the written report."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from keepwell.ports import KeptCard, PictureRenderer, ProofCards
from keepwell.proof import Effect, EvaluationFrame, Floats, ReportCard, Subject, report_card
from keepwell.reports import Block, write_proof_document
from keepwell.runs.proof_features import features_beside, leaks_in, some_accounts
from keepwell.runs.report import PROOF, PageWriters, WrittenReport, write_report
from keepwell.vocabulary import InputProblem, Lang, NotFound

CAPACITIES = (0.1, 20.0)
NO_MODELS: Mapping[str, Floats] = {}


@dataclass(frozen=True, slots=True)
class Proved:
    """What judging a back-test came to: the whole card, its short form, what was written."""

    card: ReportCard
    kept: KeptCard
    written: WrittenReport


def subject_of(manifest: Mapping[str, Any], scorecard: str, horizon_days: int) -> Subject:
    """Return what was back-tested, by the manifest of its back-test. Errors: NotFound."""
    cards = {c["scorecard"]: c for c in manifest["scorecards"]}
    if scorecard not in cards:
        raise NotFound(
            f"The back-test holds no scorecard `{scorecard}`.",
            cure=f"Choose of: {', '.join(cards)}; or run `keepwell backtest`.",
        )
    outcome = manifest["outcomes"][str(horizon_days)]
    tiers = sorted(cards[scorecard]["tiers"], key=lambda cut: float(cut["min"]))
    gone = manifest["left_out"].get(scorecard, [])
    return Subject(
        scorecard,
        int(cards[scorecard]["version"]),
        str(outcome["kind"]),
        tuple(str(g["measure"]) for g in gone),
        low_tier=str(tiers[0]["tier"]) if tiers else "low",
    )


def judge_frame(
    frame: EvaluationFrame,
    subject: Subject,
    capacities: Sequence[float] = CAPACITIES,
    features: Path | None = None,
    models: Mapping[str, Floats] = NO_MODELS,
    prob: Floats | None = None,
) -> ReportCard:
    """Return the report card of a frame; `models`: how fitted models rank its rows.

    `prob`: the probability of its rows, where what is judged gives one.

    `features`: the measures of its origins; then leaks are searched for, over at most 20,000
    accounts. Errors: InputProblem for a frame without rows.
    """
    if not len(frame):
        raise InputProblem(
            f"The back-test of `{subject.scorecard}` over {frame.horizon_days} days holds no row.",
            cure="Take a shorter horizon or bring a longer history, then `keepwell backtest`.",
        )
    card = report_card(frame, subject, capacities=capacities, models=models, prob=prob)
    if features is None:
        return card
    table = features_beside(some_accounts(frame), features)
    leaks = leaks_in(table, frame.horizon_days)
    return replace(card, leaks=leaks, searched=len(table.features))


def short_card(card: ReportCard, backtest_id: str, at: datetime) -> KeptCard:
    """Return the short form that stands beside the scorecard."""
    judgement, lead = card.judgement, card.lead.median
    return KeptCard(
        scorecard=card.subject.scorecard,
        version=card.subject.version,
        outcome=card.subject.outcome,
        horizon_days=card.horizon_days,
        conclusion=str(judgement.conclusion),
        reason=str(judgement.reason),
        rule=judgement.rule,
        auc=_known(judgement.auc.value),
        auc_low=_known(judgement.auc.low),
        auc_high=_known(judgement.auc.high),
        lead_days=_known(lead.value),
        accounts=card.extent.accounts,
        event_accounts=card.extent.event_accounts,
        origins=card.extent.origins,
        last_origin=card.extent.last,
        backtest_id=backtest_id,
        made_at=at,
    )


def write_proof(
    card: ReportCard,
    project: str,
    backtest_id: str,
    lang: Lang,
    formats: Sequence[str],
    folder: Path,
    renderer: PictureRenderer,
    writers: PageWriters,
    *,
    is_example: bool = False,
    effects: Sequence[Effect] | None = None,
    forecast: Sequence[Block] = (),
) -> WrittenReport:
    """Write the report on a card in one language and the asked formats."""
    document = write_proof_document(
        card, project, is_example=is_example, effects=effects, forecast=forecast
    )
    return write_report(document, backtest_id, lang, formats, folder, renderer, writers, kind=PROOF)


def keep_card(
    cards: ProofCards,
    card: ReportCard,
    backtest_id: str,
    at: datetime,
    whole: Mapping[str, Any] | None = None,
) -> KeptCard:
    """Keep the short card beside its scorecard and return it; `whole`: what its page shows."""
    kept = short_card(card, backtest_id, at)
    cards.keep(kept, whole)
    return kept


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
