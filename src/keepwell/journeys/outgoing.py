"""What the steps of a run become: messages and hand-overs to send, feed entries, or a reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

from keepwell.journeys.catalogue import Choice
from keepwell.journeys.fields import CONTACT_FIELDS, CONTENT_FIELDS
from keepwell.journeys.letters import row_values, values_for
from keepwell.journeys.models import JourneySettings
from keepwell.journeys.planning import Passage
from keepwell.journeys.steps import CtaStep, FeedStep, MailStep, WebhookStep
from keepwell.journeys.templates import Missing, filled_plain, filled_subject, missing_in
from keepwell.messages import Quiet, next_open
from keepwell.vocabulary import LANGS, Bilingual, Lang

Outcome = Literal["planned", "shown", "passed", "withheld"]


@dataclass(frozen=True, slots=True)
class Place:
    """How a recipient is reached: language, zone, and hours in which nothing is sent."""

    lang: Lang
    time_zone: str
    quiet: Quiet


@dataclass(frozen=True, slots=True)
class ContactRow:
    """What planning knows of a contact; never the address, nor the name."""

    contact_id: str | None
    has_email: bool
    is_role_address: bool
    role: str | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What became of one step, and why it was withheld if it was."""

    step: str
    kind: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SendDraft:
    """One message to be sent; `fields` are values without contact data."""

    key: str
    step: str
    kind: Literal["mail", "webhook", "cta"]
    account_id: str
    contact_id: str | None
    lang: Lang
    fields: Mapping[str, str]
    item: str | None
    due_at: datetime
    expires_at: datetime
    is_touch: bool


@dataclass(frozen=True, slots=True)
class FeedDraft:
    """One entry of an account's feed, in both languages; `item`: the content it points to."""

    key: str
    account_id: str
    step: str
    title: Bilingual
    body: Bilingual
    link: str | None
    item: str | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Everything that the steps of one passage make."""

    outcomes: tuple[StepOutcome, ...] = ()
    sends: tuple[SendDraft, ...] = ()
    entries: tuple[FeedDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """What planning needs beside the passage.

    `contacts`: of an account. `choice`: the content for an account, language and wanted item.
    """

    settings: JourneySettings
    lang: Lang
    time_zone: str
    now: datetime
    contacts: Callable[[str], Sequence[ContactRow]]
    choice: Callable[[Mapping[str, Any], Lang, str | None], Choice | None]


@dataclass
class _Made:
    outcomes: list[StepOutcome] = field(default_factory=list)
    sends: list[SendDraft] = field(default_factory=list)
    entries: list[FeedDraft] = field(default_factory=list)


def place_of(region: str | None, settings: JourneySettings, lang: Lang, time_zone: str) -> Place:
    """Return how recipients of a region are reached; `lang`, `time_zone`: of the project."""
    special = settings.region(region)
    quiet = settings.quiet
    days = (*quiet.holidays, *special.holidays)
    return Place(
        special.lang or settings.lang or lang,
        special.time_zone or settings.time_zone or time_zone,
        quiet.model_copy(update={"holidays": days}),
    )


def contact_for(
    contacts: Sequence[ContactRow], settings: JourneySettings
) -> tuple[str | None, str]:
    """Return the contact that is written to, or why there is none.

    Order: roles as the settings list them, then by contact_id.
    """
    if not contacts:
        return None, "no_contact"
    active = [c for c in contacts if c.is_active]
    mailed = [c for c in active if c.has_email]
    if not mailed:
        return None, "no_email" if active else "no_active_contact"
    personal = [c for c in mailed if settings.to_role_addresses or not c.is_role_address]
    if not personal:
        return None, "role_address_only"
    named = [(c.contact_id, c.role) for c in personal if c.contact_id is not None]
    if not named:
        return None, "no_contact_id"
    ranks = {role: place for place, role in enumerate(settings.roles)}
    return min(named, key=lambda c: (ranks.get(c[1] or "", len(ranks)), c[0]))[0], ""


def outgoing_of(passage: Passage, around: Around) -> Outgoing:
    """Return what the passed steps of an account make, in their order."""
    made = _Made()
    for step in passage.advance.passed:
        key = f"{passage.advance.enrolment.key}/{step.step}"
        row = passage.row or {}
        match step:
            case MailStep():
                _mail(step, key, row, around, made)
            case WebhookStep():
                _webhook(step, key, row, around, made)
            case FeedStep():
                _feed(step, key, row, around, made)
            case CtaStep():
                _plan(step, key, row, around, made, around.now, around.lang)
            case _:
                made.outcomes.append(StepOutcome(step.step, step.kind, "passed"))
    return Outgoing(tuple(made.outcomes), tuple(made.sends), tuple(made.entries))


def _mail(step: MailStep, key: str, row: Mapping[str, Any], around: Around, made: _Made) -> None:
    place = place_of(row.get("region"), around.settings, around.lang, around.time_zone)
    contact, reason = contact_for(around.contacts(str(row["account_id"])), around.settings)
    choice = around.choice(row, place.lang, step.item) if step.fields() & CONTENT_FIELDS else None
    known = row_values(step.fields(), row, choice, place.lang)
    # The name is read at sending; only what is missing for certain withholds the step now.
    sure = {**known, **dict.fromkeys(CONTACT_FIELDS, "x")}
    values = values_for(step, sure, around.settings, place.lang)
    texts = ((step.subject, ()), (step.body, step.optional))
    lacking = [n for t, optional in texts for n in missing_in(t.text(place.lang), values, optional)]
    if lacking:
        reason = f"missing_{lacking[0]}"
    if contact is None or reason:
        made.outcomes.append(StepOutcome(step.step, step.kind, "withheld", reason))
        return
    due_at = next_open(around.now, place.quiet, place.time_zone)
    _plan(step, key, row, around, made, due_at, place.lang, contact, (known, choice))


def _webhook(
    step: WebhookStep, key: str, row: Mapping[str, Any], around: Around, made: _Made
) -> None:
    place = place_of(row.get("region"), around.settings, around.lang, around.time_zone)
    wanted = frozenset(step.fields)
    choice = around.choice(row, place.lang, None) if wanted & CONTENT_FIELDS else None
    known = row_values(wanted, row, choice, place.lang)
    due_at = next_open(around.now, place.quiet, place.time_zone) if step.is_touch else around.now
    _plan(step, key, row, around, made, due_at, place.lang, None, (known, choice))


def _plan(
    step: MailStep | WebhookStep | CtaStep,
    key: str,
    row: Mapping[str, Any],
    around: Around,
    made: _Made,
    due_at: datetime,
    lang: Lang,
    contact_id: str | None = None,
    told: tuple[Mapping[str, str | None], Choice | None] = (MappingProxyType({}), None),
) -> None:
    known, choice = told
    made.outcomes.append(StepOutcome(step.step, step.kind, "planned"))
    made.sends.append(
        SendDraft(
            key,
            step.step,
            step.kind,
            str(row["account_id"]),
            contact_id,
            lang,
            {n: v for n, v in known.items() if v},
            choice.item.item if choice else None,
            due_at,
            around.now + timedelta(days=around.settings.send_within_days),
            is_touch=step.kind == "mail" or (step.kind == "webhook" and step.is_touch),
        )
    )


def _feed(step: FeedStep, key: str, row: Mapping[str, Any], around: Around, made: _Made) -> None:
    titles, bodies, link = {}, {}, None
    item: str | None = None
    wanted = step.fields() | ({step.link} if step.link else set())
    for lang in LANGS:
        choice = around.choice(row, lang, step.item) if wanted & CONTENT_FIELDS else None
        known = row_values(wanted, row, choice, lang)
        values = values_for(step, known, around.settings, lang)
        title = filled_subject(step.title.text(lang), values)
        body = filled_plain(step.body.text(lang), values, step.optional)
        if isinstance(title, Missing) or isinstance(body, Missing):
            lacking = title if isinstance(title, Missing) else body
            reason = f"missing_{lacking.fields[0]}" if isinstance(lacking, Missing) else ""
            made.outcomes.append(StepOutcome(step.step, step.kind, "withheld", reason))
            return
        titles[lang], bodies[lang] = title, body
        item = item or (choice.item.item if choice else None)
        link = link or (values.get(step.link) or known.get(step.link) if step.link else None)
    made.outcomes.append(StepOutcome(step.step, step.kind, "shown"))
    made.entries.append(
        FeedDraft(
            key,
            str(row["account_id"]),
            step.step,
            Bilingual(titles["zh"], titles["en"]),
            Bilingual(bodies["zh"], bodies["en"]),
            link,
            item,
        )
    )
