"""A project's changes laid over the shipped library, each value keeping its file and line."""

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from keepwell.measures import parse_expression
from keepwell.playbooks.models import Library
from keepwell.vocabulary import ConfigInvalid, SqlNotAllowed

TOP = ("roles", "plays", "playbooks", "gates", "strategies")
DROP = "drop_actions"
# Maps that are replaced as a whole: their keys depend on their `kind`.
WHOLE = frozenset({"target"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: file and 1-based line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Placed(dict[str, Any]):
    """A mapping from a file; `places` says where each key stands and `start` where it begins."""

    def __init__(
        self, values: Mapping[str, Any], places: Mapping[str, Place], start: Place
    ) -> None:
        super().__init__(values)
        self.places = dict(places)
        self.start = start

    def copy(self) -> "Placed":
        """Return a shallow copy with its places."""
        return Placed(self, self.places, self.start)


def build_library(parts: Sequence[Placed], columns: Collection[str]) -> Library:
    """Return the library from the shipped parts and, after them, the project's changes.

    `columns`: the columns of `portfolio` that conditions and KPIs may read.
    Errors:    ConfigInvalid with file and line of every problem.
    """
    merged = Placed(
        {"roles": {}, "plays": [], "playbooks": [], "gates": []}, {}, Place("library", 1)
    )
    for part in parts:
        _lay_over(merged, part)
    _check_names(merged)
    _check_sql(merged, columns)
    try:
        return Library.model_validate(merged)
    except ValidationError as problem:
        raise invalid(merged, problem) from None


def _lay_over(merged: Placed, part: Placed) -> None:
    for key, value in part.items():
        if key not in TOP:
            raise refuse(part.places[key], f"unknown key `{key}`", TOP, key)
        expected = dict if key == "roles" else list
        if not isinstance(value, expected):
            kind = "a mapping" if expected is dict else "a list"
            raise ConfigInvalid(f"{part.places[key]}: `{key}` must be {kind}.", cure=_CURE)
    merged["roles"] = joined(merged["roles"], part.get("roles", {}), part.start)
    for play in part.get("plays", ()):
        _put(merged["plays"], play, ("play",), part.places["plays"])
    for playbook in part.get("playbooks", ()):
        _put(merged["playbooks"], playbook, ("tier", "size"), part.places["playbooks"])
    for gate in part.get("gates", ()):
        _put(merged["gates"], gate, ("id",), part.places["gates"])


_CURE = "See docs/playbooks.md#change-a-playbook, then run `keepwell check`."


def _put(items: list[Any], new: Any, names: tuple[str, ...], place: Place) -> None:
    """Change the item with the same name, or add a new one."""
    if not isinstance(new, Placed) or not all(new.get(n) for n in names):
        start = new.start if isinstance(new, Placed) else place
        needed = " and ".join(f"`{n}`" for n in names)
        raise ConfigInvalid(f"{start}: an entry needs {needed}.", cure=_CURE)
    wanted = [new[n] for n in names]
    for index, old in enumerate(items):
        if [old[n] for n in names] == wanted:
            items[index] = _changed(old, new)
            return
    if DROP in new:
        what = f"{DROP} in a cell that does not exist: {' x '.join(map(str, wanted))}"
        cells = [" x ".join(str(o[n]) for n in names) for o in items]
        raise refuse(new.places[DROP], what, cells, " x ".join(map(str, wanted)))
    items.append(new)


def _changed(old: Placed, new: Placed) -> Placed:
    """Return a play or playbook with the keys of `new`; actions are matched by id."""
    actions = list(old.get("actions", ()))
    for gone in list_of(new, DROP):
        ids = [a.get("id") for a in actions]
        if gone not in ids:
            raise refuse(new.places[DROP], f"{DROP}: no action `{gone}`", ids, str(gone))
        actions = [a for a in actions if a.get("id") != gone]
    for action in list_of(new, "actions"):
        _put(actions, action, ("id",), new.places["actions"])
    rest = new.copy()
    for key in (DROP, "actions"):
        rest.pop(key, None)
    result = joined(old, rest, new.start)
    if DROP in new or "actions" in new:
        result["actions"] = actions
        result.places["actions"] = new.places[DROP if DROP in new else "actions"]
    return result


def list_of(node: Placed, key: str) -> list[Any]:
    """Return the list under a key, empty if it is not there. Errors: ConfigInvalid."""
    value = node.get(key, [])
    if not isinstance(value, list):
        raise ConfigInvalid(f"{node.places[key]}: `{key}` must be a list.", cure=_CURE)
    return value


def joined(old: Mapping[str, Any], new: Mapping[str, Any], start: Place) -> Placed:
    """Return `old` with the keys of `new`, mappings joined deeply, lists replaced."""
    places = {**getattr(old, "places", {}), **getattr(new, "places", {})}
    result = Placed(old, places, start)
    for key, value in new.items():
        before = old.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping) and key not in WHOLE:
            result[key] = joined(before, value, places.get(key, start))
        else:
            result[key] = value
    return result


def refuse(place: Place, what: str, known: Sequence[Any], given: str) -> ConfigInvalid:
    """Return the error for a name that does not exist, with the nearest that do."""
    names = [str(k) for k in known]
    near = difflib.get_close_matches(given, names, n=1, cutoff=0.5)
    hint = f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(names)}."
    return ConfigInvalid(f"{place}: {what}.", cure=hint, file=place.file, line=place.line)


def place_of(tree: Placed, loc: Sequence[int | str]) -> Place:
    """Return the place nearest to a validation error's location."""
    place = tree.start
    node: Any = tree
    for step in loc:
        if isinstance(node, Mapping) and step in node:
            place = getattr(node, "places", {}).get(step, place)
            node = node[step]
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
            place = getattr(node, "start", place)
    return place


def invalid(merged: Placed, problem: ValidationError) -> ConfigInvalid:
    """Return what is wrong with the merged definitions, each with its place."""
    lines = []
    for error in problem.errors(include_url=False):
        path = ".".join(str(s) for s in error["loc"] if not isinstance(s, int))
        said = error["msg"].removeprefix("Value error, ")
        lines.append(f"{place_of(merged, error['loc'])}: {path or 'library'}: {said}")
    return ConfigInvalid("\n".join(lines), cure=_CURE, problems=tuple(lines))


def _check_names(merged: Placed) -> None:
    """Refuse a role or play that does not exist, where it is named."""
    plays = [p["play"] for p in merged["plays"]]
    roles = list(merged["roles"])
    for book in merged["playbooks"]:
        for role in book.get("who") or ():
            check_name(book, "who", role, roles)
    for action in _all_actions(merged):
        check_name(action, "owner", action.get("owner"), roles)
        check_name(action, "play", action.get("play"), plays)
    for play in merged["plays"]:
        for step in play.get("steps") or ():
            if isinstance(step, Placed):
                check_name(step, "owner", step.get("owner"), roles)


def _all_actions(merged: Placed) -> Iterator[Placed]:
    yield from merged["gates"]
    for book in merged["playbooks"]:
        yield from book.get("actions") or ()


def check_name(node: Placed, key: str, name: object, known: Sequence[str]) -> None:
    """Refuse a name that is not known, with its place and the nearest that is."""
    if isinstance(name, str) and name not in known:
        place = node.places.get(key, node.start)
        raise refuse(place, f"{key}: unknown name `{name}`", known, name)


def _check_sql(merged: Placed, columns: Collection[str]) -> None:
    for action in _all_actions(merged):
        for part, key in (("entry", "when"), ("kpi", "expression")):
            node = action.get(part)
            text = node.get(key) if isinstance(node, Placed) else None
            if isinstance(node, Placed) and isinstance(text, str):
                check_expression(text, node.places.get(key, node.start), columns)
    for play in merged["plays"]:
        end = play.get("exit")
        text = end.get("when") if isinstance(end, Placed) else None
        if isinstance(end, Placed) and isinstance(text, str):
            check_expression(text, end.places.get("when", end.start), columns)


def check_expression(text: str, place: Place, columns: Collection[str]) -> None:
    """Refuse what is no portable expression over the columns, with its place."""
    try:
        parse_expression(text, columns)
    except SqlNotAllowed as problem:
        what = f"{place}: `{text}`: {problem.what}"
        raise ConfigInvalid(what, cure=problem.cure, file=place.file, line=place.line) from None
