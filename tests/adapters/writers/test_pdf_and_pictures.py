"""PDF pages and pictures: fonts inside, no box for a missing glyph, the same bytes each time."""

import io
import struct
from pathlib import Path

import pytest
from pypdf import PdfReader

from adapters.writers.pages import page
from keepwell.adapters.fonts import Glyphs
from keepwell.adapters.writers import VegaPictures, pdf_page

NO_FOLDERS = Glyphs(folders=())


def pdf(lang: str = "zh") -> bytes:
    told = page("zh" if lang == "zh" else "en")
    renderer = VegaPictures(NO_FOLDERS)
    svgs = {p.key: renderer.svg(p.specs["light"]) for p in told.pictures}
    return pdf_page(told, svgs, NO_FOLDERS)


def test_pdf_holds_its_text_its_fonts_and_the_page_numbers() -> None:
    reader = PdfReader(io.BytesIO(pdf()))
    text = "".join(p.extract_text() for p in reader.pages)
    assert "33/100" in text
    assert "一、摘要" in text
    assert "classic v1" in text
    assert "1 / 1" in text
    assert "#eval" in text
    fonts = {str(f) for p in reader.pages for f in (p["/Resources"]["/Font"]).values()}  # type: ignore[index]
    assert fonts


def test_the_same_page_gives_the_same_pdf() -> None:
    assert pdf() == pdf()


def test_pdf_shows_a_character_without_glyph_as_its_code_point() -> None:
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf("en"))).pages)
    assert "[U+1F600]" in text


def test_pictures_name_the_characters_that_no_font_holds() -> None:
    renderer = VegaPictures(NO_FOLDERS)
    svg = renderer.svg(page().pictures[0].specs["light"])
    assert renderer.missing == {"😀"}
    assert "[U+1F600]" in svg
    assert "<script" not in svg


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_png_is_a_picture_of_the_size_asked_for(theme: str) -> None:
    spec = page().pictures[0].specs[theme]
    small, large = (VegaPictures().png(spec, scale) for scale in (1.0, 2.0))
    widths = [struct.unpack(">I", data[16:20])[0] for data in (small, large)]
    assert small.startswith(b"\x89PNG")
    assert abs(widths[1] - 2 * widths[0]) <= 2


def test_no_picture_reads_a_file_or_an_address(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text('[{"a": "leaked"}]')
    spec = {
        "data": {"url": secret.as_uri()},
        "mark": "text",
        "encoding": {"text": {"field": "a"}},
    }
    try:
        drawn = VegaPictures().svg(spec)
    except ValueError:
        drawn = ""
    assert "leaked" not in drawn
