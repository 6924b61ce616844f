"""The outbox on SQLite and PostgreSQL: nothing is lost, nothing is told twice, all adds up."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import text

from keepwell.adapters.channels import FileChannel, InAppChannel
from keepwell.adapters.state import SqlOutboxStore, SqlStateStore, SqlWarningStore
from keepwell.messages import (
    Answer,
    DeliverySettings,
    Fate,
    Limit,
    Silence,
    Surroundings,
    plan_messages,
)
from keepwell.ports import Channel, Leased, Waiting
from keepwell.runs.deliver import channel_limits, composer_of, opens_for, plan_delivery
from keepwell.vocabulary import NotFound
from keepwell.warning import Ending, GateKind
from outbox_world import DAY, START, Killed, Scripted, World, publish
from state_databases import StateDatabase


@pytest.fixture
def state(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


def world(state: SqlStateStore, **channels: Channel) -> World:
    """Return a world whose people are told on channel `a`, which falls back to `b` if there."""
    given: list[dict[str, str]] = [{"channel": name, "kind": "file"} for name in channels]
    if "b" in channels:
        given = [{**c, "fallback": "b"} if c["channel"] == "a" else c for c in given]
    settings = DeliverySettings.model_validate(
        {
            "channels": given,
            "defaults": {"channels": ["a"], "quiet": {"start": "00:00", "end": "00:00"}},
        }
    )
    return World(state, dict(channels), settings)


def test_every_alert_is_told_once_and_counted(state: SqlStateStore) -> None:
    publish(state)
    channel = Scripted()
    at_work = world(state, a=channel)
    report = at_work.deliver()
    assert report.planned == 2
    assert sorted(channel.reached) == ["r1/digest/a/U0", "r1/digest/a/U1"]
    assert at_work.statuses() == {"delivered": 3}
    again = at_work.deliver()
    assert (again.planned, again.attempts) == (0, {})
    assert report.balance.matched == report.balance.delivered == 3
    assert [m.status for m in at_work.store.told(1)] == ["delivered"]


def test_what_a_machine_answers_is_counted_in_the_digest_and_accounted_for(
    state: SqlStateStore,
) -> None:
    publish(state, accounts=2, people=1)
    publish(state, "r2", accounts=4, people=1, day=DAY + timedelta(days=1), told_as="count")
    channel = Scripted()
    at_work = world(state, a=channel)
    at_work.deliver()
    (told,) = channel.told
    assert (len(told.items), told.more) == (2, 0)
    assert told.lead.endswith("Left to automation, not by hand: 2 accounts (Health is low).")
    assert at_work.statuses() == {"delivered": 6}
    # Alone, the count waits for another digest.
    publish(state, "r3", accounts=2, day=DAY + timedelta(days=2), told_as="count")
    assert at_work.deliver().planned == 0
    assert at_work.statuses() == {"delivered": 6, "pending": 2}


def test_counts_wait_for_another_digest_when_all_that_theirs_was_to_name_has_ended(
    state: SqlStateStore,
) -> None:
    publish(state, accounts=1, people=1)
    publish(state, "r2", accounts=2, people=1, day=DAY + timedelta(days=1), told_as="count")
    channel = Scripted()
    at_work = world(state, a=channel)
    assert plan_delivery(at_work.postman(), START)[0] == 1
    over = (Ending(f"low:{DAY}:0", "0", "low", "over"),)
    publish(state, "r3", accounts=0, day=DAY + timedelta(days=2), endings=over)
    assert at_work.deliver().attempts == {}
    assert at_work.statuses() == {"superseded": 1, "pending": 2}
    publish(state, "r4", accounts=1, people=1, day=DAY + timedelta(days=3))
    at_work.deliver()
    (told,) = channel.told
    assert (len(told.items), "not by hand: 1 account (" in told.lead) == (1, True)
    assert at_work.statuses() == {"superseded": 1, "delivered": 3}


def test_an_answer_of_later_is_tried_again_under_the_same_key(state: SqlStateStore) -> None:
    publish(state, accounts=1)
    channel = Scripted([Answer("later", "429"), Answer("later", "503", 7200.0)])
    at_work = world(state, a=channel)
    report = at_work.deliver()
    assert report.attempts == {"pending": 1}
    assert at_work.statuses() == {"pending": 1}
    assert at_work.now == START
    # The first wait is half a minute, the second as long as the channel asked.
    at_work.deliver(wait_s=24 * 3600)
    assert at_work.now - START == timedelta(seconds=30 + 7200)
    assert len(set(channel.reached)) == 1
    assert at_work.statuses() == {"delivered": 1}


def test_a_busy_channel_does_not_hide_that_another_is_due_sooner(state: SqlStateStore) -> None:
    publish(state, people=2, accounts=2)
    at_work = world(state, a=Scripted())
    plan_delivery(at_work.postman(), START)
    limits = {"a": Limit(((1, 61.0),))}
    composer = composer_of(at_work.postman())
    first = at_work.store.lease(START, "me", limits, composer)
    assert isinstance(first, Leased)
    assert at_work.store.lease(START, "me", limits, composer) == Waiting(
        START + timedelta(seconds=61)
    )
    soon = START + timedelta(seconds=30)
    again = Fate(is_done=False, again_at=soon)
    at_work.store.mark(first, "me", Answer("later"), again, None, START)
    assert at_work.store.lease(START, "me", limits, composer) == Waiting(soon)


def test_after_a_day_the_fallback_takes_over_with_the_same_words(state: SqlStateStore) -> None:
    publish(state, accounts=1)
    broken, other = Scripted([Answer("later", "down")] * 1000), Scripted()
    at_work = world(state, a=broken, b=other)
    at_work.deliver(wait_s=3 * 24 * 3600)
    assert timedelta(hours=22) < at_work.now - START < timedelta(hours=24)
    assert other.reached == ["r1/digest/a/U0>b"]
    assert at_work.statuses() == {"delivered": 1}
    assert at_work.store.message_counts() == {"rerouted": 1, "delivered": 1}


def test_what_nobody_takes_is_a_dead_letter_that_can_be_sent_again(state: SqlStateStore) -> None:
    publish(state, accounts=1)
    first, second = Scripted([Answer("refused", "410")]), Scripted([Answer("refused", "404")])
    at_work = world(state, a=first, b=second)
    at_work.deliver()
    assert at_work.statuses() == {"dead_lettered": 1}
    (dead,) = at_work.store.messages(statuses=["dead"])
    assert dead.last_error == "404"
    with pytest.raises(NotFound, match="dead letters"):
        at_work.store.replay([999], by="Lin", at=at_work.now)
    assert at_work.store.replay([], by="Lin", at=at_work.now) == 1
    assert at_work.statuses() == {"pending": 1}
    at_work.deliver()
    assert at_work.statuses() == {"delivered": 1}
    assert second.reached == [dead.key, dead.key]


def at_night(state: SqlStateStore, *answers: Answer, critical_passes: bool = False) -> World:
    """Return a world whose people sleep from ten o'clock on; it is nine, and `b` takes over."""
    quiet = {"start": "10:00", "end": "09:00", "days_off": [], "critical_passes": critical_passes}
    settings = DeliverySettings.model_validate(
        {
            "channels": [
                {"channel": "a", "kind": "file", "fallback": "b"},
                {"channel": "b", "kind": "file"},
            ],
            "defaults": {"channels": ["a"], "quiet": quiet},
        }
    )
    refusing = Scripted([Answer("refused", "404")])
    return World(state, {"a": Scripted(list(answers)), "b": refusing}, settings)


MORNING = (START + timedelta(days=1)).replace(second=0)


def test_a_retry_a_fallback_and_a_replay_wait_for_the_morning(state: SqlStateStore) -> None:
    publish(state, accounts=1)
    at_work = at_night(state, Answer("later", "busy", 5400.0), Answer("refused", "410"))
    # The channel asks to wait until half past ten, when its person sleeps.
    assert at_work.deliver().waiting_until == MORNING
    # In the next night the channel refuses, and the one that takes over waits as well.
    at_work.now = MORNING + timedelta(hours=2)
    assert at_work.deliver().waiting_until == MORNING + timedelta(days=1)
    at_work.now = MORNING + timedelta(days=1)
    at_work.deliver()
    assert at_work.store.message_counts() == {"rerouted": 1, "dead": 1}
    evening = MORNING + timedelta(days=1, hours=3)
    postman = at_work.postman()

    def opens(person: str, kind: str, is_critical: bool) -> datetime:
        return opens_for(postman, evening, person, kind, is_critical=is_critical)

    at_work.store.replay([], by="Lin", at=evening, opens=opens)
    at_work.now = evening
    assert at_work.deliver().waiting_until == MORNING + timedelta(days=2)


def test_what_was_due_by_day_and_is_sent_late_waits_out_the_night(state: SqlStateStore) -> None:
    publish(state, accounts=1)
    at_work = at_night(state)
    assert plan_delivery(at_work.postman(), at_work.now)[0] == 1
    at_work.now += timedelta(hours=3)
    report = at_work.deliver()
    assert (report.attempts, report.waiting_until) == ({}, MORNING)
    at_work.now = MORNING
    assert at_work.deliver().attempts == {"delivered": 1}


@pytest.mark.parametrize("passes", [True, False])
def test_a_retry_of_a_critical_alert_passes_quiet_hours_where_that_is_wanted(
    state: SqlStateStore, passes: bool
) -> None:
    publish(state, accounts=1, urgency="immediate")
    with state.session(is_writing=True) as session:
        session.execute(text("UPDATE alerts SET priority = 'critical'"))
    at_work = at_night(state, Answer("later", "busy", 5400.0), critical_passes=passes)
    expected = START + timedelta(seconds=5400) if passes else MORNING
    assert at_work.deliver().waiting_until == expected


def test_an_alert_that_joins_a_waiting_message_keeps_to_its_budget_and_may_hurry_it(
    state: SqlStateStore,
) -> None:
    publish(state, accounts=1, people=1)
    channel = Scripted()
    at_work = world(state, a=channel)
    at_work.settings = at_work.settings.model_copy(
        update={"defaults": at_work.settings.defaults.model_copy(update={"budget": 2})}
    )
    around = Surroundings("en", "UTC", START, START.date())
    untold = at_work.store.untold(START.date())
    plan = plan_messages(untold, at_work.settings, (), around)
    late = [replace(d, due_at=START + timedelta(hours=5)) for d in plan.drafts]
    assert at_work.store.add_plan(replace(plan, drafts=tuple(late)), START) == 1
    # The same run tells of three more, and nothing keeps them from going out now.
    with state.session(is_writing=True) as session:
        columns = "account_id, trigger, run_id, as_of, status, priority, urgency, csm_id, is_proxy"
        for n in (1, 2, 3):
            session.execute(
                text(
                    f"INSERT INTO alerts (key, {columns}, at_stake_amount, facts, created_at) "
                    f"SELECT key || '{n}', '{n}', trigger, run_id, as_of, status, priority, "
                    "urgency, csm_id, is_proxy, at_stake_amount, facts, created_at "
                    "FROM alerts WHERE id = 1"
                )
            )
        session.execute(text("UPDATE run_gates SET matched = 4"))
    at_work.deliver()
    assert channel.reached == ["r1/digest/a/U0"]
    (told,) = channel.told
    assert (len(told.items), told.more) == (2, 2)
    # The outbox says of it what it says itself.
    (kept,) = at_work.store.messages()
    assert (kept.listed, kept.counted) == (2, 2)


def test_what_a_message_counted_takes_the_place_of_what_ended(state: SqlStateStore) -> None:
    publish(state, accounts=4, people=1)
    channel = Scripted()
    at_work = world(state, a=channel)
    at_work.settings = at_work.settings.model_copy(
        update={"defaults": at_work.settings.defaults.model_copy(update={"budget": 2})}
    )
    plan_delivery(at_work.postman(), START)
    (planned,) = at_work.store.messages()
    assert (planned.listed, planned.counted) == (2, 2)
    # The largest loss is over before the message goes out.
    over = (Ending(f"low:{DAY}:3", "3", "low", "over"),)
    publish(state, "r2", accounts=0, day=DAY + timedelta(days=1), endings=over)
    at_work.deliver()
    (told,) = channel.told
    assert ([i.title for i in told.items], told.more) == (["Account 2", "Account 1"], 1)
    (sent,) = at_work.store.messages()
    assert (sent.listed, sent.counted) == (2, 1)


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_killed_sender_loses_nothing_and_repeats_at_most_the_same_key(
    state: SqlStateStore, is_sent: bool
) -> None:
    publish(state)
    channel = Scripted([Killed()])
    at_work = world(state, a=channel)
    with pytest.raises(Killed):
        at_work.deliver()
    if not is_sent:
        channel.reached.clear()
    other = World(state, at_work.channels, at_work.settings, at_work.now, "other")
    # The lease of the dead process has to run out first.
    assert other.deliver().waiting_until == START + timedelta(minutes=5)
    other.deliver(wait_s=600)
    assert other.statuses() == {"delivered": 3}
    repeated = len(channel.reached) - len(set(channel.reached))
    assert repeated == (1 if is_sent else 0)


def test_a_sender_whose_lease_was_taken_over_marks_nothing(state: SqlStateStore) -> None:
    publish(state, accounts=1)
    at_work = world(state, a=Scripted())
    postman = at_work.postman()
    plan_delivery(postman, at_work.now)
    limits = channel_limits(at_work.settings)

    def composed(*_: object) -> tuple[object, None]:
        raise AssertionError("composed twice")

    slow = at_work.store.lease(START, "slow", limits, composer_of(postman))
    assert isinstance(slow, Leased)
    late = START + timedelta(minutes=6)
    quick = at_work.store.lease(late, "quick", limits, composed)  # type: ignore[arg-type]
    assert isinstance(quick, Leased)
    assert quick.message == slow.message
    done = Fate(is_done=True, again_at=None)
    accepted = Answer("accepted")
    assert at_work.store.mark(slow, "slow", accepted, done, None, late) == "lost"
    assert at_work.store.mark(quick, "quick", accepted, done, None, late) == "delivered"


def test_several_senders_at_once_send_each_message_once(state: SqlStateStore) -> None:
    for n in range(5):
        publish(state, f"r{n}", day=DAY + timedelta(days=n))
    channel = Scripted()
    senders = [
        World(state, {"a": channel}, world(state, a=channel).settings, owner=str(n))
        for n in range(3)
    ]
    problems: list[BaseException] = []

    def work(sender: World) -> None:
        try:
            sender.deliver()
        except BaseException as problem:  # noqa: BLE001 - a thread must hand its failure over
            problems.append(problem)

    plan_delivery(senders[0].postman(), START)
    threads = [threading.Thread(target=work, args=(s,)) for s in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(channel.reached) == len(set(channel.reached)) == 10
    assert senders[0].statuses() == {"delivered": 15}


def test_a_plan_that_another_process_stored_first_tells_nobody_twice(state: SqlStateStore) -> None:
    publish(state)
    channel = Scripted()
    at_work = world(state, a=channel)
    around = Surroundings("en", "UTC", START, START.date())
    late = plan_messages(at_work.store.untold(around.today), at_work.settings, (), around)
    assert len(late.drafts) == at_work.deliver().planned == 2
    assert at_work.store.add_plan(late, START) == 0
    at_work.deliver()
    assert sorted(channel.reached) == ["r1/digest/a/U0", "r1/digest/a/U1"]


def test_an_alert_that_ended_before_it_was_sent_is_told_to_nobody(state: SqlStateStore) -> None:
    publish(state, accounts=2)
    channel = Scripted()
    at_work = world(state, a=channel)
    plan_delivery(at_work.postman(), START)
    over = (Ending(f"low:{DAY}:0", "0", "low", "over"),)
    publish(state, "r2", accounts=0, day=DAY + timedelta(days=1), endings=over)
    at_work.deliver()
    assert channel.reached == ["r1/digest/a/U1"]
    assert at_work.statuses() == {"delivered": 1, "superseded": 1}


def test_a_day_run_again_tells_what_is_new_only(state: SqlStateStore) -> None:
    publish(state, accounts=2)
    channel = Scripted()
    at_work = world(state, a=channel)
    at_work.deliver()
    publish(state, "r2", accounts=4)
    at_work.deliver()
    assert channel.reached[2:] == ["r2/digest/a/U0", "r2/digest/a/U1"]
    assert at_work.statuses() == {"delivered": 4}


def test_a_told_alert_that_is_taken_back_and_matched_again_is_accounted_for(
    state: SqlStateStore,
) -> None:
    publish(state, accounts=1)
    channel = Scripted()
    at_work = world(state, a=channel)
    at_work.deliver()
    taken_back = (Ending(f"low:{DAY}:0", "0", "low", "taken_back"),)
    publish(state, "r2", accounts=0, endings=taken_back)
    publish(state, "r3", accounts=1)
    assert at_work.deliver().balance.delivered == 1
    assert channel.reached == ["r1/digest/a/U0"]
    (alert,) = SqlWarningStore(state).alerts()
    assert alert.ended_on is None


@pytest.mark.parametrize(
    ("answers", "stands"),
    [(["later"], "delivered"), (["later", "refused"], "dead_lettered")],
)
def test_what_was_taken_back_while_its_message_was_on_its_way_is_accounted_for(
    answers: list[Literal["later", "refused"]], stands: str, state: SqlStateStore
) -> None:
    publish(state, accounts=1)
    at_work = world(state, a=Scripted([Answer(a, "x") for a in answers]))
    at_work.deliver()
    taken_back = (Ending(f"low:{DAY}:0", "0", "low", "taken_back"),)
    publish(state, "r2", accounts=0, endings=taken_back)
    at_work.now += timedelta(minutes=5)
    at_work.deliver()
    publish(state, "r3", accounts=1)
    at_work.deliver()
    assert at_work.statuses() == {stands: 1}


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (GateKind.OPEN, ["r1/digest/a/U0"]),
        (GateKind.BASELINE, ["r1/baseline/a/U0"]),
        (GateKind.HELD, []),
    ],
)
def test_an_alert_that_a_day_ended_and_run_again_does_not_end_is_told(
    kind: GateKind, told: list[str], state: SqlStateStore
) -> None:
    publish(state, accounts=2, kind=kind)
    channel = Scripted()
    at_work = world(state, a=channel)
    over = tuple(Ending(f"low:{DAY}:{n}", str(n), "low", "over") for n in (0, 1))
    publish(state, "r2", accounts=0, day=DAY + timedelta(days=1), endings=over)
    assert at_work.statuses() == {"superseded": 2}
    publish(state, "r3", accounts=1, day=DAY + timedelta(days=1), resumed=1)
    at_work.deliver()
    assert channel.reached == told
    assert at_work.statuses() == {"superseded": 1, "delivered" if told else "held": 1}
    assert [a.ended_on is None for a in SqlWarningStore(state).alerts()] == [True, False]


def test_an_alert_that_one_person_knows_and_that_ended_is_not_told_to_another(
    state: SqlStateStore,
) -> None:
    publish(state, accounts=1)
    channel = Scripted()
    given = world(state, a=channel).settings.model_dump(mode="json")
    late = {"person": "leader", "quiet": {"start": "00:00", "end": "20:00"}}
    given |= {"routes": [{"to": ["leader"]}], "people": [late]}
    at_work = World(state, {"a": channel}, DeliverySettings.model_validate(given))
    at_work.deliver()
    over = (Ending(f"low:{DAY}:0", "0", "low", "over"),)
    publish(state, "r2", accounts=0, day=DAY + timedelta(days=1), endings=over)
    at_work.now += timedelta(hours=12)
    at_work.deliver()
    assert channel.reached == ["r1/digest/a/U0"]
    assert at_work.store.message_counts() == {"delivered": 1, "superseded": 1}


def test_held_alerts_wait_and_a_baseline_is_one_digest(state: SqlStateStore) -> None:
    publish(state, kind=GateKind.HELD)
    channel = Scripted()
    at_work = world(state, a=channel)
    report = at_work.deliver()
    assert (report.planned, report.balance.pending) == (0, 3)
    SqlWarningStore(state).judge("r1", "approved", by="Lin", at=START)
    publish(state, "r2", kind=GateKind.BASELINE, day=DAY + timedelta(days=1))
    at_work.deliver()
    assert sorted(channel.reached) == [
        "r1/digest/a/U0",
        "r1/digest/a/U1",
        "r2/baseline/a/U0",
        "r2/baseline/a/U1",
    ]


def test_a_silence_suppresses_and_tells_when_it_is_over(state: SqlStateStore) -> None:
    publish(state, accounts=1)
    channel = Scripted()
    at_work = world(state, a=channel)
    until = START.date() + timedelta(days=3)
    at_work.store.add_silence(Silence(0, "0", None, None, until, "talks"), by="Lin", at=START)
    report = at_work.deliver()
    assert (report.silenced, report.balance.suppressed) == (1, 1)
    at_work.now += timedelta(days=3)
    at_work.deliver()
    assert channel.reached == []
    at_work.now += timedelta(days=1)
    at_work.deliver()
    assert channel.reached == ["again-2026-11-06/digest/a/U0"]
    assert at_work.statuses() == {"delivered": 1}
    at_work.now += timedelta(days=1)
    assert at_work.deliver().planned == 0


def test_a_silence_for_one_person_puts_off_their_copy_alone(state: SqlStateStore) -> None:
    channel = Scripted()
    at_work = world(state, a=channel)
    at_work.settings = DeliverySettings.model_validate(
        {**at_work.settings.model_dump(mode="json"), "routes": [{"to": ["leader"]}]}
    )
    until = START.date() + timedelta(days=1)
    hush = Silence(0, None, None, "leader", until, "on leave")
    at_work.store.add_silence(hush, by="Lin", at=START - timedelta(hours=1))
    publish(state, accounts=3)
    assert at_work.deliver().silenced == 0
    assert sorted(channel.reached) == ["r1/digest/a/U0", "r1/digest/a/U1"]
    # One of the three ends meanwhile, of another somebody took note.
    over = (Ending(f"low:{DAY}:0", "0", "low", "over"),)
    publish(state, "r2", accounts=0, day=DAY + timedelta(days=1), endings=over)
    at_work.store.acknowledge(2, by="U1", at=START)
    at_work.now += timedelta(days=1)
    assert at_work.deliver().planned == 0
    at_work.now += timedelta(days=1)
    assert at_work.deliver().planned == 1
    assert channel.reached[2:] == [f"again-{at_work.now.date()}/digest/a/leader"]
    assert [m.person for m in at_work.store.told(3)] == ["U0", "leader"]
    at_work.now += timedelta(days=1)
    assert at_work.deliver().planned == 0


def test_a_silenced_alert_that_somebody_put_away_stays_away_until_its_day(
    state: SqlStateStore,
) -> None:
    publish(state, accounts=1)
    channel = Scripted()
    at_work = world(state, a=channel)
    today = START.date()
    at_work.store.add_silence(Silence(0, "0", None, None, today, "x"), by="Lin", at=START)
    at_work.deliver()
    until = today + timedelta(days=3)
    at_work.store.snooze(1, until, "after the call", by="Lin", at=START)
    told = []
    for _ in range(4):
        at_work.now += timedelta(days=1)
        at_work.deliver()
        told.append(len(channel.reached))
    assert told == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("account", "person", "first", "later"),
    [
        ("0", None, [], ["U0", "leader"]),
        (None, "leader", ["U0"], ["leader"]),
        (None, "U0", ["leader"], ["U0"]),
    ],
)
def test_a_silence_also_holds_back_what_waits_for_the_end_of_quiet_hours(
    account: str | None,
    person: str | None,
    first: list[str],
    later: list[str],
    state: SqlStateStore,
) -> None:
    publish(state, accounts=1)
    channel = Scripted()
    given = world(state, a=channel).settings.model_dump(mode="json")
    given |= {"routes": [{"to": ["leader"]}]}
    given["defaults"]["quiet"] = {"start": "18:00", "end": "08:00", "days_off": []}
    at_work = World(state, {"a": channel}, DeliverySettings.model_validate(given))
    at_work.now = START.replace(hour=22)
    assert at_work.deliver().planned == 2
    hush = Silence(0, account, None, person, START.date() + timedelta(days=1), "on leave")
    at_work.store.add_silence(hush, by="Lin", at=at_work.now)
    at_work.now += timedelta(hours=12)
    at_work.deliver()
    assert [key.rpartition("/")[2] for key in channel.reached] == first
    at_work.now += timedelta(days=1)
    at_work.deliver()
    assert sorted(key.rpartition("/")[2] for key in channel.reached[len(first) :]) == later


def test_a_reminder_that_a_silence_holds_back_comes_when_it_is_over(state: SqlStateStore) -> None:
    publish(state, accounts=1)
    channel = Scripted()
    at_work = world(state, a=channel)
    at_work.deliver()
    at_work.store.snooze(1, START.date() + timedelta(days=1), "x", by="Lin", at=START)
    at_work.now += timedelta(days=1)
    plan_delivery(at_work.postman(), at_work.now)
    until = at_work.now.date()
    at_work.store.add_silence(Silence(0, "0", None, None, until, "x"), by="Lin", at=at_work.now)
    at_work.deliver()
    assert channel.reached == ["r1/digest/a/U0"]
    at_work.now += timedelta(days=1)
    at_work.deliver()
    assert channel.reached[1:] == [f"again-{at_work.now.date()}/reminder/a/U0"]


def test_a_copy_that_a_silence_kept_back_comes_though_the_alert_is_older_than_the_silence(
    state: SqlStateStore,
) -> None:
    publish(state, accounts=1)
    channel = Scripted()
    at_work = world(state, a=channel)
    given = {**at_work.settings.model_dump(mode="json"), "routes": [{"to": ["leader"]}]}
    at_work.settings = DeliverySettings.model_validate(given)
    at_work.now += timedelta(hours=1)
    hush = Silence(0, None, None, "leader", START.date(), "on leave")
    at_work.store.add_silence(hush, by="Lin", at=at_work.now)
    at_work.deliver()
    at_work.now += timedelta(days=1)
    at_work.deliver()
    again = f"again-{at_work.now.date()}/digest/a/leader"
    assert channel.reached == ["r1/digest/a/U0", again]


def test_a_snoozed_alert_comes_back_once_unless_it_was_acknowledged(state: SqlStateStore) -> None:
    publish(state)
    channel = Scripted()
    at_work = world(state, a=channel)
    at_work.deliver()
    until = START.date() + timedelta(days=2)
    for alert_id in (1, 2):
        at_work.store.snooze(alert_id, until, "after the call", by="Lin", at=START)
    at_work.store.acknowledge(2, by="Lin", at=START)
    at_work.now += timedelta(days=1)
    assert at_work.deliver().planned == 0
    at_work.now += timedelta(days=1)
    at_work.deliver()
    assert channel.reached[2:] == ["again-2026-11-04/reminder/a/U0"]
    at_work.now += timedelta(days=1)
    assert at_work.deliver().planned == 0
    with pytest.raises(NotFound, match="no alert 99"):
        at_work.store.acknowledge(99, by="Lin", at=START)


def test_a_broken_account_of_alerts_is_said_with_numbers(state: SqlStateStore) -> None:
    publish(state)
    at_work = world(state, a=Scripted())
    at_work.deliver()
    with state.session(is_writing=True) as session:
        session.execute(text("UPDATE alerts SET status = 'forgotten' WHERE id = 1"))
        session.execute(text("UPDATE messages SET status = 'dead' WHERE id = 2"))
    assert at_work.store.balance().faults == (
        "3 alerts matched, 2 are accounted for",
        "1 delivered alerts are in no delivered message",
    )


def test_inbox_and_files_take_a_message_once_however_often_it_is_sent(
    state: SqlStateStore, tmp_path: Path
) -> None:
    publish(state, accounts=1)
    store = SqlOutboxStore(state)
    twice: tuple[Channel, ...] = (
        InAppChannel(store, lambda: START),
        FileChannel(tmp_path / "sent"),
    )
    for channel in twice:
        at_work = world(state, a=channel)
        plan_delivery(at_work.postman(), START)
        found = store.lease(START, "x", {}, composer_of(at_work.postman()))
        assert isinstance(found, Leased)
        assert channel.send(found) == channel.send(found) == Answer("accepted")
        with state.session(is_writing=True) as session:
            session.execute(text("UPDATE messages SET status = 'pending'"))
    (entry,) = store.inbox("U0")
    assert entry.message.title == "Customer alerts: 1 account"
    (file,) = (tmp_path / "sent").iterdir()
    assert file.read_text("utf-8").startswith("U0\n\nCustomer alerts: 1 account\n")
    blocked = tmp_path / "file"
    blocked.write_text("x")
    assert isinstance(found, Leased)
    assert FileChannel(blocked).send(found).outcome == "later"
