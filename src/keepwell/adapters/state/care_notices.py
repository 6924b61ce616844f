"""Alerts on plans, help requests and reviews as rows, in the transaction of what they tell of."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from keepwell.actions import GateStatus, SuccessPlan
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.adapters.state.warning_rows import end_alerts
from keepwell.messages import GATE_FAILED, HELP_CLIMBED, REVIEW_DUE
from keepwell.ports import CareNotice
from keepwell.warning import AlertStatus, Ending

SETTLED = "settled"


def add_notice(session: Session, notice: CareNotice, at: datetime) -> bool:
    """Store what people are to be told; false when it was stored before."""
    if session.scalar(select(AlertRow.id).where(AlertRow.key == notice.key)) is not None:
        return False
    session.add(
        AlertRow(
            key=notice.key,
            account_id=notice.account_id,
            trigger=notice.trigger,
            run_id=notice.run_id,
            as_of=notice.as_of,
            status=AlertStatus.PENDING,
            priority=notice.priority,
            urgency=notice.urgency,
            csm_id=notice.csm_id,
            is_proxy=False,
            at_stake_amount=notice.facts.get("contribution_amount"),
            facts=dict(notice.facts),
            created_at=at,
        )
    )
    return True


def without_open_reviews(session: Session, notices: Sequence[CareNotice]) -> list[CareNotice]:
    """Leave out reviews of accounts that have an alert of one: it may be due on another day now."""
    is_open = AlertRow.trigger == REVIEW_DUE, AlertRow.ended_on.is_(None)
    told = set(session.scalars(select(AlertRow.account_id).where(*is_open)))
    return [n for n in notices if n.trigger != REVIEW_DUE or n.account_id not in told]


def end_gate_notices(session: Session, before: SuccessPlan, after: SuccessPlan, on: date) -> None:
    """End the alerts on gates that failed and that somebody decided on, or whose plan closed."""
    now = {g.number: g.status for g in after.gates}
    for gate in before.gates:
        is_settled = not after.is_open or now[gate.number] != GateStatus.FAILED
        if gate.status == GateStatus.FAILED and is_settled:
            _end(session, f"{GATE_FAILED}:{after.id}:{gate.number}:", on)


def end_request_notices(session: Session, request_id: int, on: date) -> None:
    """End the alerts on a help request that is settled or asked anew."""
    _end(session, f"{HELP_CLIMBED}:{request_id}:", on)


def end_review_notices(session: Session, account_id: str, on: date) -> None:
    """End the alert on an account's due review: one was held."""
    # Ids may differ in capitals alone, which a pattern does not tell apart everywhere.
    of_account = AlertRow.trigger == REVIEW_DUE, AlertRow.account_id == account_id
    _end_where(session, on, *of_account)


def _end(session: Session, start: str, on: date) -> None:
    _end_where(session, on, AlertRow.key.startswith(start, autoescape=True))


def _end_where(session: Session, on: date, *those: ColumnElement[bool]) -> None:
    wanted = select(AlertRow.key, AlertRow.account_id, AlertRow.trigger).where(
        *those, AlertRow.ended_on.is_(None)
    )
    found = session.execute(wanted).all()
    end_alerts(session, [Ending(k, str(a), str(t), SETTLED) for k, a, t in found], on)
