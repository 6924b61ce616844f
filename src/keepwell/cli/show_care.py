"""Shows risk stages, diagnoses, root causes, help requests and outcomes."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from keepwell.actions import Diagnosis, HelpRules, Outcome
from keepwell.cli import care_words
from keepwell.cli.console import Speaker
from keepwell.cli.plan_words import state_word, word
from keepwell.cli.words import tier_word
from keepwell.ports import StageRecord
from keepwell.vocabulary import SIZE_LABELS, Lang
from keepwell.wiring.care_desk import CauseReport, ListedRequest, ListedStage


def show_stages(found: Sequence[ListedStage], lang: Lang, *, as_json: bool) -> None:
    """Print where accounts stand."""
    speak = Speaker(as_json=as_json)
    if speak.result({"stages": found}):
        return
    if not found:
        speak.line(word("empty", lang))
        return
    rows = [
        (
            s.record.account_id,
            "" if s.account is None else s.account.name,
            state_word(s.record.stage, lang),
            s.record.on,
            state_word(s.record.reason, lang),
            s.record.by,
        )
        for s in found
    ]
    heads = ("account", "name", "stage", "day", "reason", "by")
    speak.table([word(h, lang) for h in heads], rows)


def show_stage(record: StageRecord, lang: Lang, *, as_json: bool) -> None:
    """Say how an account's stage moved."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"stage": record}):
        before, after = state_word(record.before, lang), state_word(record.stage, lang)
        speak.line(word("stage_moved", lang, record.account_id, before, after))


def show_diagnoses(made: Sequence[Diagnosis], lang: Lang, *, as_json: bool) -> None:
    """Say which causes were recorded."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"diagnoses": made}):
        causes = ", ".join(d.cause for d in made)
        speak.line(word("recorded", lang, made[0].account_id, causes))


def show_outcome(made: Outcome, lang: Lang, *, as_json: bool) -> None:
    """Say which outcome was recorded."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"outcome": made}):
        speak.line(word("recorded", lang, made.account_id, state_word(made.kind, lang)))


def show_causes(report: CauseReport, lang: Lang, *, as_json: bool) -> None:
    """Print root causes by group, with n and money."""
    speak = Speaker(as_json=as_json)
    if speak.result(report):
        return
    if not report.counts:
        speak.line(care_words.word("no_causes", lang))
        return
    titles = {c.cause: c.title.text(lang) for c in report.causes}
    speak.line(care_words.word("since", lang, report.since, report.until, report.accounts))
    rows = [
        (
            _group(c.group, report.by, lang),
            titles.get(c.cause, c.cause),
            c.accounts,
            c.of,
            "-" if c.amount is None else f"{c.amount:,.0f}",
            c.known,
            care_words.word("small", lang) if c.is_small else "",
        )
        for c in report.counts
    ]
    heads = ("group", "cause", "accounts", "of", "amount", "known", "small")
    speak.table([care_words.word(h, lang) for h in heads], rows, right="2345")
    if any(c.is_small for c in report.counts):
        speak.line(care_words.word("small_note", lang))


def _group(group: str, by: str, lang: Lang) -> str:
    match by:
        case "tier":
            return tier_word(group, lang)
        case "size" if group in SIZE_LABELS:
            return SIZE_LABELS[group].text(lang)
        case _:
            return state_word(group, lang)


def show_asked(made: ListedRequest, zone: str, lang: Lang, *, as_json: bool) -> None:
    """Say by when help is promised."""
    speak = Speaker(as_json=as_json)
    if not speak.result(made):
        request = made.request
        times = _moment(request.answer_due, zone), _moment(request.solve_due, zone)
        speak.line(care_words.word("asked_done", lang, request.id, *times, zone))


def show_requests(
    found: Sequence[ListedRequest], rules: HelpRules, zone: str, lang: Lang, *, as_json: bool
) -> None:
    """Print help requests with what is late."""
    speak = Speaker(as_json=as_json)
    if speak.result({"requests": found}):
        return
    if not found:
        speak.line(word("empty", lang))
        return
    teams = {t.team: t.title.text(lang) for t in rules.teams}
    rows = [
        (
            r.request.id,
            r.request.account_id,
            teams.get(r.request.team, r.request.team),
            care_words.word(r.request.urgency, lang),
            r.request.text,
            care_words.word(r.request.status, lang),
            _moment(r.request.answer_due, zone),
            _moment(r.request.solve_due, zone),
            _late(r, lang),
            _level(r, rules, lang),
        )
        for r in found
    ]
    own = ("team", "urgency", "text")
    heads = [word("number", lang), word("account", lang)]
    heads += [care_words.word(h, lang) for h in own] + [word("status", lang)]
    heads += [care_words.word(h, lang) for h in ("answer_due", "solve_due", "late", "level")]
    speak.table(heads, rows, right="0")


def _late(listed: ListedRequest, lang: Lang) -> str:
    if not listed.late.missed:
        return ""
    return care_words.word(f"{listed.late.missed}_late", lang, f"{listed.late.hours:.1f}")


def _level(listed: ListedRequest, rules: HelpRules, lang: Lang) -> str:
    level = max(listed.late.level, listed.request.level)
    return rules.levels[level - 1].text(lang) if 0 < level <= len(rules.levels) else ""


def show_moved(made: ListedRequest, lang: Lang, *, as_json: bool) -> None:
    """Say where a request stands now."""
    speak = Speaker(as_json=as_json)
    if not speak.result(made):
        status = care_words.word(made.request.status, lang)
        speak.line(care_words.word("moved", lang, made.request.id, status))


def _moment(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
