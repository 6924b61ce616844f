"""Values with their intervals in rows: one way to rank beside the others, or tiers by rate."""

from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.reports.charts.frame import NARROW, WIDTH, Caption, Spec, ellipsis, framed
from keepwell.reports.palette import Palette

ROW = 34
LABEL, NARROW_LABEL = 190, 120
NUMBER = 70


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One row: its name, value and ends; without ends only the dot is drawn.

    `tone`: a tier's name for its colour, `own` for the row that is judged, else plain.
    """

    label: str
    value: float
    low: float | None
    high: float | None
    text: str
    tone: str = ""


def intervals_chart(
    caption: Caption,
    rows: Sequence[IntervalRow],
    mark: tuple[float, str],
    axis: tuple[str, str],
    palette: Palette,
    *,
    is_bar: bool = False,
    is_narrow: bool = False,
) -> Spec:
    """Return the chart; `mark` is the line of chance or mean, `axis` its title and format.

    `is_bar`: values are shares that start at 0, drawn as bars under their intervals.
    """
    room = NARROW_LABEL if is_narrow else LABEL
    width = (NARROW if is_narrow else WIDTH) - room - NUMBER
    ends = [e for r in rows for e in (r.low, r.high, r.value) if e is not None] + [mark[0]]
    span = max(ends) - min(ends) or 0.1
    domain = [0 if is_bar else min(ends) - 0.05 * span, max(ends) + 0.08 * span]
    values = [_value(r, place, palette, room) for place, r in enumerate(rows)]
    data = {"values": values}
    x = {
        "type": "quantitative",
        "scale": {"domain": domain, "nice": False, "zero": False},
        "axis": {
            "title": axis[0],
            "format": axis[1],
            "tickCount": 4 if is_narrow else 7,
            "grid": True,
            "domain": False,
        },
    }
    layers = [
        _rule(mark, len(rows), x, palette),
        *([_bars(data, x)] if is_bar else []),
        _spans(data, x, palette, is_bar=is_bar),
        *([] if is_bar else [_dots(data, x)]),
        _texts(data, "label", -room + 8, "left", palette.text),
        _texts(data, "text", width + NUMBER - 4, "right", palette.text_2),
    ]
    body = {
        "width": width,
        "height": ROW * len(rows),
        "layer": layers,
    }
    return framed(caption, palette, body, NARROW if is_narrow else WIDTH, is_narrow=is_narrow)


def _value(row: IntervalRow, place: int, palette: Palette, room: int) -> Spec:
    colour = palette.series if row.tone == "own" else palette.series_2
    if row.tone and row.tone != "own":
        colour = palette.tier(row.tone)
    return {
        "label": ellipsis(row.label, room / 6.6),
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "text": row.text,
        "at": place + 0.5,
        "top": place + 0.25,
        "bottom": place + 0.75,
        "colour": colour,
    }


_COLOUR = {"field": "colour", "type": "nominal", "scale": None}


def _y(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "axis": None,
        "scale": {"reverse": True, "nice": False, "zero": False},
    }


def _rule(mark: tuple[float, str], rows: int, x: Spec, palette: Palette) -> Spec:
    """Return the line of chance or mean, over all rows."""
    return {
        "data": {"values": [{"mark": mark[0], "top": 0, "bottom": rows}]},
        "mark": {"type": "rule", "color": palette.axis, "strokeWidth": 1.5, "strokeDash": [4, 3]},
        "encoding": {"x": {**x, "field": "mark"}, "y": _y("top"), "y2": {"field": "bottom"}},
    }


def _bars(data: Spec, x: Spec) -> Spec:
    return {
        "data": data,
        "transform": [{"calculate": "0", "as": "zero"}],
        "mark": {"type": "rect"},
        "encoding": {
            "x": {**x, "field": "zero"},
            "x2": {"field": "value"},
            "y": _y("top"),
            "y2": {"field": "bottom"},
            "color": _COLOUR,
        },
    }


def _spans(data: Spec, x: Spec, palette: Palette, *, is_bar: bool) -> Spec:
    colour = {"value": palette.text} if is_bar else _COLOUR
    return {
        "data": data,
        "transform": [{"filter": "isValid(datum.low)"}],
        "mark": {"type": "rule", "strokeWidth": 2 if is_bar else 3},
        "encoding": {
            "x": {**x, "field": "low"},
            "x2": {"field": "high"},
            "y": _y("at"),
            "color": colour,
        },
    }


def _dots(data: Spec, x: Spec) -> Spec:
    return {
        "data": data,
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
        "encoding": {"x": {**x, "field": "value"}, "y": _y("at"), "color": _COLOUR},
    }


def _texts(data: Spec, field: str, at: float, align: str, colour: str) -> Spec:
    return {
        "data": data,
        "mark": {"type": "text", "align": align, "x": at, "color": colour, "baseline": "middle"},
        "encoding": {"y": _y("at"), "text": {"field": field, "type": "nominal"}},
    }
