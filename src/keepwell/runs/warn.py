"""Watch what a run computed: transitions against earlier snapshots become stored decisions."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

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
from keepwell.runs.act import Acting, RunView, act_on_run
from keepwell.runs.act_summary import ActionSummary, action_summary
from keepwell.runs.day import current_only_measures
from keepwell.runs.hold_out import hold_out
from keepwell.runs.portfolio import Portfolio
from keepwell.runs.score_portfolio import ScoredPortfolio
from keepwell.runs.transitions import Past, Present, find_transitions
from keepwell.runs.value_watch import ValueModel, find_value_transitions
from keepwell.runs.watch_tables import (
    last_of,
    open_earlier,
    open_run,
    read_accounts,
    sound_runs,
)
from keepwell.vocabulary import Finding
from keepwell.warning import (
    BEFORE,
    LAST,
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
    gate_of,
    source_faults,
    watch_columns,
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
    it, no CTA is opened. `value`: how the value model is set.
    """

    store: WarningStore
    triggers: tuple[Trigger, ...]
    settings: WarningSettings
    plays: frozenset[str]
    past: Past | None = None
    acting: Acting | None = None
    value: ValueModel | None = None


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
    unserved: Mapping[str, tuple[str, ...]]
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
        dict(sorted(Counter(t.cause.value for t in warning.transitions if _is_tier(t)).items())),
        warning.unserved,
        None if warning.actions is None else action_summary(warning.actions),
    )


def _is_tier(transition: Transition) -> bool:
    return transition.kind in ("tier", "score_tier")


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
    open_run(engine, snapshots, LAST, last_of(as_of, published))
    sound = sound_runs(watch.store.gates(), published, as_of)
    known_value = open_earlier(engine, snapshots, as_of, sound)
    provided = known_value | {s.measure for s in portfolio.sources if s.kind != "missing"}
    triggers, unserved = served_triggers(watch, engine, provided)
    definition = loop_definition(portfolio.scored, watch.triggers)
    gate = _gate(watch, engine, as_of, published, definition, findings)
    stored = watch.store.alarms()
    rows: list[dict[str, Any]] = []
    if gate.kind is not GateKind.CLOSED:
        rows = read_accounts(engine, [t for t, _ in triggers], {a for a, _ in stored})
    decisions = decide(triggers, rows, stored, as_of, gate)
    open_run(engine, snapshots, BEFORE, last_of(as_of, published))
    last = _last_gate(watch.store)
    is_news = last is not None and gate.reason is not GateReason.LOOKING_BACK
    known = last.gate.faults if last is not None else ()
    return RunWarning(
        gate,
        definition,
        decisions,
        {t.trigger: means_of(t) for t, _ in triggers},
        tuple(f for f in gate.faults if f not in known) if is_news else (),
        _transitions(watch, engine, snapshots, published, portfolio, decisions, gate),
        _actions(watch, engine, published, portfolio, decisions, gate),
        unserved,
    )


def means_of(trigger: Trigger) -> AlertMeans:
    """Return how the alerts of a trigger are told."""
    return AlertMeans(trigger.priority, trigger.urgency, trigger.told_to, trigger.told_as)


def _actions(
    watch: Watch,
    engine: Engine,
    published: Sequence[RunRecord],
    portfolio: Portfolio,
    decisions: Decisions,
    gate: Gate,
) -> RunActions | None:
    if watch.acting is None:
        return None
    cards = [u.card for u in portfolio.scored.uses]
    is_again = any(r.as_of == portfolio.as_of for r in published)
    view = RunView(portfolio.as_of, gate, decisions, watch.triggers, cards, is_again)
    found = act_on_run(watch.acting, engine, view)
    return hold_out(watch.acting.lots, engine, found, watch.triggers)


def _transitions(
    watch: Watch,
    engine: Engine,
    snapshots: SnapshotStore,
    published: Sequence[RunRecord],
    portfolio: Portfolio,
    decisions: Decisions,
    gate: Gate,
) -> tuple[Transition, ...]:
    if watch.past is None:
        return ()
    earlier = last_of(portfolio.as_of, published)
    before = next((r for r in published if r.run_id == earlier), None)
    present_only = current_only_measures(watch.past.mapped, portfolio.sources)
    found = find_transitions(
        engine,
        watch.past,
        Present(portfolio.scored.uses, present_only),
        before,
        decisions,
        gate,
        is_rule_changed=gate.reason is GateReason.DEFINITION_CHANGED,
    )
    return (
        *found,
        *find_value_transitions(engine, snapshots, watch.value, portfolio, before, gate),
    )


def served_triggers(
    watch: Watch, engine: Engine, provided: frozenset[str]
) -> tuple[list[tuple[Trigger, bool]], dict[str, tuple[str, ...]]]:
    """Return the triggers that this source can serve, each with whether its proxy stands in.

    And those that it cannot, with the columns they lack. `provided`: measures, and columns of the
    value model, of which anything is known.
    """
    columns = watch_columns(engine.columns("portfolio"))
    check_triggers(watch.triggers, columns, watch.plays)
    found = [served for t in watch.triggers if (served := bound(t, provided)) is not None]
    names = {t.trigger for t, _ in found}
    lacking = [t for t in watch.triggers if t.trigger not in names]
    return found, {t.trigger: tuple(sorted(t.needs() - provided)) for t in lacking}


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
        is_definition_changed=_is_news(definition, watch.store, published, as_of),
        faults=(*source_faults(findings), *new),
        known_faults=last.gate.faults if last is not None else (),
    )
    return gate_of(facts, share)


def _last_gate(store: WarningStore) -> GateRecord | None:
    """Return the gate of the last run that described its own present."""
    gates = (g for g in store.gates() if g.gate.reason is not GateReason.LOOKING_BACK)
    return next(gates, None)


def _is_news(
    definition: str, store: WarningStore, published: Sequence[RunRecord], as_of: date
) -> bool:
    """Say whether the definition differs from that of the last run that made alerts by one.

    A closed run made none, and what a run of the same day holds was not approved yet.
    """
    today = {r.run_id for r in published if r.as_of == as_of}
    for record in store.gates():
        is_waiting = record.gate.kind is GateKind.HELD and record.verdict is None
        if record.gate.kind is GateKind.CLOSED or (is_waiting and record.run_id in today):
            continue
        return record.definition != definition
    return False
