"""Shows CTAs, their history, plays and tasks."""

from collections.abc import Mapping, Sequence
from datetime import date

from keepwell.actions import (
    CANCEL_CAUSES,
    CTA_TYPES,
    OUTCOMES,
    PLAY_ENDS,
    SIGNALS,
    CtaStatus,
    TaskStatus,
)
from keepwell.cli.console import Speaker
from keepwell.cli.cta_words import MOVES, detail, word
from keepwell.playbooks import Library, Play, steps_of
from keepwell.ports import CtaRecord, PlayRecord, TaskRecord
from keepwell.runs.act_summary import ActionSummary
from keepwell.vocabulary import Bilingual, Lang
from keepwell.wiring.action_desk import ListedCtas, ShownCta, ShownPlay

TASK_WORDS = frozenset(map(str, TaskStatus))
CAUSES = {**OUTCOMES, **CANCEL_CAUSES, **PLAY_ENDS}


def show_ctas(found: ListedCtas, lang: Lang, *, as_json: bool) -> None:
    """Print CTAs as a work list, and the counts by status."""
    speak = Speaker(as_json=as_json)
    if speak.result({"ctas": found.ctas, "counts": found.counts}):
        return
    if not found.ctas:
        speak.line(word("none", lang))
        return
    heads = ("number", "priority", "due", "account", "name", "reason", "stake", "owner", "status")
    speak.table(
        [word(h, lang) for h in heads],
        [_row(cta, found, lang) for cta in found.ctas],
        right="06",
    )
    speak.line(", ".join(f"{word(s, lang)} {n}" for s, n in sorted(found.counts.items())))


def _row(cta: CtaRecord, found: ListedCtas, lang: Lang) -> tuple[object, ...]:
    stake = cta.at_stake_amount
    return (
        cta.id,
        word(cta.priority, lang),
        _due(cta.due_on, found.today, lang, is_open=cta.state.is_open),
        cta.account_id,
        cta.facts.get("name") or "",
        _title(cta.reason, found.titles, lang),
        "" if stake is None else f"{stake:,.0f}",
        cta.owner or word("nobody", lang),
        _status(cta, lang),
    )


def _due(day: date | None, today: date, lang: Lang, *, is_open: bool) -> str:
    if day is None:
        return ""
    return f"{day} ({word('overdue', lang)})" if is_open and day < today else str(day)


def _title(reason: str, titles: Mapping[str, Bilingual], lang: Lang) -> str:
    found = titles.get(reason)
    return reason if found is None else found.text(lang)


def _status(cta: CtaRecord, lang: Lang) -> str:
    parts = [word(str(cta.state.status), lang)]
    if cta.state.status is CtaStatus.SNOOZED:
        parts.append(word("until", lang, cta.state.snoozed_until))
    if cta.state.outcome is not None:
        parts.append(_cause(cta.state.outcome, lang))
    elif cta.signal not in (None, "on"):
        parts.append(SIGNALS[str(cta.signal)].text(lang))
    return f"{parts[0]} ({', '.join(parts[1:])})" if parts[1:] else parts[0]


def _cause(code: str, lang: Lang) -> str:
    return CAUSES[code].text(lang) if code in CAUSES else code


def show_cta(found: ShownCta, lang: Lang, *, as_json: bool) -> None:
    """Print one CTA with its tasks and its history."""
    speak = Speaker(as_json=as_json)
    parts = {"cta": found.cta, "plays": found.plays, "tasks": found.tasks, "events": found.events}
    if speak.result(parts):
        return
    cta = found.cta
    speak.heading(f"{cta.id}  {cta.facts.get('name') or cta.account_id}")
    stake = cta.at_stake_amount
    lines = (
        ("account", cta.account_id),
        ("type", CTA_TYPES[cta.type].text(lang) if cta.type in CTA_TYPES else cta.type),
        ("reason", _title(cta.reason, found.titles, lang)),
        ("status", _status(cta, lang)),
        ("priority", word(cta.priority, lang)),
        ("owner", cta.owner or word("nobody", lang)),
        ("due", cta.due_on or ""),
        ("stake", "" if stake is None else f"{stake:,.0f}"),
        ("source", word(cta.source, lang)),
        ("alerts", ", ".join(cta.alerts)),
        ("note", cta.state.note),
    )
    for key, value in lines:
        if value != "":
            speak.line(f"{word(key, lang)}: {value}")
    if found.tasks:
        speak.heading(word("tasks", lang))
        show_tasks(found.tasks, found.roles, lang, speak)
    _show_history(found, lang, speak)


def _show_history(found: ShownCta, lang: Lang, speak: Speaker) -> None:
    speak.heading(word("history", lang))
    speak.table(
        [word(h, lang) for h in ("when", "who", "what", "from", "to", "why")],
        [
            (
                e.at.isoformat(" ", "minutes"),
                e.actor,
                MOVES[e.move].text(lang) if e.move in MOVES else e.move,
                word(e.before, lang) if e.before else "",
                word(e.after, lang),
                e.why or _details(e.details, lang),
            )
            for e in found.events
        ],
    )


def _details(details: Mapping[str, object], lang: Lang) -> str:
    parts = [
        detail(key, _said(key, str(value), lang), lang)
        for key, value in details.items()
        if value is not None
    ]
    return ("，" if lang == "zh" else ", ").join(parts)


def _said(key: str, value: str, lang: Lang) -> str:
    if key == "cause" and value in SIGNALS:
        return SIGNALS[value].text(lang)
    is_ours = key == "source" or (key in ("from", "to") and value in TASK_WORDS)
    return word(value, lang) if is_ours else _cause(value, lang)


def show_tasks(
    tasks: Sequence[TaskRecord], roles: Mapping[str, Bilingual], lang: Lang, speak: Speaker
) -> None:
    """Print tasks as a table."""
    heads = ("number", "due", "task", "action", "owner", "role", "status", "check")
    speak.table(
        [word(h, lang) for h in heads],
        [
            (
                t.id,
                t.due_on,
                t.title.text(lang),
                t.action.text(lang),
                t.owner or word("nobody", lang),
                roles[t.role].text(lang) if t.role in roles else t.role,
                word(t.status, lang),
                _check(t, lang),
            )
            for t in tasks
        ],
        right="0",
    )


def _check(task: TaskRecord, lang: Lang) -> str:
    check, reading = task.check, task.reading
    if check is None:
        return ""
    bounds = [word(k, lang, f"{check[k]:g}") for k in ("at_least", "at_most") if k in check]
    wanted = f"{check['measure']} {' '.join(bounds)}"
    if reading is None:
        return wanted
    value = reading["value"]
    shown = word("unread", lang) if value is None else f"{value:g}"
    if reading["is_met"] is None:
        return f"{wanted}: {word('unread', lang)}"
    return f"{wanted}: {word('met' if reading['is_met'] else 'missed', lang, shown)}"


def show_moved(cta: CtaRecord, what: str, lang: Lang, *, as_json: bool) -> None:
    """Say where a CTA stands now."""
    speak = Speaker(as_json=as_json)
    if speak.result({"cta": cta}):
        return
    owner = cta.owner or word("nobody", lang)
    said = {"moved": _status(cta, lang), "assigned": owner, "opened": owner}[what]
    speak.line(word(what, lang, cta.id, said))


def show_plays(found: Sequence[PlayRecord], library: Library, lang: Lang, *, as_json: bool) -> None:
    """Print plays that run or ran."""
    speak = Speaker(as_json=as_json)
    if speak.result({"plays": found}):
        return
    if not found:
        speak.line(word("no_plays", lang))
        return
    titles = {p.play: p.title.text(lang) for p in library.plays}
    speak.table(
        [
            word(h, lang)
            for h in ("number", "play", "account", "started", "status", "tasks", "ended")
        ],
        [
            (
                p.id,
                titles.get(p.play, p.play),
                p.account_id,
                p.started_on,
                word(p.status, lang),
                ", ".join(f"{word(s, lang)} {n}" for s, n in p.tasks.items() if n),
                "" if p.end_cause is None else f"{p.ended_on} ({_cause(p.end_cause, lang)})",
            )
            for p in found
        ],
        right="0",
    )


def show_library(library: Library, lang: Lang, *, as_json: bool) -> None:
    """Print the plays that can be started."""
    speak = Speaker(as_json=as_json)
    rows = [(p, steps_of(p)) for p in library.plays]
    if speak.result({"plays": [{"play": p.play, "title": p.title, "steps": s} for p, s in rows]}):
        return
    speak.table(
        [word(h, lang) for h in ("play", "name", "steps", "exit")],
        [
            (p.play, p.title.text(lang), len(s), p.exit.text.text(lang) if p.exit else "")
            for p, s in rows
        ],
        right="2",
    )


def _exit(play: Play, lang: Lang) -> str:
    return "" if play.exit is None else play.exit.text.text(lang)


def show_play(found: ShownPlay, lang: Lang, *, as_json: bool) -> None:
    """Print one play with its tasks."""
    speak = Speaker(as_json=as_json)
    if speak.result({"play": found.play, "tasks": found.tasks}):
        return
    play, known = found.play, found.definition
    speak.heading(f"{play.id}  {known.title.text(lang) if known else play.play}")
    speak.line(f"{word('account', lang)}: {play.account_id}   CTA: {play.cta_id}")
    ended = "" if play.end_cause is None else f" ({_cause(play.end_cause, lang)})"
    speak.line(f"{word('status', lang)}: {word(play.status, lang)}{ended}")
    if known is not None and known.exit is not None:
        speak.line(f"{word('exit', lang)}: {known.exit.text.text(lang)}")
    show_tasks(found.tasks, found.roles, lang, speak)


def show_task_list(
    tasks: Sequence[TaskRecord], roles: Mapping[str, Bilingual], lang: Lang, *, as_json: bool
) -> None:
    """Print a person's open tasks."""
    speak = Speaker(as_json=as_json)
    if speak.result({"tasks": tasks}):
        return
    if not tasks:
        speak.line(word("no_tasks", lang))
        return
    show_tasks(tasks, roles, lang, speak)


def show_now(
    what: str, number: int, status: str, lang: Lang, *, value: object, as_json: bool
) -> None:
    """Say where a play or task stands now."""
    speak = Speaker(as_json=as_json)
    if not speak.result({what: value}):
        speak.line(word(f"{what}_now", lang, number, word(status, lang)))


def tell_actions(found: ActionSummary, lang: Lang, speak: Speaker) -> None:
    """Say what a run opens, closes and cannot place."""
    speak.line(word("news", lang, found.opened, found.linked, found.left_out))
    if found.closed:
        speak.line(word("closed", lang, found.closed))
    if found.over:
        speak.line(word("over", lang, ", ".join(f"{p} ({n})" for p, n in found.over.items())))
    if found.unassigned:
        speak.line(word("unassigned", lang, found.unassigned))
    if found.unmanned:
        roles = ", ".join(f"{r} ({n})" for r, n in found.unmanned.items())
        speak.line(word("unmanned", lang, roles))
