"""What a person keeps of its own for a list of the pages."""

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

    def drop_view(self, person_id: int, view_id: int) -> None:
        """Forget one of a person's views. Errors: NotFound."""
        ...
