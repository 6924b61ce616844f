"""An endpoint of webhooks on loopback, and a check of signatures that knows the page alone."""

import contextlib
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

from channel_servers import Taken, serving


@dataclass
class Receiver:
    """An endpoint of webhooks: what it was sent, and the statuses that it is to answer first.

    `is_slow`: the body of its answers never comes.
    """

    taken: list[Taken] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    port: int = 0
    is_slow: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=abc"


@contextlib.contextmanager
def event_receiver() -> Iterator[Receiver]:
    """Give an endpoint on loopback; redirects that it answers lead to itself."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {k.lower(): v for k, v in self.headers.items()}
            at = datetime.fromtimestamp(int(headers["keepwell-timestamp"]), UTC)
            found.taken.append(Taken("webhook", at, self.path, headers, body))
            status = found.statuses.pop(0) if found.statuses else 204
            self.send_response(status)
            if status // 100 == 3:
                self.send_header("Location", found.url)
            self.send_header("Content-Length", "9" if found.is_slow else "0")
            self.end_headers()
            if found.is_slow:
                self.connection.recv(1)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with serving(Handler) as found.port:
        yield found


def is_signed(call: Taken, secret: str) -> bool:
    """Check a signature as a receiver would that has read nothing but the documentation."""
    signed = call.headers["keepwell-timestamp"].encode() + b"." + call.body
    wanted = "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return wanted in call.headers["keepwell-signature"].split(",")
