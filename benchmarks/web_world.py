"""A project of N accounts as the web app finds it: staged rows, CTAs and alerts, nothing computed.

The rows of a small example company are repeated under new ids, so that scorecards, values, parts
and words are real while the count is free.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from benchmarks.harness import CACHE, once, python_module
from keepwell.adapters.state import SqlStateStore, sqlite_url
from keepwell.adapters.state.action_models import CtaRow
from keepwell.adapters.state.pages_models import ListedAccountRow, StagedRunRow
from keepwell.adapters.state.pages_rows import stage_pages
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.ports.pages import StagedPages
from keepwell.wiring import Project
from keepwell.wiring.web_desk import WebDesk, web_desk

SEED_ACCOUNTS = 1_000
PER_CSM = 125
TEAM = 40
PASSWORD = "correct horse battery"  # noqa: S105 - of people who are invented
# A CSM with its accounts, and a leader with a team of forty.
LOGINS = ("csm@example.test", "leader@example.test")


@dataclass(frozen=True, slots=True)
class WebWorld:
    """The prepared project, and cookies of two people who see parts of it."""

    root: Path
    cookies: tuple[str, str]


def csm_of(number: int) -> str:
    """Return the CSM of the account at a place."""
    return f"U{number // PER_CSM:05}"


def made(folder: Path, accounts: int, log: Path) -> WebWorld:
    """Return the project of a size, made once; its people sign in anew each time."""
    seed = CACHE / "web_seed"
    if not (seed / ".keepwell" / "state.db").is_file():
        words = ["demo", str(seed), "--accounts", str(SEED_ACCOUNTS), "--lang", "en", "--force"]
        once(python_module("keepwell", *words), log)
    if not (folder / "made").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(seed, folder)
        once(python_module("benchmarks.web_world", str(folder), str(accounts)), log)
        (folder / "made").touch()
    desk = web_desk(Project(folder))
    cookies = tuple(f"keepwell={desk.opened(desk.people.person(name))}" for name in LOGINS)
    desk.close()
    return WebWorld(folder, (cookies[0], cookies[1]))


def ids_in_sight(folder: Path, count: int) -> tuple[list[str], list[str]]:
    """Return ids of accounts that the CSM and the leader may open."""
    found = select(ListedAccountRow.account_id, ListedAccountRow.csm_id).order_by(
        ListedAccountRow.account_id
    )
    url = sqlite_url(folder / ".keepwell" / "state.db")
    with SqlStateStore(url) as state, state.session() as session:
        rows = [(str(a), str(c)) for a, c in session.execute(found)]
    mine = [a for a, csm in rows if csm == csm_of(0)]
    team = {csm_of(n * PER_CSM) for n in range(TEAM)}
    seen = [a for a, csm in rows if csm in team]
    return mine[:count], seen[:: max(1, len(seen) // count)][:count]


def _fill(folder: Path, accounts: int) -> None:
    desk = web_desk(Project(folder))
    desk.prepare()
    _repeat(desk, accounts)
    for login, role, team in ((LOGINS[0], "csm", 1), (LOGINS[1], "leader", TEAM)):
        sees = [csm_of(n * PER_CSM) for n in range(team)]
        secret = desk.invite(login, "csm" if role == "csm" else "leader", sees=sees, by="bench")
        desk.accept(secret, login.partition("@")[0].title(), PASSWORD)
    desk.close()


def _repeat(desk: WebDesk, accounts: int) -> None:
    with desk.project.state.session(is_writing=True) as session:
        columns = ListedAccountRow.__table__.columns
        seeds = [dict(r._mapping) for r in session.execute(select(*columns))]  # noqa: SLF001
        facts = session.scalars(select(StagedRunRow.facts)).one()
        rows = list(_repeated(seeds, accounts))
        stage_pages(session, StagedPages({**facts, "accounts": accounts}, rows))
        for kind in (CtaRow, AlertRow):
            _follow(session, kind, seeds, accounts)


def _repeated(seeds: list[dict[str, Any]], accounts: int) -> Iterator[dict[str, Any]]:
    for number in range(accounts):
        seed, turn = seeds[number % len(seeds)], number // len(seeds)
        yield seed | {
            "account_id": _id(seed["account_id"], turn),
            "name": f"{seed['name']} {turn}",
            "name_key": f"{seed['name_key']} {turn:05}",
            "search": f"{seed['search']} {turn}",
            "csm_id": csm_of(number),
        }


def _id(account_id: str, turn: int) -> str:
    return account_id if turn == 0 else f"{account_id}-{turn}"


def _follow(session: Any, kind: Any, seeds: list[dict[str, Any]], accounts: int) -> None:
    """Repeat the rows of a table with their accounts."""
    own = [c for c in kind.__table__.columns if c.name != "id"]
    rows = [dict(r._mapping) for r in session.execute(select(*own))]  # noqa: SLF001
    places = {seed["account_id"]: place for place, seed in enumerate(seeds)}
    repeated = []
    for turn in range(1, accounts // len(seeds) + 1):
        for row in rows:
            place = places.get(row["account_id"])
            number = turn * len(seeds) + (place or 0)
            if place is None or number >= accounts:
                continue
            repeated.append(row | {"account_id": _id(row["account_id"], turn), **_keys(row, turn)})
    if repeated:
        session.execute(insert(kind.__table__), repeated)


def _keys(row: dict[str, Any], turn: int) -> dict[str, Any]:
    found = {name: row[name] for name in ("key", "open_key", "ref") if name in row}
    return {name: value and f"{value}-{turn}" for name, value in found.items() if turn}


if __name__ == "__main__":
    _fill(Path(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(json.dumps({"accounts": int(sys.argv[2])}))
