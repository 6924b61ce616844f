"""Explanations: parts that sum, lifts that really lift, changes whose causes sum exactly."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.scoring import (
    Peer,
    RowScore,
    StoredScore,
    explain_account,
    plan_lift,
    score_row,
    split_change,
)
from keepwell.vocabulary import MAX_MICRO, Scorecard, State, Unit
from scoring.random_portfolios import generator, random_card, random_table
from scoring.scored_table import catalog_of, fitted_on, measure

SINCE = date(2026, 10, 1)
seeds = st.integers(0, 10**9)
CARD = Scorecard.model_validate(
    {
        "scorecard": "plain",
        "dimensions": [
            {
                "dimension": "activity",
                "weight": 60,
                "measures": [
                    {
                        "measure": "idle_days",
                        "weight": 50,
                        "scale": {
                            "kind": "minmax",
                            "min": 0,
                            "max": 100,
                            "direction": "lower_is_better",
                        },
                    },
                    {
                        "measure": "touches",
                        "weight": 50,
                        "scale": {"kind": "minmax", "min": 0, "max": 30},
                    },
                ],
            },
            {
                "dimension": "scale",
                "weight": 40,
                "measures": [
                    {
                        "measure": "account_size_segment",
                        "scale": {"kind": "map", "values": {"Large": 1.0, "Small": 0.4}},
                    }
                ],
            },
        ],
    }
)
CATALOG = {
    "idle_days": measure("idle_days", Unit.DAYS),
    "touches": measure("touches", Unit.COUNT),
    "account_size_segment": measure("account_size_segment", Unit.CATEGORY),
}
ROW: dict[str, Any] = {"idle_days": 40.0, "touches": 15.0, "account_size_segment": "Small"}


def random_account(seed: int) -> tuple[Scorecard, dict[str, Any], frozenset[str]]:
    rng = generator(seed)
    definition = random_card(rng)
    rows = random_table(rng, definition)
    card = fitted_on(Scorecard.model_validate(definition), rows)
    row = rng.choice(rows)
    return card, row, frozenset(m.measure for m in card.measures if row[f"{m.measure}__never"])


def test_an_explanation_gives_every_part_and_what_it_lost() -> None:
    peer = Peer("Small", 20.0, 12)
    told = explain_account(CARD, "a1", ROW, frozenset(), measures=CATALOG, peers={"touches": peer})
    assert told.score_micro == 49_000_000
    assert told.tier == "low"
    assert [(d.dimension, d.contribution_micro, d.lost_micro) for d in told.dimensions] == [
        ("activity", 33_000_000, 27_000_000),
        ("scale", 16_000_000, 24_000_000),
    ]
    touches = told.dimensions[0].measures[1]
    assert (touches.raw, touches.scaled, touches.contribution_micro) == (15.0, 0.5, 15_000_000)
    assert touches.peer == peer


def test_a_category_that_the_card_does_not_list_is_told_as_unmapped() -> None:
    row = {**ROW, "account_size_segment": "Gross"}
    told = explain_account(CARD, "a1", row, frozenset(), measures=CATALOG)
    part = told.dimensions[1].measures[0]
    assert (part.state, part.is_unmapped, part.weight_micro) == (State.UNKNOWN, True, 0)


@given(seeds)
def test_contribution_and_loss_sum_to_a_hundred_points(seed: int) -> None:
    card, row, never = random_account(seed)
    told = explain_account(card, "a", row, never, measures=catalog_of(card))
    gained = sum(d.contribution_micro for d in told.dimensions)
    assert gained == (told.score_micro or 0)
    if told.score_micro is not None and any(d.weight_micro for d in told.dimensions):
        assert gained + told.lost_micro == MAX_MICRO


def test_the_lift_names_the_whole_value_that_reaches_the_tier() -> None:
    plan = plan_lift(CARD, ROW, frozenset(), CATALOG)
    assert plan is not None
    assert (plan.next_tier, plan.gap_micro) == ("medium", 1_000_000)
    targets = {lift.measure: lift.target for lift in plan.single}
    assert targets == {"idle_days": 36.0, "touches": 16.0, "account_size_segment": "Large"}
    assert [lift.measure for lift in plan.single if lift.is_attribute] == ["account_size_segment"]
    assert [lift.measure for lift in plan.smallest] == ["touches"]


def test_the_smallest_set_leaves_out_facts_about_the_firm() -> None:
    row = {**ROW, "idle_days": 100.0, "touches": 0.0}
    plan = plan_lift(CARD, row, frozenset(), CATALOG)
    assert plan is not None
    assert plan.single == ()
    assert [(lift.measure, lift.target) for lift in plan.smallest] == [
        ("idle_days", 0.0),
        ("touches", 4.0),
    ]
    assert plan.smallest[-1].score_micro == 50_000_000


def test_a_tier_out_of_reach_gives_no_set() -> None:
    row = {**ROW, "account_size_segment": "Small", "idle_days": 10.0}
    plan = plan_lift(CARD, row, frozenset(), CATALOG)
    assert plan is not None
    assert plan.next_tier == "high"
    assert plan.smallest == ()


@pytest.mark.parametrize(
    "row",
    [
        {"idle_days": 0.0, "touches": 30.0, "account_size_segment": "Large"},
        {"idle_days": 3.0},
        {},
    ],
)
def test_the_top_tier_and_unknown_tiers_have_no_lift(row: dict[str, Any]) -> None:
    assert plan_lift(CARD, row, frozenset(), CATALOG) is None


@given(seeds)
def test_every_lift_reaches_the_tier_when_scored_again(seed: int) -> None:
    card, row, never = random_account(seed)
    start = score_row(card, row, never)
    plan = plan_lift(card, row, never, catalog_of(card))
    if plan is None:
        return
    assert start.score_micro is not None
    cut = start.score_micro + plan.gap_micro
    for lift in plan.single:
        again = score_row(card, {**row, lift.measure: lift.target}, never)
        assert again.score_micro == lift.score_micro
        assert lift.score_micro >= cut
        assert lift.gain_micro == lift.score_micro - start.score_micro
    moved = {lift.measure: lift.target for lift in plan.smallest}
    if moved:
        again = score_row(card, {**row, **moved}, never)
        assert (again.score_micro or 0) >= cut
        assert plan.smallest[-1].score_micro == again.score_micro
        fewer = dict(list(moved.items())[:-1])
        assert (score_row(card, {**row, **fewer}, never).score_micro or 0) < cut


@given(seeds)
def test_causes_of_a_change_sum_exactly(seed: int) -> None:
    card, row, never = random_account(seed)
    rng = generator(seed + 1)
    other = random_table(rng, card.model_dump())[0]
    new_card = fitted_on(card.model_copy(update={"min_coverage": 0.2}), [row, other])
    dimensions = tuple(
        d.model_copy(update={"weight": 5 + 3 * i}) for i, d in enumerate(new_card.dimensions)
    )
    new_card = new_card.model_copy(update={"dimensions": dimensions})
    replayed = score_row(card, row, never)
    old_card = score_row(card, other, frozenset())
    now = score_row(new_card, other, frozenset())
    micros = {m.measure: rng.randint(0, 10_000_000) for m in card.measures}
    stored = StoredScore(sum(micros.values()), micros)
    change = split_change(SINCE, stored, replayed, old_card, now)
    if change is None:
        assert None in (replayed.score_micro, old_card.score_micro, now.score_micro)
        return
    causes = change.data_micro + change.config_micro + change.customer_micro
    assert causes == change.total_micro == (now.score_micro or 0) - stored.score_micro
    for cause in ("data_micro", "config_micro", "customer_micro"):
        assert sum(getattr(m, cause) for m in change.measures) == getattr(change, cause)
    assert sum(m.total_micro for m in change.measures) == change.total_micro


def test_a_change_without_a_score_on_the_way_is_not_split() -> None:
    nothing = RowScore(None, 0, "unknown", {})
    now = score_row(CARD, ROW, frozenset())
    stored = StoredScore(1, {"touches": 1})
    assert split_change(SINCE, stored, nothing, now, now) is None


def test_a_measure_that_left_the_card_shows_in_the_config_part() -> None:
    shorter = CARD.model_copy(update={"dimensions": CARD.dimensions[:1]})
    old = score_row(CARD, ROW, frozenset())
    now = score_row(shorter, ROW, frozenset())
    stored = StoredScore(old.score_micro or 0, {n: p.micro for n, p in old.measures.items()})
    change = split_change(SINCE, stored, old, old, now)
    assert change is not None
    assert (change.data_micro, change.customer_micro) == (0, 0)
    gone = next(m for m in change.measures if m.measure == "account_size_segment")
    assert gone.config_micro == -16_000_000
