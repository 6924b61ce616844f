"""Fitted models as subjects of their own: their probabilities become frames to judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from keepwell.proof import EvaluationFrame, Floats, Subject, Texts
from keepwell.runs.model_beside import CHURN, CONTRACTS

# Boosted trees rank nobody, whatever they tell; they stay for reference.
JUDGED = (CHURN, CONTRACTS)
SCORE, LAST = "health_score", "last_score"


@dataclass(frozen=True, slots=True)
class ModelRows:
    """A model over the rows that it had not seen.

    frame:  its score, 100 x (1 - probability), and tiers as large as the health score's that day.
    prob:   its probability. beside: how the health score and other models rank the same rows.
    is_by_time: the first days only taught; else every row was tried without its account.
    """

    frame: EvaluationFrame
    prob: Floats
    beside: Mapping[str, Floats]
    is_by_time: bool


def model_rows(
    whole: EvaluationFrame, probs: Mapping[str, Floats], model: str, tiers: Sequence[str]
) -> ModelRows:
    """Return the rows of a frame on which a model was tried. Needs: one at least.

    `whole`: the rows of all scorecards; `tiers`: from the worst on.
    """
    tried = ~np.isnan(probs[model])
    part, prob = whole.rows(tried), probs[model][tried]
    others = {n: 1.0 - p[tried] for n, p in probs.items() if n != model}
    frame = replace(
        part,
        score=100.0 * (1.0 - prob),
        tier=equal_tiers(part, prob, tiers),
        # A month ago the model gave another probability, and the health score is told beside.
        baselines={n: c for n, c in part.baselines.items() if n != LAST},
    )
    is_by_time = bool(part.origin.min() > whole.origin.min())
    return ModelRows(frame, prob, {SCORE: part.score, **others}, is_by_time)


def equal_tiers(frame: EvaluationFrame, prob: Floats, tiers: Sequence[str]) -> Texts:
    """Return tiers by probability, each as large as the health score's on the same day.

    So both warn of equally many accounts. Accounts without a score count to the best tier.
    """
    found = np.full(len(frame), tiers[-1], dtype=f"<U{max(map(len, tiers))}")
    for day in np.unique(frame.origin):
        rows = np.flatnonzero(frame.origin == day)
        order = rows[np.lexsort((frame.account[rows], -prob[rows]))]
        start = 0
        for tier in tiers[:-1]:
            many = int((frame.tier[rows] == tier).sum())
            found[order[start : start + many]] = tier
            start += many
    return found


def model_subject(
    manifest: Mapping[str, Any], model: str, horizon_days: int, *, is_by_time: bool
) -> Subject:
    """Return what is judged: the model, by the manifest of the back-test it was fitted on."""
    gone = sorted({g["measure"] for left in manifest["left_out"].values() for g in left})
    outcome = manifest["outcomes"][str(horizon_days)]
    low = tiers_of(manifest)[0]
    return Subject(
        model,
        0,
        str(outcome["kind"]),
        tuple(gone),
        low_tier=low,
        tried="later_days" if is_by_time else "other_accounts",
    )


def tiers_of(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tiers of the first scorecard of a back-test, from the worst on."""
    cuts = sorted(manifest["scorecards"][0]["tiers"], key=lambda cut: float(cut["min"]))
    return tuple(str(cut["tier"]) for cut in cuts) or ("low", "high")
