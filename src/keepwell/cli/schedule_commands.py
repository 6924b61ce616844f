"""The commands of the schedule: run it, run what is due once, list jobs and what came of them."""

from typing import Annotated

import typer

from keepwell.cli.options import (
    HERE,
    JsonOption,
    LangOption,
    ProjectOption,
    language,
)
from keepwell.vocabulary import InputProblem

schedule = typer.Typer(
    help="Do the jobs of keepwell.yml when they are due, until SIGTERM or Ctrl-C.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
OUTSIDE = 75


@schedule.callback()
def run_schedule(
    context: typer.Context,
    project: ProjectOption = HERE,
    once: Annotated[
        bool, typer.Option("--once", help="Do what is due now, then end: for cron.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="Serve /metrics, /healthz, /readyz on this port of 127.0.0.1."
        ),
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do the jobs of keepwell.yml when they are due, until SIGTERM or Ctrl-C."""
    if context.invoked_subcommand is not None:
        if project != HERE:
            word = context.invoked_subcommand
            raise InputProblem(
                f"-C stands before `{word}`.", cure=f"Write: keepwell schedule {word} -C {project}"
            )
        return
    from keepwell.cli.show_schedule import ScheduleTeller
    from keepwell.cli.work import opened
    from keepwell.wiring import schedule_desk

    with opened(project) as at_work:
        spoken, zone = language(lang, at_work.config.lang), at_work.config.time_zone
        teller = ScheduleTeller(spoken, zone, as_json=as_json)
        desk = schedule_desk(at_work)
        if once:
            is_done = desk.once(teller.tell)
            teller.end()
            raise typer.Exit(0 if is_done else OUTSIDE)
        teller.begin(desk.list())
        desk.serve(teller.tell, port)
        teller.end()


@schedule.command("list")
def list_jobs(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """List the jobs with their rule, their next due time and what came of the last one."""
    from keepwell.cli.show_schedule import show_jobs
    from keepwell.cli.work import opened
    from keepwell.wiring import schedule_desk

    with opened(project) as at_work:
        found = schedule_desk(at_work).list()
        show_jobs(found, language(lang, at_work.config.lang), as_json=as_json)


@schedule.command("history")
def show_job_history(
    project: ProjectOption = HERE,
    job: Annotated[str | None, typer.Option(help="Due times of one job only.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 50,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List due times with who acted on them and what came of it, newest first."""
    from keepwell.cli.show_schedule import show_job_runs
    from keepwell.cli.work import opened
    from keepwell.wiring import schedule_desk

    with opened(project) as at_work:
        found = schedule_desk(at_work).history(job, limit)
        zone = at_work.config.time_zone
        show_job_runs(found, zone, language(lang, at_work.config.lang), as_json=as_json)
