"""One person in a project: where it is named, all of that as one document, and its erasure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from keepwell.adapters.batch_area import BatchArea, tables_naming
from keepwell.adapters.contact_files import contact_rows, erase_contacts, quarantined_rows
from keepwell.adapters.erased_file import ErasedFile
from keepwell.adapters.locks import project_lock
from keepwell.adapters.state import SqlStateStore
from keepwell.adapters.state.privacy_store import Mention, SqlPrivacyStore, pattern_of
from keepwell.runs.layout import ProjectLayout
from keepwell.vocabulary import InputProblem
from keepwell.wiring.project import Project

SHORTEST = 3
LARGEST_FILE = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Found:
    """Where a person is named.

    `contacts`: rows of imports. `mentions`: rows of the state. `set_aside`: files of quarantine
    with how many rows. `sent`: messages written to files. `outside`: files of the source, of
    reports and those that wait to be taken in, which are yours to change.
    """

    terms: tuple[str, ...]
    contacts: tuple[dict[str, Any], ...]
    mentions: tuple[Mention, ...]
    set_aside: tuple[tuple[Path, int], ...]
    sent: tuple[Path, ...]
    outside: tuple[Path, ...]

    @property
    def is_empty(self) -> bool:
        """Say whether the person is named nowhere."""
        found = (self.contacts, self.mentions, self.set_aside, self.sent, self.outside)
        return not any(found)


def find_person(project: Project, subject: str) -> Found:
    """Return where somebody is named, by login, address or id of a contact.

    Errors: InputProblem for a subject that is too short to be one.
    """
    if len(subject.strip()) < SHORTEST:
        raise InputProblem(
            f"`{subject}` is too short to name one person.",
            cure="Give a login, an address or the id of a contact.",
        )
    layout = project.layout
    contacts = tuple(row for _, row in contact_rows(layout.imports, subject))
    named = {str(r[c]) for r in contacts for c in ("contact_id", "email") if r.get(c)}
    terms = tuple(sorted({subject.strip(), *named}))
    return Found(
        terms,
        contacts,
        SqlPrivacyStore(project.state).find(terms),
        (*quarantined_rows(layout.imports, terms), *_batches(layout).naming(terms)),
        tuple(_naming(layout.sent, terms)),
        tuple(f for folder in _outside(project) for f in _naming(folder, terms)),
    )


def erase_person(project: Project, subject: str, *, by: str) -> Found:
    """Erase somebody from state, imports, quarantine and sent files; return where it was named.

    The identifiers are remembered as hashes, so that restoring an older backup erases them again.
    """
    if not by.strip():
        raise InputProblem("An erasure needs a name.", cure="Give --by NAME.")
    layout, at = project.layout, project.now
    with project_lock(layout.hidden / "run.lock"):
        found = find_person(project, subject)
        ErasedFile(erased_path(layout)).add(found.terms, at)
        _erase_state(project.state, found.terms, by, at)
        ids = [str(row["contact_id"]) for row in found.contacts]
        erase_contacts(layout.imports, ids, found.terms)
        _batches(layout).erase(found.terms)
        for file in found.sent:
            file.unlink()
        return found


def erase_again(layout: ProjectLayout, state: SqlStateStore, at: datetime) -> int:
    """Erase from a state that was restored who had been erased; return how many rows changed."""
    erased = ErasedFile(erased_path(layout))
    if not erased:
        return 0
    terms = tuple(sorted(SqlPrivacyStore(state).tokens(erased.holds)))
    return _erase_state(state, terms, "keepwell", at) if terms else 0


def erased_path(layout: ProjectLayout) -> Path:
    """Return the file of those who were erased. It is in no backup: it outlives them."""
    return layout.hidden / "erased.jsonl"


def _erase_state(state: SqlStateStore, terms: tuple[str, ...], by: str, at: datetime) -> int:
    digest = hashlib.sha256("|".join((*terms, at.isoformat())).encode()).hexdigest()
    return SqlPrivacyStore(state).erase(terms, f"erased-{digest[:12]}", by=by, at=at)


def _batches(layout: ProjectLayout) -> BatchArea:
    return BatchArea(layout.hidden / "batches")


def _outside(project: Project) -> list[Path]:
    layout, folders = project.layout, [project.layout.reports, project.layout.uploads]
    source = project.config.source
    path = getattr(source, "path", "") if source.kind == "folder" else ""
    return [*folders, layout.root / str(path)] if path else folders


def _naming(folder: Path, terms: tuple[str, ...]) -> list[Path]:
    pattern = pattern_of(terms)
    files = sorted(f for f in folder.rglob("*") if f.is_file()) if folder.is_dir() else []
    named = set(tables_naming(folder, terms))
    small = (f for f in files if f.stat().st_size <= LARGEST_FILE)
    return [
        *sorted(named),
        *(
            f
            for f in small
            if f not in named and pattern.search(f.read_bytes().decode("utf-8", "ignore"))
        ),
    ]
