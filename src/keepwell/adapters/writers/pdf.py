"""A page as PDF: A4, head and foot with date, scorecard and page number, set by Typst."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path

from keepwell.adapters.fonts import FAMILY, LATIN_FAMILY, Glyphs, font_folder
from keepwell.reports import Page, typst_text


def pdf_page(page: Page, pictures: Mapping[str, str], glyphs: Glyphs | None = None) -> bytes:
    """Return the page as PDF bytes, the same for the same page. `pictures`: SVG text by key."""
    # Loaded where it is needed, as every process that serves pages would carry it.
    import typst

    fonts = glyphs or Glyphs()
    text = typst_text(page, {key: f"{key}.svg" for key in pictures}, (FAMILY, LATIN_FAMILY))
    text = fonts.drawable(text)
    with tempfile.TemporaryDirectory(prefix="keepwell-pdf-") as folder:
        root = Path(folder)
        for key, svg in pictures.items():
            (root / f"{key}.svg").write_text(svg, encoding="utf-8")
        source = root / "report.typ"
        source.write_text(text, encoding="utf-8")
        made = typst.compile(
            source,
            root=root,
            font_paths=[font_folder()],
            ignore_system_fonts=not fonts.needs_system_font(text),
            timestamp=datetime.combine(page.as_of, time(), UTC),
        )
    if not isinstance(made, bytes):
        raise TypeError(f"Typst gave {type(made).__name__}, not one PDF")
    return made
