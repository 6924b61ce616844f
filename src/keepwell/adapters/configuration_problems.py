"""Turn validation errors into messages with place, expectation and "did you mean"."""

import types
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from keepwell.adapters.configuration_nodes import Document, KeyPath, key_text, plain
from keepwell.vocabulary import ConfigInvalid

Model = TypeVar("Model", bound=BaseModel)
_TEXT_ERRORS = {"string_type"}
# What is written there may be a secret that was pasted by mistake: never repeat it.
_HIDDEN = {"url_env", "secret_env", "user_env", "password_env"}


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ` Did you mean ...?` or the list of what is known."""
    names = list(known)
    lowered = {n.casefold(): n for n in reversed(names)}
    close = get_close_matches(name.casefold(), list(lowered), n=1, cutoff=0.6)
    if close:
        return f" Did you mean `{lowered[close[0]]}`?"
    shown = ", ".join(f"`{n}`" for n in names[:20])
    return f" Known: {shown}." if names else ""


def validate(document: Document, model: type[Model]) -> Model | None:
    """Return the model, or None with every problem added to the document.

    A number or yes/no where a text is wanted is taken as written: `column: 2024` is a name.
    """
    as_text: frozenset[KeyPath] = frozenset()
    for _ in range(3):
        values = plain(document, as_text)
        try:
            return model.model_validate(values)
        except ValidationError as error:
            errors = error.errors(include_url=False)
        more = _wanted_as_text(document, errors) - as_text
        if not more:
            break
        as_text |= more
    _report(document, model, errors)
    return None


def _resolve(document: Document, loc: tuple[str | int, ...]) -> tuple[KeyPath, tuple[str, ...]]:
    """Split a location into the written path and the rest: union tags or a key not written."""
    path: KeyPath = ()
    rest: list[str] = []
    for step in loc:
        longer = (*path, step)
        if longer in document.values:
            path = longer
        else:
            rest.append(str(step))
    return path, tuple(rest)


def _wanted_as_text(document: Document, errors: list[ErrorDetails]) -> frozenset[KeyPath]:
    paths = set()
    for error in errors:
        path, _ = _resolve(document, error["loc"])
        is_scalar = path in document.written and error["input"] is not None
        if error["type"] in _TEXT_ERRORS and is_scalar:
            paths.add(path)
    return frozenset(paths)


def _report(document: Document, model: type[BaseModel], errors: list[ErrorDetails]) -> None:
    by_path: dict[KeyPath, list[str]] = {}
    for error in errors:
        path, rest = _resolve(document, error["loc"])
        if _is_other_branch(document, path, rest, error):
            continue
        if error["type"] == "extra_forbidden":
            known = _fields_at(model, path[:-1])
            name = str(path[-1]) if path else ""
            what = f"unknown key `{key_text(path)}`.{did_you_mean(name, known)}"
            document.report(path, what, at_key=True)
        elif error["type"] == "missing":
            wanted = key_text((*path, str(error["loc"][-1])))
            document.report(path, f"`{wanted}` is missing", at_key=True)
        else:
            by_path.setdefault(path, []).append(_words(error))
    for path, words in by_path.items():
        told = " or ".join(dict.fromkeys(words))
        document.report(path, f"`{key_text(path)}`: {told}{_found(document, path)}")


def _is_other_branch(
    document: Document, path: KeyPath, rest: tuple[str, ...], error: ErrorDetails
) -> bool:
    """A mapping under `columns` is never meant as a bare name, nor a name as a mapping."""
    tags = set(rest)
    if "str" in tags and path not in document.written:
        return True
    return error["type"] == "model_type" and "ColumnMapping" in tags and path in document.written


def _words(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "literal_error":
            return f"expected {context.get('expected', '')}{_closest(error, context)}"
        case "union_tag_invalid":
            return f"expected one of {context.get('expected_tags', '')}"
        case "union_tag_not_found":
            return "`kind` is missing"
        case "string_type" if error["input"] is None:
            return "expected a value, found nothing"
        case "too_short":
            return "expected at least one entry"
        case "string_pattern_mismatch" if error["loc"][-1] in _HIDDEN:
            return "expected the name of an environment variable, such as `KEEPWELL_URL`"
        case "value_error":
            return str(context.get("error", error["msg"]))
        case _:
            return error["msg"].replace("Input should be", "expected")


def _closest(error: ErrorDetails, context: dict[str, Any]) -> str:
    names = [
        n.strip("' ") for n in str(context.get("expected", "")).replace(" or ", ",").split(",")
    ]
    close = get_close_matches(str(error["input"]).casefold(), names, n=1, cutoff=0.6)
    return f" (did you mean `{close[0]}`?)" if close else ""


def _found(document: Document, path: KeyPath) -> str:
    written = None if path and path[-1] in _HIDDEN else document.written.get(path)
    return f"; found `{written[:60]}`" if written else ""


def _fields_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """Return the keys that are allowed at a path."""
    at: list[Any] = [model]
    for step in path:
        at = [inner for annotation in at for inner in _inner(annotation, step)]
    found = [f for a in at for m in _models(a) for f in m.model_fields]
    return list(dict.fromkeys(found))


def _members(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return [m for a in get_args(annotation) for m in _members(a)]
    return [annotation]


def _models(annotation: Any) -> list[type[BaseModel]]:
    return [m for m in _members(annotation) if isinstance(m, type) and issubclass(m, BaseModel)]


def _inner(annotation: Any, step: str | int) -> list[Any]:
    found = []
    for member in _members(annotation):
        origin = get_origin(member)
        if origin is tuple:
            found.append(get_args(member)[0])
        elif origin is dict:
            found.append(get_args(member)[1])
        elif member in _models(member) and step in member.model_fields:
            found.append(member.model_fields[str(step)].annotation)
    return found


def problems_of(document: Document) -> ConfigInvalid:
    """Return one error that lists every problem of the file, in the order of its lines."""
    ordered = sorted(document.problems, key=lambda p: (p.line, p.column, p.what))
    lines = [p.text(document.file) for p in ordered]
    count = len(lines)
    head = lines[0] if count == 1 else f"{document.file} has {count} problems:"
    what = head if count == 1 else "\n  ".join([head, *lines])
    listed = [{"line": p.line, "column": p.column, "key": p.key, "what": p.what} for p in ordered]
    return ConfigInvalid(what, file=document.file, problems=listed)
