"""Which channels of delivery.yml carry the steps of journeys, opened with their secrets."""

from collections.abc import Mapping

from keepwell.adapters.channels.journey import (
    JourneyCalls,
    JourneyCtas,
    JourneyFiles,
    JourneyMailbox,
    UnsetCalls,
    UnsetMailer,
)
from keepwell.adapters.channels.mail import Mailbox
from keepwell.adapters.channels.web import WebChannel
from keepwell.adapters.delivery_file import load_delivery
from keepwell.adapters.environment import read_secret
from keepwell.adapters.state import SqlActionStore
from keepwell.journeys import JourneySettings
from keepwell.messages import ChannelSettings
from keepwell.ports.journeys import JourneyCaller, JourneyMailer
from keepwell.vocabulary import ConfigInvalid, InputProblem
from keepwell.wiring.mailing import mailbox_of
from keepwell.wiring.project import Project

KINDS = {"mail": ("smtp", "file"), "webhook": ("webhook",)}


def channels_of(project: Project, settings: JourneySettings) -> dict[str, str]:
    """Return the channel of each kind of step that can leave.

    Errors: ConfigInvalid for a channel that delivery.yml lacks or that is of another kind.
    """
    found = {"cta": "cta"}
    for kind, name in (("mail", settings.mail), ("webhook", settings.webhook)):
        if name is not None:
            _channel(project, kind, name)
            found[kind] = name
    return found


def _channel(project: Project, kind: str, name: str) -> ChannelSettings:
    known = {c.channel: c for c in load_delivery(project.layout.delivery).channels}
    if name not in known or known[name].kind not in KINDS[kind]:
        fitting = [n for n, c in known.items() if c.kind in KINDS[kind]]
        raise ConfigInvalid(
            f"settings.{kind} of journeys names channel `{name}`; delivery.yml has "
            f"{', '.join(f'`{n}`' for n in fitting) or 'none'} of kind {' or '.join(KINDS[kind])}.",
            cure="Define the channel in delivery.yml, or name one that is there.",
        )
    return known[name]


def mailer_of(project: Project, settings: JourneySettings) -> JourneyMailer | None:
    """Return what sends mails; None without a channel, one that puts off without its secrets."""
    if settings.mail is None:
        return None
    channel = _channel(project, "mail", settings.mail)
    if channel.kind == "file":
        return JourneyFiles(project.layout.sent / channel.channel)
    try:
        mailbox: Mailbox = mailbox_of(channel, f"channel `{channel.channel}` of delivery.yml")
    except InputProblem as problem:
        return UnsetMailer(f"{problem.what} {problem.cure}")
    return JourneyMailbox(mailbox)


def callers_of(
    project: Project, settings: JourneySettings, owners: Mapping[str, str | None]
) -> dict[str, JourneyCaller]:
    """Return what brings steps to systems and people, by kind of step.

    `owners`: CSM by account.
    """
    ctas = JourneyCtas(SqlActionStore(project.state), owners, lambda: project.now)
    found: dict[str, JourneyCaller] = {"cta": ctas}
    if settings.webhook is not None:
        found["webhook"] = _webhook(project, settings, settings.webhook)
    return found


def _webhook(project: Project, settings: JourneySettings, name: str) -> JourneyCaller:
    channel = _channel(project, "webhook", name)
    purpose = f"channel `{channel.channel}` of delivery.yml"
    try:
        opened = WebChannel(
            channel.kind,
            read_secret(channel.url_env or "", purpose),
            read_secret(channel.secret_env, purpose) if channel.secret_env else None,
            channel.allow_private_addresses,
            lambda: project.now,
        )
    except InputProblem as problem:
        return UnsetCalls(f"{problem.what} {problem.cure}")
    return JourneyCalls(opened, settings)
