"""Shows journeys: what they are, what a run did or would do, and holdouts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from keepwell.cli.console import Speaker
from keepwell.cli.journey_words import outcome_word, word
from keepwell.journeys import (
    Assignment,
    BranchStep,
    CtaStep,
    FeedStep,
    Journey,
    JourneySettings,
    MailStep,
    Step,
    WaitStep,
    WebhookStep,
)
from keepwell.ports.journeys import HoldoutGroup, JourneyCount
from keepwell.runs.journey_preview import JourneyPreview
from keepwell.runs.journeys import JourneyLine, PlannedJourneys
from keepwell.vocabulary import Lang
from keepwell.wiring import JourneyRun


def show_list(
    journeys: Sequence[Journey], counts: Sequence[JourneyCount], lang: Lang, *, as_json: bool
) -> None:
    """Print all journeys with their accounts by status."""
    speak = Speaker(as_json=as_json)
    by_name = {c.journey: c for c in counts}
    if speak.result(
        {"journeys": [{**_plain(j), "counts": by_name.get(j.journey)} for j in journeys]}
    ):
        return
    heads = ("journey", "title", "state", "steps", "accounts")
    speak.table(
        [word(h, lang) for h in heads],
        [
            (
                j.journey,
                j.title.text(lang),
                word("on" if j.is_on else "off", lang),
                len(j.steps),
                _counts(by_name[j.journey].passages, lang) if j.journey in by_name else "",
            )
            for j in journeys
        ],
        right="3",
    )


def _plain(journey: Journey) -> dict[str, object]:
    return {
        "journey": journey.journey,
        "title": journey.title,
        "is_on": journey.is_on,
        "steps": [{"step": s.step, "kind": s.kind} for s in journey.steps],
        "holdout_share": journey.holdout_share,
    }


def show_journey(
    journey: Journey,
    settings: JourneySettings,
    count: JourneyCount | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Print one journey: its conditions and its steps, with what became of them."""
    speak = Speaker(as_json=as_json)
    if speak.result({"journey": journey, "counts": count}):
        return
    speak.heading(f"{journey.journey}: {journey.title.text(lang)}")
    speak.line(f"{word('reason', lang)}: {journey.reason.text(lang)}")
    conditions = {"for_whom": journey.for_whom or settings.for_whom, **journey.conditions()}
    for part, text in conditions.items():
        if not part.startswith("step:"):
            speak.line(f"{word(part, lang)}: {text}")
    heads = ("step", "kind", "after", "does", "outcome")
    steps = count.steps if count is not None else {}
    speak.table(
        [word(h, lang) for h in heads],
        [
            (s.step, word(s.kind, lang), s.after_days, _does(s, lang), _told(steps, s.step, lang))
            for s in journey.steps
        ],
        right="2",
    )


def _does(step: Step, lang: Lang) -> str:
    match step:
        case MailStep():
            return step.subject.text(lang)
        case FeedStep() | CtaStep():
            return step.title.text(lang)
        case WebhookStep():
            return step.event
        case WaitStep():
            return f"{step.until} (<= {step.at_most_days})"
        case BranchStep():
            return f"{step.when} -> {step.then}"


def _told(steps: Mapping[str, Mapping[str, int]], step: str, lang: Lang) -> str:
    return _counts(steps.get(step, {}), lang)


def _counts(counted: Mapping[str, int], lang: Lang) -> str:
    return ", ".join(f"{outcome_word(label, lang)} {n}" for label, n in counted.items())


def show_run_of_journeys(
    done: JourneyRun, settings: JourneySettings, lang: Lang, *, as_json: bool
) -> None:
    """Print what a run planned and sent."""
    speak = Speaker(as_json=as_json)
    planned = done.planned
    shape = _planned_plain(planned)
    if speak.result({**shape, "applied": done.applied, "sent": done.sent}):
        return
    _tell_plan(planned, {}, settings, lang, speak)
    if done.sent.attempts:
        speak.line(f"{word('sent', lang)}: {_counts(done.sent.attempts, lang)}")
    else:
        speak.line(word("nothing_sent", lang))
    if done.sent.waiting_until is not None:
        speak.line(word("next_at", lang, _moment(done.sent.waiting_until)))


def _moment(moment: datetime) -> str:
    return moment.astimezone().isoformat(" ", "minutes")


def _planned_plain(planned: PlannedJourneys) -> dict[str, object]:
    return {
        "run_id": planned.run_id,
        "as_of": planned.as_of,
        "held": planned.held,
        "journeys": planned.lines,
    }


def _tell_plan(
    planned: PlannedJourneys,
    sending: Mapping[str, Mapping[str, Mapping[str, int]]],
    settings: JourneySettings,
    lang: Lang,
    speak: Speaker,
) -> None:
    speak.line(word("as_of", lang, planned.as_of, planned.run_id))
    if planned.held:
        why = word(planned.held, lang, settings.stale_after_days)
        speak.line(word("held", lang, why), "bold")
    if planned.held and not planned.moves.passages:
        return
    heads = ("journey", "state", "needs", "entered", "moved", "ended", "waiting", "held_out")
    speak.table(
        [word(h, lang) for h in heads],
        [
            (
                line.journey,
                word(line.state, lang),
                ", ".join(word(n, lang) if n in ("mail", "webhook") else n for n in line.needs),
                line.entered,
                line.moved,
                _counts(line.ended, lang),
                line.waiting,
                line.held_out,
            )
            for line in planned.lines
        ],
        right="3467",
    )
    _tell_steps(
        {p.journey: _foreseen(p, sending.get(p.journey)) for p in planned.lines}, lang, speak
    )


def _foreseen(
    line: JourneyLine, sending: Mapping[str, Mapping[str, int]] | None
) -> dict[str, dict[str, int]]:
    """Return the outcomes of a journey's steps; what is planned, as what would become of it."""
    found = {step: dict(counted) for step, counted in line.steps.items()}
    for step, counted in (sending or {}).items():
        found[step].pop("planned", None)
        found[step] |= counted
    return found


def _tell_steps(
    steps: Mapping[str, Mapping[str, Mapping[str, int]]], lang: Lang, speak: Speaker
) -> None:
    rows = [
        (journey, step, outcome_word(label, lang), n)
        for journey, of_it in steps.items()
        for step, counted in of_it.items()
        for label, n in counted.items()
    ]
    if rows:
        heads = ("journey", "step", "outcome", "count")
        speak.table([word(h, lang) for h in heads], rows, right="3")


def show_preview(
    found: JourneyPreview,
    settings: JourneySettings,
    written: Path | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Print what a run would do."""
    speak = Speaker(as_json=as_json)
    shape = {**_planned_plain(found.planned), "sending": found.sending}
    if speak.result({**shape, "samples": len(found.samples)}):
        return
    speak.line(word("preview_note", lang))
    _tell_plan(found.planned, found.sending, settings, lang, speak)
    if written is not None:
        speak.line(word("samples", lang, written, len(found.samples)))


def show_holdout(
    groups: Sequence[HoldoutGroup],
    accounts: Sequence[tuple[date, Assignment]],
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Print the groups of all holdouts, and the accounts of one if asked for."""
    speak = Speaker(as_json=as_json)
    listed = [{"day": day, "assignment": arm} for day, arm in accounts]
    if speak.result({"groups": groups, "accounts": listed}):
        return
    if not groups:
        speak.line(word("no_holdout", lang))
        return
    heads = ("subject", "share", "arm", "stratum", "accounts", "first", "last")
    rows = [
        (g.subject, f"{g.share:.0%}", word(g.arm, lang), g.stratum, g.accounts, g.first, g.last)
        for g in groups
    ]
    speak.table([word(h, lang) for h in heads], rows, right="14")
    if accounts:
        columns = ("account", "arm", "stratum", "reason", "day")
        lines = [
            (a.account_id, word(a.arm, lang), a.stratum, _why(a.reason, lang), day)
            for day, a in accounts
        ]
        speak.table([word(h, lang) for h in columns], lines)


def _why(reason: str, lang: Lang) -> str:
    return word(reason, lang) if reason else ""
