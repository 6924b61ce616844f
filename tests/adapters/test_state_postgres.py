"""What goes wrong with a state database, and two processes at once, on both databases."""

import importlib.util
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keepwell.adapters.state import SqlOutboxStore, SqlStateStore, StatePlace, database
from keepwell.vocabulary import InputProblem, SourceUnavailable
from outbox_world import DAY, publish
from postgres_server import PostgresServer
from state_databases import VARIABLE, StateDatabase, on_server


@pytest.fixture
def store(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


@pytest.fixture
def remote(postgres_server: PostgresServer, state_template: str) -> Iterator[StateDatabase]:
    made = on_server(postgres_server, state_template)
    yield made
    postgres_server.drop_database(made.name)


def test_a_reader_sees_one_moment_while_another_process_publishes(
    store: SqlStateStore, state_database: StateDatabase
) -> None:
    publish(store)
    with store.session() as session, state_database.open() as other:
        before = session.execute(text("SELECT count(*) FROM alerts")).scalar()
        publish(other, "r2", day=DAY.replace(day=2))
        assert session.execute(text("SELECT count(*) FROM alerts")).scalar() == before == 3
    assert SqlOutboxStore(store).balance().matched == 6


def test_a_transaction_that_did_not_say_so_may_not_write(store: SqlStateStore) -> None:
    publish(store)
    with (
        pytest.raises((DBAPIError, InputProblem, SourceUnavailable), match=r"read-?only"),
        store.session() as session,
    ):
        session.execute(text("DELETE FROM alerts"))
    assert SqlOutboxStore(store).balance().matched == 3
    publish(store, "r2", day=DAY.replace(day=2))


def test_processes_that_open_an_empty_database_and_publish_at_once_lose_nothing(
    bare_database: StateDatabase,
) -> None:
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with bare_database.open() as own:
                for run in range(3):
                    publish(own, f"r{number}-{run}", 2, day=DAY.replace(day=1 + number * 3 + run))
        except BaseException as problem:  # noqa: BLE001 - a thread must hand its failure over
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with bare_database.open() as store:
        balance = SqlOutboxStore(store).balance()
        assert (len(store.runs()), balance.matched, balance.faults) == (9, 18, ())
        with store.session() as session:
            order = session.scalars(text("SELECT sequence FROM audit_log ORDER BY sequence")).all()
        assert list(order) == list(range(1, 10))


def _lose_the_connection(session: Session, server: PostgresServer) -> None:
    session.execute(text("UPDATE alerts SET status = 'held'"))
    own = session.execute(text("SELECT pg_backend_pid()")).scalar()
    with server.admin() as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", (own,))
    session.execute(text("DELETE FROM alerts"))


def test_a_connection_lost_in_mid_transaction_leaves_nothing_half_stored(
    remote: StateDatabase, postgres_server: PostgresServer
) -> None:
    with remote.open() as store:
        publish(store)
        with (
            pytest.raises(SourceUnavailable, match=f"{VARIABLE} was lost.*whole or not at all"),
            store.session(is_writing=True) as session,
        ):
            _lose_the_connection(session, postgres_server)
        # The same store goes on with a new connection.
        assert SqlOutboxStore(store).balance().pending == 3
        publish(store, "r2", day=DAY.replace(day=2))


def test_a_server_that_was_started_anew_between_two_steps_goes_unnoticed(
    remote: StateDatabase, postgres_server: PostgresServer
) -> None:
    with remote.open() as store:
        publish(store)
        with postgres_server.admin() as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (remote.name,),
            )
        publish(store, "r2", day=DAY.replace(day=2))
        assert len(store.runs()) == 2


def test_waiting_for_another_writer_ends_with_words(
    remote: StateDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database._SETTINGS, "lock_timeout", "50ms")
    with (
        remote.open() as first,
        remote.open() as second,
        first.session(is_writing=True) as session,
    ):
        session.execute(text("SELECT 1"))
        with pytest.raises(SourceUnavailable, match="held by another process"):
            publish(second)
        # Readers do not wait.
        assert second.runs() == ()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://someone:se%40cret@127.0.0.1:1/x", "does not let keepwell in"),
        ("postgresql://someone:%zzcret@localhost/x", "does not hold an address"),
    ],
)
def test_a_server_out_of_reach_is_told_without_the_password(url: str, said: str) -> None:
    place = StatePlace(url, variable=VARIABLE)
    with pytest.raises((SourceUnavailable, InputProblem), match=said) as told:
        SqlStateStore(place)
    assert VARIABLE in str(told.value)
    assert "cret" not in f"{told.value} {told.value.details} {place}"


def test_a_role_that_may_not_make_the_schema_is_told_what_to_grant(
    postgres_server: PostgresServer,
) -> None:
    made = on_server(postgres_server)
    url = postgres_server.url("reader", made.name)
    with pytest.raises(InputProblem, match="GRANT CREATE ON DATABASE"):
        SqlStateStore(StatePlace(url, variable=VARIABLE))
    postgres_server.drop_database(made.name)


def test_a_missing_driver_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(InputProblem, match=r"pip install 'keepwell\[postgres\]'"):
        SqlStateStore("postgresql://somewhere/x")


def test_a_value_that_the_server_cannot_hold_is_not_told_as_a_lost_connection(
    remote: StateDatabase,
) -> None:
    with (
        remote.open() as store,
        pytest.raises(InputProblem, match=r"does not take a value that was given: .*NUL"),
        store.session(is_writing=True) as session,
    ):
        session.execute(text("UPDATE alerts SET trigger = :word"), {"word": "a\x00b"})


def test_two_projects_share_a_server_by_schemas_of_their_own(remote: StateDatabase) -> None:
    with (
        SqlStateStore(StatePlace(remote.place.url, "one")) as one,
        SqlStateStore(StatePlace(remote.place.url, "two")) as two,
    ):
        publish(one)
        assert len(one.runs()) == 1
        assert two.runs() == ()
