"""Shows what was delivered, the outbox, inboxes and silences."""

from collections.abc import Mapping
from pathlib import Path

from keepwell.cli.console import Speaker
from keepwell.cli.mail_words import word
from keepwell.messages import Silence, plain_text
from keepwell.ports import Balance, InboxEntry, MessageRecord
from keepwell.runs.deliver import DeliveryReport
from keepwell.vocabulary import Lang


def show_begun(path: Path, lang: Lang, *, as_json: bool) -> None:
    """Say that delivery.yml was written."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"written": path}):
        speak.line(word("begun", lang, path))


def show_delivery(report: DeliveryReport, lang: Lang, *, as_json: bool) -> None:
    """Print what one delivery did and where every alert stands."""
    speak = Speaker(as_json=as_json)
    if speak.result(report):
        return
    speak.line(word("planned", lang, report.planned, report.silenced))
    if report.attempts:
        speak.line(f"{word('attempts', lang)}: {_counts(report.attempts, lang)}")
    if report.events:
        speak.line(f"{word('events', lang)}: {_counts(report.events, lang)}")
    if report.messages:
        speak.line(f"{word('messages', lang)}: {_counts(report.messages, lang)}")
    if report.waiting_until is not None:
        moment = report.waiting_until.astimezone().isoformat(" ", "minutes")
        speak.line(word("waiting", lang, moment))
    _tell_balance(report.balance, lang, speak)


def show_outbox(
    messages: tuple[MessageRecord, ...],
    counts: Mapping[str, int],
    balance: Balance,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Print messages as a table, and the account of all alerts."""
    speak = Speaker(as_json=as_json)
    if speak.result({"messages": messages, "counts": counts, "balance": balance}):
        return
    heads = ("number", "kind", "person", "channel", "status", "due", "tries", "told", "error")
    speak.table(
        [word(h, lang) for h in heads],
        [
            (
                m.id,
                word(m.kind, lang),
                m.person,
                m.channel,
                word(m.status, lang),
                m.due_at.isoformat(" ", "minutes"),
                m.attempts,
                f"{m.listed}+{m.counted}" if m.counted else m.listed,
                m.last_error,
            )
            for m in messages
        ],
        right="067",
    )
    if counts:
        speak.line(f"{word('messages', lang)}: {_counts(counts, lang)}")
    _tell_balance(balance, lang, speak)


def _counts(counts: Mapping[str, int], lang: Lang) -> str:
    return ", ".join(f"{word(status, lang)} {n}" for status, n in sorted(counts.items()))


def _tell_balance(balance: Balance, lang: Lang, speak: Speaker) -> None:
    parts = (balance.delivered, balance.pending, balance.suppressed)
    speak.line(
        word("balance", lang, balance.matched, *parts, balance.superseded, balance.dead_lettered)
    )
    for fault in balance.faults:
        speak.line(fault)


def show_inbox(entries: tuple[InboxEntry, ...], lang: Lang, *, as_json: bool) -> None:
    """Print a person's messages as text."""
    speak = Speaker(as_json=as_json)
    if speak.result({"entries": entries}):
        return
    if not entries:
        speak.line(word("empty", lang))
    for entry in entries:
        speak.heading(entry.at.isoformat(" ", "minutes"))
        speak.line(plain_text(entry.message))


def show_silences(silences: tuple[Silence, ...], lang: Lang, *, as_json: bool) -> None:
    """Print the silences in force."""
    speak = Speaker(as_json=as_json)
    if speak.result({"silences": silences}):
        return
    if not silences:
        speak.line(word("no_silence", lang))
        return
    heads = ("number", "account", "trigger", "person", "until", "reason")
    speak.table(
        [word(h, lang) for h in heads],
        [(s.id, s.account_id, s.trigger, s.person, s.until, s.reason) for s in silences],
        right="0",
    )


def show_done(what: str, values: Mapping[str, object], lang: Lang, *, as_json: bool) -> None:
    """Say that something was stored."""
    speak = Speaker(as_json=as_json)
    if not speak.result({what: True, **values}):
        speak.line(word(what, lang, *values.values()))


def show_replayed(count: int, lang: Lang, *, as_json: bool) -> None:
    """Say how many dead letters go out again."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"replayed": count}):
        speak.line(word("replayed", lang, count))
