"""The commands that carry definitions and results to a warehouse."""

from pathlib import Path
from typing import Annotated

import typer

from keepwell.cli.commands import HERE, app, day_of
from keepwell.cli.options import AsOfOption, JsonOption, LangOption, ProjectOption, language
from keepwell.vocabulary import InputProblem


@app.command(name="compile")
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
