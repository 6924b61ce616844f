"""Sessions, API tokens, throttles and kept answers over SQLAlchemy."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from keepwell.adapters.state import answer_rows
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.people_models import (
    ApiTokenRow,
    PersonRow,
    SessionRow,
    SignInThrottleRow,
)
from keepwell.adapters.state.people_store import person_of
from keepwell.adapters.state.store import SqlStateStore
from keepwell.ports.people import (
    TOKEN_SCOPES,
    Answered,
    ApiToken,
    Looked,
    OpenSession,
    Person,
    TokenScope,
)
from keepwell.vocabulary import NotFound

# Columns, not rows of the mapper: every request asks.
SESSION_COLUMNS = (
    SessionRow.opened_at, SessionRow.seen_at, SessionRow.expires_at, SessionRow.rotates_at
)  # fmt: skip
PERSON_COLUMNS = tuple(
    getattr(PersonRow, c.key) for c in PersonRow.__table__.columns if c.key != "password_hash"
)
# Made once: a statement that is the same object is not looked at again.
OPEN_SESSION = (
    select(*SESSION_COLUMNS, *PERSON_COLUMNS)
    .join(PersonRow, PersonRow.id == SessionRow.person_id)
    .where(SessionRow.secret_hash == bindparam("secret_hash"), PersonRow.disabled_at.is_(None))
)
IDLE = timedelta(hours=12)
ROTATED_EVERY = timedelta(hours=6)
OLD_SECRET_COUNTS = timedelta(seconds=60)
SEEN_EVERY = timedelta(minutes=10)
FAILURES_FADE = timedelta(hours=1)
LONGEST_WAIT = timedelta(minutes=15)
FIRST_WAIT = timedelta(seconds=30)


class SqlAccessStore:
    """Fulfils `ports.AccessStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def open_session(
        self, person: Person, secret_hash: str, *, at: datetime, expires_at: datetime
    ) -> None:
        """Store a session of somebody who has just signed in."""
        with self._state.session(is_writing=True) as session:
            session.execute(delete(SessionRow).where(SessionRow.expires_at <= at))
            session.add(
                SessionRow(
                    secret_hash=secret_hash,
                    person_id=person.id,
                    opened_at=at,
                    seen_at=at,
                    rotates_at=at + ROTATED_EVERY,
                    expires_at=expires_at,
                )
            )
            add_audit(session, at, person.login, "signed_in", person.login)

    def session_of(self, secret_hash: str, at: datetime) -> OpenSession | None:
        """Return the session that counts at a moment, or None."""
        with self._state.session() as session:
            given = {"secret_hash": secret_hash}
            row: Any = session.connection().execute(OPEN_SESSION, given).first()
            if row is None or row.expires_at <= at or row.seen_at + IDLE <= at:
                return None
            person = person_of(row)
            opened = OpenSession(person, row.opened_at, row.seen_at, row.expires_at, row.rotates_at)
        if opened.seen_at + SEEN_EVERY <= at:
            self._touch(secret_hash, at)
        return opened

    def _touch(self, secret_hash: str, at: datetime) -> None:
        with self._state.session(is_writing=True) as session:
            session.execute(
                update(SessionRow).where(SessionRow.secret_hash == secret_hash).values(seen_at=at)
            )

    def rotate(self, secret_hash: str, new_hash: str, *, at: datetime) -> bool:
        """Give a session a new secret, and say whether it did; the old one counts a minute more."""
        with self._state.session(is_writing=True) as session:
            row = session.get(SessionRow, secret_hash)
            # Two requests at once: the first has done it.
            if row is None or row.rotates_at > at:
                return False
            session.add(
                SessionRow(
                    secret_hash=new_hash,
                    person_id=row.person_id,
                    opened_at=row.opened_at,
                    seen_at=at,
                    rotates_at=at + ROTATED_EVERY,
                    expires_at=row.expires_at,
                )
            )
            row.rotates_at = row.expires_at
            row.expires_at = min(row.expires_at, at + OLD_SECRET_COUNTS)
            return True

    def close_session(self, secret_hash: str, *, at: datetime) -> None:
        """End a session, with the secrets that it had before."""
        with self._state.session(is_writing=True) as session:
            row = session.get(SessionRow, secret_hash)
            if row is None:
                return
            login = session.get_one(PersonRow, row.person_id).login
            # A rotation keeps the moment at which the session was opened.
            session.execute(
                delete(SessionRow).where(
                    SessionRow.person_id == row.person_id, SessionRow.opened_at == row.opened_at
                )
            )
            add_audit(session, at, login, "signed_out", login)

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
        with self._state.session(is_writing=True) as session:
            row = ApiTokenRow(
                name=name,
                secret_hash=secret_hash,
                starts_with=starts_with,
                person_id=person.id,
                scopes=list(scopes),
                created_at=at,
                expires_at=expires_at,
            )
            session.add(row)
            session.flush()
            details = {"name": name, "scopes": list(scopes), "token": row.id}
            add_audit(session, at, by, "token_made", person.login, details)
            return _token(row, person.login)

    def token(self, secret_hash: str, at: datetime) -> tuple[ApiToken, Person] | None:
        """Return a token that counts at a moment with whose it is, or None."""
        found = (
            select(ApiTokenRow, PersonRow)
            .join(PersonRow, PersonRow.id == ApiTokenRow.person_id)
            .where(ApiTokenRow.secret_hash == secret_hash, PersonRow.disabled_at.is_(None))
        )
        with self._state.session() as session:
            row = session.execute(found).first()
            if row is None or row[0].revoked_at is not None or row[0].expires_at <= at:
                return None
            token, person = _token(row[0], row[1].login), person_of(row[1])
        if token.used_at is None or token.used_at + SEEN_EVERY <= at:
            with self._state.session(is_writing=True) as session:
                session.get_one(ApiTokenRow, token.id).used_at = at
        return token, person

    def tokens(self) -> tuple[ApiToken, ...]:
        """Return all tokens, newest first."""
        found = select(ApiTokenRow, PersonRow.login).join(
            PersonRow, PersonRow.id == ApiTokenRow.person_id
        )
        with self._state.session() as session:
            rows = session.execute(found.order_by(ApiTokenRow.id.desc()))
            return tuple(_token(row, login) for row, login in rows)

    def revoke(self, token_id: int, *, by: str, at: datetime) -> None:
        """End a token. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            row = session.get(ApiTokenRow, token_id)
            if row is None:
                raise NotFound(
                    f"There is no API token {token_id}.", cure="`keepwell users tokens` lists them."
                )
            row.revoked_at = row.revoked_at or at
            login = session.get_one(PersonRow, row.person_id).login
            add_audit(session, at, by, "token_revoked", login, {"token": token_id})

    def wait_s(self, keys: Sequence[str], at: datetime) -> int:
        """Return how many seconds a sign-in has to wait; 0 lets it try."""
        with self._state.session() as session:
            rows = session.scalars(
                select(SignInThrottleRow).where(SignInThrottleRow.key.in_(hashed(keys)))
            )
            ends = [row.until for row in rows if row.until is not None and row.until > at]
        return max((int((end - at).total_seconds()) + 1 for end in ends), default=0)

    def note_failure(self, limits: Mapping[str, int], *, login: str, at: datetime) -> None:
        """Count a failed sign-in under keys, each with how many it may have before it waits."""
        with self._state.session(is_writing=True) as session:
            for key, limit in limits.items():
                (stored,) = hashed([key])
                row = session.get(SignInThrottleRow, stored)
                if row is None:
                    row = SignInThrottleRow(key=stored, failures=0, last_at=at)
                    session.add(row)
                faded = row.last_at + FAILURES_FADE <= at
                row.failures, row.last_at = (0 if faded else row.failures) + 1, at
                over = row.failures - limit
                wait = FIRST_WAIT * 2 ** min(max(over, 0), 10)
                row.until = at + min(wait, LONGEST_WAIT) if over >= 0 else None
            add_audit(session, at, login or "-", "sign_in_refused", login or "-")

    def forget_failures(self, keys: Sequence[str]) -> None:
        """Forget failures after a sign-in."""
        with self._state.session(is_writing=True) as session:
            session.execute(
                delete(SignInThrottleRow).where(SignInThrottleRow.key.in_(hashed(keys)))
            )

    def note_views(self, views: Sequence[Looked]) -> None:
        """Write what people looked at into the audit log, one line a person."""
        by_person: dict[str, list[Looked]] = defaultdict(list)
        for view in views:
            by_person[view.login].append(view)
        if not by_person:
            return
        with self._state.session(is_writing=True) as session:
            for login, seen in sorted(by_person.items()):
                accounts = sorted({v.account_id for v in seen if v.account_id})
                pages = sorted({v.page for v in seen})
                details = {"pages": pages, "accounts": accounts, "views": len(seen)}
                add_audit(session, max(v.at for v in seen), login, "viewed", login, details)

    def note_deed(
        self, login: str, action: str, subject: str, details: Mapping[str, Any], at: datetime
    ) -> None:
        """Write what somebody did that no other store writes down: an export, a sending."""
        with self._state.session(is_writing=True) as session:
            add_audit(session, at, login, action, subject, details)

    def claim_answer(self, person_id: int, key: str, request: str, at: datetime) -> Answered | None:
        """Take an idempotency key for a write, or return what was made of it before."""
        with self._state.session(is_writing=True) as session:
            return answer_rows.claim(session, person_id, key, request, at)

    def keep_answer(self, person_id: int, key: str, answer: Answered) -> None:
        """Keep the answer to a write under the key that it took."""
        with self._state.session(is_writing=True) as session:
            answer_rows.keep(session, person_id, key, answer)

    def release_answer(self, person_id: int, key: str) -> None:
        """Give back the key of a write that was refused."""
        with self._state.session(is_writing=True) as session:
            answer_rows.release(session, person_id, key)


def hashed(keys: Sequence[str]) -> list[str]:
    """Return keys of throttles as stored: neither logins nor addresses in plain."""
    return [hashlib.sha256(key.encode()).hexdigest() for key in keys]


def _token(row: ApiTokenRow, login: str) -> ApiToken:
    scopes = tuple(s for s in TOKEN_SCOPES if s in row.scopes)
    return ApiToken(
        row.id, row.name, row.starts_with, row.person_id, login, scopes, row.created_at,
        row.expires_at, row.used_at, row.revoked_at,
    )  # fmt: skip
