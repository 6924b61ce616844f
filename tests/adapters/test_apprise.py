"""Other services through Apprise, on a real server: unconfirmed, and no secret is told."""

import json
import logging
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from keepwell.adapters.channels import AppriseChannel
from keepwell.adapters.state import SqlOutboxStore
from keepwell.messages import DeliverySettings, Item, Message, apprise_form
from keepwell.ports import Leased
from outbox_world import World, publish
from state_databases import StateDatabase

NOW = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
TOKEN = "t0ken-of-these-tests"  # noqa: S105 - of these tests only


@dataclass
class Service:
    """A service on loopback; it answers as `status` and `headers` say, and remembers each call."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    port: int = 0
    taken: list[tuple[str, Any]] = field(default_factory=list)


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            running.taken.append((self.path, json.loads(body)))
            self.send_response(running.status)
            for name, value in running.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield running
        server.shutdown()


def channel(service: Service, *, allow_private: bool = True) -> AppriseChannel:
    url = f"json://127.0.0.1:{service.port}/hook/{TOKEN}"
    return AppriseChannel(url, allow_private)


def leased(items: int = 2) -> Leased:
    name, lines = "<!channel> @everyone *R&D*", ("健康分 41（低健康）", "建议：电话跟进" * 5)
    message = Message(
        "zh", "客户预警摘要", "按预计损失排序。",
        tuple(Item(f"{name} {n}", lines) for n in range(items)),
        0, "keepwell alerts list",
    )  # fmt: skip
    return Leased(1, "r1/digest/a/U1", "U1", "a", "digest", message, None, 1, NOW)


def test_what_a_service_took_is_accepted_and_unconfirmed_and_nothing_in_a_name_is_read(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = channel(service).send(leased())
    assert (answer.outcome, answer.is_confirmed) == ("accepted", False)
    assert answer.detail.startswith("unconfirmed: ")
    ((path, body),) = service.taken
    assert path.endswith(TOKEN)
    assert body["title"] == "客户预警摘要"
    assert "1. ＜!channel＞ ＠everyone ＊R&D＊ 0" in body["message"]
    assert not set("@<>*") & set(body["message"])
    # The address is a secret: nothing of it is logged or told.
    assert TOKEN not in caplog.text + answer.detail


def test_what_it_did_not_take_is_tried_again_without_a_secret_in_the_reason(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.status = 500
    with caplog.at_level(logging.DEBUG):
        answer = channel(service).send(leased())
    assert answer.outcome == "later"
    assert TOKEN not in caplog.text + answer.detail
    assert not logging.getLogger("apprise").disabled
    service.status, service.headers = 307, {"Location": f"http://127.0.0.1:{service.port}/x"}
    assert channel(service).send(leased()).outcome == "later"
    assert [path for path, _ in service.taken] == [f"/hook/{TOKEN}"] * 2


def test_addresses_that_are_none_or_lead_inside_are_refused_for_good(service: Service) -> None:
    inside = channel(service, allow_private=False).send(leased())
    assert inside.outcome == "refused"
    assert "inside your own network" in inside.detail
    unknown = AppriseChannel(f"nosuchservice://{TOKEN}", allow_private=True).send(leased())
    assert (unknown.outcome, TOKEN in unknown.detail) == ("refused", False)
    assert service.taken == []


@pytest.mark.parametrize(
    ("address", "called"),
    [
        (f"discord://{TOKEN}/of-discord", "discord.com"),
        ("json://nowhere.invalid/hook", "nowhere.invalid"),
        ("mailto://u:p@acme.invalid?smtp=mail.invalid", "mail.invalid"),
    ],
)
def test_only_a_host_is_looked_up_never_a_token_in_its_place(
    address: str, called: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def no_address(host: str, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(f"none of {host}")

    monkeypatch.setattr(socket, "getaddrinfo", no_address)
    answer = AppriseChannel(address, allow_private=False).send(leased())
    assert answer.outcome == "later"
    assert set(asked) == {called}
    assert called not in answer.detail
    assert TOKEN not in answer.detail


def test_the_link_of_a_project_stays_whole() -> None:
    link = "https://acme.example/alert_list?of=[me]"
    message = replace(leased().message, more=3, link=link)
    assert link in apprise_form(message)["body"]


def test_a_long_message_is_cut_to_what_the_smallest_service_bears() -> None:
    form = apprise_form(leased(80).message)
    assert len(f"{form['title']}\n{form['body']}".encode()) <= 1900
    assert "家客户未列出" in form["body"]


def test_the_outbox_marks_the_delivery_as_unconfirmed(
    service: Service, own_database: StateDatabase
) -> None:
    settings = DeliverySettings.model_validate(
        {
            "channels": [{"channel": "other", "kind": "apprise", "url_env": "X"}],
            "defaults": {"channels": ["other"]},
        }
    )
    with own_database.open() as state:
        publish(state, people=1)
        world = World(state, {"other": channel(service)}, settings)
        world.deliver()
        (message,) = SqlOutboxStore(state).messages()
    assert message.status == "delivered"
    assert message.last_error.startswith("unconfirmed: ")


def test_a_missing_package_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from keepwell.adapters.environment import require_driver
    from keepwell.vocabulary import InputProblem

    monkeypatch.setitem(sys.modules, "apprise", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(InputProblem, match="apprise") as missing:
        require_driver("apprise", "apprise")
    assert "keepwell[apprise]" in missing.value.cure
