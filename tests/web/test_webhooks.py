"""Webhooks: registered, signed, tried again, switched off; a secret that stands nowhere."""

import gzip
import json
import logging
import re
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI
from sqlalchemy import text

from event_receiver import Receiver, event_receiver, is_signed
from keepwell.actions import CtaChange, CtaMove, NewCta
from keepwell.adapters.sealing import KEY_VARIABLE, sealer
from keepwell.adapters.state import SqlActionStore, SqlWarningStore
from keepwell.messages import EVENT_KINDS
from keepwell.messages.fault_words import fault_text
from keepwell.vocabulary import InputProblem, OutsideProblem, WebhookSettings
from keepwell.wiring.backing_up import back_up
from keepwell.wiring.mailing import mail_desk
from keepwell.wiring.web_desk import WebDesk
from keepwell.wiring.webhook_desk import webhook_desk
from web.caller import HOST, Caller, let_in, served, signed_in
from web.clock import Standing
from web.portfolio import bare_project

Web = tuple[FastAPI, WebDesk]
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = START.date()
HOOKS = "/api/v1/webhooks"


@pytest.fixture
def site(tmp_path: Path, state_file: Path) -> Iterator[Web]:
    """Give a project whose webhooks may call programs inside the network; its time stands."""
    folder = bare_project(tmp_path / "p", state_file)
    with (folder / "keepwell.yml").open("a", encoding="utf-8") as file:
        file.write("webhooks: {allow_private_addresses: true}\n")
    app, desk = served(folder)
    desk.project.clock = Standing(START)
    yield app, desk
    desk.close()


@pytest.fixture
def clock(site: Web) -> Standing:
    clock = site[1].project.clock
    assert isinstance(clock, Standing)
    return clock


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    made = Fernet.generate_key().decode()
    monkeypatch.setenv(KEY_VARIABLE, made)
    return made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with event_receiver() as found:
        yield found


class Ops:
    """Somebody of operations who calls the API."""

    def __init__(self, web: Web) -> None:
        let_in(web[1], "ops", "operations")
        self.caller = signed_in(web[0], "ops")
        self._head = {"Origin": HOST, "X-CSRF-Token": self.caller.csrf()}

    def send(self, method: str, path: str = "", wish: Any = None, **head: str) -> Any:
        sent = {} if wish is None else {"json": wish}
        return self.caller.send(method, HOOKS + path, headers=self._head | head, **sent)

    def register(self, url: str, events: tuple[str, ...] = EVENT_KINDS) -> tuple[int, str]:
        made = self.send("POST", wish={"url": url, "events": list(events)})
        assert made.status_code == 201, made.text
        return int(made.json()["webhook"]["id"]), str(made.json()["secret"])


def open_cta(desk: WebDesk, account: str = "A1") -> int:
    new = NewCta(account, "risk", "Call Mr Wang, wang@acme.test", "high", "person", DAY, owner="U1")
    return SqlActionStore(desk.project.state).add(new, None, by="lu", at=desk.now())


def unpacked(archive: Path) -> Iterator[bytes]:
    """Yield what a backup says of webhooks, last of all its files."""
    with tarfile.open(archive) as tar:
        names = sorted(tar.getnames(), key=lambda name: "/webhooks." in name)
        for name in names:
            file = tar.extractfile(name)
            assert file
            data = file.read()
            yield gzip.decompress(data) if name.endswith(".gz") else data


def deliver(desk: WebDesk) -> dict[str, int]:
    return dict(mail_desk(desk.project).deliver().events)


def test_an_event_arrives_signed_once_more_after_a_fault_and_tells_nobody_s_name(
    site: Web, clock: Standing, key: str, receiver: Receiver
) -> None:
    _, desk = site
    hooks = webhook_desk(desk.project)
    made, secret = hooks.add(receiver.url, ("cta.opened", "cta.closed"), "", by="t")
    cta = open_cta(desk)
    receiver.statuses = [500]
    assert deliver(desk) == {"pending": 1}
    assert deliver(desk) == {}
    clock.at += timedelta(minutes=1)
    assert deliver(desk) == {"delivered": 1}
    first, again = receiver.taken
    assert again.body == first.body
    assert again.headers["idempotency-key"] == first.headers["idempotency-key"]
    assert is_signed(first, secret)
    assert is_signed(again, secret)
    assert not is_signed(again, secret + "x")
    assert (again.at - first.at).total_seconds() == 60
    told = json.loads(again.body)
    assert (told["type"], told["at"], told["data"]["cta"]) == (
        "cta.opened", "2026-11-02T09:00:00Z", cta,
    )  # fmt: skip
    assert told["data"]["account_id"] == "A1"
    assert "ang" not in again.body.decode()
    assert "U1" not in again.body.decode()
    done = CtaChange(CtaMove.FINISH, DAY, outcome="resolved")
    SqlActionStore(desk.project.state).move(cta, done, by="lu", at=desk.now())
    assert deliver(desk) == {"delivered": 1}
    closed = json.loads(receiver.taken[-1].body)
    assert (closed["type"], closed["data"]["outcome"]) == ("cta.closed", "resolved")
    assert [c.status for c in hooks.store.calls(made.id)] == [204, 204, 500]


def test_the_example_of_the_documentation_tells_ours_from_others(
    site: Web, clock: Standing, key: str, receiver: Receiver
) -> None:
    desk = webhook_desk(site[1].project)
    made, former = desk.add(receiver.url, ["run.finished"], "", by="t")
    _, secret = desk.roll(made.id, by="t")
    desk.test(made.id, by="t")
    call = receiver.taken[-1]
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.S)
    example: dict[str, Any] = {}
    exec(code, example)  # noqa: S102 - our own page
    verified, moment = example["verified"], call.at.timestamp()
    example["time"] = SimpleNamespace(time=lambda: moment)
    for known in (former, secret):
        assert verified(known, call.headers, call.body)["type"] == "webhook.test"
    for wrong in (
        (secret + "x", call.headers, call.body),
        (secret, call.headers, call.body + b" "),
        (secret, {**call.headers, "keepwell-timestamp": str(int(moment) + 1)}, call.body),
        (secret, {}, call.body),
    ):
        with pytest.raises(ValueError, match=r"ours|timestamp"):
            verified(*wrong)
    moment += 301
    with pytest.raises(ValueError, match="timestamp"):
        verified(secret, call.headers, call.body)


def test_a_secret_is_shown_once_and_stands_nowhere(
    site: Web, clock: Standing, key: str, receiver: Receiver, caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:  # fmt: skip
    _, desk = site
    caplog.set_level(logging.DEBUG)
    ops = Ops(site)
    number, secret = ops.register(receiver.url)
    rolled = ops.send("POST", f"/{number}/secret")
    second = rolled.json()["secret"]
    assert ops.send("POST", f"/{number}/test").json()["status"] == "delivered"
    call = receiver.taken[-1]
    assert json.loads(call.body)["type"] == "webhook.test"
    assert is_signed(call, secret)
    assert is_signed(call, second)
    clock.at += timedelta(hours=24, seconds=1)
    webhook_desk(desk.project).test(number, by="t")
    assert not is_signed(receiver.taken[-1], secret)
    assert is_signed(receiver.taken[-1], second)
    clock.at = START
    seen = [ops.send("GET", p).text for p in ("", f"/{number}", f"/{number}/calls")]
    seen += [ops.caller.get(f"/admin/webhooks{p}").text for p in ("", f"/{number}")]
    archive = tmp_path / "b.tar"
    back_up(desk.project, archive, force=True)
    held = [f.read_bytes() for f in desk.project.layout.root.rglob("*") if f.is_file()]
    seen += [caplog.text, *(b.decode("utf-8", "replace") for b in (*held, *unpacked(archive)))]
    # The backup holds the endpoint, and what is looked through is readable.
    assert receiver.url in seen[-1]
    for shown in (secret, second, secret.removeprefix("kwhs_"), key):
        assert not [s for s in seen if shown in s]


def test_without_a_key_none_is_registered_and_a_wrong_one_is_not_told(
    site: Web, clock: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = webhook_desk(site[1].project)

    def refused() -> InputProblem:
        with pytest.raises(InputProblem) as told:
            hooks.add("http://127.0.0.1:1/", ["run.finished"], "", by="t")
        assert hooks.store.webhooks() == ()
        return told.value

    assert f"export {KEY_VARIABLE}=$(openssl" in refused().cure
    monkeypatch.setenv(KEY_VARIABLE, "no-key-at-all")
    assert "32 bytes" in refused().what
    assert "no-key-at-all" not in f"{refused()} {refused().details}"
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    monkeypatch.setenv(KEY_VARIABLE, old)
    sealed = sealer().seal("s")
    monkeypatch.setenv(KEY_VARIABLE, f"{new}, {old}")
    assert sealer().open(sealed) == "s"
    monkeypatch.setenv(KEY_VARIABLE, new)
    with pytest.raises(InputProblem, match="another key"):
        sealer().open(sealed)


def test_a_secret_that_is_rolled_once_its_key_is_lost_signs_what_waits(
    site: Web, clock: Standing, key: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, desk = site
    hooks = webhook_desk(desk.project)
    made, _ = hooks.add(receiver.url, ("cta.opened",), "", by="t")
    open_cta(desk)
    monkeypatch.setenv(KEY_VARIABLE, Fernet.generate_key().decode())
    assert deliver(desk) == {"pending": 1}
    with pytest.raises(InputProblem, match=f"cannot be signed: {made.id};"):
        hooks.examined()
    _, secret = hooks.roll(made.id, by="t")
    assert hooks.examined().en == "endpoints: 1"
    clock.at += timedelta(minutes=1)
    # A status is an answer, though its body never comes.
    receiver.is_slow = True
    assert deliver(desk) == {"delivered": 1}
    (call,) = receiver.taken
    assert is_signed(call, secret)
    for hours, is_changing in ((1, True), (24, False)):
        clock.at = START + timedelta(hours=hours)
        ops = Ops(site)
        until = ops.send("GET", f"/{made.id}").json()["webhook"]["former_secret_until"]
        page = ops.caller.get(f"/admin/webhooks/{made.id}").text
        assert ((until is not None), ("former secret signs" in page)) == (is_changing, is_changing)


def test_an_address_inside_the_network_is_refused_and_a_redirect_not_followed(
    site: Web, clock: Standing, key: str, receiver: Receiver
) -> None:
    _, desk = site
    ops = Ops(site)
    number, _ = ops.register(receiver.url, ("cta.opened",))
    receiver.statuses = [302]
    open_cta(desk)
    assert deliver(desk) == {"dead": 1}
    assert len(receiver.taken) == 1
    (call,) = ops.send("GET", f"/{number}/calls").json()["calls"]
    assert (call["status"], call["error"]) == (302, "HTTP 302: redirects are not followed")
    strict = desk.project.config.model_copy(update={"webhooks": WebhookSettings()})
    vars(desk.project)["config"] = strict
    open_cta(desk, "A2")
    assert deliver(desk) == {"dead": 1}
    for url in (receiver.url, "https://127.0.0.1/x", "https://169.254.169.254/", "ftp://a.b/",
                "https://u:p@8.8.8.8/", "https://[::1]/", "http://8.8.8.8/",
                "https://8.8.8.8/é", "https://例子.test/"):  # fmt: skip
        refused = ops.send("POST", wish={"url": url, "events": ["cta.opened"]})
        assert refused.status_code == 422, url
        assert "channel" not in refused.text
        changed = ops.send("PATCH", f"/{number}", {"url": url})
        assert changed.status_code == 422, url
    assert len(receiver.taken) == 1
    assert len(ops.send("GET").json()["webhooks"]) == 1


def test_an_endpoint_that_is_gone_is_switched_off_told_of_and_taken_up_again(
    site: Web, clock: Standing, key: str, receiver: Receiver
) -> None:
    _, desk = site
    ops = Ops(site)
    number, _ = ops.register(receiver.url, ("cta.opened",))
    receiver.statuses = [410]
    for account in ("A1", "A2"):
        open_cta(desk, account)
    assert deliver(desk) == {"dead": 1}
    found = ops.send("GET", f"/{number}").json()["webhook"]
    assert (found["state"], found["off_cause"]) == ("off", "gone")
    with pytest.raises(OutsideProblem, match=r"switched off: 1 \(gone\)"):
        webhook_desk(desk.project).examined()
    alerts = SqlWarningStore(desk.project.state).alerts()
    assert [a.facts["fault"] for a in alerts] == [f"webhook_off:{number}"]
    assert "answered 410" in fault_text(f"webhook_off:{number}", "en")
    open_cta(desk, "A3")
    assert ops.send("POST", f"/{number}/replay").status_code == 422
    assert (
        ops.send("PATCH", f"/{number}", {"state": "active"}).json()["webhook"]["state"] == "active"
    )
    dead = ops.send("GET", f"/{number}/deliveries?status=dead").json()["deliveries"]
    assert [d["event"]["data"]["account_id"] for d in dead] == ["A2", "A1"]
    again = ops.send("POST", f"/{number}/deliveries/{dead[0]['id']}/redeliver")
    assert again.json()["status"] == "delivered"
    assert ops.send("POST", f"/{number}/replay").json() == {"waiting": 1}
    assert deliver(desk) == {"delivered": 1}
    bodies = [json.loads(t.body)["data"]["account_id"] for t in receiver.taken]
    assert bodies == ["A1", "A2", "A1"]
    keys = [t.headers["idempotency-key"] for t in receiver.taken]
    assert keys[0] == keys[2] != keys[1]


def test_the_page_registers_pauses_and_deletes_and_operations_see_it_alone_of_the_area(
    site: Web, clock: Standing, key: str, receiver: Receiver
) -> None:
    app, desk = site
    let_in(desk, "ops", "operations")
    ops: Caller = signed_in(app, "ops")
    assert 'href="/admin/webhooks"' in ops.get("/data").text
    form = {"url": receiver.url, "event": ["cta.opened"], "note": "备注 <b>"}
    shown = ops.submit("/admin/webhooks", form).text
    assert "kwhs_" in shown
    assert 'href="/admin/tokens"' not in shown
    assert "备注 &lt;b&gt;" in shown
    one = "/admin/webhooks/1"
    assert "kwhs_" not in ops.get(one).text
    ops.submit(f"{one}/deeds", {"deed": "pause"})
    open_cta(desk)
    assert deliver(desk) == {}
    assert "204" in ops.submit(f"{one}/deeds", {"deed": "test"}).text
    ops.submit(f"{one}/deeds", {"deed": "activate"})
    assert deliver(desk) == {"delivered": 1}
    assert "kwhs_" in ops.submit(f"{one}/deeds", {"deed": "roll"}).text
    ops.submit(one, {"url": receiver.url, "event": ["run.finished"], "note": ""})
    assert webhook_desk(desk.project).store.webhook(1).events == ("run.finished",)
    assert ops.submit(one, {"url": receiver.url}).status_code == 422
    assert ops.submit(f"{one}/deeds", {"deed": "remove"}).headers["location"] == "/admin/webhooks"
    with desk.project.state.session() as session:
        for table in ("webhooks", "webhook_events", "webhook_deliveries", "webhook_calls"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    log = [line.action for line in SqlWarningStore(desk.project.state).audit()]
    for deed in ("added", "tested", "secret_rolled", "changed", "removed"):
        assert f"webhook_{deed}" in log
