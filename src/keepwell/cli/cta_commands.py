"""The commands of CTAs: list, show, start, snooze, done, cancel, reopen, assign, add."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keepwell.cli.options import (
    HERE,
    ByOption,
    JsonOption,
    LangOption,
    ProjectOption,
    day_of,
    language,
)
from keepwell.vocabulary import InputProblem

if TYPE_CHECKING:
    from datetime import date

ctas = typer.Typer(
    help="CTAs: who has to do what on which account; start, snooze, finish, assign, add.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
CtaArgument = Annotated[int, typer.Argument(help="Number of the CTA.")]
ReasonOption = Annotated[str, typer.Option(help="Why; kept in the history.")]


@ctas.command("list")
def list_ctas(
    project: ProjectOption = HERE,
    status: Annotated[
        list[str] | None,
        typer.Option(help="new, in_progress, snoozed, done, cancelled; default: the open ones."),
    ] = None,
    owner: Annotated[str | None, typer.Option(help="CTAs of one person only.")] = None,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="Those without owner.")] = False,
    account: Annotated[str | None, typer.Option(help="CTAs of one account only.")] = None,
    kind: Annotated[str | None, typer.Option("--type", help="risk, renewal, growth ...")] = None,
    due: Annotated[str | None, typer.Option(help="Due by this day, YYYY-MM-DD.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 100,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List CTAs as a work list: the most urgent first."""
    from keepwell.actions import OPEN
    from keepwell.cli.show_ctas import show_ctas
    from keepwell.cli.work import opened
    from keepwell.ports import CtaFilter
    from keepwell.wiring import action_desk

    statuses = tuple(status or (str(s) for s in OPEN))
    wanted = CtaFilter(statuses, owner, account, day_of(due, "--due"), kind, unassigned, limit)
    with opened(project) as at_work:
        found = action_desk(at_work).list(wanted)
        show_ctas(found, language(lang, at_work.config.lang), as_json=as_json)


@ctas.command("show")
def show_one(
    cta: CtaArgument,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a CTA with its tasks and its history."""
    from keepwell.cli.show_ctas import show_cta
    from keepwell.cli.work import opened
    from keepwell.wiring import action_desk

    with opened(project) as at_work:
        found = action_desk(at_work).show(cta)
        show_cta(found, language(lang, at_work.config.lang), as_json=as_json)


@ctas.command("start")
def start(
    cta: CtaArgument,
    by: ByOption,
    reason: ReasonOption = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Begin with a CTA."""
    _move(project, cta, "start", by, reason, lang, as_json=as_json)


@ctas.command("snooze")
def snooze(
    cta: CtaArgument,
    by: ByOption,
    until: Annotated[str, typer.Option(help="The day on which it comes back, YYYY-MM-DD.")],
    reason: ReasonOption = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a CTA away until a day."""
    last = day_of(until, "--until")
    _move(project, cta, "snooze", by, reason, lang, until=last, as_json=as_json)


@ctas.command("done")
def done(
    cta: CtaArgument,
    by: ByOption,
    outcome: Annotated[
        str,
        typer.Option(help="resolved, improved, no_effect, lost, false_alarm, unreachable."),
    ],
    reason: Annotated[str, typer.Option("--note", help="What came of it.")] = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Finish a CTA with what came of it."""
    _move(project, cta, "done", by, reason, lang, outcome=outcome, as_json=as_json)


@ctas.command("cancel")
def cancel(
    cta: CtaArgument,
    by: ByOption,
    cause: Annotated[str, typer.Option(help="not_needed or duplicate.")] = "not_needed",
    reason: ReasonOption = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cancel a CTA; its play stops."""
    _move(project, cta, "cancel", by, reason, lang, outcome=cause, as_json=as_json)


@ctas.command("reopen")
def reopen(
    cta: CtaArgument,
    by: ByOption,
    reason: ReasonOption = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring back a CTA that was done or cancelled; plays are started anew."""
    _move(project, cta, "reopen", by, reason, lang, as_json=as_json)


def _move(
    project: Path,
    cta: int,
    move: str,
    by: str,
    why: str,
    lang: str | None,
    *,
    until: "date | None" = None,
    outcome: str | None = None,
    as_json: bool,
) -> None:
    from keepwell.actions import CtaMove
    from keepwell.cli.show_ctas import show_moved
    from keepwell.cli.work import opened
    from keepwell.wiring import action_desk

    with opened(project) as at_work:
        desk, spoken = action_desk(at_work), language(lang, at_work.config.lang)
        moved = desk.move(cta, CtaMove(move), by=by, why=why, until=until, outcome=outcome)
        show_moved(moved, "moved", spoken, as_json=as_json)


@ctas.command("assign")
def assign(
    cta: CtaArgument,
    owner: Annotated[str, typer.Argument(help="Id of the person who takes it.")],
    by: ByOption,
    reason: ReasonOption = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a CTA, with the open tasks of its old owner, to somebody else."""
    from keepwell.cli.show_ctas import show_moved
    from keepwell.cli.work import opened
    from keepwell.wiring import action_desk

    with opened(project) as at_work:
        given = action_desk(at_work).assign(cta, owner, by=by, why=reason)
        show_moved(given, "assigned", language(lang, at_work.config.lang), as_json=as_json)


@ctas.command("add")
def add(
    by: ByOption,
    account: Annotated[str, typer.Argument(help="Account id, as in the source.")] = "",
    alert: Annotated[int | None, typer.Option(help="Number of an alert that it answers.")] = None,
    kind: Annotated[
        str, typer.Option("--type", help="risk, renewal, growth, adoption, data, review.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why, in a few words.")] = "",
    priority: Annotated[str, typer.Option(help="critical, high or normal.")] = "normal",
    owner: Annotated[str | None, typer.Option(help="Default: as a run would choose.")] = None,
    due: Annotated[str | None, typer.Option(help="Day, YYYY-MM-DD; default by priority.")] = None,
    play: Annotated[str | None, typer.Option(help="Play to start with it.")] = None,
    note: Annotated[str, typer.Option(help="Kept in the history.")] = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a CTA for an account, or for an alert that has none."""
    from keepwell.cli.show_ctas import show_moved
    from keepwell.cli.work import opened
    from keepwell.runs.act_by_hand import Wish
    from keepwell.wiring import action_desk

    if alert is None and not (account and kind and reason):
        raise InputProblem(
            "A CTA needs an account, a type and a reason.",
            cure="Give ACCOUNT --type --reason, or --alert N.",
        )
    wish = Wish(account, kind, reason, priority, owner, day_of(due, "--due"), play)
    with opened(project) as at_work:
        made = action_desk(at_work).add(wish, alert, by=by, why=note)
        show_moved(made, "opened", language(lang, at_work.config.lang), as_json=as_json)
