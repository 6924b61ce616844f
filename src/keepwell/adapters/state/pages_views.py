"""A person's own lists as rows: saved views, and the columns that it wants to see."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.people_models import ListColumnsRow, SavedViewRow
from keepwell.ports.pages_own import SavedView
from keepwell.vocabulary import InputProblem, NotFound

# Made once and without the mapper: every list asks.
_OWN, _CHOSEN = SavedViewRow.__table__.c, ListColumnsRow.__table__.c
_VIEWS = (
    select(_OWN.id, _OWN.name, _OWN["query"])
    .where(_OWN.person_id == bindparam("person_id"), _OWN.page == bindparam("page"))
    .order_by(_OWN.name)
)
_COLUMNS = select(_CHOSEN.names).where(
    _CHOSEN.person_id == bindparam("person_id"), _CHOSEN.page == bindparam("page")
)


def views(session: Session, person_id: int, page: str) -> tuple[SavedView, ...]:
    """Return a person's saved views by name."""
    found = session.connection().execute(_VIEWS, {"person_id": person_id, "page": page})
    return tuple(SavedView(*row) for row in found)


def save(session: Session, person_id: int, page: str, name: str, query: str, at: datetime) -> None:
    """Keep a view; one of the same name takes the query and keeps its number."""
    row = session.scalars(_of(person_id, page).where(SavedViewRow.name == name)).first()
    if row is None:
        row = SavedViewRow(person_id=person_id, page=page, name=name, query="", created_at=at)
        session.add(row)
    row.query = query


def rename(session: Session, person_id: int, view_id: int, name: str) -> None:
    """Give a view another name. Errors: NotFound; InputProblem for a name that another has."""
    row = required(session, person_id, view_id)
    taken = _of(person_id, row.page).where(SavedViewRow.name == name, SavedViewRow.id != row.id)
    if session.scalars(taken).first() is not None:
        raise InputProblem(
            f"Another of your views is called `{name}`.", cure="Choose another name, or delete it."
        )
    row.name = name


def required(session: Session, person_id: int, view_id: int) -> SavedViewRow:
    """Return one of a person's views. Errors: NotFound."""
    row = session.get(SavedViewRow, view_id)
    if row is None or row.person_id != person_id:
        raise NotFound(f"There is no view {view_id}.", cure="The list shows yours.")
    return row


def columns(session: Session, person_id: int, page: str) -> tuple[str, ...]:
    """Return the columns that a person chose, in order; empty for the usual ones."""
    given = {"person_id": person_id, "page": page}
    names = session.connection().execute(_COLUMNS, given).scalar()
    return tuple(map(str, names or ()))


def choose_columns(
    session: Session, person_id: int, page: str, names: Sequence[str], at: datetime
) -> None:
    """Keep which columns a person wants; none brings the usual ones back."""
    session.execute(
        delete(ListColumnsRow).where(
            ListColumnsRow.person_id == person_id, ListColumnsRow.page == page
        )
    )
    if names:
        chosen = ListColumnsRow(person_id=person_id, page=page, names=list(names), chosen_at=at)
        session.add(chosen)


def _of(person_id: int, page: str) -> Select[SavedViewRow]:
    return select(SavedViewRow).where(
        SavedViewRow.person_id == person_id, SavedViewRow.page == page
    )
