"""Writes that a program may send twice: the same idempotency key gets the same answer."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Header
from fastapi.encoders import jsonable_encoder
from fastapi.responses import Response

from keepwell.ports.people import Answered
from keepwell.web.security import Visit
from keepwell.web.security.problems import KeyReused

IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)
]


def json_answer(values: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Return plain values as JSON; days and moments as text, without a look at each value."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_text_of)
    return Response(text, media_type="application/json", headers=dict(headers or {}))


def _text_of(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return jsonable_encoder(value)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and JSON values."""

    status: int
    values: Any


def once(
    visit: Visit, key: str | None, request: Sequence[Any], write: Callable[[], Answer]
) -> Response:
    """Do a write once for each key, and answer alike when it comes again.

    Errors: KeyReused when the key came with another request.
    """
    asked = hashlib.sha256(json.dumps(list(request), sort_keys=True).encode()).hexdigest()
    if key is not None:
        before = visit.desk.access.answered(visit.person.id, key)
        if before is not None:
            if before.request != asked:
                raise KeyReused(
                    "This idempotency key came with another request before.",
                    cure="Give every write a key of its own.",
                )
            return Response(before.body, before.status, media_type="application/json")
    done = write()
    body = json.dumps(jsonable_encoder(done.values), ensure_ascii=False)
    if key is not None:
        visit.desk.access.keep_answer(
            visit.person.id, key, Answered(asked, done.status, body), visit.now
        )
    return Response(body, done.status, media_type="application/json")
