"""The shipped fonts: what they cover, how large they are, and cutting them down."""

import struct
import zlib

import pytest

from keepwell.adapters.fonts import (
    SHIPPED,
    Glyphs,
    font_folder,
    shipped_glyphs,
    woff_subset,
)

SYMBOLS = "−×≥≤→▼◆●◌δ①②③“”‘’…—–·（），。：；！？【】《》％￥＊"
COMMON = "客户健康度报告分段低中高未知贡献指数在险金额策略矩阵人力附录事实查询区间收缩瀑布镕"


@pytest.mark.parametrize("text", [SYMBOLS, COMMON, "Ångström naïve Łódź ½ €"])
def test_the_shipped_font_covers_what_reports_print(text: str) -> None:
    assert [c for c in text if ord(c) not in shipped_glyphs() and not c.isspace()] == []


@pytest.mark.parametrize("name", [name for _, _, name in SHIPPED])
def test_fonts_are_small_and_come_with_their_licence(name: str) -> None:
    assert (font_folder() / name).stat().st_size <= 2_500_000
    assert "SIL OPEN FONT LICENSE" in (font_folder() / "OFL.txt").read_text()


def test_a_missing_glyph_shows_as_its_code_point() -> None:
    glyphs = Glyphs(folders=())
    assert glyphs.undrawable("好😀a\n") == ("😀",)
    assert glyphs.drawable("好😀") == "好[U+1F600]"
    assert not glyphs.needs_system_font("好 a\n")


def test_a_subset_keeps_the_outlines_of_its_text_only() -> None:
    data = woff_subset(font_folder() / SHIPPED[0][2], "健康 Å")
    assert data[:4] == b"wOFF"
    assert len(data) < 120_000
    (length,) = struct.unpack_from(">I", data, 8)
    assert length == len(data)
    (count,) = struct.unpack_from(">H", data, 12)
    sizes = {}
    for i in range(count):
        tag, offset, packed, size, _ = struct.unpack_from(">4sIIII", data, 44 + 20 * i)
        table = data[offset : offset + packed]
        table = table if packed == size else zlib.decompress(table)
        assert len(table) == size
        sizes[tag] = size
    assert 0 < sizes[b"glyf"] < 5_000
