"""The commands of business reviews and programmes."""

from pathlib import Path
from typing import Annotated

import typer

from keepwell.cli.care_commands import AccountArgument
from keepwell.cli.options import (
    HERE,
    ByOption,
    JsonOption,
    LangOption,
    ProjectOption,
    ReasonOption,
    day_of,
    language,
)
from keepwell.cli.plan_commands import plans

__all__ = ["plans"]
programmes = typer.Typer(
    help="Advisory board, lighthouse case, early access, community, workshop, partnership.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
plans.add_typer(programmes, name="programme")


@plans.command("qbr")
def business_reviews(
    account: Annotated[
        str | None, typer.Argument(help="Account id: the brief of its review, as Markdown.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the brief to this file.")
    ] = None,
    within: Annotated[
        int | None, typer.Option(min=0, max=1000, help="Due within so many days; default: all.")
    ] = 30,
    csm: Annotated[str | None, typer.Option(help="Accounts of one CSM only.")] = None,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the business reviews that are due, or write the brief of one account."""
    from keepwell.cli.show_reviews import show_brief, show_reviews
    from keepwell.cli.work import opened
    from keepwell.wiring import review_desk

    with opened(project) as at_work:
        desk, spoken = review_desk(at_work), language(lang, at_work.config.lang)
        if account is not None:
            show_brief(desk.brief(account), out, spoken, as_json=as_json)
            return
        found = desk.reviews(within_days=within, csm=csm)
        show_reviews(found, at_work.today, spoken, as_json=as_json)


@plans.command("qbr-held")
def review_held(
    account: AccountArgument,
    by: ByOption,
    on: Annotated[str | None, typer.Option("--on", help="Day; default: today.")] = None,
    note: Annotated[str, typer.Option(help="What was agreed.")] = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a business review that was held; the next one is due a cadence later."""
    from keepwell.cli.show_reviews import show_held
    from keepwell.cli.work import opened
    from keepwell.wiring import review_desk

    day = day_of(on, "--on")
    with opened(project) as at_work:
        held = review_desk(at_work).review_held(account, day, by=by, note=note)
        show_held(account, held, language(lang, at_work.config.lang), as_json=as_json)


@programmes.command("list")
def list_programmes(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """List the programmes."""
    from keepwell.cli.show_reviews import show_programmes
    from keepwell.cli.work import opened
    from keepwell.wiring import review_desk

    with opened(project) as at_work:
        found = review_desk(at_work).programmes()
        show_programmes(found, language(lang, at_work.config.lang), as_json=as_json)


@programmes.command("show")
def show_programme(
    programme: Annotated[str, typer.Argument(help="Name of the programme.")],
    project: ProjectOption = HERE,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Candidates at most.")] = 20,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who is in a programme and who may be invited, by the cells of the playbooks."""
    from keepwell.cli.show_reviews import show_programme as show
    from keepwell.cli.work import opened
    from keepwell.wiring import review_desk

    with opened(project) as at_work:
        found = review_desk(at_work).programme(programme)
        show(found, limit, language(lang, at_work.config.lang), as_json=as_json)


@programmes.command("move")
def move_entry(
    account: AccountArgument,
    programme: Annotated[str, typer.Argument(help="Name of the programme.")],
    status: Annotated[str, typer.Argument(help="invited, accepted, declined or done.")],
    by: ByOption,
    reason: ReasonOption = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Invite an account to a programme, or record its answer."""
    from keepwell.cli.show_reviews import show_entry
    from keepwell.cli.work import opened
    from keepwell.wiring import review_desk

    with opened(project) as at_work:
        made = review_desk(at_work).move_entry(account, programme, status, by=by, note=reason)
        show_entry(made, language(lang, at_work.config.lang), as_json=as_json)
