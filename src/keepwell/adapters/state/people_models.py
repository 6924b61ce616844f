"""The tables of those who may enter: people, invitations, sessions, API tokens, throttles."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable, UtcDateTime


class PersonRow(StateTable):
    """One who may sign in; never deleted, so that the audit log has somebody to name."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    login: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    sees: Mapped[list[Any]] = mapped_column(JSON)
    password_hash: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    theme: Mapped[str] = mapped_column(String(8))
    density: Mapped[str] = mapped_column(String(8))
    time_zone: Mapped[str] = mapped_column(String(64))
    has_single_keys: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InvitationRow(StateTable):
    """One invitation by the hash of its secret."""

    __tablename__ = "invitations"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    sees: Mapped[list[Any]] = mapped_column(JSON)
    invited_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionRow(StateTable):
    """One session by the hash of its secret."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_person_id", "person_id"),)

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rotates_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiTokenRow(StateTable):
    """One API token by the hash of its secret."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(200))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    starts_with: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    scopes: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInThrottleRow(StateTable):
    """Failed sign-ins under one key, the hash of a login or an address."""

    __tablename__ = "sign_in_throttles"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SavedViewRow(StateTable):
    """A person's saved view of a list: its name and the query that makes it."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("person_id", "page", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    page: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ListColumnsRow(StateTable):
    """The columns that a person chose to see in a list, in order."""

    __tablename__ = "list_columns"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    page: Mapped[str] = mapped_column(String(32), primary_key=True)
    names: Mapped[list[Any]] = mapped_column(JSON)
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AnswerRow(StateTable):
    """The answer to a write, under the idempotency key that its sender gave it."""

    __tablename__ = "kept_answers"
    __table_args__ = (Index("ix_kept_answers_created_at", "created_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
