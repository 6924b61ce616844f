"""What the desks of plans share: stores and rules, the snapshots on disk, who does a deed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from keepwell.actions import Evidence, recovery_evidence
from keepwell.adapters.imports import ImportFolders
from keepwell.adapters.state import SqlActionStore, SqlWarningStore
from keepwell.ports import Deed
from keepwell.runs.plan_day import PlanDay, PlanKeeping, sound_runs
from keepwell.runs.plan_facts import Snapshots, score_series, snapshots_of
from keepwell.vocabulary import InputProblem
from keepwell.wiring.plan_day import follow_day, plan_keeping
from keepwell.wiring.project import Project

MOST_DAYS_BACK = 366


class PlanAccess:
    """A project as the desks of plans see it."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def keeping(self) -> PlanKeeping:
        """Return stores and rules. Errors: ConfigInvalid for plans.yml."""
        return plan_keeping(self.project.config, self.project.layout, self.project.state)

    @property
    def today(self) -> date:
        """Return today in the project's time zone."""
        return self.project.today

    @property
    def accounts_file(self) -> Path | None:
        """Return all accounts of the newest run's import, with those that left."""
        runs = self.project.state.runs()
        folder = ImportFolders(self.project.layout.imports).find(runs[0].input_hash)
        return None if folder is None else folder / "accounts.parquet"

    @contextmanager
    def snapshots(self) -> Iterator[Snapshots]:
        """Give the published snapshots, read with the embedded engine."""
        with self.project.reader() as engine:
            yield snapshots_of(engine, self.project.snapshots, self.project.state.runs())

    def deed(self, action: str, by: str) -> Deed:
        """Return who does something now. Errors: InputProblem without a name."""
        if not by.strip():
            raise InputProblem("This needs a name.", cure="Give --by NAME.")
        return Deed(by.strip(), self.project.now, action, {})

    def require_links(self, account_id: str, *, plan: int | None, cta: int | None) -> None:
        """Refuse the number of a plan or a CTA that does not exist or is of another account.

        Errors: NotFound, InputProblem.
        """
        state, found = self.project.state, []
        if plan is not None:
            found.append(("plan", plan, self.keeping.plans.plan(plan).account_id))
        if cta is not None:
            found.append(("CTA", cta, SqlActionStore(state).cta(cta).account_id))
        for kind, number, theirs in found:
            if theirs != account_id:
                command = "plans list" if kind == "plan" else "cta list"
                raise InputProblem(
                    f"{kind} {number} is of account `{theirs}`, not of `{account_id}`.",
                    cure=f"`keepwell {command} --account {account_id}` shows those of the account.",
                )

    def past_day(self, day: date | None) -> date:
        """Return a day of the last year, today by default. Errors: InputProblem for another."""
        found = day or self.today
        if not self.today - timedelta(days=MOST_DAYS_BACK) <= found <= self.today:
            raise InputProblem(
                f"{found} is not a day of the last year.",
                cure=f"Give a day up to today, {self.today}.",
            )
        return found

    def exit_evidence(self, snapshots: Snapshots, account_id: str) -> Evidence:
        """Return whether an account's score held the exit line, as of the newest snapshot.

        Days whose data are in doubt do not count.
        """
        rule, as_of = self.keeping.book.recovery, snapshots.newest.as_of
        since = as_of - timedelta(days=rule.days + rule.most_gap_days)
        state = self.project.state
        runs = sound_runs(state.runs(), SqlWarningStore(state).gates())
        sound = snapshots_of(snapshots.engine, self.project.snapshots, runs)
        series = score_series(sound, [account_id], since)
        return recovery_evidence(series[account_id], as_of, rule)


def follow_plans_now(project: Project) -> PlanDay:
    """Judge what fell due by the newest snapshot, as a run does."""
    access = PlanAccess(project)
    return follow_day(access.keeping, project.config, project.layout, project.state, project.now)
