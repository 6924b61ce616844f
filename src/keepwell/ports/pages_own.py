"""What a person keeps of its own for a list of the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class SavedView:
    """A person's saved view of a list."""

    id: int
    name: str
    query: str


class OwnLists(Protocol):
    """Saved views and the like; each is its person's alone."""

    def views(self, person_id: int, page: str) -> tuple[SavedView, ...]:
        """Return a person's saved views by name."""
        ...

    def save_view(self, person_id: int, page: str, name: str, query: str, at: Any) -> None:
        """Keep a view; one of the same name is replaced."""
        ...

    def rename_view(self, person_id: int, view_id: int, name: str) -> None:
        """Give one of a person's views another name. Errors: NotFound; InputProblem if taken."""
        ...

    def columns(self, person_id: int, page: str) -> tuple[str, ...]:
        """Return the columns that a person chose for a list; empty for the usual ones."""
        ...

    def choose_columns(self, person_id: int, page: str, names: Sequence[str], at: Any) -> None:
        """Keep which columns a person wants to see; none brings the usual ones back."""
        ...

    def drop_view(self, person_id: int, view_id: int) -> None:
        """Forget one of a person's views. Errors: NotFound."""
        ...
