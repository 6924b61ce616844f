"""One person in the whole state: every text of every table is looked at, none is listed here."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, String, Table, delete, select, update
from sqlalchemy.orm import Session

from keepwell.adapters.state.account_models import ContactRow
from keepwell.adapters.state.audit_rows import add_audit, reseal
from keepwell.adapters.state.dump import reflected
from keepwell.adapters.state.people_models import (
    ApiTokenRow,
    InvitationRow,
    PersonRow,
    SessionRow,
)
from keepwell.adapters.state.store import SqlStateStore

# An identifier ends where one of these does not go on.
_EDGE = r"[\w.+\-@]"
_TOKEN = re.compile(r"[\w.+\-@]+")
# What says that a row of contacts is this person, and not one that mentions it.
IDENTIFIERS = frozenset({"contact_id", "email"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A row of the state that names a person: its table, key, and the columns that do."""

    table: str
    key: tuple[Any, ...]
    columns: tuple[str, ...]
    row: Mapping[str, Any]


class SqlPrivacyStore:
    """Finds and erases identifiers in the database of a state store."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def find(self, terms: Sequence[str]) -> tuple[Mention, ...]:
        """Return the rows that name one of the terms, by table and key."""
        pattern = pattern_of(terms)
        with self._state.session() as session:
            return tuple(_mentions(session.connection(), pattern))

    def tokens(self, is_wanted: Callable[[str], bool]) -> frozenset[str]:
        """Return the words of the state, and whole texts, that are wanted."""
        found: set[str] = set()
        with self._state.session() as session:
            connection = session.connection()
            for table in reflected(connection):
                texts = [c for c in table.columns if _is_text(c)]
                for row in connection.execute(select(*texts)) if texts else ():
                    for text in filter(None, map(_text_of, row)):
                        found.update(w for w in {text, *_TOKEN.findall(text)} if is_wanted(w))
        return frozenset(found)

    def erase(self, terms: Sequence[str], stand_in: str, *, by: str, at: datetime) -> int:
        """Put a stand-in in the place of the terms, everywhere; return how many rows changed.

        Whoever signed in under one of them can no more. A contact goes whole: its name too says who
        it was. The audit log is sealed anew.
        """
        pattern = pattern_of(terms)
        with self._state.session(is_writing=True) as session:
            _shut_out(session, terms, at)
            session.flush()
            connection = session.connection()
            mentions = list(_mentions(connection, pattern))
            tables = {t.name: t for t in reflected(connection)}
            for mention in mentions:
                _replace(connection, tables[mention.table], mention, pattern, stand_in)
            session.expire_all()
            reseal(session)
            add_audit(session, at, by, "person_erased", stand_in, {"rows": len(mentions)})
            return len(mentions)


def pattern_of(terms: Sequence[str]) -> re.Pattern[str]:
    """Return what finds one of the terms as a whole, whatever its case.

    >>> bool(pattern_of(["lu@a.com"]).search("to Lu@a.com, now"))
    True
    >>> bool(pattern_of(["lu@a.com"]).search("blu@a.com"))
    False
    """
    words = "|".join(re.escape(t) for t in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<!{_EDGE})(?:{words})(?!{_EDGE})", re.IGNORECASE)


def _mentions(connection: Connection, pattern: re.Pattern[str]) -> Iterator[Mention]:
    for table in reflected(connection):
        texts = [c.name for c in table.columns if _is_text(c)]
        keys = [c.name for c in table.primary_key.columns]
        if not texts:
            continue
        for row in connection.execute(select(table)).mappings():
            hit = tuple(n for n in texts if (t := _text_of(row[n])) and pattern.search(t))
            if hit:
                yield Mention(table.name, tuple(row[k] for k in keys), hit, dict(row))


def _replace(
    connection: Connection, table: Table, mention: Mention, pattern: re.Pattern[str], word: str
) -> None:
    changed = {n: _without(mention.row[n], pattern, word) for n in mention.columns}
    named = zip(table.primary_key.columns, mention.key, strict=True)
    this = [column == value for column, value in named]
    is_contact = table.name == ContactRow.__tablename__ and not IDENTIFIERS.isdisjoint(changed)
    connection.execute(
        delete(table).where(*this) if is_contact else update(table).where(*this).values(**changed)
    )


def _without(value: Any, pattern: re.Pattern[str], word: str) -> Any:
    if isinstance(value, str):
        return pattern.sub(word, value)
    if isinstance(value, list):
        return [_without(v, pattern, word) for v in value]
    if isinstance(value, dict):
        return {pattern.sub(word, k): _without(v, pattern, word) for k, v in value.items()}
    return value


def _shut_out(session: Session, terms: Sequence[str], at: datetime) -> None:
    logins = [t.casefold() for t in terms]
    # A link that is still out would let the person in anew.
    session.execute(
        delete(InvitationRow).where(
            InvitationRow.login.in_(logins), InvitationRow.used_at.is_(None)
        )
    )
    for person in session.scalars(select(PersonRow).where(PersonRow.login.in_(logins))):
        session.execute(delete(SessionRow).where(SessionRow.person_id == person.id))
        tokens = update(ApiTokenRow).where(ApiTokenRow.person_id == person.id)
        session.execute(tokens.where(ApiTokenRow.revoked_at.is_(None)).values(revoked_at=at))
        person.disabled_at, person.password_hash, person.name = person.disabled_at or at, "!", ""


def _is_text(column: Any) -> bool:
    return isinstance(column.type, String | JSON)


def _text_of(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
