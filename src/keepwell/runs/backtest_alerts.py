"""Replay today's triggers over stored snapshots: how many alerts would have fired, for whom."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.runs.export import open_snapshot
from keepwell.runs.importing_record import finding_from_json
from keepwell.runs.report_subject import build_portfolio
from keepwell.runs.watch_tables import open_earlier, read_accounts
from keepwell.vocabulary import NotFound
from keepwell.warning import (
    Decisions,
    Gate,
    GateFacts,
    GateKind,
    StoredAlarm,
    Trigger,
    bound,
    check_triggers,
    decide,
    gate_of,
    source_faults,
    watch_columns,
)


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """The alerts of one CSM in one week, by the Monday that begins it."""

    person: str
    week: date
    alerts: int


@dataclass(frozen=True, slots=True)
class ReplayedDay:
    """One day of the replay: its gate, and how many alerts would have started and ended."""

    as_of: date
    gate: str
    reason: str
    alerts: int
    ended: int


@dataclass(frozen=True, slots=True)
class AlertBacktest:
    """What the present triggers would have done on the stored days.

    `baseline`: alerts that held on the first day already; they are in no other number.
    """

    days: tuple[ReplayedDay, ...]
    baseline: int
    triggers: Mapping[str, int]
    person_weeks: tuple[PersonWeek, ...]
    accounts: int


def backtest_alerts(
    engine: Engine,
    snapshots: SnapshotStore,
    runs: Sequence[RunRecord],
    triggers: Sequence[Trigger],
    plays: frozenset[str],
    *,
    since: date,
    mass_change_share: float,
) -> AlertBacktest:
    """Return the replay over the last run of each day from `since` on.

    The gate is that of a run: a fault of a source or a mass change is held, not hidden.
    Errors: NotFound with fewer than two days; ConfigInvalid for triggers.
    """
    days = _days(runs, since)
    if len(days) < 2:
        raise NotFound(
            f"{len(days)} days have been run since {since}; a replay needs two or more.",
            cure="Run every day, or fill the past: `keepwell run --as-of YYYY-MM-DD`.",
        )
    stored: Mapping[tuple[str, str], StoredAlarm] = {}
    told: list[ReplayedDay] = []
    started: list[Mapping[str, Any]] = []
    baseline = 0
    faults: tuple[str, ...] = ()
    for number, run in enumerate(days):
        manifest = snapshots.read_manifest(run.run_id)
        tables = open_snapshot(engine, snapshots, run.run_id)
        for table in {"value", "candidates"} - set(tables):
            if engine.columns(table):
                engine.drop(table)
        build_portfolio(engine, [t for t in tables if t != "value"])
        known = open_earlier(engine, snapshots, run.as_of, list(reversed(days[:number])))
        found = source_faults([finding_from_json(f) for f in manifest["findings"]])
        before = days[number - 1] if number else None
        gate = _gate(engine, run.as_of, before, (found, faults), mass_change_share)
        faults = found
        check_triggers(triggers, watch_columns(engine.columns("portfolio")), plays)
        decisions = _decide(engine, manifest, triggers, known, stored, run.as_of, gate)
        stored = decisions.alarms
        count = len(decisions.alerts)
        told.append(ReplayedDay(run.as_of, gate.kind, gate.reason, count, len(decisions.endings)))
        if gate.kind is GateKind.BASELINE:
            baseline = count
        else:
            started += [{**a.facts, "trigger": a.trigger, "day": a.as_of} for a in decisions.alerts]
    return _summary(tuple(told), baseline, started)


def _days(runs: Sequence[RunRecord], since: date) -> list[RunRecord]:
    """Return the last run of each day, oldest day first."""
    last: dict[date, RunRecord] = {}
    for run in runs:
        last.setdefault(run.as_of, run)
    return [last[day] for day in sorted(last) if day >= since]


def _gate(
    engine: Engine,
    as_of: date,
    before: RunRecord | None,
    faults: tuple[Sequence[str], Sequence[str]],
    mass_change_share: float,
) -> Gate:
    """Return the gate of a day; `faults`: those of its sources, and those of the day before."""
    changed, compared = engine.rows(
        "SELECT count(*) FILTER (WHERE b.tier <> s.tier), count(*) FROM scores AS s "
        "JOIN watch_before AS b ON b.account_id = s.account_id"
    )[0]
    facts = GateFacts(
        as_of=as_of,
        newest_day=None if before is None else before.as_of,
        changed=int(changed),
        compared=int(compared),
        is_definition_changed=False,
        faults=faults[0],
        known_faults=faults[1],
    )
    return gate_of(facts, mass_change_share)


def _decide(
    engine: Engine,
    manifest: Mapping[str, Any],
    triggers: Sequence[Trigger],
    known: frozenset[str],
    stored: Mapping[tuple[str, str], StoredAlarm],
    as_of: date,
    gate: Gate,
) -> Decisions:
    provided = frozenset(m["measure"] for m in manifest["measures"] if m["kind"] != "missing")
    served = [s for t in triggers if (s := bound(t, provided | known)) is not None]
    rows: list[dict[str, Any]] = []
    if gate.kind is not GateKind.CLOSED:
        rows = read_accounts(engine, [t for t, _ in served], {a for a, _ in stored})
    return decide(served, rows, stored, as_of, gate)


def _summary(
    days: tuple[ReplayedDay, ...], baseline: int, started: Sequence[Mapping[str, Any]]
) -> AlertBacktest:
    weeks = Counter(
        (
            str(f.get("csm_id") or f.get("owner_id") or ""),
            f["day"] - timedelta(days=f["day"].weekday()),
        )
        for f in started
    )
    return AlertBacktest(
        days,
        baseline,
        dict(Counter(str(f["trigger"]) for f in started).most_common()),
        tuple(PersonWeek(person, week, n) for (person, week), n in sorted(weeks.items())),
        len({f["account_id"] for f in started}),
    )
