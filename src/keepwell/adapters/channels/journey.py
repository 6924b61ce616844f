"""How steps of journeys leave: mails to customers, signed calls, and files for trials."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime, parseaddr
from pathlib import Path

from keepwell.actions import NewCta
from keepwell.adapters.channels.mail import Mailbox, transmit
from keepwell.adapters.channels.web import WebChannel
from keepwell.journeys import (
    FIELDS,
    CtaStep,
    JourneySettings,
    Letter,
    Step,
    WebhookStep,
    says_mailbox_is_gone,
)
from keepwell.messages import Answer
from keepwell.ports.actions import ActionStore, CtaFilter
from keepwell.ports.journeys import Dispatched, LeasedSend
from keepwell.vocabulary import InputProblem


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header whose address stays in one piece: the library would encode what it cannot break."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as one line; mail servers take up to 998 characters."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _OneLine)
POLICY = default.clone(header_factory=_HEADERS)


class JourneyMailbox:
    """Fulfils `ports.journeys.JourneyMailer` over SMTP."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def send(
        self, leased: LeasedSend, letter: Letter, address: str, opt_out_link: str | None
    ) -> Dispatched:
        """Send the letter; what the server says is kept without the address."""
        try:
            mail = build_letter(leased, letter, address, opt_out_link, self._mailbox.sender)
        except ValueError:
            return Dispatched(Answer("refused", "the address cannot be written into a mail"))
        done = transmit(self._mailbox, mail)
        told = Answer(
            done.answer.outcome,
            _without(done.answer.detail, address),
            done.answer.retry_after_s,
        )
        return Dispatched(
            told, done.is_recipient_refused and says_mailbox_is_gone(done.answer.detail)
        )


def build_letter(
    leased: LeasedSend, letter: Letter, address: str, opt_out_link: str | None, sender: str
) -> EmailMessage:
    """Return the mail with its ways to opt out; its Message-ID is the same at every attempt.

    Errors: ValueError for an address or a subject that no header may hold.
    """
    if any(c in address for c in '\r\n,;<>" ') or "@" not in address:
        raise ValueError("the address is none")
    mail = EmailMessage(POLICY)
    mail["Subject"] = letter.subject
    mail["From"] = sender
    mail["To"] = address
    mail["Date"] = format_datetime(leased.first_at)
    domain = sender.rpartition("@")[2].rstrip("> ") or "keepwell"
    mail["Message-ID"] = f"<{_hash(leased.send.key)}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if opt_out_link:
        mail["List-Unsubscribe"] = f"<{opt_out_link}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    else:
        mail["List-Unsubscribe"] = f"<mailto:{parseaddr(sender)[1]}?subject=unsubscribe>"
    mail.set_content(letter.plain, cte="base64")
    mail.add_alternative(letter.html, subtype="html", cte="base64")
    return mail


class JourneyFiles:
    """Fulfils `ports.journeys.JourneyMailer` with files, for trials; no address is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(
        self,
        leased: LeasedSend,
        letter: Letter,
        address: str,  # noqa: ARG002 - a mailer like the other
        opt_out_link: str | None,  # noqa: ARG002
    ) -> Dispatched:
        """Write `<id>-<hash of its key>.txt` and `.html`; a message sent twice is one file."""
        stem = f"{leased.send.id:08d}-{_hash(leased.send.key)[:12]}"
        texts = {".txt": f"{letter.subject}\n\n{letter.plain}", ".html": letter.html}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for suffix, text in texts.items():
                draft = self._folder / f".{stem}{suffix}.new"
                draft.write_text(text, encoding="utf-8", newline="\n")
                draft.replace(self._folder / f"{stem}{suffix}")
        except OSError as problem:
            return Dispatched(
                Answer("later", f"cannot write to {self._folder}: {problem.strerror}")
            )
        return Dispatched(Answer("accepted"))


@dataclass(frozen=True, slots=True)
class UnsetMailer:
    """Fulfils `ports.journeys.JourneyMailer`; puts every mail off and says why."""

    why: str

    def send(
        self,
        leased: LeasedSend,  # noqa: ARG002 - a mailer like the others
        letter: Letter,  # noqa: ARG002
        address: str,  # noqa: ARG002
        opt_out_link: str | None,  # noqa: ARG002
    ) -> Dispatched:
        """Return that it may work later."""
        return Dispatched(Answer("later", self.why))


@dataclass(frozen=True, slots=True)
class JourneyCalls:
    """Fulfils `ports.journeys.JourneyCaller` with a signed webhook."""

    channel: WebChannel
    settings: JourneySettings

    def call(self, leased: LeasedSend, step: Step) -> Answer:
        """Send the step's event with the account's id and the named fields."""
        send = leased.send
        fields = _fields(step, send.fields, self.settings, send.lang)
        payload = {
            "key": send.key,
            "journey": send.journey,
            "step": send.step,
            "event": step.event if isinstance(step, WebhookStep) else send.step,
            "account_id": send.account_id,
            "lang": send.lang,
            "fields": fields,
        }
        return self.channel.call(payload, send.key)


@dataclass(frozen=True, slots=True)
class JourneyCtas:
    """Fulfils `ports.journeys.JourneyCaller`: a step becomes a CTA of the account's CSM.

    `owners`: CSM by account. `now`: the moment, whose day the CTA is opened on.
    """

    store: ActionStore
    owners: Mapping[str, str | None]
    now: Callable[[], datetime]

    def call(self, leased: LeasedSend, step: Step) -> Answer:
        """Open the CTA; one that was opened under this key, or one like it, is enough."""
        send = leased.send
        if not isinstance(step, CtaStep):
            return Answer("refused", f"step `{send.step}` hands over nothing")
        known = self.store.ctas(CtaFilter(account_id=send.account_id, limit=1000))
        if any(cta.ref == send.key for cta in known):
            return Answer("accepted", "opened before")
        moment = self.now()
        new = NewCta(
            account_id=send.account_id,
            type=step.type,
            reason=step.title.text(send.lang),
            priority=step.priority,
            source="journey",
            opened_on=moment.date(),
            ref=send.key,
            owner=self.owners.get(send.account_id),
            due_on=moment.date() + timedelta(days=step.due_days),
            facts={"journey": send.journey, "step": send.step},
        )
        why = step.reason.text(send.lang)
        try:
            self.store.add(new, None, by=f"journey {send.journey}", at=moment, why=why)
        except InputProblem as problem:
            # An open one like it does the same work.
            return Answer("accepted", problem.what)
        return Answer("accepted")


@dataclass(frozen=True, slots=True)
class UnsetCalls:
    """Fulfils `ports.journeys.JourneyCaller`; puts every call off and says why."""

    why: str

    def call(self, leased: LeasedSend, step: Step) -> Answer:  # noqa: ARG002 - like the others
        """Return that it may work later."""
        return Answer("later", self.why)


def _fields(
    step: Step, known: Mapping[str, str], settings: JourneySettings, lang: str
) -> dict[str, str | None]:
    wanted = step.fields if isinstance(step, WebhookStep) else ()
    found: dict[str, str | None] = {}
    for name in wanted:
        word = getattr(settings.words, name, None) if FIELDS[name].origin == "settings" else None
        found[name] = known.get(name) if word is None else getattr(word, lang, word)
    return found


def _without(detail: str, address: str) -> str:
    """Return what a server said without the address, which servers like to repeat."""
    local = address.partition("@")[0]
    for piece in (address, local):
        if len(piece) > 2:
            detail = re.sub(re.escape(piece), "…", detail, flags=re.IGNORECASE)
    return detail


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]
