"""Overrides that people set and end, each with its line in the audit log."""

from datetime import date

from keepwell.adapters.state import SqlAccessStore
from keepwell.wiring.project import Project

NOBODY_NAMED = "keepwell"


def set_tier_by_hand(
    project: Project, account_id: str, tier: str, *, reason: str, author: str, until: date
) -> None:
    """Override an account's tier until a day. Errors: NotFound, InputProblem, ConfigInvalid."""
    project.set_override(account_id, tier, reason, author, until)
    details = {"tier": tier, "until": until, "reason": reason}
    log = SqlAccessStore(project.state)
    log.note_deed(author.strip(), "override_set", account_id, details, project.now)


def end_tier_by_hand(project: Project, account_id: str, *, author: str) -> None:
    """End an account's override. Errors: NotFound when none is in force."""
    project.end_override(account_id)
    log = SqlAccessStore(project.state)
    log.note_deed(author.strip() or NOBODY_NAMED, "override_ended", account_id, {}, project.now)
