"""A process that loads a server: connections that stay open, each with one request on its way.

Reads what to ask from standard input, writes what it saw to standard output, both as JSON. It
parses no more of an answer than its status and length, so that it takes little of the cores that
it shares with the server.
"""

import asyncio
import json
import resource
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Seen:
    """What a load saw: seconds of each answer, counts by status, faults of connections."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    bytes: int = 0


class _Connection(asyncio.Protocol):
    """One connection; it asks anew as soon as an answer is whole."""

    def __init__(self, requests: list[bytes], start: int, seen: Seen, until: float) -> None:
        self._requests, self._next, self._seen, self._until = requests, start, seen, until
        self._buffer, self._wanted, self._status = b"", -1, 0
        self._began = 0.0
        self._transport: Any = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        """Ask for the first time."""
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Collect an answer, note it, ask again."""
        self._buffer += data
        if self._wanted < 0:
            head, end, _ = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            self._status = int(head[9:12])
            at = head.lower().find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self._wanted = len(head) + 4 + length
        if len(self._buffer) < self._wanted:
            return
        now = time.perf_counter()
        self._seen.seconds.append(now - self._began)
        self._seen.statuses[self._status] = self._seen.statuses.get(self._status, 0) + 1
        self._seen.bytes += self._wanted
        self._buffer, self._wanted = b"", -1
        if now >= self._until:
            self._transport.close()
            self._end()
        else:
            self._ask()

    def connection_lost(self, problem: Exception | None) -> None:
        """Note a connection that the server ended before its time."""
        if not self.done.done():
            self._seen.faults.append(repr(problem))
            self._end()

    def _ask(self) -> None:
        request = self._requests[self._next % len(self._requests)]
        self._next += 1
        self._began = time.perf_counter()
        self._transport.write(request)

    def _end(self) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def load(
    port: int, targets: list[tuple[str, str]], *, connections: int, seconds: float
) -> Seen:
    """Return what a load of so many seconds saw. `targets`: path and cookie of each request."""
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
        for path, cookie in targets
    ]
    seen, until = Seen(), time.perf_counter() + seconds
    loop, opened = asyncio.get_running_loop(), []
    step = max(1, len(requests) // connections)
    for number in range(connections):
        _, protocol = await loop.create_connection(
            lambda at=number * step: _Connection(requests, at, seen, until), "127.0.0.1", port
        )
        opened.append(protocol)
    await asyncio.wait_for(asyncio.gather(*(p.done for p in opened)), seconds + 60)
    return seen


def main() -> None:
    """Load as asked and tell what was seen."""
    asked = json.load(sys.stdin)
    begin = time.perf_counter()
    seen = asyncio.run(load(**asked))
    wall = time.perf_counter() - begin
    used = resource.getrusage(resource.RUSAGE_SELF)
    json.dump({**asdict(seen), "wall": wall, "cpu": used.ru_utime + used.ru_stime}, sys.stdout)


if __name__ == "__main__":
    main()
