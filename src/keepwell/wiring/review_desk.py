"""What people do with healthy and other accounts: business reviews and programmes."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from keepwell.actions import (
    BRIEF_MEASURES,
    BriefSubject,
    OpenAlert,
    OpenRequest,
    Programme,
    ProgrammeEntry,
    candidate_rules,
    every_days,
    lateness,
    move_entry,
    next_review,
    require_programme,
    write_brief,
)
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.state import SqlWarningStore
from keepwell.adapters.trigger_library import load_triggers
from keepwell.messages import CARE_TITLES
from keepwell.reports import Document
from keepwell.runs.export import open_snapshot
from keepwell.runs.plan_facts import (
    Known,
    known_account,
    known_accounts,
    readings,
)
from keepwell.runs.plan_programmes import Candidates, programme_candidates
from keepwell.runs.report_subject import build_portfolio
from keepwell.vocabulary import Bilingual
from keepwell.wiring.plan_access import PlanAccess
from keepwell.wiring.project import Project

OPEN_ALERTS = ("pending", "baseline", "delivered", "dead_lettered")


@dataclass(frozen=True, slots=True)
class DueReview:
    """When an account's next review is due; `last` is None when none is on record."""

    account: Known
    every_days: int
    last: date | None
    due: date


@dataclass(frozen=True, slots=True)
class ShownProgramme:
    """A programme, who is in it, and who may be invited."""

    programme: Programme
    entries: tuple[ProgrammeEntry, ...]
    candidates: Candidates


class ReviewDesk:
    """The business reviews and programmes of one project."""

    def __init__(self, project: Project) -> None:
        self._project, self._access = project, PlanAccess(project)
        self._keeping = self._access.keeping

    def reviews(self, *, within_days: int | None, csm: str | None) -> tuple[DueReview, ...]:
        """Return the next review of every account that has a cadence, the earliest first."""
        last = self._keeping.care.last_reviews()
        with self._access.snapshots() as snapshots:
            known, newest = known_accounts(snapshots), snapshots.newest.as_of
        # Snapshots are pruned; the day of a first review stays.
        since = self._project.state.first_day() or newest
        book, today, due = self._keeping.book, self._project.today, list[DueReview]()
        for account in known.values():
            standing = account.standing
            every = every_days(book.reviews, standing.tier or "", standing.size or "")
            day = next_review(
                account.account_id,
                every,
                last_held=last.get(account.account_id),
                known_since=since,
                working=book.working,
            )
            is_soon = within_days is None or (day is not None and (day - today).days <= within_days)
            if day is not None and is_soon and csm in (None, account.csm_id):
                due.append(DueReview(account, every, last.get(account.account_id), day))
        return tuple(sorted(due, key=lambda d: (d.due, d.account.account_id)))

    def review_held(self, account_id: str, on: date | None, *, by: str, note: str) -> date:
        """Record a review that was held. Errors: NotFound, InputProblem for the day."""
        day = self._access.past_day(on)
        with self._access.snapshots() as snapshots:
            known_account(snapshots, account_id)
        self._keeping.care.add_review(account_id, day, note, self._access.deed("review_held", by))
        return day

    def brief(self, account_id: str) -> Document:
        """Return the brief of an account's next review, in both languages. Errors: NotFound."""
        care, book = self._keeping.care, self._keeping.book
        stages = care.stage_history(account_id)
        titles = {c.cause: c.title for c in book.causes}
        with self._access.snapshots() as snapshots:
            known, as_of = known_account(snapshots, account_id), snapshots.newest.as_of
            read = readings(snapshots, as_of, [account_id], BRIEF_MEASURES)
        subject = BriefSubject(
            account_id,
            known.name,
            self._project.config.project,
            as_of,
            max(self._project.today, as_of),
            self._project.config.money.currency or "",
            self._project.explain(account_id),
            read[account_id].measures,
            self._keeping.plans.plans(status="open", account_id=account_id),
            self._keeping.plans.outcomes(account_id),
            self._alerts(account_id),
            self._requests(account_id),
            stages[-1].stage if stages else None,
            stages[-1].on if stages else None,
            tuple(
                (titles.get(d.cause, Bilingual(d.cause, d.cause)), d.on)
                for d in care.diagnoses(account_id=account_id)
            ),
            care.last_reviews().get(account_id),
        )
        return write_brief(subject, book)

    def _alerts(self, account_id: str) -> tuple[OpenAlert, ...]:
        shipped = load_triggers(self._project.layout.triggers)
        titles = {**{t.trigger: t.title for t in shipped}, **CARE_TITLES}
        found = SqlWarningStore(self._project.state).alerts(
            account_id=account_id, statuses=OPEN_ALERTS
        )
        return tuple(
            OpenAlert(titles.get(a.trigger, Bilingual(a.trigger, a.trigger)), a.as_of)
            for a in found
            if a.ended_on is None
        )

    def _requests(self, account_id: str) -> tuple[OpenRequest, ...]:
        book, zone, now = self._keeping.book, self._keeping.time_zone, self._project.now
        titles = {t.team: t.title for t in book.help.teams}
        return tuple(
            OpenRequest(
                r,
                titles.get(r.team, Bilingual(r.team, r.team)),
                lateness(r, now, book.help, book.working, zone).hours,
                r.solve_due.astimezone(ZoneInfo(zone)).date(),
            )
            for r in self._keeping.care.requests(open_only=True, account_id=account_id)
        )

    def programmes(self) -> tuple[Programme, ...]:
        """Return the programmes."""
        return self._keeping.book.programmes

    def programme(self, name: str) -> ShownProgramme:
        """Return a programme with its candidates. Errors: InputProblem, NotFound."""
        programme = require_programme(name, self._keeping.book.programmes)
        entries = self._keeping.care.entries(programme=name)
        taken = {e.account_id for e in entries}
        rules = candidate_rules(programme, load_library(self._project.layout.playbooks))
        with self._access.snapshots() as snapshots:
            run = snapshots.newest.run_id
            tables = open_snapshot(snapshots.engine, self._project.snapshots, run)
            build_portfolio(snapshots.engine, tables)
            cards = [
                self._project.state.scorecard_version(*version)
                for version in snapshots.newest.scorecards
            ]
            found = programme_candidates(snapshots.engine, rules, cards, taken)
        return ShownProgramme(programme, entries, found)

    def move_entry(
        self, account_id: str, programme: str, status: str, *, by: str, note: str
    ) -> ProgrammeEntry:
        """Invite an account, or record its answer. Errors: NotFound, InputProblem."""
        require_programme(programme, self._keeping.book.programmes)
        with self._access.snapshots() as snapshots:
            known_account(snapshots, account_id)
        on = self._project.today
        return self._keeping.care.change_entry(
            account_id,
            programme,
            lambda now: move_entry(account_id, programme, now, status, on=on, by=by, note=note),
            self._access.deed("programme_moved", by),
        )


def review_desk(project: Project) -> ReviewDesk:
    """Return the reviews and programmes of a project."""
    return ReviewDesk(project)
