"""Channels against real servers on loopback: limits, signatures, answers, guards."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from channel_servers import SECRET, MailServer, Vendors, mail_server, vendor_servers
from keepwell.adapters.channels import Mailbox, MailChannel, WebChannel
from keepwell.adapters.channels.guarded_http import NotReached, checked_target
from keepwell.messages import Answer, ChannelKind, DeliverySettings, Item, Message, clean_name
from keepwell.ports import Channel, Leased
from outbox_world import START, World, publish
from state_databases import StateDatabase

KINDS: tuple[ChannelKind, ...] = ("slack", "teams", "feishu", "dingtalk", "wecom", "webhook")
# 09:05, off the minutes that Feishu wants kept free.
NOW = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
HOSTILE = clean_name("<!channel> @all <at id=all></at> [x](http://evil.example) *R&D* {{7*7}}")


@pytest.fixture(scope="module")
def servers() -> Iterator[Vendors]:
    with vendor_servers(lambda: NOW) as running:
        yield running


@pytest.fixture
def vendors(servers: Vendors) -> Vendors:
    servers.taken.clear()
    servers.violations.clear()
    servers.script.clear()
    return servers


def web(
    kind: ChannelKind, url: str, *, allow_private: bool = True, total_s: float = 5
) -> WebChannel:
    return WebChannel(kind, url, SECRET, allow_private, lambda: NOW, total_s)


def leased(items: int = 2, name: str = HOSTILE, address: str | None = None) -> Leased:
    message = Message(
        "zh",
        "客户预警摘要",
        "按预计损失排序。",
        tuple(
            Item(f"{name} {n}", ("健康分 41（低健康）", "建议：电话跟进" * 5)) for n in range(items)
        ),
        0,
        "keepwell alerts list",
    )
    return Leased(1, "r1/digest/a/U1", "U1", "a", "digest", message, address, 1, NOW)


@pytest.mark.parametrize("kind", KINDS)
def test_each_channel_takes_a_message_and_nothing_in_a_name_is_read(
    kind: ChannelKind, vendors: Vendors
) -> None:
    assert web(kind, vendors.url(kind)).send(leased()) == Answer("accepted")
    assert vendors.violations == []
    (call,) = vendors.taken
    text = call.body.decode()
    assert "http://" not in text.replace("http://adaptivecards.io", "")
    assert "健康分 41" in text
    if kind == "slack":
        assert "<!channel>" not in call.json["text"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_that_is_too_long_counts_what_it_leaves_out(
    kind: ChannelKind, vendors: Vendors
) -> None:
    long = leased(items=400, name="很长的名字" * 20)
    assert web(kind, vendors.url(kind)).send(long) == Answer("accepted")
    assert vendors.violations == []
    if kind != "webhook":
        assert "家客户未列出" in vendors.taken[0].body.decode()


JSON = {"Content-Type": "application/json"}
PAGE = b"<!DOCTYPE html><html><body>Sign in</body></html>"


@pytest.mark.parametrize(
    ("kinds", "status", "headers", "body", "outcome", "wait"),
    [
        (KINDS, 429, {"Retry-After": "17"}, b"", "later", 17.0),
        (KINDS, 429, {}, b"", "later", None),
        (KINDS, 429, {"Retry-After": "soon"}, b"", "later", None),
        (KINDS, 429, {"Retry-After": "-5"}, b"", "later", None),
        (KINDS, 429, {"Retry-After": "99999999999"}, b"", "later", 99999999999.0),
        (KINDS, 503, {"Retry-After": "Mon, 02 Nov 2026 09:06:00 GMT"}, b"", "later", 60.0),
        (KINDS, 500, {}, b"oops", "later", None),
        (KINDS, 302, {"Location": "http://127.0.0.1:1/"}, b"", "refused", None),
        (KINDS, 410, {}, b"gone", "refused", None),
        (KINDS, 404, {}, b"no_team", "refused", None),
        (KINDS, 200, {"Content-Type": "text/html"}, PAGE, "later", None),
        (("feishu",), 200, JSON, b'{"code":19021,"msg":"sign match fail"}', "refused", None),
        (("feishu",), 200, JSON, b'{"code":11232,"msg":"frequency"}', "later", 60.0),
        (("feishu",), 200, JSON, b'{"code":9499,"msg":"too many request"}', "later", 60.0),
        (("dingtalk",), 200, JSON, b'{"errcode":310000,"errmsg":"keywords"}', "refused", None),
        (("dingtalk",), 200, JSON, b'{"errcode":130101,"errmsg":"too fast"}', "later", 600.0),
        (("wecom",), 200, JSON, b'{"errcode":93000,"errmsg":"invalid url"}', "refused", None),
        (("wecom",), 200, JSON, b'{"errcode":-1,"errmsg":"busy"}', "later", None),
        (("feishu", "dingtalk", "wecom"), 200, JSON, b'{"errcode":0', "later", None),
        (("feishu", "dingtalk", "wecom"), 200, JSON, b"{}", "later", None),
        (("feishu", "dingtalk", "wecom"), 200, JSON, b"[" * 9999, "later", None),
        (("slack",), 200, {}, b"invalid_payload", "later", None),
        (("teams",), 200, {}, b"failed with error: HTTP error 429", "later", None),
        (("teams",), 200, {}, b"failed with error: HTTP error 404", "refused", None),
        (("webhook",), 200, JSON, b'{"ok": false}', "later", None),
        (("webhook",), 200, JSON, b'{"ok": tr', "later", None),
        (("webhook",), 204, {}, b"", "accepted", None),
    ],
)
def test_answers_are_read_to_their_end(
    vendors: Vendors,
    kinds: tuple[ChannelKind, ...],
    status: int,
    headers: dict[str, str],
    body: bytes,
    outcome: str,
    wait: float | None,
) -> None:
    for kind in kinds:
        vendors.script[kind].append((status, headers, body))
        answer = web(kind, vendors.url(kind)).send(leased())
        assert (answer.outcome, answer.retry_after_s) == (outcome, wait), (kind, answer)
        # The address of a channel is a secret.
        assert "key=abc" not in answer.detail


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_repeats_the_address_or_the_secret_tells_neither(
    kind: ChannelKind, vendors: Vendors
) -> None:
    url = f"http://127.0.0.1:{vendors.port}/{kind}/T0123/BotToken?key=abcdef&ok=0"
    said = f"Cannot POST /{kind}/T0123/BotToken?key=abcdef&ok=0; abcdef BotToken {SECRET}"
    for status in (404, 500):
        vendors.script[kind].append((status, {}, said.encode()))
        detail = web(kind, url).send(leased()).detail
        assert "Cannot POST" in detail
        for secret in ("abcdef", "BotToken", "T0123", SECRET):
            assert secret not in detail
    # What the answer means is read from what the server said.
    accepted = b"ok" if kind == "slack" else b"" if kind == "teams" else b'{"code":0,"errcode":0}'
    vendors.script[kind].append((200, {}, accepted))
    assert web(kind, url + "&n=errcode&m=code%22:0").send(leased()) == Answer("accepted")


def test_a_connection_that_outlasts_its_time_before_it_stands_is_ended(
    vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = socket.create_connection

    def slow(*given: Any) -> socket.socket:
        time.sleep(0.3)
        return connect(*given)

    monkeypatch.setattr("socket.create_connection", slow)
    answer = web("webhook", vendors.url("webhook"), total_s=0.1).send(leased())
    assert answer == Answer("later", "127.0.0.1: no answer in time")
    assert vendors.taken == []


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[64:ff9b::7f00:1]/x",
        "https://[fd00::1]/x",
        "https://[fec0::1]/x",
        "https://[::7f00:1]/x",
        "https://[64:ff9b:1::7f00:1]/x",
        "https://0.0.0.0/x",
        "https://224.0.0.1/x",
        "https://2130706433/x",
        "http://8.8.8.8/x",
        "file:///etc/passwd",
        "gopher://8.8.8.8/x",
        "https://user:word@8.8.8.8/x",
        "https://8.8.8.8:99999/x",
        "https://8.8.8.8/x\r\nHost: y",
        "https:///x",
    ],
)
def test_a_channel_calls_no_private_address_and_no_other_scheme(url: str) -> None:
    with pytest.raises(NotReached) as problem:
        checked_target(url, allow_private=False)
    assert problem.value.is_final
    answer = web("webhook", url, allow_private=False).send(leased())
    assert answer.outcome == "refused"


def test_a_public_address_is_called_as_it_was_checked() -> None:
    target = checked_target("https://8.8.8.8/hook?key=abc", allow_private=False)
    assert (target.address, target.port, target.path) == ("8.8.8.8", 443, "/hook?key=abc")


def test_servers_that_hang_up_trickle_or_speak_no_http_are_tried_again() -> None:
    behaviours = {
        "reset": (b"", False),
        "garbage": (b"\x00\x01\x02\r\n\r\n", False),
        "trickle": (b"HTTP/1.1 200 OK\r\nX: ", True),
    }
    for first, drips in behaviours.values():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            done = threading.Event()

            def serve(
                server: socket.socket = listener,
                first: bytes = first,
                drips: bool = drips,
                done: threading.Event = done,
            ) -> None:
                taken, _ = server.accept()
                with taken:
                    taken.recv(65536)
                    try:
                        taken.sendall(first)
                        while drips and not done.wait(0.05):
                            taken.sendall(b"x")
                    except OSError:
                        return

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
            began = time.monotonic()
            answer = web("webhook", url, total_s=0.5).send(leased())
            done.set()
            thread.join()
            assert answer.outcome == "later"
            assert time.monotonic() - began < 3
    closed = web("webhook", url).send(leased())
    assert closed.outcome == "later"
    tls = web("webhook", url.replace("http:", "https:")).send(leased())
    assert tls.outcome == "later"


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def test_mail_says_what_the_server_said(mails: MailServer) -> None:
    mails.mails.clear()
    box = Mailbox("127.0.0.1", mails.port, "none", "Keepwell <keepwell@example.com>")
    channel = MailChannel(box)
    sent = leased(name="Müller & Söhne 宏远")
    assert channel.send(leased(address="lin@example.com", name=sent.message.title)).outcome == (
        "accepted"
    )
    again = leased(address="lin@example.com")
    assert channel.send(again) == channel.send(again) == Answer("accepted")
    to, mail = mails.mails[-1]
    assert (to, mail["Subject"]) == ("lin@example.com", "客户预警摘要")
    assert "健康分 41（低健康）" in mail.get_content()
    assert len({m["Message-ID"] for _, m in mails.mails}) == 1
    assert mail["Auto-Submitted"] == "auto-generated"
    for address, outcome in (
        ("busy@example.com", "later"),
        ("gone@example.com", "refused"),
        ("a@example.com\r\nBcc: b@example.com", "refused"),
        (None, "refused"),
    ):
        assert channel.send(leased(address=address)).outcome == outcome, address
    wants_tls = Mailbox("127.0.0.1", mails.port, "starttls", "k@example.com")
    assert MailChannel(wants_tls).send(again).outcome == "refused"
    nobody = Mailbox("127.0.0.1", 1, "none", "k@example.com")
    assert MailChannel(nobody).send(again).outcome == "later"


@pytest.mark.parametrize("goodbye", ["421 too busy", "500 what", "nonsense"])
def test_a_mail_that_was_taken_is_accepted_whatever_the_server_says_to_a_goodbye(
    goodbye: str,
) -> None:
    with mail_server() as running:
        running.goodbye = goodbye
        channel = MailChannel(Mailbox("127.0.0.1", running.port, "none", "k@example.com"))
        assert channel.send(leased(address="lin@example.com")) == Answer("accepted")
    assert len(running.mails) == 1


@pytest.mark.parametrize(
    ("alerts", "people"), [(1_000, 6), pytest.param(10_000, 40, marks=pytest.mark.soak)]
)
def test_many_alerts_to_many_people_keep_every_limit(
    own_database: StateDatabase, mails: MailServer, alerts: int, people: int
) -> None:
    mails.mails.clear()
    with (
        own_database.open() as state,
        vendor_servers(lambda: at_work.now) as vendors,
    ):
        settings = DeliverySettings.model_validate(
            {
                "channels": [
                    *({"channel": k, "kind": k, "url_env": "NOT_READ"} for k in KINDS),
                    {"channel": "mail", "kind": "smtp", "sender": "k@example.com"},
                ],
                "defaults": {"quiet": {"start": "00:00", "end": "00:00"}, "budget": 25},
                "people": [
                    {
                        "person": f"U{n}",
                        "channels": [*KINDS, "mail"],
                        "address": f"u{n}@example.com",
                    }
                    for n in range(people)
                ],
            }
        )
        at_work = World(state, {}, settings, START)
        box = Mailbox("127.0.0.1", mails.port, "none", "k@example.com")
        channels: dict[str, Channel] = {
            k: WebChannel(k, vendors.url(k), SECRET, True, lambda: at_work.now) for k in KINDS
        }
        at_work.channels = {**channels, "mail": MailChannel(box)}
        publish(state, "r1", accounts=alerts - 10 * people, people=people)
        later = START.date()
        publish(state, "r2", 10 * people, day=later, urgency="immediate", people=people)
        report = at_work.deliver(wait_s=24 * 3600)
    assert vendors.violations == []
    assert report.balance.matched == report.balance.delivered == alerts
    # One digest and, apart, one message of immediate alerts for each person on each channel.
    assert Counter(t.kind for t in vendors.taken) == dict.fromkeys(KINDS, 2 * people)
    assert len(mails.mails) == 2 * people
    assert report.messages == {"delivered": 7 * 2 * people}
    text = mails.mails[-1][1].get_content()
    assert "more accounts: keepwell alerts list" in text
