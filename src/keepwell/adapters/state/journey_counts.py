"""Where passages, steps and holdouts stand, counted by SQL."""

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.journey_models import (
    HoldoutRow,
    JourneySendRow,
    PassageRow,
    PassageStepRow,
)
from keepwell.ports.journeys import HoldoutGroup, JourneyCount


def counts(session: Session) -> tuple[JourneyCount, ...]:
    """Return passages by status and steps by outcome; a planned step counts as its message."""
    passages: defaultdict[str, dict[str, int]] = defaultdict(dict)
    grouped = select(PassageRow.journey, PassageRow.status, func.count())
    for journey, status, n in session.execute(
        grouped.group_by(PassageRow.journey, PassageRow.status)
    ):
        passages[journey][status] = int(n)
    steps: defaultdict[str, defaultdict[str, dict[str, int]]]
    steps = defaultdict(lambda: defaultdict(dict))
    taken = (PassageRow.journey, PassageStepRow.step, PassageStepRow.outcome, PassageStepRow.reason)
    sent = (PassageRow.journey, JourneySendRow.step, JourneySendRow.status, JourneySendRow.reason)
    for select_ in (
        select(*taken, func.count())
        .join(PassageRow, PassageRow.id == PassageStepRow.passage_id)
        .where(PassageStepRow.outcome != "planned")
        .group_by(*taken),
        select(*sent, func.count())
        .join(PassageRow, PassageRow.id == JourneySendRow.passage_id)
        .group_by(*sent),
    ):
        for journey, step, outcome, reason, n in session.execute(select_):
            label = f"{outcome}: {reason}" if reason else outcome
            of_step = steps[journey][step]
            of_step[label] = of_step.get(label, 0) + int(n)
    return tuple(
        JourneyCount(j, dict(sorted(passages[j].items())), {s: steps[j][s] for s in steps[j]})
        for j in sorted(passages)
    )


def groups(session: Session) -> tuple[HoldoutGroup, ...]:
    """Return the accounts of every subject, arm and stratum."""
    by = (HoldoutRow.subject, HoldoutRow.arm, HoldoutRow.stratum)
    wanted = (
        select(
            *by,
            func.max(HoldoutRow.share),
            func.count(),
            func.min(HoldoutRow.assigned_on),
            func.max(HoldoutRow.assigned_on),
        )
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        HoldoutGroup(subject, float(share), arm, stratum, int(n), first, last)  # type: ignore[arg-type]
        for subject, arm, stratum, share, n, first, last in session.execute(wanted)
    )
