"""Events and their deliveries on SQLite and PostgreSQL: none lost, none invented, none twice."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from keepwell.actions import CtaChange, CtaMove, NewCta
from keepwell.adapters.state import (
    SqlActionStore,
    SqlHandJobStore,
    SqlScheduleStore,
    SqlStateStore,
    SqlWarningStore,
    SqlWebhookStore,
    warning_rows,
    webhook_leases,
    webhook_reading,
)
from keepwell.adapters.state.privacy_store import SqlPrivacyStore
from keepwell.adapters.state.transition_rows import add_transitions
from keepwell.messages import EVENT_KINDS, Answer
from keepwell.ports.webhooks import KEPT_CALLS, Called, LeasedEvent, WebhookWish
from keepwell.runs.send_webhooks import EventSender, send_events
from keepwell.schedule import Occasion
from keepwell.vocabulary import InputProblem
from keepwell.warning import Cause, Ending, GateKind, GateReason, Transition
from outbox_world import DAY, START, Killed, publish
from state_databases import KINDS, StateDatabase

# In the place of the hundred that are kept, to be quick.
KEPT = 5
DOWN = Called(Answer("later", "HTTP 500"), 500, 3)
TAKEN = Called(Answer("accepted", "HTTP 204"), 204, 3)


@dataclass
class Scripted:
    """An endpoint that answers as it is told, and remembers what it was sent."""

    answers: list[Called | Exception] = field(default_factory=list)
    always: Called = TAKEN
    sent: list[LeasedEvent] = field(default_factory=list)

    def call(self, leased: LeasedEvent) -> Called:
        self.sent.append(leased)
        answer = self.answers.pop(0) if self.answers else self.always
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Post:
    """A store of endpoints with a clock that only sleeping moves."""

    state: SqlStateStore
    outside: Scripted = field(default_factory=Scripted)
    now: Any = START

    @property
    def store(self) -> SqlWebhookStore:
        return SqlWebhookStore(self.state)

    def add(self, *kinds: Any) -> int:
        wanted = kinds or EVENT_KINDS
        return self.store.add("https://a.test/h", wanted, "", "sealed", by="ops", at=START).id

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def send(self, wait_s: float = 0, owner: str = "me") -> dict[str, int]:
        sender = EventSender(
            self.store, self.outside, 5, owner, lambda: self.now, self.sleep, lambda: 1.0
        )
        return dict(send_events(sender, wait_s).attempts)

    def told(self, webhook_id: int) -> list[tuple[str, Any]]:
        found = self.store.deliveries(webhook_id, limit=1000)
        return [(d.event.kind, d.event.data) for d in reversed(found)]

    def kinds(self, webhook_id: int) -> dict[str, int]:
        kinds = [kind for kind, _ in self.told(webhook_id)]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


@pytest.fixture
def post(state_database: StateDatabase) -> Iterator[Post]:
    with state_database.open() as state:
        yield Post(state)


def test_an_event_is_there_with_its_fact_or_not_at_all_and_survives_whoever_sends_it(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = post.add()
    with monkeypatch.context() as patched:
        patched.setattr(warning_rows, "add_audit", _killed)
        with pytest.raises(Killed):
            publish(post.state, "r1")
    assert post.told(number) == []
    publish(post.state, "r1")
    with pytest.raises(InputProblem, match="published already"):
        publish(post.state, "r1")
    assert post.kinds(number) == {"alert.opened": 3, "run.finished": 1}
    post.outside.answers = [TAKEN, Killed()]
    with pytest.raises(Killed):
        post.send(owner="killed")
    # Until its lease is over, nobody else sends what the killed process had.
    assert post.send() == {"delivered": 2}
    post.sleep(301)
    assert post.send() == {"delivered": 1}
    keys = [leased.event.uid for leased in post.outside.sent]
    assert (len(keys), len(set(keys))) == (5, 4)
    assert keys[1] == keys[4]


def _killed(*_: object) -> None:
    raise Killed


def test_alerts_tiers_and_jobs_are_told_when_they_are_facts(post: Post) -> None:
    number = post.add()
    publish(post.state, "held", kind=GateKind.HELD, reason=GateReason.MASS_CHANGE)
    _add_transition(post.state, "held")
    assert post.kinds(number) == {"run.finished": 1}
    assert post.told(number)[0][1]["gate"] == "held"
    warning = SqlWarningStore(post.state)
    warning.judge("held", "approved", by="boss", at=START)
    assert post.kinds(number)["alert.opened"] == 3
    (moved,) = [data for kind, data in post.told(number) if kind == "account.tier_changed"]
    assert (moved["before"], moved["after"], moved["cause"]) == ("high", "low", "customer")
    over = Ending(f"low:{DAY}:0", "0", "low", "over")
    publish(post.state, "r2", 0, day=DAY + timedelta(days=1), endings=(over,))
    (ended,) = [data for kind, data in post.told(number) if kind == "alert.resolved"]
    assert (ended["account_id"], ended["cause"]) == ("0", "over")
    # What was told of no one ends unheard.
    publish(post.state, "r3", kind=GateKind.HELD, day=DAY + timedelta(days=2))
    warning.judge("r3", "discarded", by="boss", at=START)
    gone = Ending(f"low:{DAY + timedelta(days=2)}:1", "1", "low", "over")
    publish(post.state, "r4", 0, day=DAY + timedelta(days=3), endings=(gone,))
    assert post.kinds(number)["alert.resolved"] == 1
    _fail_jobs(post.state)
    failed = [data for kind, data in post.told(number) if kind == "job.failed"]
    assert [(f["job"], f["kind"]) for f in failed] == [("morning", "scheduled"), ("run", "by_hand")]
    _open_and_close_a_cta(post.state)
    told = post.told(number)
    assert "wang@acme.test" not in str(told)
    # The page of the documentation shows each kind with the fields that it has.
    fields = {kind: set(data) for kind, data in told}
    assert fields == _documented()
    assert "webhooks" in {m.table for m in SqlPrivacyStore(post.state).find(["a.test"])}


def test_a_day_that_is_run_again_tells_of_tiers_only_what_differs(post: Post) -> None:
    number, warning = post.add("account.tier_changed"), SqlWarningStore(post.state)
    for run_id in ("r1", "r2", "r3"):
        publish(post.state, run_id, 0, kind=GateKind.HELD)
        _add_transition(post.state, run_id)
    # The later is told; the one before says nothing new, the one after nothing else.
    for run_id in ("r2", "r1", "r3"):
        warning.judge(run_id, "approved", by="boss", at=START)
    publish(post.state, "r4", 0)
    publish(post.state, "r5", 0)
    told = [data for _, data in post.told(number)]
    assert [(d["run_id"], d["before"], d["after"], d["cause"]) for d in told] == [
        ("r2", "high", "low", "customer"), ("r4", "low", "high", "taken_back"),
    ]  # fmt: skip


def _documented() -> dict[str, set[str]]:
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
    shown = [json.loads(b) for b in re.findall(r"```json\n(.*?)```", page, re.S)]
    return {b["type"]: set(b["data"]) for b in shown}


def _open_and_close_a_cta(state: SqlStateStore) -> None:
    actions = SqlActionStore(state)
    mine = NewCta("0", "risk", "Call wang@acme.test", "high", "person", DAY, owner="U1")
    done = CtaChange(CtaMove.FINISH, DAY, outcome="resolved")
    actions.move(actions.add(mine, None, by="lu", at=START), done, by="lu", at=START)


def _add_transition(state: SqlStateStore, run_id: str) -> None:
    moved = Transition("0", "tier", "", "high", "low", Cause.CUSTOMER, 90, 40, None)
    (run,) = [r for r in state.runs() if r.run_id == run_id]
    with state.session(is_writing=True) as session:
        add_transitions(session, run, [moved])


def _fail_jobs(state: SqlStateStore) -> None:
    schedule, hand = SqlScheduleStore(state), SqlHandJobStore(state)
    claimed = schedule.claim(Occasion("morning", START, DAY, 0), "me", START, 60)
    assert claimed
    assert schedule.end(claimed, "failed", "cell wang@acme.test", None, START)
    job = hand.start("run", {}, by="lu", at=START, lease_s=60)
    hand.end(job.id, "cell wang@acme.test", {}, START)


# What it decides is the same on both; where the databases may differ, the others look at both.
@pytest.mark.parametrize("state_database", KINDS[:1], indirect=True)
def test_an_endpoint_that_fails_rests_ever_longer_holds_up_no_other_and_is_switched_off(
    post: Post,
) -> None:
    good, bad = post.add("run.finished"), post.add("run.finished", "alert.opened")
    publish(post.state, "r1", 32)
    post.outside.answers = [DOWN]
    assert post.send() == {"delivered": 1, "pending": 1}
    assert post.store.webhook(good).health.failures == 0
    post.outside.always = DOWN
    assert post.send(wait_s=24 * 3600) == {"dead": 1, "pending": 28}
    hours = [c.at for c in reversed(post.store.calls(bad))]
    assert [(b - a).total_seconds() for a, b in pairwise(hours)][:4] == [
        30, 60, 120, 240,
    ]  # fmt: skip
    # One was tried all the time; the clock of the others has not begun.
    assert [d.attempts > 0 for d in post.store.deliveries(bad)].count(True) == 1
    post.sleep(24 * 3600 * 5)
    # Its first attempt is the call that has the endpoint switched off: it waits no more.
    assert post.send() == {"dead": 1}
    off = post.store.webhook(bad)
    assert (off.state, off.off_cause) == ("off", "failing")
    assert {d.status for d in post.store.deliveries(bad)} == {"dead"}
    with pytest.raises(InputProblem, match="switched off"):
        post.store.replay(bad, by="ops", at=post.now)
    post.store.change(bad, WebhookWish(state="active"), by="ops", at=post.now)
    post.outside.always = TAKEN
    assert post.store.replay(bad, by="ops", at=post.now) == 33
    assert post.send() == {"delivered": 33}


def test_the_log_keeps_so_many_calls_and_events_thirty_days(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert KEPT_CALLS == 100
    for module in (webhook_leases, webhook_reading):
        monkeypatch.setattr(module, "KEPT_CALLS", KEPT)
    number = post.add("alert.opened")
    publish(post.state, "r1", KEPT + 4)
    post.store.change(number, WebhookWish(state="paused"), by="ops", at=START)
    assert post.send() == {}
    post.store.change(number, WebhookWish(state="active"), by="ops", at=START)
    assert post.send() == {"delivered": KEPT + 4}
    _fail_on_our_side(post, number)
    calls = post.store.calls(number)
    assert len(calls) == KEPT
    assert calls[0].id - calls[-1].id == KEPT - 1
    post.sleep(30 * 24 * 3600 - 1)
    post.send()
    assert len(post.store.deliveries(number, limit=1000)) == KEPT + 5
    post.sleep(2)
    post.send()
    assert post.store.deliveries(number) == ()
    assert post.store.calls(number) == ()


def _fail_on_our_side(post: Post, number: int) -> None:
    """Let sending fail for want of a key: the endpoint is not to blame, however long it takes."""
    publish(post.state, "r2", 1, day=DAY + timedelta(days=1))
    post.outside.always = Called(Answer("later", "no key"), None, 0, is_ours=True)
    assert post.send() == {"pending": 1}
    post.sleep(9 * 24 * 3600)
    assert post.send() == {"dead": 1}
    health = post.store.webhook(number).health
    assert health.failing_since is None
    assert post.store.webhook(number).state == "active"
    post.outside.always = TAKEN
    post.now = START
