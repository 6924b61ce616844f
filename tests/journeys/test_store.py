"""Journeys on SQLite and PostgreSQL: each step once, caps and opt-outs kept, nothing lost."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import text

from journeys.world import OPEN_HOURS, START, Called, Killed, World, two_mails
from keepwell.adapters.state import SqlStateStore, SqlWarningStore
from keepwell.journeys import (
    Assignment,
    JourneySettings,
    Outgoing,
    StepOutcome,
    address_hash,
    hash_of_token,
    opt_out_token,
)
from keepwell.messages import Answer
from keepwell.ports.journeys import Dispatched, Idle
from keepwell.runs.journey_accounts import Addressee
from keepwell.runs.send_journeys import send_journeys
from keepwell.vocabulary import NotFound
from state_databases import StateDatabase

CAPS = ((1, 3), (4, 30))


@pytest.fixture
def state(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


def people(count: int) -> dict[str, str]:
    return {f"A{n}": f"p{n}@example.com" for n in range(count)}


def reached(world: World) -> Counter[str]:
    return Counter(address for _, address, _ in world.letterbox.reached)


def test_a_passage_goes_its_way_once_and_running_again_adds_nothing(state: SqlStateStore) -> None:
    world = World(state, (two_mails("j"),), people(3))
    first = world.plan()
    assert (first.entered, first.sends, first.raced) == (3, 3, 0)
    again = world.plan()
    assert (again.entered, again.moved, again.sends) == (0, 0, 0)
    world.send()
    assert world.send().attempts == {}
    assert reached(world) == Counter(world.addresses.values())
    world.pass_days(3)
    world.run()
    world.run()
    assert [f"{n}" for n in sorted(reached(world).values())] == ["2", "2", "2"]
    assert [len(world.store.feed(a)) for a in world.addresses] == [1, 1, 1]
    keys = [key for key, _, _ in world.letterbox.reached]
    assert len(keys) == len(set(keys))
    assert SqlWarningStore(state).audit_faults() == ()


def test_two_plans_made_at_once_enter_an_account_once(state: SqlStateStore) -> None:
    world = World(state, (two_mails("j"),), people(2))
    plan = world.planned()
    first = world.store.apply(plan, world.now, by="a")
    second = world.store.apply(plan, world.now, by="b")
    assert (first.entered, second.entered, second.raced, second.sends) == (2, 0, 2, 0)
    world.pass_days(2)
    late = world.planned()
    world.store.apply(late, world.now, by="a")
    assert world.store.apply(late, world.now, by="b").raced == 2
    world.send()
    assert max(reached(world).values()) == 1


def test_the_goal_is_recorded_and_ends_all_mails(state: SqlStateStore) -> None:
    world = World(state, (two_mails("j"),), people(2))
    world.plan()
    world.met["A0"] = {"goal"}
    world.pass_days(1)
    world.plan()
    world.send()
    assert reached(world) == Counter(["p1@example.com"])
    (count,) = world.store.counts()
    assert count.passages == {"active": 1, "goal": 1}
    assert count.steps["first"] == {"delivered": 1, "withheld: journey_over": 1}


def test_a_step_that_an_edit_moves_behind_is_not_taken_again(state: SqlStateStore) -> None:
    world = World(state, (two_mails("j"),), people(1))
    world.run()
    given = two_mails("j").steps
    world.journeys = (two_mails("j", steps=(given[1], given[0], given[2])),)
    world.pass_days(4)
    applied = world.plan()
    assert (applied.moved, applied.sends, applied.entries) == (1, 1, 1)
    world.send()
    keys = [key for key, _, _ in world.letterbox.reached]
    assert [k.partition("/")[2] for k in keys] == ["first", "second"]


def test_a_mail_planned_after_the_contacts_were_read_waits_for_the_next_run(
    state: SqlStateStore,
) -> None:
    world = World(state, (two_mails("j"),), people(2))
    early = replace(world.dispatcher(), addressees={"A0": world.dispatcher().addressees["A0"]})
    world.plan()
    assert send_journeys(early).attempts == {"delivered": 1}
    assert world.store.counts()[0].steps["first"] == {"delivered": 1, "pending": 1}
    world.pass_days(0.1)
    world.send()
    assert reached(world) == Counter(world.addresses.values())


def test_steps_withheld_at_planning_and_at_sending_are_counted_together(
    state: SqlStateStore,
) -> None:
    world = World(state, (two_mails("j"),), people(3))
    plan = world.planned()
    outcome = StepOutcome("first", "mail", "withheld", "contact_gone")
    outgoing = (Outgoing(outcomes=(outcome,)), *plan.outgoing[1:])
    world.store.apply(replace(plan, outgoing=outgoing), world.now, by="test")
    gone: dict[str, list[Addressee]] = {account: [] for account in world.addresses}
    send_journeys(replace(world.dispatcher(), addressees=gone))
    assert world.store.counts()[0].steps["first"] == {"withheld: contact_gone": 3}


def test_an_opt_out_between_planning_and_sending_wins(state: SqlStateStore) -> None:
    world = World(state, (two_mails("j"), two_mails("k")), people(2))
    world.plan()
    store = world.store
    token = opt_out_token(address_hash("p0@example.com", store.salt()), store.salt())
    hashed = hash_of_token(token, store.salt())
    assert hashed is not None
    assert store.suppress(hashed, "opted_out", by="web", at=world.now, source="token")
    assert not store.suppress(hashed, "opted_out", by="web", at=world.now, source="token")
    world.send()
    for _ in range(10):
        world.pass_days(4)
        world.run()
    assert "p0@example.com" not in reached(world)
    assert reached(world)["p1@example.com"] > 1
    assert store.suppressed() == {"opted_out": 1}
    assert store.release(hashed, by="li", at=world.now)
    assert store.suppressed() == {}
    actions = [line.action for line in SqlWarningStore(state).audit(limit=100)]
    assert {"address_suppressed", "address_released", "journeys_planned", "journeys_sent"} <= set(
        actions
    )


def test_a_mailbox_that_is_gone_is_written_to_no_more(state: SqlStateStore) -> None:
    world = World(state, (two_mails("j"),), people(1))
    world.letterbox.answers = [Dispatched(Answer("refused", "550 no such user"), is_gone=True)]
    for _ in range(4):
        world.run()
        world.pass_days(4)
    assert len(world.letterbox.reached) == 1
    (count,) = world.store.counts()
    assert count.steps["first"] == {"dead: refused": 1}
    assert count.steps["second"] == {"withheld: bounced": 1}
    hashed = address_hash("p0@example.com", world.store.salt())
    world.store.suppress(hashed, "opted_out", by="li", at=world.now, source="address")
    assert world.store.suppressed() == {"opted_out": 1}


def test_no_contact_and_no_account_is_reached_more_often_than_the_caps_allow(
    state: SqlStateStore,
) -> None:
    chance = Random(7)  # noqa: S311 - a history to try, no secret
    journeys = tuple(two_mails(n, again_after_days=1) for n in ("j", "k", "l"))
    shared = {**people(4), "A9": "p0@example.com"}
    world = World(state, journeys, shared)
    opted_out_at = None
    for number in range(30):
        if number == 20:
            hashed = address_hash("p1@example.com", world.store.salt())
            world.store.suppress(hashed, "opted_out", by="web", at=world.now, source="token")
            opted_out_at = world.now
        for account in shared:
            world.met[account] = {"enter"} if chance.random() < 0.7 else {"goal"}
        answers = [Dispatched(Answer("later", "450 busy")), Dispatched(Answer("accepted"))]
        world.letterbox.answers = [chance.choice(answers) for _ in range(3)]
        world.plan()
        world.send(wait_s=chance.choice([0, 120]))
        world.pass_days(chance.choice([0.1, 1, 2.5]))
    with state.session() as session:
        sent = session.execute(
            text(
                "SELECT account_id, address_hash, delivered_at FROM journey_sends "
                "WHERE delivered_at IS NOT NULL ORDER BY delivered_at"
            )
        ).all()
        held = session.execute(text("SELECT count(*) FROM journey_sends WHERE reason <> ''"))
        assert held.scalar_one() > 0
        planned = session.execute(
            text("SELECT count(*) FROM journey_steps WHERE outcome = 'planned'")
        )
        kept = session.execute(text("SELECT count(*) FROM journey_sends"))
        assert planned.scalar_one() == kept.scalar_one()
    assert opted_out_at is not None
    told = [at for _, to, at in world.letterbox.reached if to == "p1@example.com"]
    assert told
    assert max(told) < opted_out_at
    assert len(sent) > 10
    for column in (0, 1):
        for who in {row[column] for row in sent}:
            moments = [_moment(row[2]) for row in sent if row[column] == who]
            for most, days in CAPS:
                for first in moments:
                    last = first + timedelta(days=days)
                    assert sum(1 for m in moments if first <= m < last) <= most


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(str(value))


def test_processes_that_send_at_once_keep_the_cap_together(
    state_database: StateDatabase,
) -> None:
    journeys = tuple(two_mails(n) for n in ("j", "k", "l"))
    reached_: list[str] = []
    with state_database.open() as state:
        World(state, journeys, {"A0": "p@example.com", "A1": "p@example.com"}).plan()

    def send(owner: str) -> None:
        with state_database.open() as own:
            world = World(own, journeys, {"A0": "p@example.com", "A1": "p@example.com"})
            world.owner = owner
            world.now += timedelta(minutes=1)
            world.send()
            reached_.extend(key for key, _, _ in world.letterbox.reached)

    threads = [threading.Thread(target=send, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reached_) == 1


def test_of_two_mails_that_wait_for_another_try_a_lowered_cap_lets_one_go(
    state: SqlStateStore,
) -> None:
    def caps(at_most: int) -> JourneySettings:
        cap = [{"at_most": at_most, "days": 3}]
        given = {"quiet": OPEN_HOURS, "caps_per_contact": cap, "caps_per_account": cap}
        return JourneySettings.model_validate(given)

    world = World(state, tuple(two_mails(n) for n in ("j", "k")), people(1), caps(2))
    world.letterbox.answers = [Dispatched(Answer("later", "450 busy"))] * 2
    world.plan()
    assert world.send().attempts == {"pending": 2}
    world.settings = caps(1)
    world.now += timedelta(hours=3)
    assert world.send(wait_s=3600).attempts == {"delivered": 1}
    assert len(world.letterbox.reached) == 3


def test_a_killed_process_sends_again_under_the_same_key(state: SqlStateStore) -> None:
    world = World(state, (two_mails("j"),), people(1))
    world.plan()
    world.letterbox.answers = [Killed()]
    with pytest.raises(Killed):
        world.send()
    world.owner = "other"
    assert world.send().attempts == {}
    world.now += timedelta(minutes=6)
    world.send()
    keys = [key for key, _, _ in world.letterbox.reached]
    assert keys == ["j:2026-11-02:A0/first"] * 2
    assert world.store.counts()[0].steps["first"] == {"delivered": 1}


def test_quiet_hours_put_a_mail_off_and_too_late_is_withheld(state: SqlStateStore) -> None:
    settings = JourneySettings.model_validate(
        {"quiet": {"start": "20:00", "end": "08:00", "days_off": []}, "send_within_days": 1}
    )
    world = World(state, (two_mails("j"),), people(1), settings)
    world.now = START.replace(hour=21)
    world.plan()
    report = world.send()
    assert (report.attempts, report.waiting_until) == ({}, START.replace(day=3, hour=8))
    world.now = START.replace(day=3, hour=21)
    world.send()
    world.now = START.replace(day=4, hour=9)
    world.send()
    assert world.letterbox.reached == []
    assert world.store.counts()[0].steps["first"] == {"withheld: too_late": 1}


def test_what_a_step_hands_over_is_brought_once(state: SqlStateStore) -> None:
    steps = [
        {"step": "call", "kind": "webhook", "event": "stuck", "is_touch": False},
        {"step": "person", "kind": "cta", "title": {"zh": "一", "en": "a"},
         "reason": {"zh": "一", "en": "a"}},
    ]  # fmt: skip
    called, people_told = Called(), Called()
    world = World(
        state,
        (two_mails("j", steps=steps),),
        people(2),
        callers={"webhook": called, "cta": people_told},
    )
    world.run()
    world.run()
    assert sorted(called.keys) == ["j:2026-11-02:A0/call", "j:2026-11-02:A1/call"]
    assert sorted(people_told.keys) == ["j:2026-11-02:A0/person", "j:2026-11-02:A1/person"]


def test_who_is_held_out_is_recorded_and_never_written_to(state: SqlStateStore) -> None:
    given = two_mails("j", holdout_share=0.5)
    world = World(state, (given,), people(60))
    plan = world.planned()
    world.store.apply(plan, world.now, by="test")
    held = {a.account_id for _, a in world.store.assignments("journey:j") if a.arm == "held_out"}
    assert sum(plan.moves.held_out.values()) == len(held)
    assert 15 <= len(held) <= 45
    for _ in range(3):
        world.run()
        world.pass_days(3)
    assert {a for a, address in world.addresses.items() if reached(world)[address]} == (
        set(world.addresses) - held
    )
    groups = world.store.groups()
    assert sum(g.accounts for g in groups) == 60
    assert {(g.subject, g.share, g.first) for g in groups} == {("journey:j", 0.5, START.date())}
    released = Assignment(min(held), "exempt", "x", "top_value")
    world.store.assign("journey:j", 0.5, [released], by="test", at=world.now)
    assert (START.date(), released.arm) == next(
        (day, a.arm) for day, a in world.store.assignments("journey:j") if a.reason
    )


def test_a_feed_is_read_and_dismissed_by_its_account_only(state: SqlStateStore) -> None:
    tip = {"step": "tip", "kind": "feed", "title": {"zh": "一", "en": "a"},
           "body": {"zh": "二", "en": "b"}}  # fmt: skip
    world = World(state, (two_mails("j", steps=[tip]),), people(2))
    world.plan()
    store = world.store
    (entry,) = store.feed("A0")
    assert (entry.entry.title.zh, entry.entry.body.en, entry.read_at) == ("一", "b", None)
    with pytest.raises(NotFound, match="feed of account A1 has no entry"):
        store.mark_feed("A1", entry.id, is_dismissed=True, by="app", at=world.now)
    store.mark_feed("A0", entry.id, is_dismissed=False, by="app", at=world.now)
    assert store.feed("A0")[0].read_at == world.now
    store.mark_feed("A0", entry.id, is_dismissed=True, by="app", at=world.now)
    assert store.feed("A0") == ()
    assert len(store.feed("A0", all_entries=True)) == 1


def test_nothing_stored_holds_an_address_or_a_name(state: SqlStateStore) -> None:
    world = World(state, (two_mails("j"),), people(2))
    world.letterbox.answers = [Dispatched(Answer("refused", "550 gone"), is_gone=True)]
    world.run()
    tables = ("journey_passages", "journey_steps", "journey_sends", "suppressions", "audit_log")
    with state.session() as session:
        for table in tables:
            found = session.execute(text(f"SELECT * FROM {table}")).all()
            assert "example.com" not in str(found)
            assert "'Li'" not in str(found)
    assert len(world.store.salt()) == 32
    idle = world.store.lease(world.now, "x", world.dispatcher().caps(), world.dispatcher().judge)
    assert isinstance(idle, Idle)
