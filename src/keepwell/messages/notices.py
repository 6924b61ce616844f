"""An alert that is to be told, and the kinds of messages that tell of alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

MessageKind = Literal["immediate", "digest", "baseline", "reminder", "escalation"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert that is to be told. `batch` names the run (or day) it is told with."""

    id: int
    account_id: str | None
    trigger: str
    batch: str
    as_of: date
    priority: str
    urgency: str
    csm_id: str | None
    is_proxy: bool = False
    is_baseline: bool = False
    is_reminder: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
