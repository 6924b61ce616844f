"""No god files: length of files and functions, names, comments and docstrings."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "keepwell"
FILES = sorted(SRC.rglob("*.py"))
FILE_LINES = 300
BODY_LINES = 40
# At most five entries, each with its reason.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
BANNED_NAME = re.compile(r"(^|_)(manager|helpers?|utils?|common|misc|base|data2|v2)($|_|\.)", re.I)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def name_of(file: Path) -> str:
    return str(file.relative_to(SRC))


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def functions(tree: ast.AST) -> Iterator[Function]:
    return (n for n in ast.walk(tree) if isinstance(n, Function))


def body_lines(function: Function) -> int:
    first = function.body[0]
    is_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    rest = function.body[1:] if is_doc else function.body
    return (rest[-1].end_lineno or 0) - rest[0].lineno + 1 if rest else 0


def test_allow_lists_stay_short() -> None:
    assert len(LONG_FILES) <= 5
    assert len(LONG_FUNCTIONS) <= 5


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_file_is_short(file: Path) -> None:
    if name_of(file) in LONG_FILES:
        assert len(file.read_text("utf-8").splitlines()) > FILE_LINES, "no longer needs its entry"
        return
    assert len(file.read_text("utf-8").splitlines()) <= FILE_LINES


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_functions_are_short(file: Path) -> None:
    long = {
        f"{name_of(file)}:{f.name}": body_lines(f)
        for f in functions(tree_of(file))
        if body_lines(f) > BODY_LINES and f"{name_of(file)}:{f.name}" not in LONG_FUNCTIONS
    }
    assert not long


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_names_say_what_things_are(file: Path) -> None:
    names = [n.name for n in ast.walk(tree_of(file)) if isinstance(n, Named)]
    assert not [n for n in [*name_of(file).split("/"), *names] if BANNED_NAME.search(n)]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_public_things_have_a_docstring(file: Path) -> None:
    tree = tree_of(file)
    assert ast.get_docstring(tree), f"{name_of(file)} has no docstring"
    public = [n for n in tree.body if isinstance(n, Named) and n.name[0] != "_"]
    assert not [n.name for n in public if not ast.get_docstring(n)]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_nothing_is_left_open(file: Path) -> None:
    assert not re.findall(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", file.read_text("utf-8"))


def test_no_sql_reads_a_clock() -> None:
    clock = re.compile(
        r"\b(current_date|current_timestamp|now\(\)|today\(\)|localtimestamp)\b", re.I
    )
    texts = {f: f.read_text("utf-8") for f in SRC.rglob("*.sql")}
    assert not [name_of(f) for f, text in texts.items() if clock.search(text)]
