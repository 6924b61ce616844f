"""The demo over many days: the example company delivered, run and told day by day, then judged."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from keepwell.adapters.clock import FixedClock
from keepwell.adapters.state import SqlOutboxStore, SqlWarningStore
from keepwell.example_company import AS_OF, CompanyDays, DayFault, DeliveredDay
from keepwell.messages import DeliverySettings
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
from keepwell.wiring.demo import EXPORTS, clear_demo, declare_currency, write_export
from keepwell.wiring.mailing import mail_desk
from keepwell.wiring.project import Project
from keepwell.wiring.start import start_project

MANY = 10_000_000
LETTERS = "letters"
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

    Each day its exports are delivered as they looked then, run and told as on any real day.
    `faults`: those that the example company plants by itself when None.
    """
    clear_demo(folder, force=force)
    progress.step("build", lang)
    company = CompanyDays(accounts, lang, days, faults=faults)
    write_export(company.truth, folder / "truth.csv")
    refused: list[date] = []
    for day in company:
        _deliver(day, folder / EXPORTS)
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
    return _judged(Project(folder, progress, FixedClock(AS_OF)), company, days, refused)


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


def _deliver(day: DeliveredDay, exports: Path) -> None:
    """Write the day's files; one that does not come is not there."""
    kept = set()
    for table in day.exports:
        if table is not None:
            kept.add(f"{table.name}.csv")
            write_export(table, exports / f"{table.name}.csv")
    for path in exports.iterdir():
        if path.name not in kept:
            path.unlink()


def _judged(
    project: Project, company: CompanyDays, days: int, refused: Sequence[date]
) -> ReplayReport:
    store, outbox = SqlWarningStore(project.state), SqlOutboxStore(project.state)
    alerts, gates = store.alerts(limit=MANY), store.gates()
    told = [
        Told(a.account_id, a.trigger, a.as_of, is_baseline=a.as_of == company.first)
        for a in alerts
        if a.account_id is not None and a.status != AlertStatus.HELD
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
        held=sum(a.status == AlertStatus.HELD for a in alerts),
        gates=Counter(g.gate.kind.value for g in gates),
        hindsight=hindsight(told, fates, company.first, AS_OF, len(people)),
        volume=volume(read, len(people), days - 1, longest),
        faults=tuple(
            fault_days(f.kind.name, company.span(f), alerts, gates, refused) for f in company.faults
        ),
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
    name: str,
    span: Sequence[date],
    alerts: Sequence[AlertRecord],
    gates: Sequence[GateRecord],
    refused: Sequence[date],
) -> FaultDays:
    """Return what a fault of some days led to, on them and on the day after."""
    kinds = Counter(g.gate.kind for g in gates if date.fromisoformat(g.run_id[:10]) in span)
    after = span[-1] + timedelta(days=1)
    within = [a for a in alerts if a.as_of in span]
    of_accounts = [a for a in within if a.account_id is not None]
    over = [a for a in of_accounts if a.ended_on == after]
    cut = {(a.account_id, a.trigger) for a in alerts if a.ended_on in span}
    again = [a for a in alerts if a.as_of == after and (a.account_id, a.trigger) in cut]
    return FaultDays(
        name,
        span[0],
        span[-1],
        sum(d in refused for d in span),
        kinds[GateKind.CLOSED],
        kinds[GateKind.HELD],
        sum(a.account_id is None for a in within),
        len(of_accounts),
        len(over) + len(again),
    )


def _calm_source_alerts(company: CompanyDays, alerts: Sequence[AlertRecord]) -> int:
    """Return the alerts on sources on days without a planted fault."""
    faulty = {day for f in company.faults for day in company.span(f)}
    return sum(a.account_id is None and a.as_of not in faulty for a in alerts)
