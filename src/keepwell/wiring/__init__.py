"""Wiring: the only room that knows all; it gives runs their adapters and decides nothing."""

from keepwell.runs.importing_replay import export_quarantine
from keepwell.wiring.action_desk import action_desk
from keepwell.wiring.alert_desk import alert_desk, history_of
from keepwell.wiring.backing_up import back_up, verify_archive, verify_project
from keepwell.wiring.care_desk import care_desk
from keepwell.wiring.compiling import compile_project, compile_shipped
from keepwell.wiring.demo import DemoReport, build_demo
from keepwell.wiring.demo_days import ReplayReport, replay_demo
from keepwell.wiring.effect_desk import effects_of
from keepwell.wiring.examine import examine
from keepwell.wiring.journey_desk import JourneyRun, journey_desk
from keepwell.wiring.mailing import mail_desk
from keepwell.wiring.plan_access import follow_plans_now
from keepwell.wiring.plan_desk import plan_desk
from keepwell.wiring.project import Project
from keepwell.wiring.pruning import prune
from keepwell.wiring.restoring import restore
from keepwell.wiring.review_desk import review_desk
from keepwell.wiring.scheduling import schedule_desk
from keepwell.wiring.start import start_project
from keepwell.wiring.writing_back import run_and_deliver, write_results_back

__all__ = [
    "DemoReport",
    "JourneyRun",
    "Project",
    "ReplayReport",
    "action_desk",
    "alert_desk",
    "back_up",
    "build_demo",
    "care_desk",
    "compile_project",
    "compile_shipped",
    "effects_of",
    "examine",
    "export_quarantine",
    "follow_plans_now",
    "history_of",
    "journey_desk",
    "mail_desk",
    "plan_desk",
    "prune",
    "replay_demo",
    "restore",
    "review_desk",
    "run_and_deliver",
    "schedule_desk",
    "start_project",
    "verify_archive",
    "verify_project",
    "write_results_back",
]
