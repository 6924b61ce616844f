"""What people do with alerts: list, explain, preview, approve or discard; history and audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from keepwell.actions import RunActions
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.rule_tests_file import load_rule_tests
from keepwell.adapters.state import SqlActionStore, SqlOutboxStore, SqlWarningStore
from keepwell.adapters.trigger_library import load_triggers
from keepwell.ports import (
    AlertRecord,
    AuditFault,
    AuditLine,
    CtaRecord,
    GateRecord,
    MessageRecord,
    RunWarning,
    TransitionRecord,
    Verdict,
)
from keepwell.runs.act import act_on_approval
from keepwell.runs.backtest_alerts import AlertBacktest, backtest_alerts
from keepwell.runs.history import History, Kept, account_history
from keepwell.runs.hold_out import hold_out_known
from keepwell.runs.rule_tests import RuleOutcome, run_rule_tests
from keepwell.runs.run import require_accepted
from keepwell.runs.warn import watch_run
from keepwell.vocabulary import InputProblem
from keepwell.warning import AlertStatus, Trigger
from keepwell.wiring.acting import acting_of
from keepwell.wiring.project import Project
from keepwell.wiring.watching import watch_of

MOST_HELD = 10_000_000


@dataclass(frozen=True, slots=True)
class ExplainedAlert:
    """An alert with its trigger as defined now (None if it was removed) and its run's gate.

    `cta`: the CTA that answers it, if there is one.
    """

    alert: AlertRecord
    trigger: Trigger | None
    gate: GateRecord | None
    play_title_zh: str | None
    play_title_en: str | None
    transitions: tuple[TransitionRecord, ...]
    told: tuple[MessageRecord, ...]
    cta: CtaRecord | None = None


@dataclass(frozen=True, slots=True)
class ListedAlerts:
    """Alerts with the triggers that name them, and how many stand in each status in all."""

    alerts: tuple[AlertRecord, ...]
    triggers: tuple[Trigger, ...]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class AlertPreview:
    """What a run would warn of now."""

    warning: RunWarning
    triggers: tuple[Trigger, ...]


class AlertDesk:
    """The alerts of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store = SqlWarningStore(project.state)
        self._triggers = load_triggers(project.layout.triggers)

    def list(
        self, statuses: Sequence[str], account_id: str | None, person: str | None, limit: int
    ) -> ListedAlerts:
        """Return alerts, newest first. Errors: InputProblem for a status that does not exist."""
        known = [str(s) for s in AlertStatus]
        wrong = [s for s in statuses if s not in known]
        if wrong:
            raise InputProblem(
                f"There is no status `{wrong[0]}`.", cure=f"Choose of: {', '.join(known)}."
            )
        found = self._store.alerts(
            statuses=statuses, account_id=account_id, person=person, limit=limit
        )
        return ListedAlerts(found, self._triggers, dict(self._store.alert_counts()))

    def explain(self, alert_id: int) -> ExplainedAlert:
        """Return one alert with what explains it. Errors: NotFound."""
        alert = self._store.alert(alert_id)
        trigger = next((t for t in self._triggers if t.trigger == alert.trigger), None)
        gate = next((g for g in self._store.gates() if g.run_id == alert.run_id), None)
        plays = {p.play: p for p in load_library(self._project.layout.playbooks).plays}
        play = plays.get(trigger.play or "") if trigger else None
        zh, en = (play.title.zh, play.title.en) if play else (None, None)
        found = self._store.transitions(alert.account_id) if alert.account_id else ()
        of_day = tuple(t for t in found if t.as_of == alert.as_of)
        told = SqlOutboxStore(self._project.state).told(alert.id)
        cta = self._cta_of(alert)
        return ExplainedAlert(alert, trigger, gate, zh, en, of_day, told, cta)

    def _cta_of(self, alert: AlertRecord) -> CtaRecord | None:
        store = SqlActionStore(self._project.state)
        known = store.work([alert.key], alert.as_of).linked.get(alert.key)
        return None if known is None else store.cta(known.cta_id)

    def preview(self) -> AlertPreview:
        """Return what a run of today's data would warn of; nothing is stored."""
        project = self._project
        imported = project.check()
        require_accepted(imported)
        watch = watch_of(project.layout, project.config, project.state, imported)
        with project.engine() as engine:
            portfolio = project.trial_portfolio(engine, imported, None)
            warning = watch_run(
                watch,
                engine,
                project.snapshots,
                project.state.runs(),
                portfolio,
                (*imported.findings, *portfolio.findings),
            )
        return AlertPreview(warning, self._triggers)

    def test(self, path: Path) -> tuple[RuleOutcome, ...]:
        """Run a file of tests of the project's triggers. Errors: ConfigInvalid."""
        tests = load_rule_tests(path)
        with self._project.reader() as engine:
            return run_rule_tests(engine, self._triggers, tests)

    def backtest(self, days: int) -> AlertBacktest:
        """Replay the present triggers over the stored days. Errors: NotFound, ConfigInvalid."""
        project = self._project
        runs = project.state.runs()
        newest = max((r.as_of for r in runs), default=project.today)
        with project.reader() as engine:
            return backtest_alerts(
                engine,
                project.snapshots,
                runs,
                self._triggers,
                frozenset(p.play for p in load_library(project.layout.playbooks).plays),
                since=newest - timedelta(days=days - 1),
                mass_change_share=project.config.warning.mass_change_share,
            )

    def gates(self) -> tuple[GateRecord, ...]:
        """Return the gates of all runs, newest first."""
        return self._store.gates()

    def judge(self, run_id: str, *, is_approved: bool, by: str) -> int:
        """Approve or discard what a run held; return the alerts concerned. Errors: NotFound."""
        verdict: Verdict = "approved" if is_approved else "discarded"
        actions = self._openings(run_id) if is_approved else None
        return self._store.judge(run_id, verdict, by=by, at=self._project.now, actions=actions)

    def _openings(self, run_id: str) -> RunActions:
        """Return the CTAs of the alerts that a run holds."""
        held = self._store.alerts(statuses=[AlertStatus.HELD], limit=MOST_HELD)
        mine = [a for a in held if a.run_id == run_id]
        project = self._project
        acting = acting_of(project.layout, project.config, project.state)
        found = act_on_approval(acting, mine, self._triggers, project.today)
        return hold_out_known(acting.lots, found)

    def audit(self, limit: int) -> tuple[AuditLine, ...]:
        """Return the newest lines of the audit log, newest first."""
        return self._store.audit(limit)

    def audit_faults(self) -> tuple[AuditFault, ...]:
        """Return where the audit log is broken; empty when it holds together."""
        return self._store.audit_faults()


def alert_desk(project: Project) -> AlertDesk:
    """Return the alerts of a project."""
    return AlertDesk(project)


def history_of(project: Project, account_id: str) -> History:
    """Return an account's history. Errors: NotFound."""
    store = SqlWarningStore(project.state)
    kept = Kept(store.alerts(account_id=account_id), store.transitions(account_id))
    with project.reader() as engine:
        return account_history(engine, project.snapshots, project.state.runs(), account_id, kept)
