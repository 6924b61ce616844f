"""The accounts in sight with what a preview says of them, all at once."""

from dataclasses import dataclass

from keepwell.adapters.state.pages_models import ListedAccountRow as Row
from keepwell.adapters.state.pages_queries import seen
from keepwell.adapters.state.store import SqlStateStore
from keepwell.ports.pages import Scope


@dataclass(frozen=True, slots=True)
class AccountBrief:
    """One account in sight; `amount` as lists show it."""

    account_id: str
    name: str
    csm_id: str | None
    amount: float | None


def account_briefs(state: SqlStateStore, scope: Scope) -> dict[str, AccountBrief]:
    """Return the accounts in sight by id."""
    wanted = seen(scope, Row.account_id, Row.name, Row.csm_id, Row.amount)
    with state.session() as session:
        return {row[0]: AccountBrief(*row) for row in session.execute(wanted)}


def account_cells(state: SqlStateStore, scope: Scope) -> dict[str, tuple[str, str]]:
    """Return tier and size of the accounts in sight, by id."""
    wanted = seen(scope, Row.account_id, Row.tier, Row.size)
    with state.session() as session:
        return {row[0]: (row[1], row[2] or "") for row in session.execute(wanted)}
