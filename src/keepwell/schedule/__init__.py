"""Schedule: turns a rule and a time zone into due moments, across clock changes and downtime.

Arithmetic only; it waits for nothing and reads no clock.
"""

from keepwell.schedule.exposition import Figure, exposition
from keepwell.schedule.moments import last_moment, moments, next_moment
from keepwell.schedule.occasions import Occasion, again_at, next_due, occasion
from keepwell.schedule.patterns import Pattern, parse_cron
from keepwell.schedule.settings import Heartbeat, Job, Metrics, ScheduleSettings, Step, Weekly

__all__ = [
    "Figure",
    "Heartbeat",
    "Job",
    "Metrics",
    "Occasion",
    "Pattern",
    "ScheduleSettings",
    "Step",
    "Weekly",
    "again_at",
    "exposition",
    "last_moment",
    "moments",
    "next_due",
    "next_moment",
    "occasion",
    "parse_cron",
]
