"""The care of the accounts in sight: board, running plays, reviews that come, help asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from keepwell.actions import (
    HelpRequest,
    HelpTeam,
    Lateness,
    Stage,
    TaskMove,
    every_days,
    lateness,
    move_request,
    move_stage,
    new_request,
    next_review,
)
from keepwell.adapters.state import SqlActionStore, SqlCareStore, SqlWorkPages
from keepwell.ports import Deed, StageRecord, TaskRecord
from keepwell.ports.pages import ListedAccount, Scope
from keepwell.ports.pages_work import AccountPlay, Reviewed, StageColumn
from keepwell.ports.people import Person
from keepwell.runs.plan_day import PlanKeeping
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.wiring.care_desk import care_desk
from keepwell.wiring.plan_access import PlanAccess
from keepwell.wiring.web_desk import WebDesk
from keepwell.wiring.web_work import GONE, owners_of

EACH_STAGE = 8
REVIEWS_AHEAD_DAYS = 42
REVIEWS_AT_MOST = 200
REVIEWS_KEPT = 5_000
AGAIN = "Open the page of plays again."
TASK_DEEDS = {"done": TaskMove.FINISH, "skip": TaskMove.SKIP, "reopen": TaskMove.REOPEN}
BY_HAND = (Stage.AT_RISK, Stage.PLAN_IN_PLACE, Stage.SAVING, Stage.RECOVERED)


@dataclass(frozen=True, slots=True)
class ComingReview:
    """When an account's next business review is due; `last`: None when none is on record."""

    account: Reviewed
    every_days: int
    last: date | None
    due: date


@dataclass(frozen=True, slots=True)
class HelpClock:
    """A help request with its account, what was missed, and what is owed next and until when."""

    request: HelpRequest
    account: ListedAccount
    late: Lateness
    owes: str
    due: datetime


def keeping_of(desk: WebDesk) -> PlanKeeping:
    """Return stores and rules of care, read again when plans.yml has changed."""
    file = desk.project.layout.plans
    stamp = file.stat().st_mtime_ns if file.is_file() else 0
    return desk.kept(f"care:{stamp}", lambda: PlanAccess(desk.project).keeping)


def board(desk: WebDesk, scope: Scope) -> tuple[StageColumn, ...]:
    """Return the risk stages that have accounts in sight, each with its first ones."""
    return SqlWorkPages(desk.project.state).board(scope, EACH_STAGE)


@dataclass(frozen=True, slots=True)
class RunningPlays:
    """One page of running plays, the oldest first; `after` begins the next one, if there is."""

    plays: tuple[AccountPlay, ...]
    after: str


def running_plays(
    desk: WebDesk, scope: Scope, person: Person, *, is_all: bool, key: str = "", limit: int = 25
) -> RunningPlays:
    """Return a page of the plays that run for a person's CTAs, or for everybody's in sight.

    `key`: `after` of the page before. Errors: InputProblem for one that is none.
    """
    owners = owners_of(person, is_all=is_all)
    pages = SqlWorkPages(desk.project.state)
    found = pages.plays(scope, owners, after=_place(key), limit=limit + 1)
    shown = found[:limit]
    last = shown[-1].play if len(found) > limit else None
    return RunningPlays(shown, f"{last.started_on}.{last.id}" if last else "")


def _place(key: str) -> tuple[date, int] | None:
    began, _, number = key.partition(".")
    try:
        return (date.fromisoformat(began), int(number[:16])) if key else None
    except ValueError:
        raise InputProblem(
            f"`{key[:40]}` is no page of this list.", cure="Begin again with its first page."
        ) from None


def move_task(
    desk: WebDesk, scope: Scope, task_id: int, deed: str, *, why: str, by: str
) -> TaskRecord:
    """Tick, skip or reopen a step of a play in sight. Errors: NotFound, IllegalMove."""
    task_in_sight(desk, scope, task_id)
    if deed not in TASK_DEEDS:
        raise InputProblem(
            f"`{deed}` is nothing to do with a step.", cure=f"Use {', '.join(TASK_DEEDS)}."
        )
    return SqlActionStore(desk.project.state).move_task(
        task_id, TASK_DEEDS[deed], why=why, by=by, on=desk.project.today, at=desk.now()
    )


def task_in_sight(desk: WebDesk, scope: Scope, task_id: int) -> None:
    """Refuse a task whose account is not in sight. Errors: NotFound."""
    try:
        task = SqlActionStore(desk.project.state).task(task_id)
        desk.pages.account(scope, task.account_id)
    except NotFound as gone:
        raise NotFound(GONE, cure=AGAIN) from gone


def stage_of(desk: WebDesk, account_id: str) -> StageRecord | None:
    """Return where the rescue of an account stands; None where it never had one."""
    history = SqlCareStore(desk.project.state).stage_history(account_id)
    return history[-1] if history else None


def set_stage(
    desk: WebDesk, scope: Scope, account_id: str, stage: str, *, reason: str, by: str
) -> StageRecord:
    """Move the risk stage of an account in sight. Errors: NotFound, InputProblem.

    `recovered` rests on the scores of past snapshots; `lost` comes from the data alone.
    """
    desk.pages.account(scope, account_id)
    if stage not in [str(s) for s in BY_HAND]:
        raise InputProblem(
            f"`{stage[:40]}` is no stage that a person sets.", cure=f"Use {', '.join(BY_HAND)}."
        )
    if stage == Stage.RECOVERED:
        return care_desk(desk.project).move_stage(account_id, stage, reason=reason, by=by)
    return SqlCareStore(desk.project.state).move_stage(
        account_id,
        lambda before, plan: move_stage(account_id, before, stage, reason=reason, open_plan=plan),
        Deed(by, desk.now(), "risk_stage_moved", {}),
        desk.project.today,
    )


def coming_reviews(desk: WebDesk, scope: Scope) -> tuple[ComingReview, ...]:
    """Return the reviews of accounts in sight that are due within six weeks, the first on top."""
    pages, until = SqlWorkPages(desk.project.state), _until(desk)
    held = pages.last_reviews(scope)
    first = desk.kept(
        f"reviews:{scope}:{until}", lambda: _in_order(_due(desk, pages.reviewed(scope), {}, until))
    )
    found = [r for r in first if r.account.account_id not in held]
    found += _due(desk, pages.reviewed(scope, list(held)), held, until)
    return _in_order(found)[:REVIEWS_AT_MOST]


def _in_order(found: Sequence[ComingReview]) -> tuple[ComingReview, ...]:
    """Return the first of these reviews by their day, with room for those that were held."""
    ordered = sorted(found, key=lambda r: (r.due, r.account.account_id))
    return tuple(ordered[:REVIEWS_KEPT])


def _until(desk: WebDesk) -> date:
    return desk.project.today + timedelta(days=REVIEWS_AHEAD_DAYS)


def _due(
    desk: WebDesk, accounts: Sequence[Reviewed], held: dict[str, date], until: date
) -> tuple[ComingReview, ...]:
    keeping, header = keeping_of(desk), desk.header()
    if header is None:
        return ()
    since, found = keeping.first_day or header.as_of, []
    for account in accounts:
        every = every_days(keeping.book.reviews, account.tier, account.size or "")
        last = held.get(account.account_id)
        day = next_review(
            account.account_id, every, last_held=last, known_since=since,
            working=keeping.book.working,
        )  # fmt: skip
        if day is not None and day <= until:
            found.append(ComingReview(account, every, last, day))
    return tuple(found)


def review_held(
    desk: WebDesk, scope: Scope, account_id: str, on: date | None, *, note: str, by: str
) -> date:
    """Record that the review of an account in sight was held. Errors: NotFound, InputProblem."""
    desk.pages.account(scope, account_id)
    day = PlanAccess(desk.project).past_day(on)
    deed = Deed(by, desk.now(), "review_held", {})
    SqlCareStore(desk.project.state).add_review(account_id, day, note, deed)
    return day


def help_clocks(desk: WebDesk, scope: Scope) -> tuple[HelpClock, ...]:
    """Return the open help requests of accounts in sight, the one that is due first on top."""
    found = SqlWorkPages(desk.project.state).requests(scope)
    clocks = [clock_of(desk, f.request, f.account) for f in found]
    return tuple(sorted(clocks, key=lambda c: (c.due, c.request.id)))


def clock_of(desk: WebDesk, request: HelpRequest, account: ListedAccount) -> HelpClock:
    """Return a request with what it owes now."""
    keeping = keeping_of(desk)
    late = lateness(request, desk.now(), keeping.book.help, keeping.book.working, keeping.time_zone)
    if request.answered_at is None:
        return HelpClock(request, account, late, "answer", request.answer_due)
    return HelpClock(request, account, late, "solution", request.solve_due)


def help_teams(desk: WebDesk) -> tuple[HelpTeam, ...]:
    """Return the teams that can be asked."""
    return keeping_of(desk).book.help.teams


def ask_help(
    desk: WebDesk, scope: Scope, account_id: str, team: str, *, urgency: str, text: str, by: str
) -> HelpClock:
    """Ask a team for help with an account in sight. Errors: NotFound, InputProblem."""
    account, keeping = desk.pages.account(scope, account_id), keeping_of(desk)
    made = new_request(
        keeping.book.help, keeping.book.working, keeping.time_zone, account_id=account_id,
        team=team, urgency=urgency, text=text, by=by, at=desk.now(),
    )  # fmt: skip
    stored = SqlCareStore(desk.project.state).add_request(
        made, Deed(by, desk.now(), "help_asked", {})
    )
    return clock_of(desk, stored, account)


def move_help(
    desk: WebDesk, scope: Scope, request_id: int, status: str, *, note: str, by: str
) -> HelpClock:
    """Accept, solve, decline or withdraw a request in sight. Errors: NotFound, InputProblem."""
    account, keeping = help_in_sight(desk, scope, request_id), keeping_of(desk)
    moved = SqlCareStore(desk.project.state).change_request(
        request_id,
        lambda r: move_request(
            r, status, keeping.book.help, keeping.book.working, keeping.time_zone,
            by=by, at=desk.now(), note=note,
        ),
        Deed(by, desk.now(), f"help_{status}", {}),
    )  # fmt: skip
    return clock_of(desk, moved, account)


def help_in_sight(desk: WebDesk, scope: Scope, request_id: int) -> ListedAccount:
    """Return the account of a request in sight. Errors: NotFound, the same for any other."""
    try:
        found = SqlCareStore(desk.project.state).request(request_id)
        return desk.pages.account(scope, found.account_id)
    except NotFound as gone:
        raise NotFound(GONE, cure=AGAIN) from gone
