"""Hold accounts back from plays by lot, so that what a play does can be measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from keepwell.actions import Opening, PlayArm, RunActions
from keepwell.journeys import Assignment, Candidate, Subject, arm_of, exemption
from keepwell.playbooks import Library
from keepwell.ports import Engine
from keepwell.ports.journeys import JourneyStore
from keepwell.warning import Trigger

DRAWN = "holdout_accounts"


@dataclass(frozen=True, slots=True)
class Lots:
    """How lots are drawn. `shares`: by play; `rescues`: plays that nobody is kept from."""

    store: JourneyStore
    shares: Mapping[str, float]
    rescues: frozenset[str]

    def subject(self, play: str) -> Subject:
        """Return a play as the subject of a holdout."""
        return Subject(f"play:{play}", self.shares[play], play in self.rescues)


def rescue_plays(library: Library) -> frozenset[str]:
    """Return the plays of the rescue strategy."""
    books = [b for b in library.playbooks if b.strategy == "rescue"]
    return frozenset(a.play for b in books for a in b.actions)


def hold_out(
    lots: Lots | None, engine: Engine, actions: RunActions | None, triggers: Sequence[Trigger]
) -> RunActions | None:
    """Return what a run decided, without the plays that the lot keeps from accounts.

    A CTA that only the play wanted is left out with it; one that an alert opened has no play.
    Needs: table `watch`.
    """
    if lots is None or actions is None:
        return actions
    urgent = {t.play for t in triggers if t.is_rescue and t.play is not None}
    lots = replace(lots, rescues=lots.rescues | urgent)
    opened = actions.openings.opened
    drawn = [o for o in opened if _play(o) in lots.shares]
    people = candidates_of(engine, sorted({o.cta.account_id for o in drawn}))
    stored, salt = {p: _stored(lots, p) for p in lots.shares}, lots.store.salt()
    arms: dict[tuple[str, str], Assignment] = {}
    for opening in drawn:
        play, account = _play(opening), opening.cta.account_id
        who = people.get(account, Candidate(account, None, None))
        before = stored[play].get(account, (None, None))[0]
        arms[play, account] = arm_of(lots.subject(play), who, before, salt)
    new = [
        PlayArm(play, lots.shares[play], a.account_id, a.arm, a.stratum, a.reason)
        for (play, account), a in arms.items()
        if a != stored[play].get(account, (None, None))[0]
    ]
    held = {pair for pair, arm in arms.items() if arm.arm == "held_out"}
    openings = replace(actions.openings, opened=_without(opened, held))
    return replace(actions, openings=openings, arms=tuple(new))


def hold_out_known(lots: Lots | None, actions: RunActions) -> RunActions:
    """Return what an approval opens, without the plays that stored lots keep from accounts."""
    if lots is None:
        return actions
    held = {
        (play, account)
        for play in lots.shares
        for account, (arm, _) in _stored(lots, play).items()
        if arm.arm == "held_out"
    }
    opened = _without(actions.openings.opened, held)
    return replace(actions, openings=replace(actions.openings, opened=opened))


def held_of(lots: Lots | None, engine: Engine, play: str) -> dict[str, date]:
    """Return the accounts that are kept from a play, with the day on which they were drawn."""
    if lots is None or play not in lots.shares:
        return {}
    held = {a: day for a, (arm, day) in _stored(lots, play).items() if arm.arm == "held_out"}
    people, subject = candidates_of(engine, sorted(held)), lots.subject(play)
    return {a: day for a, day in held.items() if a in people and not exemption(subject, people[a])}


def candidates_of(engine: Engine, accounts: Sequence[str]) -> dict[str, Candidate]:
    """Return what decides whether accounts may be left out. Needs: table `watch`."""
    if not accounts:
        return {}
    engine.read_arrow(DRAWN, pa.table({"account_id": pa.array(accounts, pa.string())}))
    found = engine.rows(
        "SELECT w.account_id, w.effective_tier, w.account_size_segment, w.contribution_tier, "  # noqa: S608
        f"w.value_tier FROM watch AS w JOIN {DRAWN} AS k ON k.account_id = w.account_id"
    )
    return {
        str(account): Candidate(
            str(account), tier, size, None if rank is None else int(rank), value
        )
        for account, tier, size, rank, value in found
    }


def _stored(lots: Lots, play: str) -> dict[str, tuple[Assignment, date]]:
    kept = lots.store.assignments(lots.subject(play).name)
    return {arm.account_id: (arm, day) for day, arm in kept}


def _play(opening: Opening) -> str:
    return "" if opening.play is None else opening.play.play


def _without(opened: Sequence[Opening], held: set[tuple[str, str]]) -> tuple[Opening, ...]:
    kept = []
    for opening in opened:
        if (_play(opening), opening.cta.account_id) not in held:
            kept.append(opening)
        elif opening.cta.alerts:
            kept.append(replace(opening, play=None))
    return tuple(kept)
