"""The early-warning loop over days: a baseline, quiet days, faults, holds and verdicts."""

import csv
import shutil
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Date, bindparam, text

from e2e.company import AS_OF, copy_of, done, edit, exported, keepwell, refused
from keepwell.adapters.clock import FixedClock
from keepwell.messages import Silence
from keepwell.runs.run import RunReport
from keepwell.vocabulary import InputProblem, SourceRejected
from keepwell.wiring import Project, alert_desk, mail_desk
from state_databases import state_sql

LAST = date.fromisoformat(AS_OF)
pytestmark = pytest.mark.slow


def on(project: Path, day: date) -> Project:
    """Return the project on a day of its own."""
    return Project(project, clock=FixedClock(day))


def ran(project: Path, day: date) -> RunReport:
    """Run the project on a day, as its daily schedule would."""
    return on(project, day).run(day)


@pytest.fixture(scope="module")
def week(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has run on three days. Not to be changed."""
    project = copy_of(demo, tmp_path_factory.mktemp("week") / "acme")
    _remove(project / ".keepwell")
    for back in (2, 1, 0):
        ran(project, LAST - timedelta(days=back))
    return project


def _remove(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


def statuses(project: Path) -> dict[str, int]:
    """Return how many alerts stand in each status."""
    found: dict[str, int] = done("alerts", "list", "-C", project)["counts"]
    return found


def matched(project: Path) -> int:
    """Return how many alerts the database holds in all."""
    with state_sql(project) as state:
        return int(state.execute(text("SELECT count(*) FROM alerts")).scalar_one())


def test_the_first_day_is_a_baseline_and_later_days_tell_only_news(week: Path) -> None:
    gates = done("alerts", "gates", "-C", week)["gates"]
    assert [g["gate"]["kind"] for g in gates] == ["open", "open", "baseline"]
    counts = statuses(week)
    assert counts["baseline"] > 20
    assert 0 < counts.get("pending", 0) < counts["baseline"] / 2
    assert sum(counts.values()) == matched(week)
    work = done("cta", "list", "--limit", "5000", "-C", week)["ctas"]
    baseline = Counter(c["owner"] for c in work if c["opened_on"] == gates[2]["run_id"][:10])
    assert 20 < sum(baseline.values()) <= 200
    assert max(baseline.values()) <= 10
    assert all(c["alerts"] and c["signal"] == "on" for c in work if c["state"]["status"] == "new")
    kinds = [(c["account_id"], c["type"], c["reason"]) for c in work]
    assert len(kinds) == len(set(kinds))
    assert {c["due_on"] > c["opened_on"] for c in work} == {True}


def test_people_work_on_ctas_and_every_task_is_accounted_for(week: Path, tmp_path: Path) -> None:
    project, who = copy_of(week, tmp_path / "acme"), ("--by", "Lin")
    first, second = done("cta", "list", "--limit", "2", "-C", project)["ctas"]
    shown = done("cta", "show", first["id"], "-C", project)
    assert [e["move"] for e in shown["events"]] == ["opened"]
    task = shown["tasks"][0]["id"]
    done("plays", "step", task, "done", *who, "-C", project)
    again = refused("plays", "step", task, "skip", "--reason", "no", *who, "-C", project)
    assert "Legal now: reopen" in again["cure"]
    slip = refused("cta", "assign", first["id"], "Wuu", *who, "-C", project)
    assert slip["what"] == "There is no person `Wuu`."
    (project / "team.yml").write_text("people: [{person: Wu}]\n", encoding="utf-8")
    slip = refused("cta", "assign", first["id"], "Wuu", *who, "-C", project)
    assert "Did you mean `Wu`?" in slip["cure"]
    done("cta", "assign", first["id"], "Wu", *who, "-C", project)
    closing = ("--outcome", "resolved", "--note", "they called back")
    done("cta", "done", first["id"], *closing, *who, "-C", project)
    moves = [e["move"] for e in done("cta", "show", first["id"], "-C", project)["events"]]
    assert moves == ["opened", "start", "task_done", "assign", "done"]
    tasks = done("cta", "show", first["id"], "-C", project)["tasks"]
    assert Counter(t["status"] for t in tasks) == {"done": 1, "cancelled": len(tasks) - 1}
    illegal = refused("cta", "start", first["id"], *who, "-C", project)
    assert illegal["cure"] == "Legal now: reopen."
    asked = ("--type", second["type"], "--reason", second["reason"])
    twin = refused("cta", "add", second["account_id"], *asked, *who, "-C", project)
    assert f"CTA {second['id']} is open" in twin["what"]
    grown = ("--type", "growth", "--reason", "asked for more", "--play", "value_workshop")
    made = done("cta", "add", second["account_id"], *grown, *who, "-C", project)["cta"]
    (play,) = [
        p for p in done("plays", "list", "-C", project)["plays"] if p["cta_id"] == made["id"]
    ]
    assert play["tasks"]["open"] == 3
    alerts = done("alerts", "list", "--limit", "5000", "-C", project)["alerts"]
    over = next(a["id"] for a in alerts if a["ended_on"])
    late = refused("cta", "add", "--alert", over, *who, "-C", project)
    assert f"Alert {over} has been over since" in late["what"]
    stopped = done("plays", "stop", play["id"], "--reason", "later", *who, "-C", project)["play"]
    assert (stopped["status"], stopped["tasks"]["cancelled"]) == ("stopped", 3)
    assert done("audit", "verify", "-C", project)["faults"] == []
    said = keepwell("cta", "show", first["id"], "--lang", "zh", "-C", project).out
    assert "状态: 已完成 (已解决)" in said
    assert "they called back" in said
    for told in ("更换负责人", "任务完成", "之前：待办", "来源：预警"):
        assert told in said


def test_a_day_that_is_run_again_adds_no_alert(week: Path, tmp_path: Path) -> None:
    project = copy_of(week, tmp_path / "acme")
    before, ctas = matched(project), rows(project, "SELECT * FROM ctas")
    on(project, LAST).run(LAST, refit=False)
    assert matched(project) == before
    assert rows(project, "SELECT * FROM ctas") == ctas


def test_an_alert_explains_itself_in_both_languages(week: Path) -> None:
    alert = done("alerts", "list", "-C", week, "--status", "pending")["alerts"][0]
    shown = done("alerts", "explain", alert["id"], "-C", week)
    assert shown["alert"]["facts"]["account_id"] == alert["account_id"]
    assert shown["trigger"]["trigger"] == alert["trigger"]
    zh = keepwell("alerts", "explain", alert["id"], "-C", week, "--lang", "zh").out
    assert "触发条件" in zh
    assert shown["trigger"]["reason"]["zh"][:8] in zh
    work = done("cta", "list", "--limit", "1", "-C", week)["ctas"][0]
    mine = done("alerts", "list", "--account", work["account_id"], "-C", week)["alerts"]
    answered = next(a for a in mine if a["key"] in work["alerts"])
    assert done("alerts", "explain", answered["id"], "-C", week)["cta"]["id"] == work["id"]
    # No data of a person leaves with an alert.
    assert "@" not in str(shown["alert"]["facts"])
    error = refused("alerts", "explain", 999_999, "-C", week)
    assert "alerts list" in error["cure"]


def test_history_shows_every_day_of_an_account(week: Path) -> None:
    alert = done("alerts", "list", "-C", week, "--status", "pending")["alerts"][0]
    shown = done("history", alert["account_id"], "-C", week)
    assert [p["as_of"] for p in shown["points"]] == [
        (LAST - timedelta(days=back)).isoformat() for back in (2, 1, 0)
    ]
    for earlier, later in zip(shown["points"], shown["points"][1:], strict=False):
        assert later["change_micro"] == later["score_micro"] - earlier["score_micro"]
    assert alert["id"] in [a["id"] for a in shown["alerts"]]
    (turned,) = [
        t["transition"]
        for t in shown["transitions"]
        if (t["as_of"], t["transition"]["name"]) == (alert["as_of"], alert["trigger"])
    ]
    assert (turned["before"], turned["after"]) == ("off", "on")
    split = turned["split"]
    assert sum(split.values()) == turned["after_micro"] - turned["before_micro"]
    for lang, words in (("zh", "变化原因"), ("en", "cause: ")):
        assert words in keepwell("history", alert["account_id"], "-C", week, "--lang", lang).out
    assert "No snapshot holds" in refused("history", "nobody", "-C", week)["what"]


def test_every_change_of_tier_has_a_cause_that_sums_to_the_change(week: Path) -> None:
    found = rows(week, "SELECT * FROM transitions WHERE kind = 'tier'")
    assert len(found) > 1
    assert {r["cause"] for r in found} == {"customer"}
    for r in found:
        parts = r["customer_micro"] + r["data_micro"] + r["definition_micro"]
        assert parts == r["after_micro"] - r["before_micro"]
        assert (r["data_micro"], r["definition_micro"]) == (0, 0)


def test_rows_that_come_late_and_overrides_are_told_from_the_customer(
    week: Path, tmp_path: Path
) -> None:
    project = copy_of(week, tmp_path / "acme")
    low = [r for r in exported(week, "scores", tmp_path) if r["tier"] == "low"]
    low.sort(key=lambda r: -int(r["score_micro"]))
    quiet, pinned = low[0]["account_id"], low[-1]["account_id"]
    tasks = project / "exports" / "Task.csv"
    with tasks.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            (f"late{n}", quiet, "Meeting", "success", LAST - timedelta(days=1 + n % 20))
            for n in range(40)
        )
    on(project, LAST).set_override(pinned, "high", "met", "Lin", LAST + timedelta(days=90))
    ran(project, LAST + timedelta(days=1))
    found = rows(project, "SELECT * FROM transitions WHERE kind = 'tier' ORDER BY as_of")
    causes = {r["account_id"]: r["cause"] for r in found}
    assert (causes[quiet], causes[pinned]) == ("data", "manual")
    (late,) = [r for r in found if r["account_id"] == quiet and r["cause"] == "data"]
    assert late["data_micro"] > late["customer_micro"]


def test_people_are_told_once_and_every_alert_is_accounted_for(week: Path, tmp_path: Path) -> None:
    project = copy_of(week, tmp_path / "acme")
    shown = done("alerts", "deliver", "--init", "-C", project)
    assert "already" in refused("alerts", "deliver", "--init", "-C", project)["what"]
    unchanged = Path(shown["written"]).read_text("utf-8")
    settings = "\nchannels: [{channel: trial, kind: file}]\ndefaults:\n  budget: 2\n"
    quiet = '  channels: [inapp, trial]\n  quiet: {start: "00:00", end: "00:00", days_off: []}\n'
    (project / "delivery.yml").write_text(settings + quiet, "utf-8")
    before = statuses(project)
    report = done("alerts", "deliver", "-C", project)
    assert report["attempts"] == {"delivered": report["planned"]}
    assert report["balance"]["faults"] == []
    assert (
        report["balance"]["matched"]
        == matched(project)
        == statuses(project)["delivered"] + (before.get("superseded", 0))
    )
    messages = done("alerts", "outbox", "-C", project)["messages"]
    groups = [(m["batch"], m["kind"], m["person"], m["channel"]) for m in messages]
    assert len(groups) == len(set(groups)) == report["planned"]
    assert len(list((project / ".keepwell" / "sent" / "trial").iterdir())) == len(groups) / 2
    told = next(m for m in messages if m["kind"] == "baseline")
    zh = keepwell("alerts", "inbox", told["person"], "-C", project, "--lang", "zh").out
    assert "Baseline: " in zh
    assert done("alerts", "deliver", "-C", project)["planned"] == 0
    alert = done("alerts", "list", "-C", project, "--limit", 1)["alerts"][0]
    assert "told " in keepwell("alerts", "explain", alert["id"], "-C", project).out
    assert done("alerts", "ack", alert["id"], "--by", "Lin", "-C", project)["alert"] == alert["id"]
    assert "channels: []" in unchanged


def test_a_silence_has_a_reason_a_name_and_an_end(week: Path, tmp_path: Path) -> None:
    project = copy_of(week, tmp_path / "acme")
    words = ("alerts", "silence", "-C", project)
    late = (LAST + timedelta(days=400)).isoformat()
    for given, said in (
        (("--until", late, "--trigger", "health_low"), "would last until"),
        (("--until", "soon"), "not a date"),
        (("--account", "A"), "needs a last day"),
        ((1,), "needs a last day"),
    ):
        assert said in refused(*words, *given, "--reason", "r", "--by", "Lin")["what"]
    desk = mail_desk(on(project, LAST))
    for silence, by, said in (
        (Silence(0, None, "health_low", None, LAST, " "), "Lin", "a reason"),
        (Silence(0, None, None, None, LAST, "noise"), "Lin", "something to be silent"),
    ):
        with pytest.raises(InputProblem, match=said):
            desk.silence(silence, by)
    for silence, cure in (
        (Silence(0, None, "health_lo", None, LAST, "noise"), "`health_low`"),
        (Silence(0, "A0000O01", None, None, LAST, "noise"), "Did you mean `A"),
        (Silence(0, None, None, "operation", LAST, "noise"), "`operations`"),
    ):
        with pytest.raises(InputProblem, match="There is no") as problem:
            desk.silence(silence, "Lin")
        assert cure in problem.value.cure
    desk.silence(Silence(0, None, "health_low", None, LAST, "noise"), "Lin")
    report = desk.deliver()
    assert report.silenced == report.balance.suppressed > 0
    assert desk.silences()[0].reason == "noise"


def rows(project: Path, select: str) -> list[dict[str, Any]]:
    """Return rows of the state database."""
    with state_sql(project) as state:
        found = [dict(r) for r in state.execute(text(select)).mappings()]
    # A day comes as text from a file, as a date from a server.
    return [{k: str(v) if isinstance(v, date) else v for k, v in r.items()} for r in found]


def test_a_changed_scorecard_holds_the_alerts_until_somebody_decides(
    week: Path, tmp_path: Path
) -> None:
    project = copy_of(week, tmp_path / "acme")
    (card,) = (project / "scorecards").glob("*.yml")
    edit(card, "weight: 40", "weight: 5")
    day = LAST + timedelta(days=1)
    report = ran(project, day)
    assert report.warning is not None
    assert (report.warning.gate, report.warning.reason) == ("held", "definition_changed")
    causes = report.warning.transitions
    assert causes["config"] > 0.8 * sum(causes.values())
    held = statuses(project)["held"]
    assert held == sum(report.warning.alerts.values()) > 0
    tasks = project / "exports" / "Task.csv"
    tasks.write_text("\n".join(tasks.read_text("utf-8").splitlines()[:-1]) + "\n", "utf-8")
    again = ran(project, day)
    assert again.run_id != report.run_id
    assert again.warning is not None
    assert (again.warning.gate, again.warning.reason) == ("held", "definition_changed")
    assert statuses(project)["held"] == held
    desk = alert_desk(on(project, day))
    assert desk.judge(again.run_id, is_approved=False, by="Lin") == held
    assert statuses(project).get("held", 0) == 0
    assert statuses(project)["suppressed"] == held
    opened = f"SELECT * FROM ctas WHERE run_id = '{report.run_id}'"
    assert rows(project, opened) == []
    twice = refused("alerts", "approve", again.run_id, "--by", "Wu", "-C", project)
    assert "holds no alerts" in twice["what"]
    lines = done("audit", "list", "-C", project)["lines"]
    assert (lines[0]["actor"], lines[0]["action"]) == ("Lin", "run_discarded")


def test_approved_alerts_become_pending(week: Path, tmp_path: Path) -> None:
    project = copy_of(week, tmp_path / "acme")
    edit(
        project / "keepwell.yml",
        "\ntables:\n",
        "\nwarning:\n  mass_change_share: 0.000001\n\ntables:\n",
    )
    day = LAST + timedelta(days=1)
    report = ran(project, day)
    assert report.warning is not None
    assert report.warning.reason == "mass_change"
    before = statuses(project)
    assert alert_desk(on(project, day)).judge(report.run_id, is_approved=True, by="Wu") > 0
    opened = f"SELECT DISTINCT opened_by FROM ctas WHERE run_id = '{report.run_id}'"
    assert rows(project, opened) == [{"opened_by": "keepwell"}]
    after = statuses(project)
    assert after["pending"] == before.get("pending", 0) + before["held"]


def test_a_silent_source_makes_one_source_alert_and_no_account_alert(
    week: Path, tmp_path: Path
) -> None:
    project = copy_of(week, tmp_path / "acme")
    before = statuses(project)
    for days in (40, 41):
        report = ran(project, LAST + timedelta(days=days))
        assert report.warning is not None
        assert (report.warning.gate, report.warning.reason) == ("closed", "source_fault")
        assert report.warning.alerts == {}
        assert set(report.warning.transitions) <= {"data"}
    found = done("alerts", "list", "-C", project, "--status", "pending")["alerts"]
    source = [a for a in found if a["account_id"] is None]
    assert len({a["facts"]["fault"] for a in source}) == len(source) > 0
    assert statuses(project)["pending"] == before.get("pending", 0) + len(source)


def test_a_refused_source_makes_one_source_alert_a_day(week: Path, tmp_path: Path) -> None:
    project = copy_of(week, tmp_path / "acme")
    accounts = project / "exports" / "Account.csv"
    with accounts.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with accounts.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows[:20])
    before = matched(project)
    for _ in range(2):
        with pytest.raises(SourceRejected):
            ran(project, LAST + timedelta(days=1))
    assert matched(project) == before + 1
    newest = done("alerts", "list", "-C", project)["alerts"][0]
    assert newest["account_id"] is None


def test_a_replay_counts_what_the_triggers_make_by_person_and_week(
    week: Path, tmp_path: Path
) -> None:
    found = done("alerts", "backtest", "--days", 30, "-C", week)
    gates = done("alerts", "gates", "-C", week)["gates"]
    kinds = [g["gate"]["kind"] for g in reversed(gates)]
    assert [d["gate"] for d in found["days"]] == kinds == ["baseline", "open", "open"]
    # The same days, triggers and gates make the same alerts as the runs did.
    made = rows(week, "SELECT trigger, as_of FROM alerts WHERE account_id IS NOT NULL")
    first = (LAST - timedelta(days=2)).isoformat()
    assert found["baseline"] == sum(r["as_of"] == first for r in made)
    assert sum(found["triggers"].values()) == sum(r["as_of"] != first for r in made)
    assert sum(w["alerts"] for w in found["person_weeks"]) == sum(found["triggers"].values())
    shown = keepwell("alerts", "backtest", "-C", week, "--lang", "zh")
    assert "回放 3 天" in shown.out
    assert (
        "two or more"
        in refused("alerts", "backtest", "--days", 2, "-C", one_day(week, tmp_path))["what"]
    )
    file = tmp_path / "rules_test.yml"
    file.write_text(
        "tests:\n  - {test: low, triggers: [health_low], given: {effective_tier: low, score: 1}, "
        "days: [{fires: []}]}\n",
        "utf-8",
    )
    said = keepwell("alerts", "test", file, "-C", week)
    assert said.code == 2
    assert "day 1: expected to fire nothing, fired health_low" in said.out


def one_day(week: Path, tmp_path: Path) -> Path:
    """Return a copy of the week of which only the last day is known."""
    project = copy_of(week, tmp_path / "one")
    with state_sql(project) as state:
        # The rows that refer to them stay; what is asked reads the runs alone.
        earlier = text("DELETE FROM runs WHERE as_of < :last")
        state.execute(earlier.bindparams(bindparam("last", LAST, Date)))
    return project


def test_a_preview_stores_nothing(week: Path, tmp_path: Path) -> None:
    project = copy_of(week, tmp_path / "acme")
    before = matched(project)
    found = alert_desk(on(project, LAST)).preview()
    assert found.warning.gate.kind == "open"
    assert matched(project) == before


def test_an_edited_or_missing_line_of_the_audit_log_is_found(week: Path, tmp_path: Path) -> None:
    project = copy_of(week, tmp_path / "acme")
    assert done("audit", "verify", "-C", project)["faults"] == []
    with state_sql(project) as state:
        state.execute(text("UPDATE audit_log SET actor = 'somebody' WHERE sequence = 2"))
    said = keepwell("audit", "verify", "-C", project, "--json")
    assert said.code == 2
    assert said.json["faults"] == [{"sequence": 2, "what": "edited"}]
    with state_sql(project) as state:
        state.execute(text("DELETE FROM audit_log WHERE sequence = 2"))
    assert keepwell("audit", "verify", "-C", project, "--json").json["faults"][0] == {
        "sequence": 2,
        "what": "missing",
    }


def test_a_past_day_makes_no_alert(week: Path, tmp_path: Path) -> None:
    project = copy_of(week, tmp_path / "acme")
    before = matched(project)
    report = on(project, LAST).run(LAST - timedelta(days=30))
    assert report.warning is not None
    assert report.warning.reason == "looking_back"
    assert matched(project) == before
