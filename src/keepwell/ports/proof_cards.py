"""The port of report cards: the newest verdict on each version of a scorecard, on each trigger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class KeptCard:
    """What the newest back-test said of one version of a scorecard, in short.

    conclusion, reason: words of `proof.Conclusion` and `proof.Reason`; rule: the naive rule that
    the reason names, "" = none. auc_low, auc_high, lead_days: None where nothing is known.
    """

    scorecard: str
    version: int
    outcome: str
    horizon_days: int
    conclusion: str
    reason: str
    rule: str
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    lead_days: float | None
    accounts: int
    event_accounts: int
    origins: int
    last_origin: date
    backtest_id: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class KeptTrigger:
    """What the newest back-test said of a trigger, in short.

    definition: hash of the trigger as it was replayed; is_proxy: its stand-in was. precision: of
    accounts on alert, the share with the outcome; lift: over the usual rate; recall: share of
    outcomes on alert. list_gain: precision beyond that of lists of equal length by silence.
    false_alarms: per CSM and month. None where nothing is known.
    """

    trigger: str
    definition: str
    is_proxy: bool
    outcome: str
    horizon_days: int
    conclusion: str
    reason: str
    on_alert: int
    accounts: int
    precision: float | None
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    recall: float | None
    list_gain: float | None
    list_gain_low: float | None
    list_gain_high: float | None
    lead_days: float | None
    warned: float | None
    warnings: int
    false_warnings: int
    false_alarms: float | None
    event_accounts: int
    origins: int
    last_origin: date
    backtest_id: str
    made_at: datetime


class ProofCards(Protocol):
    """Keeps report cards; one per scorecard, version and horizon, the newest in place of others."""

    def keep(self, card: KeptCard, whole: Mapping[str, Any] | None = None) -> None:
        """Keep a card; `whole`: all that a page shows of it, as plain values."""
        ...

    def keep_trigger(self, card: KeptTrigger) -> None:
        """Keep the card of a trigger, one per trigger and horizon."""
        ...

    def cards(self) -> tuple[KeptCard, ...]:
        """Return all cards, the newest first."""
        ...

    def whole(self, scorecard: str, version: int, horizon_days: int) -> Mapping[str, Any] | None:
        """Return all that was kept of a card; None where nothing was."""
        ...

    def keep_effects(self, effects: Sequence[Mapping[str, Any]]) -> None:
        """Keep what plays did, as plain values, in place of what was kept before."""
        ...

    def effects(self) -> tuple[Mapping[str, Any], ...] | None:
        """Return what plays did, as it was kept; None where it was not judged yet."""
        ...

    def triggers(self) -> tuple[KeptTrigger, ...]:
        """Return the cards of triggers, by name and horizon."""
        ...

    def newest(self, scorecard: str, version: int) -> KeptCard | None:
        """Return the card of a version that was made last; None where it was never judged."""
        ...
