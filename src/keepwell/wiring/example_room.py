"""The example company beside a project: a project of its own in a folder that goes when one leaves.

Nothing of it touches the real one: it has its own state, its own visitor, its own clock.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from keepwell.adapters import credentials
from keepwell.adapters.clock import EarlierClock
from keepwell.adapters.locks import folder_held
from keepwell.example_company import AS_OF
from keepwell.ports import Progress
from keepwell.ports.people import Invitation, Looked, Person
from keepwell.runs.layout import ProjectLayout
from keepwell.vocabulary import Lang
from keepwell.wiring.demo import build_demo, remove_folder
from keepwell.wiring.served import ServedProject
from keepwell.wiring.view_log import ViewLog

if TYPE_CHECKING:
    from keepwell.wiring.web_desk import WebDesk

EXAMPLE_ACCOUNTS = 300
VISITOR = "visitor"
READY = "ready"


class _Unwatched(ViewLog):
    """Whoever looks at invented data is nobody's business."""

    def add(self, view: Looked) -> None:
        """Forget it."""


def room_folder(layout: ProjectLayout) -> Path:
    """Return the folder of the example company of a project."""
    return layout.hidden / "example"


def is_ready(layout: ProjectLayout) -> bool:
    """Say whether the example company was built to its end."""
    return (room_folder(layout) / READY).is_file()


def stamp_of(layout: ProjectLayout) -> int:
    """Return what changes when the example company is built anew; 0 while there is none."""
    try:
        return (room_folder(layout) / READY).stat().st_mtime_ns
    except OSError:
        return 0


def build_room(layout: ProjectLayout, accounts: int, lang: Lang, progress: Progress) -> None:
    """Build the example company anew."""
    folder = room_folder(layout)
    remove_folder(folder)
    folder.mkdir(parents=True)
    with folder_held(folder):
        build_demo(
            folder, accounts=accounts, lang=lang, force=False, progress=progress, has_report=False
        )
        (folder / READY).touch()


def leave_room(layout: ProjectLayout) -> None:
    """Remove the example company with all that was done in it."""
    remove_folder(room_folder(layout))


def open_room(desk: "WebDesk") -> "WebDesk | None":
    """Return the desk of the example company; None while it is not built."""
    from keepwell.wiring.web_desk import WebDesk

    folder = room_folder(desk.project.layout)
    if not (folder / READY).is_file():
        return None
    days = (desk.project.clock.today("UTC") - AS_OF).days
    room = WebDesk(ServedProject(folder, clock=EarlierClock(max(days, 0))))
    room.is_room = True
    room.views = _Unwatched(room.access)
    room.prepare()
    return room


def visitor_of(room: "WebDesk", person: Person) -> Person:
    """Return who somebody is in the example company: one who may do anything but admin.

    It keeps name and login, so that what it does bears its name; its look is the room's own.
    """
    known = {p.login: p for p in room.people.people()}
    if VISITOR not in known:
        secret = credentials.new_secret()
        now = room.now()
        hashed = credentials.secret_hash(secret)
        invited = Invitation(
            VISITOR, person.name, "operations", (), now.replace(year=now.year + 1), VISITOR
        )
        room.people.invite(invited, hashed, at=now)
        # Nobody signs in with it: the password is random and forgotten.
        password = credentials.hash_password(credentials.new_secret())
        made = room.people.accept(hashed, person.name, password, at=now)
        room.people.set_look(made.id, person.look)
        known[VISITOR] = replace(made, look=person.look)
    return replace(known[VISITOR], login=person.login, name=person.name)
