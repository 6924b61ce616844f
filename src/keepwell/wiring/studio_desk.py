"""The studios' common ground: drafts, publishing over what is in use, versions, rolling back."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from keepwell.adapters.definition_files import DefinitionFiles
from keepwell.adapters.state import SqlStudioStore
from keepwell.ports import NewFit
from keepwell.ports.studio import (
    Draft,
    Edition,
    NewEdition,
    Origin,
    Overtaken,
    Subject,
    text_hash,
)
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.wiring.web_desk import WebDesk

LONGEST_WORDS = 2000
LONGEST_TEXT = 512 * 1024
DIFF_CONTEXT = 2


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a difference: `+`, `-`, ` ` or `@` between places."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A checked definition, as it will be published."""

    fit: NewFit | None = None
    found_version: int | None = None


# Checks the text of a subject. Errors: ConfigInvalid for one that is no definition.
Check = Callable[[Subject, str], Ready]


@dataclass(frozen=True, slots=True)
class Publication:
    """What somebody wants to publish: over which text, and why."""

    text: str
    base_hash: str
    title: str
    reason: str
    author: str
    origin: Origin = "published"


class StudioDesk:
    """Drafts and versions of one project's definitions."""

    def __init__(self, desk: WebDesk) -> None:
        self.desk = desk
        layout = desk.project.layout
        self.files = DefinitionFiles(layout.root, layout.hidden)
        self.store = SqlStudioStore(desk.project.state)

    def text(self, subject: Subject) -> str:
        """Return the definition that is in use. Errors: NotFound."""
        return self.files.text(subject)

    def save(self, subject: Subject, text: str, base_hash: str, author: str) -> Draft:
        """Keep a draft. Errors: InputProblem for one that is too long."""
        if "\x00" in text or len(text) > LONGEST_TEXT:
            raise InputProblem(
                f"A draft has at most {LONGEST_TEXT:,} characters, and no null character.",
                cure="Shorten it.",
            )
        draft = Draft(subject, author, text, base_hash, self.desk.now())
        self.store.save_draft(draft)
        return draft

    def drop(self, subject: Subject, author: str) -> None:
        """Forget a person's draft. Errors: NotFound."""
        if not self.store.drop_draft(subject, author, self.desk.now()):
            raise NotFound("There is no draft of yours.", cure="Nothing has to be dropped.")

    def drafts(self, subject: Subject, author: str) -> tuple[Draft | None, tuple[Draft, ...]]:
        """Return a person's draft, and those of others."""
        found = self.store.drafts(subject)
        own = next((d for d in found if d.author == author), None)
        return own, tuple(d for d in found if d.author != author)

    def publish(self, subject: Subject, wish: Publication, ready: Check) -> Edition:
        """Put a definition in use; the next run works with it.

        `ready`: checks the text. Errors: Overtaken where another was published since the draft
        began; ConfigInvalid for a text that is no definition; InputProblem without a reason.
        """
        require_words(wish)
        with self.files.held():
            found = self.files.text(subject)
            if text_hash(found) != wish.base_hash:
                raise overtaken(found, wish.text)
            if found == wish.text:
                raise InputProblem(
                    "Nothing was changed.", cure="Change something before you publish it."
                )
            checked = ready(subject, wish.text)
            new = NewEdition(
                subject,
                wish.text,
                wish.origin,
                wish.title.strip(),
                wish.reason.strip(),
                wish.author,
                found,
                checked.fit,
                checked.found_version,
            )
            try:
                return self.store.publish(
                    new, self.desk.now(), lambda: self.files.write(subject, wish.text)
                )
            except BaseException:
                # What was written belongs to no version: the file says again what it said.
                if self.files.text(subject) != found:
                    self.files.write(subject, found)
                raise

    def take_back(
        self, subject: Subject, edition_id: int, wish: Publication, ready: Check
    ) -> Edition:
        """Put an earlier version in use again. Errors: as `publish`; NotFound."""
        edition = self.edition(subject, edition_id)
        back = Publication(
            edition.text,
            wish.base_hash,
            wish.title or edition.title or f"v{edition.version}",
            wish.reason,
            wish.author,
            "rolled_back",
        )
        return self.publish(subject, back, ready)

    def edition(self, subject: Subject, edition_id: int) -> Edition:
        """Return a version of a subject. Errors: NotFound, the same for one of another."""
        edition = self.store.edition(edition_id)
        if edition.subject != subject:
            raise NotFound(
                f"There is no published version {edition_id}.",
                cure="The list of versions shows what there is.",
            )
        return edition


def require_words(wish: Publication) -> None:
    """Refuse what says not what it is and why. Errors: InputProblem."""
    for name, words in (("name", wish.title), ("reason", wish.reason)):
        if not words.strip() or len(words) > LONGEST_WORDS or "\x00" in words:
            raise InputProblem(
                f"A version needs a {name} of 1 to {LONGEST_WORDS} characters.",
                cure="Say what changes and why, for those who read it in a year.",
            )


def overtaken(found: str, text: str) -> Overtaken:
    """Return the refusal of a draft over a newer version, with what differs between both."""
    lines = "\n".join(f"{line.sign}{line.text}" for line in difference(found, text))
    return Overtaken(
        "Another version was published since this draft began.",
        cure="Look at the difference, then begin again with the version in use.",
        diff=lines,
    )


def difference(before: str, after: str) -> tuple[DiffLine, ...]:
    """Return how one text becomes the other, with two lines around each change.

    >>> [line.sign + line.text for line in difference("a\\nb\\n", "a\\nc\\n")]
    ['@', ' a', '-b', '+c']
    """
    found = difflib.unified_diff(
        before.splitlines(), after.splitlines(), lineterm="", n=DIFF_CONTEXT
    )
    lines = [line for line in found if not line.startswith(("---", "+++"))]
    return tuple(DiffLine("@", "") if x.startswith("@@") else DiffLine(x[0], x[1:]) for x in lines)
