"""Drafts and editions of definitions over SQLAlchemy."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.models import ScorecardVersionRow
from keepwell.adapters.state.store import SqlStateStore
from keepwell.adapters.state.studio_models import DraftRow, EditionRow
from keepwell.ports import NewFit
from keepwell.ports.studio import (
    DefinitionKind,
    Draft,
    Edition,
    NewEdition,
    Origin,
    Subject,
    text_hash,
)
from keepwell.vocabulary import NotFound


class SqlStudioStore:
    """Fulfils `ports.studio.StudioStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def editions(self, subject: Subject, limit: int = 100) -> tuple[Edition, ...]:
        """Return what was published of a subject, newest first."""
        with self._state.session() as session:
            found = _of(subject).order_by(EditionRow.id.desc()).limit(limit)
            return tuple(_edition(row) for row in session.scalars(found))

    def edition(self, edition_id: int) -> Edition:
        """Return one edition. Errors: NotFound."""
        with self._state.session() as session:
            row = session.get(EditionRow, edition_id)
            if row is None:
                raise NotFound(
                    f"There is no published version {edition_id}.",
                    cure="The list of versions shows what there is.",
                )
            return _edition(row)

    def drafts(self, subject: Subject) -> tuple[Draft, ...]:
        """Return everybody's drafts of a subject, newest first."""
        found = (
            select(DraftRow)
            .where(DraftRow.kind == subject.kind, DraftRow.name == subject.name)
            .order_by(DraftRow.updated_at.desc())
        )
        with self._state.session() as session:
            return tuple(
                Draft(subject, r.author, r.text, r.base_hash, r.updated_at)
                for r in session.scalars(found)
            )

    def save_draft(self, draft: Draft) -> None:
        """Keep a draft in the place of the person's earlier one."""
        with self._state.session(is_writing=True) as session:
            _drop(session, draft.subject, draft.author)
            session.add(
                DraftRow(
                    kind=draft.subject.kind,
                    name=draft.subject.name,
                    author=draft.author,
                    text=draft.text,
                    base_hash=draft.base_hash,
                    updated_at=draft.updated_at,
                )
            )
            given = {"text_hash": text_hash(draft.text)}
            at, name = draft.updated_at, _name(draft.subject)
            add_audit(session, at, draft.author, "draft_saved", name, given)

    def drop_draft(self, subject: Subject, author: str, at: datetime) -> bool:
        """Forget a draft; say whether there was one."""
        with self._state.session(is_writing=True) as session:
            was_there = _drop(session, subject, author)
            if was_there:
                add_audit(session, at, author, "draft_dropped", _name(subject))
            return was_there

    def publish(self, new: NewEdition, at: datetime, write: Callable[[], None]) -> Edition:
        """Store an edition and its fit, then `write` the file; all of it or nothing.

        The author's draft goes with it.
        """
        with self._state.session(is_writing=True) as session:
            _keep_found(session, new, at)
            version = _fitted(session, new.fit, at) or _version(session, new.subject, new.text)
            row = _row(new, version, at)
            session.add(row)
            _drop(session, new.subject, new.author)
            told = {"version": version, "title": new.title, "reason": new.reason}
            action = "definition_" + new.origin
            details = {**told, "text_hash": row.text_hash}
            add_audit(session, at, new.author, action, _name(new.subject), details)
            session.flush()
            made = _edition(row)
            # Last: whatever fails before it leaves the file as it is.
            write()
            return made


def _of(subject: Subject) -> Select[EditionRow]:
    return select(EditionRow).where(
        EditionRow.kind == subject.kind, EditionRow.name == subject.name
    )


def _name(subject: Subject) -> str:
    return f"{subject.kind}:{subject.name}"


def _drop(session: Session, subject: Subject, author: str) -> bool:
    gone = (
        delete(DraftRow)
        .where(DraftRow.kind == subject.kind, DraftRow.name == subject.name)
        .where(DraftRow.author == author)
        .returning(DraftRow.id)
    )
    return bool(session.scalars(gone).all())


def _keep_found(session: Session, new: NewEdition, at: datetime) -> None:
    """Keep what was in use until now, unless the newest edition is just that."""
    last = session.scalars(_of(new.subject).order_by(EditionRow.id.desc()).limit(1)).first()
    if last is not None and last.text_hash == text_hash(new.found):
        return
    version = new.found_version or _version(session, new.subject, new.found)
    found = NewEdition(new.subject, new.found, "found", "", "", "", new.found)
    session.add(_row(found, version, at))
    session.flush()


def _fitted(session: Session, fit: NewFit | None, at: datetime) -> int | None:
    """Store a fit unless it is stored; return its version."""
    if fit is None:
        return None
    name = fit.card.scorecard
    last = session.scalar(
        select(func.max(ScorecardVersionRow.version)).where(ScorecardVersionRow.name == name)
    )
    if fit.card.version <= (last or 0):
        return fit.card.version
    session.add(
        ScorecardVersionRow(
            name=name,
            version=fit.card.version,
            definition_hash=fit.definition_hash,
            card=fit.card.model_dump_json(),
            fitted_at=at,
            note=fit.card.note,
        )
    )
    return fit.card.version


def _version(session: Session, subject: Subject, text: str) -> int:
    """Return the number of a content: that of an equal one, or the next."""
    same = session.scalar(
        select(EditionRow.version)
        .where(EditionRow.kind == subject.kind, EditionRow.name == subject.name)
        .where(EditionRow.text_hash == text_hash(text))
        .limit(1)
    )
    if same is not None:
        return same
    highest = select(func.max(EditionRow.version)).where(
        EditionRow.kind == subject.kind, EditionRow.name == subject.name
    )
    return (session.scalar(highest) or 0) + 1


def _row(new: NewEdition, version: int, at: datetime) -> EditionRow:
    return EditionRow(
        kind=new.subject.kind,
        name=new.subject.name,
        version=version,
        text=new.text,
        text_hash=text_hash(new.text),
        origin=new.origin,
        title=new.title,
        reason=new.reason,
        author=new.author,
        created_at=at,
    )


def _edition(row: EditionRow) -> Edition:
    return Edition(
        row.id,
        Subject(cast("DefinitionKind", row.kind), row.name),
        row.version,
        row.text,
        cast("Origin", row.origin),
        row.title,
        row.reason,
        row.author,
        row.created_at,
    )
