"""A message as blocks, before any channel gives them a form; all text is plain data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keepwell.vocabulary import Lang

# Contact data must not leave in a body, even where somebody typed them into a name.
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.])\+?\d[\d\s().-]{7,}\d(?![\w.])")
_MOBILE = re.compile(r"(?:00)?(?:86)?1[3-9]\d{9}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_DAY = re.compile(r"(\b\d{4}-\d{2}-\d{2}\b)")
MOST_NAME, MOST_LINE = 120, 300


@dataclass(frozen=True, slots=True)
class Item:
    """One account (or source) of a message: its name and what is said of it, line by line."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What one person reads: a title, a lead, the items, and what was left out of the list.

    `more`: accounts that are counted, not listed. `link`: where the whole list is, or a command.
    """

    lang: Lang
    title: str
    lead: str
    items: tuple[Item, ...]
    more: int = 0
    link: str = ""


def clean_name(name: str) -> str:
    """Return a name as one line of limited length, without control characters and contact data.

    >>> clean_name("Acme\\n<joe@acme.com> +86 138 0013 8000")
    'Acme <…> …'
    """
    line = _unlinked(_CONTACT.sub("…", _one_line(name)))
    return line if len(line) <= MOST_NAME else line[: MOST_NAME - 1] + "…"


def clean_line(text: str) -> str:
    """Return a sentence as one line of limited length, without what `clean_name` takes out.

    A day stays: it only looks like a telephone number.

    >>> clean_line("due 2026-03-31, ask joe@acme.com")
    'due 2026-03-31, ask …'
    """
    parts = _DAY.split(_one_line(text))
    line = _unlinked("".join(p if _DAY.fullmatch(p) else _CONTACT.sub("…", p) for p in parts))
    return line if len(line) <= MOST_LINE else line[: MOST_LINE - 1] + "…"


def _one_line(text: str) -> str:
    return _CONTROL.sub("", " ".join(text.split()))


def _unlinked(line: str) -> str:
    # Chats turn addresses into links by themselves.
    return line.replace("://", ": //")


def clean_id(name: str) -> str:
    """Return an id of the source as `clean_name` does, but one of digits alone stays as it is.

    A number that reads like a mobile telephone is hidden all the same.

    >>> clean_id("100000001"), clean_id("13800138000"), clean_id("joe@acme.com")
    ('100000001', '…', '…')
    """
    is_number = name.isascii() and name.isdigit() and len(name) <= MOST_NAME
    return name if is_number and not _MOBILE.fullmatch(name) else clean_name(name)


def as_plain(message: Message) -> dict[str, Any]:
    """Return a message as plain values, ready for JSON."""
    return {
        "lang": message.lang,
        "title": message.title,
        "lead": message.lead,
        "items": [{"title": i.title, "lines": list(i.lines)} for i in message.items],
        "more": message.more,
        "link": message.link,
    }


def from_plain(given: Mapping[str, Any]) -> Message:
    """Return the message that `as_plain` gave."""
    items: Sequence[Mapping[str, Any]] = given["items"]
    return Message(
        "zh" if given["lang"] == "zh" else "en",
        str(given["title"]),
        str(given["lead"]),
        tuple(Item(str(i["title"]), tuple(map(str, i["lines"]))) for i in items),
        int(given["more"]),
        str(given["link"]),
    )
