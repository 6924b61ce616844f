"""Who got which play, journey or plan, who was drawn, and who left, read from the state."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from keepwell.adapters.state.action_models import CtaRow, PlayRow
from keepwell.adapters.state.journey_models import HoldoutRow, PassageRow
from keepwell.adapters.state.plan_models import OutcomeRow, PlanRow
from keepwell.adapters.state.store import SqlStateStore
from keepwell.ports.effects import Drawn, Enrolled

ARMS = ("treated", "held_out")
CHURNED = "churned"


class SqlEffectReader:
    """Fulfils `ports.effects.EffectReader`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def subjects(self) -> Mapping[str, int]:
        """Return the accounts of each subject that ever ran or was drawn for."""
        found: dict[str, set[str]] = {}
        named = (
            ("play:", select(PlayRow.play, PlayRow.account_id)),
            ("journey:", select(PassageRow.journey, PassageRow.account_id)),
            ("plan:", select(PlanRow.template, PlanRow.account_id)),
            ("", select(HoldoutRow.subject, HoldoutRow.account_id)),
        )
        with self._state.session() as session:
            for prefix, wanted in named:
                for name, account in session.execute(wanted.distinct()):
                    found.setdefault(f"{prefix}{name}", set()).add(account)
        return {name: len(found[name]) for name in sorted(found)}

    def enrolled(self, subject: str) -> tuple[Enrolled, ...]:
        """Return the accounts of a subject, each with the first time."""
        wanted = _enrolments(subject)
        if wanted is None:
            return ()
        with self._state.session() as session:
            return _first_times(session.execute(wanted))

    def drawn(self, subject: str) -> tuple[Drawn, ...]:
        """Return the arms of a subject; empty without a lot."""
        wanted = select(HoldoutRow).where(HoldoutRow.subject == subject, HoldoutRow.arm.in_(ARMS))
        with self._state.session() as session:
            rows = session.scalars(wanted.order_by(HoldoutRow.account_id))
            return tuple(Drawn(r.account_id, r.assigned_on, r.arm == ARMS[0]) for r in rows)

    def left(self) -> Mapping[str, date]:
        """Return the accounts that people recorded as churned, with the first day."""
        wanted = select(OutcomeRow.account_id, func.min(OutcomeRow.on))
        with self._state.session() as session:
            rows = session.execute(
                wanted.where(OutcomeRow.kind == CHURNED).group_by(OutcomeRow.account_id)
            )
            return {str(account): day for account, day in rows}


def _enrolments(subject: str) -> Any:
    kind, _, name = subject.partition(":")
    match kind:
        case "play":
            columns = (PlayRow.account_id, PlayRow.started_on, PlayRow.ended_on, CtaRow.hours)
            joined = select(*columns).join(CtaRow, CtaRow.id == PlayRow.cta_id)
            return joined.where(PlayRow.play == name)
        case "journey":
            passage = (PassageRow.account_id, PassageRow.entered_on, PassageRow.ended_on)
            return select(*passage).where(PassageRow.journey == name)
        case "plan":
            plan = (PlanRow.account_id, PlanRow.started_on, PlanRow.closed_on)
            return select(*plan).where(PlanRow.template == name)
    return None


def _first_times(rows: Iterable[Any]) -> tuple[Enrolled, ...]:
    first: dict[str, Enrolled] = {}
    for account, on, ended, *hours in rows:
        known = first.get(str(account))
        if known is None or on < known.on:
            first[str(account)] = Enrolled(str(account), on, ended, hours[0] if hours else None)
    return tuple(first[account] for account in sorted(first))
