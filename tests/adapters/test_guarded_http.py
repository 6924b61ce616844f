"""The one way out: no spelling of an address inside is called, and nobody else connects."""

import re
from pathlib import Path

import pytest

import keepwell
from hostile_strings import INSIDE
from keepwell.adapters.channels.guarded_http import NotReached, checked_target

OPENS = re.compile(
    r"^\s*(?:import|from) (httpx|requests|urllib\.request|urllib3|aiohttp|http\.client|smtplib"
    r"|ftplib|telnetlib|socket)\b",
    re.MULTILINE,
)


@pytest.mark.parametrize("url", INSIDE)
def test_no_spelling_of_an_address_inside_is_called(url: str) -> None:
    with pytest.raises(NotReached):
        checked_target(url, allow_private=False)


def test_a_host_that_leads_inside_by_one_of_its_addresses_is_not_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(0, 0, 0, "", (a, 443)) for a in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    with pytest.raises(NotReached, match=r"10\.0\.0\.1"):
        checked_target("https://rebinding.test/x", allow_private=False)


def test_only_the_guard_and_the_mail_channel_open_connections() -> None:
    root = Path(keepwell.__file__).parent
    found = {
        str(f.relative_to(root)): set(OPENS.findall(f.read_text("utf-8")))
        for f in root.rglob("*.py")
    }
    assert {name: kinds for name, kinds in found.items() if kinds} == {
        "adapters/channels/guarded_http.py": {"http.client", "socket"},
        "adapters/channels/mail.py": {"smtplib"},
        # The name of this machine, and the port that is listened on.
        "wiring/scheduling.py": {"socket"},
        "wiring/worker_processes.py": {"socket"},
    }
