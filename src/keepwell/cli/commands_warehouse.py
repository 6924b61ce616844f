"""The commands that carry definitions and results to a warehouse."""

from pathlib import Path
from typing import Annotated

import typer

from keepwell.cli.options import (
    HERE,
    AsOfOption,
    JsonOption,
    LangOption,
    ProjectOption,
    day_of,
    language,
)
from keepwell.vocabulary import InputProblem

warehouse = typer.Typer()


@warehouse.command(name="compile")
def compile_definitions(
    dialect: Annotated[
        str,
        typer.Option(help="snowflake, bigquery, databricks, trino, postgres, spark or duckdb."),
    ],
    form: Annotated[str, typer.Option("--format", help="sql or dbt.")] = "sql",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder; default: print the script.")
    ] = None,
    scorecard: Annotated[
        str | None, typer.Option(help="classic or robust: a shipped card, without a project.")
    ] = None,
    project: ProjectOption = HERE,
    as_of: AsOfOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print measures, scorecard and matrix as commented SQL, or write them as a dbt project."""
    from keepwell.cli.show_compile import show_compiled
    from keepwell.cli.work import opened
    from keepwell.wiring import compile_project, compile_shipped

    day = day_of(as_of, "--as-of")
    if form == "dbt" and output is None:
        raise InputProblem("A dbt project is a folder.", cure="Name it with -o DIR.")
    if scorecard is not None:
        done = compile_shipped(scorecard, dialect, form, output, day)
        spoken = language(lang)
    else:
        with opened(project) as at_work:
            done = compile_project(at_work, dialect, form, output, day)
            spoken = language(lang, at_work.config.lang)
    show_compiled(done, spoken, as_json=as_json)


@warehouse.command()
def writeback(
    to: Annotated[
        str | None,
        typer.Option(
            help="Where, instead of `writeback:` in keepwell.yml: sqlite:PATH, duckdb:PATH, "
            "folder:PATH or postgres."
        ),
    ] = None,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write scores, segments, decisions and contributions to a database or a folder of yours."""
    from keepwell.cli.show_writeback import show_written_back
    from keepwell.cli.work import opened
    from keepwell.runs.write_back import target_named
    from keepwell.wiring import write_results_back

    with opened(project) as at_work:
        given = target_named(to, at_work.config.writeback, HERE.resolve()) if to else None
        done = write_results_back(at_work, given)
        show_written_back(done, language(lang, at_work.config.lang), as_json=as_json)
