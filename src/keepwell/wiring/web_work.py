"""What people do from the inbox, on accounts in sight only; each deed can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from keepwell.actions import OUTCOMES, CtaChange, CtaMove
from keepwell.adapters.state import SqlActionStore, SqlOutboxStore, SqlWarningStore
from keepwell.ports import CtaEvent, CtaRecord, TaskRecord
from keepwell.ports.pages import InboxItem, Scope
from keepwell.ports.people import Person
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.wiring.overriding import end_tier_by_hand, set_tier_by_hand
from keepwell.wiring.web_desk import WebDesk

UNDOES: dict[str, str] = {
    "snooze": "undo_snooze",
    "done": "undo_done",
    "acknowledge": "undo_alert",
}
SNOOZED_DAYS = 7
INBOX_AT_MOST = 100
GONE = "There is no such entry, or it is not in your sight."


@dataclass(frozen=True, slots=True)
class CtaDetail:
    """A CTA with its history and tasks."""

    cta: CtaRecord
    events: tuple[CtaEvent, ...]
    tasks: tuple[TaskRecord, ...]


def inbox_of(desk: WebDesk, scope: Scope, person: Person, *, is_all: bool) -> tuple[InboxItem, ...]:
    """Return what waits for a person, or for everybody in sight."""
    SqlActionStore(desk.project.state).wake(desk.project.today, desk.now())
    owners = owners_of(person, is_all=is_all)
    return desk.pages.inbox(scope, owners, desk.project.today, INBOX_AT_MOST)


def owners_of(person: Person, *, is_all: bool) -> Sequence[str] | None:
    """Return as whom a person owns work; None for everybody's."""
    if is_all or not (person.role == "csm" or person.sees):
        return None
    return (*person.sees, person.login)


def cta_detail(desk: WebDesk, scope: Scope, cta_id: int) -> CtaDetail:
    """Return a CTA in sight. Errors: NotFound."""
    store = SqlActionStore(desk.project.state)
    cta = cta_in_sight(desk, scope, cta_id)
    return CtaDetail(cta, store.events(cta_id), store.tasks(cta_id=cta_id))


def do_cta(
    desk: WebDesk,
    scope: Scope,
    cta_id: int,
    deed: str,
    *,
    by: str,
    outcome: str = "",
    until: date | None = None,
    why: str = "",
) -> CtaRecord:
    """Do something with a CTA in sight. Errors: NotFound, IllegalMove, InputProblem."""
    cta_in_sight(desk, scope, cta_id)
    today = desk.project.today
    match deed:
        case "start":
            change = CtaChange(CtaMove.START, today, why)
        case "snooze":
            change = CtaChange(
                CtaMove.SNOOZE, today, why, until or today + timedelta(days=SNOOZED_DAYS)
            )
        case "done":
            change = CtaChange(CtaMove.FINISH, today, why, outcome=outcome or next(iter(OUTCOMES)))
        case "undo_snooze":
            change = CtaChange(CtaMove.WAKE, today, why)
        case "undo_done":
            change = CtaChange(CtaMove.REOPEN, today, why)
        case _:
            raise InputProblem(
                f"`{deed}` is nothing to do with a CTA.", cure="Use start, snooze or done."
            )
    return SqlActionStore(desk.project.state).move(cta_id, change, by=by, at=desk.now())


def do_alert(
    desk: WebDesk, scope: Scope, alert_id: int, deed: str, *, by: str, until: date | None = None
) -> None:
    """Acknowledge an alert in sight, put it away, or take that back. Errors: NotFound."""
    require_alert(desk, scope, alert_id)
    outbox, at, today = SqlOutboxStore(desk.project.state), desk.now(), desk.project.today
    match deed:
        case "acknowledge" | "done":
            outbox.acknowledge(alert_id, by=by, at=at)
        case "snooze":
            day = until or today + timedelta(days=SNOOZED_DAYS)
            if day <= today:
                raise InputProblem(
                    f"A snooze ends on a day after {today}, not on {day}.",
                    cure="Give the day on which it comes back.",
                )
            outbox.snooze(alert_id, day, "", by=by, at=at)
        case "undo_alert":
            outbox.take_back(alert_id, by=by, at=at)
        case _:
            raise InputProblem(
                f"`{deed}` is nothing to do with an alert.", cure="Use acknowledge or snooze."
            )


def set_tier(
    desk: WebDesk, scope: Scope, account_id: str, tier: str, *, reason: str, until: date, by: str
) -> None:
    """Override the tier of an account in sight until a day. Errors: NotFound, InputProblem."""
    desk.pages.account(scope, account_id)
    set_tier_by_hand(desk.project, account_id, tier, reason=reason, author=by, until=until)


def end_tier(desk: WebDesk, scope: Scope, account_id: str, *, by: str) -> None:
    """End the override of an account in sight. Errors: NotFound."""
    desk.pages.account(scope, account_id)
    end_tier_by_hand(desk.project, account_id, author=by)


def cta_in_sight(desk: WebDesk, scope: Scope, cta_id: int) -> CtaRecord:
    """Return a CTA whose account is in sight. Errors: NotFound, the same for any other."""
    try:
        cta = SqlActionStore(desk.project.state).cta(cta_id)
        desk.pages.account(scope, cta.account_id)
    except NotFound as gone:
        raise NotFound(GONE, cure="Open the inbox again.") from gone
    return cta


def require_alert(desk: WebDesk, scope: Scope, alert_id: int) -> None:
    """Refuse an alert whose account is not in sight. Errors: NotFound."""
    try:
        alert = SqlWarningStore(desk.project.state).alert(alert_id)
        desk.pages.account(scope, alert.account_id or "")
    except NotFound as gone:
        raise NotFound(GONE, cure="Open the inbox again.") from gone
