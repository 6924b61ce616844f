"""The studio of triggers: what is edited of each, what that would do today and had done lately."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from keepwell.adapters.definition_rules import edited_trigger
from keepwell.adapters.state.pages_briefs import account_briefs
from keepwell.adapters.trigger_library import all_triggers, shipped_triggers
from keepwell.ports.pages import Scope
from keepwell.ports.studio import Draft, Edition, Subject, text_hash
from keepwell.runs.backtest_alerts import AlertBacktest, backtest_alerts
from keepwell.runs.trial_loop import TrialWork, trial_work
from keepwell.vocabulary import ConfigInvalid, NotFound
from keepwell.warning import Trigger
from keepwell.wiring.studio_desk import Publication, Ready, StudioDesk
from keepwell.wiring.studio_work import usual_of, watch_with

REPLAYED_DAYS = 180


@dataclass(frozen=True, slots=True)
class RuleOnDesk:
    """One trigger: as it is in use, in the file that holds it or would hold it."""

    subject: Subject
    trigger: Trigger
    is_shipped: bool
    is_own: bool
    text: str
    base_hash: str
    draft: Draft | None
    others: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a trigger did on the kept days: alerts, accounts, and its busiest week of one person.

    `held_before`: alerts that held on the first day already; they are in no other number.
    """

    days: int
    alerts: int
    accounts: int
    held_before: int
    busiest_week: int

    @classmethod
    def of(cls, found: AlertBacktest) -> "Replayed":
        """Return the sums of a replay."""
        return cls(
            len(found.days),
            sum(found.triggers.values()),
            found.accounts,
            found.baseline,
            max((w.alerts for w in found.person_weeks), default=0),
        )


@dataclass(frozen=True, slots=True)
class RulePreview:
    """What an edited trigger would do today, and had done on the kept days; None: too few days."""

    trigger: Trigger
    changes: Mapping[str, tuple[str, str]]
    today: TrialWork
    before: Replayed | None
    after: Replayed | None
    kept_days: int = 0


class RuleStudio:
    """The triggers of a project and what edits of them would do."""

    def __init__(self, studio: StudioDesk) -> None:
        self._studio = studio
        self._desk = studio.desk

    def triggers(self) -> tuple[tuple[Trigger, str], ...]:
        """Return all triggers, off ones too, each with the file that holds it ("": shipped)."""
        return all_triggers(self._desk.project.layout.triggers)

    def subject(self, name: str) -> Subject:
        """Return the file of a trigger. Errors: NotFound."""
        for trigger, file in self.triggers():
            if trigger.trigger == name:
                return Subject("triggers", file or name)
        raise NotFound("There is no such trigger.", cure="The studio lists them.")

    def on_desk(self, name: str, author: str) -> RuleOnDesk:
        """Return one trigger. Errors: NotFound, ConfigInvalid."""
        subject = self.subject(name)
        text = self._studio.text(subject)
        trigger, file = next((t, f) for t, f in self.triggers() if t.trigger == name)
        return RuleOnDesk(
            subject,
            trigger,
            any(t.trigger == name for t in shipped_triggers()),
            bool(file),
            text,
            text_hash(text),
            *self._studio.drafts(subject, author),
        )

    def edited(self, text: str, name: str, values: Mapping[str, Any]) -> str:
        """Return a file's text with edited parts of one trigger. Errors: ConfigInvalid."""
        now = self.trigger_of(self.subject(name), text, name)
        given = now.model_dump(mode="json", exclude_defaults=True) | dict(values)
        try:
            made = Trigger.model_validate(given)
        except ValueError as problem:
            raise ConfigInvalid(
                f"The trigger `{name}` does not hold together: {_said(problem)}",
                cure="Mend the field that is named.",
            ) from problem
        return text if made == now else edited_trigger(text, _plain(made))

    def trigger_of(self, subject: Subject, text: str, name: str) -> Trigger:
        """Return a trigger as a file's text defines it. Errors: NotFound, ConfigInvalid."""
        found = self._studio.files.every_trigger(subject, text)
        trigger = next((t for t, _ in found if t.trigger == name), None)
        if trigger is None:
            raise NotFound(f"The text defines no trigger `{name}`.", cure="Keep its name.")
        return trigger

    def preview(self, name: str, text: str, scope: Scope) -> RulePreview:
        """Return what a file's text would do, with regard to one trigger; nothing is stored.

        Errors: ConfigInvalid; NotFound without a run.
        """
        subject, project = self.subject(name), self._desk.project
        project.current()
        after = self.trigger_of(subject, text, name)
        before = self.trigger_of(subject, self._studio.text(subject), name)
        today = self.today(subject, text, scope)
        then = self._replay(before)
        now = then if after == before else self._replay(after)
        days = len({r.as_of for r in project.state.runs()})
        return RulePreview(after, _changes(before, after), today, then, now, days)

    def today(self, subject: Subject, text: str, scope: Scope) -> TrialWork:
        """Return what a file's text would set going on the day of the current run."""
        project = self._desk.project
        watch = watch_with(self._studio, self._studio.files.triggers(subject, text))
        known, usual = account_briefs(project.state, scope), usual_of(self._studio)
        with project.reader() as engine:
            return trial_work(
                watch, engine, project.snapshots, project.state.runs(), None, known, usual
            )

    def publish(self, name: str, wish: Publication) -> Edition:
        """Put a file's text in use. Errors: as `StudioDesk.publish`."""
        return self._studio.publish(self.subject(name), wish, self.ready)

    def take_back(self, name: str, edition_id: int, wish: Publication) -> Edition:
        """Put an earlier text in use again. Errors: as `StudioDesk.take_back`."""
        return self._studio.take_back(self.subject(name), edition_id, wish, self.ready)

    def ready(self, subject: Subject, text: str) -> Ready:
        """Check a text against the columns of the current run. Errors: ConfigInvalid."""
        watch = watch_with(self._studio, self._studio.files.triggers(subject, text))
        project = self._desk.project
        if runs := project.state.runs():
            with project.reader() as engine:
                trial_work(watch, engine, project.snapshots, runs, None, {}, frozenset())
        return Ready()

    def _replay(self, trigger: Trigger) -> Replayed | None:
        """Return what one trigger did on the kept days, asked once for each run."""
        asked = f"studio:replay:{trigger.model_dump_json()}"
        return self._desk.kept(asked, lambda: self._replayed(trigger))

    def _replayed(self, trigger: Trigger) -> Replayed | None:
        project = self._desk.project
        runs = project.state.runs()
        newest = max(r.as_of for r in runs)
        plays = frozenset(p.play for p in self._studio.files.library().plays)
        with project.reader() as engine:
            try:
                found = backtest_alerts(
                    engine,
                    project.snapshots,
                    runs,
                    (trigger,) if trigger.is_on else (),
                    plays,
                    since=newest - timedelta(days=REPLAYED_DAYS - 1),
                    mass_change_share=project.config.warning.mass_change_share,
                )
            except NotFound:
                return None
        return Replayed.of(found)


def _plain(trigger: Trigger) -> dict[str, Any]:
    values = trigger.model_dump(mode="json", exclude_defaults=True)
    return {k: v for k, v in values.items() if v is not None or k in ("cta",)}


def _changes(before: Trigger, after: Trigger) -> Mapping[str, tuple[str, str]]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    old |= old.pop("hysteresis")
    new |= new.pop("hysteresis")
    return {k: (_text(old[k]), _text(new[k])) for k in new if old[k] != new[k]}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return " / ".join(str(v) for v in value.values())
    return "" if value is None else str(value)


def _said(problem: ValueError) -> str:
    from pydantic import ValidationError

    if not isinstance(problem, ValidationError):
        return str(problem)
    return "; ".join(
        f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}"
        for e in problem.errors(include_url=False)
    )
