"""Replays of past days: equal to plain runs of those days, blind to later rows, kept whole."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.progress import NoProgress
from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.state import SqlStateStore
from keepwell.config import Config
from keepwell.proof import EvaluationFrame, known_then
from keepwell.runs.backtest import Backtest, BacktestInputs, evaluation_frames
from keepwell.runs.backtest_labels import label_findings
from keepwell.runs.backtest_run import newest_backtest, run_backtest
from keepwell.runs.backtest_store import read_frame
from keepwell.runs.backtest_uses import chosen_uses, conditions_of_today
from keepwell.runs.importing_months import month_prints
from keepwell.runs.importing_record import Imported
from keepwell.runs.portfolio import RunSettings, open_import, score_import
from keepwell.scoring import CardUse
from keepwell.vocabulary import (
    TABLES,
    InputProblem,
    LabelColumn,
    NotFound,
    ProofSettings,
    Scorecard,
)
from keepwell.warning import Trigger
from measures.random_tables import Maker, Tables, arrow_table, merged
from runs.check_world import config
from state_databases import give_state, place_of

AT = datetime(2026, 12, 1, tzinfo=UTC)
LAST = date(2026, 8, 31)
MEASURES = ("days_since_last_activity", "total_activities_90d", "won_amount_12m", "open_tickets")
PRESENT = "number_of_employees"
CARD = Scorecard.model_validate(
    {
        "scorecard": "test",
        "min_coverage": 0.3,
        "dimensions": [
            {
                "dimension": f"part_{i}",
                "weight": 20,
                "measures": [{"measure": m, "scale": {"kind": k}}],
            }
            for i, (m, k) in enumerate(
                zip((*MEASURES, PRESENT), ("minmax", "percentile") * 3, strict=False)
            )
        ],
    }
)
USES = (CardUse(CARD, None),)
ALL_COLUMNS = frozenset(f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns)


def trigger(name: str, enter: str, leave: str) -> Trigger:
    said = {"zh": name, "en": name}
    given = {"trigger": name, "title": said, "reason": said, "enter": enter, "leave": leave}
    return Trigger.model_validate(given)


TRIGGERS = (
    trigger("low", "tier = 'low'", "tier <> 'low'"),
    trigger("fell", "score_change < 0", "score_change >= 0"),
    trigger("valued", "segment = 'at_risk'", "segment <> 'at_risk'"),
)


def company(seed: int) -> Tables:
    """Return a random company around the end of August 2026, of which some accounts leave."""
    makers = [Maker(4 + 6 * (5 * seed + i)) for i in range(5)]
    tables = merged(makers)
    for i, account in enumerate(tables["accounts"]):
        leaves = LAST - timedelta(days=7 * (i % 15))
        account["churned_at"] = leaves if i % 3 == 0 else None
    return tables


def imported_as(tables: Tables, folder: Path, mapped: frozenset[str]) -> Imported:
    """Return the tables as an import of their own."""
    folder.mkdir()
    for name, rows in tables.items():
        pq.write_table(arrow_table(name, rows), folder / f"{name}.parquet")
    with DuckDbEngine(allowed_directories=(folder,)) as engine:
        for name in ("activities", "usage"):
            engine.read_parquet(f"accepted_{name}", folder / f"{name}.parquet")
        months = month_prints(TABLES, engine)  # type: ignore[arg-type]
    return Imported(folder, folder.name, mapped, (), (), {}, {}, {}, "USD", LAST, months=months)


def known_on(tables: Tables, day: date) -> Tables:
    """Return the rows that were there on a day."""
    kept: Tables = {}
    for name, rows in tables.items():
        dated = TABLES[name].dated_by
        kept[name] = [r for r in rows if not (dated and r.get(dated) and _day(r[dated]) > day)]
    kept["accounts"] = [
        {**r, "churned_at": None if r["churned_at"] and r["churned_at"] > day else r["churned_at"]}
        for r in kept["accounts"]
    ]
    return kept


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


@contextmanager
def opened(folder: Path, state_file: Path) -> Iterator[tuple[DuckDbEngine, SqlStateStore]]:
    if not (folder / ".keepwell").exists():
        (folder / ".keepwell").mkdir()
        give_state(folder, state_file)
    with (
        DuckDbEngine(threads=2, allowed_directories=(folder,)) as engine,
        SqlStateStore(place_of(folder)) as state,
    ):
        yield engine, state


def inputs_of(imported: Imported, **proof: Any) -> BacktestInputs:
    settings = ProofSettings(**{"outcome": "churn", "horizon_days": 30, "origins": 3, **proof})
    made: Config = config().model_copy(update={"proof": settings})
    horizons = (settings.horizon_days,)
    return BacktestInputs(made, USES, imported, LAST, horizons, settings.origins, TRIGGERS)


def replayed(inputs: BacktestInputs, folder: Path, state_file: Path, **how: Any) -> Backtest:
    with opened(folder, state_file) as (engine, state):
        return evaluation_frames(inputs, engine, state, NoProgress(), at=AT, **how)


@dataclass(frozen=True)
class Replayed:
    """A company, its back-test over three ends of month, and where both lie."""

    tables: Tables
    inputs: BacktestInputs
    done: Backtest
    folder: Path

    @property
    def frame(self) -> EvaluationFrame:
        """Return the one frame."""
        return self.done.frames["test", 30]


@pytest.fixture(scope="module", params=range(2))
def past(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, state_file: Path
) -> Replayed:
    folder, tables = tmp_path_factory.mktemp("past"), company(int(request.param))
    inputs = inputs_of(imported_as(tables, folder / "all", ALL_COLUMNS))
    (folder / "features").mkdir()
    how = {"features": folder / "features", "folds": folder / "folds"}
    return Replayed(tables, inputs, replayed(inputs, folder, state_file, **how), folder)


def test_an_origin_equals_a_plain_run_of_that_day_over_the_rows_known_then(
    past: Replayed, tmp_path: Path, state_file: Path
) -> None:
    done, frame = past.done, past.frame
    assert [str(d) for d in done.origins.days] == ["2026-05-31", "2026-06-30", "2026-07-31"]
    reduced = CARD.model_copy(update={"dimensions": CARD.dimensions[:4]})
    then = known_then(ALL_COLUMNS, ends_rewritten=False).columns
    for origin in done.origins.days:
        known = imported_as(known_on(past.tables, origin), tmp_path / str(origin), then)
        with opened(tmp_path, state_file) as (engine, state):
            settings = RunSettings(origin, AT, origin, refit=True, keep=False)
            use = (CardUse(reduced, None),)
            score_import(engine, past.inputs.config, use, known, state, NoProgress(), settings)
            columns = ", ".join(f"{m}, {m}__never" for m in done.features)
            plain = engine.arrow(f"SELECT account_id, {columns} FROM measures ORDER BY 1")
            scores = {a: (s, t) for a, s, t in engine.rows(_SCORES)}
        assert len(done.features) > 10
        assert pq.read_table(past.folder / "features" / f"{origin}.parquet").to_pylist() == (
            plain.to_pylist()
        )
        mine = frame.origin == np.datetime64(origin)
        assert set(frame.account[mine]) == set(scores)
        for account, score, tier in zip(
            frame.account[mine], frame.score[mine], frame.tier[mine], strict=True
        ):
            wanted, wanted_tier = scores[str(account)]
            assert tier == wanted_tier
            assert (wanted is None and np.isnan(score)) or score == wanted / 1e6


_SCORES = "SELECT account_id, score_micro, tier FROM scores"


def test_what_is_known_later_is_named_and_left_out(past: Replayed) -> None:
    (gone,) = past.done.left_out["test"]
    assert (gone.measure, gone.reason, gone.weight_share) == (PRESENT, "present_only", 0.2)
    assert PRESENT not in past.done.features


def test_outcomes_and_exclusions_are_those_of_the_rows(past: Replayed) -> None:
    tables, done, frame = past.tables, past.done, past.frame
    left = {r["account_id"]: r["churned_at"] for r in tables["accounts"]}
    for count in done.counts[30]:
        day = count.origin
        gone = [a for a, d in left.items() if d and d <= day]
        soon = [a for a, d in left.items() if d and day < d <= day + timedelta(days=30)]
        mine = frame.rows(frame.origin == np.datetime64(day))
        assert count.left == len(gone)
        assert count.customers + count.left + count.later == len(left)
        assert not set(gone) & set(mine.account)
        assert set(mine.account[mine.outcome]) == set(soon) & set(mine.account)
        for account, event in zip(
            mine.account[mine.outcome], mine.event_day[mine.outcome], strict=True
        ):
            assert event == np.datetime64(left[str(account)])
    assert sum(c.outcomes for c in done.counts[30]) == frame.outcome.sum() > 1
    assert np.isnat(frame.event_day[~frame.outcome]).all()


def test_triggers_are_replayed_from_what_each_origin_and_the_one_before_it_knew(
    past: Replayed,
) -> None:
    frame, alarms = past.frame, past.done.alarms
    assert {s.trigger.trigger: s.lacks for s in past.done.served} == {
        "low": (),
        "fell": (),
        "valued": ("segment",),
    }
    names = np.array(past.done.accounts)
    before: dict[str, float] = {}
    for day in past.done.origins.days:
        rows = frame.rows(frame.origin == np.datetime64(day))
        found = {name: set(names[at]) for name, at in alarms[day].items()}
        assert set(rows.account[rows.tier == "low"]) == found["low"] & set(rows.account)
        scores = dict(zip(rows.account.tolist(), rows.score.tolist(), strict=True))
        fell = {a for a, s in scores.items() if s < before.get(a, -1.0) - 1e-9}
        assert fell <= found["fell"]
        before = scores


def test_the_naive_rules_rank_by_what_their_names_say(past: Replayed) -> None:
    frame = past.frame
    assert set(frame.baselines) == {
        "recency", "activity_count", "last_score", "tenure", "always_renew"
    }  # fmt: skip
    assert (frame.baselines["recency"] <= 0).all()
    first = frame.origin == frame.origin.min()
    assert np.isnan(frame.baselines["last_score"][first]).all()
    scores = {(a, o): s for a, o, s in zip(frame.account, frame.origin, frame.score, strict=True)}
    before = dict(zip(("2026-06-30", "2026-07-31"), ("2026-05-31", "2026-06-30"), strict=True))
    for account, origin, last in zip(
        frame.account, frame.origin, frame.baselines["last_score"], strict=True
    ):
        if str(origin) in before:
            wanted = scores.get((account, np.datetime64(before[str(origin)])), np.nan)
            assert np.array_equal(last, wanted, equal_nan=True)


def test_an_account_entered_twice_counts_as_one(tmp_path: Path, state_file: Path) -> None:
    tables, twin = company(0), "twin"
    busy = Counter(r["account_id"] for r in tables["activities"] if r["channel"] != "marketing")
    source = busy.most_common(1)[0][0]
    for name, rows in tables.items():
        key = TABLES[name].key
        mine = [r for r in rows if r["account_id"] == source]
        rows += [{**r, key: f"{twin}{r[key]}", "account_id": twin} for r in mine]
    inputs = inputs_of(imported_as(tables, tmp_path / "all", ALL_COLUMNS))
    frame = replayed(inputs, tmp_path, state_file).frames["test", 30]
    cluster = {a: set(frame.cluster[frame.account == a]) for a in np.unique(frame.account)}
    assert cluster[twin] == cluster[source]
    others = [c for a, c in cluster.items() if a not in (twin, source)]
    assert len(set().union(*others)) == len(others)


def test_a_back_test_is_kept_whole_and_found_again(tmp_path: Path, state_file: Path) -> None:
    imported = imported_as(company(0), tmp_path / "all", ALL_COLUMNS)
    inputs = inputs_of(imported, origins=1)
    store = SnapshotFolders(tmp_path / "backtests")
    with opened(tmp_path, state_file) as (engine, state):
        first = run_backtest(inputs, engine, state, store, NoProgress(), at=AT)
        again = run_backtest(inputs, engine, state, store, NoProgress(), at=AT)
        other = replace(inputs, origins=2)
        assert other.backtest_id() != inputs.backtest_id()
        # Of one last day, the newest is the one asked for last, whatever its hash.
        for asked in (other, inputs, other):
            run_backtest(asked, engine, state, store, NoProgress(), at=AT)
            assert newest_backtest(store) == asked.backtest_id()
    assert (first.is_new, again.is_new) == (True, False)
    frame, kept = first.frames["test", 30], read_frame(first.folder, "test", 30)
    for name, column in frame._columns().items():
        nan = column.dtype.kind in "fM"
        assert np.array_equal(column, kept._columns()[name], equal_nan=nan), name
    manifest = json.loads((first.folder / "manifest.json").read_text("utf-8"))
    assert manifest["outcomes"]["30"]["en"].startswith("Churn: left within 30 days")
    assert store.faults(first.backtest_id) == ()
    assert len(list((first.folder / "measures").glob("*.parquet"))) == 1
    with pytest.raises(NotFound, match="No frame of `other`"):
        read_frame(first.folder, "other", 30)


def test_too_short_a_history_is_refused_with_its_days(tmp_path: Path, state_file: Path) -> None:
    tables = company(0)
    tables["activities"] = [{**tables["activities"][0], "occurred_at": datetime(2026, 5, 2)}]  # noqa: DTZ001
    imported = imported_as(tables, tmp_path / "all", ALL_COLUMNS)
    short = inputs_of(imported, horizon_days=90)
    with pytest.raises(InputProblem, match=r"reach from 2026-05-02 .* 90 days before their end"):
        replayed(short, tmp_path, state_file)
    with pytest.raises(NotFound, match="No scorecard `other`"):
        chosen_uses(USES, "other")


def test_a_card_of_present_values_alone_is_refused(tmp_path: Path, state_file: Path) -> None:
    imported = imported_as(company(0), tmp_path / "all", ALL_COLUMNS)
    present = CARD.model_copy(update={"dimensions": CARD.dimensions[4:]})
    inputs = replace(inputs_of(imported), uses=(CardUse(present, None),))
    with pytest.raises(InputProblem, match="number_of_employees rest on columns that hold"):
        replayed(inputs, tmp_path, state_file)


def test_sources_that_disagree_on_who_left_are_told_with_their_number(
    tmp_path: Path, state_file: Path
) -> None:
    """One account a case: left yet paying, yet active, yet called active, gone without a date."""
    left, long_ago = date(2026, 3, 1), date(2025, 1, 1)
    names = ("paying", "active", "said", "undated", "over", "sound")
    accounts = {n: {"account_id": n, "created_at": long_ago, "churned_at": left} for n in names}
    accounts["said"] |= {"status": "Customer", "lifecycle_stage": "Mature"}
    accounts["undated"] |= {"churned_at": None, "status": " Churned "}
    accounts["over"]["churned_at"] = None
    terms = {"paying": None, "over": left, "sound": left}
    tables: Tables = {name: [] for name in TABLES} | {
        "accounts": list(accounts.values()),
        "subscriptions": [
            {"subscription_id": n, "account_id": n, "period_start": long_ago, "period_end": end}
            for n, end in terms.items()
        ],
        "activities": [
            {"activity_id": n, "account_id": n, "occurred_at": datetime(2026, month, 1)}  # noqa: DTZ001
            for n, month in (("active", 5), ("sound", 3), ("said", 1))
        ],
    }
    imported = imported_as(tables, tmp_path / "all", ALL_COLUMNS)
    with opened(tmp_path, state_file) as (engine, _):
        open_import(engine, imported, LAST)
        found = label_findings(engine, config(), imported, LAST)
    assert {(f.code, f.count, f.examples[0].value) for f in found} == {
        ("left_but_term_runs", 1, "paying"),
        ("terms_over_undated", 1, "over"),
        ("left_but_active", 1, "active"),
        ("status_left_undated", 1, "undated"),
        ("dated_but_status_stays", 1, "said"),
    }
    assert all(f.message(lang) and f.cure(lang) for f in found for lang in ("zh", "en"))


def test_a_label_without_dates_gives_one_frame_of_today(tmp_path: Path, state_file: Path) -> None:
    tables = company(0)
    for i, account in enumerate(tables["accounts"]):
        account |= {"churned_at": None, "status": ("Churned", "Active", None)[i % 3]}
    mapped = ALL_COLUMNS - {"accounts.churned_at"}
    imported = imported_as(tables, tmp_path / "all", mapped)
    labels = LabelColumn(column="accounts.status", means_left=("churned",))
    done = replayed(inputs_of(imported, outcome="auto", labels=labels), tmp_path, state_file)
    frame = done.frames["test", 30]
    says = {a["account_id"]: a["status"] for a in tables["accounts"]}
    assert {(str(a), bool(o)) for a, o in zip(frame.account, frame.outcome, strict=True)} == {
        (a, s == "Churned") for a, s in says.items() if s is not None and a in set(frame.account)
    }
    assert frame.outcome.any()
    assert np.unique(frame.origin) == [np.datetime64(LAST)]
    assert done.left_out["test"] == ()
    codes = {f.code for f in done.findings}
    assert "label_undated" in codes
    assert "status_left_undated" not in codes, "the label is taken at its word"


def test_a_condition_on_present_values_is_told_and_one_card_for_all_avoids_it() -> None:
    uses = (CardUse(CARD, "lifecycle_stage = 'onboarding'"), CardUse(CARD, "account_age_days > 9"))
    (told,) = conditions_of_today(uses)
    assert (told.count, told.params) == (1, {"words": "lifecycle_stage"})
    assert conditions_of_today(chosen_uses(uses, "test")) == ()
