"""Alerts as messages see them, and a project's surroundings, for tests."""

from datetime import UTC, date, datetime
from typing import Any

from keepwell.messages import Notice, Surroundings, TriggerWords, Wording
from keepwell.vocabulary import Bilingual

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
AROUND = Surroundings("en", "UTC", MONDAY, MONDAY.date())
WORDING = Wording(
    {
        "low": TriggerWords(Bilingual("健康分低", "Health is low"), Bilingual("电话跟进", "Call")),
        "falls": TriggerWords(Bilingual("健康分下降", "Health falls"), None),
    },
    0.5,
    "USD",
    None,
    {"at_risk": Bilingual("有流失迹象", "At Risk")},
)


def notice(number: int, account: str | None = None, csm: str | None = "U1", **more: Any) -> Notice:
    facts = {
        "name": f"Account {number}",
        "effective_tier": "low",
        "account_size_segment": "Large",
        "score_micro": 41_250_000,
        "before_effective_tier": "medium",
        "score_change_30d": -16.0,
        "expected_loss_amount": 1000.0 * number,
        "contribution_amount": 1000.0 * number,
        **more.pop("facts", {}),
    }
    usual: dict[str, Any] = {
        "trigger": "low",
        "batch": "run1",
        "as_of": date(2026, 11, 1),
        "priority": "high",
        "urgency": "digest",
    }
    return Notice(
        id=number,
        account_id=f"A{number}" if account is None else account or None,
        csm_id=csm,
        facts=facts,
        **{**usual, **more},
    )
