"""Copies that a silence for one person kept back while others were told of the alert."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from keepwell.messages.notices import MessageKind, Notice
from keepwell.messages.planning import Draft, Silence, Surroundings, drafts_of, people_of
from keepwell.messages.settings import DeliverySettings
from keepwell.messages.tallies import is_tallied


@dataclass(frozen=True, slots=True)
class KeptBack:
    """An alert that still holds, and a person whose silence is over and who was not told of it."""

    notice: Notice
    person: str


def plan_copies(
    kept: Sequence[KeptBack],
    settings: DeliverySettings,
    silences: Sequence[Silence],
    around: Surroundings,
) -> tuple[Draft, ...]:
    """Return the messages that a silence put off, now that it is over.

    Whom an alert would not be told of today, or whom another silence covers, gets none. What a
    machine answers is no reason for a message here either.
    """
    groups: dict[tuple[str, MessageKind], list[Notice]] = defaultdict(list)
    for copy in kept:
        notice, person = copy.notice, copy.person
        is_hushed = any(s.covers(notice, person, around.today) for s in silences)
        if is_hushed or person not in people_of(notice, settings):
            continue
        kind: MessageKind = "immediate" if notice.urgency == "immediate" else "digest"
        groups[person, kind].append(replace(notice, batch=f"again-{around.today}"))
    return tuple(
        draft
        for (person, kind), notices in sorted(groups.items(), key=lambda group: group[0])
        if not all(is_tallied(n.facts) for n in notices)
        for draft in drafts_of(notices[0].batch, kind, person, notices, settings, around)
    )
