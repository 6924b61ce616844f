"""Who may enter: people with roles, invitations, sessions, API tokens, throttled sign-ins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

Role = Literal["admin", "operations", "leader", "csm", "viewer", "api"]
ROLES: tuple[Role, ...] = ("admin", "operations", "leader", "csm", "viewer", "api")
TokenScope = Literal["read", "write", "import"]
TOKEN_SCOPES: tuple[TokenScope, ...] = ("read", "write", "import")


@dataclass(frozen=True, slots=True)
class Look:
    """How a person wants the pages: empty where the project or the browser decides."""

    lang: str = ""
    theme: str = "system"
    density: str = "regular"
    time_zone: str = ""
    has_single_keys: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """One who may sign in.

    `sees`: ids of the CSMs whose accounts it sees; empty is nobody's for a CSM, else everybody's.
    """

    id: int
    login: str
    name: str
    role: Role
    sees: tuple[str, ...]
    look: Look
    created_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is to choose a password, by a secret that works once."""

    login: str
    name: str
    role: Role
    sees: tuple[str, ...]
    expires_at: datetime
    invited_by: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that counts, with whose it is."""

    person: Person
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    rotates_at: datetime


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One API token without its secret; `starts_with` tells tokens apart."""

    id: int
    name: str
    starts_with: str
    person_id: int
    login: str
    scopes: tuple[TokenScope, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Looked:
    """Something that a person looked at: a page, and an account if it was one's."""

    at: datetime
    login: str
    page: str
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a write that carried an idempotency key; `status` 0: under way."""

    request: str
    status: int
    body: str


class PeopleStore(Protocol):
    """People and their invitations; whatever is written stands in the audit log."""

    def invite(self, invitation: Invitation, secret_hash: str, *, at: datetime) -> None:
        """Store an invitation; for a person who exists it lets choose a new password."""
        ...

    def invitation(self, secret_hash: str, at: datetime) -> Invitation:
        """Return an invitation that is not used or over. Errors: NotFound."""
        ...

    def accept(self, secret_hash: str, name: str, password_hash: str, *, at: datetime) -> Person:
        """Make the person of an invitation, or give it a new password. Errors: NotFound."""
        ...

    def entering(self, login: str, name: str, *, at: datetime) -> Person | None:
        """Return who may enter under an address that somebody else has verified, or None."""
        ...

    def people(self) -> tuple[Person, ...]:
        """Return all people by login."""
        ...

    def person(self, login: str) -> Person:
        """Return one person. Errors: NotFound."""
        ...

    def password_hash(self, login: str) -> tuple[Person, str] | None:
        """Return an enabled person with the hash of its password; None when there is none."""
        ...

    def change(
        self,
        login: str,
        *,
        role: Role | None = None,
        sees: Sequence[str] | None = None,
        is_disabled: bool | None = None,
        by: str,
        at: datetime,
    ) -> Person:
        """Change role, sight or admission; sessions end. Errors: NotFound; the last admin stays."""
        ...

    def end_sessions(self, login: str, *, by: str, at: datetime) -> int:
        """End every session of a person; return how many there were. Errors: NotFound."""
        ...

    def session_counts(self, at: datetime) -> Mapping[str, int]:
        """Return how many sessions of each person count at a moment; none is left out."""
        ...

    def set_look(self, person_id: int, look: Look) -> None:
        """Keep how a person wants the pages."""
        ...


class AccessStore(Protocol):
    """Sessions, API tokens, throttles and answers to repeated writes; secrets only as hashes."""

    def open_session(
        self, person: Person, secret_hash: str, *, at: datetime, expires_at: datetime
    ) -> None:
        """Store a session of somebody who has just signed in."""
        ...

    def session_of(self, secret_hash: str, at: datetime) -> OpenSession | None:
        """Return the session that counts at a moment, or None."""
        ...

    def rotate(self, secret_hash: str, new_hash: str, *, at: datetime) -> bool:
        """Give a session a new secret, and say whether it did; the old one counts a minute more."""
        ...

    def close_session(self, secret_hash: str, *, at: datetime) -> None:
        """End a session, with the secrets that it had before."""
        ...

    def add_token(
        self,
        person: Person,
        name: str,
        secret_hash: str,
        starts_with: str,
        scopes: Sequence[TokenScope],
        *,
        at: datetime,
        expires_at: datetime,
        by: str,
    ) -> ApiToken:
        """Store an API token."""
        ...

    def token(self, secret_hash: str, at: datetime) -> tuple[ApiToken, Person] | None:
        """Return a token that counts at a moment with whose it is, or None."""
        ...

    def tokens(self) -> tuple[ApiToken, ...]:
        """Return all tokens, newest first."""
        ...

    def revoke(self, token_id: int, *, by: str, at: datetime) -> None:
        """End a token. Errors: NotFound."""
        ...

    def wait_s(self, keys: Sequence[str], at: datetime) -> int:
        """Return how many seconds a sign-in has to wait; 0 lets it try."""
        ...

    def note_failure(self, limits: Mapping[str, int], *, login: str, at: datetime) -> None:
        """Count a failed sign-in under keys, each with how many it may have before it waits."""
        ...

    def forget_failures(self, keys: Sequence[str]) -> None:
        """Forget failures after a sign-in."""
        ...

    def note_views(self, views: Sequence[Looked]) -> None:
        """Write what people looked at into the audit log, one line a person."""
        ...

    def note_deed(
        self, login: str, action: str, subject: str, details: Mapping[str, Any], at: datetime
    ) -> None:
        """Write what somebody did that no other store writes down: an export, a sending."""
        ...

    def claim_answer(self, person_id: int, key: str, request: str, at: datetime) -> Answered | None:
        """Take an idempotency key for a write; None gives it to the caller, for a day.

        Of all who ask at one moment one gets it; the others get its answer, whose status is 0
        while there is none yet.
        """
        ...

    def keep_answer(self, person_id: int, key: str, answer: Answered) -> None:
        """Keep the answer to a write under the key that it took."""
        ...

    def release_answer(self, person_id: int, key: str) -> None:
        """Give back the key of a write that was refused."""
        ...
