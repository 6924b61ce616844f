"""A project's outbox with a clock that only sleeping moves, and channels that answer as told."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from keepwell.actions import RunActions
from keepwell.adapters.state import SqlOutboxStore, SqlStateStore, SqlWarningStore
from keepwell.messages import Answer, DeliverySettings, Message
from keepwell.ports import AlertMeans, Channel, Leased, RunRecord, RunWarning
from keepwell.runs.deliver import DeliveryReport, Postman, deliver
from keepwell.warning import Alert, AlertStatus, Decisions, Ending, Gate, GateKind, GateReason
from messages.notices import WORDING

START = datetime(2026, 11, 2, 9, 0, 1, tzinfo=UTC)
DAY = date(2026, 11, 1)
Script = list[Answer | Exception]


class Killed(Exception):  # noqa: N818 - nobody catches it as an error
    """The process was killed here."""


@dataclass
class Scripted:
    """A channel that answers as it is told, and remembers what reached it."""

    answers: Script = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    told: list[Message] = field(default_factory=list)

    def send(self, leased: Leased) -> Answer:
        answer = self.answers.pop(0) if self.answers else Answer("accepted")
        self.reached.append(leased.key)
        self.told.append(leased.message)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class World:
    """A project's outbox with a clock that only sleeping moves."""

    state: SqlStateStore
    channels: dict[str, Channel]
    settings: DeliverySettings
    now: datetime = START
    owner: str = "me"

    @property
    def store(self) -> SqlOutboxStore:
        return SqlOutboxStore(self.state)

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def postman(self) -> Postman:
        return Postman(
            store=self.store,
            channels=self.channels,
            settings=self.settings,
            wording=WORDING,
            lang="en",
            time_zone="UTC",
            owner=self.owner,
            now=lambda: self.now,
            sleep=self.sleep,
            share=lambda: 1.0,
        )

    def deliver(self, wait_s: float = 0.0) -> DeliveryReport:
        report = deliver(self.postman(), wait_s)
        assert report.balance.faults == ()
        return report

    def statuses(self) -> dict[str, int]:
        return dict(SqlWarningStore(self.state).alert_counts())


def publish(
    state: SqlStateStore,
    run_id: str = "r1",
    accounts: int = 3,
    kind: GateKind = GateKind.OPEN,
    day: date = DAY,
    endings: tuple[Ending, ...] = (),
    urgency: str = "digest",
    people: int = 2,
    actions: RunActions | None = None,
    resumed: int = 0,
    reason: GateReason = GateReason.NONE,
    told_as: str = "account",
) -> None:
    """Publish a run whose alerts concern accounts 0, 1, 2 ... of `people` CSMs in turn.

    `resumed`: so many of them go on, those of DAY, instead of starting.
    """
    status = {GateKind.OPEN: AlertStatus.PENDING, GateKind.HELD: AlertStatus.HELD}.get(
        kind, AlertStatus.BASELINE
    )
    alerts = tuple(
        Alert(
            f"low:{DAY if n < resumed else day}:{n}",
            str(n),
            "low",
            status,
            day,
            is_proxy=False,
            facts={
                "name": f"Account {n}",
                "csm_id": f"U{n % people}",
                "score_micro": 40_000_000,
                "effective_tier": "low",
                "expected_loss_amount": 100.0 * n,
            },
        )
        for n in range(accounts)
    )
    fresh, on = alerts[resumed:], alerts[:resumed]
    decisions = Decisions(fresh, endings, {}, len(fresh), resumed=on)
    record = RunRecord(run_id, day, START, "published", (), accounts, "c", "i")
    means = {"low": AlertMeans("high", urgency, told_as=told_as)}
    warning = RunWarning(Gate(kind, reason), "d", decisions, means, actions=actions)
    state.publish(record, (), warning)
