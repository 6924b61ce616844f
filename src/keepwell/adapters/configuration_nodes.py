"""Read YAML text into plain values and remember where each key and value stands."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from keepwell.vocabulary import ConfigInvalid

KeyPath: TypeAlias = tuple[str | int, ...]
_MOST_NODES = 200_000
_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: 1-based place, the key it is about, and what was expected."""

    line: int
    column: int
    key: str
    what: str

    def text(self, file: str) -> str:
        """Return `file:line:column: what`."""
        return f"{file}:{self.line}:{self.column}: {self.what}"


@dataclass(slots=True)
class Document:
    """A YAML file as values; `keys` and `values` hold the (line, column) of each path."""

    file: str
    root: Node
    keys: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    values: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    written: dict[KeyPath, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0

    def place(self, path: KeyPath, *, at_key: bool = False) -> tuple[int, int]:
        """Return where a path stands; the nearest parent for one that is not written."""
        for length in range(len(path), -1, -1):
            part = path[:length]
            found = self.keys.get(part) if at_key else self.values.get(part)
            found = found or self.values.get(part)
            if found is not None:
                return found
        return (1, 1)

    def report(self, path: KeyPath, what: str, *, at_key: bool = False) -> None:
        """Add a problem at a path."""
        line, column = self.place(path, at_key=at_key)
        self.problems.append(Problem(line, column, key_text(path), what))


def key_text(path: KeyPath) -> str:
    """Return a path as a user writes it.

    >>> key_text(("tables", "accounts", 0, "columns"))
    'tables.accounts[0].columns'
    """
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else str(step)
    return out


def read_document(path: Path, *, empty_cure: str) -> Document:
    """Return the parsed file. Errors: ConfigInvalid with line and column."""
    text = _read_text(path)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise _not_yaml(path, error) from error
    except RecursionError as error:
        raise ConfigInvalid(f"{path.name} is nested too deeply to be read.") from error
    except (YAMLError, ValueError) as error:
        raise ConfigInvalid(f"{path.name} is not YAML: {error}.") from error
    if root is None:
        raise ConfigInvalid(f"{path.name} is empty.", cure=empty_cure, file=str(path))
    if not isinstance(root, MappingNode):
        raise ConfigInvalid(
            f"{path.name}:1:1: expected `key: value` lines, found a {_word(root)}.",
            cure=empty_cure,
            file=str(path),
        )
    return Document(path.name, root)


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigInvalid(f"Cannot read {path}: {error.strerror}.", file=str(path)) from error
    if len(raw) > _MOST_BYTES:
        raise ConfigInvalid(f"{path.name} is {len(raw)} bytes large; at most {_MOST_BYTES}.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise ConfigInvalid(
            f"{path.name}:{line}:{column}: not UTF-8 (byte 0x{raw[error.start]:02x}).",
            cure="Save the file as UTF-8.",
            file=str(path),
        ) from error


def _not_yaml(path: Path, error: MarkedYAMLError) -> ConfigInvalid:
    mark = error.problem_mark or error.context_mark
    place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
    problem = str(error.problem or error.context or "not YAML")
    cure = "Indent with blanks, not tabs." if "\\t" in problem or "tab" in problem else ""
    if "another document" in problem:
        problem = "found a second document"
        cure = "Keep one document: remove the `---` line."
    return ConfigInvalid(f"{path.name}{place}: {problem}.", cure=cure, file=str(path))


def _word(node: Node) -> str:
    return "list" if isinstance(node, SequenceNode) else "single value"


def plain(document: Document, as_text: frozenset[KeyPath] = frozenset()) -> dict[str, Any]:
    """Return the file's values; scalars at the paths in `as_text` stay as written."""
    document.keys.clear()
    document.values.clear()
    document.written.clear()
    document.problems.clear()
    document.nodes = 0
    value = _build(document, document.root, (), as_text)
    return value if isinstance(value, dict) else {}


def _build(doc: Document, node: Node, path: KeyPath, as_text: frozenset[KeyPath]) -> Any:
    doc.nodes += 1
    if doc.nodes > _MOST_NODES:
        raise ConfigInvalid(f"{doc.file} unfolds to more than {_MOST_NODES} values.")
    doc.values[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, MappingNode):
        return _mapping(doc, node, path, as_text)
    if isinstance(node, SequenceNode):
        return [_build(doc, child, (*path, i), as_text) for i, child in enumerate(node.value)]
    doc.written[path] = str(node.value)
    return str(node.value) if path in as_text else _scalar(node)


def _mapping(
    doc: Document, node: MappingNode, path: KeyPath, as_text: frozenset[KeyPath]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        place = (key.start_mark.line + 1, key.start_mark.column + 1)
        if not isinstance(key, ScalarNode):
            doc.problems.append(Problem(*place, key_text(path), "a key must be a plain word"))
            continue
        name = str(key.value)
        here = (*path, name)
        if name in found:
            first = doc.keys[here][0]
            what = f"`{key_text(here)}` is written twice (first in line {first}); keep one"
            doc.problems.append(Problem(*place, key_text(here), what))
            continue
        doc.keys[here] = place
        found[name] = _build(doc, value, here, as_text)
    return found


def _scalar(node: Node) -> Any:
    text = str(node.value)
    kind = str(node.tag).rsplit(":", 1)[-1]
    match kind:
        case "null":
            return None
        case "bool":
            return text.casefold() == "true"
        case "int":
            return _number(text, int)
        case "float":
            return _number(text.replace(".inf", "inf").replace(".nan", "nan"), float)
        case _:
            return text


def _number(text: str, kind: type[int] | type[float]) -> int | float | str:
    try:
        return int(text.replace("_", ""), 0) if kind is int else float(text.replace("_", ""))
    except ValueError:
        return text
