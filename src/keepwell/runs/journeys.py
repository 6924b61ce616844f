"""Journeys: read where accounts stand, decide their moves, and store what is to be done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from keepwell.journeys import (
    JOURNEY_ACCOUNTS,
    Around,
    ContentItem,
    Journey,
    JourneySettings,
    Known,
    Moves,
    Outgoing,
    accounts_select,
    check_journeys,
    journey_columns,
    journeys_select,
    outgoing_of,
    plan_moves,
    result_names,
    served_journey,
)
from keepwell.ports import Engine, GateRecord, RunRecord, SnapshotStore
from keepwell.ports.journeys import Applied, JourneyPlan, JourneyStore
from keepwell.runs.export import open_snapshot
from keepwell.runs.journey_accounts import JourneyReader
from keepwell.runs.report_subject import build_portfolio
from keepwell.runs.watch_tables import open_earlier, sound_runs
from keepwell.vocabulary import Lang
from keepwell.warning import ALARMS, GateKind, watch_columns, watch_select

BY_RUN = "keepwell"


@dataclass(frozen=True, slots=True)
class JourneyWork:
    """What a run of journeys works with.

    `channels`: the channel of each kind of step that can be sent. `contacts`: Parquet file of the
    last import, read for who has an address. `is_trial`: shows what is held, or lacks a channel.
    """

    journeys: tuple[Journey, ...]
    settings: JourneySettings
    content: tuple[ContentItem, ...]
    channels: Mapping[str, str]
    lang: Lang
    time_zone: str
    now: datetime
    reader: JourneyReader
    is_trial: bool = False

    @property
    def today(self) -> date:
        """Return the day of the run in the project's time zone."""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class JourneyLine:
    """What one run does in one journey.

    `state`: live, proxy (a proxy stands in), no_data (its measures are missing: `needs`) or
    no_channel (a channel is not set: `needs`). `steps`: by step, then by outcome.
    """

    journey: str
    state: str
    needs: tuple[str, ...] = ()
    entered: int = 0
    moved: int = 0
    ended: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    held_out: int = 0
    steps: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedJourneys:
    """The plan of one run. `held`: why nothing moves, empty when it does."""

    run_id: str
    as_of: date
    held: str
    lines: tuple[JourneyLine, ...]
    moves: Moves
    outgoing: tuple[Outgoing, ...]


def plan_journeys(
    work: JourneyWork,
    engine: Engine,
    snapshots: SnapshotStore,
    runs: Sequence[RunRecord],
    gates: Sequence[GateRecord],
    known: Known,
) -> PlannedJourneys:
    """Return what journeys do today on the current snapshot; nothing is stored here.

    Errors: ConfigInvalid for conditions over unknown columns.
    """
    run = runs[0]
    earlier = sound_runs(gates, runs[1:], run.as_of)
    columns = _open_accounts(engine, snapshots, run, earlier, known)
    check_journeys(work.journeys, work.settings, columns)
    manifest = snapshots.read_manifest(run.run_id)
    provided = frozenset(m["measure"] for m in manifest["measures"] if m["kind"] != "missing")
    served, lines = _served(work, provided)
    held = _held(work, run, gates)
    nothing = Moves((), (), {}, {})
    if held and not work.is_trial:
        return PlannedJourneys(run.run_id, run.as_of, held, tuple(lines.values()), nothing, ())
    rows = _rows(engine, work, [j for j, _ in served], columns)
    paused = frozenset(j.journey for j in work.journeys) - {j.journey for j, _ in served}
    moves = plan_moves(served, rows, known, work.settings, work.today, paused)
    outgoing = _outgoing(work, engine, moves)
    told = tuple(_line(lines[j.journey], moves, outgoing) for j in work.journeys)
    return PlannedJourneys(run.run_id, run.as_of, held, told, moves, outgoing)


def store_journeys(planned: PlannedJourneys, work: JourneyWork, store: JourneyStore) -> Applied:
    """Store a plan. Errors: those of the store."""
    plan = JourneyPlan(planned.moves, planned.outgoing, work.channels, planned.run_id)
    return store.apply(plan, work.now, by=BY_RUN)


def _open_accounts(
    engine: Engine,
    snapshots: SnapshotStore,
    run: RunRecord,
    earlier: Sequence[RunRecord],
    known: Known,
) -> dict[str, str]:
    """Make JOURNEY_ACCOUNTS readable; return its columns."""
    tables = open_snapshot(engine, snapshots, run.run_id)
    build_portfolio(engine, tables)
    open_earlier(engine, snapshots, run.as_of, earlier)
    accounts = sorted({account for _, account in known.active})
    engine.read_arrow(ALARMS, pa.table({"account_id": pa.array(accounts, pa.string())}))
    portfolio = engine.columns("portfolio")
    columns = watch_columns(portfolio)
    select = accounts_select(watch_select(portfolio), columns)
    engine.create_table(JOURNEY_ACCOUNTS, select)
    return journey_columns(columns)


def _served(
    work: JourneyWork, provided: frozenset[str]
) -> tuple[list[tuple[Journey, bool]], dict[str, JourneyLine]]:
    served, lines = [], {}
    for journey in work.journeys:
        name = journey.journey
        lacking = sorted(k for k in ("mail", "webhook") if _needs_channel(work, journey, k))
        found = served_journey(journey, provided)
        if found is None:
            needs = tuple(sorted(journey.needs() - provided))
            lines[name] = JourneyLine(name, "no_data", needs)
        elif lacking and not work.is_trial:
            lines[name] = JourneyLine(name, "no_channel", tuple(lacking))
        else:
            lines[name] = JourneyLine(name, "proxy" if found[1] else "live", tuple(lacking))
            served.append(found)
    return served, lines


def _needs_channel(work: JourneyWork, journey: Journey, kind: str) -> bool:
    return kind in journey.kinds() and kind not in work.channels


def _held(work: JourneyWork, run: RunRecord, gates: Sequence[GateRecord]) -> str:
    """Return why nothing moves today: old data, or a gate that is closed or held."""
    if (work.today - run.as_of).days > work.settings.stale_after_days:
        return "stale_snapshot"
    gate = next((g for g in gates if g.run_id == run.run_id), None)
    if gate is None:
        return ""
    if gate.gate.kind is GateKind.CLOSED:
        return "gate_closed"
    if gate.gate.kind is GateKind.HELD and gate.verdict != "approved":
        return "gate_held"
    return ""


def _rows(
    engine: Engine, work: JourneyWork, served: Sequence[Journey], columns: Mapping[str, str]
) -> list[dict[str, Any]]:
    if not served:
        return []
    select = journeys_select(served, work.settings, columns)
    names = result_names(served, columns)
    found = engine.rows(f"{select} ORDER BY account_id")
    return [dict(zip(names, row, strict=True)) for row in found]


def _outgoing(work: JourneyWork, engine: Engine, moves: Moves) -> tuple[Outgoing, ...]:
    rows = [p.row for p in moves.passages if p.advance.passed and p.row is not None]
    look = work.reader.look(engine, rows, work.content)
    around = Around(work.settings, work.lang, work.time_zone, work.now, look.contacts, look.choice)
    return tuple(outgoing_of(p, around) for p in moves.passages)


def _line(line: JourneyLine, moves: Moves, outgoing: Sequence[Outgoing]) -> JourneyLine:
    entered, moved = 0, 0
    ended: Counter[str] = Counter()
    steps: dict[str, Counter[str]] = {}
    for passage, made in zip(moves.passages, outgoing, strict=True):
        after = passage.advance.enrolment
        if after.journey != line.journey:
            continue
        entered, moved = entered + (passage.before is None), moved + (passage.before is not None)
        if after.status != "active":
            ended[after.status] += 1
        for outcome in made.outcomes:
            label = f"withheld: {outcome.reason}" if outcome.reason else outcome.outcome
            steps.setdefault(outcome.step, Counter())[label] += 1
    return JourneyLine(
        line.journey,
        line.state,
        line.needs,
        entered,
        moved,
        dict(ended),
        moves.waiting.get(line.journey, 0),
        moves.held_out.get(line.journey, 0),
        {step: dict(sorted(counted.items())) for step, counted in steps.items()},
    )
