"""Send what journeys planned: each message leased, worded, sent and marked on its own."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from keepwell.journeys import (
    Journey,
    JourneySettings,
    MailStep,
    Missing,
    Step,
    address_hash,
    is_role_address,
    letter_of,
    opt_out_token,
    place_of,
)
from keepwell.messages import fate_of, next_open
from keepwell.ports.journeys import (
    Caps,
    Dispatched,
    Idle,
    JourneyCaller,
    JourneyMailer,
    JourneyStore,
    Judged,
    LeasedSend,
    WaitingSend,
)
from keepwell.runs.journey_accounts import Addressee
from keepwell.runs.journeys import BY_RUN
from keepwell.vocabulary import Lang

# How soon to look again at a mail whose account's contacts this sending did not read.
UNREAD = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """What sending needs. `regions`: by account; `share`: a number in 0-1.

    `addressees`: contacts by account, none for one without; mails of an account that is not there
    wait, since another process planned them after the contacts were read.
    """

    store: JourneyStore
    journeys: Mapping[str, Journey]
    settings: JourneySettings
    addressees: Mapping[str, list[Addressee]]
    regions: Mapping[str, str | None]
    mailer: JourneyMailer | None
    callers: Mapping[str, JourneyCaller]
    lang: Lang
    time_zone: str
    owner: str
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    share: Callable[[], float]
    salt: bytes

    def caps(self) -> Caps:
        """Return the caps of the settings."""
        return Caps(self.settings.caps_per_contact, self.settings.caps_per_account)

    def addressee(self, send: WaitingSend) -> Addressee | None:
        """Return the contact of a message as the last import has it."""
        found = self.addressees.get(send.account_id, [])
        return next((a for a in found if a.contact_id == send.contact_id), None)

    def judge(self, send: WaitingSend) -> Judged:
        """Return whose address a message goes to and from when on, or why it cannot go."""
        step = self._step(send)
        if step is None or step.kind != send.kind:
            return Judged(withheld="step_removed")
        place = place_of(
            self.regions.get(send.account_id), self.settings, self.lang, self.time_zone
        )
        moment = self.now()
        opens = next_open(moment, place.quiet, place.time_zone)
        not_before = opens if opens > moment else None
        if send.kind != "mail":
            return Judged(not_before=not_before)
        if send.account_id not in self.addressees:
            return Judged(not_before=max(opens, moment + UNREAD))
        who = self.addressee(send)
        if who is None:
            return Judged(withheld="contact_gone")
        if not who.is_active:
            return Judged(withheld="no_active_contact")
        if is_role_address(who.address) and not self.settings.to_role_addresses:
            return Judged(withheld="role_address_only")
        return Judged(address_hash(who.address, self.salt), not_before=not_before)

    def _step(self, send: WaitingSend) -> Step | None:
        journey = self.journeys.get(send.journey)
        return None if journey is None else journey.step(send.step)

    def dispatch(self, leased: LeasedSend) -> str:
        """Send one leased message and store what came of it; return its status."""
        send, step = leased.send, self._step(leased.send)
        if isinstance(step, MailStep):
            return self._mail(leased, step)
        caller = self.callers.get(send.kind)
        if step is None or caller is None:
            self.store.withhold(leased, self.owner, "no_channel")
            return "withheld"
        return self._mark(leased, Dispatched(caller.call(leased, step)))

    def _mail(self, leased: LeasedSend, step: MailStep) -> str:
        send, who = leased.send, self.addressee(leased.send)
        if who is None or self.mailer is None or leased.address_hash is None:
            self.store.withhold(leased, self.owner, "contact_gone" if who is None else "no_channel")
            return "withheld"
        link = opt_out_link(self.settings, leased.address_hash, self.salt)
        letter = letter_of(step, send.fields, who.name, self.settings, send.lang, link)
        if isinstance(letter, Missing):
            reason = f"missing_{letter.fields[0]}" if letter.fields else "missing"
            self.store.withhold(leased, self.owner, reason)
            return "withheld"
        return self._mark(leased, self.mailer.send(leased, letter, who.address, link))

    def _mark(self, leased: LeasedSend, done: Dispatched) -> str:
        now = self.now()
        fate = fate_of(done.answer, leased.attempts, leased.first_at, now, self.share())
        return self.store.mark(leased, self.owner, done.answer, fate, now, is_bounced=done.is_gone)


@dataclass(frozen=True, slots=True)
class SendingReport:
    """What one sending did: attempts by outcome; `waiting_until`: when the next one is due."""

    attempts: Mapping[str, int]
    waiting_until: datetime | None


def send_journeys(dispatcher: Dispatcher, wait_s: float = 0.0) -> SendingReport:
    """Send until nothing is due; wait at most `wait_s` for retries.

    A process that dies loses nothing: its lease runs out and the message goes out under its key.
    """
    started = dispatcher.now()
    outcomes: Counter[str] = Counter()
    until: datetime | None
    while True:
        now = dispatcher.now()
        found = dispatcher.store.lease(now, dispatcher.owner, dispatcher.caps(), dispatcher.judge)
        if not isinstance(found, Idle):
            outcomes[dispatcher.dispatch(found)] += 1
            continue
        until = found.until
        if until is None or until > started + timedelta(seconds=wait_s):
            break
        dispatcher.sleep(max((until - now).total_seconds(), 0.01))
    if outcomes:
        dispatcher.store.note_sending(dict(outcomes), dispatcher.now(), by=BY_RUN)
    return SendingReport(dict(sorted(outcomes.items())), until)


def opt_out_link(settings: JourneySettings, hashed: str, salt: bytes) -> str | None:
    """Return the unsubscribe link of one address; None where no address takes it."""
    if settings.unsubscribe is None:
        return None
    return settings.unsubscribe + opt_out_token(hashed, salt)
