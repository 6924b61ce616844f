"""The commands of the early-warning loop: alerts, the gates of runs, history, the audit log."""

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

alerts = typer.Typer(
    help="Alerts: list, explain, try, deliver, silence; approve or discard what a run held.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
audit = typer.Typer(
    help="The append-only log of what was done.", no_args_is_help=True, rich_markup_mode=None
)
ByOption = Annotated[str, typer.Option("--by", help="Who decides; kept in the audit log.")]


def history(
    account: Annotated[str, typer.Argument(help="Account id, as in the source.")],
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an account's score on every day that was run, its changes of tier and its alerts."""
    from keepwell.cli.show_alerts import show_history
    from keepwell.cli.work import opened
    from keepwell.wiring import history_of

    with opened(project) as at_work:
        found = history_of(at_work, account)
        show_history(found, language(lang, at_work.config.lang), as_json=as_json)


@alerts.command("list")
def list_alerts(
    project: ProjectOption = HERE,
    status: Annotated[
        list[str] | None,
        typer.Option(
            help="pending, held, baseline, superseded, suppressed, delivered, dead_lettered."
        ),
    ] = None,
    account: Annotated[str | None, typer.Option(help="Alerts of one account only.")] = None,
    person: Annotated[
        str | None, typer.Option(help="Alerts of this CSM's accounts, or told to this person.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 100,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List alerts, newest first."""
    from keepwell.cli.show_alerts import show_alerts
    from keepwell.cli.work import opened
    from keepwell.wiring import alert_desk

    with opened(project) as at_work:
        found = alert_desk(at_work).list(status or (), account, person, limit)
        show_alerts(found, language(lang, at_work.config.lang), as_json=as_json)


@alerts.command("explain")
def explain_alert(
    alert: Annotated[int, typer.Argument(help="Number of the alert.")],
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why an alert fired, on which values, whether it went out, and what ended it."""
    from keepwell.cli.show_alerts import show_alert
    from keepwell.cli.show_trigger_cards import tell_triggers
    from keepwell.cli.work import opened
    from keepwell.wiring import alert_desk

    with opened(project) as at_work:
        found = alert_desk(at_work).explain(alert)
        spoken = language(lang, at_work.config.lang)
        show_alert(found, spoken, as_json=as_json)
        if found.trigger is not None:
            names = (found.trigger.trigger,)
            tell_triggers(at_work, names, spoken, as_json=as_json, is_table=False)


@alerts.command("preview")
def preview_alerts(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """Show the alerts that a run would make now; nothing is stored."""
    from keepwell.cli.show_alerts import show_preview
    from keepwell.cli.work import opened
    from keepwell.wiring import alert_desk

    with opened(project) as at_work:
        found = alert_desk(at_work).preview()
        show_preview(found, language(lang, at_work.config.lang), as_json=as_json)


@alerts.command("gates")
def list_gates(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """List runs with their gate: whether their alerts went out, and why not."""
    from keepwell.cli.show_alerts import show_gates
    from keepwell.cli.work import opened
    from keepwell.wiring import alert_desk

    with opened(project) as at_work:
        found = alert_desk(at_work).gates()
        show_gates(found, language(lang, at_work.config.lang), as_json=as_json)


@alerts.command("approve")
def approve_run(
    run: Annotated[str, typer.Argument(help="Id of the run that holds alerts.")],
    by: ByOption,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let out what a run held."""
    _judge(project, run, by, lang, is_approved=True, as_json=as_json)


@alerts.command("discard")
def discard_run(
    run: Annotated[str, typer.Argument(help="Id of the run that holds alerts.")],
    by: ByOption,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Suppress what a run held; the alerts stay on record."""
    _judge(project, run, by, lang, is_approved=False, as_json=as_json)


def _judge(
    project: Path, run: str, by: str, lang: str | None, *, is_approved: bool, as_json: bool
) -> None:
    from keepwell.cli.show_alerts import show_verdict
    from keepwell.cli.work import opened
    from keepwell.wiring import alert_desk

    if not by.strip():
        raise InputProblem("A verdict needs a name.", cure="Give --by NAME.")
    with opened(project) as at_work:
        count = alert_desk(at_work).judge(run, is_approved=is_approved, by=by.strip())
        spoken = language(lang, at_work.config.lang)
        show_verdict(run, count, spoken, is_approved=is_approved, as_json=as_json)


@audit.command("list")
def list_audit(
    project: ProjectOption = HERE,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 50,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was done, newest first."""
    from keepwell.cli.show_alerts import show_audit
    from keepwell.cli.work import opened
    from keepwell.wiring import alert_desk

    with opened(project) as at_work:
        lines = alert_desk(at_work).audit(limit)
        show_audit(lines, language(lang, at_work.config.lang), as_json=as_json)


@audit.command("verify")
def verify_audit(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """Find a line of the log that was edited or is missing; exit code 2 if there is one."""
    from keepwell.cli.show_alerts import show_audit_faults
    from keepwell.cli.work import opened
    from keepwell.wiring import alert_desk

    with opened(project) as at_work:
        faults = alert_desk(at_work).audit_faults()
        code = show_audit_faults(faults, language(lang, at_work.config.lang), as_json=as_json)
    raise typer.Exit(code)
