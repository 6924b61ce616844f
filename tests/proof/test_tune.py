"""Weights, scales and lines from evidence: near the expert's, honest about later days."""

import numpy as np
import pytest

from keepwell.proof.model import TooFewEvents
from keepwell.proof.tune import Proposal, TuneRows, propose
from keepwell.proof.tune_scales import better_scales, fitted_on
from keepwell.proof.tune_shares import MeasureRows, points_of, shares_of
from keepwell.proof.tune_weights import distance, tuned_weights, with_weights
from keepwell.scoring import score_row
from keepwell.vocabulary import InputProblem, Scorecard

CARD = Scorecard.model_validate(
    {
        "scorecard": "expert",
        "dimensions": [
            {
                "dimension": "use",
                "weight": 60,
                "measures": [
                    {"measure": "usage", "weight": 50, "scale": {"kind": "minmax"}},
                    {
                        "measure": "silence",
                        "weight": 50,
                        "scale": {"kind": "minmax", "direction": "lower_is_better"},
                    },
                ],
            },
            {
                "dimension": "firm",
                "weight": 40,
                "measures": [
                    {"measure": "plan", "scale": {"kind": "map", "values": {"pro": 1, "basic": 0}}}
                ],
            },
        ],
    }
)


def world(signal: float, seed: int = 1, accounts: int = 600, days: int = 10) -> TuneRows:
    """Return accounts over months of which only silence tells who leaves."""
    chance = np.random.default_rng(seed)
    rows = accounts * days
    silence = chance.uniform(0, 100, rows)
    silence[chance.random(rows) < 0.05] = np.nan
    usage = chance.lognormal(3.0, 1.0, rows)
    plan = np.array(["pro", "basic", ""])[chance.integers(0, 3, rows)]
    odds = -2.0 + signal * (np.nan_to_num(silence, nan=50.0) - 50.0) / 20.0
    left = chance.random(rows) < 1 / (1 + np.exp(-odds))
    never = np.isnan(silence) & (chance.random(rows) < 0.5)
    first = np.datetime64("2025-01-31")
    return TuneRows(
        MeasureRows({"usage": usage, "silence": silence}, {"plan": plan}, {"silence": never}),
        left,
        np.tile(np.arange(accounts), days),
        first + np.repeat(np.arange(days), accounts) * np.timedelta64(30, "D"),
        30,
    )


@pytest.fixture(scope="module")
def found() -> Proposal:
    proposal = propose(CARD, world(1.0))
    assert isinstance(proposal, Proposal)
    return proposal


def test_weight_goes_to_what_tells_and_no_further_than_allowed(found: Proposal) -> None:
    before, after = CARD.micro_weights(), found.card.micro_weights()
    assert after["silence"] > before["silence"] + 15_000_000
    assert all(weight > 0 for weight in after.values())
    assert found.moved_points <= 20.3
    assert found.moved_points == pytest.approx(distance(CARD, found.card))


def test_the_gain_is_shown_on_later_days_with_its_interval(found: Proposal) -> None:
    assert found.is_better
    assert found.gain.low > 0
    assert found.gain.value == pytest.approx(found.auc_after.value - found.auc_before.value)
    assert found.early[1] < found.later[0]
    assert found.caught.value > 0


def test_scores_of_past_rows_equal_those_of_one_account_scored_alone() -> None:
    rows = world(1.0).measures
    card = fitted_on(CARD, rows)
    points = points_of(card, {m.measure: shares_of(m, rows) for m in card.measures})
    for row in range(0, 300, 7):
        values = {n: None if np.isnan(c[row]) else float(c[row]) for n, c in rows.numbers.items()}
        plan = {"plan": str(rows.categories["plan"][row]) or None}
        never = {n for n, c in rows.never.items() if c[row]}
        alone = score_row(card, {**values, **plan}, never).score_micro
        assert alone is not None
        assert points[row] == pytest.approx(alone / 1e6, abs=1e-5)


def test_without_signal_nothing_better_is_claimed() -> None:
    claims = [propose(CARD, world(0.0, seed, 300)) for seed in range(100, 105)]
    better = [p for p in claims if isinstance(p, Proposal) and p.is_better]
    assert len(better) <= 1


def test_weights_that_are_right_already_stay_near() -> None:
    chance = np.random.default_rng(4)
    shares = chance.random((8000, 3))
    expert = np.array([70.0, 20.0, 10.0])
    left = chance.random(8000) < 1 / (1 + np.exp(-(3 - 0.1 * shares @ expert)))
    tuned = tuned_weights(shares, left, expert)
    assert float(np.abs(tuned - expert).sum()) / 2 < 6
    assert tuned.sum() == pytest.approx(100)


def test_a_weight_against_the_data_shrinks_and_never_turns() -> None:
    chance = np.random.default_rng(4)
    shares = chance.random((4000, 2))
    left = chance.random(4000) < shares[:, 0]
    tuned = tuned_weights(shares, left, np.array([15.0, 85.0]))
    assert tuned[0] == pytest.approx(0.5, abs=1e-6)


def test_another_curve_is_proposed_only_where_it_tells_more() -> None:
    chance = np.random.default_rng(4)
    usage = chance.lognormal(3.0, 1.5, 4000)
    left = chance.random(4000) < 1 / (1 + np.exp(2 * (np.log(usage) - 3.0)))
    rows = MeasureRows({"usage": usage, "silence": chance.random(4000)}, {}, {})
    kinds = {m.measure: m.scale.kind for m in better_scales(CARD, rows, left, 4000).measures}
    assert kinds["usage"] in ("log_minmax", "percentile")
    assert (kinds["silence"], kinds["plan"]) == ("minmax", "map")


def test_lines_move_by_ten_points_at_most(found: Proposal) -> None:
    for before, after in zip(CARD.tiers, found.card.tiers, strict=True):
        assert abs(before.min - after.min) <= 10
    assert found.card.tiers != CARD.tiers


def test_rounded_weights_stay_a_card() -> None:
    card = with_weights(CARD, {"usage": 3.33333, "silence": 56.66667})
    assert distance(card, CARD) == pytest.approx(26.67, abs=0.1)


def test_too_little_to_learn_from_is_refused() -> None:
    found = propose(CARD, world(1.0, accounts=60))
    assert isinstance(found, TooFewEvents)
    assert found.days is not None
    assert f"past days {found.days[0]} to {found.days[1]} alone" in found.text("en")
    assert found.days[0] in found.text("zh")
    assert "fewer measures" not in found.cure("en"), "there is not enough for any"
    assert "fewer measures" in TooFewEvents(50, 900, 60).cure("en")
    with pytest.raises(InputProblem, match="past days"):
        propose(CARD, world(1.0, days=1))
