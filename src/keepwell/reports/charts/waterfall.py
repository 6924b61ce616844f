"""Why an account scores what it scores: points earned per measure, full marks as a pale frame."""

from dataclasses import dataclass

from keepwell.reports.charts.frame import NARROW, Caption, Spec, ellipsis, framed, text_width
from keepwell.reports.palette import Palette

ROW, NARROW_ROW = 40, 46
WIDTH = 620
LABEL_WIDTH = 46


@dataclass(frozen=True, slots=True)
class Step:
    """One measure: its words with the raw value, points earned, full marks and their text."""

    label: str
    earned: float
    full: float
    text: str
    is_worst: bool = False


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The steps from 0 to the score; `line` is the tier cut that matters, with its words."""

    steps: tuple[Step, ...]
    total_label: str
    total: float
    total_text: str
    line: float
    line_text: str
    axis_title: str


def waterfall_chart(
    caption: Caption, chart: Waterfall, palette: Palette, *, is_narrow: bool = False
) -> Spec:
    """Return the chart; on a narrow one words and points stand over their bar."""
    values, reach = _values(chart, palette)
    x = _x_axis(chart, reach)
    if is_narrow:
        layers = [
            *_bars(values, x, palette, 0.6),
            *_line(chart, palette, is_near_end=chart.line > reach * 0.7),
            _above(values),
        ]
        body = {"width": NARROW - 16, "height": NARROW_ROW * len(values), "layer": layers}
        return framed(caption, palette, body, NARROW, is_narrow=True)
    layers = [*_bars(values, x, palette), *_line(chart, palette), *_sides(values, palette)]
    body = {"width": WIDTH, "height": ROW * len(values), "layer": layers}
    return framed(caption, palette, body, WIDTH + 300)


def _values(chart: Waterfall, palette: Palette) -> tuple[list[Spec], float]:
    """Return one row per step and one for the total, and the largest value on the axis."""
    values: list[Spec] = []
    at = 0.0
    reach = max(chart.total, chart.line)
    for row, step in enumerate(chart.steps):
        values.append(
            {
                "row": row,
                "label": step.label,
                "start": at,
                "end": at + step.earned,
                "full": at + step.full,
                "text": step.text,
                "fill": palette.low if step.is_worst else palette.series_2,
            }
        )
        reach = max(reach, at + step.full)
        at += step.earned
    total_row = len(chart.steps)
    values.append(
        {
            "row": total_row,
            "label": chart.total_label,
            "start": 0.0,
            "end": chart.total,
            "full": chart.total,
            "text": chart.total_text,
            "fill": palette.series,
        }
    )
    return values, reach


def _x_axis(chart: Waterfall, reach: float) -> Spec:
    return {
        "type": "quantitative",
        "scale": {"domain": [0, max(10.0, reach * 1.02)], "nice": False},
        "axis": {"grid": False, "tickCount": 6, "title": chart.axis_title},
    }


def _y(field: str, gap: float = 0.36) -> Spec:
    return {
        "field": field,
        "type": "ordinal",
        "axis": None,
        "scale": {"paddingInner": gap, "paddingOuter": gap / 2},
    }


def _bars(values: list[Spec], x: Spec, palette: Palette, gap: float = 0.36) -> list[Spec]:
    frame = {
        "data": {"values": values[:-1]},
        "mark": {
            "type": "bar",
            "fill": palette.grid,
            "stroke": palette.line_strong,
            "strokeWidth": 1,
        },
        "encoding": {"y": _y("row", gap), "x": {"field": "start", **x}, "x2": {"field": "full"}},
    }
    earned = {
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "y": _y("row", gap),
            "x": {"field": "start", **x},
            "x2": {"field": "end"},
            "color": {"field": "fill", "type": "nominal", "scale": None, "legend": None},
        },
    }
    return [frame, earned]


def _line(chart: Waterfall, palette: Palette, *, is_near_end: bool = False) -> list[Spec]:
    if chart.line <= 0:
        return []
    rule: Spec = {
        "data": {"values": [{"cut": chart.line}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "color": palette.text_2},
        "encoding": {"x": {"field": "cut", "type": "quantitative"}},
    }
    text: Spec = {
        "data": {"values": [{"cut": chart.line}]},
        "mark": {
            "type": "text",
            "y": -8,
            "baseline": "bottom",
            "color": palette.text_3,
            "align": "right" if is_near_end else "center",
        },
        "encoding": {
            "x": {"field": "cut", "type": "quantitative"},
            "text": {"value": chart.line_text},
        },
    }
    return [rule, text]


def _above(values: list[Spec]) -> Spec:
    """Return each row's words with its points, over the bar."""
    room = NARROW / 6.2
    shown = []
    for value in values:
        points = f"\u2002{value['text']}"
        label = ellipsis(str(value["label"]), room - text_width(points))
        shown.append({"row": value["row"], "label": label + points})
    return {
        "data": {"values": shown},
        "mark": {"type": "text", "x": 0, "align": "left", "dy": -18, "fontSize": 12},
        "encoding": {"y": _y("row", 0.6), "text": {"field": "label", "type": "nominal"}},
    }


def _sides(values: list[Spec], palette: Palette) -> list[Spec]:
    labels = [{**v, "label": ellipsis(str(v["label"]), LABEL_WIDTH)} for v in values]
    left = {
        "data": {"values": labels},
        "mark": {"type": "text", "x": -10, "align": "right", "fontSize": 12.5},
        "encoding": {"y": _y("row"), "text": {"field": "label", "type": "nominal"}},
    }
    right = {
        "data": {"values": values},
        "mark": {
            "type": "text",
            "x": WIDTH + 14,
            "align": "left",
            "fontSize": 12.5,
            "color": palette.text_2,
        },
        "encoding": {"y": _y("row"), "text": {"field": "text", "type": "nominal"}},
    }
    return [left, right]
