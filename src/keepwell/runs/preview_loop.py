"""What an edit would set going: alerts, CTAs, whose they are, before it is live."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from keepwell.actions import decide_openings
from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.runs.act import calls_of
from keepwell.runs.portfolio import Portfolio
from keepwell.runs.warn import Watch, watch_run
from keepwell.vocabulary import Finding
from keepwell.warning import Alert, StoredAlarm

NOBODY = ""


@dataclass(frozen=True, slots=True)
class PersonLoad:
    """One person's part: alerts and CTAs that would come, CTAs open now; "" is nobody."""

    person: str
    alerts: int
    new_ctas: int
    open_ctas: int


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a run under the edited settings would set going, as if approved; nothing is stored.

    `alerts`: new ones by trigger. `ended`: alerts that are on now and would end.
    `gate`, `reason`: what the gate of that run would be.
    """

    gate: str
    reason: str
    alerts: Mapping[str, int]
    ended: int
    new_ctas: int
    people: tuple[PersonLoad, ...]


def consequences(
    watch: Watch,
    engine: Engine,
    snapshots: SnapshotStore,
    published: Sequence[RunRecord],
    portfolio: Portfolio,
    findings: Sequence[Finding],
) -> Consequences:
    """Return what a computed portfolio would set going. Needs: the tables of that computation."""
    bare = replace(watch, past=None, acting=None)
    stored = {pair for pair, alarm in watch.store.alarms().items() if _is_on(alarm)}
    warning = watch_run(bare, engine, snapshots, published, portfolio, findings)
    decided = warning.decisions
    # The day was run before: what it told already is no consequence of the edit.
    fired = [a for a in decided.alerts if (a.account_id, a.trigger) not in stored]
    on = {pair for pair, alarm in decided.alarms.items() if _is_on(alarm)}
    owners, open_now = _ctas(watch, fired, portfolio)
    told = Counter(_person(a) for a in fired)
    people = sorted({*told, *owners, *open_now})
    return Consequences(
        warning.gate.kind,
        warning.gate.reason,
        dict(sorted(Counter(a.trigger for a in fired).items())),
        len(stored - on),
        sum(owners.values()),
        tuple(PersonLoad(p, told[p], owners[p], open_now[p]) for p in people),
    )


def _ctas(
    watch: Watch, fired: Sequence[Alert], portfolio: Portfolio
) -> tuple[Counter[str], Counter[str]]:
    """Return by owner: CTAs that these alerts would open, and those open now."""
    if watch.acting is None:
        return Counter(), Counter()
    acting = watch.acting
    calls = calls_of([(a.key, a.account_id, a.trigger, a.facts) for a in fired], watch.triggers)
    work = acting.store.work([a.key for a in fired], portfolio.as_of)
    # As if somebody had approved what the changed definition holds back.
    asked = replace(work, withheld=frozenset())
    openings = decide_openings(calls, asked, acting.team, acting.book, portfolio.as_of, "usual")
    opened = Counter(o.cta.owner or NOBODY for o in openings.opened)
    return opened, Counter({owner or NOBODY: n for owner, n in work.open_counts.items()})


def _is_on(alarm: StoredAlarm) -> bool:
    return alarm.state.is_on


def _person(alert: Alert) -> str:
    return str(alert.facts.get("csm_id") or alert.facts.get("owner_id") or NOBODY)
