"""Servers on loopback that stand for channels: they keep the vendors' limits and check bodies."""

import base64
import contextlib
import hashlib
import hmac
import json
import socketserver
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "s3cret-for-tests"  # noqa: S105 - of these tests only
PACES = {
    "slack": [(1, 1.0)],
    "teams": [(4, 1.0)],
    "feishu": [(5, 1.0), (100, 60.0)],
    "dingtalk": [(20, 60.0)],
    "wecom": [(20, 60.0)],
    "webhook": [],
}
TOO_OFTEN: dict[str, tuple[int, Any]] = {
    "slack": (429, "rate_limited"),
    "teams": (200, "Webhook message delivery failed with error: HTTP error 429 returned"),
    "feishu": (200, {"code": 11232, "msg": "frequency limited"}),
    "dingtalk": (200, {"errcode": 130101, "errmsg": "send too fast"}),
    "wecom": (200, {"errcode": 45009, "errmsg": "api freq out of limit"}),
}
ACCEPTED: dict[str, tuple[int, Any]] = {
    "slack": (200, "ok"),
    "teams": (202, ""),
    "feishu": (200, {"code": 0, "msg": "success"}),
    "dingtalk": (200, {"errcode": 0, "errmsg": "ok"}),
    "wecom": (200, {"errcode": 0, "errmsg": "ok"}),
    "webhook": (200, {"ok": True}),
}


@dataclass
class Taken:
    """One call that a server took."""

    kind: str
    at: datetime
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Vendors:
    """All HTTP channels on one port, the kind being the first part of the path.

    `violations`: what a vendor would have refused. `script`: answers given instead, by kind.
    """

    now: Callable[[], datetime]
    taken: list[Taken] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    script: dict[str, list[tuple[int, dict[str, str], bytes]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    port: int = 0

    def url(self, kind: str) -> str:
        return f"http://127.0.0.1:{self.port}/{kind}/hook?key=abc"

    def answer(self, call: Taken) -> tuple[int, dict[str, str], bytes]:
        if self.script[call.kind]:
            return self.script[call.kind].pop(0)
        earlier = [t.at for t in self.taken if t.kind == call.kind]
        self.taken.append(call)
        for count, seconds in PACES[call.kind]:
            recent = [m for m in earlier if (call.at - m).total_seconds() < seconds]
            if len(recent) >= count:
                self.violations.append(f"{call.kind}: more than {count} in {seconds} s")
                return _plain(*TOO_OFTEN[call.kind])
        problem = BODY_CHECKS[call.kind](call)
        if problem:
            self.violations.append(f"{call.kind}: {problem}")
            return 400, {}, problem.encode()
        return _plain(*ACCEPTED[call.kind])


def _plain(status: int, body: Any) -> tuple[int, dict[str, str], bytes]:
    if isinstance(body, str):
        return (
            status,
            {"Content-Type": "text/html" if body == "ok" else "text/plain"},
            body.encode(),
        )
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()


def _slack(call: Taken) -> str:
    blocks = call.json["blocks"]
    if len(blocks) > 50:
        return "too many blocks"
    for block in blocks:
        most = 150 if block["type"] == "header" else 3000
        if block["text"]["type"] != "plain_text" or len(block["text"]["text"]) > most:
            return "invalid_blocks"
    return "mention" if "<!" in call.json["text"] else ""


def _teams(call: Taken) -> str:
    if len(call.body) > 28 * 1024:
        return "over 28 KB"
    (attachment,) = call.json["attachments"]
    kinds = {b["type"] for b in attachment["content"]["body"]}
    return "" if kinds == {"RichTextBlock"} else "markdown is read"


def _feishu(call: Taken) -> str:
    body = call.json
    if len(call.body) > 20 * 1024:
        return "over 20 KB"
    if call.at.minute in (0, 30):
        return "at :00 or :30"
    wanted = hmac.new(f"{body['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    if base64.b64encode(wanted).decode() != body["sign"]:
        return "sign match fail"
    tags = {e["text"]["tag"] for e in body["card"]["elements"]}
    return "" if tags == {"plain_text"} else "markup is read"


def _dingtalk(call: Taken) -> str:
    query = parse_qs(urlsplit(call.path).query)
    text = f"{query['timestamp'][0]}\n{SECRET}"
    wanted = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).digest()
    if base64.b64encode(wanted).decode() != query["sign"][0]:
        return "sign not match"
    if call.json["at"]["isAtAll"] or len(call.body) > 20 * 1024:
        return "calls everybody or too long"
    return ""


def _wecom(call: Taken) -> str:
    text = call.json["text"]
    return "over 2048 bytes" if len(text["content"].encode()) > 2048 else ""


def _webhook(call: Taken) -> str:
    stamp = call.headers["keepwell-timestamp"].encode()
    wanted = hmac.new(SECRET.encode(), stamp + b"." + call.body, hashlib.sha256).hexdigest()
    return "" if call.headers["keepwell-signature"] == f"v1={wanted}" else "signature"


BODY_CHECKS = {
    "slack": _slack,
    "teams": _teams,
    "feishu": _feishu,
    "dingtalk": _dingtalk,
    "wecom": _wecom,
    "webhook": _webhook,
}


@contextlib.contextmanager
def vendor_servers(now: Callable[[], datetime]) -> Iterator[Vendors]:
    """Give all HTTP channels on loopback."""
    vendors = Vendors(now)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {k.lower(): v for k, v in self.headers.items()}
            kind = self.path.split("/")[1]
            answer = vendors.answer(Taken(kind, vendors.now(), self.path, headers, body))
            status, given, content = answer
            self.send_response(status)
            for name, value in given.items():
                self.send_header(name, value)
            if "Content-Length" not in given:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with serving(Handler) as vendors.port:
        yield vendors


@contextlib.contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Serve on a free port of this machine, which is given, while the block lasts."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


@dataclass
class MailServer:
    """A mail server. Recipients `busy@` are put off, `gone@` refused for good.

    `goodbye`: what it answers to QUIT.
    """

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    goodbye: str = "221 bye"
    port: int = 0


class _MailHandler(socketserver.StreamRequestHandler):
    server: "_MailSocket"

    def handle(self) -> None:
        self._say("220 ready")
        to = ""
        answers = {"busy": "450 mailbox busy", "gone": "550 no such user"}
        while line := self.rfile.readline().decode().strip():
            word = line.split(" ")[0].upper()
            if word == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                self._say(answers.get(to.partition("@")[0], "250 ok"))
            elif word == "DATA":
                self._say("354 go on")
                self.server.found.mails.append((to, self._mail()))
                self._say("250 taken")
            elif word == "QUIT":
                self._say(self.server.found.goodbye)
                return
            else:
                self._say("250 ok")

    def _mail(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        return mail

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _MailSocket(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    found: MailServer


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    """Give a mail server on loopback that speaks as much SMTP as a client needs."""
    found = MailServer()

    with _MailSocket(("127.0.0.1", 0), _MailHandler) as server:
        server.found = found
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
