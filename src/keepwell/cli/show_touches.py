"""Shows what accounts see: their feed, the content that fits them, who opted out."""

from collections.abc import Mapping, Sequence

from keepwell.cli.console import Speaker
from keepwell.cli.journey_words import word
from keepwell.journeys import ContentItem
from keepwell.measures import CATALOG
from keepwell.ports.journeys import FeedEntry
from keepwell.runs.journey_accounts import Fitting
from keepwell.vocabulary import Finding, Lang


def show_feed(account: str, entries: Sequence[FeedEntry], lang: Lang, *, as_json: bool) -> None:
    """Print an account's feed in one language, newest first."""
    speak = Speaker(as_json=as_json)
    if speak.result({"account_id": account, "entries": [_plain(e, lang) for e in entries]}):
        return
    if not entries:
        speak.line(word("empty_feed", lang))
    for found in entries:
        mark = "dismissed" if found.dismissed_at else "read" if found.read_at else "unread"
        day = found.at.date().isoformat()
        speak.heading(f"{found.id}. {found.entry.title.text(lang)} ({day}, {word(mark, lang)})")
        speak.line(found.entry.body.text(lang))
        if found.entry.link:
            speak.line(found.entry.link)


def _plain(found: FeedEntry, lang: Lang) -> dict[str, object]:
    return {
        "id": found.id,
        "journey": found.journey,
        "step": found.entry.step,
        "at": found.at,
        "title": found.entry.title.text(lang),
        "body": found.entry.body.text(lang),
        "link": found.entry.link,
        "item": found.entry.item,
        "read_at": found.read_at,
        "dismissed_at": found.dismissed_at,
    }


def show_marked(account: str, entry: int, lang: Lang, *, as_json: bool) -> None:
    """Say that an entry was marked."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"account_id": account, "entry": entry, "marked": True}):
        speak.line(word("marked", lang))


def show_opted(is_changed: bool, is_undone: bool, lang: Lang, *, as_json: bool) -> None:
    """Say what became of an opt-out; the address is not repeated."""
    speak = Speaker(as_json=as_json)
    if speak.result({"changed": is_changed, "undone": is_undone}):
        return
    done = "opted_in_done" if is_undone else "opted_out_done"
    speak.line(word(done if is_changed else "unchanged", lang))


def show_suppressed(counts: Mapping[str, int], lang: Lang, *, as_json: bool) -> None:
    """Print how many addresses are not written to, by reason."""
    speak = Speaker(as_json=as_json)
    if speak.result({"suppressed": counts}):
        return
    told = ", ".join(f"{word(reason, lang)} {n}" for reason, n in sorted(counts.items()))
    speak.line(f"{word('suppressed', lang)}: {told or word('none', lang)}")


def show_content(
    items: Sequence[ContentItem], findings: Sequence[Finding], lang: Lang, *, as_json: bool
) -> None:
    """Print the catalogue and the references that lead nowhere."""
    speak = Speaker(as_json=as_json)
    if speak.result({"content": items, "findings": findings}):
        return
    heads = ("item", "kind", "title", "drivers", "industries")
    speak.table(
        [word(h, lang) for h in heads],
        [
            (
                i.item,
                word(i.kind, lang),
                i.title.text(lang),
                ", ".join(i.drivers) or word("all", lang),
                ", ".join(i.industries) or word("all", lang),
            )
            for i in items
            if i.is_on
        ],
    )
    for finding in findings:
        speak.line(f"{finding.message(lang)} {finding.cure(lang)}")
    if not findings:
        speak.line(word("no_findings", lang))


def show_fitting(found: Fitting, lang: Lang, *, as_json: bool) -> None:
    """Print the content that fits an account, and why."""
    speak = Speaker(as_json=as_json)
    reasons = []
    for choice in found.choices:
        measure = CATALOG.get(choice.driver.measure) if choice.driver else None
        reasons.append(choice.why(measure.label if measure else None, lang))
    if speak.result(
        {
            "account_id": found.account_id,
            "drivers": found.drivers[:3],
            "content": [
                {
                    "item": c.item.item,
                    "title": c.item.title.text(lang),
                    "link": c.item.link,
                    "why": w,
                }
                for c, w in zip(found.choices, reasons, strict=True)
            ],
        }
    ):
        return
    if not found.choices:
        speak.line(word("nothing_fits", lang))
        return
    heads = ("item", "title", "why")
    rows = [
        (c.item.item, c.item.title.text(lang), why)
        for c, why in zip(found.choices, reasons, strict=True)
    ]
    speak.table([word(h, lang) for h in heads], rows)
