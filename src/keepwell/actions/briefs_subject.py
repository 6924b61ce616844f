"""What the brief of a business review is written from: one account as everything knows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from keepwell.actions.help_requests import HelpRequest
from keepwell.actions.plans import SuccessPlan
from keepwell.actions.plans_outcomes import Outcome
from keepwell.scoring import Explanation
from keepwell.vocabulary import Bilingual


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that has not ended, by the title of its trigger."""

    title: Bilingual
    since: date


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A help request that is open, the team's title, and the working hours it is late.

    `due_on`: the day of the promised solution in the project's time zone.
    """

    request: HelpRequest
    team: Bilingual
    late_hours: float
    due_on: date


@dataclass(frozen=True, slots=True)
class BriefSubject:
    """Everything a brief is written from. `causes`: titles with the day of the diagnosis."""

    account_id: str
    name: str
    project: str
    as_of: date
    today: date
    currency: str
    explanation: Explanation
    measures: Mapping[str, float | None]
    plans: tuple[SuccessPlan, ...]
    outcomes: tuple[Outcome, ...]
    alerts: tuple[OpenAlert, ...]
    requests: tuple[OpenRequest, ...]
    stage: str | None
    stage_since: date | None
    causes: tuple[tuple[Bilingual, date], ...]
    last_review: date | None
