"""What the command line says when it is used wrongly, and how it ends."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.company import keepwell, refused
from keepwell.cli import door
from keepwell.cli.console import as_plain
from keepwell.vocabulary import (
    InternalProblem,
    KeepwellProblem,
    SourceUnavailable,
)

COMMANDS = (
    ("check",),
    ("run",),
    ("preview",),
    ("tune",),
    ("churn", "show"),
    ("report",),
    ("explain", "a1"),
    ("export", "scores", "-o", "x.csv"),
    ("override", "a1", "--end"),
    ("compile", "--dialect", "trino"),
    ("writeback",),
)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda w: w[0])
def test_every_command_names_the_missing_project(words: tuple[str, ...], tmp_path: Path) -> None:
    error = refused(*words, "-C", tmp_path)
    assert error["code"] == "not_found"
    assert str(tmp_path) in error["what"]
    assert "keepwell init" in error["cure"]
    said = keepwell(*words, "-C", tmp_path)
    assert said.code == 2
    assert said.out == ""
    assert str(tmp_path) in said.err
    assert not list(tmp_path.iterdir())


def test_doctor_finds_the_missing_project(tmp_path: Path) -> None:
    said = keepwell("doctor", "-C", tmp_path, "--json")
    assert said.code == 2
    verdicts = {e["name"]: e["verdict"] for e in said.json["examinations"]}
    assert verdicts["config"] == "bad"
    assert verdicts["keepwell"] == "good"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("exprot", "scores"), "export"),
        (("rnu",), "run"),
        (("run", "--refti"), "--refit"),
        (("report", "--formt", "md"), "--format"),
    ],
)
def test_a_misspelled_word_gets_a_proposal(words: tuple[str, ...], meant: str) -> None:
    said = keepwell(*words)
    assert said.code == 2
    assert meant in said.err
    assert meant in refused(*words)["what"]


@pytest.mark.parametrize(
    "words",
    [
        ("demo", "--accounts", "3"),
        ("demo", "--accounts", "many"),
        ("explain",),
        ("export", "scores"),
    ],
)
def test_a_wrong_or_missing_value_is_one_json_object(words: tuple[str, ...]) -> None:
    assert refused(*words)["code"] == "input_problem"


def test_a_broken_configuration_is_named_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "keepwell.yml").write_text(
        "project: p\nsource:\n  kind: folder\n  path: x\nlangg: en\n", "utf-8"
    )
    error = refused("run", "-C", tmp_path)
    assert error["code"] == "config_invalid"
    assert "keepwell.yml:5" in error["what"] + error["cure"]
    assert "`lang`" in error["what"] + error["cure"]
    assert {p["line"] for p in error["details"]["problems"]} == {1, 5}
    (tmp_path / "keepwell.yml").write_text("project: [p\n", "utf-8")
    assert "keepwell.yml:" in refused("check", "-C", tmp_path)["what"]


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    minimal = "project: p\nsource: {kind: folder, path: .}\ntables: {}\nscorecards: []\n"
    (tmp_path / "keepwell.yml").write_text(minimal, "utf-8")
    said = keepwell("run", "-C", tmp_path, "--as-of", "tomorrow")
    assert said.code == 2


class Broken:
    """Stands for the commands: raises what it was given."""

    def __init__(self, problem: Exception) -> None:
        self.problem = problem

    def __call__(self, **_: object) -> None:
        raise self.problem


@pytest.mark.parametrize(
    ("problem", "code", "name"),
    [
        (SourceUnavailable("The disk is full.", cure="Free space."), 75, "source_unavailable"),
        (InternalProblem("A sum is off.", cure="Report it."), 70, "internal_problem"),
        (ZeroDivisionError("division by zero"), 70, "internal_problem"),
        (KeepwellProblem("Something.", cure="Look."), 70, "problem"),
    ],
)
def test_each_kind_of_failure_has_its_exit_code(
    problem: Exception, code: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keepwell.cli import commands

    monkeypatch.setattr(commands, "app", Broken(problem))
    assert refused("run", code=code)["code"] == name
    said = keepwell("run")
    assert said.code == code
    assert said.err.startswith("keepwell: ")
    assert "Traceback" not in said.err


def test_a_reader_that_left_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    from keepwell.cli import commands

    monkeypatch.setattr(commands, "app", Broken(BrokenPipeError()))
    monkeypatch.setattr("os.dup2", lambda *_: None)
    assert door.enter(["run"]) == 0


def test_values_become_plain_json() -> None:
    plain: Any = as_plain({"a": Path("x"), "b": (1, 2), "c": frozenset({"z", "y"})})
    assert plain == {"a": "x", "b": [1, 2], "c": ["y", "z"]}


def test_help_of_every_command_names_its_options() -> None:
    from typer.main import get_command

    from keepwell.cli.commands import app

    for words in _leaves(get_command(app)):
        said = keepwell(*words, "--help")
        assert said.code == 0
        assert "--json" in said.out
        assert "--help" in said.out


def _leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command that does something, groups opened."""
    for name, inner in command.commands.items():
        if hasattr(inner, "commands"):
            yield from _leaves(inner, (*words, name))
        else:
            yield (*words, name)
