"""Why an account scores what it scores: points earned per measure, full marks as a pale frame."""

from dataclasses import dataclass

from keepwell.reports.charts.frame import Caption, Spec, ellipsis, framed
from keepwell.reports.palette import Palette

ROW = 40
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


def waterfall_chart(caption: Caption, chart: Waterfall, palette: Palette) -> Spec:
    """Return the chart."""
    values: list[Spec] = []
    at = 0.0
    reach = max(chart.total, chart.line)
    for row, step in enumerate(chart.steps):
        values.append(
            {
                "row": row,
                "label": ellipsis(step.label, LABEL_WIDTH),
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
            "label": ellipsis(chart.total_label, LABEL_WIDTH),
            "start": 0.0,
            "end": chart.total,
            "full": chart.total,
            "text": chart.total_text,
            "fill": palette.series,
        }
    )
    height = ROW * (total_row + 1)
    x = _x_axis(chart, reach)
    layers = [*_bars(values, x, palette), *_line(chart, palette), *_sides(values, palette)]
    body = {"width": WIDTH, "height": height, "layer": layers}
    return framed(caption, palette, body, WIDTH + 300)


def _x_axis(chart: Waterfall, reach: float) -> Spec:
    return {
        "type": "quantitative",
        "scale": {"domain": [0, max(10.0, reach * 1.02)], "nice": False},
        "axis": {"grid": False, "tickCount": 6, "title": chart.axis_title},
    }


def _y(field: str) -> Spec:
    return {
        "field": field,
        "type": "ordinal",
        "axis": None,
        "scale": {"paddingInner": 0.36, "paddingOuter": 0.18},
    }


def _bars(values: list[Spec], x: Spec, palette: Palette) -> list[Spec]:
    frame = {
        "data": {"values": values[:-1]},
        "mark": {
            "type": "bar",
            "fill": palette.grid,
            "stroke": palette.line_strong,
            "strokeWidth": 1,
        },
        "encoding": {"y": _y("row"), "x": {"field": "start", **x}, "x2": {"field": "full"}},
    }
    earned = {
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "y": _y("row"),
            "x": {"field": "start", **x},
            "x2": {"field": "end"},
            "color": {"field": "fill", "type": "nominal", "scale": None, "legend": None},
        },
    }
    return [frame, earned]


def _line(chart: Waterfall, palette: Palette) -> list[Spec]:
    if chart.line <= 0:
        return []
    rule: Spec = {
        "data": {"values": [{"cut": chart.line}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "color": palette.text_2},
        "encoding": {"x": {"field": "cut", "type": "quantitative"}},
    }
    text: Spec = {
        "data": {"values": [{"cut": chart.line}]},
        "mark": {"type": "text", "y": -8, "baseline": "bottom", "color": palette.text_3},
        "encoding": {
            "x": {"field": "cut", "type": "quantitative"},
            "text": {"value": chart.line_text},
        },
    }
    return [rule, text]


def _sides(values: list[Spec], palette: Palette) -> list[Spec]:
    left = {
        "data": {"values": values},
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
