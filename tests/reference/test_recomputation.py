"""Scores and outlook equal a recomputation in plain pandas on random views and companies."""

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from e2e.company import declare_currency, done
from keepwell.config import ForecastSettings, MatrixSettings
from keepwell.runs.outlook import OutlookSettings
from keepwell.vocabulary import Scorecard
from reference import choices_oracle, forecast_oracle, groups_oracle, priority_oracle
from reference import pandas_oracle as oracle
from reference.companies import random_company
from reference.compare import (
    SCORED,
    compare_exports,
    compare_forecast,
    compare_matrix,
    compare_priority,
    compare_profile,
    compare_scores,
    compare_whole,
)
from reference.forecast_oracle import Assumed
from reference.groups_oracle import Cuts
from reference.stages import Workshop, choosing, workshop
from reference.views import AS_OF, random_view, write_view

__all__ = ["choosing"]

IS_SOAK = bool(os.environ.get("KEEPWELL_SOAK"))
# 100 views and as many companies in every test run: 200 random inputs.
TABLES = 400 if IS_SOAK else 100
AT_ONCE = 25
CHOICES_IN = 10
WITH_SCENARIOS = 50 if IS_SOAK else 2
THROUGH_FILES = 5 if IS_SOAK else 1


def random_settings(seed: int) -> tuple[OutlookSettings, Assumed, Cuts]:
    """The declared assumptions, as settings and as the recomputation takes them."""
    rng = Random(seed)  # noqa: S311
    assumed = Assumed(
        *rng.choice([(0.4, 0.6), (1.0, 0.0), (0.15, 0.85)]),
        retention=rng.choice([1.0, 0.9]),
        save_rate=rng.choice([1.0, 0.35]),
    )
    cuts = Cuts(rng.choice([2, 3, 10]), *rng.choice([(0.7, 0.4, 0.2), (0.5, 0.5, 0.1)]))
    settings = OutlookSettings(
        ForecastSettings(
            won_weight=assumed.won,
            pipeline_weight=assumed.pipeline,
            retention_factor=assumed.retention,
            save_rate=assumed.save_rate,
        ),
        MatrixSettings(
            minimum_accounts=cuts.minimum,
            critical=cuts.critical,
            elevated=cuts.elevated,
            watch=cuts.watch,
        ),
    )
    return settings, assumed, cuts


def random_overrides(frame: pd.DataFrame, seed: int) -> dict[str, str]:
    """The tiers that people gave to some accounts of every third input."""
    rng = Random(seed)  # noqa: S311
    corrected = [a for a in sorted(frame["account_id"]) if seed % 3 == 0 and rng.random() < 0.2]
    return {a: rng.choice(["low", "low", "medium", "high"]) for a in corrected}


def compare_scored(shop: Workshop, frame: pd.DataFrame, card: str) -> pd.DataFrame:
    """Compare scores; return the measures with score_micro and tier as recomputed."""
    wanted = oracle.score(frame, card)
    compare_scores(shop.by_account(SCORED), wanted)
    full = frame if "contact_email_coverage" in frame else oracle.with_coverage(frame)
    return full.merge(wanted[["account_id", "score_micro", "tier"]], on="account_id")


def compare_outlook(
    shop: Workshop, scored: pd.DataFrame, cards: tuple[Scorecard, ...], seed: int
) -> None:
    """Compare everything that the outlook says of the portfolio."""
    settings, assumed, cuts = random_settings(seed)
    shop.outlook(cards, settings)
    told = forecast_oracle.forecast(scored, assumed)
    compare_forecast(shop.by_account("SELECT * FROM forecast"), told)
    cells = groups_oracle.matrix(scored, told)
    compare_matrix(shop.rows("SELECT * FROM risk_matrix"), cells, cuts)
    compare_profile(shop.rows("SELECT * FROM profile"), scored)
    compare_whole(shop, told, assumed)
    compare_priority(shop, scored, told, "robust" if "robust" in cards[0].scorecard else "classic")


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, TABLES, AT_ONCE))
def test_random_views_equal_the_recomputation(start: int, choosing: Callable[[bool], None]) -> None:
    with workshop() as shop:
        for seed in range(start, start + AT_ONCE):
            frame = random_view(seed)
            shop.load_view(frame)
            shop.state.tiers = random_overrides(frame, seed)
            choosing(seed % CHOICES_IN == 0)
            for card in in_turn(seed):
                cards = shop.score(card)
                scored = compare_scored(shop, frame, card)
            compare_outlook(shop, scored, cards, seed)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, TABLES, AT_ONCE))
def test_random_event_tables_equal_the_recomputation(
    start: int, choosing: Callable[[bool], None]
) -> None:
    with workshop() as shop:
        for seed in range(start, start + AT_ONCE):
            company = random_company(seed)
            shop.load_company(company)
            shop.state.tiers = random_overrides(company.frame, seed)
            choosing(seed % CHOICES_IN == 0)
            for card in in_turn(seed):
                cards = shop.score(card, company.as_of)
                scored = compare_scored(shop, company.frame, card)
            compare_outlook(shop, scored, cards, seed)


def in_turn(seed: int) -> tuple[str, str]:
    """Both cards, each as often the last one, whose outlook is compared."""
    return ("classic", "robust") if seed // CHOICES_IN % 2 else ("robust", "classic")


def test_random_inputs_reach_every_method_group_and_grade() -> None:
    seen: set[str] = set()
    for seed in range(60):
        company = random_company(seed)
        scored = oracle.score(company.frame)
        frame = company.frame.merge(scored[["account_id", "score_micro", "tier"]])
        told = forecast_oracle.forecast(frame, Assumed())
        for name in ("weighted", "run_rate", "naive"):
            seen |= {name} if any(v is not None for v in told[name]) else set()
            is_headline = list(told[name]) == list(told["contribution"])
            seen |= {f"headline {name}"} if is_headline and name != "naive" else set()
        firm = choices_oracle.firmly_low(frame, "classic")
        low = frame["account_id"][frame["tier"] == "low"]
        seen |= {"firmly low" if firm[a] else "low by this choice alone" for a in low}
        corrected = random_overrides(frame, seed)
        seen |= {group for _, group, _ in priority_oracle.priority(frame, told, firm, corrected)}
        everybody = priority_oracle.accounts(frame, told, firm, corrected)
        seen.add(priority_oracle.sizes_for_people(everybody)[0])
        cells = groups_oracle.matrix(frame, told).values()
        seen |= {groups_oracle.grade(c.low, c.scored, Cuts(3)) for c in cells}
    assert seen == {
        "weighted", "run_rate", "naive", "headline weighted", "headline run_rate", *"ABCD",
        "too_small", "critical", "elevated", "watch", "stable",
        "firmly low", "low by this choice alone", "nobody", "heavy", "one", "nothing left",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1000 + WITH_SCENARIOS))
def test_the_whole_outlook_with_its_scenarios_equals_the_recomputation(seed: int) -> None:
    with workshop() as shop:
        frame = random_view(seed)
        shop.load_view(frame)
        cards = shop.score("classic")
        compare_outlook(shop, compare_scored(shop, frame, "classic"), cards, seed)


@pytest.mark.slow
@pytest.mark.parametrize("card", ["classic", "robust"])
@pytest.mark.parametrize("seed", range(2000, 2000 + THROUGH_FILES))
def test_the_way_through_files_equals_the_recomputation(
    seed: int, card: str, tmp_path: Path
) -> None:
    frame = random_view(seed)
    while len(frame) < 20 or frame.isna().all().any():
        seed += 100
        frame = random_view(seed)
    write_view(frame, tmp_path / "exports" / "accounts.csv")
    project = tmp_path / "p"
    done("init", project, "--from", tmp_path / "exports", "--scorecard", card)
    declare_currency(project, "en")
    done("run", "-C", project, "--as-of", str(AS_OF))
    compare_exports(project, tmp_path, frame, card)
