"""Digest and deliver alerts over mail and signed webhooks to servers of the tests, on loopback."""

import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from channel_servers import SECRET, mail_server, vendor_servers
from keepwell.adapters.channels import Mailbox, MailChannel, WebChannel
from keepwell.adapters.state import SqlStateStore, StatePlace, sqlite_url
from keepwell.messages import DeliverySettings
from outbox_world import START, World, publish

SETTINGS = {
    "channels": [
        {"channel": "hook", "kind": "webhook", "url_env": "NOT_READ"},
        {"channel": "mail", "kind": "smtp", "sender": "k@example.com"},
    ],
    "defaults": {"quiet": {"start": "00:00", "end": "00:00"}, "budget": 10},
}


def people(count: int) -> list[dict[str, object]]:
    """Return people of whom every other one reads mail, the others are called by a webhook."""
    return [
        {
            "person": f"U{n}",
            "channels": ["mail" if n % 2 else "hook"],
            "address": f"u{n}@example.com",
        }
        for n in range(count)
    ]


def measure(alerts: int, persons: int, url: str | None = None) -> dict[str, object]:
    """Return the seconds of delivering, and what arrived."""
    settings = DeliverySettings.model_validate({**SETTINGS, "people": people(persons)})
    with (
        tempfile.TemporaryDirectory() as folder,
        SqlStateStore(
            sqlite_url(Path(folder) / "state.db")
            if url is None
            else StatePlace(url, variable="KEEPWELL_STATE_URL")
        ) as state,
        vendor_servers(lambda: START) as hooks,
        mail_server() as mails,
    ):
        at_work = World(state, {}, settings, START)
        box = Mailbox("127.0.0.1", mails.port, "none", "k@example.com")
        hook = WebChannel("webhook", hooks.url("webhook"), SECRET, True, lambda: START)
        at_work.channels = {"hook": hook, "mail": MailChannel(box)}
        publish(state, "r1", accounts=alerts, people=persons)
        began = time.perf_counter()
        report = at_work.deliver()
        seconds = time.perf_counter() - began
    assert report.balance.delivered == alerts
    assert hooks.violations == []
    return {
        "seconds": round(seconds, 2),
        "alerts": alerts,
        "mails": len(mails.mails),
        "calls": len(hooks.taken),
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])))
