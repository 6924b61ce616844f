"""The concentration curve: cumulative share of the amount over accounts ranked by it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from keepwell.reports.charts.frame import NARROW, WIDTH, Caption, Spec, framed, text_width, wrapped
from keepwell.reports.palette import Palette

HEIGHT = 360
TOP = 1.04
LINE_HEIGHT = 18
AXIS_WIDTH = 62


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the curve: rank, cumulative share 0-1, its text and whether it is a warning."""

    rank: int
    share: float
    text: str
    kind: Literal["plain", "warning"]


def concentration_chart(
    caption: Caption,
    curve: Sequence[tuple[float, float]],
    marks: Sequence[Mark],
    axis_titles: tuple[str, str],
    equal_text: str,
    accounts: int,
    palette: Palette,
    *,
    is_narrow: bool = False,
) -> Spec:
    """Return the chart. `curve` holds (rank, cumulative share 0-1) from (0, 0).

    On a narrow one the words of warnings, which are long, stand under the axis.
    """
    x, y = _axes(accounts, axis_titles, 3 if is_narrow else 6)
    layers: list[Spec] = [
        {
            "data": {"values": [{"rank": 0, "share": 0}, {"rank": accounts, "share": 1}]},
            "mark": {
                "type": "line",
                "strokeDash": [5, 4],
                "color": palette.hatch,
                "strokeWidth": 1.5,
            },
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": [{"rank": accounts * 0.62, "share": 0.56}]},
            "mark": {"type": "text", "align": "left", "dx": 8, "dy": 4, "color": palette.text_3},
            "encoding": {"x": x, "y": y, "text": {"value": equal_text}},
        },
        {
            "data": {"values": [{"rank": r, "share": s} for r, s in curve]},
            "mark": {"type": "line", "color": palette.series, "strokeWidth": 2.5},
            "encoding": {"x": x, "y": y},
        },
    ]
    layers += [_points(marks, kind, palette) for kind in ("plain", "warning")]
    if is_narrow:
        width = NARROW - AXIS_WIDTH
        short = [m for m in marks if m.kind == "plain"]
        layers += _texts(short, curve, accounts, palette, width)
        layers += _below([m for m in marks if m.kind == "warning"], palette)
        body = {"width": width, "height": HEIGHT, "layer": layers}
        return framed(caption, palette, body, NARROW, is_narrow=True)
    layers += _texts(marks, curve, accounts, palette, WIDTH)
    return framed(caption, palette, {"width": WIDTH, "height": HEIGHT, "layer": layers})


def _axes(accounts: int, axis_titles: tuple[str, str], ticks: int) -> tuple[Spec, Spec]:
    x = {
        "field": "rank",
        "type": "quantitative",
        "scale": {"domain": [0, accounts], "nice": False},
        "axis": {
            "tickMinStep": 1,
            "tickCount": ticks,
            "format": ",d",
            "grid": False,
            "title": axis_titles[0],
        },
    }
    y = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, TOP], "nice": False},
        "axis": {
            "values": [0, 0.25, 0.5, 0.75, 1],
            "labelExpr": "datum.value * 100 + ' %'",
            "title": axis_titles[1],
            "domain": False,
            "ticks": False,
        },
    }
    return x, y


def _points(marks: Sequence[Mark], kind: str, palette: Palette) -> Spec:
    is_warning = kind == "warning"
    return {
        "data": {"values": [{"rank": m.rank, "share": m.share} for m in marks if m.kind == kind]},
        "mark": {
            "type": "point",
            "filled": True,
            "opacity": 1,
            "size": 70 if is_warning else 45,
            "shape": "triangle-down" if is_warning else "circle",
            "color": palette.low if is_warning else palette.series,
        },
        "encoding": {
            "x": {"field": "rank", "type": "quantitative"},
            "y": {"field": "share", "type": "quantitative"},
        },
    }


def _below(marks: Sequence[Mark], palette: Palette) -> list[Spec]:
    """Return the words of warnings under the axis, broken into lines."""
    lines: list[str] = []
    for mark in marks:
        lines += wrapped(re.sub(r"(\d) (?=[万亿kMB])", "\\1\u00a0", f"▼ {mark.text}"), NARROW / 6.2)
    y0, left = HEIGHT + 56, 16 - AXIS_WIDTH
    return [
        _text(text, left, y0 + i * LINE_HEIGHT, palette.low_text, {})
        for i, text in enumerate(lines)
    ]


def _texts(
    marks: Sequence[Mark],
    curve: Sequence[tuple[float, float]],
    accounts: int,
    palette: Palette,
    width: int,
) -> list[Spec]:
    """Return the labels right of the curve, pushed upwards so that none covers another."""
    layers: list[Spec] = []
    free = float(HEIGHT - 8)
    for mark in sorted((m for m in marks if m.text), key=lambda m: (m.share, m.rank)):
        y = min(HEIGHT * (1 - mark.share / TOP) + 12, free)
        free = y - LINE_HEIGHT
        share = (1 - y / HEIGHT) * TOP
        beside = next((rank for rank, held in curve if held >= share), mark.rank)
        ink = palette.low_text if mark.kind == "warning" else palette.text_2
        x = max(mark.rank, beside) / accounts * width + 12
        if width < WIDTH:
            x = min(x, width - text_width(mark.text) * 6.2)
        halo = {"stroke": palette.surface, "strokeWidth": 5, "strokeJoin": "round"}
        layers += [_text(mark.text, x, y, palette.surface, halo), _text(mark.text, x, y, ink, {})]
    return layers


def _text(text: str, x: float, y: float, ink: str, also: Spec) -> Spec:
    return {
        "data": {"values": [{}]},
        "mark": {"type": "text", "x": x, "y": y, "align": "left", "color": ink, **also},
        "encoding": {"text": {"value": text}},
    }
