"""The care of the accounts in sight: risk stages, plans, running plays, help, reviews."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from keepwell.actions import PlayStatus, Stage
from keepwell.adapters.state.action_models import CtaRow, PlayRow, TaskRow
from keepwell.adapters.state.action_reading import plays_of, task_of
from keepwell.adapters.state.action_rows import IN_CHUNK
from keepwell.adapters.state.pages_models import ListedAccountRow as Row
from keepwell.adapters.state.pages_models import StagedRunRow
from keepwell.adapters.state.pages_queries import seen
from keepwell.adapters.state.pages_rows import listed
from keepwell.adapters.state.plan_care_models import HelpRequestRow, ReviewRow, StageRow
from keepwell.adapters.state.plan_care_store import OPEN, request_of
from keepwell.adapters.state.plan_models import PlanRow
from keepwell.adapters.state.plan_rows import plans_of
from keepwell.adapters.state.stage_rows import stage_record
from keepwell.adapters.state.store import SqlStateStore
from keepwell.ports import TaskRecord
from keepwell.ports.pages import Scope
from keepwell.ports.pages_work import (
    AccountPlan,
    AccountPlay,
    AccountRequest,
    Reviewed,
    StageColumn,
)

# The first by expected loss, then by amount: the order of the inbox.
WORST_FIRST = (Row.loss_key.desc(), Row.amount_key.desc(), Row.account_id)


class SqlWorkPages:
    """Fulfils `ports.pages_work.WorkPages`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def board(self, scope: Scope, each: int) -> tuple[StageColumn, ...]:
        """Return the risk stages that have accounts, each with its first ones by expected loss."""
        sums = (StageRow.stage, func.count(), func.sum(Row.amount), func.sum(Row.loss_amount))
        counted = _at_their_stage(seen(scope, *sums)).group_by(StageRow.stage)
        with self._state.session() as session:
            measures = _measures(session)
            totals = {stage: tuple(rest) for stage, *rest in session.execute(counted)}
            columns = []
            for stage in (str(s) for s in Stage if str(s) in totals):
                wanted = _at_their_stage(seen(scope, StageRow, Row)).where(StageRow.stage == stage)
                found = session.execute(wanted.order_by(*WORST_FIRST).limit(each))
                placed = tuple((stage_record(s), listed(row, measures)) for s, row in found)
                accounts, amount, loss = totals[stage]
                columns.append(
                    StageColumn(stage, accounts, float(amount or 0), float(loss or 0), placed)
                )
        return tuple(columns)

    def plans(
        self,
        scope: Scope,
        *,
        status: str | None = "open",
        account_id: str | None = None,
        limit: int = 100,
    ) -> tuple[AccountPlan, ...]:
        """Return plans, the one that ends first on top."""
        wanted = seen(scope, PlanRow, Row).join(PlanRow, PlanRow.account_id == Row.account_id)
        if status is not None:
            wanted = wanted.where(PlanRow.status == status)
        if account_id is not None:
            wanted = wanted.where(PlanRow.account_id == account_id)
        with self._state.session() as session:
            measures = _measures(session)
            order = (PlanRow.ends_on, PlanRow.id)
            rows = session.execute(wanted.order_by(*order).limit(limit)).all()
            plans = plans_of(session, [plan for plan, _ in rows])
            return tuple(
                AccountPlan(plan, listed(row, measures))
                for plan, (_, row) in zip(plans, rows, strict=True)
            )

    def plays(
        self,
        scope: Scope,
        owners: Sequence[str] | None,
        *,
        after: tuple[date, int] | None = None,
        limit: int = 50,
    ) -> tuple[AccountPlay, ...]:
        """Return running plays, the oldest first. `owners`: of their CTAs; None: everybody's.

        `after`: start and number of the last one on the page before.
        """
        wanted = (
            seen(scope, PlayRow, Row, CtaRow.owner)
            .join(PlayRow, PlayRow.account_id == Row.account_id)
            .join(CtaRow, CtaRow.id == PlayRow.cta_id)
            .where(PlayRow.status == str(PlayStatus.RUNNING))
            .order_by(PlayRow.started_on, PlayRow.id)
            .limit(limit)
        )
        if owners is not None:
            wanted = wanted.where(or_(CtaRow.owner.in_(owners), CtaRow.owner.is_(None)))
        if after is not None:
            began, number = after
            later = and_(PlayRow.started_on == began, PlayRow.id > number)
            wanted = wanted.where(or_(PlayRow.started_on > began, later))
        with self._state.session() as session:
            measures = _measures(session)
            rows = session.execute(wanted).all()
            plays = plays_of(session, [play for play, _, _ in rows])
            tasks = _tasks(session, [p.id for p in plays])
            return tuple(
                AccountPlay(play, listed(row, measures), tuple(tasks[play.id]), owner)
                for play, (_, row, owner) in zip(plays, rows, strict=True)
            )

    def requests(
        self, scope: Scope, *, open_only: bool = True, limit: int = 100
    ) -> tuple[AccountRequest, ...]:
        """Return help requests, the one that is due first on top."""
        wanted = (
            seen(scope, HelpRequestRow, Row)
            .join(HelpRequestRow, HelpRequestRow.account_id == Row.account_id)
            .order_by(HelpRequestRow.solve_due, HelpRequestRow.id)
            .limit(limit)
        )
        if open_only:
            wanted = wanted.where(HelpRequestRow.status.in_(OPEN))
        with self._state.session() as session:
            measures = _measures(session)
            return tuple(
                AccountRequest(request_of(request), listed(row, measures))
                for request, row in session.execute(wanted)
            )

    def reviewed(self, scope: Scope, ids: Sequence[str] | None = None) -> tuple[Reviewed, ...]:
        """Return what decides on reviews, of all accounts in sight or of some."""
        columns = (Row.account_id, Row.name, Row.tier, Row.size, Row.csm_id)
        wanted = seen(scope, *columns)
        parts = [wanted]
        if ids is not None:
            chunks = range(0, len(ids), IN_CHUNK)
            parts = [wanted.where(Row.account_id.in_(ids[c : c + IN_CHUNK])) for c in chunks]
        with self._state.session() as session:
            return tuple(Reviewed(*row) for part in parts for row in session.execute(part))

    def last_reviews(self, scope: Scope) -> dict[str, date]:
        """Return the day of the last review of every account in sight that had one."""
        last = func.max(ReviewRow.held_on)
        wanted = seen(scope, Row.account_id, last).join(
            ReviewRow, ReviewRow.account_id == Row.account_id
        )
        with self._state.session() as session:
            found = session.execute(wanted.group_by(Row.account_id))
            return {str(account): held for account, held in found}


def _at_their_stage(found: Select[Any]) -> Select[Any]:
    """Return the SELECT over the accounts that have a stage, with the newest of it."""
    newest = (
        select(StageRow.account_id, func.max(StageRow.step).label("step"))
        .group_by(StageRow.account_id)
        .subquery()
    )
    return found.join(newest, newest.c.account_id == Row.account_id).join(
        StageRow,
        (StageRow.account_id == newest.c.account_id) & (StageRow.step == newest.c.step),
    )


def _tasks(session: Session, plays: Sequence[int]) -> dict[int, list[TaskRecord]]:
    found: dict[int, list[TaskRecord]] = defaultdict(list)
    wanted = select(TaskRow).where(TaskRow.play_id.in_(plays))
    for row in session.scalars(wanted.order_by(TaskRow.due_on, TaskRow.place)):
        found[row.play_id].append(task_of(row))
    return found


def _measures(session: Session) -> tuple[str, ...]:
    facts = session.scalar(select(StagedRunRow.facts))
    return tuple(facts["measures"]) if facts else ()
