"""A project's journeys on a state database, with a clock that only sleeping moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from keepwell.adapters.state import SqlJourneyStore, SqlStateStore
from keepwell.journeys import (
    Around,
    ContactRow,
    Journey,
    JourneySettings,
    Letter,
    Outgoing,
    Step,
    outgoing_of,
    plan_moves,
)
from keepwell.messages import Answer
from keepwell.ports.journeys import (
    Applied,
    Dispatched,
    JourneyCaller,
    JourneyMailer,
    JourneyPlan,
    LeasedSend,
)
from keepwell.runs.journey_accounts import Addressee
from keepwell.runs.send_journeys import Dispatcher, SendingReport, send_journeys

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TEXT = {"zh": "文", "en": "text"}
OPEN_HOURS = {"start": "00:00", "end": "00:00", "days_off": []}


class Killed(Exception):  # noqa: N818 - nobody catches it as an error
    """The process was killed here."""


@dataclass
class Letterbox:
    """A mailer that answers as it is told and remembers which key reached which address."""

    answers: list[Dispatched | Exception] = field(default_factory=list)
    reached: list[tuple[str, str, datetime]] = field(default_factory=list)
    now: Any = None

    def send(
        self, leased: LeasedSend, letter: Letter, address: str, opt_out_link: str | None
    ) -> Dispatched:
        assert letter.subject
        assert opt_out_link is None
        answer = self.answers.pop(0) if self.answers else Dispatched(Answer("accepted"))
        self.reached.append((leased.send.key, address, self.now()))
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Called:
    """A caller that takes everything."""

    keys: list[str] = field(default_factory=list)

    def call(self, leased: LeasedSend, step: Step) -> Answer:
        assert step.step == leased.send.step
        self.keys.append(leased.send.key)
        return Answer("accepted")


def two_mails(name: str, **more: Any) -> Journey:
    """Return a journey of two mails, two days apart, then a feed entry."""
    mail = {"kind": "mail", "subject": TEXT, "body": TEXT}
    parts: dict[str, Any] = {
        "journey": name,
        "title": TEXT,
        "reason": TEXT,
        "enter": "score < 50",
        "goal": "score > 60",
        "again_after_days": 1,
        "steps": [
            {"step": "first", **mail},
            {"step": "second", "after_days": 2, **mail},
            {"step": "tip", "kind": "feed", "title": TEXT, "body": TEXT},
        ],
    }
    return Journey.model_validate({**parts, **more})


@dataclass
class World:
    """Journeys over accounts whose conditions a test sets by hand.

    `met`: per account the conditions that hold (`enter`, `goal`); by default `enter`.
    `addresses`: per account the address of its one contact.
    """

    state: SqlStateStore
    journeys: tuple[Journey, ...]
    addresses: dict[str, str]
    settings: JourneySettings = field(
        default_factory=lambda: JourneySettings.model_validate({"quiet": OPEN_HOURS})
    )
    met: dict[str, set[str]] = field(default_factory=dict)
    now: datetime = START
    mailer: JourneyMailer | None = None
    callers: dict[str, JourneyCaller] = field(default_factory=dict)
    owner: str = "me"
    size: str = "Small Business"

    def __post_init__(self) -> None:
        self.letterbox = Letterbox(now=lambda: self.now)
        self.mailer = self.mailer or self.letterbox

    @property
    def store(self) -> SqlJourneyStore:
        return SqlJourneyStore(self.state)

    def rows(self) -> list[dict[str, Any]]:
        found = []
        for number, account in enumerate(sorted(self.addresses)):
            met = self.met.get(account, {"enter"})
            row: dict[str, Any] = {
                "account_id": account,
                "account_size_segment": self.size,
                "effective_tier": "low",
                "contribution_tier": 2 + number % 3,
            }
            column = 0
            for n, journey in enumerate(self.journeys, start=1):
                row[f"w_{n}"] = True
                for part in journey.conditions():
                    column += 1
                    row[f"c_{column}"] = part in met
            found.append(row)
        return found

    def planned(self) -> JourneyPlan:
        moves = plan_moves(
            [(j, False) for j in self.journeys],
            self.rows(),
            self.store.known(),
            self.settings,
            self.now.date(),
        )
        around = Around(
            self.settings,
            "en",
            "UTC",
            self.now,
            lambda account: [ContactRow(f"C{account}", True, False, None, True)],
            lambda *_: None,
        )
        outgoing: tuple[Outgoing, ...] = tuple(outgoing_of(p, around) for p in moves.passages)
        return JourneyPlan(moves, outgoing, {"mail": "m", "webhook": "w", "cta": "cta"}, "r1")

    def plan(self) -> Applied:
        return self.store.apply(self.planned(), self.now, by="test")

    def dispatcher(self) -> Dispatcher:
        addressees: Mapping[str, list[Addressee]] = {
            a: [Addressee(f"C{a}", address, "Li")] for a, address in self.addresses.items()
        }
        return Dispatcher(
            store=self.store,
            journeys={j.journey: j for j in self.journeys},
            settings=self.settings,
            addressees=dict(addressees),
            regions={},
            mailer=self.mailer,
            callers=self.callers,
            lang="en",
            time_zone="UTC",
            owner=self.owner,
            now=self.tick,
            sleep=self.sleep,
            share=lambda: 1.0,
            salt=self.store.salt(),
        )

    def tick(self) -> datetime:
        """Return the moment; like every clock, it has moved on since it was read before."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def send(self, wait_s: float = 0.0) -> SendingReport:
        return send_journeys(self.dispatcher(), wait_s)

    def run(self) -> None:
        self.plan()
        self.send()

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)
