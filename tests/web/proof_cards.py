"""Report cards that a project keeps, of invented accounts."""

from datetime import UTC, datetime

from keepwell.adapters.proof_cards import ProofCardFiles
from keepwell.adapters.trigger_library import load_triggers
from keepwell.proof import ReportCard, Subject, trigger_card
from keepwell.runs.backtest_store import trigger_hash
from keepwell.runs.proof_report import judge_frame, keep_card
from keepwell.runs.proof_whole import short_trigger, whole_card
from keepwell.wiring.web_desk import WebDesk
from proof.worlds import World, frame_of

AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
EFFECT = {
    "subject": {"zh": "执行 qbr", "en": "play qbr"},
    "measure": {"zh": "健康分（分）", "en": "health score (points)"},
    "design": {"zh": "随机留出组", "en": "holdout by lot"},
    "days": 90, "treated": 60, "controls": 50,
    "value": {"zh": "+4.0", "en": "+4.0"}, "interval": {"zh": "1 至 7", "en": "1 to 7"},
    "detectable": {"zh": "3.0", "en": "3.0"}, "naive": {"zh": "+9.0", "en": "+9.0"},
    "verdict": {"zh": "有效", "en": "works"}, "reasons": {"zh": "", "en": ""},
}  # fmt: skip


def keep_cards(desk: WebDesk) -> ReportCard:
    """Keep a useful card of 90 days, one of 30, a trigger's card, an effect and a report."""
    layout = desk.project.layout
    store = ProofCardFiles(layout.proof_cards)
    frame = frame_of(World(accounts=600, origins=12), 5)
    folder = layout.reports / "proof" / "b" / "robust-90"
    folder.mkdir(parents=True)
    (folder / "proof.zh.md").write_text("成绩单", "utf-8")
    (folder / "secret.key").write_text("no report", "utf-8")
    card = judge_frame(frame, Subject("robust", 3, "churn"))
    keep_card(store, card, "b", AT, whole_card(card, folder, layout.root))
    short = judge_frame(
        frame_of(World(accounts=100, origins=2, horizon_days=30), 5), Subject("robust", 3, "churn")
    )
    keep_card(store, short, "a", AT.replace(day=1, hour=1), None)
    judged = trigger_card(frame, frame.tier == "low", Subject("health_low", 0, "churn"))
    (trigger,) = (t for t in load_triggers() if t.trigger == "health_low")
    told = {"definition": trigger_hash(trigger), "is_proxy": False}
    store.keep_trigger(short_trigger(judged, told, "b", AT))
    other = trigger_card(frame, frame.tier == "low", Subject("health_falls", 0, "churn"))
    store.keep_trigger(short_trigger(other, {**told, "definition": "older"}, "b", AT))
    store.keep_effects([EFFECT])
    return card
