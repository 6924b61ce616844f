"""Warning: turns today's portfolio beside earlier snapshots into alerts, each with its reason.

Decides and words; it sends nothing, stores nothing and reads no clock.
"""

from keepwell.warning.decide import (
    Alert,
    AlertStatus,
    Decisions,
    Ending,
    StoredAlarm,
    alert_key,
    decide,
)
from keepwell.warning.gate import (
    REASON_WORDS,
    Gate,
    GateFacts,
    GateKind,
    GateReason,
    gate_of,
    source_faults,
)
from keepwell.warning.hysteresis import AlarmState, Reading, next_state
from keepwell.warning.triggers import (
    Hysteresis,
    StandIn,
    Trigger,
    TriggerSet,
    bound,
    check_triggers,
    overlaid,
)
from keepwell.warning.watch import (
    ADDED_COLUMNS,
    ALARMS,
    BEFORE,
    EVIDENCE_COLUMNS,
    MONTH_AGO,
    Earlier,
    earlier_runs,
    readings_select,
    watch_columns,
    watch_select,
)

__all__ = [
    "ADDED_COLUMNS",
    "ALARMS",
    "BEFORE",
    "EVIDENCE_COLUMNS",
    "MONTH_AGO",
    "REASON_WORDS",
    "AlarmState",
    "Alert",
    "AlertStatus",
    "Decisions",
    "Earlier",
    "Ending",
    "Gate",
    "GateFacts",
    "GateKind",
    "GateReason",
    "Hysteresis",
    "Reading",
    "StandIn",
    "StoredAlarm",
    "Trigger",
    "TriggerSet",
    "alert_key",
    "bound",
    "check_triggers",
    "decide",
    "earlier_runs",
    "gate_of",
    "next_state",
    "overlaid",
    "readings_select",
    "source_faults",
    "watch_columns",
    "watch_select",
]
