"""The example company beside a project: a project of its own in a folder that goes when one leaves.

Nothing of it touches the real one: it has its own state, its own visitor, its own clock.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from keepwell.adapters import credentials
from keepwell.adapters.clock import EarlierClock
from keepwell.adapters.locks import folder_held
from keepwell.example_company import AS_OF
from keepwell.ports import Progress
from keepwell.ports.people import Invitation, Looked, PeopleStore, Person
from keepwell.runs.layout import ProjectLayout
from keepwell.vocabulary import Lang
from keepwell.wiring.demo import build_demo, remove_folder
from keepwell.wiring.project import Project
from keepwell.wiring.served import ServedProject
from keepwell.wiring.view_log import ViewLog

EXAMPLE_ACCOUNTS = 300
VISITOR = "visitor"
READY = "ready"


class Unwatched(ViewLog):
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


def opened_room(project: Project) -> ServedProject | None:
    """Return the example company beside a project; None while it is not built."""
    folder = room_folder(project.layout)
    if not (folder / READY).is_file():
        return None
    days = (project.clock.today("UTC") - AS_OF).days
    return ServedProject(folder, clock=EarlierClock(max(days, 0)))


def visitor_of(people: PeopleStore, now: datetime, person: Person) -> Person:
    """Return who somebody is in the example company: one who may do anything but admin.

    It keeps name and login, so that what it does bears its name; its look is the room's own.
    """
    known = {p.login: p for p in people.people()}
    if VISITOR not in known:
        secret = credentials.new_secret()
        hashed = credentials.secret_hash(secret)
        invited = Invitation(
            VISITOR, person.name, "operations", (), now.replace(year=now.year + 1), VISITOR
        )
        people.invite(invited, hashed, at=now)
        # Nobody signs in with it: the password is random and forgotten.
        password = credentials.hash_password(credentials.new_secret())
        made = people.accept(hashed, person.name, password, at=now)
        people.set_look(made.id, person.look)
        known[VISITOR] = replace(made, look=person.look)
    return replace(known[VISITOR], login=person.login, name=person.name)
