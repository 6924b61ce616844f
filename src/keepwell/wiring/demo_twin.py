"""What a fault changed: the days around it are led a second time, in a copy, without the fault."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from keepwell.adapters.clock import FixedClock
from keepwell.adapters.progress import NoProgress
from keepwell.adapters.state import SqlWarningStore
from keepwell.example_company import CompanyDays, DayFault, DeliveredDay
from keepwell.ports import AlertRecord
from keepwell.warning import AlertStatus
from keepwell.wiring.demo import EXPORTS, deliver_exports, remove_folder
from keepwell.wiring.project import Project

# A trigger that waits for a second run may tell on the second sound day what it waited for.
AFTER_DAYS = 2
LEFT_OUT = ("reports", "sent", "run.lock")
Pairs = frozenset[tuple[str, str]]


class FaultTwins:
    """For each fault the alerts that its days would have made without it.

    `made`: accounts and triggers of the alerts that the twin made on the days of `span`.
    """

    def __init__(self, folder: Path, company: CompanyDays) -> None:
        self._folder = folder
        self._spans = {f: _span(f, company) for f in company.faults}
        self._twin: Path | None = None
        self.made: dict[DayFault, Pairs] = {}

    def span(self, fault: DayFault) -> tuple[date, ...]:
        """Return the days on which the fault may show: its own and those after it."""
        return self._spans[fault]

    def begin(self, day: DeliveredDay) -> None:
        """Copy the project as it is when a fault begins; call it before the day is delivered."""
        if day.fault is not None and self._spans[day.fault][0] == day.as_of:
            self._twin = Path(tempfile.mkdtemp(prefix="keepwell-twin-")) / "twin"
            left_out = shutil.ignore_patterns(*LEFT_OUT)
            shutil.copytree(self._folder, self._twin, ignore=left_out)

    def follow(self, day: DeliveredDay) -> None:
        """Lead the day without its fault, and note what was made of it when it was the last."""
        fault = next((f for f, days in self._spans.items() if day.as_of in days), None)
        if fault is None or self._twin is None:
            return
        deliver_exports(day.sound, self._twin / EXPORTS)
        project = Project(self._twin, NoProgress(), FixedClock(day.as_of))
        project.run(day.as_of)
        if day.as_of == self._spans[fault][-1]:
            alerts = SqlWarningStore(project.state).alerts(limit=1_000_000)
            self.made[fault] = alerted(alerts, self._spans[fault])
        project.state.close()
        if fault in self.made:
            remove_folder(self._twin.parent)
            self._twin = None


def _span(fault: DayFault, company: CompanyDays) -> tuple[date, ...]:
    """Return the days of a fault and those after it, up to the next fault or the end."""
    own = company.span(fault)
    next_one = min((f.first for f in company.faults if f.first > fault.last), default=None)
    end = company.last if next_one is None else company.first + timedelta(days=next_one - 1)
    last = min(own[-1] + timedelta(days=AFTER_DAYS), end)
    return tuple(own[0] + timedelta(days=n) for n in range((last - own[0]).days + 1))


def alerted(alerts: Sequence[AlertRecord], days: Sequence[date]) -> Pairs:
    """Return accounts and triggers of the alerts that began on these days and wait for nobody."""
    return frozenset(
        (a.account_id, a.trigger)
        for a in alerts
        if a.account_id is not None and a.as_of in days and a.status != AlertStatus.HELD
    )


def compared(
    twins: FaultTwins, fault: DayFault, alerts: Sequence[AlertRecord]
) -> Mapping[str, int]:
    """Return how many alerts a fault `caused`, and how many it kept back (`lost`)."""
    told, without = alerted(alerts, twins.span(fault)), twins.made.get(fault, frozenset())
    return {"caused": len(told - without), "lost": len(without - told)}
