"""The append-only audit log: each line's hash covers the line before it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from keepwell.adapters.state.warning_models import AuditRow
from keepwell.ports import AuditFault

FIRST = "0" * 64
# Who acts when nobody asked for it by name.
SYSTEM_ACTOR = "keepwell"


def add_audit(
    session: Session,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Append one line; it is stored only if the transaction is."""
    last = session.scalars(select(AuditRow).order_by(AuditRow.sequence.desc()).limit(1)).first()
    text = json.dumps(details or {}, ensure_ascii=False, sort_keys=True, default=str)
    row = AuditRow(
        sequence=1 if last is None else last.sequence + 1,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        details=text,
        previous_hash=FIRST if last is None else last.hash,
        hash="",
    )
    row.hash = _hash_of(row)
    session.add(row)
    session.flush()


def faults(session: Session) -> Iterator[AuditFault]:
    """Yield every line that is missing or does not carry the hash of what it says."""
    before, expected = FIRST, 1
    for row in session.scalars(select(AuditRow).order_by(AuditRow.sequence)):
        if row.sequence != expected:
            yield AuditFault(expected, "missing")
        elif row.previous_hash != before:
            yield AuditFault(row.sequence, "edited")
        if row.hash != _hash_of(row):
            yield AuditFault(row.sequence, "edited")
        before, expected = row.hash, row.sequence + 1


def reseal(session: Session) -> None:
    """Compute all hashes anew: only after an erasure, which its own line of the log tells."""
    before = FIRST
    for row in session.scalars(select(AuditRow).order_by(AuditRow.sequence)):
        row.previous_hash = before
        row.hash = before = _hash_of(row)
    session.flush()


def _hash_of(row: AuditRow) -> str:
    at = row.at.astimezone(UTC).replace(tzinfo=None).isoformat()
    parts = [row.sequence, at, row.actor, row.action, row.subject, row.details, row.previous_hash]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
