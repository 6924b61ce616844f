"""Texts with declared fields: checked when they are loaded, filled once, escaped per format.

There is no logic in a template. A field is `{name}`; what a value contains is never read again.
"""

import difflib
import html
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from keepwell.journeys.fields import FIELDS, LINK_FIELDS
from keepwell.messages import clean_name
from keepwell.vocabulary import Bilingual, Lang

MOST_SUBJECT = 200
_FIELD = re.compile(r"\{([^{}]*)\}")
_BREAKS = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_LINK = re.compile(r"^https://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?\Z")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z0-9]")
_HTML_LANG = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class Missing:
    """A text that cannot be filled: the fields that have neither value nor fallback."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is sent: one line of subject, and the same words as plain text and HTML."""

    subject: str
    plain: str
    html: str


@dataclass(frozen=True, slots=True)
class Footer:
    """What every mail ends with: why it comes, and how to end it."""

    text: Bilingual
    link: str | None = None


def fields_in(text: str) -> tuple[str, ...]:
    """Return the names in braces, known or not, in the order of the text."""
    return tuple(dict.fromkeys(_FIELD.findall(text)))


def check_template(text: str, allowed: Collection[str] = FIELDS.keys()) -> None:
    """Refuse a text with a field that is not declared, or a brace that stands alone.

    Errors: ValueError with the name and what it may have meant.

    >>> check_template("Hello {contact_nam}")
    Traceback (most recent call last):
    ...
    ValueError: unknown field {contact_nam}. Did you mean `contact_name`?
    """
    for name in fields_in(text):
        if name not in allowed:
            near = difflib.get_close_matches(name.strip().casefold(), sorted(allowed), n=1)
            known = ", ".join(f"`{n}`" for n in sorted(allowed))
            hint = f"Did you mean `{near[0]}`?" if near else f"Known: {known}."
            raise ValueError(f"unknown field {{{name}}}. {hint}")
    if "{" in _FIELD.sub("", text) or "}" in _FIELD.sub("", text):
        raise ValueError(f"a brace stands alone in `{text[:40]}`; fields are written {{name}}")


def check_subject(text: str, allowed: Collection[str] = FIELDS.keys()) -> None:
    """Refuse a subject of more than one line or too long. Errors: ValueError."""
    if _BREAKS.search(text.strip()):
        raise ValueError("a subject is one line")
    if len(text) > MOST_SUBJECT:
        raise ValueError(f"a subject has at most {MOST_SUBJECT} characters, not {len(text)}")
    check_template(text, [n for n in allowed if n not in LINK_FIELDS])


def clean_value(name: str, value: str | float | None) -> str | None:
    """Return a value as a text may show it; None when there is nothing to show.

    Text is one line without control characters and contact data; a number is whole; a link that
    is not plain https counts as missing.
    """
    if value is None:
        return None
    if FIELDS[name].kind == "link":
        return str(value) if _LINK.match(str(value)) else None
    if FIELDS[name].kind == "number":
        return f"{float(value):.0f}"
    return clean_name(str(value)) or None


def is_link(value: str) -> bool:
    """Return whether a text is an address that may stand in a mail: https and nothing odd."""
    return bool(_LINK.match(value))


def missing_in(
    text: str, values: Mapping[str, str | None], optional: Collection[str]
) -> tuple[str, ...]:
    """Return the fields that keep the text from being sent."""
    return tuple(n for n in fields_in(text) if not values.get(n) and n not in optional)


def filled_plain(
    text: str, values: Mapping[str, str | None], optional: Collection[str] = ()
) -> str | Missing:
    """Return the text filled; lines whose optional field is missing are left out.

    >>> filled_plain("Hi {contact_name}", {"contact_name": "{our_company}"})
    'Hi {our_company}'
    """
    lacking = missing_in(text, values, optional)
    if lacking:
        return Missing(lacking)
    lines = [_FIELD.sub(lambda m: _set(m, _inert, values), t) for t in _kept(text, values)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def filled_subject(text: str, values: Mapping[str, str | None]) -> str | Missing:
    """Return the subject as one line of limited length."""
    found = filled_plain(text, values)
    if isinstance(found, Missing):
        return found
    line = " ".join(_BREAKS.sub(" ", found).split())
    return line if len(line) <= MOST_SUBJECT else line[: MOST_SUBJECT - 1] + "…"


def filled_letter(
    subject: str,
    body: str,
    values: Mapping[str, str | None],
    optional: Collection[str],
    footer: Footer,
    lang: Lang,
) -> Letter | Missing:
    """Return the whole mail, or the fields for want of which it is withheld."""
    lacking = (*missing_in(subject, values, ()), *missing_in(body, values, optional))
    if lacking:
        return Missing(tuple(dict.fromkeys(lacking)))
    head = filled_subject(subject, values)
    plain = filled_plain(body, values, optional)
    if isinstance(head, Missing) or isinstance(plain, Missing):
        return Missing(())
    end = footer.text.text(lang) + (f"\n{footer.link}" if footer.link else "")
    page = _page(head, _html_blocks(body, values), footer, lang)
    return Letter(head, f"{plain}\n\n--\n{end}\n", page)


def _kept(text: str, values: Mapping[str, str | None]) -> Iterator[str]:
    for line in text.split("\n"):
        if all(values.get(n) for n in fields_in(line)):
            yield line


def _set(found: re.Match[str], form: Callable[[str], str], values: Mapping[str, str | None]) -> str:
    """Return a value in its form, parted by a blank from Chinese around it if it is Latin."""
    value = values[found[1]] or ""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    left = " " if _CJK.match(before) and _LATIN.match(value[:1]) else ""
    right = " " if _CJK.match(after) and _LATIN.match(value[-1:]) else ""
    return f"{left}{form(value)}{right}"


def _inert(value: str) -> str:
    """Return a value that cannot turn the words around it: right-to-left text is isolated."""
    if any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in value):
        return f"\u2068{value}\u2069"
    return value


def _html_line(line: str, values: Mapping[str, str | None]) -> str:
    parts, at = [], 0
    for found in _FIELD.finditer(line):
        form = _html_link if found[1] in LINK_FIELDS else _html_value
        parts += [html.escape(line[at : found.start()]), _set(found, form, values)]
        at = found.end()
    return "".join([*parts, html.escape(line[at:])])


def _html_link(value: str) -> str:
    link = html.escape(value, quote=True)
    return f'<a href="{link}" style="color:#0b57d0">{link}</a>'


def _html_value(value: str) -> str:
    return f"<bdi>{html.escape(value, quote=True)}</bdi>"


def _html_blocks(body: str, values: Mapping[str, str | None]) -> str:
    kept = "\n".join(_kept(body, values)).strip("\n")
    return "\n".join(_html_block(b, values) for b in re.split(r"\n{2,}", kept) if b.strip())


def _html_block(block: str, values: Mapping[str, str | None]) -> str:
    lines = block.strip("\n").split("\n")
    if all(line.startswith("- ") for line in lines):
        items = "".join(f"<li>{_html_line(line[2:], values)}</li>" for line in lines)
        return f'<ul style="margin:0 0 16px;padding-left:20px">{items}</ul>'
    text = "<br>".join(_html_line(line, values) for line in lines)
    return f'<p style="margin:0 0 16px">{text}</p>'


def _page(subject: str, blocks: str, footer: Footer, lang: Lang) -> str:
    end = html.escape(footer.text.text(lang))
    if footer.link:
        link = html.escape(footer.link, quote=True)
        word = "退订" if lang == "zh" else "Unsubscribe"
        end += f' <a href="{link}" style="color:#5f6368">{word}</a>'
    font = "system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei',sans-serif"
    outer = f"margin:0;padding:24px 12px;background:#f4f5f7;font:16px/1.6 {font};color:#1f2328"
    inner = "max-width:560px;margin:0 auto;padding:28px 32px;background:#ffffff;border-radius:8px"
    return (
        f'<!doctype html>\n<html lang="{_HTML_LANG[lang]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{html.escape(subject)}</title></head>\n"
        f'<body style="{outer}"><div style="{inner};overflow-wrap:anywhere">\n{blocks}\n'
        '<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #d8dbe0;'
        f'font-size:13px;color:#5f6368">{end}</p>\n</div></body></html>\n'
    )
