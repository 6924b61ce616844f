"""What people write about an account, and its contacts: the one place that holds their names."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable, UtcDateTime


class AccountNoteRow(StateTable):
    """A note, or an activity that somebody logged. It enters no score."""

    __tablename__ = "account_notes"
    __table_args__ = (Index("ix_account_notes_account_id_on", "account_id", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    account_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    on: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContactRow(StateTable):
    """A contact of one import; rows of another import than the current one are on their way out."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_account_id", "account_id"),
        Index("ix_contacts_contact_id", "contact_id"),
    )

    import_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(String(200))
    contact_id: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool | None] = mapped_column(Boolean)


class ContactImportRow(StateTable):
    """The import whose contacts count: one row."""

    __tablename__ = "contact_imports"

    import_id: Mapped[str] = mapped_column(String(64), primary_key=True)
