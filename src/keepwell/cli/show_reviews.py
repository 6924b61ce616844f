"""Shows business reviews that are due, and programmes with their candidates."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from keepwell.actions import Programme, ProgrammeEntry
from keepwell.cli.care_words import word
from keepwell.cli.console import Speaker
from keepwell.cli.plan_words import word as plan_word
from keepwell.cli.words import tier_word
from keepwell.reports import Document, markdown, resolve
from keepwell.vocabulary import SIZE_LABELS, Lang, SourceUnavailable
from keepwell.wiring.review_desk import DueReview, ShownProgramme


def show_reviews(found: Sequence[DueReview], today: date, lang: Lang, *, as_json: bool) -> None:
    """Print the reviews that are due."""
    speak = Speaker(as_json=as_json)
    if speak.result({"reviews": found}):
        return
    if not found:
        speak.line(word("no_reviews", lang))
        return
    rows = [
        (
            r.account.account_id,
            r.account.name,
            r.account.csm_id,
            tier_word(r.account.standing.tier or "unknown", lang),
            _size(r.account.standing.size, lang),
            r.every_days,
            r.last or "-",
            f"{r.due}" + (f" {word('overdue', lang)}" if r.due < today else ""),
        )
        for r in found
    ]
    heads = [plan_word(h, lang) for h in ("account", "name", "csm")]
    heads += [word(h, lang) for h in ("tier", "size", "cadence", "last", "next")]
    speak.table(heads, rows, right="5")


def _size(size: str | None, lang: Lang) -> str:
    return SIZE_LABELS[size].text(lang) if size in SIZE_LABELS else size or "-"


def show_brief(document: Document, out: Path | None, lang: Lang, *, as_json: bool) -> None:
    """Print a brief as Markdown, or write it to a file."""
    speak = Speaker(as_json=as_json)
    text = markdown(resolve(document, lang), {})
    if out is not None:
        _write(out, text)
    told = {"markdown": text, "facts": document.facts, "written": out}
    if speak.result(told):
        return
    speak.line(text if out is None else word("brief_written", lang, out))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise SourceUnavailable(
            f"Cannot write {path}: {problem.strerror}.",
            cure="Check the folder and its permissions.",
        ) from problem


def show_held(account: str, day: date, lang: Lang, *, as_json: bool) -> None:
    """Say that a review is on record."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"account": account, "held_on": day}):
        speak.line(word("held", lang, account, day))


def show_programmes(found: Sequence[Programme], lang: Lang, *, as_json: bool) -> None:
    """Print the programmes."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"programmes": found}):
        rows = [(p.programme, p.title.text(lang), p.play) for p in found]
        heads = [word("programme", lang), plan_word("title", lang), plan_word("play", lang)]
        speak.table(heads, rows)


def show_programme(shown: ShownProgramme, limit: int, lang: Lang, *, as_json: bool) -> None:
    """Print who is in a programme and who may be invited."""
    speak = Speaker(as_json=as_json)
    if speak.result(shown):
        return
    speak.line(shown.programme.title.text(lang), "bold")
    if shown.entries:
        speak.heading(word("entries", lang))
        rows = [(e.account_id, word(e.status, lang), e.on, e.by, e.note) for e in shown.entries]
        heads = [plan_word(h, lang) for h in ("account", "status", "day", "by", "note")]
        speak.table(heads, rows)
    accounts = shown.candidates.accounts
    if accounts:
        speak.heading(word("candidates", lang))
        rows_c = [
            (
                c.account_id,
                c.name,
                c.csm_id,
                tier_word(c.tier, lang),
                _size(c.size, lang),
                "-" if c.amount is None else f"{c.amount:,.0f}",
            )
            for c in accounts[:limit]
        ]
        heads = [plan_word(h, lang) for h in ("account", "name", "csm")]
        heads += [word(h, lang) for h in ("tier", "size", "amount")]
        speak.table(heads, rows_c, right="5")
        if len(accounts) > limit:
            speak.line(word("more_candidates", lang, len(accounts) - limit))
    else:
        speak.line(word("no_candidates", lang))
    if shown.candidates.missing_fields:
        speak.line(word("missing", lang, ", ".join(shown.candidates.missing_fields)))


def show_entry(made: ProgrammeEntry, lang: Lang, *, as_json: bool) -> None:
    """Say where an account stands in a programme."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"entry": made}):
        status = word(made.status, lang)
        speak.line(word("entry_moved", lang, made.account_id, made.programme, status))
