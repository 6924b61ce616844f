"""One guarded HTTP call: no private address, no redirect, no endless answer, no secret in words."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from keepwell.messages import Reply

TOTAL_S = 15.0
MOST_ANSWER_BYTES = 64 * 1024
# Metadata of clouds under addresses that look public, and networks that lead to others' insides.
NEVER_PUBLIC = tuple(
    map(ipaddress.ip_network, ("168.63.129.16", "192.0.0.0/24", "192.88.99.0/24", "3fff::/20"))
)


class NotReached(Exception):  # noqa: N818 - the channel turns it into an answer
    """A call that got no answer. `is_final`: trying again will not help."""

    def __init__(self, why: str, *, is_final: bool) -> None:
        super().__init__(why)
        self.why = why
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: the host that is named, and the address that is called."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def checked_target(url: str, *, allow_private: bool) -> Target:
    """Return where to call. Each address of the host must be public unless private is allowed.

    The address is looked up once and called as it was checked, so that a second look-up cannot
    lead elsewhere. Errors: NotReached; no message repeats path or query, which hold secrets.
    """
    parts = _parts(url)
    host = parts.hostname or ""
    wanted = ("https", "http") if allow_private else ("https",)
    if parts.scheme not in wanted or not host or parts.username or parts.password:
        raise NotReached(f"the address has to begin with {wanted[0]}://host", is_final=True)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _addresses(host, port) if allow_private else require_public(host, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, addresses[0])


def require_public(host: str, port: int = 443) -> list[str]:
    """Return the addresses of a host, all of them public. Errors: NotReached."""
    addresses = _addresses(host, port)
    private = [a for a in addresses if not _is_public(a)]
    if private:
        raise NotReached(
            f"{host} leads to {private[0]}, inside your own network; set "
            "`allow_private_addresses: true` if that is meant",
            is_final=True,
        )
    return addresses


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise NotReached(f"no address for {host}: {problem}", is_final=False) from problem
    return [str(info[4][0]) for info in found]


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as problem:
        raise NotReached("the address is no URL", is_final=True) from problem
    if any(ord(c) <= 32 or ord(c) == 127 for c in url):
        raise NotReached("the address holds blanks or control characters", is_final=True)
    if not url.isascii():
        # Neither the request line nor the header of the host can carry it.
        raise NotReached(
            "the address holds signs beyond ASCII; percent-encode its path, and write its host "
            "in the form xn--",
            is_final=True,
        )
    return parts


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = None
    if isinstance(address, ipaddress.IPv6Address):
        # An IPv4 address may hide in several kinds of IPv6 address.
        inner = address.ipv4_mapped or address.sixtofour
        if address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return _is_public(str(inner))
    is_special = address.is_multicast or address.is_reserved
    # Site-local addresses are deprecated, and routed inside networks all the same.
    is_special = is_special or getattr(address, "is_site_local", False)
    is_special = is_special or any(address in network for network in NEVER_PUBLIC)
    return address.is_global and not is_special


def post(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    total_s: float = TOTAL_S,
    *,
    reads_body: bool = True,
) -> Reply:
    """Send one POST and return the answer, at most its first 64 KiB, within `total_s` seconds.

    `reads_body`: where false, status and headers are the whole answer, and nothing else is
    waited for. Errors: NotReached.
    """
    return _asked("POST", target, body, headers, total_s, MOST_ANSWER_BYTES if reads_body else 0)


def get(target: Target, headers: Mapping[str, str], total_s: float = TOTAL_S) -> Reply:
    """Send one GET and return the answer as `post` does. Errors: NotReached."""
    return _asked("GET", target, None, headers, total_s)


def _asked(
    method: str,
    target: Target,
    body: bytes | None,
    headers: Mapping[str, str],
    total_s: float,
    most_bytes: int = MOST_ANSWER_BYTES,
) -> Reply:
    connection = _Pinned(target, total_s)
    # A socket's own limit begins anew with each byte: a slow server would hold us for ever.
    alarm = threading.Timer(total_s, connection.abort)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request(method, target.path, body, {"Host": _host(target), **headers})
        answer = connection.getresponse()
        found = {k.lower(): v for k, v in answer.getheaders()}
        told = answer.read(most_bytes) if most_bytes else b""
        if connection.is_aborted:
            # An answer that was cut off may look whole.
            raise NotReached(f"{target.host}: no answer in time", is_final=False)
        return Reply(answer.status, found, told)
    except ssl.SSLError as problem:
        raise NotReached(
            f"{target.host}: TLS failed: {problem.reason}", is_final=False
        ) from problem
    except (OSError, http.client.HTTPException, ValueError) as problem:
        why = "no answer in time" if connection.is_aborted else _why(problem)
        raise NotReached(f"{target.host}: {why}", is_final=False) from problem
    finally:
        alarm.cancel()
        connection.close()


def _why(problem: Exception) -> str:
    return str(problem) or type(problem).__name__


def _host(target: Target) -> str:
    named = f"[{target.host}]" if ":" in target.host else target.host
    usual = 443 if target.scheme == "https" else 80
    return named if target.port == usual else f"{named}:{target.port}"


class _Pinned(http.client.HTTPConnection):
    """A connection to the checked address that greets the host by its name."""

    def __init__(self, target: Target, total_s: float) -> None:
        super().__init__(target.host, target.port, timeout=total_s)
        self._target = target
        self.is_aborted = False

    def connect(self) -> None:
        """Connect to the address that was checked."""
        plain = socket.create_connection((self._target.address, self._target.port), self.timeout)
        self.sock = plain
        if self._target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(plain, server_hostname=self._target.host)
        if self.is_aborted:
            # The alarm went off when there was no socket yet that it could have ended.
            raise TimeoutError

    def abort(self) -> None:
        """End the call from outside."""
        self.is_aborted = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
