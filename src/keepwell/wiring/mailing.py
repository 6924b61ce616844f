"""Delivery with its adapters: the outbox, the channels of delivery.yml, the words of alerts."""

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from keepwell.adapters.channels import (
    AppriseChannel,
    FileChannel,
    InAppChannel,
    Mailbox,
    MailChannel,
    UnsetChannel,
    WebChannel,
)
from keepwell.adapters.clock import pause
from keepwell.adapters.delivery_file import begin_delivery, load_delivery
from keepwell.adapters.environment import read_secret, require_driver
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.state import SOURCE_TRIGGER, SqlCareStore, SqlOutboxStore
from keepwell.adapters.trigger_library import load_triggers
from keepwell.messages import (
    CARE_TITLES,
    IN_APP,
    ChannelSettings,
    Silence,
    TriggerWords,
    Wording,
    named_people,
)
from keepwell.ports import Balance, Channel, InboxEntry, MessageRecord
from keepwell.runs.deliver import DeliveryReport, Postman, deliver, opens_for
from keepwell.runs.known_names import require_known
from keepwell.vocabulary import InputProblem, KeepwellProblem
from keepwell.wiring.known_accounts import known_accounts
from keepwell.wiring.plan_day import climb_by_clock
from keepwell.wiring.project import Project
from keepwell.wiring.webhook_desk import webhook_desk

LONGEST_SILENCE_DAYS = 366


class MailDesk:
    """What people do with messages: deliver, acknowledge, silence, look into the outbox."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store = SqlOutboxStore(project.state)

    def begin(self) -> None:
        """Write the commented delivery.yml. Errors: InputProblem when there is one."""
        begin_delivery(self._project.layout.delivery)

    def deliver(
        self, wait_s: float = 0.0, sleep: Callable[[float], None] = pause
    ) -> DeliveryReport:
        """Plan and send what is due, then the events of webhooks.

        Help requests climb by the clock, not by runs, so that it is looked at here too.
        Errors: ConfigInvalid for delivery.yml or plans.yml; what is wrong with them holds up no
        webhook.
        """
        project, began = self._project, self._project.now
        try:
            report = self._tell(wait_s, sleep)
        except KeepwellProblem:
            webhook_desk(project).deliver()
            raise
        left_s = wait_s - (project.now - began).total_seconds()
        sent = webhook_desk(project).deliver(max(left_s, 0.0), sleep)
        moments = [m for m in (report.waiting_until, sent.waiting_until) if m is not None]
        return replace(report, events=sent.attempts, waiting_until=min(moments, default=None))

    def _tell(self, wait_s: float, sleep: Callable[[float], None]) -> DeliveryReport:
        project = self._project
        if SqlCareStore(project.state).requests(open_only=True, limit=1):
            climb_by_clock(project.config, project.layout, project.state, project.now)
        return deliver(self._postman(sleep), wait_s)

    def outbox(
        self, statuses: Sequence[str], person: str | None, limit: int
    ) -> tuple[MessageRecord, ...]:
        """Return messages, newest first."""
        return self._store.messages(statuses=statuses, person=person, limit=limit)

    def counts(self) -> Mapping[str, int]:
        """Return how many messages stand in each status."""
        return self._store.message_counts()

    def balance(self) -> Balance:
        """Return where every matched alert stands."""
        return self._store.balance()

    def inbox(self, person: str, limit: int) -> tuple[InboxEntry, ...]:
        """Return a person's messages, newest first."""
        return self._store.inbox(person, limit)

    def replay(self, message_ids: Sequence[int], by: str) -> int:
        """Send dead letters again. Errors: NotFound; InputProblem without a name."""
        if not by.strip():
            raise InputProblem("A replay needs a name.", cure="Give --by NAME.")
        postman, now = self._postman(pause), self._project.now

        def opens(person: str, kind: str, is_critical: bool) -> datetime:
            return opens_for(postman, now, person, kind, is_critical=is_critical)

        return self._store.replay(message_ids, by=by, at=now, opens=opens)

    def acknowledge(self, alert_id: int, by: str) -> None:
        """Take note of an alert. Errors: NotFound."""
        self._store.acknowledge(alert_id, by=by, at=self._project.now)

    def snooze(self, alert_id: int, until: date, reason: str, by: str) -> None:
        """Put an alert away until a day. Errors: NotFound, InputProblem for the day."""
        self._check(until, reason, by)
        self._store.snooze(alert_id, until, reason, by=by, at=self._project.now)

    def silence(self, wanted: Silence, by: str) -> Silence:
        """Silence an account, a trigger or a person until a day, included.

        Errors: InputProblem for a day in the past or too far, or when nothing is named; NotFound
        for an account, a trigger or a person that does not exist.
        """
        self._check(wanted.until, wanted.reason, by)
        if not any((wanted.account_id, wanted.trigger, wanted.person)):
            raise InputProblem(
                "A silence needs something to be silent about.",
                cure="Name --account, --trigger, --person or an alert's number.",
            )
        self._require_known(wanted)
        number = self._store.add_silence(wanted, by=by, at=self._project.now)
        return replace(wanted, id=number)

    def silences(self) -> tuple[Silence, ...]:
        """Return the silences in force today."""
        return self._store.silences(self._project.today)

    def _check(self, until: date, reason: str, by: str) -> None:
        days = (until - self._project.today).days
        if not 0 <= days <= LONGEST_SILENCE_DAYS:
            raise InputProblem(
                f"The silence would last until {until}; today is {self._project.today}.",
                cure=f"Give a day from today to {LONGEST_SILENCE_DAYS} days ahead.",
            )
        if not reason.strip() or not by.strip():
            raise InputProblem("A silence needs a reason and a name.", cure="Give --reason, --by.")

    def _require_known(self, wanted: Silence) -> None:
        """Refuse to be silent about what does not exist: the wrong alerts would go on."""
        project = self._project
        triggers = [t.trigger for t in load_triggers(project.layout.triggers)]
        require_known("trigger", wanted.trigger, [*triggers, SOURCE_TRIGGER, *CARE_TITLES])
        if wanted.account_id is None and wanted.person is None:
            return
        accounts, people = known_accounts(project)
        settings = load_delivery(project.layout.delivery)
        require_known("account", wanted.account_id, accounts)
        require_known("person", wanted.person, [*people, *named_people(settings)])

    def _postman(self, sleep: Callable[[float], None]) -> Postman:
        project = self._project
        settings = load_delivery(project.layout.delivery)
        channels = {c.channel: self.channel(c) for c in settings.channels}

        def now() -> datetime:
            return project.now

        return Postman(
            store=self._store,
            channels={IN_APP: InAppChannel(self._store, now), **channels},
            settings=settings,
            wording=self._wording(settings.link),
            lang=project.config.lang,
            time_zone=project.config.time_zone,
            owner=uuid.uuid4().hex,
            now=now,
            sleep=sleep,
            share=random.SystemRandom().random,
        )

    def _wording(self, link: str | None) -> Wording:
        project = self._project
        plays = {p.play: p.title for p in load_library(project.layout.playbooks).plays}
        words = {
            t.trigger: TriggerWords(t.title, plays.get(t.play or ""))
            for t in load_triggers(project.layout.triggers)
        }
        money = project.config.money
        save_rate = project.config.forecast.save_rate
        known = project.config.segment_map
        segments = {s.segment: s.label for s in known.segments} if known else {}
        return Wording(words, save_rate, money.currency or "", link, segments)

    def channel(self, settings: ChannelSettings) -> Channel:
        """Return a channel of delivery.yml, ready to send."""
        match settings.kind:
            case "file":
                return FileChannel(self._project.layout.sent / settings.channel)
            case "inapp":
                return InAppChannel(self._store, lambda: self._project.now)
            case _:
                return self._outside(settings)

    def _outside(self, settings: ChannelSettings) -> Channel:
        """Return a channel over the network; one without its secrets puts its messages off."""
        purpose = f"channel `{settings.channel}` of delivery.yml"
        try:
            if settings.kind == "apprise":
                require_driver("apprise", "apprise")
                address = read_secret(settings.url_env or "", purpose)
                return AppriseChannel(address, settings.allow_private_addresses)
            if settings.kind == "smtp":
                return MailChannel(mailbox_of(settings, purpose))
            return WebChannel(
                settings.kind,
                read_secret(settings.url_env or "", purpose),
                _secret(settings.secret_env, purpose),
                settings.allow_private_addresses,
                lambda: self._project.now,
            )
        except InputProblem as problem:
            return UnsetChannel(f"{problem.what} {problem.cure}")


def mailbox_of(settings: ChannelSettings, purpose: str) -> Mailbox:
    """Return the mail server of a channel. Errors: InputProblem when a secret is not set."""
    return Mailbox(
        settings.host,
        settings.port,
        settings.security,
        settings.sender or "",
        _secret(settings.user_env, purpose),
        _secret(settings.password_env, purpose),
    )


def _secret(variable: str | None, purpose: str) -> str | None:
    return None if variable is None else read_secret(variable, purpose)


def mail_desk(project: Project) -> MailDesk:
    """Return the messages of a project."""
    return MailDesk(project)
