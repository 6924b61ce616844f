"""Journeys of the example company through the command line."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from e2e.company import AS_OF, copy_of, done, keepwell, refused
from keepwell.adapters.clock import FixedClock
from keepwell.wiring import Project, journey_desk
from keepwell.wiring.scheduling import perform
from state_databases import state_bytes, state_sql

LAST = date.fromisoformat(AS_OF)
pytestmark = pytest.mark.slow
SETTINGS = """
settings:
  stale_after_days: 36500
  mail: trial
  unsubscribe: "https://acme.example/o?t="
  quiet: {start: "00:00", end: "00:00", days_off: []}
  regions: [{region: APAC, lang: zh, time_zone: Asia/Shanghai}]
  words: {product_name: {zh: "云", en: "Cloud"}}
"""


@pytest.fixture
def project(demo: Path, tmp_path: Path) -> Path:
    """A project of its own whose mails are written to files."""
    copied = copy_of(demo, tmp_path / "acme")
    (copied / "journeys").mkdir()
    (copied / "journeys" / "own.yml").write_text(SETTINGS, "utf-8")
    (copied / "delivery.yml").write_text("channels: [{channel: trial, kind: file}]\n", "utf-8")
    return copied


def steps_of(found: dict[str, Any]) -> dict[str, int]:
    """Return the outcomes of all steps, summed."""
    total: dict[str, int] = {}
    for line in found["journeys"]:
        for counted in line["steps"].values():
            for label, n in counted.items():
                total[label] = total.get(label, 0) + n
    return total


def test_a_run_sends_what_the_preview_said_and_running_again_adds_nothing(
    project: Path, tmp_path: Path
) -> None:
    samples = tmp_path / "samples"
    seen = done("journeys", "preview", "-C", project, "--write", samples)
    foreseen = [c for steps in seen["sending"].values() for c in steps.values()]
    would = sum(c.get("would_send", 0) for c in foreseen)
    handed = sum(c.get("would_hand_over", 0) for c in foreseen)
    assert would > 10
    assert sum(c.get("capped", 0) for c in foreseen) > 0
    assert len(list(samples.glob("*-zh.html"))) == len(list(samples.glob("*-en.txt"))) > 5
    assert done("journeys", "list", "-C", project)["journeys"][0]["counts"] is None

    ran = done("journeys", "run", "-C", project)
    assert ran["held"] == ""
    assert ran["sent"]["attempts"] == {"delivered": would + handed}
    assert steps_of(ran) == steps_of(seen)
    files = list((project / ".keepwell" / "sent" / "trial").glob("*.txt"))
    assert len(files) == would
    assert len(done("journeys", "run", "-C", project)["sent"]["attempts"]) == 0
    texts = [f.read_text("utf-8") for f in files]
    assert any("您好" in t for t in texts)
    assert any("Hello" in t for t in texts)
    assert all("https://acme.example/o?t=" in t for t in texts)
    _holds_no_address(project)
    assert done("audit", "verify", "-C", project)["faults"] == []


def _holds_no_address(project: Path) -> None:
    exported = (project / "exports").glob("*ontact*.csv")
    known = {m.casefold() for f in exported for m in re.findall(r"[\w.+-]+@[\w.-]+", f.read_text())}
    assert len(known) > 100
    files = {f.name: f.read_bytes() for f in (project / ".keepwell" / "sent").rglob("*.*")}
    for name, kept in {"state": state_bytes(project), **files}.items():
        said = kept.decode("utf-8", "replace").casefold()
        assert not [a for a in known if a in said], name


def test_journeys_go_on_over_days_and_whoever_opted_out_gets_no_more(project: Path) -> None:
    def desk(days: int) -> Any:
        return journey_desk(Project(project, clock=FixedClock(LAST + timedelta(days=days))))

    desk(0).run()
    eighth = Project(project, clock=FixedClock(LAST + timedelta(days=8)))
    perform(eighth, "journeys", None)
    entries = {c.journey: c.steps for c in desk(8).counts()}
    assert entries["wake_up"]["welcome_back"]["shown"] > 0
    account = _account_with_feed(project)
    feed = done("journeys", "feed", account, "-C", project, "--lang", "zh")
    entry = feed["entries"][0]
    assert re.search(r"[一-鿿]", entry["title"])
    done("journeys", "feed", account, "-C", project, "--dismiss", entry["id"])
    assert done("journeys", "feed", account, "-C", project)["entries"] == feed["entries"][1:]
    assert refused("journeys", "feed", account, "-C", project, "--read", 10**6)["code"] == (
        "not_found"
    )
    text = next((project / ".keepwell" / "sent" / "trial").glob("*.txt")).read_text("utf-8")
    token = re.search(r"\?t=(\S+)", text)
    assert token is not None
    opted = done("journeys", "opt-out", "-C", project, "--token", token[1], "--by", "web")
    assert opted == {"changed": True, "undone": False}
    assert done("journeys", "opt-out", "-C", project)["suppressed"] == {"opted_out": 1}
    assert refused("journeys", "opt-out", "-C", project, "--token", "x", "--by", "web")["what"]
    assert refused("journeys", "opt-out", "-C", project, "--address", "a@b.c")["what"] == (
        "An opt-out needs a name."
    )


def _account_with_feed(project: Path) -> str:
    with state_sql(project) as state:
        return str(state.execute(text("SELECT account_id FROM feed_entries")).scalars().first())


def test_a_holdout_is_counted_and_content_is_explained(project: Path) -> None:
    text = (project / "journeys" / "own.yml").read_text("utf-8")
    shipped = keepwell("journeys", "show", "wake_up", "-C", project, "--lang", "zh")
    assert "days_since_last_login" in shipped.out
    own = """
journeys:
  - journey: wake_up
    title: {zh: "一", en: "a"}
    reason: {zh: "一", en: "a"}
    enter: "days_since_last_login >= 7"
    holdout_share: 0.5
    steps: [{step: tip, kind: feed, title: {zh: "一", en: "a"}, body: {zh: "二", en: "b"}}]
"""
    (project / "journeys" / "own.yml").write_text(text + own, "utf-8")
    ran = done("journeys", "run", "-C", project)
    line = next(j for j in ran["journeys"] if j["journey"] == "wake_up")
    groups = done("journeys", "holdout", "-C", project, "--subject", "journey:wake_up")
    arms: dict[str, int] = {}
    for group in groups["groups"]:
        arms[group["arm"]] = arms.get(group["arm"], 0) + group["accounts"]
    assert arms["held_out"] == line["held_out"] > 0
    assert arms["treated"] + arms.get("exempt", 0) == line["entered"]
    assert sum(arms.values()) == len(groups["accounts"])
    (effect,) = done("effect", "wake_up", "-C", project)["subjects"]
    assert (effect["subject"], effect["effects"]) == ("journey:wake_up", [])
    assert effect["waiting"] == effect["drawn"] == arms["held_out"] + arms["treated"]
    assert "还没有可以比较的客户" in keepwell("effect", "-C", project, "--lang", "zh").out
    assert refused("effect", "wake_upp", "-C", project)["code"] == "not_found"
    account = groups["accounts"][0]["assignment"]["account_id"]
    fitting = done("journeys", "content", "-C", project, "--account", account)
    assert fitting["content"][0]["why"]
    assert done("journeys", "content", "-C", project)["findings"] == []
    assert refused("journeys", "show", "wake_upp", "-C", project)["code"] == "not_found"
    said_in = {"list": "zh", "preview": "zh", "run": "en", "holdout": "zh", "content": "en"}
    for command, lang in said_in.items():
        said = keepwell("journeys", command, "-C", project, "--lang", lang)
        assert (said.code, said.err) == (0, ""), said


def test_old_data_and_a_missing_channel_move_nothing(project: Path) -> None:
    own = project / "journeys" / "own.yml"
    # Night all day long: mails are planned and wait.
    own.write_text(SETTINGS.replace('end: "00:00"', 'end: "23:59"'), "utf-8")
    assert done("journeys", "run", "-C", project)["applied"]["sends"] > 0
    own.write_text(SETTINGS.replace("36500", "7"), "utf-8")
    ran = done("journeys", "run", "-C", project)
    assert (ran["held"], ran["sent"]["attempts"]) == ("stale_snapshot", {})
    listed = done("journeys", "list", "-C", project)["journeys"]
    counts = [step for j in listed if j["counts"] for step in j["counts"]["steps"].values()]
    assert sum(step.get("pending", 0) for step in counts) > 0
    assert not any(label.startswith("withheld: contact_gone") for step in counts for label in step)
    own.write_text(SETTINGS.replace("  mail: trial\n", ""), "utf-8")
    ran = done("journeys", "run", "-C", project)
    assert {j["state"] for j in ran["journeys"]} == {"no_channel"}
    assert ran["applied"]["entered"] == 0
    own.write_text(SETTINGS.replace("trial", "post"), "utf-8")
    assert (
        "delivery.yml has `trial` of kind smtp or file"
        in (refused("journeys", "run", "-C", project)["what"])
    )
