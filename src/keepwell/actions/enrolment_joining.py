"""Openings that follow each other in one run: what they come to together."""

from collections import Counter
from dataclasses import replace

from keepwell.actions.enrolment import Openings, Work


def with_openings(work: Work, found: Openings) -> Work:
    """Return what is stored of people's hours, CTAs and tasks once these are opened."""
    counts, tasks = Counter(dict(work.open_counts)), Counter(dict(work.open_tasks))
    loads, accounts = dict(work.loads), dict(work.accounts)
    for opening in found.opened:
        cta = opening.cta
        counts[cta.owner] += 1
        if cta.owner is not None:
            before = accounts.get((cta.owner, cta.account_id), 0.0)
            accounts[cta.owner, cta.account_id] = max(before, cta.hours)
            loads[cta.owner] = loads.get(cta.owner, 0.0) + max(0.0, cta.hours - before)
        tasks.update(t.owner for t in (opening.play.tasks if opening.play else ()) if t.owner)
    return replace(work, open_counts=counts, loads=loads, accounts=accounts, open_tasks=tasks)


def joined(first: Openings, second: Openings) -> Openings:
    """Return two sets of openings of one run as one."""
    return Openings(
        (*first.opened, *second.opened),
        {**first.links, **second.links},
        {**first.reopened, **second.reopened},
        first.left_out + second.left_out,
        dict(Counter(first.over) + Counter(second.over)),
        first.unassigned + second.unassigned,
        dict(Counter(first.unmanned) + Counter(second.unmanned)),
        # What holds since yesterday or longer asks for no more than it asked for then.
        dict(first.urged),
    )
