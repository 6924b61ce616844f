"""What an edit would set going: alerts, CTAs, whose they are, before it is live."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from keepwell.actions import NewCta, Work, at_stake, decide_openings
from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.runs.act import calls_of
from keepwell.runs.portfolio import Portfolio
from keepwell.runs.warn import Watch, watch_run
from keepwell.vocabulary import Finding
from keepwell.warning import Alert, StoredAlarm, Trigger

NOBODY, FIRST = "", 50


@dataclass(frozen=True, slots=True)
class PersonLoad:
    """One person's part: alerts and CTAs that would come, CTAs open now; "" is nobody.

    `hours`, `new_hours`: a month, that open and new CTAs take; `able_hours`: that the person has.
    """

    person: str
    alerts: int
    new_ctas: int
    open_ctas: int
    hours: float = 0.0
    new_hours: float = 0.0
    able_hours: float | None = None


@dataclass(frozen=True, slots=True)
class NewWork:
    """An alert that would fire, or a CTA that would open; `what` names its trigger or type."""

    account_id: str
    name: str
    what: str
    person: str
    priority: str
    amount: float | None


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a run under the edited settings would set going, as if approved; nothing is stored.

    `alerts`: new ones by trigger; `ctas`: by type. `ended`: alerts that are on now and would end.
    `gate`, `reason`: what the gate of that run would be. `first_alerts`, `first_ctas`: those with
    the largest amounts, at most 50.
    """

    gate: str
    reason: str
    alerts: Mapping[str, int]
    ended: int
    new_ctas: int
    people: tuple[PersonLoad, ...]
    ctas: Mapping[str, int] = field(default_factory=dict)
    first_alerts: tuple[NewWork, ...] = ()
    first_ctas: tuple[NewWork, ...] = ()


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
    opened, work = openings_of(watch, fired, portfolio.as_of)
    return Consequences(
        warning.gate.kind,
        warning.gate.reason,
        dict(sorted(Counter(a.trigger for a in fired).items())),
        len(stored - on),
        len(opened),
        people_of(watch, fired, opened, work),
        dict(sorted(Counter(str(cta.type) for cta in opened).items())),
        first_alerts(watch, fired),
        _first(_cta_work(cta, fired) for cta in opened),
    )


def openings_of(
    watch: Watch, fired: Sequence[Alert], as_of: date
) -> tuple[list[NewCta], Work | None]:
    """Return the CTAs that these alerts would open, and what is open now."""
    if watch.acting is None:
        return [], None
    acting = watch.acting
    calls = calls_of([(a.key, a.account_id, a.trigger, a.facts) for a in fired], watch.triggers)
    work = acting.store.work([a.key for a in fired], as_of)
    # As if somebody had approved what the changed definition holds back.
    asked = replace(work, withheld=frozenset())
    found = decide_openings(calls, asked, acting.team, acting.book, as_of, "usual")
    return [o.cta for o in found.opened], work


def people_of(
    watch: Watch, fired: Sequence[Alert], opened: Sequence[NewCta], work: Work | None
) -> tuple[PersonLoad, ...]:
    """Return each person's part, by name; "" is nobody."""
    told = Counter(_person(a) for a in fired)
    owners = Counter(cta.owner or NOBODY for cta in opened)
    hours: defaultdict[str, float] = defaultdict(float)
    for cta in opened:
        hours[cta.owner or NOBODY] += cta.hours
    open_now = Counter({o or NOBODY: n for o, n in work.open_counts.items()} if work else {})
    loads = work.loads if work else {}
    people = sorted({*told, *owners, *open_now})
    return tuple(
        PersonLoad(
            p,
            told[p],
            owners[p],
            open_now[p],
            float(loads.get(p, 0.0)),
            hours[p],
            watch.acting.team.hours_of(p) if watch.acting and p != NOBODY else None,
        )
        for p in people
    )


def first_alerts(watch: Watch, fired: Sequence[Alert]) -> tuple[NewWork, ...]:
    """Return the alerts with the largest amounts, at most 50."""
    return _first(_alert_work(a, watch.triggers) for a in fired)


def _first(found: Iterable[NewWork]) -> tuple[NewWork, ...]:
    ranked = sorted(found, key=lambda w: (-(w.amount or 0.0), w.account_id, w.what))
    return tuple(ranked[:FIRST])


def _alert_work(alert: Alert, triggers: Sequence[Trigger]) -> NewWork:
    priority = next((str(t.priority) for t in triggers if t.trigger == alert.trigger), "")
    name = str(alert.facts.get("name") or "")
    amount = at_stake(alert.facts)
    return NewWork(alert.account_id, name, alert.trigger, _person(alert), priority, amount)


def _cta_work(cta: NewCta, fired: Sequence[Alert]) -> NewWork:
    alert = next((a for a in fired if a.key == cta.ref), None)
    name = str(alert.facts.get("name") or "") if alert else ""
    owner = cta.owner or NOBODY
    return NewWork(cta.account_id, name, str(cta.type), owner, cta.priority, cta.at_stake_amount)


def _is_on(alarm: StoredAlarm) -> bool:
    return alarm.state.is_on


def _person(alert: Alert) -> str:
    return str(alert.facts.get("csm_id") or alert.facts.get("owner_id") or NOBODY)
