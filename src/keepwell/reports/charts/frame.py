"""What all charts share: font, title that is a sentence, note lines, axes without a frame."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from keepwell.reports.palette import PALETTES, THEMES, Palette, Theme
from keepwell.vocabulary import LANGS, Lang

FONT = "Noto Sans SC"
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 820
# A phone's screen less the page's margins: the narrow drawing is shown at its own size.
NARROW = 350
Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caption:
    """A picture's title sentence and the note under it, in one language."""

    title: str
    note: str


def char_width(char: str) -> float:
    """Return a character's width in half ems: two for Chinese, about one for Latin."""
    return 2.0 if ord(char) >= 0x2E80 else 0.99


def text_width(text: str) -> float:
    """Return the width of a text in half ems."""
    return sum(char_width(c) for c in text)


def wrapped(text: str, width: float) -> list[str]:
    """Return the text in lines of at most `width` half ems, broken at blanks or between Chinese."""
    lines: list[str] = []
    current = ""
    text = text.replace("n = ", "n\u00a0=\u00a0")
    for piece in _pieces(text):
        if current and text_width(current + piece.rstrip()) > width:
            lines.append(current.rstrip())
            current = piece.lstrip()
        else:
            current += piece
    return [*lines, current.rstrip()] if current.strip() else lines


_CLOSING = "，。；：、）！？”》％"
_HELD = "（“《\u00a0"


def _pieces(text: str) -> list[str]:
    """Split where a line may break; punctuation stays with what it opens or closes."""
    pieces: list[str] = []
    word = ""
    for char in text:
        if char in _HELD or (word and word[-1] in _HELD):
            if char in "（“《" and word and word[-1] not in _HELD:
                pieces.append(word)
                word = ""
            word += char
        elif char in _CLOSING and (word or pieces):
            if word:
                word += char
            else:
                pieces[-1] += char
        elif char_width(char) == 2 or char == " ":
            if char == " ":
                pieces.append(word + char)
            else:
                pieces += [word, char]
            word = ""
        else:
            word += char
    return [p for p in [*pieces, word] if p]


def ellipsis(text: str, width: float) -> str:
    """Return the text cut to `width` half ems, with an ellipsis if it was longer."""
    if text_width(text) <= width:
        return text
    kept = ""
    for char in text:
        if text_width(kept + char) > width - 2:
            break
        kept += char
    return kept.rstrip() + "…"


def framed(
    caption: Caption,
    palette: Palette,
    body: Mapping[str, Any],
    width: int = WIDTH,
    *,
    is_narrow: bool = False,
) -> Spec:
    """Return a whole specification around a chart's own part."""
    title_size, title_em = (15, 7.7) if is_narrow else (17, 8.6)
    note_size, note_em = (12, 6.15) if is_narrow else (12.5, 6.3)
    return {
        "$schema": SCHEMA,
        "background": palette.surface,
        "padding": 4 if is_narrow else 16,
        "title": {
            "text": wrapped(caption.title, width / title_em),
            "subtitle": wrapped(caption.note, width / note_em),
            "anchor": "start",
            "frame": "bounds",
            "fontSize": title_size,
            "fontWeight": 600,
            "color": palette.text,
            "subtitleFontSize": note_size,
            "subtitleColor": palette.text_3,
            "subtitlePadding": 6,
            "subtitleLineHeight": 18,
            "offset": 16,
        },
        **body,
        "config": config(palette),
    }


def config(palette: Palette) -> Spec:
    """Return the Vega-Lite configuration of a theme."""
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": palette.text_2,
            "titleColor": palette.text_3,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": 400,
            "domainColor": palette.line_strong,
            "tickColor": palette.line_strong,
            "gridColor": palette.grid,
            "labelFont": FONT,
            "titleFont": FONT,
        },
        "text": {"font": FONT, "fontSize": 12, "color": palette.text},
        "title": {"font": FONT, "subtitleFont": FONT},
    }


class NarrowDrawing(Protocol):
    """Draws a picture that has a narrow form of its own."""

    def __call__(self, lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
        """Return the picture's specification."""
        ...


def in_themes(draw: Callable[[Lang, Palette], Spec], lang: Lang) -> dict[Theme, Spec]:
    """Return a chart in both themes of one language."""
    return {theme: draw(lang, PALETTES[theme]) for theme in THEMES}


def in_both(draw: Callable[[Lang, Palette], Spec]) -> dict[Lang, dict[str, Spec]]:
    """Return a chart in both languages and both themes."""
    return {
        lang: {str(theme): spec for theme, spec in in_themes(draw, lang).items()} for lang in LANGS
    }


def in_narrow(draw: NarrowDrawing) -> dict[Lang, dict[str, Spec]]:
    """Return the narrow form of a chart in both languages and both themes."""
    return in_both(partial(draw, is_narrow=True))
