"""The channels of delivery.yml as an admin sees them: what is set, never its value, and a trial."""

import os
from dataclasses import dataclass

from keepwell.adapters.delivery_file import load_delivery
from keepwell.adapters.state import SqlAccessStore
from keepwell.messages import IN_APP, Answer, ChannelSettings, Message
from keepwell.ports import Leased
from keepwell.vocabulary import Bilingual, InputProblem, Lang, NotFound
from keepwell.wiring.mailing import mail_desk
from keepwell.wiring.project import Project

TITLE = Bilingual("keepwell 测试消息", "keepwell test message")
LEAD = Bilingual(
    "这个渠道可以送达。无需处理。", "This channel delivers. There is nothing to be done."
)


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One channel. `secrets`: variables that it takes secrets from, and whether each is set."""

    channel: str
    kind: str
    fallback: str | None
    secrets: tuple[tuple[str, bool], ...]
    needs_address: bool


def channel_views(project: Project) -> tuple[ChannelView, ...]:
    """Return the channels of delivery.yml. Errors: ConfigInvalid."""
    return tuple(_view(c) for c in load_delivery(project.layout.delivery).channels)


def try_channel(project: Project, name: str, address: str, lang: Lang, *, by: str) -> Answer:
    """Send one message that asks for nothing, and return what the channel said.

    Errors: NotFound for a channel that delivery.yml does not define; InputProblem for mail
    without an address.
    """
    settings = load_delivery(project.layout.delivery)
    chosen = next((c for c in settings.channels if c.channel == name), None)
    if chosen is None or chosen.kind == IN_APP:
        known = ", ".join(c.channel for c in settings.channels) or "none"
        raise NotFound(
            f"delivery.yml defines no channel `{name}` that could be tried.",
            cure=f"Defined: {known}.",
        )
    if chosen.kind == "smtp" and "@" not in address:
        raise InputProblem("A mail needs an address.", cure="Write whom the test goes to.")
    now = project.now
    message = Message(lang, TITLE.text(lang), LEAD.text(lang), ())
    key = f"trial-{name}-{now.timestamp():.0f}"
    leased = Leased(0, key, by, name, "trial", message, address or None, 1, now)
    answer = mail_desk(project).channel(chosen).send(leased)
    details = {"outcome": answer.outcome}
    SqlAccessStore(project.state).note_deed(by, "channel_tried", name, details, now)
    return answer


def _view(settings: ChannelSettings) -> ChannelView:
    named = (settings.url_env, settings.secret_env, settings.user_env, settings.password_env)
    secrets = tuple((v, bool(os.environ.get(v, "").strip())) for v in named if v)
    return ChannelView(
        settings.channel, settings.kind, settings.fallback, secrets, settings.kind == "smtp"
    )
