"""Narrow drawings: every picture of a report fits a phone, with letters that can be read."""

import re

import pytest

from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.writers import VegaPictures
from keepwell.reports import Page, resolve, write_document
from keepwell.reports.charts.frame import NARROW, wrapped
from reports.portfolio import Shape, load, open_engine

LIBRARY = load_library()
PHONE = 390
SMALLEST = 9.0
SIZES = ("Enterprise", "Large", "Mid-Market", "Small Business", None)


def pages_of(shape: Shape) -> list[Page]:
    with open_engine() as engine:
        document = write_document(load(engine, shape, 3), engine.rows, LIBRARY)
        return [resolve(document, "zh"), resolve(document, "en")]


@pytest.mark.parametrize(
    "shape",
    [Shape(accounts=120, sizes=SIZES), Shape(accounts=12, sizes=("A very long size of our own",))],
    ids=["all sizes", "few accounts"],
)
def test_every_picture_fits_a_phone_and_its_letters_can_be_read(shape: Shape) -> None:
    renderer = VegaPictures()
    for page in pages_of(shape):
        assert len(page.pictures) >= 4
        for picture in page.pictures:
            assert set(picture.drawings) == {"light", "dark", "light_narrow", "dark_narrow"}
            svg = renderer.svg(picture.drawings["dark_narrow"])
            width = float(re.findall(r'<svg[^>]* width="([\d.]+)"', svg)[0])
            letters = [float(x) for x in re.findall(r'font-size="([\d.]+)px"', svg)]
            shown = min(1.0, (PHONE - 32) / width)
            assert 0.9 * NARROW < width <= PHONE, (picture.key, width)
            assert min(letters) * shown >= SMALLEST * 0.95, (picture.key, letters)
    assert not renderer.missing


def test_a_line_ends_neither_in_an_opening_bracket_nor_between_a_number_and_its_unit() -> None:
    text = "今天记一次活动就是 56.62 分（试算），商机 43.9\u00a0万"
    for width in range(8, 60):
        lines = wrapped(text, width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not [one for one in lines if one[-1] in "（“《" or one[0] in "）万"], width
