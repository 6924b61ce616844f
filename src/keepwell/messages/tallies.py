"""Alerts that a machine answers: a digest counts them in one line and names no account of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from keepwell.messages.notices import MessageKind, Notice

GroupKey = tuple[str, MessageKind, str]

COUNT = "count"
# Without a digest to stand in, they wait so long for one: nobody gets a message of them daily.
WAITS_DAYS = 7
OWN_BATCH = "week-"


def is_tallied(facts: Mapping[str, Any]) -> bool:
    """Say whether an alert with these facts is told as a count."""
    return facts.get("told_as") == COUNT


def says_nothing(kind: str, batch: str, notices: Sequence[Notice]) -> bool:
    """Say whether a message is not to be sent: what it was to name ended meanwhile.

    Counts that are left of a digest wait for another one.
    """
    is_own = kind != "digest" or batch.startswith(OWN_BATCH)
    return not notices or (not is_own and all(is_tallied(n.facts) for n in notices))


def place_tallies(
    tallies: Mapping[str, Sequence[Notice]],
    groups: dict[GroupKey, list[Notice]],
    today: date,
) -> None:
    """Put tallied alerts of each person into the newest of their digests.

    Without one they wait, at most WAITS_DAYS. An alert that one person is told of now, all are.
    `groups`: alerts by batch, kind and person.
    """
    newest: dict[str, GroupKey] = {}
    for key, group in groups.items():
        held = newest.get(key[2])
        if key[1] == "digest" and (held is None or groups[held][0].as_of < group[0].as_of):
            newest[key[2]] = key
    due = {
        n.id
        for person, notices in tallies.items()
        for n in notices
        if person in newest or (today - n.as_of).days >= WAITS_DAYS
    }
    for person, notices in tallies.items():
        some = [n for n in notices if n.id in due]
        if some:
            own: GroupKey = (f"{OWN_BATCH}{today}", "digest", person)
            groups.setdefault(newest.get(person, own), []).extend(some)


def tally(notices: Iterable[Notice], named: Iterable[str]) -> dict[str, int]:
    """Return how many accounts each trigger is told of as a count, but those that are named."""
    accounts: dict[str, set[str | None]] = defaultdict(set)
    known = set(named)
    for notice in notices:
        if is_tallied(notice.facts) and notice.account_id not in known:
            accounts[notice.trigger].add(notice.account_id)
    return dict(Counter({trigger: len(ids) for trigger, ids in accounts.items()}).most_common())
