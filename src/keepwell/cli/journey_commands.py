"""The commands of journeys: list, show, preview, run, feed, opt-out, content, holdout."""

from pathlib import Path
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

journeys = typer.Typer(
    help="Automated steps for tech-touch accounts.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
NameArgument = Annotated[str, typer.Argument(help="Name of the journey.")]
ReasonOption = Annotated[str, typer.Option(help="opted_out, bounced or complained.")]


@journeys.command("list")
def list_journeys(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """List all journeys and how many accounts stand where."""
    from keepwell.cli.show_journeys import show_list
    from keepwell.cli.work import opened
    from keepwell.wiring import journey_desk

    with opened(project) as at_work:
        desk = journey_desk(at_work)
        spoken = language(lang, at_work.config.lang)
        show_list(desk.journeys, desk.counts(), spoken, as_json=as_json)


@journeys.command("show")
def show_one(
    name: NameArgument,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one journey: conditions, steps, and what became of them."""
    from keepwell.cli.show_journeys import show_journey
    from keepwell.cli.work import opened
    from keepwell.wiring import journey_desk

    with opened(project) as at_work:
        desk = journey_desk(at_work)
        found = desk.journey(name)
        count = next((c for c in desk.counts() if c.journey == name), None)
        spoken = language(lang, at_work.config.lang)
        show_journey(found, desk.settings, count, spoken, as_json=as_json)


@journeys.command("preview")
def preview(
    project: ProjectOption = HERE,
    write: Annotated[
        Path | None, typer.Option(help="Folder for a sample of every mail, without contact data.")
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a run would send and what it would withhold; nothing is stored or sent."""
    from keepwell.cli.show_journeys import show_preview
    from keepwell.cli.work import opened
    from keepwell.wiring import journey_desk

    with opened(project) as at_work:
        desk = journey_desk(at_work)
        spoken = language(lang, at_work.config.lang)
        show_preview(desk.preview(write), desk.settings, write, spoken, as_json=as_json)


@journeys.command("run")
def run(
    project: ProjectOption = HERE,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for retries at most.")] = 0.0,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let accounts enter, go on and leave; send what is due. Running it again adds nothing."""
    from keepwell.cli.show_journeys import show_run_of_journeys
    from keepwell.cli.work import opened
    from keepwell.wiring import journey_desk

    with opened(project) as at_work:
        desk = journey_desk(at_work)
        spoken = language(lang, at_work.config.lang)
        show_run_of_journeys(desk.run(wait), desk.settings, spoken, as_json=as_json)


@journeys.command("feed")
def feed(
    account: Annotated[str, typer.Argument(help="Id of the account.")],
    project: ProjectOption = HERE,
    read: Annotated[int | None, typer.Option(help="Number of an entry to mark as read.")] = None,
    dismiss: Annotated[int | None, typer.Option(help="Number of an entry to dismiss.")] = None,
    by: Annotated[str, typer.Option("--by", help="Who marks it; kept in the audit log.")] = "app",
    all_entries: Annotated[bool, typer.Option("--all", help="Dismissed entries too.")] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the product shows to one account, newest first; mark entries."""
    from keepwell.cli.show_touches import show_feed, show_marked
    from keepwell.cli.work import opened
    from keepwell.wiring import journey_desk

    with opened(project) as at_work:
        desk, spoken = journey_desk(at_work), language(lang, at_work.config.lang)
        entry = dismiss if dismiss is not None else read
        if entry is not None:
            desk.mark_feed(account, entry, is_dismissed=dismiss is not None, by=by)
            show_marked(account, entry, spoken, as_json=as_json)
            return
        found = desk.feed(account, all_entries=all_entries)
        show_feed(account, found, spoken, as_json=as_json)


@journeys.command("opt-out")
def opt_out(
    project: ProjectOption = HERE,
    token: Annotated[str | None, typer.Option(help="Token of an unsubscribe link.")] = None,
    contact: Annotated[str | None, typer.Option(help="Id of a contact.")] = None,
    address: Annotated[
        str | None, typer.Option(help="An address; kept as a keyed hash only.")
    ] = None,
    reason: ReasonOption = "opted_out",
    undo: Annotated[bool, typer.Option("--undo", help="Let the address be written to.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who decides; kept in the audit log.")] = "",
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write to an address no more, or again; without a name, count the addresses."""
    from keepwell.cli.show_touches import show_opted, show_suppressed
    from keepwell.cli.work import opened
    from keepwell.runs.opting_out import REASONS, OptingOut
    from keepwell.wiring import journey_desk

    why = next((r for r in REASONS if r == reason), None)
    if why is None:
        raise InputProblem(f"There is no reason `{reason}`.", cure=f"Use {', '.join(REASONS)}.")
    with opened(project) as at_work:
        desk, spoken = journey_desk(at_work), language(lang, at_work.config.lang)
        if not any((token, contact, address)):
            show_suppressed(desk.suppressed(), spoken, as_json=as_json)
            return
        changed = desk.opt_out(OptingOut(token, contact, address, why, undo), by)
        show_opted(changed, undo, spoken, as_json=as_json)


@journeys.command("content")
def content(
    project: ProjectOption = HERE,
    account: Annotated[
        str | None, typer.Option(help="Show what fits this account, and why.")
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the content catalogue with broken references, or what fits an account."""
    from keepwell.cli.show_touches import show_content, show_fitting
    from keepwell.cli.work import opened
    from keepwell.wiring import journey_desk

    with opened(project) as at_work:
        desk, spoken = journey_desk(at_work), language(lang, at_work.config.lang)
        if account is not None:
            show_fitting(desk.fitting(account, spoken), spoken, as_json=as_json)
            return
        show_content(desk.content, desk.findings(), spoken, as_json=as_json)


@journeys.command("holdout")
def holdout(
    project: ProjectOption = HERE,
    subject: Annotated[
        str | None, typer.Option(help="List the accounts of one, such as journey:wake_up.")
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the groups of all holdouts: who was left out, who was treated, since when."""
    from keepwell.cli.show_journeys import show_holdout
    from keepwell.cli.work import opened
    from keepwell.wiring import journey_desk

    with opened(project) as at_work:
        desk, spoken = journey_desk(at_work), language(lang, at_work.config.lang)
        accounts = desk.assignments(subject) if subject is not None else ()
        show_holdout(desk.groups(), accounts, spoken, as_json=as_json)
