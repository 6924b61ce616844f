"""A fitted model judged as a subject of its own, on rows that it had not seen."""

import numpy as np

from keepwell.proof import Conclusion
from keepwell.runs.model_card import model_rows, model_subject
from keepwell.runs.proof_report import judge_frame
from proof.worlds import World, frame_of

FRAME = frame_of(World(accounts=500, origins=8), 11)
DAYS = np.unique(FRAME.origin)
TIERS = ("low", "medium", "high")
MANIFEST = {
    "left_out": {"account_health": [{"measure": "seats"}], "other": [{"measure": "seats"}]},
    "outcomes": {"90": {"kind": "churn"}},
    "scorecards": [{"tiers": [{"tier": "low", "min": 0}, {"tier": "high", "min": 70}]}],
}


def probs() -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return a model that knows more than the score, and one that knows nothing; first days NaN."""
    chance = np.random.default_rng(3)
    good = 0.1 + 0.25 * FRAME.outcome + 0.1 * chance.random(len(FRAME))
    tried = DAYS[2] < FRAME.origin
    trees = chance.random(len(FRAME))
    return {
        "churn_scorecard": np.where(tried, good, np.nan),
        "boosted_trees": np.where(tried, trees, np.nan),
    }


def test_only_rows_it_had_not_seen_are_judged_and_tiers_are_as_large_as_the_scores() -> None:
    rows = model_rows(FRAME, probs(), "churn_scorecard", TIERS)
    assert rows.frame.origin.min() == DAYS[3]
    assert rows.is_by_time
    for day in np.unique(rows.frame.origin):
        mine, scores = rows.frame.origin == day, FRAME.origin == day
        low = (rows.frame.tier == "low") & mine
        assert low.sum() == ((FRAME.tier == "low") & scores).sum()
        assert rows.prob[low].min() >= rows.prob[mine & ~low].max()
    assert "last_score" not in rows.frame.baselines


def test_its_card_says_how_it_was_tried_and_what_it_beats() -> None:
    rows = model_rows(FRAME, probs(), "churn_scorecard", TIERS)
    subject = model_subject(MANIFEST, "churn_scorecard", 90, is_by_time=rows.is_by_time)
    card = judge_frame(rows.frame, subject, models=rows.beside, prob=rows.prob)
    assert (subject.tried, subject.left_out, subject.low_tier) == ("later_days", ("seats",), "low")
    assert card.judgement.conclusion is Conclusion.USEFUL
    assert [m.rule for m in card.models] == ["health_score", "boosted_trees"]
    assert min(m.difference.low for m in card.models) > 0
    assert card.calibration is not None
    assert card.calibration.is_own


def test_a_model_tried_over_accounts_alone_says_so() -> None:
    whole = {"churn_scorecard": np.nan_to_num(probs()["churn_scorecard"], nan=0.2)}
    rows = model_rows(FRAME, whole, "churn_scorecard", TIERS)
    assert not rows.is_by_time
    subject = model_subject(MANIFEST, "churn_scorecard", 90, is_by_time=rows.is_by_time)
    assert subject.tried == "other_accounts"
