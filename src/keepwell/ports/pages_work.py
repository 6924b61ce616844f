"""What the page of plays and plans reads: the care of the accounts in sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from keepwell.actions import HelpRequest, SuccessPlan
from keepwell.ports.actions import PlayRecord, TaskRecord
from keepwell.ports.pages import ListedAccount, Scope
from keepwell.ports.plans import StageRecord


@dataclass(frozen=True, slots=True)
class StageColumn:
    """The accounts in one risk stage: how many, their money, and the first of them."""

    stage: str
    accounts: int
    amount: float
    loss_amount: float
    placed: tuple[tuple[StageRecord, ListedAccount], ...]


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """A success plan with its account."""

    plan: SuccessPlan
    account: ListedAccount


@dataclass(frozen=True, slots=True)
class AccountPlay:
    """A play with its account, its tasks and who has the CTA that it runs for."""

    play: PlayRecord
    account: ListedAccount
    tasks: tuple[TaskRecord, ...]
    owner: str | None


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """A help request with its account."""

    request: HelpRequest
    account: ListedAccount


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What decides when an account's next review is due, but for the last one."""

    account_id: str
    name: str
    tier: str
    size: str | None
    csm_id: str | None


class WorkPages(Protocol):
    """The care of accounts; every method takes the scope and shows nothing beyond it."""

    def board(self, scope: Scope, each: int) -> tuple[StageColumn, ...]:
        """Return the risk stages that have accounts, each with its first ones by expected loss."""
        ...

    def plans(
        self,
        scope: Scope,
        *,
        status: str | None = "open",
        account_id: str | None = None,
        limit: int = 100,
    ) -> tuple[AccountPlan, ...]:
        """Return plans, the one that ends first on top."""
        ...

    def plays(
        self,
        scope: Scope,
        owners: Sequence[str] | None,
        *,
        after: tuple[date, int] | None = None,
        limit: int = 50,
    ) -> tuple[AccountPlay, ...]:
        """Return running plays, the oldest first. `owners`: of their CTAs; None: everybody's.

        `after`: start and number of the last one on the page before.
        """
        ...

    def requests(
        self, scope: Scope, *, open_only: bool = True, limit: int = 100
    ) -> tuple[AccountRequest, ...]:
        """Return help requests, the one that is due first on top."""
        ...

    def reviewed(self, scope: Scope, ids: Sequence[str] | None = None) -> tuple[Reviewed, ...]:
        """Return what decides on reviews, of all accounts in sight or of some."""
        ...

    def last_reviews(self, scope: Scope) -> dict[str, date]:
        """Return the day of the last review of every account in sight that had one."""
        ...
