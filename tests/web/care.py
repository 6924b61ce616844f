"""Care of the invented accounts: a plan, a stage, a running play, a help request, of two CSMs."""

from datetime import timedelta

from keepwell.actions import Reading, new_plan
from keepwell.adapters.plan_library import shipped_plan_book
from keepwell.adapters.state import SqlCareStore, SqlPlanStore
from keepwell.ports import Deed
from keepwell.ports.pages import Scope
from keepwell.wiring.web_care import ask_help
from keepwell.wiring.web_desk import WebDesk
from web.portfolio import AS_OF, AT, CANARY

ALL = Scope(None)


def cared_for(desk: WebDesk) -> None:
    """Open plan 1, play 1 and request 1 for A003, and 2 each for the canary."""
    plans, care = SqlPlanStore(desk.project.state), SqlCareStore(desk.project.state)
    rescue = shipped_plan_book().template("rescue_90d")
    for number, account in enumerate(("A003", CANARY), 1):
        start = Reading("r1", AS_OF, 40_000_000, "low", {"days_since_last_activity": 3.0})
        plan = new_plan(rescue, account, start, AS_OF, by="t", goals=[f"goal of {account}"])
        plans.open_plan(plan, at=AT)
        desk.actions().start_play("diagnostic_call", number, "t")
        ask_help(desk, ALL, account, "product", urgency="normal", text=f"help {account}", by="t")
        held = AS_OF - timedelta(days=80)
        care.add_review(account, held, f"note {account}", Deed("t", AT, "review_held", {}))
