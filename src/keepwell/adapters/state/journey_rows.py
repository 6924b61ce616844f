"""A plan of journeys as rows: passages move, steps are kept once, messages and entries wait."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from keepwell.adapters.state.action_rows import IN_CHUNK
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.journey_models import (
    FeedRow,
    HoldoutRow,
    JourneySendRow,
    PassageRow,
    PassageStepRow,
)
from keepwell.journeys import Assignment, Enrolment, FeedDraft, Outgoing, Passage, SendDraft
from keepwell.ports.journeys import Applied, JourneyPlan

Pairing = tuple[PassageRow, Passage, Outgoing]


def active_key(journey: str, account_id: str) -> str:
    """Return the key that only one active passage may carry."""
    return f"{journey}:{account_id}"


def enrolment_of(row: PassageRow) -> Enrolment:
    """Return a stored passage as the room of journeys sees it."""
    return Enrolment(
        row.journey,
        row.account_id,
        row.entered_on,
        row.position,
        row.since,
        row.status,  # type: ignore[arg-type]
        row.ended_on,
        row.is_proxy,
    )


def apply(session: Session, plan: JourneyPlan, at: datetime, by: str) -> Applied:
    """Store a plan; passages that are no longer as the plan saw them stay as they are."""
    pairs, raced = _moved(session, plan)
    session.flush()
    taken = _taken(session, pairs)
    sends = entries = 0
    for row, _, planned in pairs:
        made = _without(planned, taken.get(row.id, frozenset()))
        session.add_all(
            PassageStepRow(
                passage_id=row.id,
                step=o.step,
                kind=o.kind,
                outcome=o.outcome,
                reason=o.reason,
                at=at,
            )
            for o in made.outcomes
        )
        session.add_all(_send(row.id, d, plan.channels[d.kind], at) for d in made.sends)
        session.add_all(_entry(row.journey, d, at) for d in made.entries)
        sends, entries = sends + len(made.sends), entries + len(made.entries)
    for subject, share, arm in plan.moves.arms:
        store_arms(session, subject, share, [arm], at.date())
    entered = sum(1 for _, passage, _ in pairs if passage.before is None)
    applied = Applied(entered, len(pairs) - entered, sends, entries, raced)
    if pairs or plan.moves.arms:
        details = {**_summary(pairs), "sends": sends, "entries": entries}
        details["holdouts"] = len(plan.moves.arms)
        add_audit(session, at, by, "journeys_planned", plan.run_id, details)
    return applied


def _moved(session: Session, plan: JourneyPlan) -> tuple[list[Pairing], int]:
    stored = {
        row.active_key: row
        for row in session.scalars(select(PassageRow).where(PassageRow.active_key.is_not(None)))
    }
    days = {p.advance.enrolment.entered_on for p in plan.moves.passages if p.before is None}
    begun = set(session.scalars(select(PassageRow.key).where(PassageRow.entered_on.in_(days))))
    pairs: list[Pairing] = []
    for passage, made in zip(plan.moves.passages, plan.outgoing, strict=True):
        after = passage.advance.enrolment
        key = active_key(after.journey, after.account_id)
        row = stored.get(key)
        if passage.before is None:
            if row is not None or after.key in begun:
                continue
            row = PassageRow(key=after.key, run_id=plan.run_id)
            session.add(row)
        elif row is None or enrolment_of(row) != passage.before:
            continue
        _write(row, after, key)
        pairs.append((row, passage, made))
    return pairs, len(plan.moves.passages) - len(pairs)


def _taken(session: Session, pairs: Sequence[Pairing]) -> dict[int, set[str]]:
    """Return the steps that passages took before: an edit may have moved one behind another."""
    old = [row.id for row, passage, made in pairs if passage.before is not None and made.outcomes]
    found: dict[int, set[str]] = {}
    for start in range(0, len(old), IN_CHUNK):
        wanted = select(PassageStepRow.passage_id, PassageStepRow.step)
        some = PassageStepRow.passage_id.in_(old[start : start + IN_CHUNK])
        for passage_id, step in session.execute(wanted.where(some)):
            found.setdefault(passage_id, set()).add(step)
    return found


def _without(made: Outgoing, taken: Collection[str]) -> Outgoing:
    """Return what a passage makes without the steps that it took before."""
    if not taken:
        return made
    return Outgoing(
        tuple(o for o in made.outcomes if o.step not in taken),
        tuple(d for d in made.sends if d.step not in taken),
        tuple(d for d in made.entries if d.step not in taken),
    )


def _write(row: PassageRow, after: Enrolment, key: str) -> None:
    row.active_key = key if after.status == "active" else None
    row.journey, row.account_id = after.journey, after.account_id
    row.status, row.entered_on, row.position = after.status, after.entered_on, after.position
    row.since, row.ended_on, row.is_proxy = after.since, after.ended_on, after.is_proxy


def _send(passage_id: int, draft: SendDraft, channel: str, at: datetime) -> JourneySendRow:
    return JourneySendRow(
        key=draft.key,
        passage_id=passage_id,
        step=draft.step,
        kind=draft.kind,
        account_id=draft.account_id,
        contact_id=draft.contact_id,
        channel=channel,
        lang=draft.lang,
        fields=dict(draft.fields),
        item=draft.item,
        is_touch=draft.is_touch,
        status="pending",
        reason="",
        due_at=draft.due_at,
        expires_at=draft.expires_at,
        created_at=at,
        attempts=0,
        last_error="",
    )


def _entry(journey: str, draft: FeedDraft, at: datetime) -> FeedRow:
    texts = {
        "zh": {"title": draft.title.zh, "body": draft.body.zh},
        "en": {"title": draft.title.en, "body": draft.body.en},
    }
    return FeedRow(
        key=draft.key,
        account_id=draft.account_id,
        journey=journey,
        step=draft.step,
        at=at,
        texts=texts,
        link=draft.link,
        item=draft.item,
    )


def _summary(pairs: Iterable[Pairing]) -> dict[str, object]:
    entered: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    for row, passage, _ in pairs:
        if passage.before is None:
            entered[row.journey] += 1
        if row.status != "active":
            ended[f"{row.journey}:{row.status}"] += 1
    return {"entered": dict(sorted(entered.items())), "ended": dict(sorted(ended.items()))}


def store_arms(
    session: Session, subject: str, share: float, arms: Sequence[Assignment], on: date
) -> int:
    """Store arms; a stored one is replaced only where the account must not be held out any more."""
    new = 0
    for arm in arms:
        row = session.get(HoldoutRow, (subject, arm.account_id))
        if row is None:
            session.add(
                HoldoutRow(
                    subject=subject,
                    account_id=arm.account_id,
                    arm=arm.arm,
                    reason=arm.reason,
                    stratum=arm.stratum,
                    share=share,
                    assigned_on=on,
                )
            )
            new += 1
        elif row.arm == "held_out" and arm.arm == "exempt":
            row.arm, row.reason, row.released_on = "exempt", arm.reason, on
            new += 1
    session.flush()
    return new
