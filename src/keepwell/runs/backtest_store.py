"""Back-tests on disk: frames as Parquet with a manifest, written whole or not at all."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.proof import EvaluationFrame, Texts
from keepwell.runs.backtest import Backtest, BacktestInputs
from keepwell.runs.feature_columns import numbers_of
from keepwell.runs.importing_record import finding_to_json
from keepwell.vocabulary import NotFound
from keepwell.warning import Trigger

FEATURES = "measures"
_BASELINE, _GROUP = "baseline__", "group__"


def frame_file(folder: Path, scorecard: str, horizon_days: int) -> Path:
    """Return the file of one frame."""
    return folder / f"frame-{scorecard}-{horizon_days}.parquet"


def write_frames(done: Backtest, folder: Path) -> None:
    """Write every frame into a folder."""
    for (scorecard, horizon), frame in done.frames.items():
        pq.write_table(_table(frame), frame_file(folder, scorecard, horizon), compression="zstd")


def _table(frame: EvaluationFrame) -> pa.Table:
    columns = {
        "account_id": _coded(frame.account),
        "origin": pa.array(frame.origin.astype("datetime64[D]")),
        "score": pa.array(frame.score, from_pandas=True),
        "tier": _coded(frame.tier),
        "outcome": pa.array(frame.outcome),
        "event_day": pa.array(frame.event_day.astype("datetime64[D]")),
        "cluster": pa.array(frame.cluster),
        "value_amount": pa.array(frame.value, from_pandas=True),
    }
    columns |= {
        f"{_BASELINE}{n}": pa.array(c, from_pandas=True) for n, c in frame.baselines.items()
    }
    columns |= {f"{_GROUP}{n}": _coded(c) for n, c in frame.groups.items()}
    return pa.table(columns)


def _coded(texts: Texts) -> pa.DictionaryArray:
    return pa.array(texts, pa.string()).dictionary_encode()


def read_frame(folder: Path, scorecard: str, horizon_days: int) -> EvaluationFrame:
    """Return a frame that was stored. Errors: NotFound."""
    file = frame_file(folder, scorecard, horizon_days)
    if not file.is_file():
        there = ", ".join(sorted(p.name for p in folder.glob("frame-*.parquet"))) or "none"
        raise NotFound(
            f"No frame of `{scorecard}` over {horizon_days} days. Found: {there}.",
            cure="Run `keepwell backtest` with this scorecard and horizon.",
        )
    table = pq.read_table(file)
    plain = {n: table.column(n) for n in table.column_names}
    return EvaluationFrame(
        account=_texts(plain["account_id"]),
        origin=_days(plain["origin"]),
        score=numbers_of(plain["score"]),
        tier=_texts(plain["tier"]),
        outcome=np.asarray(plain["outcome"].to_numpy(), np.bool_),
        event_day=_days(plain["event_day"]),
        cluster=np.asarray(plain["cluster"].to_numpy(), np.int64),
        value=numbers_of(plain["value_amount"]),
        horizon_days=horizon_days,
        baselines={n[len(_BASELINE) :]: numbers_of(c) for n, c in plain.items() if _BASELINE in n},
        groups={n[len(_GROUP) :]: _texts(c) for n, c in plain.items() if _GROUP in n},
    )


def _texts(column: pa.ChunkedArray) -> Texts:
    coded = column.combine_chunks()
    coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
    if not isinstance(coded, pa.DictionaryArray):
        coded = coded.dictionary_encode()
    words: Texts = np.array(coded.dictionary.to_pylist() or [""], np.str_)
    return words[np.asarray(coded.indices.to_numpy(), np.int64)]


def _days(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    return np.asarray(column.to_numpy(), "datetime64[D]")


def trigger_hash(trigger: Trigger) -> str:
    """Return a hash of what defines a trigger."""
    text = json.dumps(trigger.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def backtest_manifest(inputs: BacktestInputs, done: Backtest) -> Mapping[str, Any]:
    """Return what a back-test rests on: inputs, origins in numbers, what was left out, findings."""
    hashes = {t.trigger: trigger_hash(t) for t in inputs.triggers}
    return {
        "backtest_id": inputs.backtest_id(),
        "import_id": inputs.imported.import_id,
        "last_day": inputs.last.isoformat(),
        "currency": inputs.imported.currency,
        "outcomes": {
            str(h): {**asdict(o), "zh": o.text("zh"), "en": o.text("en")}
            for h, o in done.outcomes.items()
        },
        "scorecards": [u.card.model_dump(mode="json") for u in inputs.uses],
        "origins": [d.isoformat() for d in done.origins.days],
        "incomplete": [d.isoformat() for d in done.origins.incomplete],
        "early": done.origins.early,
        "counts": {
            str(h): [{**asdict(c), "origin": c.origin.isoformat()} for c in counts]
            for h, counts in done.counts.items()
        },
        "left_out": {n: [asdict(g) for g in gone] for n, gone in done.left_out.items()},
        "features": list(done.features),
        "triggers": [
            {
                "trigger": s.trigger.trigger,
                "is_proxy": s.is_proxy,
                "lacks": list(s.lacks),
                "definition": hashes[s.trigger.trigger],
            }
            for s in done.served
        ],
        "findings": [finding_to_json(f) for f in done.findings],
    }
