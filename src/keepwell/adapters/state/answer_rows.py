"""Idempotency keys as rows: who takes a key first writes; the others get what came of it."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from keepwell.adapters.state.people_models import AnswerRow
from keepwell.ports.people import Answered

KEPT_ANSWERS = timedelta(days=1)
# Of a write that has taken its key and not answered yet.
UNDER_WAY = 0


def claim(
    session: Session, person_id: int, key: str, request: str, at: datetime
) -> Answered | None:
    """Take a key, or return what it stands for; answers older than a day go.

    Needs: a writing transaction, which has the database to itself on both databases.
    """
    session.execute(delete(AnswerRow).where(AnswerRow.created_at <= at - KEPT_ANSWERS))
    row = session.get(AnswerRow, (person_id, key))
    if row is not None:
        return Answered(row.request, row.status, row.body)
    session.add(
        AnswerRow(
            person_id=person_id,
            key=key,
            request=request,
            status=UNDER_WAY,
            body="",
            created_at=at,
        )
    )
    return None


def keep(session: Session, person_id: int, key: str, answer: Answered) -> None:
    """Put the answer in the place of the claim."""
    row = session.get_one(AnswerRow, (person_id, key))
    row.status, row.body = answer.status, answer.body


def release(session: Session, person_id: int, key: str) -> None:
    """Drop the claim of a write that was refused, so that the key may come again."""
    session.execute(
        delete(AnswerRow).where(
            AnswerRow.person_id == person_id,
            AnswerRow.key == key,
            AnswerRow.status == UNDER_WAY,
        )
    )
