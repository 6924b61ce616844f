"""Report cards as plain values, for pages that show them without computing anything."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from keepwell.ports import KeptTrigger
from keepwell.proof import ReportCard, Subject, TriggerCard, trigger_card, whole_frame
from keepwell.runs.backtest_run import KeptBacktest
from keepwell.runs.backtest_triggers import alarms_beside


def plain(value: Any) -> Any:
    """Return a card as dicts, lists, text and numbers; what is unknown is None.

    >>> plain((1.5, float("nan"), np.array([2])))
    [1.5, None, [2]]
    """
    match value:
        case Enum():
            return value.value
        case float():
            return value if math.isfinite(value) else None
        case np.ndarray() | np.generic():
            return plain(value.tolist())
        case Mapping():
            return {str(k): plain(v) for k, v in value.items()}
        case str() | int() | None:
            return value
        case Sequence():
            return [plain(v) for v in value]
        case _ if is_dataclass(value):
            return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    return str(value)


def whole_card(card: ReportCard, folder: Path, root: Path) -> dict[str, Any]:
    """Return all that a page shows of a card; `folder`: where its report was written."""
    inside = folder.is_relative_to(root)
    return {
        "card": plain(card),
        "false_alarms_per_csm": plain(card.false_alarms.per_csm_and_month),
        "reports": str(folder.relative_to(root)) if inside else None,
    }


def trigger_cards(kept: KeptBacktest, horizon_days: int, at: datetime) -> tuple[KeptTrigger, ...]:
    """Return the cards of the triggers that a back-test replayed, over one horizon."""
    frames = [f for (_, h), f in kept.frames.items() if h == horizon_days and len(f)]
    served = [t for t in kept.manifest.get("triggers", ()) if not t["lacks"]]
    if not frames or not served:
        return ()
    frame = whole_frame(frames)
    outcome = str(kept.manifest["outcomes"][str(horizon_days)]["kind"])
    found = []
    for one in served:
        on = alarms_beside(frame, kept.folder, one["trigger"])
        card = trigger_card(frame, on, Subject(one["trigger"], 0, outcome))
        found.append(short_trigger(card, one, kept.backtest_id, at))
    return tuple(found)


def short_trigger(
    card: TriggerCard, served: Mapping[str, Any], backtest_id: str, at: datetime
) -> KeptTrigger:
    """Return the short form that stands beside a trigger; `served`: from the manifest."""
    gain, lift, lead = card.list_gain, card.lift, card.lead
    return KeptTrigger(
        trigger=card.subject.scorecard,
        definition=str(served["definition"]),
        is_proxy=bool(served["is_proxy"]),
        outcome=card.subject.outcome,
        horizon_days=card.horizon_days,
        conclusion=str(card.conclusion),
        reason=str(card.reason),
        on_alert=card.on_alert,
        accounts=card.accounts,
        precision=plain(card.precision.value),
        lift=plain(lift.value),
        lift_low=plain(lift.low),
        lift_high=plain(lift.high),
        recall=plain(card.recall.value),
        list_gain=plain(gain.value) if gain else None,
        list_gain_low=plain(gain.low) if gain else None,
        list_gain_high=plain(gain.high) if gain else None,
        lead_days=plain(lead.median.value),
        warned=plain(lead.warned.value),
        warnings=card.false_alarms.warnings,
        false_warnings=card.false_alarms.false,
        false_alarms=plain(card.false_alarms.per_csm_and_month),
        event_accounts=card.extent.event_accounts,
        origins=card.extent.origins,
        last_origin=card.extent.last,
        backtest_id=backtest_id,
        made_at=at,
    )
