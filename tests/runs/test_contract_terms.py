"""Terms of contracts become the clock of a back-test's rows, and a fit that is kept and shown."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from keepwell.adapters.churn_file import drop_churn, load_survival, save_survival
from keepwell.cli.console import Speaker
from keepwell.cli.show_contracts import show_contracts, show_reasons
from keepwell.ports import Engine
from keepwell.proof.model import (
    PLACE,
    FeatureSpec,
    FeatureTable,
    FitSettings,
    PublishedSurvival,
    Reasons,
    TooFewEvents,
    Validation,
    validate_churn,
)
from keepwell.runs.churn_sample import PastRows
from keepwell.runs.contract_survival import SurvivalFit, fit_contracts_ahead, look_along
from keepwell.runs.contract_terms import read_terms, spells_of
from keepwell.wiring.contract_learning import ChurnReasons
from outlook.scored import open_engine

DAY = np.datetime64("2025-06-30")


def subscriptions(engine: Engine, rows: Sequence[tuple[str, str, str]]) -> None:
    """Store paid terms: account, first day, last day."""
    values = ", ".join(
        f"('s{n}', '{who}', DATE '{first}', DATE '{last}', FALSE)"
        for n, (who, first, last) in enumerate(rows)
    )
    names = "subscription_id, account_id, period_start, period_end, is_trial"
    engine.create_table("subscriptions", f"SELECT * FROM (VALUES {values}) AS v ({names})")


def yearly(accounts: int) -> list[tuple[str, str, str]]:
    """Return one yearly term each; those of even number end in the 30 days after DAY."""
    ends = ("2025-07-19", "2026-03-31")
    starts = ("2024-07-20", "2025-04-01")
    return [(f"a{n:03d}", starts[n % 2], ends[n % 2]) for n in range(accounts)]


def rows_of(accounts: int, origins: int = 2) -> PastRows:
    """Return rows of one day over and over; a third of those whose term ends leave with it."""
    number = np.tile(np.arange(accounts), origins)
    left = (number % 2 == 0) & (number % 3 == 0)
    event = np.where(left, DAY + 20, np.datetime64("NaT"))
    return PastRows(
        np.char.add("a", np.char.zfill(number.astype(np.str_), 3)),
        FeatureTable({"noise": np.sin(np.arange(len(number)))}, {}),
        {},
        np.full(len(number), 50.0),
        left,
        number,
        np.full(len(number), DAY),
        event,
        90,
    )


def fitted(accounts: int) -> SurvivalFit | TooFewEvents:
    rows, specs = rows_of(accounts), [FeatureSpec("noise")]
    with open_engine() as engine:
        subscriptions(engine, yearly(accounts))
        terms = read_terms(engine)
    spells = spells_of(rows, terms)
    assert spells is not None
    beside = validate_churn(rows.sample(), specs, FitSettings(folds=4, ridges=(1.0,)))
    if isinstance(beside, TooFewEvents):
        return beside
    assert isinstance(beside, Validation)
    return fit_contracts_ahead(
        spells,
        specs,
        beside,
        whole_months=terms.terms.whole_months,
        settle_days=0,
        fitted_on=date(2026, 1, 31),
        backtest_id="b",
    )


def test_rows_get_the_places_of_their_own_contract() -> None:
    with open_engine() as engine:
        subscriptions(engine, yearly(4))
        spells = spells_of(rows_of(4, 1), read_terms(engine))
    assert spells is not None
    assert spells.places[:, 0].tolist() == ["renewal_1", "within_term"] * 2
    assert spells.seen.tolist() == [1, 3, 3, 3]
    assert spells.ended.tolist() == [True, False, False, False]


def test_ends_cut_when_somebody_left_are_not_read() -> None:
    cut = [("a000", "2024-07-20", "2024-12-01"), *yearly(4)[1:]]
    with open_engine() as engine:
        subscriptions(engine, cut)
        assert read_terms(engine).terms.whole_months == 12


def test_where_few_accounts_have_a_term_contracts_are_no_clock() -> None:
    with open_engine() as engine:
        subscriptions(engine, yearly(1))
        assert spells_of(rows_of(4), read_terms(engine)) is None


def test_the_fit_is_kept_shown_and_explains_an_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = fitted(360)
    assert isinstance(found, SurvivalFit)
    save_survival(tmp_path, found.published.model_dump_json())
    kept = PublishedSurvival.model_validate(load_survival(tmp_path))
    assert kept == found.published
    chance = {name: prob for name, prob, _ in kept.places()}
    assert chance["renewal_1"] == pytest.approx(1 / 3, abs=0.03)
    assert chance["within_term"] < 0.01
    one, places = FeatureTable({"noise": np.zeros(1)}, {}), np.array([["within_term", "renewal_1"]])
    ahead = look_along(kept, one, places)
    assert ahead.kept[1] == pytest.approx(2 / 3, abs=0.05)
    show_contracts(found, "zh", Speaker(as_json=False))
    alone = Reasons(-1_000_000, ahead.reasons[1].parts[1:])
    told = ChurnReasons("a000", date(2026, 1, 31), 90, alone, ahead)
    show_reasons(told, "en", as_json=False)
    said = capsys.readouterr().out
    assert "第 1 期到期" in said
    assert "合同期内，无到期" in said
    assert "term 1 ends" in said
    assert PLACE not in said
    assert not drop_churn(tmp_path)
    assert load_survival(tmp_path) is None


def test_too_few_that_left_are_told_in_place_of_a_model(
    capsys: pytest.CaptureFixture[str],
) -> None:
    refused = fitted(60)
    assert isinstance(refused, TooFewEvents)
    show_contracts(refused, "en", Speaker(as_json=False))
    assert "8 accounts left and 37 stayed; 40 of each are needed" in capsys.readouterr().out
