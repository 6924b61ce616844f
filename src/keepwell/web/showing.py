"""What every page is given, and the page made of it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse

from keepwell.ports.pages import PageHeader
from keepwell.vocabulary import Lang
from keepwell.web import figures
from keepwell.web.moments import moment_text, zone_of
from keepwell.web.security.entrance import Visit
from keepwell.web.templating import environment, said
from keepwell.web.words import WORDS

HTML_LANG = {"zh": "zh-CN", "en": "en"}


class Segments:
    """The names of segments, as the segment map of the run has them."""

    def __init__(self, header: PageHeader | None, lang: Lang) -> None:
        found = header.outlook.get("segments", ()) if header else ()
        self.named = {name: label.get(lang) or name for name, label in found}
        self._unknown = said("segment.unknown", lang)

    def word(self, name: str) -> str:
        """Return a segment in words; one that the map does not have as it is."""
        return self.named.get(name) or (self._unknown if name == "unknown" else name)


class Speaker:
    """What templates call in one language: words, money and days."""

    def __init__(
        self, lang: Lang, currency: str | None = None, time_zone: str | None = None
    ) -> None:
        self.lang = lang
        self._currency = currency
        self._zone = ZoneInfo(time_zone) if time_zone else None

    def t(self, key: str, **values: object) -> str:
        """Return the words of a key."""
        return said(key, self.lang, **values)

    def money(self, amount: float | None) -> str:
        """Return an amount in the project's currency."""
        return figures.money_text(amount, self.lang, self._currency)

    def day(self, day: Any, *, year: bool = False) -> str:
        """Return a day; of a moment, the day that the reader's clock shows."""
        if isinstance(day, datetime):
            day = day.astimezone(self._zone).date()
        return figures.day_text(day, self.lang, year=year)

    def moment(self, at: datetime) -> str:
        """Return a day with its time, by the reader's clock."""
        there = at.astimezone(self._zone)
        return f"{figures.day_text(there.date(), self.lang)} {there:%H:%M}"

    def or_else(self, key: str, other: object) -> str:
        """Return the words of a key, or what stands for it where a user may have own names."""
        return self.t(key) if key in WORDS else str(other)

    def either(self, words: Any) -> str:
        """Return a `Bilingual` in this language."""
        return str(words.zh if self.lang == "zh" else words.en)


def page(
    request: Request,
    template: str,
    visit: Visit,
    values: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    """Return a page for somebody who signed in."""
    return HTMLResponse(fragment(request, template, visit, values or {}), status)


def fragment(request: Request, template: str, visit: Visit, values: Mapping[str, Any]) -> str:
    """Return what a template makes for somebody who signed in: a page or a part of one."""
    header, zone = visit.desk.header(), zone_of(visit)
    speaker = Speaker(visit.lang, header.currency if header else None, zone)
    given = {
        **_frame(request, speaker, visit.person.look.theme, visit.person.look.density),
        "visit": visit,
        "csrf": visit.csrf,
        "header": header,
        "zone": zone,
        "when": lambda at: moment_text(at, zone),
        "is_example": visit.desk.is_example,
        "segment_word": Segments(header, visit.lang).word,
        "hx_headers": json.dumps({"X-CSRF-Token": visit.csrf}),
        **values,
    }
    return environment(visit.lang).get_template(template).render(given)


def bare_page(
    request: Request,
    template: str,
    lang: Lang,
    values: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    """Return a page for somebody who has not signed in."""
    given = {**_frame(request, Speaker(lang), "system", "regular"), **(values or {})}
    return HTMLResponse(environment(lang).get_template(template).render(given), status)


def _frame(request: Request, speaker: Speaker, theme: str, density: str) -> dict[str, Any]:
    return {
        "request": request,
        "path": request.url.path,
        "lang": speaker.lang,
        "html_lang": HTML_LANG[speaker.lang],
        "theme": theme,
        "density": density,
        "t": speaker.t,
        "money": speaker.money,
        "day": speaker.day,
        "moment": speaker.moment,
        "either": speaker.either,
        "or_else": speaker.or_else,
    }
