"""The commands of delivery: send, acknowledge, silence, and look into outbox and inboxes."""

from typing import Annotated

import typer

from keepwell.cli.alert_commands import ByOption, alerts
from keepwell.cli.options import (
    HERE,
    JsonOption,
    LangOption,
    LimitOption,
    ProjectOption,
    ReasonOption,
    day_of,
    language,
)
from keepwell.vocabulary import InputProblem

__all__ = ["alerts"]


@alerts.command("deliver")
def deliver_alerts(
    project: ProjectOption = HERE,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for channels and retries at most.")
    ] = 0.0,
    init: Annotated[
        bool, typer.Option("--init", help="Write a commented delivery.yml and send nothing.")
    ] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell people of alerts that nobody was told of; send again what waited."""
    from keepwell.cli.show_mail import show_begun, show_delivery
    from keepwell.cli.work import opened
    from keepwell.wiring import mail_desk

    with opened(project) as at_work:
        spoken, desk = language(lang, at_work.config.lang), mail_desk(at_work)
        if init:
            desk.begin()
            show_begun(at_work.layout.delivery, spoken, as_json=as_json)
            return
        show_delivery(desk.deliver(wait), spoken, as_json=as_json)


@alerts.command("outbox")
def show_messages(
    project: ProjectOption = HERE,
    status: Annotated[
        list[str] | None,
        typer.Option(help="pending, leased, delivered, rerouted, superseded, dead."),
    ] = None,
    person: Annotated[str | None, typer.Option(help="Messages to one person only.")] = None,
    replay: Annotated[
        list[int] | None, typer.Option(help="Number of a dead letter to send again.")
    ] = None,
    replay_all: Annotated[
        bool, typer.Option("--replay-all", help="Send all dead letters again.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="With --replay: who decides.")] = "",
    limit: LimitOption = 100,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List messages and where every alert stands; send dead letters again."""
    from keepwell.cli.show_mail import show_outbox, show_replayed
    from keepwell.cli.work import opened
    from keepwell.wiring import mail_desk

    with opened(project) as at_work:
        spoken, desk = language(lang, at_work.config.lang), mail_desk(at_work)
        if replay or replay_all:
            count = desk.replay(() if replay_all else replay or (), by)
            show_replayed(count, spoken, as_json=as_json)
            return
        found = desk.outbox(status or (), person, limit)
        show_outbox(found, desk.counts(), desk.balance(), spoken, as_json=as_json)


@alerts.command("inbox")
def show_inbox_of(
    person: Annotated[str, typer.Argument(help="Id of the CSM, as in the source.")],
    project: ProjectOption = HERE,
    limit: LimitOption = 20,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what one person was told in the inbox of this project, newest first."""
    from keepwell.cli.show_mail import show_inbox
    from keepwell.cli.work import opened
    from keepwell.wiring import mail_desk

    with opened(project) as at_work:
        found = mail_desk(at_work).inbox(person, limit)
        show_inbox(found, language(lang, at_work.config.lang), as_json=as_json)


@alerts.command("ack")
def acknowledge_alert(
    alert: Annotated[int, typer.Argument(help="Number of the alert.")],
    by: ByOption,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take note of an alert: a snoozed one does not come back."""
    from keepwell.cli.show_mail import show_done
    from keepwell.cli.work import opened
    from keepwell.wiring import mail_desk

    with opened(project) as at_work:
        mail_desk(at_work).acknowledge(alert, by)
        spoken = language(lang, at_work.config.lang)
        show_done("acknowledged", {"alert": alert}, spoken, as_json=as_json)


@alerts.command("silence")
def silence_alerts(
    alert: Annotated[
        int | None, typer.Argument(help="Number of one alert to put away until the day.")
    ] = None,
    account: Annotated[str | None, typer.Option(help="Silence this account.")] = None,
    trigger: Annotated[str | None, typer.Option(help="Silence this trigger.")] = None,
    person: Annotated[str | None, typer.Option(help="Tell this person nothing.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD.")] = None,
    reason: ReasonOption = "",
    by: Annotated[str, typer.Option("--by", help="Who decides; kept in the audit log.")] = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Silence an account, trigger or person, or snooze an alert; without --until, list silences."""
    from keepwell.cli.show_mail import show_done, show_silences
    from keepwell.cli.work import opened
    from keepwell.messages import Silence
    from keepwell.wiring import mail_desk

    last = day_of(until, "--until")
    if last is None and any((alert is not None, account, trigger, person)):
        raise InputProblem("A silence needs a last day.", cure="Give --until YYYY-MM-DD.")
    with opened(project) as at_work:
        spoken, desk = language(lang, at_work.config.lang), mail_desk(at_work)
        if last is None:
            show_silences(desk.silences(), spoken, as_json=as_json)
        elif alert is not None:
            desk.snooze(alert, last, reason, by)
            show_done("snoozed", {"alert": alert, "until": last}, spoken, as_json=as_json)
        else:
            made = desk.silence(Silence(0, account, trigger, person, last, reason), by)
            show_done("silenced", {"silence": made.id, "until": last}, spoken, as_json=as_json)
