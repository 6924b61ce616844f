"""The picture of expected against actual purchases: whole, readable, in both languages."""

from typing import Any

import pytest

from keepwell.adapters.writers.pictures import VegaPictures
from keepwell.reports.charts import Caption, TrackPoint, TrackWords, tracking_chart
from keepwell.reports.palette import PALETTES, THEMES, Theme

WORDS = {
    "en": TrackWords("weeks", "purchases", "actual", "expected", "fitted on this", "holdout"),
    "zh": TrackWords("周数", "购买次数", "实际", "模型预期", "用于拟合", "留出期"),
}


def spec_of(lang: str, theme: Theme = "light", gap: float = 0.0) -> dict[str, Any]:
    points = [TrackPoint(float(t), 10.0 * t, (10.0 - gap) * t) for t in range(79)]
    return tracking_chart(Caption("A title", "n = 9"), points, 39, WORDS[lang], PALETTES[theme])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_picture_is_drawn_with_all_its_words_and_no_missing_glyph(lang: str, theme: Theme) -> None:
    pictures = VegaPictures()
    svg = pictures.svg(spec_of(lang, theme))
    words = WORDS[lang]
    for word in (words.actual, words.expected, words.fitted, words.holdout, words.time_title):
        assert word in svg
    assert not pictures.missing
    assert pictures.png(spec_of(lang, theme), scale=0.5).startswith(b"\x89PNG")


@pytest.mark.parametrize("gap", [0.0, 0.1, 4.0])
def test_names_of_the_lines_never_cover_each_other(gap: float) -> None:
    spec = spec_of("en", gap=gap)
    names = {"actual", "expected"}
    heights = {
        layer["encoding"]["text"]["value"]: layer["data"]["values"][0]["height"]
        for layer in spec["layer"]
        if layer["encoding"].get("text", {}).get("value") in names
    }
    top = spec["layer"][-1]["encoding"]
    assert top["text"]["value"] in names
    shown = abs(heights["actual"] - heights["expected"]) / (1.06 * 780) * 340
    assert shown >= 17.9


def test_both_lines_hold_every_point() -> None:
    spec = spec_of("en", gap=1.0)
    lines = [ly["data"]["values"] for ly in spec["layer"] if ly["mark"]["type"] == "line"]
    assert [len(values) for values in lines] == [79, 79]
    assert lines[0][-1]["actual"] == 780
    assert lines[1][-1]["expected"] == pytest.approx(702)
