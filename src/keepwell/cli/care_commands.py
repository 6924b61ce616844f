"""The commands of an account's care: team, outcomes, stages, diagnosis, causes, help requests."""

from datetime import timedelta
from typing import Annotated

import typer

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
from keepwell.cli.plan_commands import OnOption, PlanArgument, plans
from keepwell.vocabulary import InputProblem

__all__ = ["plans"]
AccountArgument = Annotated[str, typer.Argument(help="Account id, as in the source.")]
PlanOption = Annotated[int | None, typer.Option("--plan", help="Number of the plan it is part of.")]
CtaOption = Annotated[int | None, typer.Option("--cta", help="Number of the CTA it answers.")]
CAUSE_DAYS = 90
help_requests = typer.Typer(
    help="Help asked of support, product or management, with the times they promise.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
plans.add_typer(help_requests, name="help-request")


@plans.command("team")
def change_team(
    plan: PlanArgument,
    add: Annotated[
        str | None, typer.Option(help="FUNCTION=PERSON: success, product, sales, executive.")
    ] = None,
    remove: Annotated[str | None, typer.Option(help="FUNCTION=PERSON.")] = None,
    by: Annotated[str, typer.Option("--by", help="Who does it; kept in the audit log.")] = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a plan's team, or put people into it and take them out."""
    from keepwell.cli.show_plans import show_team
    from keepwell.cli.work import opened
    from keepwell.wiring import plan_desk

    with opened(project) as at_work:
        desk = plan_desk(at_work)
        if remove:
            desk.leave(plan, *_seat(remove, "--remove"), by=by)
        if add:
            desk.join(plan, *_seat(add, "--add"), by=by)
        shown = desk.show(plan)
        show_team(shown, language(lang, at_work.config.lang), as_json=as_json)


def _seat(text: str, option: str) -> tuple[str, str]:
    function, sign, person = text.partition("=")
    if not sign or not function.strip() or not person.strip():
        raise InputProblem(
            f"`{text}` does not say who sits where.", cure=f"Use {option} product=NAME."
        )
    return function.strip(), person.strip()


@plans.command("outcome")
def record_outcome(
    account: AccountArgument,
    kind: Annotated[str, typer.Argument(help="kept, contracted, churned or expanded.")],
    by: ByOption,
    amount: Annotated[
        float | None, typer.Option(help="Yearly money kept, lost or added; never negative.")
    ] = None,
    plan: PlanOption = None,
    note: Annotated[str, typer.Option(help="What happened.")] = "",
    on: OnOption = None,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record what became of an account's money, for a later proof of effect."""
    from keepwell.cli.show_care import show_outcome
    from keepwell.cli.work import opened
    from keepwell.wiring import plan_desk

    day = day_of(on, "--on")
    with opened(project) as at_work:
        made = plan_desk(at_work).outcome(
            account, kind, amount=amount, plan_id=plan, by=by, note=note, on=day
        )
        show_outcome(made, language(lang, at_work.config.lang), as_json=as_json)


@plans.command("stage")
def risk_stage(
    account: Annotated[str | None, typer.Argument(help="Account id; none lists all.")] = None,
    stage: Annotated[
        str | None, typer.Argument(help="at_risk, plan_in_place, saving, recovered or lost.")
    ] = None,
    reason: ReasonOption = "",
    by: Annotated[str, typer.Option("--by", help="Who does it; kept in the audit log.")] = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List risk stages, or move an account's; recovered only where its score held the line."""
    from keepwell.cli.show_care import show_stage, show_stages
    from keepwell.cli.work import opened
    from keepwell.wiring import care_desk

    with opened(project) as at_work:
        desk, spoken = care_desk(at_work), language(lang, at_work.config.lang)
        if account is None or stage is None:
            found = [s for s in desk.stages() if account in (None, s.record.account_id)]
            show_stages(found, spoken, as_json=as_json)
            return
        show_stage(desk.move_stage(account, stage, reason=reason, by=by), spoken, as_json=as_json)


@plans.command("diagnose")
def diagnose(
    account: AccountArgument,
    by: ByOption,
    cause: Annotated[
        list[str] | None, typer.Option(help="Cause code; several times for several causes.")
    ] = None,
    note: Annotated[str, typer.Option(help="What the customer said.")] = "",
    on: OnOption = None,
    plan: PlanOption = None,
    cta: CtaOption = None,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record why an account is at risk, with what the snapshot says of it that day."""
    from keepwell.cli.show_care import show_diagnoses
    from keepwell.cli.work import opened
    from keepwell.wiring import care_desk

    day = day_of(on, "--on")
    with opened(project) as at_work:
        made = care_desk(at_work).diagnose(
            account, cause or (), note=note, by=by, on=day, plan_id=plan, cta_id=cta
        )
        show_diagnoses(made, language(lang, at_work.config.lang), as_json=as_json)


@plans.command("causes")
def root_causes(
    since: Annotated[
        str | None, typer.Option(help="First day, YYYY-MM-DD; default: 90 days back.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Last day; default: today.")] = None,
    group: Annotated[str, typer.Option(help="all, tier, size or segment.")] = "all",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count root causes of a period, with accounts and money; small groups are marked."""
    from keepwell.cli.show_care import show_causes
    from keepwell.cli.work import opened
    from keepwell.wiring import care_desk

    first, last = day_of(since, "--since"), day_of(until, "--until")
    with opened(project) as at_work:
        end = last or at_work.today
        begin = first or end - timedelta(days=CAUSE_DAYS - 1)
        found = care_desk(at_work).causes(begin, end, group)
        show_causes(found, language(lang, at_work.config.lang), as_json=as_json)


@help_requests.command("ask")
def ask_for_help(
    account: AccountArgument,
    team: Annotated[str, typer.Argument(help="support, product or management.")],
    text: Annotated[str, typer.Argument(help="What is needed.")],
    by: ByOption,
    urgency: Annotated[str, typer.Option(help="urgent, normal or low.")] = "normal",
    plan: PlanOption = None,
    cta: CtaOption = None,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a team for help; its promised times are counted in working hours and days."""
    from keepwell.cli.show_care import show_asked
    from keepwell.cli.work import opened
    from keepwell.wiring import care_desk

    with opened(project) as at_work:
        made = care_desk(at_work).ask(
            account, team, text, urgency=urgency, by=by, plan_id=plan, cta_id=cta
        )
        zone = at_work.config.time_zone
        show_asked(made, zone, language(lang, at_work.config.lang), as_json=as_json)


@help_requests.command("list")
def list_requests(
    project: ProjectOption = HERE,
    account: Annotated[str | None, typer.Option(help="Requests of one account only.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that are settled.")] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List help requests, the earliest due first, with what is late and how far it escalated."""
    from keepwell.cli.show_care import show_requests
    from keepwell.cli.work import opened
    from keepwell.wiring import care_desk

    with opened(project) as at_work:
        desk = care_desk(at_work)
        found, zone = desk.requests(open_only=not every, account=account), at_work.config.time_zone
        show_requests(
            found, desk.help_rules, zone, language(lang, at_work.config.lang), as_json=as_json
        )


@help_requests.command("move")
def move_request(
    request: Annotated[int, typer.Argument(help="Number of the request.")],
    status: Annotated[
        str, typer.Argument(help="accepted, solved, declined, withdrawn; asked to ask again.")
    ],
    by: ByOption,
    reason: ReasonOption = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Accept, solve, decline or withdraw a request, or ask again."""
    from keepwell.cli.show_care import show_moved
    from keepwell.cli.work import opened
    from keepwell.wiring import care_desk

    with opened(project) as at_work:
        made = care_desk(at_work).move_request(request, status, by=by, note=reason)
        show_moved(made, language(lang, at_work.config.lang), as_json=as_json)
