"""What the pages of value and forecast read: sums and lists of the accounts in sight."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from keepwell.ports.pages import ListedAccount, Scope

ListName = Literal[
    "quiet", "struggle", "upgrade", "upsell", "cross_sell",
    "priority_a", "priority_b", "priority_c", "priority_d",
]  # fmt: skip
LISTS: tuple[ListName, ...] = (
    "quiet", "struggle", "upgrade", "upsell", "cross_sell",
    "priority_a", "priority_b", "priority_c", "priority_d",
)  # fmt: skip
Area = Literal["all", "segment", "value_tier", "r", "f", "m", "contribution", "method", "list"]


@dataclass(frozen=True, slots=True)
class OutlookSum:
    """Accounts and money under a name.

    `valued`, `ltv_accounts`, `contributing`: how many accounts each amount is known of.
    """

    name: str
    other: str
    accounts: int
    valued: int
    value_amount: float
    ltv_accounts: int
    ltv_amount: float
    contributing: int
    contribution_amount: float
    loss_amount: float
    struggling: int


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One account on a list. `facts`: why it is there, as codes."""

    account: ListedAccount
    place: int
    facts: Mapping[str, Any] = field(default_factory=dict)


class OutlookPagesStore(Protocol):
    """The staged sums and lists; every method takes the scope and shows nothing beyond it."""

    def sums(self, scope: Scope, area: Area) -> tuple[OutlookSum, ...]:
        """Return the sums of an area, ordered by name."""
        ...

    def entries(self, scope: Scope, name: ListName, limit: int) -> tuple[ListEntry, ...]:
        """Return the first accounts of a list."""
        ...

    def contributions(self, scope: Scope) -> tuple[float, ...]:
        """Return the known contributions in sight, largest first: for concentration."""
        ...
