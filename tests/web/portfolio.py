"""A staged run of invented accounts, with CTAs and alerts, without anything computed."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from keeping_world import CONFIG
from keepwell.actions import NewCta
from keepwell.adapters.state import SqlActionStore
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.ports import RunRecord
from keepwell.ports.pages import PAGES_SHAPE, StagedPages
from keepwell.runs.stage_outlook import sums_by_csm
from keepwell.runs.stage_pages_names import search_text
from keepwell.wiring.web_desk import WebDesk
from state_databases import give_state

AS_OF = date(2026, 11, 1)
AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
CANARY = "CANARY-7f3a"
MEASURES = ("days_since_last_activity", "total_activities_30d")
TIERS = {"low": 40_000_000, "medium": 65_000_000, "high": 90_000_000}


def bare_project(folder: Path, state_file: Path) -> Path:
    """Return the folder of a project without a run."""
    (folder / ".keepwell").mkdir(parents=True)
    (folder / "exports").mkdir()
    (folder / "keepwell.yml").write_text(CONFIG, "utf-8")
    give_state(folder, state_file)
    return folder


def account(number: int, csm: str, tier: str, **other: Any) -> dict[str, Any]:
    """Return one staged row."""
    account_id = other.pop("account_id", f"A{number:03}")
    name = other.pop("name", f"客户{number:03}")
    search, name_key = search_text(name, account_id, {})
    micro = TIERS.get(tier)
    loss = 500.0 if tier == "low" else 0.0
    row: dict[str, Any] = {
        "account_id": account_id, "name": name, "name_key": name_key, "search": search,
        "industry": "物流" if number % 2 else "制造", "size": "Large", "region": None,
        "csm_id": csm, "owner_id": None, "lifecycle": None, "customer_since": None,
        "tier": tier, "score_tier": tier, "tier_week": tier, "tier_month": "medium",
        "tier_quarter": None, "score_micro": micro, "score_key": -1 if micro is None else micro,
        "change_micro": -1_000_000 * number, "change_key": -1_000_000 * number, "coverage": 0.9,
        "has_override": False, "scorecard": None, "scorecard_version": None,
        "amount": 1000.0 * number, "amount_key": 1000.0 * number, "contribution_amount": 500.0,
        "loss_amount": loss, "loss_key": loss,
        "segment": "at_risk", "value_tier": "gold",
        "renews_on": AS_OF + timedelta(days=number), "renewal_key": 740_000 + number,
        "idle_days": number, "idle_key": number, "spark": "801,,799",
        "known": json.dumps([[number, 0], []]), "month_ago": "",
        "value_group": "high_value", "contribution_tier": 1, "worth": "",
    }  # fmt: skip
    return row | other


def header(run_id: str = "r1") -> dict[str, Any]:
    """Return the facts of a staged run."""
    return {
        "run_id": run_id, "as_of": AS_OF.isoformat(), "currency": "CNY", "amount_kind": "arr",
        "accounts": 60, "excluded": 0, "measures": list(MEASURES), "peers": {},
        "newest": {"activities": "2026-10-20"}, "scorecards": [], "figures": {}, "save_rate": 1.0,
        "shape": PAGES_SHAPE, "outlook": OUTLOOK,
    }  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Return 60 accounts of U1 and one of U2, whose every text is the canary."""
    tiers = ("low", "medium", "high")
    mine = [account(n, "U1", tiers[n % 3]) for n in range(1, 61)]
    secret = account(
        99, "U2", "low", account_id=CANARY, name=f"{CANARY} 有限公司", industry=f"{CANARY} field",
        segment=f"{CANARY} segment", value_tier=f"{CANARY} value", size=f"{CANARY} size",
        amount=7_777_777.0, amount_key=7_777_777.0, loss_amount=3_333_333.0, loss_key=3_333_333.0,
    )  # fmt: skip
    return [*mine, secret]


LISTED = {
    "struggle": ["is_unhealthy"],
    "quiet": [],
    "upgrade": ["is_broad"],
    "priority_b": ["low_and_top_quarter", "call_main_contact"],
}


def sums() -> list[dict[str, Any]]:
    """Return the sums of those accounts, made as a run makes them."""
    worth = (
        ("segment", "segment"), ("value_tier", "value_tier"), ("value_group", "value_group"),
        ("value_amount", "amount"), ("contribution_tier", "contribution_tier"),
        ("contribution_amount", "contribution_amount"), ("expected_loss_amount", "loss_amount"),
        ("naive_amount", "amount"), ("ltv", "amount"),
    )  # fmt: skip
    made = [
        {k: r[k] for k in ("account_id", "csm_id", "tier")}
        | {f"w_{name}": r[key] for name, key in worth}
        | {"w_is_struggling": r["account_id"] in ("A003", CANARY), "w_r_score": 2}
        for r in rows()
    ]
    return sums_by_csm(made, lists())


def lists() -> list[dict[str, Any]]:
    """Return two accounts on a list, one of each CSM."""
    return [
        {"list_name": name, "account_id": account_id, "place": place, "facts": {"why": why}}
        for name, why in LISTED.items()
        for place, account_id in ((1, CANARY), (2, "A003"))
    ]  # fmt: skip


OUTLOOK = {
    "value_sources": [
        {"item": "rfm", "basis": "activity", "is_proxy": True, "known": 61, "accounts": 61},
        {"item": "amount", "basis": "current_arr_amount", "is_proxy": False, "known": 61,
         "accounts": 61},
    ],
    "segments": [["at_risk", {"zh": "有流失迹象", "en": "At Risk"}]],
    "value_verdict": [
        {"answer": "not_enough_data", "reason": "too_few_accounts", "basis": "stages",
         "smallest_effect": 0.2, "within_size_delta": None, "within_size_low": None,
         "within_size_high": None, "ratio": None, "low": None, "high": None},
    ],
    "forecast_summary": [
        {"verdict": "beats_keep_last", "months": 48, "needed_months": 27, "buyers": 61,
         "origins": 18, "chosen": "pace", "skill": 0.2, "skill_low": 0.1, "skill_high": 0.3,
         "better_origins": 15, "level": 0.9, "total_amount": 7_777_777.0,
         "total_low": 7_777_777.0, "total_high": 7_777_777.0, "held_totals": 17},
    ],
    "forecast_record": [
        {"method": "chosen", "tier": 0, "cases": 900, "wape": 0.49, "bias": -0.02,
         "coverage": 0.88},
    ],
    "renewal_outlook": [
        {"arr_amount": 7_777_777.0, "due_amount": 7_777_777.0, "at_risk_amount": None, "grr": 0.9,
         "grr_low": 0.85, "grr_high": 0.94, "renewed": 0.8, "renewed_low": 0.7,
         "renewed_high": 0.9, "renewals": 40, "open_amount": 5_000_000.0},
    ],
    "forecast_assumptions": [{"name": "save_rate", "code": "", "number": 1.0}],
}  # fmt: skip


def staged(desk: WebDesk) -> None:
    """Publish a run with its staged rows; open a CTA and an alert on an account of each CSM."""
    state = desk.project.state
    run = RunRecord("r1", AS_OF, AT, "published", (), 61, "c", "i")
    state.publish(run, (), None, StagedPages(header(), rows(), sums(), lists()))
    actions = SqlActionStore(state)
    for account_id, owner in (("A003", "U1"), (CANARY, "U2")):
        new = NewCta(account_id, "risk", f"why {account_id}", "high", "person", AS_OF, owner=owner)
        actions.add(new, None, by="t", at=AT)
    for account_id in ("A006", CANARY):
        alerted(desk, account_id)


def alerted(desk: WebDesk, account_id: str) -> int:
    """Tell of an alert on an account; return its number."""
    row = AlertRow(
        key=f"k{account_id}",
        account_id=account_id,
        trigger=f"t {account_id}",
        run_id="r1",
        as_of=AS_OF,
        status="delivered",
        priority="high",
        urgency="daily",
        csm_id=None,
        is_proxy=False,
        facts={},
        created_at=AT,
    )
    with desk.project.state.session(is_writing=True) as session:
        session.add(row)
        session.flush()
        return row.id
