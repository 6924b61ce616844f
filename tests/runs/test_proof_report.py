"""A judged back-test: its subject from the manifest, clusters from measures, the kept card."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.proof_cards import ProofCardFiles
from keepwell.proof import Conclusion, Estimate, EvaluationFrame, Ints
from keepwell.proof.model import Judged, Validation
from keepwell.runs.backtest_origin import OriginRows
from keepwell.runs.backtest_repeats import clustered, repeats
from keepwell.runs.model_beside import keep_predictions, model_file, predictions_beside
from keepwell.runs.proof_features import features_beside, some_accounts
from keepwell.runs.proof_report import judge_frame, keep_card, short_card, subject_of
from keepwell.vocabulary import InputProblem, NotFound
from proof.worlds import World, frame_of

AT = datetime(2026, 12, 1, tzinfo=UTC)
MANIFEST = {
    "scorecards": [
        {
            "scorecard": "account_health",
            "version": 3,
            "tiers": [{"tier": "green", "min": 50}, {"tier": "red", "min": 0}],
        }
    ],
    "outcomes": {"90": {"kind": "churn"}},
    "left_out": {"account_health": [{"measure": "employees"}]},
}
SUBJECT = subject_of(MANIFEST, "account_health", 90)


def measures_of(frame: EvaluationFrame, folder: Path) -> None:
    """Write measures of every origin; the copies of an account have its numbers."""
    folder.mkdir()
    for origin in np.unique(frame.origin):
        rows = frame.origin == origin
        ids, own = frame.account[rows], frame.cluster[rows]
        order = np.argsort(ids)
        columns = {
            "account_id": ids[order],
            "revenue": (own[order] * 7919 % 100_003).astype(np.float64),
            "won": (own[order] * 104_729 % 99_991).astype(np.float64),
            "age": (own[order] * 1_299_709 % 99_989).astype(np.float64),
            "pipeline": (own[order] * 15_485_863 % 99_961).astype(np.float64),
            "seats": (own[order] * 32_452_843 % 99_929).astype(np.float64),
            "won__never": np.zeros(len(order), np.bool_),
            "industry": np.array(["Retail", "Health"])[own[order] % 2],
        }
        pq.write_table(pa.table(columns), folder / f"{origin}.parquet")


def test_the_subject_names_version_outcome_and_what_was_left_out() -> None:
    assert (SUBJECT.version, SUBJECT.outcome, SUBJECT.low_tier) == (3, "churn", "red")
    assert SUBJECT.left_out == ("employees",)
    with pytest.raises(NotFound, match="no scorecard `other`"):
        subject_of(MANIFEST, "other", 90)


def test_measures_stand_beside_their_rows_and_are_searched(tmp_path: Path) -> None:
    frame = frame_of(World(accounts=300, origins=4, duplicates=0.2), 1)
    measures_of(frame, tmp_path / "measures")
    table = features_beside(frame, tmp_path / "measures")
    assert set(table.features) == {"revenue", "won", "age", "pipeline", "seats", "industry"}
    assert np.array_equal(table.features["revenue"], frame.cluster * 7919 % 100_003)
    card = judge_frame(frame, replace(SUBJECT, low_tier="low"), features=tmp_path / "measures")
    assert card.extent.clusters == len(np.unique(frame.cluster)) < card.extent.accounts
    assert card.searched == 6
    some = some_accounts(frame, 100)
    assert 75 <= len(np.unique(some.account)) <= 100
    assert len(some) == sum(frame.account == a for a in np.unique(some.account)).sum()


def test_accounts_of_equal_measures_share_a_cluster(tmp_path: Path) -> None:
    frame = frame_of(World(accounts=300, origins=4, duplicates=0.2), 1)
    measures_of(frame, tmp_path / "measures")
    ids, number = np.unique(frame.account, return_inverse=True)
    days = [a_day(o.item(), np.sort(number[frame.origin == o])) for o in np.unique(frame.origin)]
    with DuckDbEngine() as engine:
        for table in ("activities", "transactions", "usage"):
            engine.create_table(table, "SELECT 1 AS account_id, NULL AS channel WHERE FALSE")
        cluster = repeats(engine, len(ids), days, tmp_path / "measures")
    alone = clustered(replace(frame, cluster=number), cluster)
    pairs = {tuple(p) for p in zip(frame.cluster.tolist(), alone.cluster.tolist(), strict=True)}
    assert len(pairs) == len(np.unique(frame.cluster)) == len(np.unique(alone.cluster)) < 300


def a_day(origin: date, number: Ints) -> OriginRows:
    """Return a day on which these accounts were scored; all but their numbers is empty."""
    nothing = np.full(len(number), np.nan)
    words = pa.array([""] * len(number)).dictionary_encode()
    return OriginRows(origin, number, *(nothing,) * 5, *(words,) * 3, excluding=())


def test_without_kept_measures_nothing_is_joined_or_searched(tmp_path: Path) -> None:
    frame = frame_of(World(accounts=100, origins=2), 1)
    card = judge_frame(frame, SUBJECT, features=tmp_path)
    assert (card.searched, card.leaks) == (0, ())
    assert card.extent.clusters == len(np.unique(frame.cluster))


def test_a_frame_without_rows_is_refused_with_a_cure() -> None:
    frame = frame_of(World(accounts=50, origins=1), 1)
    with pytest.raises(InputProblem, match="holds no row"):
        judge_frame(frame.rows(np.zeros(len(frame), np.bool_)), SUBJECT)


def test_the_newest_verdict_of_a_version_is_kept_and_found(tmp_path: Path) -> None:
    cards = ProofCardFiles(tmp_path / "proof")
    assert cards.newest("account_health", 3) is None
    card = judge_frame(frame_of(World(accounts=600, origins=12), 5), SUBJECT)
    kept = keep_card(cards, card, "2026-11-01-abc", AT)
    assert kept.conclusion == Conclusion.USEFUL
    assert cards.newest("account_health", 3) == kept
    assert cards.newest("account_health", 4) is None
    later = replace(short_card(card, "2026-12-01-def", AT.replace(day=2)), horizon_days=30)
    cards.keep(later)
    assert cards.newest("account_health", 3) == later
    assert later.last_origin == date(2023, 12, 27)


def test_an_unknown_number_is_kept_as_none(tmp_path: Path) -> None:
    frame = frame_of(World(accounts=50, origins=1), 1)
    nobody = replace(frame, outcome=np.zeros(len(frame), np.bool_))
    kept = keep_card(ProofCardFiles(tmp_path), judge_frame(nobody, SUBJECT), "b", AT)
    assert kept.auc is kept.auc_low is kept.lead_days is None
    assert ProofCardFiles(tmp_path).newest("account_health", 3) == kept


def test_the_fitted_model_stands_beside_over_the_rows_it_had_not_seen(tmp_path: Path) -> None:
    frame = frame_of(World(accounts=600, origins=8), 5)
    order = np.lexsort((frame.account, frame.origin))
    tried = frame.origin[order] > np.unique(frame.origin)[2]
    prob = np.where(tried, 1.0 - np.nan_to_num(frame.score[order], nan=50.0) / 100, np.nan)
    own, trees = (Judged(p, Estimate.unknown(), None) for p in (prob, prob * 0))
    file = model_file(tmp_path, "b", 90)
    assert predictions_beside(frame, file) == {}
    gap, n = Estimate.unknown(), int(tried.sum())
    validation = Validation(own, trees, gap, True, 3, n, 1)
    keep_predictions(file, frame.account[order], frame.origin[order], validation)
    found = predictions_beside(frame, file)
    assert list(found) == ["churn_scorecard", "boosted_trees"]
    model = 1.0 - found["churn_scorecard"]
    assert np.isnan(model[frame.origin <= np.unique(frame.origin)[2]]).all()
    late = frame.rows(~np.isnan(model))
    card = judge_frame(frame, SUBJECT, models={"churn_scorecard": model})
    plain = judge_frame(frame, SUBJECT)
    assert card.judgement == plain.judgement
    (compared,) = card.models
    alone = judge_frame(late, SUBJECT).judgement.auc.value
    assert compared.difference.value == pytest.approx(alone - compared.auc.value)
    assert [r.name for r in card.ranked][:2] == ["account_health", "churn_scorecard"]
