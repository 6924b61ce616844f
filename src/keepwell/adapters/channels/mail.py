"""The mail channel: one plain message over SMTP; what the server says decides what follows."""

import hashlib
import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from typing import Literal

from keepwell.messages import Answer, Message, plain_text
from keepwell.ports import Leased

WAIT_S = 20.0


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The server that takes mail, and who we are to it."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    user: str | None = None
    password: str | None = None


class MailChannel:
    """Fulfils `ports.Channel` over SMTP; codes 4xx are tried again, 5xx are final."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def send(self, leased: Leased) -> Answer:
        """Send one message to the person's address."""
        if not leased.address:
            return Answer("refused", f"delivery.yml has no `address` for {leased.person}")
        try:
            mail = build_mail(leased, self._mailbox.sender)
        except ValueError as problem:
            return Answer("refused", f"the address cannot be written into a mail: {problem}")
        return transmit(self._mailbox, mail).answer


@dataclass(frozen=True, slots=True)
class Transmitted:
    """What a server answered; `is_recipient_refused`: it was the recipient that it did not take."""

    answer: Answer
    is_recipient_refused: bool = False


def transmit(mailbox: Mailbox, mail: EmailMessage) -> Transmitted:
    """Hand one mail to the server and return its answer; nothing is raised."""
    try:
        with closing(_opened(mailbox)) as server:
            server.send_message(mail)
            # The mail is taken: no answer to our goodbye may send it again.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
    except smtplib.SMTPRecipientsRefused as problem:
        code, said = next(iter(problem.recipients.values()))
        return Transmitted(_answer(code, said), is_recipient_refused=True)
    except smtplib.SMTPResponseException as problem:
        return Transmitted(_answer(problem.smtp_code, problem.smtp_error))
    except smtplib.SMTPNotSupportedError as problem:
        return Transmitted(Answer("refused", f"{mailbox.host}: {problem}"))
    except (smtplib.SMTPException, OSError) as problem:
        return Transmitted(Answer("later", f"{mailbox.host}: {problem}"))
    except ValueError as problem:
        return Transmitted(
            Answer("refused", f"the address cannot be written into a mail: {problem}")
        )
    return Transmitted(Answer("accepted"))


@cache
def _trust() -> ssl.SSLContext:
    """Return the certificates of the machine, read once: that takes longer than a mail."""
    return ssl.create_default_context()


def _opened(box: Mailbox) -> smtplib.SMTP:
    if box.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            box.host, box.port, timeout=WAIT_S, context=_trust()
        )
    else:
        server = smtplib.SMTP(box.host, box.port, timeout=WAIT_S)
    try:
        if box.security == "starttls":
            server.starttls(context=_trust())
        if box.user and box.password:
            server.login(box.user, box.password)
    except BaseException:
        server.close()
        raise
    return server


def build_mail(leased: Leased, sender: str) -> EmailMessage:
    """Return the mail; its Message-ID is the same at every attempt. Errors: ValueError."""
    message: Message = leased.message
    mail = EmailMessage()
    mail["Subject"] = message.title
    mail["From"] = sender
    mail["To"] = leased.address
    mail["Date"] = format_datetime(leased.first_at)
    domain = sender.rpartition("@")[2].rstrip("> ") or "keepwell"
    mail["Message-ID"] = f"<{hashlib.sha256(leased.key.encode()).hexdigest()[:40]}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain_text(message), cte="base64")
    return mail


def _answer(code: int, said: bytes | str) -> Answer:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return Answer("later" if code < 500 else "refused", f"{code} {' '.join(words.split())}"[:200])
