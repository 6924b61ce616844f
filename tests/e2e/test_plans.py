"""A rescue from the first alarm to its first gate, on the example company, by command."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from e2e.company import AS_OF, copy_of, done, keepwell, refused, scores_of
from keepwell.adapters.clock import FixedClock
from keepwell.adapters.state import SqlWarningStore
from keepwell.messages import HELP_CLIMBED
from keepwell.runs.act_by_hand import Wish
from keepwell.runs.export import open_snapshot
from keepwell.runs.report_subject import build_portfolio
from keepwell.vocabulary import InputProblem
from keepwell.wiring import Project, action_desk, care_desk, plan_desk, review_desk
from keepwell.wiring.mailing import mail_desk

START = date.fromisoformat(AS_OF)
GATE = START + timedelta(days=30)
pytestmark = pytest.mark.slow


def lowest_account(project: Path, tmp_path: Path) -> str:
    scores = scores_of(project, tmp_path)
    return min(scores, key=lambda a: (float(scores[a]["health_score"] or 101), a))


def test_a_rescue_is_opened_staffed_diagnosed_judged_and_recorded(
    demo: Path, tmp_path: Path
) -> None:
    project = copy_of(demo, tmp_path / "acme")
    account = lowest_account(project, tmp_path)
    then = Project(project, clock=FixedClock(START))
    wish = Wish(account, "risk", "called in trouble")
    cta = action_desk(then).add(wish, None, by="Li", why="").id
    of_others = next(
        c["id"] for c in done("cta", "list", "-C", project)["ctas"] if c["account_id"] != account
    )
    with pytest.raises(InputProblem, match=f"CTA {of_others} is of account"):
        plan_desk(then).open(account, "rescue_90d", goals=[], by="Li", on=None, cta_id=of_others)
    opened = plan_desk(then).open(
        account, "rescue_90d", goals=["Exports | *never* fail"], by="Li", on=None, cta_id=cta
    )
    plan_desk(then).milestone(opened.id, "plan_agreed", "done", by="Li", note="", on=None)
    plan_desk(then).join(opened.id, "product", "Wu", by="Li")
    care_desk(then).diagnose(
        account, ["price", "defect"], note="太贵", by="Li", on=None, plan_id=opened.id, cta_id=cta
    )
    error = refused(
        "plans", "stage", account, "recovered", "--reason", "x", "--by", "Li", "-C", project
    )
    assert "has not recovered" in error["what"]

    # On the day of the gate the data are a month old: that run decides on no plan.
    Project(project, clock=FixedClock(GATE)).run(GATE)
    shown = done("plans", "show", opened.id, "-C", project)
    assert [g["status"] for g in shown["listed"]["plan"]["gates"]] == ["pending"] * 3
    assert [s["stage"] for s in shown["stages"]] == ["at_risk", "plan_in_place", "saving"]
    before = done("audit", "list", "-C", project)
    assert done("plans", "judge", "-C", project)["passed"] == 0
    assert done("audit", "list", "-C", project) == before
    by_hand = ("plans", "gate", opened.id, 1, "waived", "--by", "Li", "-C", project)
    assert "needs reason" in refused(*by_hand)["what"]
    assert done(*by_hand, "--reason", "data late")["plan"]["gates"][0]["status"] == "waived"

    zh = keepwell("plans", "show", opened.id, "-C", project, "--lang", "zh").out
    for words in ("90 天救援计划", "挽救中", "Exports | *never* fail", "客户成功经理", "Wu"):
        assert words in zh
    closing = Project(project, clock=FixedClock(GATE))
    plan_desk(closing).close(opened.id, "stopped", by="Li", reason="sold to a competitor")
    plan_desk(closing).outcome(
        account, "churned", amount=1000.0, plan_id=opened.id, by="Li", note="", on=None
    )
    assert done("plans", "list", "--status", "open", "-C", project)["plans"] == []
    assert keepwell("audit", "verify", "-C", project).code == 0

    report = care_desk(closing).causes(START, GATE, "size")
    assert {c.cause for c in report.counts} == {"price", "defect"}
    assert all(c.is_small and c.accounts == 1 for c in report.counts)


def test_help_reviews_and_programmes_by_command(demo: Path, tmp_path: Path) -> None:
    project = copy_of(demo, tmp_path / "acme")
    asked = done(
        "plans", "help-request", "ask", lowest_account(project, tmp_path), "product",
        "Fix the export", "--urgency", "urgent", "--by", "Li", "-C", project,
    )  # fmt: skip
    number = asked["request"]["id"]
    wrong = ("plans", "help-request", "ask", lowest_account(project, tmp_path), "product", "x")
    lost = refused(*wrong, "--cta", "99999", "--by", "Li", "-C", project)
    assert "99999" in lost["what"]
    done("plans", "help-request", "move", number, "accepted", "--by", "Wu", "-C", project)
    zh = keepwell("plans", "help-request", "list", "-C", project, "--lang", "zh").out
    assert "已接受" in zh
    error = refused("plans", "help-request", "move", number, "asked", "--by", "Wu", "-C", project)
    assert "solved, declined, withdrawn" in error["cure"]

    board = done("plans", "programme", "show", "advisory_board", "-C", project)["candidates"]
    assert {c["tier"] for c in board["accounts"]} == {"high"}
    assert {c["size"] for c in board["accounts"]} <= {"Enterprise", "Large"}
    first = board["accounts"][0]["account_id"]
    words = ("plans", "programme", "move", first, "advisory_board", "invited", "--by", "Li")
    assert done(*words, "-C", project)["entry"]["status"] == "invited"
    after = done("plans", "programme", "show", "advisory_board", "-C", project)
    assert first not in [c["account_id"] for c in after["candidates"]["accounts"]]

    desk = review_desk(Project(project, clock=FixedClock(START)))
    due = desk.reviews(within_days=None, csm=None)
    assert {r.account.standing.size for r in due} == {"Enterprise", "Large", "Mid-Market"}
    assert min(r.due for r in due) > START
    account = due[0].account.account_id
    desk.review_held(account, None, by="Li", note="")
    (next_one,) = [
        r for r in desk.reviews(within_days=None, csm=None) if r.account.account_id == account
    ]
    assert (next_one.due - START).days >= next_one.every_days

    check_brief(project, first, tmp_path)
    check_late_help(project, lowest_account(project, tmp_path))


def check_late_help(project: Path, account: str) -> None:
    """A delivery between two runs tells the CSM by name of the account whose help is late."""
    later = Project(project, clock=FixedClock(START + timedelta(days=90)))
    mail_desk(later).deliver()
    (late,) = [a for a in SqlWarningStore(later.state).alerts() if a.trigger == HELP_CLIMBED]
    assert (late.account_id, late.facts["told_to"][:2]) == (account, ["Wu", "Li"])
    assert late.csm_id in late.facts["told_to"]
    assert late.facts["name"]


def check_brief(project: Path, account: str, folder: Path) -> None:
    """The brief is whole in both languages, and its SQL facts are what the snapshot says."""
    told = done("plans", "qbr", account, "-C", project, "--lang", "zh")
    assert told["markdown"].startswith("# 业务回顾简报：")
    assert "## 使用与往来" in told["markdown"]
    path = folder / "brief.md"
    keepwell("plans", "qbr", account, "-C", project, "--lang", "en", "-o", path)
    assert "## Value on record" in path.read_text("utf-8")
    at_work = Project(project)
    asked = [f for f in told["facts"] if f["is_sql"] and f["query"].startswith("SELECT")]
    assert len(asked) > 5
    with at_work.reader() as engine:
        tables = open_snapshot(engine, at_work.snapshots, at_work.current().run_id)
        build_portfolio(engine, tables)
        assert [engine.rows(f["query"])[0][0] for f in asked] == [f["value"] for f in asked]
    assert "No account" in refused("plans", "qbr", "nobody", "-C", project)["what"]
