"""People and their invitations over SQLAlchemy."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.people_models import InvitationRow, PersonRow, SessionRow
from keepwell.adapters.state.store import SqlStateStore
from keepwell.ports.people import ROLES, Invitation, Look, Person, Role
from keepwell.vocabulary import InputProblem, NotFound

# The hash of no password: whoever has it signs in at the provider.
NO_PASSWORD = "!"  # noqa: S105 - it is none


class SqlPeopleStore:
    """Fulfils `ports.PeopleStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def invite(self, invitation: Invitation, secret_hash: str, *, at: datetime) -> None:
        """Store an invitation; for a person who exists it lets choose a new password."""
        with self._state.session(is_writing=True) as session:
            # A newer invitation takes the place of those that were not used.
            _drop_unused(session, invitation.login)
            session.add(
                InvitationRow(
                    secret_hash=secret_hash,
                    login=invitation.login,
                    name=invitation.name,
                    role=invitation.role,
                    sees=list(invitation.sees),
                    invited_by=invitation.invited_by,
                    created_at=at,
                    expires_at=invitation.expires_at,
                )
            )
            details = {"role": invitation.role, "sees": list(invitation.sees)}
            by = invitation.invited_by
            add_audit(session, at, by, "person_invited", invitation.login, details)

    def invitation(self, secret_hash: str, at: datetime) -> Invitation:
        """Return an invitation that is not used or over. Errors: NotFound."""
        with self._state.session() as session:
            return _invitation(_usable(session, secret_hash, at))

    def accept(self, secret_hash: str, name: str, password_hash: str, *, at: datetime) -> Person:
        """Make the person of an invitation, or give it a new password. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            invited = _usable(session, secret_hash, at)
            invited.used_at = at
            row = _row(session, invited.login)
            if row is None:
                row = PersonRow(
                    login=invited.login, lang="", theme="system", density="regular",
                    time_zone="", has_single_keys=True, created_at=at,
                )  # fmt: skip
                session.add(row)
            elif row.role == "admin" and row.disabled_at is None and invited.role != "admin":
                _require_another_admin(session, row.login)
            row.name = name or invited.name or invited.login
            row.role, row.sees = invited.role, list(invited.sees)
            row.password_hash, row.disabled_at = password_hash, None
            session.flush()
            session.execute(delete(SessionRow).where(SessionRow.person_id == row.id))
            add_audit(session, at, row.login, "invitation_accepted", row.login)
            return person_of(row)

    def entering(self, login: str, name: str, *, at: datetime) -> Person | None:
        """Return who may enter under an address that somebody else has verified, or None.

        An open invitation is taken up without a password; one that makes an admin is not.
        """
        with self._state.session(is_writing=True) as session:
            row = _row(session, login)
            if row is not None:
                return None if row.disabled_at is not None else person_of(row)
            wanted = select(InvitationRow).where(
                InvitationRow.login == login,
                InvitationRow.used_at.is_(None),
                InvitationRow.expires_at > at,
                InvitationRow.role != "admin",
            )
            invited = session.scalars(wanted.order_by(InvitationRow.created_at.desc())).first()
            if invited is None:
                return None
            invited.used_at = at
            row = PersonRow(
                login=login, name=invited.name or name or login, role=invited.role,
                sees=list(invited.sees), password_hash=NO_PASSWORD, lang="", theme="system",
                density="regular", time_zone="", has_single_keys=True, created_at=at,
            )  # fmt: skip
            session.add(row)
            session.flush()
            add_audit(session, at, login, "invitation_accepted", login, {"by": "provider"})
            return person_of(row)

    def people(self) -> tuple[Person, ...]:
        """Return all people by login."""
        with self._state.session() as session:
            rows = session.scalars(select(PersonRow).order_by(PersonRow.login))
            return tuple(person_of(row) for row in rows)

    def person(self, login: str) -> Person:
        """Return one person. Errors: NotFound."""
        with self._state.session() as session:
            return person_of(_known(session, login))

    def password_hash(self, login: str) -> tuple[Person, str] | None:
        """Return an enabled person with the hash of its password; None when there is none."""
        with self._state.session() as session:
            row = _row(session, login)
            if row is None or row.disabled_at is not None:
                return None
            return person_of(row), row.password_hash

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
        """Change role, sight or admission; sessions and unused invitations end.

        Errors: NotFound; InputProblem: the last admin stays.
        """
        with self._state.session(is_writing=True) as session:
            row = _known(session, login)
            is_leaving = is_disabled or (role is not None and role != "admin")
            if row.role == "admin" and row.disabled_at is None and is_leaving:
                _require_another_admin(session, login)
            if role is not None:
                row.role = role
            if sees is not None:
                row.sees = list(sees)
            if is_disabled is not None:
                row.disabled_at = at if is_disabled else None
            session.execute(delete(SessionRow).where(SessionRow.person_id == row.id))
            # A link that is still out would bring the former role or admission back.
            _drop_unused(session, login)
            details = {"role": role, "sees": sees, "is_disabled": is_disabled}
            given = {k: v for k, v in details.items() if v is not None}
            add_audit(session, at, by, "person_changed", login, given)
            return person_of(row)

    def end_sessions(self, login: str, *, by: str, at: datetime) -> int:
        """End every session of a person; return how many there were. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            row = _known(session, login)
            held = select(SessionRow).where(SessionRow.person_id == row.id)
            count = len(session.scalars(held).all())
            session.execute(delete(SessionRow).where(SessionRow.person_id == row.id))
            add_audit(session, at, by, "sessions_ended", login, {"sessions": count})
            return count

    def session_counts(self, at: datetime) -> Mapping[str, int]:
        """Return how many sessions of each person count at a moment; none is left out."""
        held = (
            select(PersonRow.login, func.count())
            .join(SessionRow, SessionRow.person_id == PersonRow.id)
            .where(SessionRow.expires_at > at)
            .group_by(PersonRow.login)
        )
        with self._state.session() as session:
            return {login: int(n) for login, n in session.execute(held)}

    def set_look(self, person_id: int, look: Look) -> None:
        """Keep how a person wants the pages."""
        with self._state.session(is_writing=True) as session:
            row = session.get_one(PersonRow, person_id)
            row.lang, row.theme, row.density = look.lang, look.theme, look.density
            row.time_zone, row.has_single_keys = look.time_zone, look.has_single_keys


def person_of(row: Any) -> Person:
    """Return a person as the ports know it. `row`: has the columns of `PersonRow`."""
    look = Look(row.lang, row.theme, row.density, row.time_zone, row.has_single_keys)
    return Person(
        row.id, row.login, row.name, _role(row.role), tuple(map(str, row.sees)), look,
        row.created_at, row.disabled_at,
    )  # fmt: skip


def _role(text: str) -> Role:
    return next(r for r in ROLES if r == text)


def _row(session: Session, login: str) -> PersonRow | None:
    return session.scalars(select(PersonRow).where(PersonRow.login == login)).first()


def _drop_unused(session: Session, login: str) -> None:
    session.execute(
        delete(InvitationRow).where(InvitationRow.login == login, InvitationRow.used_at.is_(None))
    )


def _known(session: Session, login: str) -> PersonRow:
    row = _row(session, login)
    if row is None:
        raise NotFound(
            f"Nobody signs in as `{login}`.", cure="`keepwell users list` shows who does."
        )
    return row


def _usable(session: Session, secret_hash: str, at: datetime) -> InvitationRow:
    row = session.get(InvitationRow, secret_hash)
    if row is None or row.used_at is not None or row.expires_at <= at:
        raise NotFound(
            "This invitation does not exist, was used or is over.",
            cure="Ask for another: keepwell users invite LOGIN.",
        )
    return row


def _invitation(row: InvitationRow) -> Invitation:
    sees = tuple(map(str, row.sees))
    return Invitation(row.login, row.name, _role(row.role), sees, row.expires_at, row.invited_by)


def _require_another_admin(session: Session, login: str) -> None:
    others = session.scalar(
        select(func.count())
        .select_from(PersonRow)
        .where(PersonRow.role == "admin", PersonRow.disabled_at.is_(None), PersonRow.login != login)
    )
    if not others:
        raise InputProblem(f"`{login}` is the only admin.", cure="Invite another admin before.")
