"""Writes that a program may send twice: the same idempotency key gets the same answer."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Header
from fastapi.encoders import jsonable_encoder
from fastapi.responses import Response

from keepwell.ports.people import Answered
from keepwell.vocabulary import InternalProblem, KeepwellProblem
from keepwell.web.security import Visit
from keepwell.web.security.problems import KeyReused, KeyUnderWay

IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)
]

# How long a second request waits for the answer of the first.
WAITED_S = 0.1
WAITED_TIMES = 50


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

    Errors: KeyReused when the key came with another request, KeyUnderWay while nobody knows its
    answer.
    """
    if key is None:
        return _response(_made("", write()))
    asked = hashlib.sha256(json.dumps(list(request), sort_keys=True).encode()).hexdigest()
    before = _claimed(visit, key, asked)
    if before is not None:
        return _response(before)
    access, person = visit.desk.access, visit.person.id
    try:
        done = _made(asked, write())
    except InternalProblem:
        raise
    except KeepwellProblem:
        # It was refused and nothing was written: the key may come again.
        access.release_answer(person, key)
        raise
    access.keep_answer(person, key, done)
    return _response(done)


def _claimed(visit: Visit, key: str, asked: str) -> Answered | None:
    """Return the answer of a key that somebody has; None when it is ours now."""
    for _ in range(WAITED_TIMES):
        found = visit.desk.access.claim_answer(visit.person.id, key, asked, visit.now)
        if found is None:
            return None
        if found.request != asked:
            raise KeyReused(
                "This idempotency key came with another request before.",
                cure="Give every write a key of its own.",
            )
        if found.status:
            return found
        time.sleep(WAITED_S)
    raise KeyUnderWay(
        "A write with this idempotency key has begun, and its answer is not known.",
        cure="Look whether it was done, or send it again later; a new key would do it again.",
    )


def _made(asked: str, done: Answer) -> Answered:
    body = json.dumps(jsonable_encoder(done.values), ensure_ascii=False)
    return Answered(asked, done.status, body)


def _response(answer: Answered) -> Response:
    return Response(answer.body, answer.status, media_type="application/json")
