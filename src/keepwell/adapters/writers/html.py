"""A page as one self-contained HTML file: inline pictures, both themes, print, no request."""

import base64
import string
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from keepwell.adapters.fonts import FAMILY, SHIPPED, code_points, font_folder, woff_subset
from keepwell.reports import Page, Resolved, Span, SpanKind
from keepwell.vocabulary import Bilingual

THEMES = ("light", "dark")
FEW_COLUMNS, MANY_COLUMNS = 3, 7
HINT = Bilingual("表格可左右滑动 →", "this table scrolls sideways →")


def html_page(page: Page, pictures: Mapping[str, Mapping[str, str]]) -> str:
    """Return the page as HTML. `pictures`: per picture the SVG text of each of its drawings."""
    environment = Environment(
        loader=PackageLoader("keepwell.adapters.writers"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(spans=_spans, svg=_inline_svg, forms=_forms, table_look=_table_look)
    faces = _faces(_all_text(page))
    template = environment.get_template("report.html.j2")
    contents = [b for b in page.blocks if b.kind == "heading" and b.level == 2]
    text: str = template.render(
        page=page,
        pictures=pictures,
        themes=THEMES,
        contents=contents,
        faces=faces,
        hint=HINT.text(page.lang),
    )
    return text


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a picture by theme; `kind`: wide, narrow, or every (there is no other)."""

    kind: str
    drawn: Mapping[str, str]


def _forms(drawings: Mapping[str, str]) -> list[Form]:
    """Return the forms of a picture: the screen's width chooses which one is shown."""
    narrow = {t: drawings[f"{t}_narrow"] for t in THEMES if f"{t}_narrow" in drawings}
    if not narrow:
        return [Form("every scroll", drawings)]
    return [Form("wide", drawings), Form("narrow", narrow)]


def _table_look(table: Resolved) -> str:
    """Return the class of a table; one of few columns fits any screen."""
    if table.key in ("facts", "queries"):
        return "facts"
    if len(table.columns) <= FEW_COLUMNS:
        return "small"
    return "shown many" if len(table.columns) >= MANY_COLUMNS else "shown"


def _all_text(page: Page) -> str:
    """Return every character the page may show, in words, tables and pictures."""
    parts = [page.title, page.project, page.scorecard, string.printable, HINT.text(page.lang)]
    for block in page.blocks:
        parts += [block.title, *block.columns, str(block.drawings)]
        rows = (cell.spans for row in block.rows for cell in row)
        parts += [s.text for spans in (block.spans, *block.items, *rows) for s in spans]
    return "".join(sorted(set("".join(parts))))


def _faces(text: str) -> list[tuple[str, int, str]]:
    """Return family, weight and base64 WOFF of the shipped fonts, cut to the page's characters.

    The second family gives only what the first lacks.
    """
    first = {chr(p) for p in code_points(font_folder() / SHIPPED[0][2])}
    rest = "".join(c for c in text if c not in first)
    return [
        (family, weight, base64.b64encode(woff_subset(font_folder() / name, wanted)).decode())
        for family, weight, name in SHIPPED
        if (wanted := text if family == FAMILY else rest)
    ]


def _inline_svg(text: str) -> Markup:
    """Mark a picture's SVG as safe: it comes from the renderer, which escapes all text."""
    look = _ActiveContent()
    look.feed(text)
    if look.found:
        raise ValueError(f"a picture holds active content: {look.found[0]}")
    return Markup(text)  # noqa: S704 - drawn by the renderer, checked above


class _ActiveContent(HTMLParser):
    """Finds elements and attributes that could run or load something; text is no matter."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "foreignobject", "iframe", "object", "embed", "image", "use", "a"):
            self.found.append(tag)
        for name, value in attrs:
            is_link = name.endswith("href") or name == "src"
            if name.startswith("on") or (is_link and not (value or "").startswith("#")):
                self.found.append(name)


def _spans(spans: tuple[Span, ...]) -> Markup:
    """Return spans as HTML; whatever they hold is escaped."""
    return Markup("").join(_span(span) for span in spans)


def _span(span: Span) -> Markup:
    if span.kind is SpanKind.REF:
        number = span.text.strip("[]")
        return Markup('<a class="ref" href="#{0}">[{0}]</a>').format(number)
    if span.kind is SpanKind.CODE:
        return Markup("<code>{}</code>").format(span.text)
    pattern = Markup("<strong>{}</strong>") if span.is_strong else Markup("{}")
    return pattern.format(span.text)
