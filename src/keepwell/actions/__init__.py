"""Actions: turns alerts and accounts into work for people: CTAs, tasks, plays, success plans.

State machines and decisions only; it stores nothing, sends nothing and reads no clock.
"""

from keepwell.actions.ctas import (
    BY_PERSON,
    CANCEL_CAUSES,
    CLOSED,
    CTA_SOURCES,
    CTA_TYPES,
    LEGAL_MOVES,
    OPEN,
    OUTCOMES,
    PRIORITIES,
    CtaChange,
    CtaMove,
    CtaSource,
    CtaState,
    CtaStatus,
    CtaType,
    IllegalMove,
    NewCta,
    is_awake,
    legal_moves,
    moved_cta,
    open_key,
)
from keepwell.actions.ownership import OWNER_ROLES
from keepwell.actions.plays import PLAY_ENDS, NewPlay, PlayStatus, ended_play
from keepwell.actions.tasks import TASK_MOVES, NewTask, TaskMove, TaskStatus, moved_task

__all__ = [
    "BY_PERSON",
    "CANCEL_CAUSES",
    "CLOSED",
    "CTA_SOURCES",
    "CTA_TYPES",
    "LEGAL_MOVES",
    "OPEN",
    "OUTCOMES",
    "OWNER_ROLES",
    "PLAY_ENDS",
    "PRIORITIES",
    "TASK_MOVES",
    "CtaChange",
    "CtaMove",
    "CtaSource",
    "CtaState",
    "CtaStatus",
    "CtaType",
    "IllegalMove",
    "NewCta",
    "NewPlay",
    "NewTask",
    "PlayStatus",
    "TaskMove",
    "TaskStatus",
    "ended_play",
    "is_awake",
    "legal_moves",
    "moved_cta",
    "moved_task",
    "open_key",
]
