"""Who owns a CTA or a task: the account's CSM, or the most senior person with free hours."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from keepwell.actions.enrolment_settings import TeamSettings

# Roles that the owner of a CTA fills without being looked for.
OWNER_ROLES = ("csm", "strategic_csm", "pooled_csm")
Ground = Literal["csm", "rescue", "no_csm", "nobody"]


@dataclass(frozen=True, slots=True)
class Need:
    """One CTA that needs an owner; `hours` a month that its account takes.

    `is_rescue`:  high value at risk, which the most senior person with free hours takes.
    `account_id`: whose it is; of several CTAs on one account a person takes the hours once.
    """

    csm: str | None
    hours: float = 0.0
    is_rescue: bool = False
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owns it and why; `is_over` when the owner's hours do not reach for it."""

    owner: str | None
    ground: Ground
    is_over: bool = False


class Desk:
    """The people and their free hours, as CTAs are given out one after the other.

    Nothing is dropped: when nobody is free, the CSM has it all the same, and it is counted.
    Equal people are told apart by more free hours, then by name.
    """

    def __init__(
        self,
        team: TeamSettings,
        loads: Mapping[str, float],
        accounts: Mapping[tuple[str, str], float] | None = None,
    ) -> None:
        self._team = team
        self._loads = dict(loads)
        self._accounts = dict(accounts or {})
        self._hours = {m.person: team.hours_of(m.person) for m in team.people}
        self._seniority = {m.person: team.seniority_of(m.person) for m in team.people}
        carers = [m.person for m in team.people if set(m.roles) & set(OWNER_ROLES)]
        self._ranks: dict[int, list[tuple[float, str]]] = {}
        for person in carers:
            rank = self._ranks.setdefault(self._seniority[person], [])
            heapq.heappush(rank, (-self.free(person), person))

    def free(self, person: str) -> float:
        """Return a person's free hours a month; negative when over."""
        hours = self._hours.get(person, self._team.defaults.hours)
        return hours - self._loads.get(person, 0.0)

    def choose(self, need: Need) -> Ownership:
        """Return who should own it; nothing is booked."""
        csm = need.csm
        if csm is not None and not need.is_rescue:
            return Ownership(csm, "csm", self.free(csm) < self._more(csm, need))
        above = -1 if csm is None else self._rank_of(csm)
        senior = self._most_senior(need, above)
        if senior is not None:
            return Ownership(senior, "rescue" if need.is_rescue else "no_csm")
        if csm is not None:
            return Ownership(csm, "csm", self.free(csm) < self._more(csm, need))
        least = self._least_over()
        return Ownership(None, "nobody") if least is None else Ownership(least, "no_csm", True)

    def take(self, owner: str | None, need: Need) -> None:
        """Book a CTA's hours on its owner, unless other work on the account takes them already."""
        if owner is None:
            return
        self._loads[owner] = self._loads.get(owner, 0.0) + self._more(owner, need)
        if need.account_id:
            pair = (owner, need.account_id)
            self._accounts[pair] = max(self._accounts.get(pair, 0.0), need.hours)

    def _more(self, person: str, need: Need) -> float:
        """Return the hours that a CTA adds to what a person does for the account already."""
        return max(0.0, need.hours - self._accounts.get((person, need.account_id), 0.0))

    def _rank_of(self, person: str) -> int:
        return self._seniority.get(person, self._team.defaults.seniority)

    def _most_senior(self, need: Need, above: int) -> str | None:
        for seniority in sorted(self._ranks, reverse=True):
            if seniority <= above:
                return None
            person = self._freest(seniority)
            if self.free(person) >= self._more(person, need):
                return person
        return None

    def _least_over(self) -> str | None:
        found = [self._freest(seniority) for seniority in sorted(self._ranks, reverse=True)]
        return max(found, key=self.free, default=None)

    def _freest(self, seniority: int) -> str:
        """Return who of a rank has most free hours; entries that were booked on are renewed."""
        rank = self._ranks[seniority]
        while True:
            noted, person = rank[0]
            now = -self.free(person)
            if noted == now:
                return person
            heapq.heapreplace(rank, (now, person))


class RoleBook:
    """Who does the tasks of a role: of those who have it, the one with fewest tasks so far.

    `unmanned`: roles that nobody has, with how often they were asked for.
    """

    def __init__(self, team: TeamSettings, open_tasks: Mapping[str, int]) -> None:
        self._given = dict(open_tasks)
        self._heaps: dict[str, list[tuple[int, int, str]]] = {}
        self._seniority = {m.person: team.seniority_of(m.person) for m in team.people}
        for member in team.people:
            for role in member.roles:
                entry = (self._count(member.person), -self._seniority[member.person])
                heapq.heappush(self._heaps.setdefault(role, []), (*entry, member.person))
        self.unmanned: dict[str, int] = {}

    def person(self, role: str, owner: str | None) -> str | None:
        """Return who does a task of `role` on a CTA of `owner`; None when nobody has the role."""
        if role in OWNER_ROLES and owner is not None:
            return owner
        heap = self._heaps.get(role)
        if not heap:
            self.unmanned[role] = self.unmanned.get(role, 0) + 1
            return None
        while heap[0][0] != self._count(heap[0][2]):
            person = heap[0][2]
            heapq.heapreplace(heap, (self._count(person), -self._seniority[person], person))
        return heap[0][2]

    def give(self, person: str | None, tasks: int) -> None:
        """Count tasks that a person was given."""
        if person is not None:
            self._given[person] = self._count(person) + tasks

    def _count(self, person: str) -> int:
        return self._given.get(person, 0)
