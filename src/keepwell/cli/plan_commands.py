"""The commands of success plans: list, show, open, judge, extend, close; team and outcomes."""

from typing import Annotated

import typer

from keepwell.cli.options import (
    HERE,
    ByOption,
    JsonOption,
    LangOption,
    LimitOption,
    ProjectOption,
    ReasonOption,
    day_of,
    language,
)
from keepwell.vocabulary import InputProblem

plans = typer.Typer(
    help="Success plans, risk stages, root causes, help requests, business reviews, programmes.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
OnOption = Annotated[str | None, typer.Option("--on", help="Day, YYYY-MM-DD; default: today.")]
PlanArgument = Annotated[int, typer.Argument(help="Number of the plan.")]


@plans.command("list")
def list_plans(
    project: ProjectOption = HERE,
    status: Annotated[str | None, typer.Option(help="open or closed; default: both.")] = None,
    account: Annotated[str | None, typer.Option(help="Plans of one account only.")] = None,
    limit: LimitOption = 100,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List success plans, newest first."""
    from keepwell.cli.show_plans import show_plans
    from keepwell.cli.work import opened
    from keepwell.wiring import plan_desk

    with opened(project) as at_work:
        found = plan_desk(at_work).list(status, account, limit)
        show_plans(found, language(lang, at_work.config.lang), as_json=as_json)


@plans.command("templates")
def list_templates(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """List the kinds of plans."""
    from keepwell.cli.show_plans import show_templates
    from keepwell.cli.work import opened
    from keepwell.wiring import plan_desk

    with opened(project) as at_work:
        found = plan_desk(at_work).templates
        show_templates(found, language(lang, at_work.config.lang), as_json=as_json)


@plans.command("show")
def show_plan(
    plan: PlanArgument,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a plan: goals, milestones, gates with what they found, team, stages, outcomes."""
    from keepwell.cli.show_plans import show_plan as show
    from keepwell.cli.work import opened
    from keepwell.wiring import plan_desk

    with opened(project) as at_work:
        found = plan_desk(at_work).show(plan)
        show(found, language(lang, at_work.config.lang), as_json=as_json)


@plans.command("open")
def open_plan(
    account: Annotated[str, typer.Argument(help="Account id, as in the source.")],
    by: ByOption,
    kind: Annotated[
        str, typer.Option(help="Kind of plan; `plans templates` lists them.")
    ] = "rescue_90d",
    goal: Annotated[
        list[str] | None, typer.Option(help="A goal in the customer's words; twice at most.")
    ] = None,
    on: OnOption = None,
    cta: Annotated[int | None, typer.Option(help="Number of the CTA it answers.")] = None,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a plan for an account; a rescue also moves its risk stage."""
    from keepwell.cli.show_plans import show_opened
    from keepwell.cli.work import opened
    from keepwell.wiring import plan_desk

    day = day_of(on, "--on")
    with opened(project) as at_work:
        made = plan_desk(at_work).open(account, kind, goals=goal or (), by=by, on=day, cta_id=cta)
        show_opened(made, language(lang, at_work.config.lang), as_json=as_json)


@plans.command("milestone")
def settle_milestone(
    plan: PlanArgument,
    by: ByOption,
    name: Annotated[
        str | None, typer.Argument(help="Name of the milestone; left out to add one.")
    ] = None,
    status: Annotated[str, typer.Option(help="done or dropped.")] = "done",
    reason: ReasonOption = "",
    on: OnOption = None,
    title: Annotated[str, typer.Option(help="To add one: what is to be done.")] = "",
    due: Annotated[str | None, typer.Option(help="To add one: its day, YYYY-MM-DD.")] = None,
    owner: Annotated[str, typer.Option(help="To add one: who owns it.")] = "csm",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Settle a milestone as done or dropped, or add one with --title and --due."""
    from keepwell.cli.show_plans import show_changed
    from keepwell.cli.work import opened
    from keepwell.wiring import plan_desk

    day, due_on = day_of(on, "--on"), day_of(due, "--due")
    with opened(project) as at_work:
        desk = plan_desk(at_work)
        if name is not None:
            made = desk.milestone(plan, name, status, by=by, note=reason, on=day)
        elif due_on is not None:
            made = desk.add_milestone(plan, title, due_on, owner, by=by)
        else:
            raise InputProblem(
                "No milestone was named.", cure="Name one, or add one with --title and --due."
            )
        show_changed(made, language(lang, at_work.config.lang), as_json=as_json)


@plans.command("objective")
def settle_objective(
    plan: PlanArgument,
    name: Annotated[str, typer.Argument(help="Name of the objective.")],
    status: Annotated[str, typer.Argument(help="met, not_met or open.")],
    by: ByOption,
    reason: ReasonOption = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether an objective of a plan is met."""
    from keepwell.cli.show_plans import show_changed
    from keepwell.cli.work import opened
    from keepwell.wiring import plan_desk

    with opened(project) as at_work:
        made = plan_desk(at_work).objective(plan, name, status, by=by, note=reason)
        show_changed(made, language(lang, at_work.config.lang), as_json=as_json)


@plans.command("gate")
def decide_gate(
    plan: PlanArgument,
    gate: Annotated[int, typer.Argument(help="Number of the gate, 1 the first.")],
    verdict: Annotated[
        str, typer.Argument(help="waived; passed or failed only where the data leave it open.")
    ],
    by: ByOption,
    reason: ReasonOption = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide a gate by hand; every run judges by itself what fell due."""
    from keepwell.cli.show_plans import show_changed
    from keepwell.cli.work import opened
    from keepwell.wiring import plan_desk

    with opened(project) as at_work:
        made = plan_desk(at_work).gate(plan, gate, verdict, by=by, reason=reason)
        show_changed(made, language(lang, at_work.config.lang), as_json=as_json)


@plans.command("judge")
def judge_plans(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """Judge what fell due by the newest snapshot, as a run does; safe to repeat."""
    from keepwell.cli.show_plans import show_day
    from keepwell.cli.work import opened
    from keepwell.wiring import follow_plans_now

    with opened(project) as at_work:
        day = follow_plans_now(at_work)
        show_day(day, language(lang, at_work.config.lang), as_json=as_json)


@plans.command("extend")
def extend_plan(
    plan: PlanArgument,
    by: ByOption,
    days: Annotated[int, typer.Option(help="How many days longer.")],
    reason: ReasonOption = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Extend a plan: its pending gates move, a failed one is judged again."""
    from keepwell.cli.show_plans import show_changed
    from keepwell.cli.work import opened
    from keepwell.wiring import plan_desk

    with opened(project) as at_work:
        made = plan_desk(at_work).extend(plan, days, by=by, reason=reason)
        show_changed(made, language(lang, at_work.config.lang), as_json=as_json)


@plans.command("close")
def close_plan(
    plan: PlanArgument,
    ending: Annotated[str, typer.Argument(help="completed, early_exit, stopped or churned.")],
    by: ByOption,
    reason: ReasonOption = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close a plan; early_exit needs the exit line held, completed every gate decided."""
    from keepwell.cli.show_plans import show_closed
    from keepwell.cli.work import opened
    from keepwell.wiring import plan_desk

    with opened(project) as at_work:
        made = plan_desk(at_work).close(plan, ending, by=by, reason=reason)
        show_closed(made, language(lang, at_work.config.lang), as_json=as_json)
