"""What people write about accounts, and who works at them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

NoteKind = Literal["note", "call", "meeting", "email", "visit", "other"]
NOTE_KINDS: tuple[NoteKind, ...] = ("note", "call", "meeting", "email", "visit", "other")


@dataclass(frozen=True, slots=True)
class Note:
    """A note, or an activity of a day that somebody logged."""

    id: int
    account_id: str
    kind: NoteKind
    on: date
    text: str
    author: str
    created_at: datetime
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """What a note says."""

    kind: NoteKind
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One person at an account; the address stays in the import, outside the state."""

    account_id: str
    contact_id: str | None
    name: str | None
    title: str | None
    role: str | None
    is_active: bool | None


class NotesStore(Protocol):
    """Notes; what they say stands nowhere else, not in the audit log either."""

    def notes(self, account_id: str, limit: int) -> tuple[Note, ...]:
        """Return the notes of an account, the newest day first."""
        ...

    def add(self, account_id: str, draft: NoteDraft, *, by: str, at: datetime) -> Note:
        """Keep a note."""
        ...

    def change(
        self, account_id: str, note_id: int, draft: NoteDraft, *, by: str, at: datetime
    ) -> Note:
        """Write one's note anew. Errors: NotFound for another's or another account's."""
        ...

    def drop(self, account_id: str, note_id: int, *, by: str, at: datetime) -> None:
        """Forget one's note. Errors: NotFound, as for `change`."""
        ...


class ContactsStore(Protocol):
    """Contacts of the last import that was told; snapshots hold none."""

    def of_account(self, account_id: str, limit: int) -> tuple[Contact, ...]:
        """Return the contacts of an account, those who are active first."""
        ...

    def import_id(self) -> str | None:
        """Return the import whose contacts these are."""
        ...

    def replace(self, import_id: str, contacts: Iterable[Sequence[Contact]]) -> None:
        """Put the contacts of an import in the place of those before, a part at a time."""
        ...
