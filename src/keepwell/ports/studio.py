"""The studios: drafts of definitions, and every version of them that was published."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from keepwell.ports.keeping import NewFit
from keepwell.vocabulary import InputProblem

DefinitionKind = Literal["scorecard", "triggers", "playbooks", "segments"]
DEFINITION_KINDS: tuple[DefinitionKind, ...] = ("scorecard", "triggers", "playbooks", "segments")
Origin = Literal["found", "published", "rolled_back"]


class Overtaken(InputProblem):
    """A draft begins at a version that is no longer in use: HTTP 409; `diff` says what changed."""

    code = "overtaken"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is edited: one file of the project, by its kind and its name without ending."""

    kind: DefinitionKind
    name: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One definition as it was put in use.

    `version`: the number of its content: equal content has the same one, and a scorecard that of
               its fit. `origin`: by hand in the file, from the studio, or taken back to.
    `text`:    the file; "" where there is none, so that what is shipped counts.
    """

    id: int
    subject: Subject
    version: int
    text: str
    origin: Origin
    title: str
    reason: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What one person has not published yet; `base_hash` is that of the text it began with."""

    subject: Subject
    author: str
    text: str
    base_hash: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewEdition:
    """What is to be published; `found`: the text that is in use, kept if no edition holds it.

    `fit`, `found_version`: of a scorecard: what the next run is to apply, what it applied.
    """

    subject: Subject
    text: str
    origin: Origin
    title: str
    reason: str
    author: str
    found: str
    fit: NewFit | None = None
    found_version: int | None = None


class StudioStore(Protocol):
    """Keeps drafts and editions; an edition is never changed."""

    def editions(self, subject: Subject, limit: int = 100) -> tuple[Edition, ...]:
        """Return what was published of a subject, newest first."""
        ...

    def edition(self, edition_id: int) -> Edition:
        """Return one edition. Errors: NotFound."""
        ...

    def drafts(self, subject: Subject) -> tuple[Draft, ...]:
        """Return everybody's drafts of a subject, newest first."""
        ...

    def save_draft(self, draft: Draft) -> None:
        """Keep a draft in the place of the person's earlier one."""
        ...

    def drop_draft(self, subject: Subject, author: str, at: datetime) -> bool:
        """Forget a draft; say whether there was one."""
        ...

    def publish(self, new: NewEdition, at: datetime, write: Callable[[], None]) -> Edition:
        """Store an edition and its fit, then `write` the file; all of it or nothing.

        The author's draft goes with it.
        """
        ...


def text_hash(text: str) -> str:
    """Return the SHA-256 of a definition as written."""
    return hashlib.sha256(text.encode()).hexdigest()
