"""The scorecard studio: what an edit would do, publishing it, rolling back, two people at once."""

import re

import pytest
from fastapi import FastAPI

from keepwell.adapters.state import SqlWarningStore
from keepwell.ports.studio import text_hash
from keepwell.wiring.web_desk import WebDesk
from web.caller import HOST, Caller, let_in, signed_in
from web.portfolio import CANARY
from web.studio_world import TEXT, with_snapshot

Shop = tuple[FastAPI, WebDesk]
PAGE = "/studio/scorecards/robust"
API = "/api/v1/definitions/scorecard.robust"
EDITED = TEXT.replace("weight: 60", "weight: 30")


@pytest.fixture
def studio(shop: Shop) -> tuple[Caller, WebDesk]:
    """Give an operator signed in to a project whose accounts were scored."""
    app, desk = shop
    with_snapshot(desk)
    let_in(desk, "ops", "operations")
    return signed_in(app, "ops"), desk


def form(**fields: str) -> dict[str, str]:
    return {"text": TEXT, "base": text_hash(TEXT), **fields}


def file_of(desk: WebDesk) -> str:
    return (desk.project.layout.scorecards / "robust.yml").read_text("utf-8")


def test_the_page_says_what_a_form_would_do_and_changes_nothing(
    studio: tuple[Caller, WebDesk],
) -> None:
    ops, desk = studio
    at_rest = ops.get(PAGE)
    assert at_rest.status_code == 200
    assert "Same as the definition in use" in at_rest.text or "与生效中的定义相同" in at_rest.text
    shown = ops.submit(f"{PAGE}/preview", form(**{"d:activity": "30", "c:high": "90"}))
    assert shown.status_code == 200
    assert re.search(r"60 → 30", shown.text)
    assert "<html" not in shown.text
    whole = ops.submit(PAGE, form(**{"d:activity": "30", "c:high": "90"}))
    assert "60 → 30" in whole.text
    assert 'id="publish"' in whole.text
    assert file_of(desk) == TEXT
    assert not ops.get(f"{API}/versions").json()["versions"]


def test_what_is_no_definition_is_said_with_its_line(studio: tuple[Caller, WebDesk]) -> None:
    ops, _ = studio
    wrong = ops.submit(f"{PAGE}/preview", form(**{"s:total_activities_30d": "{kind: circle}"}))
    assert wrong.status_code == 200
    assert "robust.yml:" in wrong.text
    assert "no number" in ops.submit(f"{PAGE}/preview", form(**{"d:activity": "many"})).text
    refused = ops.submit(
        f"{PAGE}/publish", form(**{"d:activity": "-3", "title": "t", "reason": "r"})
    )
    assert refused.status_code == 422
    assert 'value="t"' in refused.text


def test_publishing_writes_the_file_with_its_comments_and_rolling_back_restores_it(
    studio: tuple[Caller, WebDesk],
) -> None:
    ops, desk = studio
    nameless = ops.submit(f"{PAGE}/publish", form(**{"d:activity": "30"}))
    assert nameless.status_code == 422
    assert file_of(desk) == TEXT
    words = {"title": "Less <b>activity</b>", "reason": "Silence is no sign here"}
    done = ops.submit(f"{PAGE}/publish", form(**{"d:activity": "30"}, **words))
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?done=published")
    assert file_of(desk) == EDITED
    newest, found = ops.get(f"{API}/versions").json()["versions"]
    assert (newest["version"], newest["author"], newest["origin"]) == (2, "ops", "published")
    assert (found["version"], found["origin"]) == (1, "found")
    assert desk.project.state.scorecard_version("robust", 2).dimensions[0].weight == 30
    listed = ops.get(f"{PAGE}/versions").text
    assert "Less &lt;b&gt;activity&lt;/b&gt;" in listed
    assert "Silence is no sign here" in listed
    back = {"base": text_hash(EDITED), "reason": "It was one"}
    undone = ops.submit(f"{PAGE}/versions/{found['id']}", back)
    assert undone.status_code == 303
    assert file_of(desk) == TEXT
    assert [e["version"] for e in ops.get(f"{API}/versions").json()["versions"]] == [1, 2, 1]
    told = [(a.actor, a.action) for a in SqlWarningStore(desk.project.state).audit(20)]
    assert ("ops", "definition_published") in told
    assert ("ops", "definition_rolled_back") in told


def test_a_draft_over_a_newer_version_is_refused_with_what_changed(
    studio: tuple[Caller, WebDesk], shop: Shop
) -> None:
    ops, desk = studio
    let_in(desk, "ada", "admin")
    ada = signed_in(shop[0], "ada")
    assert ada.submit(f"{PAGE}/draft", form(**{"d:activity": "50"})).status_code == 303
    assert "ada" in ops.get(PAGE).text
    words = {"title": "t", "reason": "r"}
    assert ops.submit(f"{PAGE}/publish", form(**{"d:activity": "30"}, **words)).status_code == 303
    assert 'value="50"' in ada.get(PAGE).text
    late = ada.submit(f"{PAGE}/publish", form(**{"d:activity": "50"}, **words))
    assert late.status_code == 409
    assert "weight: 30" in late.text
    assert file_of(desk) == EDITED
    word = {"Origin": HOST, "X-CSRF-Token": ada.csrf()}
    wish = {"text": TEXT + "# x\n", "base": text_hash(TEXT), **words}
    refused = ada.send("POST", f"{API}/versions", json=wish, headers=word)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "overtaken")
    assert "+" in refused.json()["error"]["details"]["diff"]


def test_programs_try_publish_and_take_back(studio: tuple[Caller, WebDesk]) -> None:
    ops, desk = studio
    word = {"Origin": HOST, "X-CSRF-Token": ops.csrf()}
    listed = ops.get("/api/v1/definitions").json()["definitions"]
    assert [d["definition"] for d in listed if d["kind"] == "scorecard"] == ["scorecard.robust"]
    one = ops.get(API)
    assert one.json()["text"] == TEXT
    assert ops.get(API, headers={"If-None-Match": one.headers["etag"]}).status_code == 304
    tried = ops.send("POST", f"{API}/preview", json={"text": EDITED}, headers=word).json()
    assert tried["version"] == 2
    assert tried["trial"]["accounts"] == 61
    assert tried["changes"] == [
        {"kind": "dimension", "name": "activity", "before": "60", "after": "30"}
    ]
    moved = sum(
        f["accounts"] for f in tried["trial"]["flows"] if f["tier_before"] != f["tier_after"]
    )
    assert moved == tried["trial"]["moved"] > 0
    drafted = {"text": "no: card", "base": text_hash(TEXT)}
    assert ops.send("PUT", f"{API}/draft", json=drafted, headers=word).status_code == 200
    assert ops.send("DELETE", f"{API}/draft", headers=word).status_code == 200
    assert ops.send("DELETE", f"{API}/draft", headers=word).status_code == 404
    wish = {"text": EDITED, "base": text_hash(TEXT), "title": "t", "reason": "r"}
    for wrong in ({**drafted, "text": "a\x00"}, {**drafted, "base": "short"}):
        assert ops.send("PUT", f"{API}/draft", json=wrong, headers=word).status_code == 422
    for wrong in (
        {**wish, "title": "\x00"},
        {**wish, "text": TEXT + "\x00"},
        {**wish, "reason": " "},
    ):
        assert ops.send("POST", f"{API}/versions", json=wrong, headers=word).status_code == 422
    keyed = {**word, "Idempotency-Key": "k1"}
    made = ops.send("POST", f"{API}/versions", json=wish, headers=keyed)
    again = ops.send("POST", f"{API}/versions", json=wish, headers=keyed)
    assert (made.status_code, again.json()) == (201, made.json())
    first = ops.get(f"{API}/versions").json()["versions"][-1]["id"]
    assert ops.get(f"{API}/versions/{first}").json()["diff"]
    back = {"base": text_hash(EDITED), "reason": "r"}
    taken = ops.send("POST", f"{API}/versions/{first}/rollback", json=back, headers=word)
    assert (taken.status_code, taken.json()["origin"]) == (201, "rolled_back")
    assert file_of(desk) == TEXT
    for missing in ("scorecard.none", "triggers.", "x", "playbooks.../etc"):
        assert ops.get(f"/api/v1/definitions/{missing}").status_code == 404, missing


def test_a_file_that_cannot_be_written_leaves_no_version(
    studio: tuple[Caller, WebDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    ops, desk = studio

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    words = {"title": "t", "reason": "r"}
    answer = ops.submit(f"{PAGE}/publish", form(**{"d:activity": "30"}, **words))
    assert answer.status_code == 503
    assert file_of(desk) == TEXT
    assert not ops.get(f"{API}/versions").json()["versions"]
    assert desk.project.state.fitted_scorecard("robust").version == 1  # type: ignore[union-attr]


def test_a_preview_counts_and_names_only_accounts_in_sight(
    studio: tuple[Caller, WebDesk],
) -> None:
    _, desk = studio
    from keepwell.ports.pages import Scope
    from keepwell.wiring.studio_cards import CardStudio
    from keepwell.wiring.studio_desk import StudioDesk

    cards = CardStudio(StudioDesk(desk))
    lower = TEXT + "tiers: [{tier: high, min: 2}, {tier: medium, min: 1}, {tier: low, min: 0}]\n"
    everything = cards.preview("robust", lower, Scope(None)).trial
    mine = cards.preview("robust", lower, Scope(("U1",))).trial
    assert (everything.accounts, mine.accounts) == (61, 60)
    assert CANARY in {m.account_id for m in everything.movers}
    assert CANARY not in repr(mine)
    assert cards.preview("robust", lower, Scope(())).trial.moved == 0
