"""What the pages read: the staged columns of the current snapshot, only the rows in sight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from keepwell.ports.pages_own import OwnLists

SortKey = Literal["change", "score", "amount", "loss", "name", "renewal", "idle", "coverage"]
SORTS: tuple[SortKey, ...] = (
    "change", "score", "amount", "loss", "name", "renewal", "idle", "coverage"
)  # fmt: skip
Period = Literal["week", "month", "quarter"]
# Of what is staged: a run staged in another shape is staged again.
PAGES_SHAPE = 2
PERIODS: tuple[Period, ...] = ("week", "month", "quarter")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose accounts are in sight: ids of CSMs, or None for all accounts."""

    csm_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PageHeader:
    """The run whose columns are staged, and what is the same for all its accounts.

    `amount_kind`: what `amount` is: `arr`, or the six-month `contribution` where no source has it.
    `measures`:    names of the values in `ListedAccount.values`, in their order.
    `peers`:       by size, then measure: median and how many accounts it rests on.
    `newest`:      by table, the newest day in its data.
    `shape`:       of what is staged; another one is staged again at the start.
    `outlook`:     what the pages of value and forecast say of all accounts.
    """

    run_id: str
    as_of: date
    currency: str | None
    amount_kind: str
    accounts: int
    excluded: int
    measures: tuple[str, ...]
    peers: Mapping[str, Mapping[str, tuple[float, int]]] = field(default_factory=dict)
    newest: Mapping[str, str] = field(default_factory=dict)
    scorecards: tuple[tuple[str, int], ...] = ()
    figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    save_rate: float = 1.0
    shape: int = 0
    outlook: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StagedPages:
    """What a run stages: the header as JSON values, one row per account, sums by CSM, lists."""

    header: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    sums: Sequence[Mapping[str, Any]] = ()
    lists: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """One account of the current snapshot as lists and its page show it.

    `amount`: see `PageHeader.amount_kind`. `loss_amount`: expected loss, `cta_count`: open CTAs.
    `spark`:  scores of the last weeks, oldest first, the newest last; None for a week without.
    `values`: by measure; one that never was is in `never`, an unknown in neither; empty in lists.
    `before`: by measure, its micro-points a month ago, where the scorecard was the same.
    `worth`:  R, F, M, value amount and rank, lifetime value and six months with their ranges.
    """

    account_id: str
    name: str
    industry: str | None
    size: str | None
    region: str | None
    csm_id: str | None
    owner_id: str | None
    lifecycle: str | None
    tier: str
    score_tier: str
    score_micro: int | None
    coverage: float
    has_override: bool
    scorecard: str | None
    scorecard_version: int | None
    change_micro: int | None
    tier_month_ago: str | None
    amount: float | None
    contribution_amount: float | None
    loss_amount: float | None
    segment: str | None
    value_tier: str | None
    renews_on: date | None
    idle_days: int | None
    customer_since: date | None
    spark: tuple[float | None, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    before: Mapping[str, int] = field(default_factory=dict)
    cta_count: int = 0
    value_group: str | None = None
    contribution_tier: int | None = None
    worth: Mapping[str, Any] = field(default_factory=dict)

    @property
    def before_micro(self) -> int | None:
        """Return the score of a month ago; None where nothing compares."""
        if self.score_micro is None or self.change_micro is None:
            return None
        return self.score_micro - self.change_micro


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts are asked for; what is left out does not narrow.

    `moved`:     of a period and two tiers, those that went from the first to the second.
    `on_lists`:  those on a staged list (`LISTS` in ports.outlook_pages).
    """

    text: str = ""
    tiers: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    csm_ids: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    value_tiers: tuple[str, ...] = ()
    renews_until: date | None = None
    idle_days_from: int | None = None
    coverage_from: float | None = None
    fell_points: float | None = None
    moved: tuple[Period, str, str] | None = None
    account_ids: tuple[str, ...] = ()
    value_groups: tuple[str, ...] = ()
    contribution_tiers: tuple[int, ...] = ()
    on_lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One page of a list. `after` and `before`: keys of the pages beside it, None at an end."""

    accounts: tuple[ListedAccount, ...]
    total: int
    position: int
    after: str | None
    before: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Accounts, money and the sum of coverages under one name."""

    name: str
    accounts: int
    amount: float
    loss_amount: float
    contribution_amount: float
    coverages: float


@dataclass(frozen=True, slots=True)
class Cell:
    """Accounts of one industry and size; empty where the data do not say."""

    industry: str
    size: str
    accounts: int
    scored: int
    low: int
    low_amount: float


@dataclass(frozen=True, slots=True)
class Move:
    """Accounts that were in one tier before and are in another (or the same) now."""

    before: str
    after: str
    accounts: int
    amount: float


@dataclass(frozen=True, slots=True)
class CsmLoad:
    """The work of one CSM: accounts, those in the low tier, open CTAs, those that are late."""

    csm_id: str
    accounts: int
    low_accounts: int
    low_amount: float
    ctas: int
    late: int


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One CTA, or an alert that none answers, with its account; the most loss avoided first."""

    kind: Literal["cta", "alert"]
    id: int
    account: ListedAccount
    reason: str
    type: str
    status: str
    priority: str
    owner: str | None
    due_on: date | None
    since: date
    facts: Mapping[str, Any]


class PagesStore(OwnLists, Protocol):
    """The staged snapshot; every method takes the scope and shows nothing beyond it."""

    def header(self) -> PageHeader | None:
        """Return what is staged; None before the first run."""
        ...

    def staged_run(self) -> str | None:
        """Return the run that is staged, without reading more."""
        ...

    def replace(self, pages: StagedPages) -> None:
        """Stage a run outside its publication: after an upgrade or a restore."""
        ...

    def accounts(
        self,
        scope: Scope,
        wanted: AccountFilter,
        *,
        sort: SortKey = "change",
        is_descending: bool = False,
        key: str = "",
        limit: int = 25,
    ) -> AccountPage:
        """Return one page. `key`: of a page beside it. Errors: InputProblem for a wrong key."""
        ...

    def account(self, scope: Scope, account_id: str) -> ListedAccount:
        """Return one account. Errors: NotFound, the same for one that is not in sight."""
        ...

    def count(self, scope: Scope, wanted: AccountFilter) -> int:
        """Return how many accounts in sight a filter leaves."""
        ...

    def tiers(self, scope: Scope, wanted: AccountFilter) -> tuple[Tally, ...]:
        """Return accounts and money by tier."""
        ...

    def moves(self, scope: Scope, period: Period) -> tuple[Move, ...]:
        """Return how accounts moved between tiers since the start of a period."""
        ...

    def options(self, scope: Scope) -> Mapping[str, tuple[str, ...]]:
        """Return what can be filtered by: industries, sizes, CSMs, segments, value tiers."""
        ...

    def owners(self) -> tuple[str, ...]:
        """Return the ids of all CSMs and owners: people, who may be given work."""
        ...

    def cells(self, scope: Scope) -> tuple[Cell, ...]:
        """Return accounts by industry and size, from the rows in sight alone."""
        ...

    def loads(self, scope: Scope, on: date) -> tuple[CsmLoad, ...]:
        """Return the work of each CSM, the most loaded first."""
        ...

    def inbox(
        self, scope: Scope, owners: Sequence[str] | None, on: date, limit: int = 100
    ) -> tuple[InboxItem, ...]:
        """Return open CTAs that nobody snoozed, and alerts that nobody answered or put away.

        `owners`: only CTAs of these people and those without owner; None: everybody's.
        """
        ...
