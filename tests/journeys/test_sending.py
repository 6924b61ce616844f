"""Mails and calls through real servers on loopback, and who is written to."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from channel_servers import SECRET, mail_server, vendor_servers
from journeys.world import START, World, two_mails
from keepwell.adapters.channels.journey import (
    JourneyCalls,
    JourneyCtas,
    JourneyFiles,
    JourneyMailbox,
)
from keepwell.adapters.channels.mail import Mailbox
from keepwell.adapters.channels.web import WebChannel
from keepwell.adapters.state import SqlActionStore, SqlStateStore
from keepwell.journeys import (
    ContactRow,
    JourneySettings,
    contact_for,
    hash_of_token,
    place_of,
    says_mailbox_is_gone,
)
from keepwell.ports.actions import CtaFilter
from state_databases import StateDatabase

SETTINGS = JourneySettings.model_validate(
    {
        "quiet": {"start": "00:00", "end": "00:00", "days_off": []},
        "unsubscribe": "https://e.example/o?t=",
        "words": {"product_name": {"zh": "云", "en": "Cloud"}},
    }
)


@pytest.fixture
def state(own_database: StateDatabase) -> Iterator[SqlStateStore]:
    with own_database.open() as opened:
        yield opened


def test_a_mail_carries_both_forms_and_two_ways_out(state: SqlStateStore) -> None:
    with mail_server() as server:
        box = Mailbox("127.0.0.1", server.port, "none", "Team <team@example.com>")
        world = World(state, (two_mails("j"),), {"A": "li@example.com"}, SETTINGS)
        world.mailer = JourneyMailbox(box)
        world.run()
        world.run()
    ((to, mail),) = server.mails
    assert to == "li@example.com"
    assert [p.get_content_type() for p in mail.walk()][1:] == ["text/plain", "text/html"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(mail["List-Unsubscribe"]).strip("<>")
    # Programs that offer to unsubscribe read the bytes: an encoded word is no address to them.
    assert dict(mail.raw_items())["List-Unsubscribe"].strip() == f"<{link}>"
    plain = mail.get_body(("plain",))
    page = mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert link in plain.get_content()
    assert link in page.get_content()
    token = link.partition("t=")[2]
    hashed = hash_of_token(token, world.store.salt())
    assert hashed is not None
    world.store.suppress(hashed, "opted_out", by="li", at=world.now, source="token")
    world.pass_days(10)
    world.run()
    assert len(server.mails) == 1


def test_a_server_that_refuses_a_mailbox_ends_it_and_one_that_is_busy_is_asked_again(
    state: SqlStateStore,
) -> None:
    with mail_server() as server:
        people = {"A": "gone@example.com", "B": "busy@example.com"}
        world = World(state, (two_mails("j"),), people, SETTINGS)
        world.mailer = JourneyMailbox(Mailbox("127.0.0.1", server.port, "none", "t@example.com"))
        world.plan()
        report = world.send()
    assert report.attempts == {"dead": 1, "pending": 1}
    assert world.store.suppressed() == {"bounced": 1}
    assert report.waiting_until is not None
    assert report.waiting_until - START < timedelta(minutes=1)
    with state.session() as session:
        errors = session.connection().exec_driver_sql("SELECT last_error FROM journey_sends")
        assert "example.com" not in str(errors.all())


@pytest.mark.parametrize(
    "address", ["li@example.com\r\nBcc: x@e.com", "a@b,c@d", "<x>@e.com", "none", "a b@e.com"]
)
def test_an_address_that_is_none_never_reaches_a_server(address: str, state: SqlStateStore) -> None:
    with mail_server() as server:
        world = World(state, (two_mails("j"),), {"A": address}, SETTINGS)
        world.mailer = JourneyMailbox(Mailbox("127.0.0.1", server.port, "none", "t@example.com"))
        world.run()
    assert server.mails == []
    assert world.store.counts()[0].steps["first"] == {"dead: refused": 1}


def test_a_webhook_step_is_signed_and_names_the_account_only(state: SqlStateStore) -> None:
    step = {"step": "call", "kind": "webhook", "event": "stuck",
            "fields": ["product_name", "account_name"]}  # fmt: skip
    with vendor_servers(lambda: START) as vendors:
        channel = WebChannel("webhook", vendors.url("webhook"), SECRET, True, lambda: START)
        calls = JourneyCalls(channel, SETTINGS)
        world = World(
            state,
            (two_mails("j", steps=[step]),),
            {"A": "li@example.com"},
            SETTINGS,
            callers={"webhook": calls},
        )
        vendors.script["webhook"] = [(503, {}, b"busy")]
        world.plan()
        assert world.send().attempts == {"pending": 1}
        world.now += timedelta(minutes=1)
        world.send()
    (call,) = vendors.taken
    assert vendors.violations == []
    assert call.json["event"] == "stuck"
    assert call.json["account_id"] == "A"
    assert call.json["fields"] == {"product_name": "Cloud", "account_name": None}
    assert b"example.com" not in call.body


def test_a_hand_over_becomes_one_call_to_action_of_the_csm(state: SqlStateStore) -> None:
    step = {"step": "person", "kind": "cta", "type": "renewal", "due_days": 3,
            "title": {"zh": "联系", "en": "Get in touch"},
            "reason": {"zh": "因为", "en": "because"}}  # fmt: skip
    ctas = JourneyCtas(SqlActionStore(state), {"A": "U7"}, lambda: START)
    journeys = (two_mails("j", steps=[step]), two_mails("k", steps=[step]))
    world = World(state, journeys, {"A": "x@y.z"}, SETTINGS, callers={"cta": ctas})
    world.run()
    world.run()
    (found,) = SqlActionStore(state).ctas(CtaFilter(account_id="A"))
    assert (found.owner, found.type, found.reason) == ("U7", "renewal", "Get in touch")
    assert (found.source, found.ref) == ("journey", "j:2026-11-02:A/person")
    assert found.due_on == START.date() + timedelta(days=3)
    assert world.store.counts()[1].steps["person"] == {"delivered": 1}


def test_a_trial_writes_files_without_the_address(state: SqlStateStore, tmp_path: Path) -> None:
    world = World(state, (two_mails("j"),), {"A": "li@example.com"}, SETTINGS)
    world.mailer = JourneyFiles(tmp_path / "sent")
    world.run()
    files = sorted((tmp_path / "sent").iterdir())
    assert [f.suffix for f in files] == [".html", ".txt"]
    assert all("li@example.com" not in f.read_text("utf-8") for f in files)


def test_the_recipient_is_chosen_by_role_then_by_id_and_every_refusal_has_its_reason() -> None:
    def row(name: str | None = "C1", **more: object) -> ContactRow:
        parts: dict[str, object] = {
            "contact_id": name,
            "has_email": True,
            "is_role_address": False,
            "role": None,
            "is_active": True,
        }
        return ContactRow(**{**parts, **more})  # type: ignore[arg-type]

    settings = JourneySettings.model_validate({"roles": ["admin", "user"]})
    some = [row("C3"), row("C2", role="user"), row("C9", role="admin"), row("C1")]
    assert contact_for(some, settings) == ("C9", "")
    assert contact_for(some[::-1], JourneySettings()) == ("C1", "")
    reasons = [
        ([], "no_contact"),
        ([row(has_email=False)], "no_email"),
        ([row(is_active=False)], "no_active_contact"),
        ([row(is_role_address=True)], "role_address_only"),
        ([row(None)], "no_contact_id"),
    ]
    assert [contact_for(rows, settings)[1] for rows, _ in reasons] == [why for _, why in reasons]
    open_ = JourneySettings(to_role_addresses=True)
    assert contact_for([row(is_role_address=True)], open_) == ("C1", "")


def test_a_region_brings_its_language_zone_and_holidays() -> None:
    settings = JourneySettings.model_validate(
        {
            "quiet": {"holidays": ["2027-01-01"]},
            "regions": [
                {"region": "华东", "lang": "zh", "time_zone": "Asia/Shanghai",
                 "holidays": ["2027-02-06"]}
            ],
        }
    )  # fmt: skip
    there = place_of("华东", settings, "en", "UTC")
    assert (there.lang, there.time_zone, len(there.quiet.holidays)) == ("zh", "Asia/Shanghai", 2)
    other = place_of(None, settings, "en", "UTC")
    assert (other.lang, other.time_zone, len(other.quiet.holidays)) == ("en", "UTC", 1)


@pytest.mark.parametrize(
    ("answer", "is_gone"),
    [
        ("550 no such user", True),
        ("550 5.1.1 unknown", True),
        ("553 5.1.3 bad address", True),
        ("550 5.7.1 rejected as spam", False),
        ("552 5.2.2 mailbox full", False),
        ("450 4.1.1 later", False),
        ("554 no", False),
    ],
)
def test_only_a_mailbox_that_does_not_exist_is_suppressed(answer: str, is_gone: bool) -> None:
    assert says_mailbox_is_gone(answer) is is_gone
