"""What people do on an account's page: notes, logged activities, CTAs; and its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keepwell.adapters.state import SqlAccountNotes, SqlContacts
from keepwell.ports import CtaRecord
from keepwell.ports.account_notes import NOTE_KINDS, Contact, Note, NoteDraft
from keepwell.ports.pages import Scope
from keepwell.runs.act_by_hand import Wish
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.wiring.evidence import Evidence, rows_of
from keepwell.wiring.web_desk import WebDesk
from keepwell.wiring.web_inbox import facts_of
from keepwell.wiring.web_people import acting_desk

RECORDS = ("activities", "opportunities", "transactions", "subscriptions", "tickets", "surveys")
NOTES_AT_MOST = 100
CONTACTS_AT_MOST = 100
LONGEST_NOTE = 10_000


@dataclass(frozen=True, slots=True)
class AccountWork:
    """Notes and contacts of an account, and since when which version of its scorecard counts."""

    notes: tuple[Note, ...]
    contacts: tuple[Contact, ...]
    versions: tuple[tuple[date, int], ...]


def account_work(
    desk: WebDesk, account_id: str, scorecard: str | None, traces: frozenset[str]
) -> AccountWork:
    """Return what stands beside an account in sight. `traces`: the tables with rows about it."""
    state = desk.project.state
    return AccountWork(
        SqlAccountNotes(state).notes(account_id, NOTES_AT_MOST) if "notes" in traces else (),
        SqlContacts(state).of_account(account_id, CONTACTS_AT_MOST) if "contacts" in traces else (),
        _versions(desk).get(scorecard or "", ()),
    )


def _versions(desk: WebDesk) -> dict[str, tuple[tuple[date, int], ...]]:
    """Return by scorecard the days on which another version began to count, oldest first."""

    def read() -> dict[str, tuple[tuple[date, int], ...]]:
        found: dict[str, list[tuple[date, int]]] = {}
        for run in sorted(desk.project.state.runs(), key=lambda r: (r.as_of, r.started_at)):
            for name, version in run.scorecards:
                seen = found.setdefault(name, [])
                if not seen or seen[-1][1] != version:
                    seen.append((run.as_of, version))
        return {name: tuple(days) for name, days in found.items()}

    return desk.kept("scorecard_versions", read)


def records_of(desk: WebDesk, scope: Scope, account_id: str, table: str) -> Evidence:
    """Return the newest rows of a table about an account in sight. Errors: NotFound."""
    desk.pages.account(scope, account_id)
    if table not in RECORDS:
        raise NotFound("There are no such records.", cure=f"Choose of: {', '.join(RECORDS)}.")
    return rows_of(desk, account_id, table)


def draft_of(desk: WebDesk, kind: str, on: date | None, text: str) -> NoteDraft:
    """Return a note that may be kept. Errors: InputProblem."""
    known = next((k for k in NOTE_KINDS if k == kind), None)
    today = desk.project.today
    if known is None:
        raise InputProblem(
            "There is no such kind of note.", cure=f"Choose of: {', '.join(NOTE_KINDS)}."
        )
    if not text.strip() or "\x00" in text:
        raise InputProblem("A note says something.", cure="Write it into the field.")
    if on is not None and on > today:
        raise InputProblem(
            f"{on} has not been yet.", cure=f"Give a day up to {today}; plan ahead with a CTA."
        )
    return NoteDraft(known, on or today, text.strip())


def add_note(desk: WebDesk, scope: Scope, account_id: str, draft: NoteDraft, *, by: str) -> Note:
    """Keep a note on an account in sight. Errors: NotFound."""
    desk.pages.account(scope, account_id)
    return SqlAccountNotes(desk.project.state).add(account_id, draft, by=by, at=desk.now())


def change_note(
    desk: WebDesk, scope: Scope, account_id: str, note_id: int, draft: NoteDraft, *, by: str
) -> Note:
    """Write one's note anew. Errors: NotFound, also for another's."""
    desk.pages.account(scope, account_id)
    store = SqlAccountNotes(desk.project.state)
    return store.change(account_id, note_id, draft, by=by, at=desk.now())


def drop_note(desk: WebDesk, scope: Scope, account_id: str, note_id: int, *, by: str) -> None:
    """Forget one's note. Errors: NotFound, also for another's."""
    desk.pages.account(scope, account_id)
    SqlAccountNotes(desk.project.state).drop(account_id, note_id, by=by, at=desk.now())


def open_cta(
    desk: WebDesk,
    scope: Scope,
    account_id: str,
    reason: str,
    *,
    kind: str,
    priority: str,
    due_on: date | None,
    by: str,
) -> CtaRecord:
    """Open a CTA of one's own on an account in sight. Errors: NotFound, InputProblem."""
    account = desk.pages.account(scope, account_id)
    if not reason.strip() or not reason.strip().isprintable():
        raise InputProblem("A CTA needs a reason.", cure="Say in one line what is to be done.")
    if due_on is not None and due_on < desk.project.today:
        raise InputProblem(f"{due_on} has been.", cure="Give a day from today on.")
    wish = Wish(account_id, kind, reason.strip(), priority, due_on=due_on)
    return acting_desk(desk).add(wish, None, by=by, why="", facts=facts_of(account))


def notes_of(desk: WebDesk, scope: Scope, account_id: str) -> Sequence[Note]:
    """Return the notes of an account in sight. Errors: NotFound."""
    desk.pages.account(scope, account_id)
    return SqlAccountNotes(desk.project.state).notes(account_id, NOTES_AT_MOST)


def contacts_of(desk: WebDesk, scope: Scope, account_id: str) -> Sequence[Contact]:
    """Return the contacts of an account in sight. Errors: NotFound."""
    desk.pages.account(scope, account_id)
    return SqlContacts(desk.project.state).of_account(account_id, CONTACTS_AT_MOST)
