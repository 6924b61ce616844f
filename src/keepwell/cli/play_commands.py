"""The commands of plays and their tasks: list, show, start, stop, step."""

from typing import Annotated

import typer

from keepwell.cli.options import (
    HERE,
    ByOption,
    JsonOption,
    LangOption,
    ProjectOption,
    language,
)

plays = typer.Typer(
    help="Plays that run for CTAs, and their tasks.", no_args_is_help=True, rich_markup_mode=None
)
PlayArgument = Annotated[int, typer.Argument(help="Number of the running play.")]


@plays.command("list")
def list_plays(
    project: ProjectOption = HERE,
    status: Annotated[
        list[str] | None, typer.Option(help="running, finished, stopped; default: all.")
    ] = None,
    account: Annotated[str | None, typer.Option(help="Plays of one account only.")] = None,
    owner: Annotated[str | None, typer.Option(help="The open tasks of one person.")] = None,
    library: Annotated[
        bool, typer.Option("--library", help="The plays that can be started.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 100,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List plays, newest first; a person's open tasks by due day; or the library."""
    from keepwell.cli.show_ctas import show_library, show_plays, show_task_list
    from keepwell.cli.work import opened
    from keepwell.wiring import action_desk

    with opened(project) as at_work:
        desk, spoken = action_desk(at_work), language(lang, at_work.config.lang)
        if library:
            show_library(desk.library, spoken, as_json=as_json)
        elif owner is not None:
            show_task_list(desk.tasks_of(owner), desk.library.roles, spoken, as_json=as_json)
        else:
            found = desk.plays(status or (), account, limit)
            show_plays(found, desk.library, spoken, as_json=as_json)


@plays.command("show")
def show_one(
    play: PlayArgument,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a play with its tasks and what their checks found."""
    from keepwell.cli.show_ctas import show_play
    from keepwell.cli.work import opened
    from keepwell.wiring import action_desk

    with opened(project) as at_work:
        found = action_desk(at_work).play(play)
        show_play(found, language(lang, at_work.config.lang), as_json=as_json)


@plays.command("start")
def start(
    play: Annotated[str, typer.Argument(help="Name of a play: see `plays list --library`.")],
    by: ByOption,
    cta: Annotated[int, typer.Option(help="Number of the CTA that it is for.")],
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Start a play on an open CTA: its steps become tasks."""
    from keepwell.cli.show_ctas import show_play
    from keepwell.cli.work import opened
    from keepwell.wiring import action_desk

    with opened(project) as at_work:
        found = action_desk(at_work).start_play(play, cta, by)
        show_play(found, language(lang, at_work.config.lang), as_json=as_json)


@plays.command("stop")
def stop(
    play: PlayArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option(help="Why; kept in the history.")],
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop a play; its open tasks are cancelled."""
    from keepwell.cli.show_ctas import show_now
    from keepwell.cli.work import opened
    from keepwell.wiring import action_desk

    with opened(project) as at_work:
        found = action_desk(at_work).stop_play(play, reason, by)
        spoken = language(lang, at_work.config.lang)
        show_now("play", found.id, found.status, spoken, value=found, as_json=as_json)


@plays.command("step")
def step(
    task: Annotated[int, typer.Argument(help="Number of the task.")],
    to: Annotated[str, typer.Argument(help="done, skip or reopen.")],
    by: ByOption,
    reason: Annotated[str, typer.Option(help="Why; needed to skip.")] = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Settle a task, or take that back."""
    from keepwell.actions import TaskMove
    from keepwell.cli.show_ctas import show_now
    from keepwell.cli.work import opened
    from keepwell.vocabulary import InputProblem
    from keepwell.wiring import action_desk

    known = ("done", "skip", "reopen")
    if to not in known:
        raise InputProblem(f"`{to}` is nothing to do with a task.", cure=f"Use {', '.join(known)}.")
    with opened(project) as at_work:
        found = action_desk(at_work).step(task, TaskMove(to), reason, by)
        spoken = language(lang, at_work.config.lang)
        show_now("task", found.id, found.status, spoken, value=found, as_json=as_json)
