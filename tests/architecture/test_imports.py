"""Walls between the rooms: one-way imports, purity, no reaching into another room's files."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

SRC = Path(__file__).parents[2] / "src" / "keepwell"
PURE = (
    "vocabulary",
    "intake",
    "measures",
    "scoring",
    "outlook",
    "value",
    "playbooks",
    "definitions",
    "proof",
    "reports",
    "warning",
    "messages",
    "actions",
    "journeys",
    "schedule",
    "example_company",
)
OUTSIDE = {
    "alembic",
    "duckdb",
    "fastapi",
    "http",
    "httpx",
    "io",
    "logging",
    "os",
    "pathlib",
    "pyarrow",
    "python_calamine",
    "random",
    "requests",
    "shutil",
    "smtplib",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "subprocess",
    "tempfile",
    "time",
    "typst",
    "urllib",
    "vl_convert",
    "xlsxwriter",
}
# The one named loader of package data: SQL texts are part of the catalog.
LOADERS = {"measures/texts.py"}


def pure_files() -> list[Path]:
    return sorted(f for room in PURE for f in (SRC / room).rglob("*.py"))


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_import_contracts_hold() -> None:
    result = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=SRC.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_files_need_each_other() -> None:
    # Imports for types alone and inside functions count; a circle is raised with its files.
    graph = grimp.build_graph("keepwell", exclude_type_checking_imports=False)
    assert len(graph.modules) > 1000
    TopologicalSorter(
        {file: graph.find_modules_directly_imported_by(file) for file in graph.modules}
    ).prepare()


@pytest.mark.parametrize("file", pure_files(), ids=lambda f: str(f.relative_to(SRC)))
def test_pure_room_imports_nothing_of_the_outside(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    roots = {name.split(".")[0] for name in imported(tree)}
    if str(file.relative_to(SRC)) not in LOADERS:
        assert not roots & (OUTSIDE | {"importlib"})
    calls = {
        n.func.id
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert not calls & {"open", "print", "input", "eval", "exec"}


@pytest.mark.parametrize("file", pure_files(), ids=lambda f: str(f.relative_to(SRC)))
def test_rooms_are_entered_by_their_front_door(file: Path) -> None:
    room = file.relative_to(SRC).parts[0]
    names = imported(ast.parse(file.read_text(encoding="utf-8")))
    foreign = {
        n
        for n in names
        if n.startswith("keepwell.") and n.count(".") > 1 and n.split(".")[1] != room
    }
    assert not foreign, f"import from the room itself, not from its files: {sorted(foreign)}"


def test_every_room_says_what_it_does_in_at_most_five_lines() -> None:
    for room in (*PURE, "runs", "adapters", "cli", "web"):
        text = ast.get_docstring(ast.parse((SRC / room / "__init__.py").read_text("utf-8")))
        assert text, f"{room}/__init__.py has no docstring"
        assert len(text.splitlines()) <= 5, f"{room}: docstring too long"
