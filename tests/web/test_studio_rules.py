"""The studios of triggers and plays: edits become files, versions can be taken back."""

import pytest
from fastapi import FastAPI

from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.trigger_library import load_triggers, shipped_triggers
from keepwell.ports.studio import text_hash
from keepwell.wiring.web_desk import WebDesk
from web.caller import HOST, Caller, let_in, signed_in
from web.studio_world import with_snapshot

Shop = tuple[FastAPI, WebDesk]
RULE = "/studio/triggers/health_low"
PLAY = "/studio/playbooks/alert_follow_up"
WORDS = {"title": "t", "reason": "r"}
EMPTY = {"text": "", "base": text_hash("")}
FIELDS = {
    "enter": "effective_tier = 'low' AND days_since_last_activity > 30",
    "leave": "effective_tier <> 'low'", "confirm_cycles": "2", "minimum_dwell_days": "5",
    "urgency": "immediate", "priority": "critical", "told_to": "", "play": "alert_follow_up",
    "cta": "", "is_on": "yes",
}  # fmt: skip


@pytest.fixture
def studio(shop: Shop) -> tuple[Caller, WebDesk]:
    app, desk = shop
    with_snapshot(desk)
    let_in(desk, "ops", "operations")
    return signed_in(app, "ops"), desk


def test_a_trigger_is_edited_previewed_published_and_taken_back(
    studio: tuple[Caller, WebDesk],
) -> None:
    ops, desk = studio
    assert "health_low" in ops.get("/studio/triggers").text
    assert ops.get(RULE).status_code == 200
    shown = ops.submit(f"{RULE}/preview", {**EMPTY, **FIELDS})
    assert "days_since_last_activity" in shown.text
    assert "alert problem" not in shown.text, shown.text
    assert not desk.project.layout.triggers.exists()
    done = ops.submit(f"{RULE}/publish", {**EMPTY, **FIELDS, **WORDS})
    assert (done.status_code, done.headers["location"]) == (303, f"{RULE}?done=published")
    own = next(t for t in load_triggers(desk.project.layout.triggers) if t.trigger == "health_low")
    assert (own.hysteresis.confirm_cycles, own.hysteresis.minimum_dwell_days) == (2, 5)
    assert (own.urgency, own.priority, own.cta, own.enter) == (
        "immediate", "critical", None, FIELDS["enter"],
    )  # fmt: skip
    first = ops.get("/api/v1/definitions/triggers.health_low/versions").json()["versions"][-1]
    text = (desk.project.layout.triggers / "health_low.yml").read_text("utf-8")
    back = {"base": text_hash(text), "reason": "r"}
    assert ops.submit(f"{RULE}/versions/{first['id']}", back).status_code == 303
    assert load_triggers(desk.project.layout.triggers) == load_triggers(None)


def test_a_trigger_that_reads_what_is_not_there_is_refused_with_the_name(
    studio: tuple[Caller, WebDesk],
) -> None:
    ops, desk = studio
    wrong = {**EMPTY, **FIELDS, **WORDS, "enter": "no_such_column > 3"}
    assert "no_such_column" in ops.submit(f"{RULE}/preview", wrong).text
    refused = ops.submit(f"{RULE}/publish", wrong)
    assert refused.status_code == 422
    assert "no_such_column" in refused.text
    late = ops.submit(f"{RULE}/publish", {**EMPTY, **FIELDS, **WORDS, "base": text_hash("x")})
    assert late.status_code == 409
    counted = {**EMPTY, **FIELDS, "confirm_cycles": "0"}
    assert "confirm_cycles" in ops.submit(f"{RULE}/preview", counted).text
    assert load_triggers(desk.project.layout.triggers) == load_triggers(None)


def test_an_own_file_of_triggers_keeps_its_comments_and_its_other_entries(
    studio: tuple[Caller, WebDesk],
) -> None:
    ops, desk = studio
    folder = desk.project.layout.triggers
    folder.mkdir()
    other = shipped_triggers()[1].model_dump(mode="json", exclude_defaults=True)
    text = (
        "# Ours.\ntriggers:\n  - trigger: health_falls # falls\n"
        "    title: {zh: a, en: b}\n    reason: {zh: a, en: b}\n"
        f'    enter: "{other["enter"]}"\n'
        f'    leave: "{other["leave"]}"\n'
    )
    (folder / "own.yml").write_text(text, "utf-8")
    sent = {"text": text, "base": text_hash(text), **FIELDS, **WORDS}
    sent |= {"enter": "score_change_30d <= -9", "leave": "score_change_30d > -3", "cta": "risk"}
    done = ops.submit("/studio/triggers/health_falls/publish", sent)
    assert done.status_code == 303, done.text
    written = (folder / "own.yml").read_text("utf-8")
    assert written.startswith("# Ours.\n")
    assert "# falls" in written
    assert "score_change_30d <= -9" in written


def test_steps_of_a_play_get_days_and_owners_or_are_left_out(
    studio: tuple[Caller, WebDesk],
) -> None:
    ops, desk = studio
    assert ops.get("/studio/playbooks").status_code == 200
    assert ops.get(PLAY).status_code == 200
    before = load_library().play("alert_follow_up")
    fields = {f"day:{s.step}": str(s.day) for s in before.steps}
    fields |= {f"owner:{s.step}": s.owner or "" for s in before.steps}
    fields |= {f"tiers:{s.step}": ", ".join(s.tiers) for s in before.steps}
    same = ops.submit(f"{PLAY}/publish", {**EMPTY, **fields, **WORDS})
    assert same.status_code == 422
    first, second = before.steps[0].step, before.steps[1].step
    fields |= {f"day:{first}": "1", f"owner:{first}": "cs_manager", f"drop:{second}": "yes"}
    assert "cs_manager" in ops.submit(f"{PLAY}/preview", {**EMPTY, **fields}).text
    done = ops.submit(f"{PLAY}/publish", {**EMPTY, **fields, **WORDS})
    assert done.status_code == 303, done.text
    after = load_library(desk.project.layout.playbooks).play("alert_follow_up")
    assert (after.steps[0].day, after.steps[0].owner) == (1, "cs_manager")
    assert [s.step for s in after.steps] == [s.step for s in before.steps if s.step != second]
    assert after.mail == before.mail
    strange = {**EMPTY, **fields, f"owner:{first}": "nobody_known"}
    assert "nobody_known" in ops.submit(f"{PLAY}/preview", strange).text


def test_programs_try_triggers_and_playbooks_as_text(studio: tuple[Caller, WebDesk]) -> None:
    ops, _ = studio
    word = {"Origin": HOST, "X-CSRF-Token": ops.csrf()}
    kinds = {d["kind"] for d in ops.get("/api/v1/definitions").json()["definitions"]}
    assert kinds == {"scorecard", "segments", "triggers", "playbooks"}
    place = "/api/v1/definitions/triggers.health_low"
    tried = ops.send("POST", f"{place}/preview", json={"text": "triggers: []\n"}, headers=word)
    assert tried.json()["today"]["alerts"] == {}
    wrong = ops.send("POST", f"{place}/preview", json={"text": "triggers: [1]\n"}, headers=word)
    assert wrong.status_code == 422
    play = "/api/v1/definitions/playbooks.alert_follow_up"
    gone = ops.send("POST", f"{play}/preview", json={"text": "plays: [{play: 3}]\n"}, headers=word)
    assert gone.status_code == 422
    assert ops.send("POST", f"{play}/preview", json={"text": ""}, headers=word).status_code == 200
