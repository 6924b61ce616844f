"""Definitions that decide scores, alerts and plays: drafts, previews, versions, rolling back."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from keepwell.ports.studio import Draft, Edition, Subject, text_hash
from keepwell.web.api.answers import Answer, IdempotencyKey, once
from keepwell.web.asking import Number
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.wiring.studio_desk import Publication, StudioDesk, difference
from keepwell.wiring.studio_kinds import Definitions

definitions = APIRouter(tags=["definitions"])
Text = Annotated[str, Field(max_length=512 * 1024, description="The definition as YAML.")]
Hash = Annotated[str, Field(min_length=64, max_length=64, description="`hash` of the text read.")]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
ONE = "/definitions/{definition}"


class Tried(BaseModel):
    """A definition to try."""

    model_config = ConfigDict(extra="forbid")
    text: Text


class DraftWish(BaseModel):
    """A draft and the text that it began with."""

    model_config = ConfigDict(extra="forbid")
    text: Text
    base: Hash


class VersionWish(BaseModel):
    """A version to publish: what it says, what it is called and why."""

    model_config = ConfigDict(extra="forbid")
    text: Text
    base: Hash
    title: Words
    reason: Words


class BackWish(BaseModel):
    """An earlier version to put in use again."""

    model_config = ConfigDict(extra="forbid")
    base: Hash
    reason: Words


def of(visit: Visit) -> Definitions:
    """Return the definitions of the visitor's project."""
    return Definitions(StudioDesk(visit.desk))


def called(subject: Subject) -> str:
    """Return how a definition is called in addresses."""
    return f"{subject.kind}.{subject.name}"


def edition_of(edition: Edition, *, has_text: bool = False) -> dict[str, Any]:
    """Return a version as JSON values."""
    values = {
        "id": edition.id, "version": edition.version, "origin": edition.origin,
        "title": edition.title, "reason": edition.reason, "author": edition.author,
        "at": edition.created_at, "hash": text_hash(edition.text),
    }  # fmt: skip
    return values | ({"text": edition.text} if has_text else {})


@definitions.get("/definitions", response_model=None)
def all_definitions(visit: Visit = needs("configure")) -> dict[str, Any]:
    """Return what can be edited, each with its name and the hash of its text."""
    found = of(visit)
    return {
        "definitions": [
            {"definition": called(s), "kind": s.kind, "name": s.name,
             "file": found.studio.files.place(s), "hash": text_hash(found.studio.text(s))}
            for s in found.subjects()
        ]
    }  # fmt: skip


@definitions.get(ONE, response_model=None)
def one_definition(
    request: Request, response: Response, definition: str, visit: Visit = needs("configure")
) -> Any:
    """Return one definition as it is in use, its newest version and everybody's drafts."""
    found = of(visit)
    subject = found.subject(definition)
    note_view(visit, "api definition")
    text = found.studio.text(subject)
    drafts = found.studio.store.drafts(subject)
    newest = found.studio.store.editions(subject, 1)
    parts = (text, *((d.author, d.text) for d in drafts), *(e.id for e in newest))
    tag = f'"{text_hash(repr(parts))[:24]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return {
        "definition": called(subject),
        "file": found.studio.files.place(subject),
        "text": text,
        "hash": text_hash(text),
        "newest": edition_of(newest[0]) if newest else None,
        "drafts": [_draft(d) for d in drafts],
    }


@definitions.put(ONE + "/draft", response_model=None)
def put_draft(
    definition: str, wish: DraftWish, visit: Visit = needs("configure")
) -> dict[str, Any]:
    """Keep a draft in the place of the caller's earlier one. It need not be sound yet."""
    found = of(visit)
    subject = found.subject(definition)
    return _draft(found.studio.save(subject, wish.text, wish.base, visit.person.login))


@definitions.delete(ONE + "/draft", response_model=None)
def delete_draft(definition: str, visit: Visit = needs("configure")) -> dict[str, Any]:
    """Forget the caller's draft. 404 when there is none."""
    found = of(visit)
    subject = found.subject(definition)
    found.studio.drop(subject, visit.person.login)
    return {"definition": called(subject), "draft": None}


@definitions.post(ONE + "/preview", response_model=None)
def preview(definition: str, wish: Tried, visit: Visit = needs("configure")) -> dict[str, Any]:
    """Return what a text would do to the accounts in sight. Nothing is stored."""
    found = of(visit)
    subject = found.subject(definition)
    lines = difference(found.studio.text(subject), wish.text)
    tried = dict(found.preview(subject, wish.text, visit.scope))
    return {"definition": called(subject), **tried, "diff": [asdict(line) for line in lines]}


@definitions.get(ONE + "/versions", response_model=None)
def versions(definition: str, visit: Visit = needs("configure")) -> dict[str, Any]:
    """Return what was published, newest first."""
    found = of(visit)
    subject = found.subject(definition)
    editions = found.studio.store.editions(subject)
    return {"definition": called(subject), "versions": [edition_of(e) for e in editions]}


@definitions.post(ONE + "/versions", response_model=None, status_code=201)
def publish(
    definition: str,
    wish: VersionWish,
    visit: Visit = needs("configure"),
    key: IdempotencyKey = None,
) -> Response:
    """Put a text in use; the next run works with it. 409 over a version newer than `base`."""
    found = of(visit)
    subject = found.subject(definition)
    asked = Publication(wish.text, wish.base, wish.title, wish.reason, visit.person.login)

    def write() -> Answer:
        return Answer(201, edition_of(found.publish(subject, asked)))

    return once(visit, key, ["publish", definition, wish.model_dump(mode="json")], write)


@definitions.get(ONE + "/versions/{edition_id}", response_model=None)
def one_version(
    definition: str, edition_id: Number, visit: Visit = needs("configure")
) -> dict[str, Any]:
    """Return one version, and how the text in use would change to become it."""
    found = of(visit)
    subject = found.subject(definition)
    edition = found.studio.edition(subject, edition_id)
    lines = difference(found.studio.text(subject), edition.text)
    return edition_of(edition, has_text=True) | {"diff": [asdict(line) for line in lines]}


@definitions.post(ONE + "/versions/{edition_id}/rollback", response_model=None, status_code=201)
def roll_back(
    definition: str,
    edition_id: Number,
    wish: BackWish,
    visit: Visit = needs("configure"),
    key: IdempotencyKey = None,
) -> Response:
    """Put an earlier version in use again; it counts as a new publication."""
    found = of(visit)
    subject = found.subject(definition)
    asked = Publication("", wish.base, "", wish.reason, visit.person.login)

    def write() -> Answer:
        return Answer(201, edition_of(found.take_back(subject, edition_id, asked)))

    request = ["rollback", definition, edition_id, wish.model_dump(mode="json")]
    return once(visit, key, request, write)


def _draft(draft: Draft) -> dict[str, Any]:
    return {"author": draft.author, "at": draft.updated_at, "base": draft.base_hash,
            "text": draft.text}  # fmt: skip
