"""A small example company as a project, and the command line as a test calls it."""

import contextlib
import csv
import io
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keepwell.cli.door import enter
from keepwell.example_company import Company, ExportTable
from keepwell.vocabulary import Lang

AS_OF = "2026-10-31"
CURRENCY = {"zh": "CNY", "en": "USD"}


@dataclass(frozen=True, slots=True)
class Said:
    """What one command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout; fails when there is more, less or another thing."""
        found = json.loads(self.out, parse_constant=_no_constant)
        assert isinstance(found, dict), self.out[:200]
        assert self.err == "", self.err
        return found


def _no_constant(text: str) -> float:
    raise AssertionError(f"{text} is not JSON")


def keepwell(*words: object) -> Said:
    """Run one command in this process, through the door that the console script uses."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = enter([str(w) for w in words])
    return Said(code, out.getvalue(), err.getvalue())


def done(*words: object) -> dict[str, Any]:
    """Run one command with --json, which must succeed, and return its object."""
    said = keepwell(*words, "--json")
    assert said.code == 0, said
    return said.json


def refused(*words: object, code: int = 2) -> dict[str, Any]:
    """Run one command with --json, which must be refused, and return the error it names."""
    said = keepwell(*words, "--json")
    assert said.code == code, said
    assert list(said.json) == ["error"]
    error: dict[str, Any] = said.json["error"]
    assert set(error) == {"code", "what", "cure", "details"}
    assert error["what"]
    # A configuration has one cure a line, each beside its problem.
    assert error["cure"] or error["code"] == "config_invalid"
    return error


def write_table(table: ExportTable, folder: Path) -> None:
    """Write one export as a CSV file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(table.columns)
        rows.writerows(table.rows)


def write_company(company: Company, folder: Path) -> None:
    """Write the exports of a company, never its truth."""
    for table in company.exports:
        write_table(table, folder)


def declare_currency(project: Path, lang: Lang) -> None:
    """Fill the one line that `init` asks for."""
    money = f"\nmoney:\n  currency: {CURRENCY[lang]}\n  undeclared_means: {CURRENCY[lang]}\n"
    edit(project / "keepwell.yml", "\ntables:\n", f"{money}\ntables:\n")


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first `old` in a file, which must be there."""
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def copy_of(project: Path, place: Path) -> Path:
    """Copy a project to `place`, to be changed by one test."""
    return Path(shutil.copytree(project, place))


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def exported(project: Path, table: str, place: Path) -> list[dict[str, str]]:
    """Export a table of the current snapshot as CSV and return its rows."""
    path = place / f"{table}.csv"
    done("export", table, "-o", path, "-C", project)
    return rows_of(path)


def scores_of(project: Path, place: Path) -> dict[str, dict[str, str]]:
    """Return the exported scores by account."""
    return {r["account_id"]: r for r in exported(project, "scores", place)}


def shell_environment() -> dict[str, str]:
    """Return an environment for a subprocess, which keeps what it compiles for the next one."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
