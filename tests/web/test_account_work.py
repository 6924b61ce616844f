"""Notes, contacts, records and CTAs on an account's page; accounts whose id holds a slash."""

import json
from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from keepwell.adapters.state import SqlAccountNotes, SqlContacts, traces_of
from keepwell.adapters.state.privacy_store import SqlPrivacyStore
from keepwell.ports.account_notes import Contact, NoteDraft
from keepwell.ports.pages import Scope, StagedPages
from keepwell.web.pictures_time import time_line
from keepwell.wiring.account_view import account_view
from keepwell.wiring.account_work import AccountWork
from keepwell.wiring.web_desk import WebDesk
from keepwell.wiring.web_people import acting_desk
from state_databases import StateDatabase
from web.caller import Caller, let_in, signed_in, with_token
from web.portfolio import AS_OF, AT, CANARY, account, header, rows

Shop = tuple[FastAPI, WebDesk]
DRAFT = NoteDraft("call", AS_OF, "They want a review")


def csm(shop: Shop, login: str = "one") -> Caller:
    let_in(shop[1], login, "csm", ("U1",))
    return signed_in(shop[0], login)


def person(name: str, account_id: str = "A003", *, is_active: bool | None = True) -> Contact:
    return Contact(account_id, f"c-{name}", name, "CFO", "buyer", is_active)


def test_a_note_is_written_changed_and_dropped_by_its_author_alone(
    state_database: StateDatabase,
) -> None:
    with state_database.open() as state:
        store = SqlAccountNotes(state)
        made = store.add("A1", DRAFT, by="lu", at=AT)
        assert store.notes("A1", 10) == (made,)
        for who, where in (("ada", "A1"), ("lu", "A2")):
            with pytest.raises(Exception, match="no note"):
                store.change(where, made.id, DRAFT, by=who, at=AT)
            with pytest.raises(Exception, match="no note"):
                store.drop(where, made.id, by=who, at=AT)
        changed = store.change("A1", made.id, NoteDraft("note", AS_OF, "Else"), by="lu", at=AT)
        assert (changed.text, changed.kind, changed.changed_at) == ("Else", "note", AT)
        store.drop("A1", made.id, by="lu", at=AT)
        assert store.notes("A1", 10) == ()
        with state.session() as session:
            log = [r[0] for r in session.execute(text("SELECT details FROM audit_log"))]
        assert [json.loads(d)["note"] for d in log] == [made.id] * 3
        assert not any("review" in d or "Else" in d for d in log)


def test_contacts_are_those_of_the_last_import_that_came_whole(
    state_database: StateDatabase,
) -> None:
    with state_database.open() as state:
        store = SqlContacts(state)
        store.replace("i1", [[person("Ann"), person("Old", is_active=False)], [person("Bo", "A2")]])
        store.replace("i2", [[person("Old", is_active=False), person("Zoe")]])
        assert [c.name for c in store.of_account("A003", 9)] == ["Zoe", "Old"]
        assert store.of_account("A2", 9) == ()
        assert store.import_id() == "i2"

        def broken() -> list[list[Contact]]:
            raise OSError("away")

        with pytest.raises(OSError, match="away"):
            store.replace("i3", (part for part in broken()))
        assert [c.name for c in store.of_account("A003", 9)] == ["Zoe", "Old"]
        assert SqlPrivacyStore(state).erase(["c-Zoe"], "erased-1", by="ada", at=AT) == 1
        assert [c.name for c in store.of_account("A003", 9)] == ["Old"]


def test_notes_and_contacts_stand_on_the_page_and_are_text(shop: Shop) -> None:
    one, desk = csm(shop), shop[1]
    SqlContacts(desk.project.state).replace("i", [[person("<b>Ann</b>"), person("Bo", CANARY)]])
    sent = one.submit("/accounts/A003/notes", {"kind": "call", "text": "<script>x</script>\nok"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/accounts/A003#notes")
    page = one.get("/accounts/A003").text
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script>x" not in page
    assert "&lt;b&gt;Ann&lt;/b&gt;" in page
    assert "Bo@x" not in page
    one.submit("/accounts/A003/notes/1", {"deed": "drop"})
    assert "script&gt;x" not in one.get("/accounts/A003").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"text": "  "}, "says something"),
        ({"text": "x", "kind": "dance"}, "kind of note"),
        ({"text": "x", "on": "2999-01-01"}, "has not been yet"),
    ],
)
def test_a_note_that_cannot_be_is_refused(shop: Shop, form: dict[str, str], said: str) -> None:
    answer = csm(shop).submit("/accounts/A003/notes", form)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_note_and_a_cta_over_the_api_once_for_each_key(shop: Shop) -> None:
    app, desk = shop
    let_in(desk, "robot", "api", ("U1",))
    robot = with_token(app, desk.add_token("robot", "t", ("read", "write"), 9, by="t")[1])
    for _ in range(2):
        made = robot.post(
            "/api/v1/accounts/A004/notes",
            content=json.dumps({"text": "Hello", "kind": "meeting", "on": "2026-01-05"}),
            headers={"Idempotency-Key": "k1", "Content-Type": "application/json"},
        )
        assert made.status_code == 200, made.text
    (note,) = robot.get("/api/v1/accounts/A004/notes").json()["notes"]
    assert (note["text"], note["on"], note["author"]) == ("Hello", "2026-01-05", "robot")
    wish = {"reason": "Send the offer", "priority": "high"}
    opened = robot.send("POST", "/api/v1/accounts/A004/ctas", json=wish).json()
    assert acting_desk(desk).show(opened["cta_id"]).cta.facts["effective_tier"] == "medium"
    assert "Send the offer" in csm(shop).get("/accounts/A004").text
    hidden = robot.send("POST", f"/api/v1/accounts/{CANARY}/ctas", json=wish)
    assert hidden.status_code == 404


def test_an_account_whose_id_holds_slashes_has_its_pages(shop: Shop) -> None:
    one, desk = csm(shop), shop[1]
    made = account(80, "U1", "low", account_id="EU/2026/7", name="Slash")
    desk.pages.replace(StagedPages(header("r9"), [*rows(), made]))
    listed = one.get("/accounts?q=slash").text
    assert 'href="/accounts/EU/2026/7"' in listed
    for at in ("/accounts/EU/2026/7", "/accounts/EU%2F2026%2F7"):
        assert "<h1>Slash</h1>" in one.get(at).text
        assert one.get(f"/api/v1{at}").json()["account"]["name"] == "Slash"
    sent = one.submit("/accounts/EU%2F2026%2F7/notes", {"text": "Here"})
    assert one.get(sent.headers["location"]).text.count("Here") >= 1
    assert len(one.get("/api/v1/accounts/EU/2026/7/notes").json()["notes"]) == 1
    assert one.get("/accounts/EU/2026/8").status_code == 404


def test_the_line_breaks_where_another_version_of_the_scorecard_begins(shop: Shop) -> None:
    found = account_view(shop[1], Scope(None), "A003")
    points = [(date(2026, 10, 4), 80.0), (date(2026, 10, 11), 70.0), (date(2026, 10, 25), 60.0)]
    plain = time_line(points, found, AccountWork((), (), ()), 500)
    assert len(plain.lines) == 1
    versions = ((date(2026, 1, 1), 1), (date(2026, 10, 20), 2), (date(2026, 12, 1), 3))
    note = SqlAccountNotes(shop[1].project.state).add(
        "A003", NoteDraft("call", date(2026, 10, 11), "x"), by="a", at=AT
    )
    drawn = time_line(points, found, AccountWork((note,), (), versions), 500)
    assert [(v.name, v.day) for v in drawn.versions] == [("v2", date(2026, 10, 20))]
    assert [len(piece.split()) for piece in drawn.lines] == [2, 1]
    assert drawn.notes[0].x == drawn.dots[1][0]
    assert drawn.height > plain.height


def test_a_page_knows_which_tables_have_rows_about_its_account(shop: Shop) -> None:
    state = shop[1].project.state
    before = traces_of(state, "A003")
    assert not before & {"notes", "plans", "stages"}
    SqlAccountNotes(state).add("A003", DRAFT, by="a", at=AT)
    assert traces_of(state, "A003") == before | {"notes"}
    assert traces_of(state, "nobody") == frozenset()
