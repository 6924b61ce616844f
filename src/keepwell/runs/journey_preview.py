"""Preview journeys: what a run would send and why not, and one sample of every mail."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from keepwell.journeys import (
    FIELDS,
    Letter,
    MailStep,
    SendDraft,
    address_hash,
    is_role_address,
    letter_of,
)
from keepwell.ports import Engine
from keepwell.ports.journeys import Caps, JourneyStore
from keepwell.runs.journey_accounts import Addressee
from keepwell.runs.journeys import JourneyWork, PlannedJourneys
from keepwell.runs.send_journeys import opt_out_link
from keepwell.vocabulary import LANGS, Lang

# Stands for the hash of an address in samples, which hold nobody's.
NOBODY = "0" * 64


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail as it would go out, the recipient's name being a blank."""

    journey: str
    step: str
    lang: Lang
    letter: Letter


@dataclass(frozen=True, slots=True)
class JourneyPreview:
    """The plan, what would become of its messages (by journey and step), and samples."""

    planned: PlannedJourneys
    sending: Mapping[str, Mapping[str, Mapping[str, int]]]
    samples: tuple[Sample, ...]

    def files(self) -> dict[str, str]:
        """Return the samples as files by name."""
        found = {}
        for sample in self.samples:
            stem = f"{sample.journey}-{sample.step}-{sample.lang}"
            found[f"{stem}.html"] = sample.letter.html
            found[f"{stem}.txt"] = f"{sample.letter.subject}\n\n{sample.letter.plain}"
        return found


def preview_journeys(
    engine: Engine, planned: PlannedJourneys, work: JourneyWork, store: JourneyStore
) -> JourneyPreview:
    """Return what would be sent now, and one sample per mail in each language.

    Addresses are read to look opt-outs up, and forgotten.
    """
    drafts = [(o, d) for o in planned.outgoing for d in o.sends]
    accounts = sorted({d.account_id for _, d in drafts})
    addressees = work.reader.addressees(engine, accounts)
    sending: dict[str, dict[str, Counter[str]]] = {}
    gone: Counter[str] = Counter()
    for _, draft in drafts:
        journey = draft.key.partition(":")[0]
        steps = sending.setdefault(journey, {}).setdefault(draft.step, Counter())
        steps[_prospect(draft, addressees.get(draft.account_id, []), work, store, gone)] += 1
    told = {
        j: {s: dict(sorted(c.items())) for s, c in steps.items()} for j, steps in sending.items()
    }
    return JourneyPreview(planned, told, tuple(_samples(work)))


def _prospect(
    draft: SendDraft,
    found: list[Addressee],
    work: JourneyWork,
    store: JourneyStore,
    gone: Counter[str],
) -> str:
    """Return what would become of a message: would_send, waits_for_hours, or what is in its way.

    `gone`: the accounts and addresses of earlier messages; this one is added.
    """
    if draft.kind == "cta":
        return "would_hand_over"
    caps = Caps(work.settings.caps_per_contact, work.settings.caps_per_account)
    hashed = None
    if draft.kind == "mail":
        who = next((a for a in found if a.contact_id == draft.contact_id), None)
        if who is None:
            return "contact_gone"
        if is_role_address(who.address) and not work.settings.to_role_addresses:
            return "role_address_only"
        hashed = address_hash(who.address, store.salt())
    if not draft.is_touch:
        return "would_send"
    # Earlier mails of this preview count against the caps as sent ones would.
    account = f"account {draft.account_id}"
    also = (gone[account], gone[hashed or ""] if hashed else 0)
    obstacle = store.obstacle(draft.account_id, hashed, caps, work.now, also)
    if obstacle:
        return obstacle
    gone.update([account, *([hashed] if hashed else [])])
    return "waits_for_hours" if draft.due_at > work.now else "would_send"


def _samples(work: JourneyWork) -> list[Sample]:
    found = []
    link = opt_out_link(work.settings, NOBODY, b"sample")
    for journey in work.journeys:
        for step in journey.steps:
            if not isinstance(step, MailStep):
                continue
            for lang in LANGS:
                fields = {n: f"[{FIELDS[n].label.text(lang)}]" for n in step.fields()}
                known = {n: v for n, v in fields.items() if FIELDS[n].kind != "link"}
                name = fields.get("contact_name")
                letter = letter_of(step, known, name, work.settings, lang, link)
                if isinstance(letter, Letter):
                    found.append(Sample(journey.journey, step.step, lang, letter))
    return found
