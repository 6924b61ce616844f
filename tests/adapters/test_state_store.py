"""The state store on both databases: fitted versions, runs, overrides and their audit."""

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select

from keepwell.adapters.state import SqlKeepingStore, SqlStateStore, sqlite_url
from keepwell.adapters.state.models import OverrideRow
from keepwell.ports import Override, RunRecord, StateStore
from keepwell.vocabulary import InputProblem, NotFound, Scorecard, SourceUnavailable
from state_databases import StateDatabase

AT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
CARD = Scorecard.model_validate(
    {
        "scorecard": "健康",
        "dimensions": [
            {
                "dimension": "d",
                "weight": 1,
                "measures": [
                    {
                        "measure": "m",
                        "scale": {"kind": "percentile", "breakpoints": [[0.1, 0], [1e300, 1]]},
                    }
                ],
            }
        ],
    }
)


@pytest.fixture
def store(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


def record(run_id: str, at: datetime = AT) -> RunRecord:
    return RunRecord(run_id, date(2026, 11, 1), at, "published", (("a", 2), ("b", 1)), 7, "c", "i")


def test_the_first_day_stays_when_its_snapshot_is_pruned(store: SqlStateStore) -> None:
    assert store.first_day() is None
    for number in (1, 2):
        day = date(2026, 11, number)
        store.publish(replace(record(f"r{number}"), as_of=day))
    SqlKeepingStore(store).mark_removed(["r1"], AT, "Li")
    assert [r.run_id for r in store.runs()] == ["r2"]
    assert store.first_day() == date(2026, 11, 1)


def override(account: str, tier: str, at: datetime, days: int = 30) -> Override:
    return Override(account, tier, "会谈顺利", "Li", at, at.date() + timedelta(days=days))


def test_opening_again_keeps_what_is_stored(state_database: StateDatabase) -> None:
    with state_database.open() as first:
        first.publish(record("r1"))
    with state_database.open() as second:
        assert second.runs() == (record("r1"),)


@pytest.mark.sqlite_file("holds it by another connection")
def test_opening_waits_while_another_process_writes_the_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    # SQLite refuses the change of journal at once here, whatever its busy timeout is.
    other.execute("BEGIN IMMEDIATE")
    ending = threading.Timer(0.2, other.execute, ("ROLLBACK",))
    ending.start()
    with SqlStateStore(sqlite_url(path)) as store:
        assert store.runs() == ()
    ending.join()
    assert other.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    other.close()


@pytest.mark.sqlite_file("has no folder to be in")
def test_a_folder_that_is_missing_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"state database .*gone"):
        SqlStateStore(sqlite_url(tmp_path / "gone" / "state.db"))


def test_versions_count_up_and_come_back_exactly(store: SqlStateStore) -> None:
    port: StateStore = store
    assert port.fitted_scorecard("健康") is None
    first = port.add_scorecard(CARD, "h1", AT)
    second = port.add_scorecard(CARD.model_copy(update={"min_coverage": 0.1}), "h2", AT)
    assert (first.version, second.version) == (1, 2)
    assert port.fitted_scorecard("健康") == second
    assert port.scorecard_version("健康", 1) == first
    assert port.definition_hash("健康", 1) == "h1"


def test_a_missing_version_says_what_is_stored(store: SqlStateStore) -> None:
    store.add_scorecard(CARD, "h", AT)
    with pytest.raises(NotFound, match=r"no version 9. Stored: \[1\]"):
        store.scorecard_version("健康", 9)


def test_two_writers_at_once_get_two_versions(
    store: SqlStateStore, state_database: StateDatabase
) -> None:
    def add() -> None:
        with state_database.open() as own:
            for _ in range(5):
                own.add_scorecard(CARD, "h", AT)

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    newest = store.fitted_scorecard("健康")
    assert newest is not None
    assert newest.version == 10


def test_runs_come_newest_first_in_the_order_of_publishing(store: SqlStateStore) -> None:
    store.publish(record("r1", AT + timedelta(days=1)))
    store.publish(record("r2", AT))
    assert [r.run_id for r in store.runs()] == ["r2", "r1"]


def test_a_run_is_published_once(store: SqlStateStore) -> None:
    store.publish(record("r1"))
    with pytest.raises(InputProblem, match="published already"):
        store.publish(record("r1"))
    assert len(store.runs()) == 1


def test_moments_come_back_aware_and_in_utc(store: SqlStateStore) -> None:
    east = datetime(2026, 11, 2, 7, tzinfo=timezone(timedelta(hours=8)))
    store.publish(record("r1", east))
    (found,) = store.runs()
    assert found.started_at == east
    assert found.started_at.tzinfo is UTC


def test_an_override_is_in_force_from_its_day_to_its_expiry_both_included(
    store: SqlStateStore,
) -> None:
    store.set_override(override("a", "high", AT, days=3))
    days = [date(2026, 11, d) for d in range(1, 8)]
    in_force = [d for d in days if store.overrides(d)]
    assert in_force == days[1:5]


def test_an_override_set_late_in_the_east_counts_from_the_local_day(store: SqlStateStore) -> None:
    east = datetime(2026, 11, 3, 1, tzinfo=timezone(timedelta(hours=8)))
    store.set_override(override("a", "high", east))
    assert store.overrides(date(2026, 11, 2)) == ()
    assert len(store.overrides(date(2026, 11, 3))) == 1


def test_a_new_override_replaces_the_old_one_and_history_stays(store: SqlStateStore) -> None:
    store.set_override(override("a", "high", AT))
    store.set_override(override("a", "low", AT + timedelta(days=2)))
    assert [o.tier for o in store.overrides(date(2026, 11, 3))] == ["high"]
    assert [o.tier for o in store.overrides(date(2026, 11, 4))] == ["low"]


def test_two_overrides_on_one_day_leave_the_last(store: SqlStateStore) -> None:
    store.set_override(override("a", "high", AT))
    store.set_override(override("a", "low", AT + timedelta(hours=1)))
    assert [o.tier for o in store.overrides(AT.date())] == ["low"]


def test_ending_an_override_stops_it_that_day_and_keeps_the_record(store: SqlStateStore) -> None:
    store.set_override(override("a", "high", AT))
    end = AT + timedelta(days=5)
    assert store.end_override("a", end) is True
    assert store.end_override("a", end) is False
    assert store.overrides(end.date()) == ()
    assert len(store.overrides(end.date() - timedelta(days=1))) == 1
    with store.session() as session:
        row = session.scalars(select(OverrideRow)).one()
        audit = (row.author, row.reason, row.ended_on, row.end_cause)
    assert audit == ("Li", "会谈顺利", end.date(), "ended")


def test_ending_an_expired_override_says_there_was_none(store: SqlStateStore) -> None:
    store.set_override(override("a", "high", AT, days=1))
    assert store.end_override("a", AT + timedelta(days=9)) is False


def test_overrides_come_by_account(store: SqlStateStore) -> None:
    for account in ("b", "c", "a"):
        store.set_override(override(account, "high", AT))
    assert [o.account_id for o in store.overrides(AT.date())] == ["a", "b", "c"]
