"""The demo over many days: the example company delivered, run and told day by day, then judged."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from keepwell.adapters.clock import FixedClock
from keepwell.adapters.state import SqlOutboxStore, SqlWarningStore
from keepwell.example_company import AS_OF, CompanyDays, DayFault
from keepwell.messages import DeliverySettings, is_tallied
from keepwell.ports import AlertRecord, Balance, GateRecord, Progress
from keepwell.vocabulary import LANGS, Lang, OutsideProblem, SourceRejected
from keepwell.warning import (
    AlertStatus,
    Fate,
    FaultDays,
    GateKind,
    Replay,
    Told,
    hindsight,
    replay_page,
    volume,
)
from keepwell.wiring.demo import (
    EXPORTS,
    clear_demo,
    declare_currency,
    deliver_exports,
    write_export,
)
from keepwell.wiring.demo_twin import FaultTwins, compared
from keepwell.wiring.mailing import mail_desk
from keepwell.wiring.project import Project
from keepwell.wiring.start import start_project

MANY = 10_000_000
LETTERS = "letters"
# Triggers of the shipped library that are leads for sales and foretell no loss.
LEADS = frozenset({"upgrade_candidate"})
# Nobody is told anything at weekends; the hours do not matter where a day is one moment.
DELIVERY = """\
channels:
  - {{channel: {letters}, kind: file}}
defaults:
  channels: [inapp, {letters}]
  quiet: {{start: "00:00", end: "00:00", days_off: [sat, sun]}}
people:
  - {{person: U102, lang: {other}}}
  - {{person: leader, lang: {lang}}}
routes:
  - {{priorities: [critical], to: [leader]}}
"""


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a replay of the example company came to; `pages` tell it in zh and en."""

    folder: Path
    replay: Replay
    pages: tuple[Path, ...]
    balance: Balance


def replay_demo(
    folder: Path,
    *,
    days: int,
    accounts: int,
    lang: Lang,
    force: bool,
    progress: Progress,
    faults: tuple[DayFault, ...] | None = None,
) -> ReplayReport:
    """Build the example company as of `days` days ago and lead it day by day to the present.

    Each day its exports are delivered as they looked then, run and told as on any real day. The
    days around a fault are also run without it, so that what it caused is known.
    `faults`: those that the example company plants by itself when None.
    """
    clear_demo(folder, force=force)
    progress.step("build", lang)
    company = CompanyDays(accounts, lang, days, faults=faults)
    write_export(company.truth, folder / "truth.csv")
    refused: list[date] = []
    twins = FaultTwins(folder, company)
    for day in company:
        twins.begin(day)
        deliver_exports(day.exports, folder / EXPORTS)
        clock = FixedClock(day.as_of)
        if day.as_of == company.first:
            _begin(folder, lang, clock, progress)
        project = Project(folder, progress, clock)
        try:
            project.run(day.as_of)
        except (SourceRejected, OutsideProblem):
            refused.append(day.as_of)
        mail_desk(project).deliver()
        project.state.close()
        twins.follow(day)
    return _judged(Project(folder, progress, FixedClock(AS_OF)), company, twins, refused)


def _begin(folder: Path, lang: Lang, clock: FixedClock, progress: Progress) -> None:
    start_project(
        folder,
        folder / EXPORTS,
        scorecard="robust",
        lang=lang,
        force=True,
        progress=progress,
        clock=clock,
        has_preview=False,
    )
    declare_currency(folder, "CNY" if lang == "zh" else "USD")
    other = "en" if lang == "zh" else "zh"
    text = DELIVERY.format(letters=LETTERS, lang=lang, other=other)
    (folder / "delivery.yml").write_text(text, encoding="utf-8")


def _judged(
    project: Project, company: CompanyDays, twins: FaultTwins, refused: Sequence[date]
) -> ReplayReport:
    store, outbox = SqlWarningStore(project.state), SqlOutboxStore(project.state)
    alerts, gates = store.alerts(limit=MANY), store.gates()
    out = [a for a in alerts if a.status != AlertStatus.HELD]
    told = [
        Told(a.account_id, a.trigger, a.as_of, is_baseline=a.as_of == company.first)
        for a in out
        if a.account_id is not None and not is_tallied(a.facts) and a.trigger not in LEADS
    ]
    fates = _fates(company)
    people = {a.csm_id for a in alerts if a.csm_id is not None}
    read, longest = _read(outbox, people, company.first)
    replay = Replay(
        accounts=len(fates),
        first=company.first,
        last=AS_OF,
        people=len(people),
        budget=DeliverySettings().defaults.budget,
        baseline=sum(t.is_baseline for t in told),
        held=len(alerts) - len(out),
        tallied=sum(is_tallied(a.facts) for a in out),
        leads=sum(a.trigger in LEADS for a in out),
        gates=Counter(g.gate.kind.value for g in gates),
        hindsight=hindsight(told, fates, company.first, AS_OF, len(people)),
        volume=volume(read, len(people), (AS_OF - company.first).days, longest),
        faults=tuple(fault_days(f, company, twins, alerts, gates, refused) for f in company.faults),
        calm_source_alerts=_calm_source_alerts(company, alerts),
    )
    pages = tuple(_page(project, replay, lang) for lang in LANGS)
    return ReplayReport(project.layout.root, replay, pages, outbox.balance())


def _page(project: Project, replay: Replay, lang: Lang) -> Path:
    path = project.layout.reports / f"replay.{lang}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(replay_page(replay, lang), encoding="utf-8", newline="\n")
    return path


def _fates(company: CompanyDays) -> list[Fate]:
    def day(text: str) -> date | None:
        return AS_OF + timedelta(days=int(text)) if text else None

    return [
        Fate(account, day(declines), day(leaves))
        for account, _, leaves, _, declines in company.truth.rows
    ]


def _read(
    outbox: SqlOutboxStore, people: set[str], first: date
) -> tuple[dict[tuple[str, date], int], int]:
    """Return the accounts that each person was told of by day, the baseline apart."""
    found: dict[tuple[str, date], int] = defaultdict(int)
    longest = 0
    for person in people:
        for entry in outbox.inbox(person, MANY):
            longest = max(longest, len(entry.message.items))
            if entry.at.date() > first:
                found[person, entry.at.date()] += len(entry.message.items) + entry.message.more
    return dict(found), longest


def fault_days(
    fault: DayFault,
    company: CompanyDays,
    twins: FaultTwins,
    alerts: Sequence[AlertRecord],
    gates: Sequence[GateRecord],
    refused: Sequence[date],
) -> FaultDays:
    """Return what a fault of some days led to, and what they would have led to without it."""
    span = company.span(fault)
    kinds = Counter(g.gate.kind for g in gates if date.fromisoformat(g.run_id[:10]) in span)
    within = [a for a in alerts if a.as_of in span]
    return FaultDays(
        name=fault.kind.name,
        first=span[0],
        last=span[-1],
        refused=sum(d in refused for d in span),
        closed=kinds[GateKind.CLOSED],
        held=kinds[GateKind.HELD],
        source_alerts=sum(a.account_id is None for a in within),
        account_alerts=sum(a.account_id is not None for a in within),
        **compared(twins, fault, alerts),
    )


def _calm_source_alerts(company: CompanyDays, alerts: Sequence[AlertRecord]) -> int:
    """Return the alerts on sources on days without a planted fault."""
    faulty = {day for f in company.faults for day in company.span(f)}
    return sum(a.account_id is None and a.as_of not in faulty for a in alerts)
