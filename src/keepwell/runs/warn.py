"""Watch what a run computed: transitions against earlier snapshots become stored decisions."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from keepwell.actions import RunActions
from keepwell.config import WarningSettings
from keepwell.ports import (
    AlertMeans,
    Engine,
    GateRecord,
    RunRecord,
    RunWarning,
    SnapshotStore,
    WarningStore,
)
from keepwell.runs.act import Acting, ActionSummary, RunView, act_on_run, action_summary
from keepwell.runs.day import current_only_measures
from keepwell.runs.portfolio import Portfolio
from keepwell.runs.score_portfolio import ScoredPortfolio
from keepwell.runs.transitions import Past, Present, find_transitions
from keepwell.vocabulary import SCORE_COLUMNS, Finding, MeasureSource
from keepwell.warning import (
    ALARMS,
    BEFORE,
    EVIDENCE_COLUMNS,
    LAST,
    MONTH_AGO,
    SOUND_FOR_DAYS,
    Decisions,
    Gate,
    GateFacts,
    GateKind,
    GateReason,
    Transition,
    Trigger,
    bound,
    change_faults,
    check_triggers,
    decide,
    earlier_runs,
    gate_of,
    readings_select,
    source_faults,
    watch_columns,
    watch_select,
)

# Accounts that changed tier, those of whom less is known under the same card, all compared.
CHANGED = (
    "SELECT count(*) FILTER (WHERE b.tier <> s.tier), "  # noqa: S608
    "count(*) FILTER (WHERE s.coverage < b.coverage AND s.scorecard = b.scorecard "
    "AND s.scorecard_version = b.scorecard_version), count(*) "
    f"FROM scores AS s JOIN {BEFORE} AS b ON b.account_id = s.account_id"
)
VANISHED = (
    "SELECT count(*) FILTER (WHERE s.account_id IS NULL), count(*) "  # noqa: S608
    f"FROM {LAST} AS l LEFT JOIN scores AS s ON s.account_id = l.account_id"
)


@dataclass(frozen=True, slots=True)
class Watch:
    """What the loop needs beside the run: its store, its triggers and its settings.

    `plays`: names of the plays that triggers may suggest. `past`: what explains changes since
    the run before; without it, transitions are not looked for. `acting`: people's work; without
    it, no CTA is opened.
    """

    store: WarningStore
    triggers: tuple[Trigger, ...]
    settings: WarningSettings
    plays: frozenset[str]
    past: Past | None = None
    acting: Acting | None = None


@dataclass(frozen=True, slots=True)
class WarningSummary:
    """What a run's report says of its alerts."""

    gate: str
    reason: str
    changed: int
    compared: int
    alerts: Mapping[str, int]
    ended: int
    faults: tuple[str, ...]
    transitions: Mapping[str, int]
    actions: ActionSummary | None = None


def warning_summary(warning: RunWarning) -> WarningSummary:
    """Return the counts of a run's decisions: alerts by trigger, changes of tier by cause."""
    gate, decisions = warning.gate, warning.decisions
    counts = Counter(a.trigger for a in decisions.alerts)
    return WarningSummary(
        gate.kind,
        gate.reason,
        gate.changed,
        gate.compared,
        dict(sorted(counts.items())),
        len(decisions.endings),
        gate.faults,
        dict(sorted(Counter(t.cause.value for t in warning.transitions if not t.name).items())),
        None if warning.actions is None else action_summary(warning.actions),
    )


def watch_run(
    watch: Watch,
    engine: Engine,
    snapshots: SnapshotStore,
    published: Sequence[RunRecord],
    portfolio: Portfolio,
    findings: Sequence[Finding],
) -> RunWarning:
    """Return what a run warns of; nothing is stored here.

    `published`: earlier runs, newest first. `findings`: all of the run.
    Needs:  the engine tables of `compute_portfolio`.
    Errors: ConfigInvalid for a trigger over unknown columns or plays.
    """
    as_of = portfolio.as_of
    triggers = served_triggers(watch, engine, portfolio.sources)
    _open_run(engine, snapshots, LAST, _last_of(as_of, published))
    open_earlier(engine, snapshots, as_of, sound_runs(watch.store.gates(), published, as_of))
    definition = loop_definition(portfolio.scored, watch.triggers)
    gate = _gate(watch, engine, as_of, published, definition, findings)
    stored = watch.store.alarms()
    rows: list[dict[str, Any]] = []
    if gate.kind is not GateKind.CLOSED:
        rows = read_accounts(engine, [t for t, _ in triggers], {a for a, _ in stored})
    decisions = decide(triggers, rows, stored, as_of, gate)
    _open_run(engine, snapshots, BEFORE, _last_of(as_of, published))
    last = _last_gate(watch.store)
    is_news = last is not None and gate.reason is not GateReason.LOOKING_BACK
    known = last.gate.faults if last is not None else ()
    return RunWarning(
        gate,
        definition,
        decisions,
        {t.trigger: AlertMeans(t.priority, t.urgency) for t, _ in triggers},
        tuple(f for f in gate.faults if f not in known) if is_news else (),
        _transitions(watch, engine, published, portfolio, decisions, gate),
        _actions(watch, engine, portfolio, decisions, gate),
    )


def _actions(
    watch: Watch, engine: Engine, portfolio: Portfolio, decisions: Decisions, gate: Gate
) -> RunActions | None:
    if watch.acting is None:
        return None
    cards = [u.card for u in portfolio.scored.uses]
    view = RunView(portfolio.as_of, gate, decisions, watch.triggers, cards)
    return act_on_run(watch.acting, engine, view)


def _transitions(
    watch: Watch,
    engine: Engine,
    published: Sequence[RunRecord],
    portfolio: Portfolio,
    decisions: Decisions,
    gate: Gate,
) -> tuple[Transition, ...]:
    if watch.past is None:
        return ()
    earlier = _last_of(portfolio.as_of, published)
    present_only = current_only_measures(watch.past.mapped, portfolio.sources)
    return find_transitions(
        engine,
        watch.past,
        Present(portfolio.scored.uses, present_only),
        next((r for r in published if r.run_id == earlier), None),
        decisions,
        gate,
        is_rule_changed=gate.reason is GateReason.DEFINITION_CHANGED,
    )


def served_triggers(
    watch: Watch, engine: Engine, sources: Sequence[MeasureSource]
) -> list[tuple[Trigger, bool]]:
    """Return the triggers that this source can serve, each with whether its proxy stands in."""
    columns = watch_columns(engine.columns("portfolio"))
    check_triggers(watch.triggers, columns, watch.plays)
    provided = frozenset(s.measure for s in sources if s.kind != "missing")
    return [served for t in watch.triggers if (served := bound(t, provided)) is not None]


def open_earlier(
    engine: Engine, snapshots: SnapshotStore, as_of: date, published: Sequence[RunRecord]
) -> None:
    """Make the scores of the last run and of a month ago readable; empty where there is none."""
    earlier = earlier_runs(as_of, [(r.run_id, r.as_of) for r in published])
    for name, run_id in ((BEFORE, earlier.before), (MONTH_AGO, earlier.month_ago)):
        _open_run(engine, snapshots, name, run_id)


def _open_run(engine: Engine, snapshots: SnapshotStore, name: str, run_id: str | None) -> None:
    if run_id is not None:
        engine.read_parquet(name, snapshots.path(run_id) / "scores.parquet")
        return
    columns = ", ".join(f"CAST(NULL AS {c.sql_type}) AS {c.name}" for c in SCORE_COLUMNS)
    engine.create_table(name, f"SELECT {columns} WHERE FALSE")


def _last_of(as_of: date, published: Sequence[RunRecord]) -> str | None:
    """Return the run before, of whatever quality."""
    return earlier_runs(as_of, [(r.run_id, r.as_of) for r in published]).before


def sound_runs(
    gates: Sequence[GateRecord], published: Sequence[RunRecord], as_of: date
) -> list[RunRecord]:
    """Return the runs that a run is compared with: not those whose sources were at fault.

    Without a sound run in the last days, what is there counts: the fault has come to stay.
    """
    faulty = {g.run_id for g in gates if g.gate.reason is GateReason.SOURCE_FAULT}
    sound = [r for r in published if r.run_id not in faulty]
    is_near = any(0 < (as_of - r.as_of).days <= SOUND_FOR_DAYS for r in sound)
    return sound if is_near else list(published)


def read_accounts(
    engine: Engine, triggers: Sequence[Trigger], alarmed: set[str]
) -> list[dict[str, Any]]:
    """Return the accounts of interest with their readings, ordered by account_id."""
    engine.read_arrow(ALARMS, pa.table({"account_id": pa.array(sorted(alarmed), pa.string())}))
    columns = engine.columns("portfolio")
    engine.create_view("watch", watch_select(columns))
    select = readings_select(triggers, watch_columns(columns))
    names = [*EVIDENCE_COLUMNS]
    for number in range(1, len(triggers) + 1):
        names += [f"enters_{number}", f"leaves_{number}"]
    found = engine.rows(f"{select} ORDER BY account_id")
    return [dict(zip(names, row, strict=True)) for row in found]


def loop_definition(scored: ScoredPortfolio, triggers: Sequence[Trigger]) -> str:
    """Return a hash of what defines scores and alerts: fitted scorecards, their uses, triggers."""
    parts = [
        [[u.card.scorecard, u.card.version, u.definition_hash, u.when] for u in scored.uses],
        [t.model_dump(mode="json") for t in triggers],
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _gate(
    watch: Watch,
    engine: Engine,
    as_of: date,
    published: Sequence[RunRecord],
    definition: str,
    findings: Sequence[Finding],
) -> Gate:
    changed, thinner, compared = (int(n) for n in engine.rows(CHANGED)[0])
    vanished, before = (int(n) for n in engine.rows(VANISHED)[0])
    share = watch.settings.mass_change_share
    new = change_faults(vanished, before, thinner, compared, share)
    last = _last_gate(watch.store)
    days = {r.as_of for r in published}
    # Before the loop has seen a second day, there is nothing that could have changed.
    is_first = last is None or days == {as_of}
    facts = GateFacts(
        as_of=as_of,
        newest_day=None if is_first else max(days),
        changed=changed,
        compared=compared,
        is_definition_changed=last is not None and last.definition != definition,
        faults=(*source_faults(findings), *new),
        known_faults=last.gate.faults if last is not None else (),
    )
    return gate_of(facts, share)


def _last_gate(store: WarningStore) -> GateRecord | None:
    """Return the gate of the last run that described its own present."""
    gates = (g for g in store.gates() if g.gate.reason is not GateReason.LOOKING_BACK)
    return next(gates, None)
