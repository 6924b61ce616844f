"""What a trial would set going on the day of the current snapshot: alerts, CTAs, whose they are."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.runs.export import open_snapshot
from keepwell.runs.preview_loop import NewWork, PersonLoad, first_alerts, openings_of, people_of
from keepwell.runs.report_subject import build_portfolio
from keepwell.runs.trial import TIERS, Bench
from keepwell.runs.warn import Watch, served_triggers
from keepwell.runs.watch_tables import open_earlier, read_accounts, sound_runs
from keepwell.scoring.columns import NO_SCORE
from keepwell.vocabulary import MAX_MICRO, Scorecard
from keepwell.warning import (
    Alert,
    Decisions,
    Gate,
    GateKind,
    Trigger,
    decide,
)

Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TrialWork:
    """What would start on the day of the snapshot, as if approved; nothing is stored.

    `alerts`: new ones by trigger; `ended`: that are on now and would end. `first`: of accounts in
    sight, the largest amounts.
    """

    alerts: Mapping[str, int]
    ended: int
    new_ctas: int
    people: tuple[PersonLoad, ...]
    first: tuple[NewWork, ...]


def trial_scores(scores: pa.Table, bench: Bench, card: Scorecard) -> pa.Table:
    """Return a snapshot's `scores` with the rows of a bench as a fitted card scores them."""
    found = bench.scored(card)
    place = pc.index_in(scores["account_id"], value_set=pa.array(bench.ids)).to_numpy()
    own = np.flatnonzero(~np.isnan(place.astype(np.float64)))
    at = place[own].astype(np.int64)
    names = np.array(found.tiers)[found.tier[at]]
    effective = np.where(bench.is_pinned[at], np.array(TIERS)[bench.tiers[at]], names)
    micro = [None if m == NO_SCORE else int(m) for m in found.score[at]]
    new: dict[str, Sequence[Any]] = {
        "score_micro": micro,
        "coverage": (found.coverage[at] / MAX_MICRO).tolist(),
        "tier": names.tolist(),
        "effective_tier": effective.tolist(),
    }
    for name, values in new.items():
        column = scores[name].to_pylist()
        for row, value in zip(own, values, strict=True):
            column[row] = value
        number = scores.schema.get_field_index(name)
        scores = scores.set_column(number, name, pa.array(column, scores.schema.field(name).type))
    return scores


def trial_work(
    watch: Watch,
    engine: Engine,
    snapshots: SnapshotStore,
    runs: Sequence[RunRecord],
    scores: pa.Table | None,
    in_sight: Container[str | None],
    usual: frozenset[Pair],
) -> TrialWork:
    """Return what the newest of `runs` would have set going with other scores or triggers.

    `scores`: in place of the snapshot's. `usual`: the alarms that are on without the edit.
    Errors: ConfigInvalid for triggers.
    """
    decided = _decided(watch, engine, snapshots, runs, scores)
    on = _on(decided)
    fired = [
        a
        for a in decided.alerts
        if a.account_id in in_sight and (a.account_id, a.trigger) in on - usual
    ]
    opened, work = openings_of(watch, fired, runs[0].as_of)
    return TrialWork(
        _by_trigger(fired),
        len({pair for pair in usual - on if pair[0] in in_sight}),
        len(opened),
        people_of(watch, fired, opened, work),
        first_alerts(watch, fired),
    )


def usual_alarms(
    watch: Watch, engine: Engine, snapshots: SnapshotStore, runs: Sequence[RunRecord]
) -> frozenset[Pair]:
    """Return the alarms, by account and trigger, that are on as everything is defined now."""
    return _on(_decided(watch, engine, snapshots, runs, None))


def _decided(
    watch: Watch,
    engine: Engine,
    snapshots: SnapshotStore,
    runs: Sequence[RunRecord],
    scores: pa.Table | None,
) -> Decisions:
    rows, served = _readings(watch, engine, snapshots, runs, scores)
    stored = watch.store.alarms()
    return decide(served, rows, stored, runs[0].as_of, _gate(watch, runs[0]))


def _on(decided: Decisions) -> frozenset[Pair]:
    return frozenset(pair for pair, alarm in decided.alarms.items() if alarm.state.is_on)


def _gate(watch: Watch, run: RunRecord) -> Gate:
    """Return an open gate, or that of a baseline, on which what holds counts at once."""
    was = next((g.gate.kind for g in watch.store.gates() if g.run_id == run.run_id), None)
    return Gate(GateKind.BASELINE if was is GateKind.BASELINE else GateKind.OPEN)


def _by_trigger(alerts: Sequence[Alert]) -> Mapping[str, int]:
    return dict(Counter(a.trigger for a in alerts).most_common())


def _readings(
    watch: Watch,
    engine: Engine,
    snapshots: SnapshotStore,
    runs: Sequence[RunRecord],
    scores: pa.Table | None,
) -> tuple[list[dict[str, Any]], list[tuple[Trigger, bool]]]:
    run = runs[0]
    manifest = snapshots.read_manifest(run.run_id)
    tables = open_snapshot(engine, snapshots, run.run_id)
    if scores is not None:
        engine.drop("scores")
        engine.read_arrow("scores", scores)
    build_portfolio(engine, [t for t in tables if t != "value"])
    known = open_earlier(
        engine, snapshots, run.as_of, sound_runs(watch.store.gates(), runs, run.as_of)
    )
    provided = known | {m["measure"] for m in manifest["measures"] if m["kind"] != "missing"}
    served, _ = served_triggers(watch, engine, provided)
    alarmed = {account_id for account_id, _ in watch.store.alarms()}
    return read_accounts(engine, [t for t, _ in served], alarmed), served
