"""Work on many accounts in sight at once: the same deeds as on one, counted."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from keepwell.actions import CTA_TYPES, OPEN, CtaChange, CtaMove, CtaStatus, open_key
from keepwell.adapters.state import SqlActionStore
from keepwell.ports import CtaFilter, CtaRecord
from keepwell.ports.pages import AccountFilter, ListedAccount, Scope
from keepwell.runs.act_by_hand import MOST_REASON, Wish
from keepwell.vocabulary import InputProblem
from keepwell.wiring.web_desk import WebDesk
from keepwell.wiring.web_inbox import facts_of, require_person
from keepwell.wiring.web_people import acting_desk
from keepwell.wiring.web_work import SNOOZED_DAYS

DEEDS = ("open", "play", "assign", "snooze")
ACCOUNTS_AT_MOST = 500
AT_ONCE = 200
# How many CTAs of an account were worked on, and why none where none was.
Each = Callable[[ListedAccount], tuple[int, str]]
OPEN_WORDS = tuple(str(s) for s in OPEN)
OPEN_NOW = (str(CtaStatus.NEW), str(CtaStatus.IN_PROGRESS))


@dataclass(frozen=True, slots=True)
class BulkWish:
    """What is to be done with many accounts.

    `accounts`: how many were confirmed; other numbers by now are refused. `type`, `reason`: of a
    CTA that is opened. `owner`: who gets it, or the open ones; `play`, `until` where they apply.
    """

    deed: str
    accounts: int
    type: str = "risk"
    reason: str = ""
    owner: str = ""
    play: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class BulkDone:
    """How many CTAs were worked on, and how many accounts had nothing to do, by its cause."""

    deed: str
    accounts: int
    ctas: int
    skipped: Mapping[str, int]


def chosen_accounts(desk: WebDesk, scope: Scope, wanted: AccountFilter) -> int:
    """Return how many accounts in sight a choice has. Errors: InputProblem for too many."""
    total = desk.pages.count(scope, wanted)
    if total > ACCOUNTS_AT_MOST:
        raise InputProblem(
            f"{total:,} accounts are more than the {ACCOUNTS_AT_MOST} that are worked on at once.",
            cure="Narrow the filter, or take them in parts.",
        )
    return total


def do_bulk(
    desk: WebDesk, scope: Scope, wanted: AccountFilter, wish: BulkWish, *, by: str
) -> BulkDone:
    """Do one thing with every account of a choice. Errors: InputProblem before anything is done."""
    if wish.deed not in DEEDS:
        raise InputProblem(f"`{wish.deed[:40]}` is no deed.", cure=f"Use {', '.join(DEEDS)}.")
    total = chosen_accounts(desk, scope, wanted)
    if total != wish.accounts or not total:
        raise InputProblem(
            f"The choice has {total} accounts now, not {wish.accounts} as confirmed.",
            cure="Look at it again and confirm it anew.",
        )
    each = _deed(desk, wish, by)
    done, skipped = 0, Counter[str]()
    for account in _accounts(desk, scope, wanted):
        ctas, cause = each(account)
        done += ctas
        skipped.update((cause,) if cause else ())
    details = {"deed": wish.deed, "accounts": total, "ctas": done, **skipped}
    desk.access.note_deed(by, "bulk_done", wish.deed, details, desk.now())
    return BulkDone(wish.deed, total, done, dict(skipped))


def _deed(desk: WebDesk, wish: BulkWish, by: str) -> Each:
    """Return what is done with one account. Errors: InputProblem."""
    store, today = SqlActionStore(desk.project.state), desk.project.today
    if wish.deed in ("open", "play"):
        return _opening(desk, wish, by)
    if wish.deed == "assign":
        require_person(desk, wish.owner)
        owner = wish.owner.strip()

        def give(account: ListedAccount) -> tuple[int, str]:
            ctas = [c for c in _open(store, account) if c.owner != owner]
            for cta in ctas:
                store.assign(cta.id, owner, by=by, at=desk.now())
            return len(ctas), "" if ctas else "no_cta"

        return give
    until = wish.until or today + timedelta(days=SNOOZED_DAYS)
    if until <= today:
        raise InputProblem(
            f"A snooze ends on a day after {today}, not on {until}.",
            cure="Give the day on which the work comes back.",
        )

    def put_away(account: ListedAccount) -> tuple[int, str]:
        ctas = _open(store, account)
        for cta in ctas:
            change = CtaChange(CtaMove.SNOOZE, today, "", until)
            store.move(cta.id, change, by=by, at=desk.now())
        return len(ctas), "" if ctas else "no_cta"

    return put_away


def _opening(desk: WebDesk, wish: BulkWish, by: str) -> Each:
    actions, store = acting_desk(desk), SqlActionStore(desk.project.state)
    plays = {p.play for p in actions.library.plays}
    play = wish.play if wish.deed == "play" else ""
    if wish.deed == "play" and play not in plays:
        raise InputProblem(
            f"There is no play `{play[:80]}`.", cure=f"Choose of: {', '.join(sorted(plays))}."
        )
    if wish.owner.strip():
        require_person(desk, wish.owner)
    reason = wish.reason.strip() or play
    if wish.type not in CTA_TYPES or not 1 <= len(reason) <= MOST_REASON:
        raise InputProblem(
            "A CTA needs a type and a reason of 1 to 200 characters.",
            cure=f"Types are: {', '.join(CTA_TYPES)}.",
        )
    asked = Wish("", wish.type, reason, owner=wish.owner.strip() or None, play=play or None)

    def open_one(account: ListedAccount) -> tuple[int, str]:
        there = store.ctas(CtaFilter(OPEN_WORDS, account_id=account.account_id))
        key = open_key(account.account_id, wish.type, reason)
        if key in {open_key(c.account_id, c.type, c.reason) for c in there}:
            return 0, "had_one"
        one = replace(asked, account_id=account.account_id)
        try:
            actions.add(one, None, by=by, why="", facts=facts_of(account))
        except InputProblem:
            # No step of the play is for accounts like this one, or somebody was quicker.
            return 0, "not_for_it"
        return 1, ""

    return open_one


def _open(store: SqlActionStore, account: ListedAccount) -> Sequence[CtaRecord]:
    return store.ctas(CtaFilter(OPEN_NOW, account_id=account.account_id))


def _accounts(desk: WebDesk, scope: Scope, wanted: AccountFilter) -> Iterator[ListedAccount]:
    key: str | None = ""
    while key is not None:
        page = desk.pages.accounts(scope, wanted, sort="name", key=key, limit=AT_ONCE)
        yield from page.accounts
        key = page.after
