"""What the state knows of one account: which tables have rows about it, asked all at once.

Most accounts have no plan, no play, no note; a page that knows so asks those tables nothing.
"""

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.account_models import AccountNoteRow, ContactRow
from keepwell.adapters.state.action_models import CtaRow, PlayRow
from keepwell.adapters.state.models import OverrideRow
from keepwell.adapters.state.plan_care_models import StageRow
from keepwell.adapters.state.plan_models import PlanRow
from keepwell.adapters.state.store import SqlStateStore
from keepwell.adapters.state.warning_models import AlertRow, TransitionRow

_TABLES = {
    "alerts": AlertRow,
    "contacts": ContactRow,
    "ctas": CtaRow,
    "notes": AccountNoteRow,
    "overrides": OverrideRow,
    "plans": PlanRow,
    "plays": PlayRow,
    "stages": StageRow,
    "transitions": TransitionRow,
}
# Made once: a statement that is the same object is not looked at again.
_TRACES = select(
    *(
        exists().where(row.__table__.c.account_id == bindparam("account_id")).label(name)
        for name, row in _TABLES.items()
    )
)


def traces_of(state: SqlStateStore, account_id: str) -> frozenset[str]:
    """Return the names of the tables that have rows about an account."""
    with state.session() as session:
        return _traces_in(session, account_id)


def _traces_in(session: Session, account_id: str) -> frozenset[str]:
    found = session.connection().execute(_TRACES, {"account_id": account_id}).one()
    return frozenset(name for name, has_rows in found._mapping.items() if has_rows)  # noqa: SLF001
