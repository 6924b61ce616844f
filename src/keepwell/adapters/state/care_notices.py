"""Alerts on plans, help requests and reviews as rows, in the transaction of what they tell of."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from keepwell.actions import GateStatus, SuccessPlan
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.adapters.state.warning_rows import end_alerts
from keepwell.adapters.state.webhook_facts import alerts_opened
from keepwell.messages import GATE_FAILED, HELP_CLIMBED, REVIEW_DUE
from keepwell.ports import CareNotice
from keepwell.warning import AlertStatus, Ending

SETTLED, CLIMBED, LEFT = "settled", "climbed", "account_left"
OPEN_REVIEW = AlertRow.trigger == REVIEW_DUE, AlertRow.ended_on.is_(None)


def add_notice(session: Session, notice: CareNotice, at: datetime) -> bool:
    """Store what people are to be told; false when it was stored before."""
    held = session.scalar(select(AlertRow).where(AlertRow.key == notice.key))
    if held is not None:
        if held.end_cause == LEFT:
            _go_on(held, notice)
            alerts_opened(session, [notice.key], at)
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
    alerts_opened(session, [notice.key], at)
    return True


def _go_on(row: AlertRow, notice: CareNotice) -> None:
    """Let the alert of an account that is back go on; one that was told to nobody waits anew."""
    row.ended_on = row.end_cause = None
    if row.status == AlertStatus.SUPERSEDED:
        row.status, row.run_id, row.as_of = AlertStatus.PENDING, notice.run_id, notice.as_of


def without_open_reviews(session: Session, notices: Sequence[CareNotice]) -> list[CareNotice]:
    """Leave out reviews of accounts that have an alert of one: it may be due on another day now."""
    told = set(session.scalars(select(AlertRow.account_id).where(*OPEN_REVIEW)))
    return [n for n in notices if n.trigger != REVIEW_DUE or n.account_id not in told]


def end_gate_notices(
    session: Session, before: SuccessPlan, after: SuccessPlan, on: date, at: datetime
) -> None:
    """End the alerts on gates that failed and that somebody decided on, or whose plan closed."""
    now = {g.number: g.status for g in after.gates}
    for gate in before.gates:
        is_settled = not after.is_open or now[gate.number] != GateStatus.FAILED
        if gate.status == GateStatus.FAILED and is_settled:
            _end(session, f"{GATE_FAILED}:{after.id}:{gate.number}:", on, at)


def end_request_notices(session: Session, request_id: int, at: datetime, cause: str) -> None:
    """End the alerts on a help request that is settled, asked anew or climbs once more."""
    _end(session, f"{HELP_CLIMBED}:{request_id}:", at.date(), at, cause)


def end_review_notices(session: Session, account_id: str, at: datetime) -> None:
    """End the alert on an account's due review: one was held."""
    # Ids may differ in capitals alone, which a pattern does not tell apart everywhere.
    of_account = AlertRow.trigger == REVIEW_DUE, AlertRow.account_id == account_id
    _end_where(session, at.date(), at, SETTLED, *of_account)


def end_reviews_of_gone(session: Session, known: Collection[str], on: date, at: datetime) -> None:
    """End the alerts on due reviews of accounts that are not `known` any more."""
    found = session.execute(select(AlertRow.key, AlertRow.account_id).where(*OPEN_REVIEW)).all()
    gone = [Ending(k, str(a), REVIEW_DUE, LEFT) for k, a in found if a not in known]
    end_alerts(session, gone, on, at)


def _end(session: Session, start: str, on: date, at: datetime, cause: str = SETTLED) -> None:
    _end_where(session, on, at, cause, AlertRow.key.startswith(start, autoescape=True))


def _end_where(
    session: Session, on: date, at: datetime, cause: str, *those: ColumnElement[bool]
) -> None:
    wanted = select(AlertRow.key, AlertRow.account_id, AlertRow.trigger).where(
        *those, AlertRow.ended_on.is_(None)
    )
    found = session.execute(wanted).all()
    end_alerts(session, [Ending(k, str(a), str(t), cause) for k, a, t in found], on, at)
