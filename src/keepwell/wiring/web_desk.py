"""What the web app needs of one project: its stores, its desks, its clock; one object a process."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TypeVar, cast

from keepwell.adapters import credentials
from keepwell.adapters.state import (
    SqlAccessStore,
    SqlAuditStore,
    SqlOutlookPages,
    SqlPagesStore,
    SqlPeopleStore,
)
from keepwell.ports.auditing import AuditStore
from keepwell.ports.outlook_pages import OutlookPagesStore
from keepwell.ports.pages import PageHeader, PagesStore, Scope
from keepwell.ports.people import (
    TOKEN_SCOPES,
    AccessStore,
    ApiToken,
    Invitation,
    OpenSession,
    PeopleStore,
    Person,
    Role,
    TokenScope,
)
from keepwell.vocabulary import InputProblem, Lang
from keepwell.wiring.contacts import keep_contacts
from keepwell.wiring.example_room import Unwatched, opened_room, stamp_of
from keepwell.wiring.project import TRUTH, Project
from keepwell.wiring.served import ServedProject
from keepwell.wiring.staging import stage_current
from keepwell.wiring.view_log import ViewLog

INVITED_FOR = timedelta(days=7)
FIRST_ADMIN_FOR = timedelta(hours=24)
SESSION_FOR = timedelta(days=14)
LONGEST_TOKEN_DAYS = 366
LOGIN_FAILURES = 5
ADDRESS_FAILURES = 50
TOKEN_PREFIX = "kw_"  # noqa: S105 - how tokens begin, so that scanners can find a leaked one
MOST_KEPT = 512
Kept = TypeVar("Kept")


class WebDesk:
    """One project as the web app sees it."""

    is_room = False

    def __init__(self, project: Project) -> None:
        self.project = project
        self._room: tuple[int, WebDesk] | None = None
        self.people: PeopleStore = SqlPeopleStore(project.state)
        self.access: AccessStore = SqlAccessStore(project.state)
        staged = SqlPagesStore(project.state)
        self.pages: PagesStore = staged
        self.outlook: OutlookPagesStore = SqlOutlookPages(staged)
        self.audit: AuditStore = SqlAuditStore(project.state)
        self.views = ViewLog(self.access)
        # What `oidc_desk` keeps of the provider of sign-ins.
        self.provider: object | None = None
        self._kept_run: str | None = None
        self._kept: dict[str, object] = {}
        self._lock = threading.Lock()

    @property
    def lang(self) -> Lang:
        """Return the project's language."""
        return self.project.config.lang

    def now(self) -> datetime:
        """Return the present moment in the project's time zone."""
        return self.project.now

    def csrf_of(self, secret: str) -> str:
        """Return the word that forms of a session carry."""
        return credentials.csrf_of(secret)

    def is_same(self, given: str, expected: str) -> bool:
        """Compare two secrets in constant time."""
        return credentials.is_same(given, expected)

    def scope_of(self, person: Person) -> Scope:
        """Return whose accounts a person sees."""
        if person.role in ("admin", "operations"):
            return Scope(None)
        if person.role == "csm" or person.sees:
            return Scope(person.sees)
        return Scope(None)

    def session_of(self, secret: str, at: datetime) -> OpenSession | None:
        """Return the session of a cookie."""
        return self.access.session_of(credentials.secret_hash(secret), at)

    def rotated(self, secret: str, at: datetime) -> str:
        """Give a session a new secret and return it; the same where another request did it."""
        fresh = credentials.new_secret()
        was, becomes = credentials.secret_hash(secret), credentials.secret_hash(fresh)
        return fresh if self.access.rotate(was, becomes, at=at) else secret

    def sign_in(self, login: str, password: str, address: str) -> tuple[Person, str] | int:
        """Return the person with the secret of a new session, or the seconds to wait; 0: refused.

        A wrong name and a wrong password look alike and take as long.
        """
        now, name = self.now(), login.strip().casefold()
        keys = {f"login:{name}": LOGIN_FAILURES, f"address:{address}": ADDRESS_FAILURES}
        if wait := self.access.wait_s(list(keys), now):
            return wait
        found = self.people.password_hash(name)
        if not credentials.is_password(password, found[1] if found else None) or found is None:
            # What was typed for a name may be a password: only a known name is written down.
            self.access.note_failure(keys, login=found[0].login if found else "", at=now)
            return self.access.wait_s(list(keys), now)
        self.access.forget_failures([f"login:{name}"])
        return found[0], self.opened(found[0])

    def opened(self, person: Person) -> str:
        """Open a session and return its secret."""
        now, secret = self.now(), credentials.new_secret()
        hashed = credentials.secret_hash(secret)
        self.access.open_session(person, hashed, at=now, expires_at=now + SESSION_FOR)
        return secret

    def sign_out(self, secret: str) -> None:
        """End the session of a cookie."""
        self.access.close_session(credentials.secret_hash(secret), at=self.now())

    def invite(
        self, login: str, role: Role, *, name: str = "", sees: Sequence[str] = (), by: str
    ) -> str:
        """Return the secret of a new invitation. Errors: InputProblem."""
        known = login.strip().casefold()
        if not known or len(known) > 200 or any(c.isspace() for c in known):
            raise InputProblem(
                f"`{login}` is no name to sign in with.",
                cure="Use an address or a short name without spaces.",
            )
        if role == "csm" and not sees:
            raise InputProblem(
                "A CSM without accounts would see nothing.",
                cure="Name its id in the data: --sees CSM_ID.",
            )
        is_first = not self.people.people()
        until = self.now() + (FIRST_ADMIN_FOR if is_first else INVITED_FOR)
        secret = credentials.new_secret()
        invitation = Invitation(known, name, role, tuple(sees), until, by)
        self.people.invite(invitation, credentials.secret_hash(secret), at=self.now())
        return secret

    def invitation(self, secret: str) -> Invitation:
        """Return an invitation that counts. Errors: NotFound."""
        return self.people.invitation(credentials.secret_hash(secret), self.now())

    def accept(self, secret: str, name: str, password: str) -> Person:
        """Take an invitation up with a password. Errors: NotFound, InputProblem."""
        invited = self.invitation(secret)
        if len(password) < credentials.SHORTEST_PASSWORD or invited.login in password.casefold():
            raise InputProblem(
                "The password is too easy to guess.",
                cure=f"Use {credentials.SHORTEST_PASSWORD} characters or more, without your name.",
            )
        hashed = credentials.hash_password(password)
        secret_hash = credentials.secret_hash(secret)
        return self.people.accept(secret_hash, name.strip(), hashed, at=self.now())

    def add_token(
        self, login: str, name: str, scopes: Sequence[TokenScope], days: int, *, by: str
    ) -> tuple[ApiToken, str]:
        """Return a new API token with its secret, which is shown once. Errors: NotFound."""
        if not 1 <= days <= LONGEST_TOKEN_DAYS or not scopes:
            raise InputProblem(
                f"A token counts 1 to {LONGEST_TOKEN_DAYS} days and has a scope.",
                cure=f"Choose --days and --scope of: {', '.join(TOKEN_SCOPES)}.",
            )
        secret, now = credentials.new_secret(TOKEN_PREFIX), self.now()
        made = self.access.add_token(
            self.people.person(login.strip().casefold()),
            name,
            credentials.secret_hash(secret),
            secret[:8],
            scopes,
            at=now,
            expires_at=now + timedelta(days=days),
            by=by,
        )
        return made, secret

    def token_of(self, secret: str, at: datetime) -> tuple[ApiToken, Person] | None:
        """Return the token of a header."""
        return self.access.token(credentials.secret_hash(secret), at)

    @property
    def is_example(self) -> bool:
        """Say whether the data are invented."""
        return (self.project.layout.root / TRUTH).is_file()

    def reading(self) -> AbstractContextManager[None]:
        """Let all that this thread reads in the block see one moment, in one transaction."""
        return self.project.state.reading()

    def header(self) -> PageHeader | None:
        """Return which run the pages show; None before the first."""
        return self.pages.header()

    def prepare(self) -> None:
        """Stage the current run if the pages show another: after an upgrade or a restore."""
        stage_current(self.project, self.pages)
        if runs := self.project.state.runs():
            project = self.project
            keep_contacts(project.state, project.config, project.layout, runs[0].input_hash)

    def readiness(self) -> str:
        """Return `ready`, or what is missing."""
        runs, staged = self.project.state.runs(), self.pages.staged_run()
        if not runs:
            return "no_run"
        return "ready" if staged == runs[0].run_id else "staging"

    def close(self) -> None:
        """Close the connections of this process."""
        self.close_room()
        self.project.state.close()

    def notice_edits(self) -> None:
        """Read keepwell.yml again if it was written since it was read."""
        if isinstance(self.project, ServedProject):
            self.project.notice_edits()

    def room(self) -> "WebDesk | None":
        """Return the desk of the example company beside this project; None while there is none."""
        stamp = stamp_of(self.project.layout)
        with self._lock:
            if self._room is None or self._room[0] != stamp:
                self._drop_room()
                opened = opened_room(self.project) if stamp else None
                self._room = None if opened is None else (stamp, _room_desk(opened))
            return None if self._room is None else self._room[1]

    def close_room(self) -> None:
        """Close the example company."""
        with self._lock:
            self._drop_room()

    def _drop_room(self) -> None:
        if self._room is not None:
            self._room[1].close()
            self._room = None

    def kept(self, name: str, make: Callable[[], Kept]) -> Kept:
        """Return what `make` gives, made once for each staged run: it may not change within one."""
        run = self.pages.staged_run()
        with self._lock:
            if self._kept_run != run:
                self._kept_run, self._kept = run, {}
            if name in self._kept:
                return cast("Kept", self._kept[name])
        made = make()
        with self._lock:
            if self._kept_run == run and len(self._kept) < MOST_KEPT:
                self._kept[name] = made
        return made


def web_desk(project: Project) -> WebDesk:
    """Return what the web app needs of a project. Errors: NotFound, ConfigInvalid."""
    _ = project.config
    return WebDesk(project)


def _room_desk(project: Project) -> WebDesk:
    """Return the desk of an example company beside a project."""
    room = WebDesk(project)
    room.is_room = True
    room.views = Unwatched(room.access)
    room.prepare()
    return room
