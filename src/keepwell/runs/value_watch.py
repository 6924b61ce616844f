"""The value model's part of the early-warning loop: columns of triggers, changes of segment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.runs.portfolio import Portfolio
from keepwell.value import SegmentMap, ValueSettings
from keepwell.warning import (
    VALUE,
    VALUE_BEFORE,
    VALUE_COLUMNS,
    Gate,
    GateKind,
    GateReason,
    Transition,
    ValueCircumstances,
    Valued,
    ValueMove,
    value_transitions,
    value_watch_select,
)

STORED = "watch_value_stored"
_BEFORE = ("account_id", "segment", "value_tier")
_PARTS = (
    "segment",
    "value_tier",
    "recency_days",
    "frequency",
    "monetary_amount",
    "r_score",
    "f_score",
    "m_score",
    "value_amount",
)


@dataclass(frozen=True, slots=True)
class ValueModel:
    """How a project's value model is set: its settings and its segment map."""

    settings: ValueSettings
    segments: SegmentMap | None


def open_value(engine: Engine, snapshots: SnapshotStore, before: str | None) -> frozenset[str]:
    """Make VALUE and VALUE_BEFORE readable, empty where there is none.

    Return the columns of the value model of which anything is known today.
    Needs: `value` and `candidates` of today, where the run computed them.
    """
    has_value, has_candidates = (bool(engine.columns(t)) for t in ("value", "candidates"))
    today = value_watch_select(has_value=has_value, has_candidates=has_candidates)
    engine.create_table(VALUE, today)
    if _open_stored(engine, snapshots, before):
        names = (_BEFORE[0], *(f"nullif({c}, 'unknown') AS {c}" for c in _BEFORE[1:]))
        engine.create_table(VALUE_BEFORE, f"SELECT {', '.join(names)} FROM {STORED}")
    else:
        _open_no_value_before(engine)
    counts = ", ".join(f"count({c})" for c in VALUE_COLUMNS)
    (row,) = engine.rows(f"SELECT {counts} FROM {VALUE}")
    return frozenset(c for c, n in zip(VALUE_COLUMNS, row, strict=True) if int(n))


def open_no_value(engine: Engine) -> None:
    """Make VALUE and VALUE_BEFORE readable and empty, for days without a value model."""
    engine.create_table(VALUE, value_watch_select(has_value=False, has_candidates=False))
    _open_no_value_before(engine)


def _open_no_value_before(engine: Engine) -> None:
    typed = ", ".join(f"CAST(NULL AS VARCHAR) AS {c}" for c in _BEFORE)
    engine.create_table(VALUE_BEFORE, f"SELECT {typed} WHERE FALSE")


def _open_stored(engine: Engine, snapshots: SnapshotStore, run_id: str | None) -> bool:
    """Make what a run stored of value readable; say whether it stored anything."""
    file = None if run_id is None else snapshots.path(run_id) / "value.parquet"
    if file is None or not file.is_file():
        return False
    engine.read_parquet(STORED, file)
    return True


def find_value_transitions(
    engine: Engine,
    snapshots: SnapshotStore,
    model: ValueModel | None,
    portfolio: Portfolio,
    before: RunRecord | None,
    gate: Gate,
) -> tuple[Transition, ...]:
    """Return the changes of segment and value tier since the run before, each with its cause.

    Nothing is compared without value tables on both days, looking back or on a baseline.
    """
    made = portfolio.value
    if before is None or made is None or model is None or model.segments is None:
        return ()
    if gate.kind is GateKind.BASELINE or gate.reason is GateReason.LOOKING_BACK:
        return ()
    if not _open_stored(engine, snapshots, before.run_id):
        return ()
    known = ValueCircumstances(
        made.cuts.breakpoints,
        model.segments,
        is_config_changed=_is_changed(snapshots.read_manifest(before.run_id).get("value"), model),
        is_faulty=gate.reason is GateReason.SOURCE_FAULT,
    )
    return tuple(value_transitions(_moves(engine), known))


def _is_changed(earlier: Mapping[str, Any] | None, model: ValueModel) -> bool:
    if earlier is None or model.segments is None:
        return False
    now = (model.settings.model_dump(mode="json"), model.segments.model_dump(mode="json"))
    return now != (earlier["settings"], earlier["segment_map"])


def _moves(engine: Engine) -> Iterator[ValueMove]:
    sides = ", ".join(f"{t}.{c}" for t in ("b", "v") for c in _PARTS)
    found = engine.rows(
        f"SELECT v.account_id, {sides} FROM value AS v "
        f"JOIN {STORED} AS b ON b.account_id = v.account_id "
        "WHERE v.segment <> b.segment OR v.value_tier <> b.value_tier ORDER BY v.account_id"
    )
    count = len(_PARTS)
    for row in found:
        yield ValueMove(str(row[0]), _valued(row[1 : count + 1]), _valued(row[count + 1 :]))


def _valued(row: Any) -> Valued:
    segment, tier, recency, frequency, money, r, f, m, amount = row
    scores = tuple(None if s is None else int(s) for s in (r, f, m))
    return Valued(str(segment), str(tier), recency, frequency, money, scores, amount)  # type: ignore[arg-type]
