"""What people do with CTAs, plays and tasks."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from keepwell.actions import BY_PERSON, CtaChange, CtaMove, CtaStatus, TaskMove, TeamSettings
from keepwell.adapters.state import SqlActionStore, SqlWarningStore
from keepwell.adapters.trigger_library import load_triggers
from keepwell.playbooks import Library, Play
from keepwell.ports import CtaEvent, CtaFilter, CtaRecord, PlayRecord, TaskRecord
from keepwell.runs.act_by_hand import Wish, account_facts, cta_wished, play_on
from keepwell.runs.known_names import require_known
from keepwell.vocabulary import Bilingual, InputProblem
from keepwell.warning import Trigger
from keepwell.wiring.acting import acting_of
from keepwell.wiring.known_accounts import known_people
from keepwell.wiring.project import Project


@dataclass(frozen=True, slots=True)
class ListedCtas:
    """CTAs with the titles of their reasons, and how many stand in each status in all."""

    ctas: tuple[CtaRecord, ...]
    counts: Mapping[str, int]
    titles: Mapping[str, Bilingual]
    today: date


@dataclass(frozen=True, slots=True)
class ShownCta:
    """One CTA with its history, plays and tasks."""

    cta: CtaRecord
    events: tuple[CtaEvent, ...]
    plays: tuple[PlayRecord, ...]
    tasks: tuple[TaskRecord, ...]
    titles: Mapping[str, Bilingual]
    roles: Mapping[str, Bilingual]


@dataclass(frozen=True, slots=True)
class ShownPlay:
    """One play that runs or ran, with its tasks and its definition, if the library has it."""

    play: PlayRecord
    tasks: tuple[TaskRecord, ...]
    definition: Play | None
    roles: Mapping[str, Bilingual]


class ActionDesk:
    """The CTAs, plays and tasks of one project; snoozed CTAs wake when somebody looks."""

    def __init__(
        self, project: Project, people: Callable[[], Collection[str]] | None = None
    ) -> None:
        self._project = project
        self._people = people or (lambda: known_people(project))
        self._acting = acting_of(project.layout, project.config, project.state)
        self._store = SqlActionStore(project.state)
        self._store.wake(project.today, project.now)

    @property
    def library(self) -> Library:
        """Return the plays that can be started."""
        return self._acting.library

    @property
    def team(self) -> TeamSettings:
        """Return who works."""
        return self._acting.team

    def suggested(self, reason: str) -> str | None:
        """Return the play that a trigger or an action of the library names; None for others."""
        found = {a.id: a.play for a in self.library.actions}
        found |= {t.trigger: t.play for t in self._triggers() if t.play}
        return found.get(reason)

    def list(self, wanted: CtaFilter) -> ListedCtas:
        """Return CTAs as a work list. Errors: InputProblem for a status that does not exist."""
        known = [str(s) for s in CtaStatus]
        wrong = [s for s in wanted.statuses if s not in known]
        if wrong:
            raise InputProblem(
                f"There is no status `{wrong[0]}`.", cure=f"Choose of: {', '.join(known)}."
            )
        found = self._store.ctas(wanted)
        return ListedCtas(found, self._store.cta_counts(), self._titles(), self._project.today)

    def show(self, cta_id: int) -> ShownCta:
        """Return one CTA with what belongs to it. Errors: NotFound."""
        cta = self._store.cta(cta_id)
        plays = tuple(
            p
            for p in self._store.plays(account_id=cta.account_id, limit=1000)
            if p.cta_id == cta_id
        )
        events, tasks = self._store.events(cta_id), self._store.tasks(cta_id=cta_id)
        return ShownCta(cta, events, plays, tasks, self._titles(), self.library.roles)

    def add(
        self,
        wish: Wish,
        alert: int | None,
        *,
        by: str,
        why: str,
        facts: Mapping[str, Any] | None = None,
    ) -> CtaRecord:
        """Open a CTA, for an alert if one is named. Errors: NotFound, InputProblem.

        `facts`: what the snapshot knows of the account, where the caller has it already.
        """
        _name(by)
        if alert is not None:
            wish = self._for_alert(wish, alert)
        self._require_person(wish.owner)
        if not wish.account_id:
            raise InputProblem("A CTA needs an account.", cure="Name ACCOUNT, or give --alert N.")
        if facts is None:
            with self._project.reader() as engine:
                run = self._project.current()
                facts = account_facts(engine, self._project.snapshots, run, wish.account_id)
        new, play = cta_wished(wish, facts, self._acting, self._project.today)
        number = self._store.add(new, play, by=by, at=self._project.now, why=why)
        return self._store.cta(number)

    def move(
        self,
        cta_id: int,
        move: CtaMove,
        *,
        by: str,
        why: str = "",
        until: date | None = None,
        outcome: str | None = None,
    ) -> CtaRecord:
        """Move a CTA. Errors: NotFound, IllegalMove, InputProblem."""
        _name(by)
        if move is CtaMove.CANCEL and outcome not in BY_PERSON:
            raise InputProblem(
                f"`{outcome or ''}` is no cause for which a person cancels a CTA.",
                cure=f"Choose of: {', '.join(BY_PERSON)}.",
            )
        change = CtaChange(move, self._project.today, why, until, outcome)
        return self._store.move(cta_id, change, by=by, at=self._project.now)

    def assign(self, cta_id: int, owner: str, *, by: str, why: str) -> CtaRecord:
        """Give a CTA to a person. Errors: NotFound for one whom nobody knows, InputProblem."""
        _name(by)
        _name(owner)
        self._require_person(owner)
        return self._store.assign(cta_id, owner, by=by, at=self._project.now, why=why)

    def plays(
        self, statuses: Sequence[str], account_id: str | None, limit: int
    ) -> tuple[PlayRecord, ...]:
        """Return plays, newest first."""
        return self._store.plays(statuses=statuses, account_id=account_id, limit=limit)

    def tasks_of(self, owner: str) -> tuple[TaskRecord, ...]:
        """Return a person's open tasks by due day."""
        return self._store.tasks(owner=owner)

    def play(self, play_id: int) -> ShownPlay:
        """Return one play with its tasks. Errors: NotFound."""
        found = self._store.play(play_id)
        known = {p.play: p for p in self.library.plays}
        tasks = self._store.tasks(play_id=play_id)
        return ShownPlay(found, tasks, known.get(found.play), self.library.roles)

    def start_play(self, name: str, cta_id: int, by: str) -> ShownPlay:
        """Start a play on a CTA. Errors: NotFound, InputProblem."""
        _name(by)
        cta = self._store.cta(cta_id)
        made = play_on(self._acting, name, cta, self._project.today)
        return self.play(self._store.start_play(cta_id, made, by=by, at=self._project.now))

    def stop_play(self, play_id: int, why: str, by: str) -> PlayRecord:
        """Stop a play. Errors: NotFound, IllegalMove, InputProblem."""
        _name(by)
        project = self._project
        return self._store.stop_play(play_id, why, by=by, on=project.today, at=project.now)

    def step(self, task_id: int, move: TaskMove, why: str, by: str) -> TaskRecord:
        """Move a task. Errors: NotFound, IllegalMove, InputProblem."""
        _name(by)
        project = self._project
        return self._store.move_task(
            task_id, move, why=why, by=by, on=project.today, at=project.now
        )

    def _require_person(self, name: str | None) -> None:
        """Refuse to give work to a name that nobody bears: a slip would lose it."""
        if name is not None:
            require_known("person", name, self._people())

    def _for_alert(self, wish: Wish, alert_id: int) -> Wish:
        alert = SqlWarningStore(self._project.state).alert(alert_id)
        if alert.account_id is None:
            raise InputProblem(
                f"Alert {alert_id} is on a source, not on an account.",
                cure="`keepwell check` names what is wrong with the source.",
            )
        if alert.ended_on is not None:
            raise InputProblem(
                f"Alert {alert_id} has been over since {alert.ended_on}.",
                cure=f"For work on its account all the same: keepwell cta add {alert.account_id} "
                "--type --reason --by.",
            )
        known = self._store.work([alert.key], self._project.today).linked.get(alert.key)
        if known is not None:
            raise InputProblem(
                f"CTA {known.cta_id} answers alert {alert_id} already.",
                cure=f"`keepwell cta show {known.cta_id}`.",
                cta=known.cta_id,
            )
        trigger = {t.trigger: t for t in self._triggers()}.get(alert.trigger)
        return replace(
            wish,
            account_id=alert.account_id,
            type=wish.type or (trigger.cta if trigger and trigger.cta else "risk"),
            reason=wish.reason or alert.trigger,
            priority=alert.priority,
            play=wish.play or (trigger.play if trigger else None),
            alert=alert.key,
        )

    def _titles(self) -> Mapping[str, Bilingual]:
        """Return the titles of reasons that are triggers or actions."""
        actions = {a.id: a.title for a in self.library.actions}
        return actions | {t.trigger: t.title for t in self._triggers()}

    def _triggers(self) -> tuple[Trigger, ...]:
        return load_triggers(self._project.layout.triggers)


def _name(given: str) -> None:
    if not given.strip():
        raise InputProblem("A change needs a name.", cure="Give --by NAME.")


def action_desk(
    project: Project, people: Callable[[], Collection[str]] | None = None
) -> ActionDesk:
    """Return the CTAs, plays and tasks of a project. Errors: ConfigInvalid.

    `people`: who may be given work, where the caller knows it sooner than the import does.
    """
    return ActionDesk(project, people)
