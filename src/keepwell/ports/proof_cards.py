"""The port of report cards: the newest verdict on each version of a scorecard."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


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


class ProofCards(Protocol):
    """Keeps report cards; one per scorecard, version and horizon, the newest in place of others."""

    def keep(self, card: KeptCard) -> None:
        """Keep a card."""
        ...

    def newest(self, scorecard: str, version: int) -> KeptCard | None:
        """Return the card of a version that was made last; None where it was never judged."""
        ...
