"""Care of the invented accounts: a plan, a stage, a running play, a help request, of two CSMs."""

from datetime import date, timedelta

from keepwell.actions import Reading, new_plan
from keepwell.adapters.plan_library import shipped_plan_book
from keepwell.adapters.state import SqlCareStore, SqlPlanStore
from keepwell.ports import Deed, RunRecord
from keepwell.ports.pages import Scope, StagedPages
from keepwell.wiring.web_care import ask_help
from keepwell.wiring.web_desk import WebDesk
from keepwell.wiring.web_people import acting_desk
from web.portfolio import AS_OF, AT, CANARY, account, header, rows

ALL = Scope(None)


def cared_for(desk: WebDesk) -> None:
    """Open plan 1, play 1 and request 1 for A003, and 2 each for the canary."""
    plans, care = SqlPlanStore(desk.project.state), SqlCareStore(desk.project.state)
    rescue = shipped_plan_book().template("rescue_90d")
    for number, account_id in enumerate(("A003", CANARY), 1):
        start = Reading("r1", AS_OF, 40_000_000, "low", {"days_since_last_activity": 3.0})
        plan = new_plan(rescue, account_id, start, AS_OF, by="t", goals=[f"goal of {account_id}"])
        plans.open_plan(plan, at=AT)
        acting_desk(desk).start_play("diagnostic_call", number, "t")
        ask_help(
            desk, ALL, account_id, "product", urgency="normal", text=f"help {account_id}", by="t"
        )
        held = AS_OF - timedelta(days=80)
        care.add_review(account_id, held, f"note {account_id}", Deed("t", AT, "review_held", {}))


def run_again(desk: WebDesk, tier: str, number: int = 3, **changed: object) -> None:
    """Publish the run of the first gate's day, with one account as it is then."""
    day, own = date(2026, 12, 2), account(number, "U1", tier, **changed)
    run_id = f"r{len(desk.project.state.runs()) + 1}"
    others = [r for r in rows() if r["account_id"] != own["account_id"]]
    run = RunRecord(run_id, day, AT, "published", (), 61, "c", "i")
    staged = StagedPages({**header(run_id), "as_of": day.isoformat()}, [*others, own])
    desk.project.state.publish(run, (), None, staged)


def staged_again(desk: WebDesk) -> None:
    """Show the accounts of the first run again."""
    desk.pages.replace(StagedPages(header(), rows()))
