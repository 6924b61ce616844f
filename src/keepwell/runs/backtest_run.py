"""Run a back-test and keep it: the same inputs find what was kept."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from keepwell.ports import Engine, Progress, SnapshotStore, StateStore
from keepwell.proof import EvaluationFrame
from keepwell.runs.backtest import BacktestInputs, evaluation_frames
from keepwell.runs.backtest_store import FEATURES, backtest_manifest, read_frame, write_frames
from keepwell.runs.backtest_triggers import write_alarms

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class FrameCount:
    """One frame in numbers: rows, accounts, outcomes, and accounts that met one."""

    scorecard: str
    horizon_days: int
    origins: int
    rows: int
    accounts: int
    outcomes: int
    accounts_with_outcome: int
    scored: int


@dataclass(frozen=True, slots=True)
class KeptBacktest:
    """A back-test as it is kept; `is_new` is false when the same inputs had been replayed before.

    `manifest`: as `manifest.json` of the folder holds it.
    """

    backtest_id: str
    folder: Path
    manifest: Mapping[str, Any]
    frames: Mapping[tuple[str, int], EvaluationFrame]
    counts: tuple[FrameCount, ...]
    is_new: bool


def run_backtest(
    inputs: BacktestInputs,
    engine: Engine,
    state: StateStore,
    store: SnapshotStore,
    progress: Progress,
    *,
    at: datetime,
    folds: Path | None = None,
) -> KeptBacktest:
    """Replay and keep a back-test, or return the one that equal inputs gave before.

    Errors: InputProblem where the data hold no such outcome or not one whole horizon.
    """
    name = inputs.backtest_id()
    if name not in store.run_ids():
        with store.stage(name) as folder:
            (folder / FEATURES).mkdir()
            done = evaluation_frames(
                inputs, engine, state, progress, at=at, folds=folds, features=folder / FEATURES
            )
            write_frames(done, folder)
            if done.served:
                write_alarms(folder, done.accounts, done.alarms)
            text = json.dumps(backtest_manifest(inputs, done), ensure_ascii=False, indent=1)
            (folder / MANIFEST).write_text(text, encoding="utf-8")
        return _kept(store, name, done.frames, is_new=True)
    # Asked for again, it is the newest: what comes next judges it.
    os.utime(store.path(name) / MANIFEST)
    return load_backtest(store, name)


def load_backtest(store: SnapshotStore, name: str) -> KeptBacktest:
    """Return a kept back-test with its frames. Errors: NotFound."""
    folder, manifest = store.path(name), store.read_manifest(name)
    cards = [card["scorecard"] for card in manifest["scorecards"]]
    keys = [(card, int(h)) for h in manifest["outcomes"] for card in cards]
    return _kept(store, name, {key: read_frame(folder, *key) for key in keys}, is_new=False)


def _kept(
    store: SnapshotStore,
    name: str,
    frames: Mapping[tuple[str, int], EvaluationFrame],
    *,
    is_new: bool,
) -> KeptBacktest:
    counts = tuple(_count(card, frame) for (card, _), frame in frames.items())
    folder, manifest = store.path(name), store.read_manifest(name)
    return KeptBacktest(name, folder, manifest, frames, counts, is_new)


def _count(scorecard: str, frame: EvaluationFrame) -> FrameCount:
    return FrameCount(
        scorecard,
        frame.horizon_days,
        len(np.unique(frame.origin)),
        len(frame),
        len(np.unique(frame.cluster)),
        int(frame.outcome.sum()),
        len(np.unique(frame.cluster[frame.outcome])),
        int((~np.isnan(frame.score)).sum()),
    )


def newest_backtest(store: SnapshotStore) -> str | None:
    """Return the id of the back-test with the latest last day, of those the one asked for last.

    Missing: None without any.
    """

    def age(name: str) -> tuple[date, int, str]:
        asked = (store.path(name) / MANIFEST).stat().st_mtime_ns
        return date.fromisoformat(name[:10]), asked, name

    return max(store.run_ids(), key=age, default=None)
