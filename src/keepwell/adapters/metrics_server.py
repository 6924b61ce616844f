"""A small HTTP server on this machine alone: /metrics, /healthz, /readyz."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from keepwell.vocabulary import InputProblem

LOOPBACK = "127.0.0.1"
PLAIN = "text/plain; charset=utf-8"
EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Watched:
    """What is served: the figures as text; what is wrong with life and readiness, or nothing."""

    metrics: Callable[[], str]
    health_fault: Callable[[], str]
    readiness_fault: Callable[[], str]


class _Answering(BaseHTTPRequestHandler):
    """Answers GET; `watched` is set by the server that uses it."""

    watched: Watched

    def do_GET(self) -> None:
        match self.path.partition("?")[0]:
            case "/metrics":
                self._say(200, self.watched.metrics(), EXPOSITION)
            case "/healthz":
                self._judge(self.watched.health_fault())
            case "/readyz":
                self._judge(self.watched.readiness_fault())
            case _:
                self._say(404, "Try /metrics, /healthz or /readyz.\n", PLAIN)

    def _judge(self, fault: str) -> None:
        self._say(503 if fault else 200, f"{fault or 'ok'}\n", PLAIN)

    def _say(self, status: int, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet: every scrape would be a line."""


@contextmanager
def metrics_served(port: int, watched: Watched) -> Iterator[int]:
    """Serve for the block and give the port. Errors: InputProblem for a port that is taken."""
    answering = type("Answering", (_Answering,), {"watched": watched})
    try:
        server = ThreadingHTTPServer((LOOPBACK, port), answering)
    except OSError as problem:
        raise InputProblem(
            f"Port {port} of {LOOPBACK} cannot be listened on: {problem.strerror}.",
            cure="Choose another `schedule.metrics.port` in keepwell.yml, or --port.",
        ) from problem
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
