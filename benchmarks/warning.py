"""The early-warning loop: decide and store for a million accounts, digest and deliver alerts."""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness import CACHE, Usage, median_of, once, python_module, told
from benchmarks.page import Section, table
from benchmarks.parts import Asked

ACCOUNTS = 1_000_000
# Ten alerts for each of a thousand people: half of them read mail, half are called by a webhook.
ALERTS, PEOPLE = 10_000, 1_000


def warning(asked: Asked) -> Iterator[Section]:
    """Measure the decisions of one run over a million accounts, and a delivery."""
    used, found = _decided(asked)
    moved = found["changed"] / found["compared"]
    text = (
        f"{table([('decide and store', used)], 'step')}\n\n"
        f"Deciding took {found['decide_s']} s, storing {found['store_s']} s; the rest is start-up. "
        f"{found['changed']:,} accounts changed tier ({moved:.1%}), each with its cause from the "
        f"earlier day measured again on today's tables: {found['transitions']['tier']:,} "
        f"transitions of tier, {found['transitions']['trigger']:,} of alarms, "
        f"{found['alerts']:,} alerts, {found['endings']:,} alerts that ended, {found['ctas']:,} "
        f"CTAs with their plays and tasks, {found['alarms']:,} alarms kept, on SQLite."
    )
    yield Section("warning", f"{ACCOUNTS:,} accounts", text)
    used, found = _sent(asked)
    text = (
        f"{table([('digest and deliver', used)], 'step')}\n\n"
        f"Planned, worded and delivered in {found['seconds']} s: {found['alerts']:,} alerts in "
        f"{found['mails']:,} mails over SMTP and {found['calls']:,} signed webhook calls, to "
        "servers on loopback in the same process; each message leased, sent and marked by itself."
    )
    yield Section("warning", f"{ALERTS:,} alerts to {PEOPLE:,} people", text)


def _decided(asked: Asked) -> tuple[Usage, dict[str, Any]]:
    root = CACHE / "warning"
    kept, project = root / "kept", root / "project"
    if not kept.exists():
        shutil.rmtree(project, ignore_errors=True)
        told(python_module("benchmarks.warning_world", str(root), str(ACCOUNTS)))
        project.rename(kept)
    seen: list[Usage] = []
    found: dict[str, Any] = {}
    for _ in range(asked.rounds):
        shutil.rmtree(project, ignore_errors=True)
        shutil.copytree(kept, project)
        seen.append(once(python_module("benchmarks.warning_decide", str(root)), asked.log))
        found = _last_line(asked.log)
    return median_of(seen), found


def _sent(asked: Asked) -> tuple[Usage, dict[str, Any]]:
    command: Sequence[str] = python_module("benchmarks.warning_send", str(ALERTS), str(PEOPLE))
    seen = [once(command, asked.log) for _ in range(asked.rounds)]
    return median_of(seen), _last_line(asked.log)


def _last_line(log: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
    return found
