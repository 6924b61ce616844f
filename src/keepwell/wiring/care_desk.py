"""What people do for accounts at risk: stages, diagnoses, root causes, help requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keepwell.actions import (
    BYS,
    By,
    Cause,
    CauseCount,
    Diagnosis,
    HelpRequest,
    HelpRules,
    Lateness,
    Stage,
    count_causes,
    lateness,
    move_request,
    move_stage,
    new_request,
    require_cause,
)
from keepwell.ports import StageRecord
from keepwell.runs.plan_facts import (
    Known,
    known_account,
    known_accounts,
    who_left,
)
from keepwell.vocabulary import InputProblem
from keepwell.wiring.plan_access import PlanAccess
from keepwell.wiring.project import Project


@dataclass(frozen=True, slots=True)
class ListedStage:
    """Where an account stands, with its name if the newest snapshot has it."""

    record: StageRecord
    account: Known | None


@dataclass(frozen=True, slots=True)
class CauseReport:
    """Root causes of a period: counts, and the accounts that were diagnosed in it."""

    since: date
    until: date
    by: str
    accounts: int
    counts: tuple[CauseCount, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """A request and how it stands to its promises now."""

    request: HelpRequest
    late: Lateness


class CareDesk:
    """The care of one project's accounts."""

    def __init__(self, project: Project) -> None:
        self._project, self._access = project, PlanAccess(project)
        self._keeping = self._access.keeping

    @property
    def help_rules(self) -> HelpRules:
        """Return teams, promises and levels of escalation."""
        return self._keeping.book.help

    def stages(self) -> tuple[ListedStage, ...]:
        """Return where every account with a stage stands, by stage and day."""
        order = [str(s) for s in Stage]
        found = sorted(
            self._keeping.care.stages().values(),
            key=lambda r: (order.index(r.stage), r.on, r.account_id),
        )
        with self._access.snapshots() as snapshots:
            ids = [r.account_id for r in found]
            known = known_accounts(snapshots, ids) if snapshots.by_day else {}
        return tuple(ListedStage(r, known.get(r.account_id)) for r in found)

    def move_stage(self, account_id: str, stage: str, *, reason: str, by: str) -> StageRecord:
        """Move an account's stage on what the data say. Errors: InputProblem, NotFound."""
        with self._access.snapshots() as snapshots:
            as_of, file = snapshots.newest.as_of, self._access.accounts_file
            has_left = account_id in who_left(snapshots.engine, file, [account_id], as_of)
            if not has_left:
                known_account(snapshots, account_id)
            evidence = self._access.exit_evidence(snapshots, account_id)
        return self._keeping.care.move_stage(
            account_id,
            lambda before, plan: move_stage(
                account_id,
                before,
                stage,
                reason=reason,
                evidence=evidence if stage == Stage.RECOVERED else None,
                has_left=has_left,
                open_plan=plan,
            ),
            self._access.deed("risk_stage_moved", by),
            self._project.today,
        )

    def diagnose(
        self,
        account_id: str,
        causes: Sequence[str],
        *,
        note: str,
        by: str,
        on: date | None,
        plan_id: int | None,
        cta_id: int | None,
    ) -> tuple[Diagnosis, ...]:
        """Record one or more causes with what the newest snapshot says of the account.

        Errors: NotFound for the account or plan, InputProblem for a cause.
        """
        if not causes:
            names = ", ".join(c.cause for c in self._keeping.book.causes)
            raise InputProblem("No cause was named.", cure=f"Give --cause, one of {names}.")
        for cause in causes:
            require_cause(cause, self._keeping.book.causes)
        self._access.require_links(account_id, plan=plan_id, cta=cta_id)
        with self._access.snapshots() as snapshots:
            known = known_account(snapshots, account_id)
        day = self._access.past_day(on)
        found = tuple(
            Diagnosis(0, account_id, day, c, note.strip(), known.standing, by, plan_id, cta_id)
            for c in dict.fromkeys(causes)
        )
        self._keeping.care.add_diagnoses(found, self._access.deed("account_diagnosed", by))
        return found

    def causes(self, since: date, until: date, by: str) -> CauseReport:
        """Return root causes of a period. Errors: InputProblem for the grouping or the period."""
        if by not in BYS:
            raise InputProblem(f"`{by}` is no grouping.", cure=f"Use {', '.join(BYS)}.")
        if since > until:
            raise InputProblem(f"{since} lies after {until}.", cure="Give --since before --until.")
        found = self._keeping.care.diagnoses(since=since, until=until)
        grouping: By = next(b for b in BYS if b == by)
        return CauseReport(
            since,
            until,
            by,
            len({d.account_id for d in found}),
            count_causes(found, grouping),
            self._keeping.book.causes,
        )

    def ask(
        self,
        account_id: str,
        team: str,
        text: str,
        *,
        urgency: str,
        by: str,
        plan_id: int | None,
        cta_id: int | None,
    ) -> ListedRequest:
        """Ask another team for help. Errors: NotFound for the account, InputProblem."""
        with self._access.snapshots() as snapshots:
            known_account(snapshots, account_id)
        self._access.require_links(account_id, plan=plan_id, cta=cta_id)
        made = new_request(
            self._keeping.book.help,
            self._keeping.book.working,
            self._keeping.time_zone,
            account_id=account_id,
            team=team,
            urgency=urgency,
            text=text,
            by=by,
            at=self._project.now,
            plan_id=plan_id,
            cta_id=cta_id,
        )
        return self._late(self._keeping.care.add_request(made, self._access.deed("help_asked", by)))

    def requests(self, *, open_only: bool, account: str | None) -> tuple[ListedRequest, ...]:
        """Return help requests, the earliest due first, as they stand now."""
        found = self._keeping.care.requests(open_only=open_only, account_id=account)
        return tuple(map(self._late, found))

    def move_request(self, request_id: int, status: str, *, by: str, note: str) -> ListedRequest:
        """Move a request on. Errors: NotFound, InputProblem."""
        book, at = self._keeping.book, self._project.now
        moved = self._keeping.care.change_request(
            request_id,
            lambda r: move_request(
                r, status, book.help, book.working, self._keeping.time_zone, by=by, at=at, note=note
            ),
            self._access.deed(f"help_{status}", by),
        )
        return self._late(moved)

    def _late(self, request: HelpRequest) -> ListedRequest:
        book, zone = self._keeping.book, self._keeping.time_zone
        found = lateness(request, self._project.now, book.help, book.working, zone)
        return ListedRequest(request, found)


def care_desk(project: Project) -> CareDesk:
    """Return the care of a project's accounts."""
    return CareDesk(project)
