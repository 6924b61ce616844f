"""A validated churn probability serves its measure and ranks accounts by what may be lost."""

from datetime import date
from pathlib import Path

import pytest

from keepwell.adapters.churn_file import drop_churn, load_churn, save_churn
from keepwell.adapters.configuration import load_config
from keepwell.config import Config
from keepwell.outlook import portfolio_select, priority_select
from keepwell.outlook.portfolio import PORTFOLIO_TABLES
from keepwell.ports import Engine
from keepwell.runs.churn_column import store_churn, validated_churn, with_churn
from keepwell.runs.outlook import OutlookSettings, build_outlook
from keepwell.vocabulary import ConfigInvalid, MeasureSource
from outlook.scored import CLASSIC, load_portfolio, open_engine
from proof.published import published

TEXT = """\
project: myco
source: {kind: folder, path: exports}
scorecards: [{scorecard: account_health}]
tables: {accounts: [{source: accounts, columns: {account_id: Id}}]}
"""
MEASURES = (
    *(m.measure for m in CLASSIC.measures),
    "current_pipeline_amount",
    "churn_probability",
)
ROWS = [
    {
        "account_id": name,
        "days_since_last_activity": silence,
        "total_activities_30d": 1.0,
        "total_won_amount": won,
        "current_pipeline_amount": 0.0,
        "account_size_segment": "Large",
        "churn_probability": 0.77,
    }
    for name, silence, won in (
        ("rich and awake", 5.0, 900.0),
        ("poor and silent", 80.0, 800.0),
        ("unknown", None, 100.0),
    )
]


def config(folder: Path, *doubts: str) -> Config:
    """Return a project in which such a scorecard was fitted."""
    (folder / "keepwell.yml").write_text(TEXT, "utf-8")
    save_churn(folder, published(*doubts).model_dump_json())
    return load_config(folder)


def ranked(engine: Engine) -> list[str]:
    select = priority_select(
        {CLASSIC.scorecard: CLASSIC},
        tuple(engine.columns("portfolio")),
        sizes=("Large",),
        silent_days=None,
    )
    found = engine.rows(f"SELECT account_id FROM ({select}) AS p ORDER BY priority_rank")
    return [str(name) for (name,) in found]


def low(engine: Engine) -> None:
    """Make all accounts low, so that one group ranks them."""
    columns = {name: tuple(engine.columns(name)) for name in PORTFOLIO_TABLES}
    told = portfolio_select(columns)
    engine.create_table("told", told)
    kept = ", ".join(c for c in engine.columns("told") if not c.endswith("tier"))
    engine.create_view(
        "portfolio",
        f"SELECT {kept}, 'low' AS tier, 'low' AS effective_tier, 2 AS contribution_tier FROM told",
    )


def test_a_validated_probability_is_the_measure_and_ranks_by_likely_loss(tmp_path: Path) -> None:
    settings = OutlookSettings(has_churn=True)
    with open_engine() as engine:
        card = load_portfolio(engine, ROWS, MEASURES)
        assert store_churn(engine, config(tmp_path)) is not None
        build_outlook(engine, [card], settings, date(2026, 9, 30))
        found = dict(engine.rows("SELECT account_id, churn_probability FROM measures"))
        loss = dict(engine.rows("SELECT account_id, likely_loss_amount FROM forecast"))
        amount = dict(engine.rows("SELECT account_id, contribution_amount FROM forecast"))
        low(engine)
        order = ranked(engine)
    assert found == {
        "rich and awake": pytest.approx(0.1),
        "poor and silent": pytest.approx(0.9),
        "unknown": pytest.approx(0.5),
    }
    assert loss == {name: pytest.approx(found[name] * amount[name]) for name in found}
    assert order == sorted(loss, key=lambda name: -loss[name])
    assert order[0] == "poor and silent"


def test_a_probability_with_doubts_changes_nothing(tmp_path: Path) -> None:
    doubtful = config(tmp_path, "no_skill")
    assert validated_churn(doubtful) is None
    with open_engine() as engine:
        card = load_portfolio(engine, ROWS, MEASURES)
        assert store_churn(engine, doubtful) is None
        build_outlook(engine, [card], OutlookSettings(), date(2026, 9, 30))
        given = engine.rows("SELECT DISTINCT churn_probability FROM measures")
        assert "likely_loss_amount" not in engine.columns("forecast")
        low(engine)
        assert ranked(engine)[0] == "rich and awake"
    assert given == [(0.77,)]


def test_the_source_of_the_measure_says_model_and_its_day(tmp_path: Path) -> None:
    missing = MeasureSource("churn_probability", "missing", (), 0, 0, 3)
    other = MeasureSource("nps", "missing", (), 0, 0, 3)
    feature = MeasureSource("days_since_last_activity", "events", ("activities.day",), 3, 0, 0)
    told, same, _ = with_churn([missing, other, feature], published(), 3)
    assert told.columns == ("activities.day",)
    assert (told.kind, told.known, told.unknown) == ("model", 3, 0)
    assert told.note is not None
    assert told.note.en == "model, validated 2026-09-30"
    assert same is other


def test_a_damaged_file_is_refused_and_a_missing_one_is_none(tmp_path: Path) -> None:
    assert config(tmp_path).churn_model is not None
    save_churn(tmp_path, "{")
    with pytest.raises(ConfigInvalid, match=r"churn_model\.json"):
        load_churn(tmp_path)
    assert drop_churn(tmp_path)
    assert load_config(tmp_path).churn_model is None
