"""What a run's report says of people's work."""

from collections.abc import Mapping
from dataclasses import dataclass

from keepwell.actions import RunActions


@dataclass(frozen=True, slots=True)
class ActionSummary:
    """What a run's report says of people's work."""

    opened: int
    linked: int
    reopened: int
    left_out: int
    signal_ended: int
    closed: int
    exits: int
    readings: int
    unassigned: int
    over: Mapping[str, int]
    unmanned: Mapping[str, int]


def action_summary(actions: RunActions) -> ActionSummary:
    """Return the counts of a run's decisions for people's work."""
    openings, ends = actions.openings, actions.effects.ends
    return ActionSummary(
        len(openings.opened),
        len(openings.links),
        len(openings.reopened),
        openings.left_out,
        len(ends),
        sum(e.outcome is not None for e in ends),
        len(actions.exits),
        len(actions.readings),
        openings.unassigned,
        openings.over,
        openings.unmanned,
    )
