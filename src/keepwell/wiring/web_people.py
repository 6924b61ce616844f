"""Who may be given work on the web, and the desk that gives it, without reading the snapshot."""

from keepwell.adapters.delivery_file import load_delivery
from keepwell.messages import named_people
from keepwell.wiring.action_desk import ActionDesk, action_desk
from keepwell.wiring.web_desk import WebDesk


def acting_desk(desk: WebDesk) -> ActionDesk:
    """Return the desk of CTAs. Errors: ConfigInvalid for one of its files."""
    return desk.kept(
        f"actions:{_stamp(desk)}",
        lambda: action_desk(desk.project, lambda: work_people(desk)),
    )


def work_people(desk: WebDesk) -> tuple[str, ...]:
    """Return everybody who may own work, by name: whom the data, a file or an admin named."""
    layout = desk.project.layout
    told = named_people(load_delivery(layout.delivery))
    team = (m.person for m in acting_desk(desk).team.people)
    logins = (p.login for p in desk.people.people() if p.disabled_at is None and p.role != "api")
    return tuple(sorted({*desk.pages.owners(), *team, *told, *logins}))


def _stamp(desk: WebDesk) -> int:
    """Return what changes when one of the files that the desk reads does."""
    layout = desk.project.layout
    folders = (layout.playbooks, layout.triggers)
    files = [f for folder in folders if folder.is_dir() for f in folder.iterdir()]
    found = (f.stat().st_mtime_ns for f in (*files, layout.team, layout.delivery) if f.is_file())
    return sum(found)
