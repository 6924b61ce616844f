"""Channels: each sends one message and reads the whole answer; nothing is decided here."""

from keepwell.adapters.channels.apprise import AppriseChannel
from keepwell.adapters.channels.events import WebhookCaller
from keepwell.adapters.channels.file import FileChannel
from keepwell.adapters.channels.inapp import InAppChannel
from keepwell.adapters.channels.mail import Mailbox, MailChannel
from keepwell.adapters.channels.ping import ping
from keepwell.adapters.channels.unset import UnsetChannel
from keepwell.adapters.channels.web import WebChannel, webhook_headers

__all__ = [
    "AppriseChannel",
    "FileChannel",
    "InAppChannel",
    "MailChannel",
    "Mailbox",
    "UnsetChannel",
    "WebChannel",
    "WebhookCaller",
    "ping",
    "webhook_headers",
]
