"""Typst text of a page. All words and data are Typst strings, so nothing in them is markup."""

from collections.abc import Mapping, Sequence

from keepwell.reports.page import Page, Resolved
from keepwell.reports.text import Span, SpanKind

WIDE = ("facts", "queries")
MANY_COLUMNS = 9
SOME_COLUMNS = 7
# A header so many times longer than the numbers below it wraps in tables of some columns.
LONG_HEADER = 1.5
LETTER_PT = 4.7
HEADING_LETTER_PT = 3.7
INSET_PT = 3


def quoted(text: str) -> str:
    """Return text as a Typst string literal: inert whatever it holds.

    >>> quoted('a "b" #eval')
    '"a \\\\"b\\\\" #eval"'
    """
    flat = "".join(c if c.isprintable() or c == " " else " " for c in text)
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typst_text(page: Page, picture_paths: Mapping[str, str], fonts: Sequence[str]) -> str:
    """Return the page as a Typst document."""
    parts = [_head(page, fonts), f"#heading(level: 1, outlined: false)[#{quoted(page.title)}]"]
    after = [b.kind for b in page.blocks[1:]] + [""]
    for block, following in zip(page.blocks, after, strict=True):
        text = _block(block, picture_paths)
        is_lead = block.kind == "paragraph" and following == "table"
        parts.append(f"#block(sticky: true)[{text}]" if is_lead else text)
    return "\n\n".join(parts) + "\n"


def _head(page: Page, fonts: Sequence[str]) -> str:
    lang = '"zh", region: "cn"' if page.lang == "zh" else '"en"'
    left = quoted(f"{page.project} · {page.as_of.isoformat()}")
    right = quoted(page.scorecard)
    title = quoted(page.title)
    families = ", ".join(quoted(f) for f in fonts)
    return f"""#set document(title: {title}, date: none)
#set text(font: ({families},), lang: {lang}, size: 9pt, number-width: "tabular", fill: rgb("#141a17"))
#set page(paper: "a4", margin: (x: 16mm, top: 20mm, bottom: 18mm),
  header: text(7.5pt, fill: rgb("#66706b"))[#{left} #h(1fr) #{right}],
  footer: context text(7.5pt, fill: rgb("#66706b"))[#{title} #h(1fr) #counter(page).display("1 / 1", both: true)])
#set par(leading: 0.75em, spacing: 0.95em, justify: false)
#set list(spacing: 0.8em)
#set enum(spacing: 0.8em)
#show heading: set text(weight: 600)
#show heading.where(level: 1): set text(17pt)
#show heading.where(level: 2): it => block(above: 1.8em, below: 0.8em, breakable: false)[#line(length: 100%, stroke: 0.5pt + rgb("#e0e5e2")) #v(0.3em) #text(12.5pt)[#it.body]]
#show heading.where(level: 3): set text(10pt)
#show raw: set text(font: ("DejaVu Sans Mono", {families}), size: 6.2pt)
#show table.cell.where(y: 0): set text(fill: rgb("#66706b"), size: 7pt)
#set table(stroke: (x, y) => (bottom: 0.5pt + if y == 0 {{ rgb("#c9d0cc") }} else {{ rgb("#e0e5e2") }}), inset: (x: 3pt, y: 3.5pt))
#set table.cell(breakable: false)
#set strong(delta: 200)"""


def _block(block: Resolved, picture_paths: Mapping[str, str]) -> str:
    match block.kind:
        case "heading":
            return f"#heading(level: {block.level})[{_inline(block.spans)}]"
        case "paragraph":
            return f"#par[{_inline(block.spans)}]"
        case "items":
            name = "enum" if block.is_numbered else "list"
            items = ", ".join(f"[{_inline(i)}]" for i in block.items)
            return f"#{name}({items})"
        case "table":
            return _table(block)
        case _:
            path = quoted(picture_paths[block.key])
            return f"#block(breakable: false, align(center, image({path}, width: 88%, alt: {quoted(block.title)})))"


def _inline(spans: tuple[Span, ...]) -> str:
    return "".join(_span(s) for s in spans)


def _span(span: Span) -> str:
    text = quoted(span.text)
    if span.kind is SpanKind.CODE:
        return f"#raw({text})"
    if span.kind is SpanKind.REF:
        return f'#text(size: 0.72em, fill: rgb("#66706b"), {text})'
    return f"#strong({text})" if span.is_strong else f"#{text}"


def _table(block: Resolved) -> str:
    size = "6.8pt" if block.key in WIDE else "7.8pt"
    columns = ", ".join(_width(block, i) for i in range(len(block.columns)))
    align = ", ".join("right" if n else "left" for n in block.is_numeric)
    head = ", ".join(f"[#{quoted(c)}]" for c in block.columns)
    cells = ",\n".join(", ".join(f"[{_inline(cell.spans)}]" for cell in row) for row in block.rows)
    return (
        f"#[#set text({size})\n#set par(leading: 0.5em)\n#table(columns: ({columns}), align: ({align},), "
        f"table.header({head}),\n{cells})]"
    )


def _width(block: Resolved, index: int) -> str:
    """Return the width of a column: `auto` for narrow ones, a share of the rest for wide ones.

    In a table of many columns the narrow ones take no more than their longest word needs, so
    that long headers wrap and the wide columns keep room. So do columns of some tables whose
    header is far longer than their numbers.
    """
    longest = max((len("".join(s.text for s in row[index].spans)) for row in block.rows), default=0)
    if block.key == "facts":
        return ("auto", "1.6fr", "auto", "auto", "auto", "2.6fr")[index]
    is_wide_script = any(ord(c) >= 0x2E80 for c in block.title)
    if longest > (14 if is_wide_script else 22):
        return f"{max(1.3, min(longest, 160) / 40):.2f}fr"
    is_headed = len(block.columns[index]) > LONG_HEADER * max(longest, 4)
    is_many = len(block.columns) >= (SOME_COLUMNS if is_headed else MANY_COLUMNS)
    if not is_many or not block.is_numeric[index]:
        return "auto"
    word = max((len(w) for w in block.columns[index].split()), default=0)
    heading = min(word, 3) * 2 if is_wide_script else word
    width = max(longest * LETTER_PT, heading * HEADING_LETTER_PT)
    return f"{width + 2 * INSET_PT:.0f}pt"
