"""Colours of pictures: the design tokens of both themes as plain values."""

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, Theme] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours one theme draws with. `risk` runs from few low accounts to many."""

    surface: str
    text: str
    text_2: str
    text_3: str
    line: str
    line_strong: str
    grid: str
    axis: str
    hatch: str
    high: str
    mid: str
    low: str
    unknown: str
    high_text: str
    mid_text: str
    low_text: str
    low_tint: str
    mid_tint: str
    series: str
    series_2: str
    series_tint: str
    risk: tuple[str, str, str, str, str]
    on_risk: tuple[str, str, str, str, str]

    def tier(self, tier: str) -> str:
        """Return the fill of a tier; a name of the user's own is drawn as a plain series."""
        fills = {"high": self.high, "medium": self.mid, "low": self.low, "unknown": self.unknown}
        return fills.get(tier, self.series)

    def tier_text(self, tier: str) -> str:
        """Return the text colour of a tier."""
        texts = {"high": self.high_text, "medium": self.mid_text, "low": self.low_text}
        return texts.get(tier, self.text_2)


PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        surface="#ffffff",
        text="#141a17",
        text_2="#4e5853",
        text_3="#66706b",
        line="#e0e5e2",
        line_strong="#c9d0cc",
        grid="#e9edeb",
        axis="#98a29d",
        hatch="#b9c1bd",
        high="#14968c",
        mid="#c28a10",
        low="#a81b3a",
        unknown="#7d8782",
        high_text="#0a6560",
        mid_text="#7d5600",
        low_text="#a01b38",
        low_tint="#fce8ea",
        mid_tint="#fbf1d9",
        series="#3d4a66",
        series_2="#8b97b0",
        series_tint="#dfe4ee",
        risk=("#fdf3f2", "#fae0df", "#f2bcbf", "#d9707f", "#a81e3c"),
        on_risk=("#3a1a20", "#3a1a20", "#38121a", "#22060c", "#ffffff"),
    ),
    "dark": Palette(
        surface="#101412",
        text="#edf1ef",
        text_2="#aeb8b3",
        text_3="#929d98",
        line="#242b28",
        line_strong="#39423e",
        grid="#1e2522",
        axis="#66716c",
        hatch="#46504b",
        high="#4cc4b8",
        mid="#d9a334",
        low="#d64a65",
        unknown="#7f8a85",
        high_text="#6fd0c7",
        mid_text="#e8bf66",
        low_text="#f58c9d",
        low_tint="#341219",
        mid_tint="#2c220c",
        series="#b4c0d8",
        series_2="#6d7a94",
        series_tint="#232a38",
        risk=("#1d1416", "#35171d", "#571f2a", "#8d2d40", "#d8506a"),
        on_risk=("#f0dfe1", "#f6dde0", "#fbe3e6", "#ffffff", "#1d0409"),
    ),
}
