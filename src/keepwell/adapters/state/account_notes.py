"""Notes on accounts and their contacts over SQLAlchemy."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import case, delete, insert, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.account_models import AccountNoteRow, ContactImportRow, ContactRow
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.store import SqlStateStore
from keepwell.ports.account_notes import Contact, Note, NoteDraft, NoteKind
from keepwell.vocabulary import NotFound

_CONTACT = ("account_id", "contact_id", "name", "title", "role", "is_active")


class SqlAccountNotes:
    """Fulfils `ports.account_notes.NotesStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def notes(self, account_id: str, limit: int) -> tuple[Note, ...]:
        """Return the notes of an account, the newest day first."""
        found = select(AccountNoteRow).where(AccountNoteRow.account_id == account_id)
        found = found.order_by(AccountNoteRow.on.desc(), AccountNoteRow.id.desc()).limit(limit)
        with self._state.session() as session:
            return tuple(_note(row) for row in session.scalars(found))

    def add(self, account_id: str, draft: NoteDraft, *, by: str, at: datetime) -> Note:
        """Keep a note."""
        row = AccountNoteRow(
            account_id=account_id,
            kind=draft.kind,
            on=draft.on,
            text=draft.text,
            author=by,
            created_at=at,
            changed_at=None,
        )
        with self._state.session(is_writing=True) as session:
            session.add(row)
            session.flush()
            _audit(session, at, by, "note_added", row)
            return _note(row)

    def change(
        self, account_id: str, note_id: int, draft: NoteDraft, *, by: str, at: datetime
    ) -> Note:
        """Write one's note anew. Errors: NotFound for another's or another account's."""
        with self._state.session(is_writing=True) as session:
            row = _own(session, account_id, note_id, by)
            row.kind, row.on, row.text, row.changed_at = draft.kind, draft.on, draft.text, at
            _audit(session, at, by, "note_changed", row)
            return _note(row)

    def drop(self, account_id: str, note_id: int, *, by: str, at: datetime) -> None:
        """Forget one's note. Errors: NotFound, as for `change`."""
        with self._state.session(is_writing=True) as session:
            row = _own(session, account_id, note_id, by)
            _audit(session, at, by, "note_dropped", row)
            session.delete(row)


def _own(session: Session, account_id: str, note_id: int, by: str) -> AccountNoteRow:
    row = session.get(AccountNoteRow, note_id)
    if row is None or (row.account_id, row.author) != (account_id, by):
        raise NotFound(
            f"There is no note {note_id} of yours on this account.",
            cure="Only who wrote a note changes or deletes it.",
        )
    return row


def _audit(session: Session, at: datetime, by: str, action: str, row: AccountNoteRow) -> None:
    details = {"note": row.id, "kind": row.kind, "on": row.on}
    add_audit(session, at, by, action, row.account_id, details)


def _note(row: AccountNoteRow) -> Note:
    return Note(
        row.id,
        row.account_id,
        cast("NoteKind", row.kind),
        row.on,
        row.text,
        row.author,
        row.created_at,
        row.changed_at,
    )


class SqlContacts:
    """Fulfils `ports.account_notes.ContactsStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def of_account(self, account_id: str, limit: int) -> tuple[Contact, ...]:
        """Return the contacts of an account, those who are active first."""
        found = (
            select(ContactRow)
            .join(ContactImportRow, ContactImportRow.import_id == ContactRow.import_id)
            .where(ContactRow.account_id == account_id)
            .order_by(
                case((ContactRow.is_active.is_(False), 1), else_=0),
                ContactRow.name,
                ContactRow.number,
            )
            .limit(limit)
        )
        with self._state.session() as session:
            return tuple(
                Contact(*(getattr(row, name) for name in _CONTACT))
                for row in session.scalars(found)
            )

    def import_id(self) -> str | None:
        """Return the import whose contacts these are."""
        with self._state.session() as session:
            return session.scalar(select(ContactImportRow.import_id))

    def replace(self, import_id: str, contacts: Iterable[Sequence[Contact]]) -> None:
        """Put the contacts of an import in the place of those before.

        Each part is a transaction of its own: nobody waits for all; they count when all are there.
        """
        with self._state.session(is_writing=True) as session:
            session.execute(delete(ContactRow).where(ContactRow.import_id == import_id))
        number = 0
        for part in contacts:
            rows: list[dict[str, Any]] = []
            for contact in part:
                number += 1
                values = {name: getattr(contact, name) for name in _CONTACT}
                rows.append({"import_id": import_id, "number": number, **values})
            if rows:
                with self._state.session(is_writing=True) as session:
                    session.execute(insert(ContactRow), rows)
        with self._state.session(is_writing=True) as session:
            session.execute(delete(ContactImportRow))
            session.add(ContactImportRow(import_id=import_id))
            session.execute(delete(ContactRow).where(ContactRow.import_id != import_id))
