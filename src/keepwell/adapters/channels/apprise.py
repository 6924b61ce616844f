"""A hundred other services through Apprise; what they took is unconfirmed: it tells no answer."""

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from keepwell.adapters.channels.guarded_http import NotReached, require_public
from keepwell.messages import Answer, apprise_form
from keepwell.ports import Leased

UNCONFIRMED = "unconfirmed: handed over through Apprise, which tells no answer of the service"
# Neither repeats the host: with some services it is a token.
INSIDE = Answer(
    "refused",
    "the address leads inside your own network; set `allow_private_addresses: true` if that is "
    "meant",
)
UNKNOWN_HOST = Answer("later", "the host of the address is not known")
# Apprise ends each wait for a byte by itself; this ends a call that trickles on.
LONGEST_S = 60.0
# These loggers repeat addresses, and those are secrets.
_TALKATIVE = ("apprise", "urllib3", "urllib3.connectionpool", "requests")


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """Fulfils `ports.Channel` for any service that Apprise knows.

    `url`: an Apprise address; it is never part of any message or log.
    """

    url: str
    allow_private: bool
    total_s: float = LONGEST_S

    def send(self, leased: Leased) -> Answer:
        """Send one message; taken is all that is known of it."""
        with _silence():
            service = self._service()
            if service is None:
                return Answer("refused", "the address is of no service that Apprise knows")
            host = "" if self.allow_private else _host_of(service)
            try:
                if host:
                    require_public(host)
            except NotReached as problem:
                return INSIDE if problem.is_final else UNKNOWN_HOST
            return self._notify(service, apprise_form(leased.message))

    def _service(self) -> Any:
        import apprise

        # Nothing is written to the disk, and no answer leads the call elsewhere.
        asset = apprise.AppriseAsset(
            app_id="keepwell", storage_mode="memory", secure_logging=True, http_redirects=False
        )
        return apprise.Apprise.instantiate(self.url, asset=asset)

    def _notify(self, service: Any, form: dict[str, str]) -> Answer:
        came_to: list[bool | str] = []

        def call() -> None:
            try:
                came_to.append(bool(service.notify(**form, body_format="text")))
            except Exception as problem:  # noqa: BLE001 - a plugin of a stranger; words may hold secrets
                came_to.append(type(problem).__name__)

        worker = threading.Thread(target=call, daemon=True)
        worker.start()
        worker.join(self.total_s)
        match came_to:
            case [True]:
                return Answer("accepted", UNCONFIRMED, is_confirmed=False)
            case [False]:
                return Answer("later", "the service did not take it; Apprise does not say why")
            case [failure]:
                return Answer("later", f"Apprise failed: {failure}")
            case _:
                return Answer("later", f"no answer within {self.total_s:g} seconds")


def _host_of(service: Any) -> str:
    """Return the host that a service calls, if its address names one; empty otherwise.

    Where an address has no place for a host, Apprise keeps a token in its stead.
    """
    places = getattr(service, "templates", None) or ("{host}",)
    if not any("{host}" in str(place) for place in places):
        return ""
    # The host of a mail address is its domain, which need not be a machine.
    found = getattr(service, "smtp_host", None) or getattr(service, "host", None)
    return found if isinstance(found, str) else ""


@contextmanager
def _silence() -> Iterator[None]:
    """Let the loggers that repeat addresses say nothing for the time of a call."""
    loggers = [logging.getLogger(name) for name in _TALKATIVE]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        with warnings.catch_warnings():
            # Its plugins import what Python is about to drop.
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was
